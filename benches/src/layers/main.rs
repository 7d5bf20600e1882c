//! Opening the layers of a large image, beside the least work that the answer takes: unpacking, and SHA-256 of
//! every blob and of every tar. Ours gives an index of every file with a digest of its content besides.
//!
//! `LAYERTRUST_ROUNDS` is the number of rounds.

mod image;

use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use image::{Layer, Packing};
use layertrust::report::Layers;
use layertrust::{BaseRule, Layout, Limits, OrgRule, Policy, Request, SignerKey, Verifier};
use sha2::{Digest, Sha256};

fn main() {
    let rounds = std::env::var("LAYERTRUST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(7);
    let tars = image::tars();
    let bytes: usize = tars.iter().map(Vec::len).sum();
    println!("{bytes} bytes of tar in {} layers; wall time, medians of {rounds} interleaved rounds\n", tars.len());
    println!("| layers | threads | least work, ms | ours, ms | ratio | same with a digest of every file, ratio |");
    println!("|---|---|---|---|---|---|");
    for (packing, name) in [(Packing::Gzip, "gzip"), (Packing::Zstd, "zstd")] {
        let layers: Vec<Layer> = tars.iter().map(|tar| image::pack(tar, packing)).collect();
        let folder = tempfile::tempdir().expect("a folder");
        image::write(folder.path(), &tars, &layers, packing);
        for threads in [1, 2] {
            row(name, threads, rounds, packing, &layers, folder.path());
        }
    }
}

fn row(name: &str, threads: usize, rounds: usize, packing: Packing, layers: &[Layer], folder: &Path) {
    let (mut least, mut ours, mut ratios, mut full) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let floor = timed(|| floor(layers, packing, threads, false));
        let own = timed(|| inspect(folder, threads));
        let with_files = timed(|| self::floor(layers, packing, threads, true));
        least.push(floor);
        ours.push(own);
        ratios.push(own / floor);
        full.push(own / with_files);
    }
    println!(
        "| {name} | {threads} | {:.0} | {:.0} | {:.2} | {:.2} |",
        median(least) * 1e3,
        median(ours) * 1e3,
        median(ratios),
        median(full)
    );
}

fn timed(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Unpacks and hashes, as many layers at once as there are threads.
fn floor(layers: &[Layer], packing: Packing, threads: usize, again: bool) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(layer) = layers.get(next.fetch_add(1, Ordering::Relaxed)) {
                    one(layer, packing, again);
                }
            });
        }
    });
}

fn one(layer: &Layer, packing: Packing, again: bool) {
    let blob = Sha256::digest(&layer.blob);
    let mut reader: Box<dyn Read> = match packing {
        Packing::Gzip => Box::new(flate2::read::GzDecoder::new(&*layer.blob)),
        Packing::Zstd => Box::new(zstd::Decoder::new(&*layer.blob).expect("zstd")),
    };
    let (mut tar, mut files) = (Sha256::new(), Sha256::new());
    let mut buffer = vec![0; 256 << 10];
    let mut size = 0;
    loop {
        let count = reader.read(&mut buffer).expect("a sound layer");
        if count == 0 {
            break;
        }
        size += count;
        tar.update(&buffer[..count]);
        if again {
            files.update(&buffer[..count]);
        }
    }
    assert_eq!(size, layer.unpacked);
    assert_ne!((blob, tar.finalize()), (files.finalize(), Sha256::digest(b"nothing")));
}

fn inspect(folder: &Path, threads: usize) {
    let policy = Policy::builder()
        .signer("dhi", SignerKey::DockerDhi)
        .base(BaseRule::optional(["dhi"]))
        .org(OrgRule::layers_forbidden())
        .build()
        .expect("a policy");
    let reference: layertrust::ImageReference = format!("oci:{}", folder.display()).parse().expect("a reference");
    let source = Layout::open(&reference, &Limits::default()).expect("a layout");
    let now = "2026-11-25T12:00:00Z".parse().expect("a time");
    let request = Request::new("image", reference.selector.clone(), now)
        .layers(Layers::All)
        .threads(NonZeroUsize::new(threads).expect("a thread"));
    let report = Verifier::new(policy).expect("a verifier").inspect(&source, &request).expect("facts");
    let platform = &report.platforms[0];
    assert!(platform.layers.iter().all(|layer| layer.diff_id_checked == Some(true)));
    assert!(platform.added.as_ref().is_some_and(|added| added.files > 100));
}
