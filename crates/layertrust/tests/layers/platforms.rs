//! A bad layer where it stands: in a signed image, and in one platform of several.

use layertrust::report::{Layers, Proof, Verdict};
use layertrust_testkit::cases::scene;
use layertrust_testkit::compress::{gzip_bomb, zstd_bomb};
use layertrust_testkit::layer::{Compression, GZIP, Layer, ZSTD};
use layertrust_testkit::store::sha256;
use layertrust_testkit::tar::{Entry, Tar};

use crate::ask::{Question, errors, image, image_for, layer, of_tar, on_base_as};

fn good() -> Layer {
    layer([Entry::file("app/main", b"fine")])
}

/// Layers with one fault each, and its code.
fn bad() -> Vec<(Layer, &'static str)> {
    vec![
        (Layer::lying(&good(), &layer([Entry::file("app/main", b"evil")])), "diff-id-mismatch"),
        (good().with_trailing(b"x"), "layer-inconsistent"),
        (layer([Entry::symlink("a", "a"), Entry::file("a/x", b"")]), "layer-inconsistent"),
        (of_tar([0xa5; 512]), "malformed"),
        (layer([Entry::of(b'V', "x", b"")]), "unsupported-format"),
        (Layer::from_parts(Vec::new(), zstd_bomb(1 << 30), ZSTD), "limit-exceeded"),
    ]
}

/// An organization's signature is no excuse.
#[test]
fn a_signed_image_with_a_bad_layer_is_rejected() {
    for (layer, code) in bad() {
        let image = image([good(), layer]);
        let mut question = Question::about(&image);
        question.layout = scene::signed(&image);
        let report = question.verify();
        assert_eq!(errors(&report), [code]);
        assert_eq!(report.verdict, Some(Verdict::Rejected));
        assert!(report.platforms[0].signed_at.is_some(), "the signature is reported all the same");
        assert!(report.platforms[0].changes.is_none() && report.platforms[0].packages.is_none());
    }
    let image = image([good(), layer([Entry::file("app/data", b"")])]);
    let mut question = Question::about(&image);
    question.layout = scene::signed(&image);
    let report = question.verify();
    assert_eq!(report.verdict, Some(Verdict::Accepted), "a sound one is accepted");
    assert!(report.platforms[0].layers.iter().all(|layer| layer.diff_id_checked == Some(true)));
    assert_eq!(report.options.layers, Layers::All);
}

#[test]
fn each_bad_layer_is_named() {
    let cut = Layer { blob: good().blob[..20].to_vec(), ..layer([Entry::file("cut", b"")]) };
    let report = Question::about(&image([
        good().with_trailing(b"x"),
        layer([Entry::file("fine", b"")]),
        layer([Entry::of(b'V', "x", b"")]),
        cut,
    ]))
    .inspect();
    let found: Vec<_> = report.findings.iter().map(|one| (one.layer, one.code.name())).collect();
    assert_eq!(
        found,
        [(Some(0), "layer-inconsistent"), (Some(3), "layer-inconsistent"), (Some(2), "unsupported-format")]
    );
    let held: Vec<_> = report.platforms[0].layers.iter().map(|layer| layer.diff_id_checked).collect();
    assert_eq!(held, [None, Some(true), None, None]);
}

#[test]
fn a_bad_layer_of_one_platform_hides_nothing_of_another() {
    for (bad, code) in bad() {
        let images = [image_for("linux/amd64", [good()]), image_for("linux/arm64", [good(), bad])];
        let (layout, index) = scene::index_of(&[&images[0], &images[1]]);
        let mut question = Question::about(&images[0]);
        (question.layout, question.digest) = (layout, index.digest);
        let report = question.inspect();
        assert_eq!(errors(&report), [code]);
        assert_eq!(report.findings[0].platform.as_deref(), Some("linux/arm64"));
        let [amd64, arm64] = report.platforms.as_slice() else { panic!("two platforms") };
        assert_eq!(amd64.added.as_ref().map(|added| added.files), Some(1));
        assert!(arm64.added.is_none());
        // The layer that both share was opened once and holds in both.
        assert_eq!(arm64.layers[0].diff_id_checked, Some(true));
    }
}

/// The verdict of one platform does not become the other's.
#[test]
fn each_platform_has_its_verdict() {
    let images = [image_for("linux/amd64", [good()]), image_for("linux/arm64", [good().with_trailing(b"x")])];
    let (mut layout, index) = scene::index_of(&[&images[0], &images[1]]);
    scene::sign(&mut layout, &scene::org(), &index);
    let mut question = Question::about(&images[0]);
    (question.layout, question.digest) = (layout, index.digest);
    let report = question.verify();
    let verdicts: Vec<_> = report.platforms.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Some(Verdict::Accepted), Some(Verdict::Rejected)]);
}

/// A base whose layers were packed again is proved by what they unpack to, and by nothing less.
#[test]
fn a_bad_layer_proves_no_base() {
    let base = layer([Entry::directory("etc"), Entry::file("etc/os-release", b"ID=debian\n")]);
    let good = on_base_as(base.clone(), base.recompressed(Compression::Zstd), []).inspect();
    assert_eq!(good.platforms[0].layers[0].proof, Proof::Recomputed);
    let bomb = Layer::from_parts(base.tar.clone(), gzip_bomb(64 << 20), GZIP);
    for form in [
        base.recompressed(Compression::Zstd).with_trailing(b"x"),
        Layer::lying(&base, &layer([Entry::file("etc/os-release", b"ID=evil\n")])),
        bomb,
    ] {
        let report = on_base_as(base.clone(), form, []).inspect();
        assert!(!errors(&report).is_empty());
        let layer = &report.platforms[0].layers[0];
        assert_eq!((layer.proof, layer.diff_id_checked), (Proof::None, None));
    }
}

/// The blob of a layer is asked for by its digest, whatever the manifest says of its size.
#[test]
fn the_size_that_a_manifest_states_is_the_blobs() {
    let tar = Tar::of([Entry::file("f", b"x")]).finish();
    let layer = of_tar(tar);
    for size in [0, layer.blob.len() - 1, layer.blob.len() + 1, 1 << 40] {
        let image = image([layer.clone()]);
        let manifest = String::from_utf8(image.manifest.clone()).unwrap();
        let stated = format!("\"size\":{},\"digest\":\"{}\"", layer.blob.len(), sha256(&layer.blob));
        assert!(manifest.contains(&stated), "{manifest}");
        let lie = format!("\"size\":{size},\"digest\":\"{}\"", sha256(&layer.blob));
        let image = image.with_manifest(manifest.replace(&stated, &lie));
        let report = Question::about(&image).inspect();
        assert_eq!(errors(&report), ["digest-mismatch"], "{size}: {:#?}", report.findings);
    }
}
