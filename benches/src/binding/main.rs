//! The calls that `python/measure.py` makes, from Rust: for each line `CASE COUNT` on stdin one with the CPU time of a
//! call in seconds.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Duration;

use layertrust::{
    Artifact, BlobVerifier, Evidence, ImageReference, LocalSource, Policy, Request, SignerRule, TrustedRoot, Verifier,
};
use rustix::time::{ClockId, clock_gettime};

const NOW: &str = "2026-11-24T12:00:00Z";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("ROOT FILE BUNDLE ISSUER IDENTITY REPOSITORY");
    let root = next();
    let demo = Path::new(&root).join("testdata/demo");
    let image = Image::new(&demo);
    let blob = Blob { file: read(&next()), bundle: read(&next()), issuer: next(), identity: next(), repository: next() };
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (case, count) = line.split_once(' ').expect("CASE COUNT");
        let call: &dyn Fn() = match case {
            "image" => &|| image.verify(),
            "bundle" => &|| blob.verify(),
            other => panic!("unknown case {other}"),
        };
        let count: u32 = count.parse().unwrap();
        let before = cpu_time();
        (0..count).for_each(|_| call());
        println!("{}", (cpu_time() - before).as_secs_f64() / f64::from(count));
        std::io::stdout().flush().unwrap();
    }
}

/// The demo's image on the demo's base: names in, a verdict out.
struct Image {
    verifier: Verifier,
    image: String,
    base: String,
}

impl Image {
    fn new(demo: &Path) -> Self {
        let policy = Policy::from_file(&demo.join("policy.toml")).unwrap();
        let name = |folder: &str| format!("oci:{}", demo.join(folder).display());
        Image { verifier: Verifier::new(policy).unwrap(), image: name("image"), base: name("base") }
    }

    fn verify(&self) {
        let limits = self.verifier.policy().limits();
        let base: ImageReference = self.base.parse().unwrap();
        let evidence = Evidence::default().open(&base, limits).unwrap();
        let image: ImageReference = self.image.parse().unwrap();
        let source = LocalSource::open(&image, limits).unwrap();
        let (stack, selector) = evidence.stack(source, &image.selector, limits).unwrap();
        let request = Request::new(self.image.as_str(), selector, NOW.parse().unwrap());
        let accepted = self.verifier.verify(&stack, &request).unwrap();
        assert_eq!(accepted.report().platforms.len(), 1);
    }
}

/// A file and its keyless bundle.
struct Blob {
    file: Vec<u8>,
    bundle: Vec<u8>,
    issuer: String,
    identity: String,
    repository: String,
}

impl Blob {
    fn verify(&self) {
        let rule = SignerRule::exact_certificate(&self.issuer, &self.identity).unwrap();
        let rule = rule.exact_source_repository([self.repository.as_str()]).unwrap();
        let verifier = BlobVerifier::new(rule, TrustedRoot::sigstore_public_good()).unwrap();
        let verified = verifier.verify(Artifact::Bytes(&self.file), &self.bundle, NOW.parse().unwrap()).unwrap();
        assert!(!verified.report().checks.is_empty());
    }
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}
