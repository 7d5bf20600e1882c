//! One image in every form that this version reads: the form changes nothing of the answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]
#![cfg(feature = "archives")]

use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use layertrust::{
    BaseRule, Code, Failure, Limits, LocalSource, OrgRule, Policy, PublicKey, Request, Selector, Severity,
    SignerKey, Source, Stack, Verifier,
};
use layertrust_testkit::cases::scene;
use layertrust_testkit::cosign;
use layertrust_testkit::image::Image;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::store::Layout as Written;

const NOW: &str = "2026-11-24T12:00:00Z";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The layout as `docker save` writes it since version 25.
fn docker_saved(image: &Image) -> Vec<u8> {
    tar_of(&docker_saved_files(image))
}

fn docker_saved_files(image: &Image) -> Vec<(String, Vec<u8>)> {
    let mut layout = Written::new();
    let manifest = image.put(&mut layout);
    layout.entry(
        &manifest
            .annotated("io.containerd.image.name", "docker.io/acme/app:1.2")
            .annotated("org.opencontainers.image.ref.name", "1.2"),
    );
    let path = |digest: &str| format!("blobs/{}", digest.replace(':', "/"));
    let list = serde_json::json!([{
        "Config": path(&layertrust_testkit::store::sha256(&image.config)),
        "RepoTags": ["acme/app:1.2"],
        "Layers": image.spec.layers.iter().map(|layer| path(&layer.digest())).collect::<Vec<_>>(),
    }]);
    let list = ("manifest.json".to_owned(), list.to_string().into());
    layout.files().into_iter().chain([list]).collect()
}

/// The image as `skopeo copy … dir:` writes it.
fn write_skopeo_dir(image: &Image, folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let hex = |digest: &str| digest.split_once(':').unwrap().1.to_owned();
    write("version", b"Directory Transport Version: 1.1\n");
    write("manifest.json", &image.manifest);
    write(&hex(&layertrust_testkit::store::sha256(&image.config)), &image.config);
    for layer in &image.spec.layers {
        write(&hex(&layer.digest()), &layer.blob);
    }
}

fn verifier() -> Verifier {
    let key = |key: layertrust_testkit::key::TestKey| {
        SignerKey::Key(PublicKey::from_pem(key.public_pem().as_bytes()).unwrap())
    };
    let policy = Policy::builder()
        .signer("vendor", key(scene::vendor()))
        .signer("ci", key(scene::org()))
        .base(BaseRule::signed_by(["vendor"]))
        .org(OrgRule::signed_by(["ci"]))
        .build()
        .unwrap();
    Verifier::new(policy).unwrap()
}

fn report(source: LocalSource, selector: Selector, evidence: &Path) -> serde_json::Value {
    let limits = Limits::default();
    let evidence = format!("oci:{}", evidence.display()).parse().unwrap();
    let evidence = LocalSource::open(&evidence, &limits).unwrap();
    let selector = source.select(&selector, [&evidence as &dyn Source], &limits).unwrap();
    let stack = Stack::new(Box::new(source)).evidence(Box::new(evidence));
    let request =
        Request::new("the image", selector, NOW.parse().unwrap()).layers(layertrust::report::Layers::All);
    let report =
        verifier().verify(&stack, &request).unwrap_or_else(|failure| panic!("{failure}")).into_report();
    serde_json::to_value(report).unwrap()
}

#[test]
fn every_form_gives_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let base = scene::base();
    let image = scene::app(&base.images[0]);
    let layout = scene::unsigned(&image);
    let mut signatures = base.evidence(&scene::vendor());
    scene::sign(&mut signatures, &scene::org(), &image.descriptor());
    signatures.write_dir(&at("evidence"));

    let saved = docker_saved(&image);
    layout.write_dir(&at("layout"));
    write_skopeo_dir(&image, &at("skopeo"));
    for (name, bytes) in [
        ("plain.tar", layout.tar()),
        ("image.tar.gz", gzip(&layout.tar())),
        ("image.tar.zst", zstd::encode_all(&*layout.tar(), 3).unwrap()),
        ("saved.tar", saved.clone()),
        ("saved.tar.gz", gzip(&saved)),
    ] {
        std::fs::write(at(name), bytes).unwrap();
    }

    let limits = Limits::default();
    let open = |form: &str, name: &str| {
        let reference: layertrust::ImageReference = format!("{form}:{}", at(name).display()).parse().unwrap();
        (LocalSource::open(&reference, &limits).unwrap(), reference.selector)
    };
    let stream = |bytes: &[u8]| (LocalSource::from_reader(bytes, &limits).unwrap(), Selector::Only);
    let expected = report(open("oci", "layout").0, Selector::Only, &at("evidence"));
    for (form, (source, selector)) in [
        ("oci-archive", open("oci-archive", "plain.tar")),
        ("gzip", open("oci-archive", "image.tar.gz")),
        ("zstd", open("oci-archive", "image.tar.zst")),
        ("docker-archive", open("docker-archive", "saved.tar")),
        ("docker-archive, named", open("docker-archive", "saved.tar:acme/app:1.2")),
        ("docker-archive, by its tag", open("docker-archive", "saved.tar:1.2")),
        ("docker-archive, gzip", open("docker-archive", "saved.tar.gz")),
        ("dir", open("dir", "skopeo")),
        ("stdin", stream(&layout.tar())),
        ("stdin, zstd", stream(&zstd::encode_all(&*layout.tar(), 3).unwrap())),
        ("stdin, docker save", stream(&gzip(&saved))),
    ] {
        assert_eq!(report(source, selector, &at("evidence")), expected, "{form}");
    }
}

#[test]
fn a_stream_that_holds_no_image_is_refused() {
    let code = |bytes: &[u8]| LocalSource::from_reader(bytes, &Limits::default()).unwrap_err().code();
    assert_eq!(code(b""), Code::Malformed);
    assert_eq!(code(&[0x5a; 4096]), Code::Malformed);
    assert_eq!(code(&[0; 1024]), Code::Malformed);
    let whole = scene::unsigned(&scene::app(&scene::base().images[0])).tar();
    let packed = gzip(&whole);
    assert_eq!(code(&packed[..packed.len() / 2]), Code::Malformed);
    // Wherever it is cut, between two entries too.
    for length in (0..whole.len() - 1024).step_by(512) {
        assert_eq!(code(&whole[..length]), Code::Malformed, "{length}");
    }
    let mut small = Limits::default();
    small.archive_size = 1024;
    assert!(layertrust::Layout::from_reader(&*whole, &Limits::default()).is_ok());
    let error = layertrust::Layout::from_reader(&*packed, &small).unwrap_err();
    assert_eq!(error.code(), Code::LimitExceeded);
}

/// A signature as `skopeo copy` keeps it beside an image.
fn signature_beside(image: &Image, key: &TestKey) -> Vec<u8> {
    let payload = cosign::payload("registry.example.com/app", &image.digest()).bytes();
    let encoded = base64::engine::general_purpose::STANDARD.encode(&payload);
    let json = serde_json::json!({
        "mimeType": "application/vnd.dev.cosign.simplesigning.v1+json",
        "payload": encoded,
        "annotations": { "dev.cosignproject.cosign/signature": key.sign_base64(&payload) },
    });
    [b"\0sigstore-json\n", json.to_string().as_bytes()].concat()
}

#[test]
fn signatures_beside_an_image_in_skopeos_folder_count_if_they_hold() {
    let policy = Policy::builder()
        .signer("ci", SignerKey::Key(PublicKey::from_pem(scene::org().public_pem().as_bytes()).unwrap()))
        .base(BaseRule::optional(["ci"]))
        .org(OrgRule::signed_by(["ci"]))
        .build()
        .unwrap();
    let verifier = Verifier::new(policy).unwrap();
    let image = scene::plain_spec().build();
    let ask = |signatures: &[Vec<u8>]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image");
        write_skopeo_dir(&image, &path);
        for (number, signature) in (1..).zip(signatures) {
            std::fs::write(path.join(format!("signature-{number}")), signature).unwrap();
        }
        let reference = format!("dir:{}", path.display()).parse().unwrap();
        let stack = Stack::new(Box::new(LocalSource::open(&reference, &Limits::default()).unwrap()));
        verifier.verify(&stack, &Request::new("the image", Selector::Only, NOW.parse().unwrap()))
    };
    let ours = signature_beside(&image, &scene::org());
    // One payload, two signatures: the first hides nothing.
    let report = ask(&[signature_beside(&image, &scene::stranger()), ours.clone()]).unwrap().into_report();
    assert!(report.platforms[0].signatures.iter().any(|one| one.rule.as_deref() == Some("org.signers")));
    let unverified = &report.platforms[0].unverified;
    assert!(unverified.iter().any(|one| one.code == Code::SignatureInvalid), "{unverified:?}");

    let refused = |signature: Vec<u8>, code| match ask(&[signature]) {
        Err(Failure::Rejected(report)) => {
            assert!(report.has(code, Severity::Error), "{:?}", report.findings);
            report.platforms[0].unverified.iter().map(|one| one.reason.clone()).collect::<String>()
        }
        other => panic!("{other:?}"),
    };
    let base = scene::base();
    refused(signature_beside(&base.images[0], &scene::org()), Code::SubjectMismatch);
    let openpgp = refused(b"\x89 an OpenPGP message".to_vec(), Code::SignatureMissing);
    assert!(openpgp.contains("application/pgp-signature"), "{openpgp}");
    // A payload that was altered.
    let text = String::from_utf8(ours).unwrap();
    let altered = text.replacen("\"payload\":\"ey", "\"payload\":\"fy", 1);
    assert_ne!(altered, text);
    refused(altered.into_bytes(), Code::SignatureInvalid);
}

fn tar_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, &**bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// `docker save IMAGE-ID`: no name, so `index.json` lists nothing, and only Docker's own list says what is there.
#[test]
fn an_image_saved_without_a_name_is_bound_to_its_signed_manifest() {
    let base = scene::base();
    let image = scene::app(&base.images[0]);
    let mut evidence = base.evidence(&scene::vendor());
    let descriptor = image.put_documents(&mut evidence);
    evidence.tag(&descriptor, "1.2");
    scene::sign(&mut evidence, &scene::org(), &descriptor);
    let folder = tempfile::tempdir().unwrap();
    evidence.write_dir(folder.path());
    let files = docker_saved_files(&image);
    let open = |index: &str, without: &str| {
        let mut files: Vec<_> = files.iter().filter(|(name, _)| name != without).cloned().collect();
        files.iter_mut().filter(|(name, _)| name == "index.json").for_each(|file| file.1 = index.into());
        LocalSource::from_reader(&*tar_of(&files), &Limits::default())
    };
    let limits = Limits::default();
    for manifests in [r#","manifests":null"#, r#","manifests":[]"#, ""] {
        let index = format!(r#"{{"schemaVersion":2{manifests}}}"#);
        let alone = open(&index, "-").unwrap();
        assert_eq!(alone.select(&Selector::Only, [], &limits).unwrap_err().code(), Code::NotFound);
        let report = report(open(&index, "-").unwrap(), Selector::Only, folder.path());
        assert_eq!(report["verdict"], "accepted");
        assert_eq!(report["image"]["digest"], image.digest());
    }
    // Neither of the two says anything.
    let nothing = open(r#"{"schemaVersion":2,"manifests":null}"#, "manifest.json");
    assert_eq!(nothing.unwrap_err().code(), Code::Malformed);
    // What lists something, or cannot be read, is a layout as before.
    assert_eq!(open("{", "-").unwrap_err().code(), Code::Malformed);
}

/// `docker load` goes by `manifest.json`: beside a signed image's index it must not name another image.
#[test]
fn dockers_list_beside_an_index_names_the_same_image() {
    let (image, other) = (scene::app(&scene::base().images[0]), scene::plain_spec().build());
    let mut layout = Written::new();
    let descriptor = image.put(&mut layout);
    layout.tag(&descriptor, "1.2");
    // In the archive, but not in its index.
    other.put(&mut layout);
    let path = |digest: &str| format!("blobs/{}", digest.replace(':', "/"));
    let listed = |config: &Image, layers: &Image, tag: &str| {
        serde_json::json!({
            "Config": path(&layertrust_testkit::store::sha256(&config.config)),
            "RepoTags": [tag],
            "Layers": layers.spec.layers.iter().map(|layer| path(&layer.digest())).collect::<Vec<_>>(),
        })
    };
    let ask = |list: &[serde_json::Value]| {
        let mut files = layout.files();
        files.push(("manifest.json".to_owned(), serde_json::to_vec(list).unwrap()));
        let source = LocalSource::from_reader(&*tar_of(&files), &Limits::default()).unwrap();
        source.select(&Selector::Tag("1.2".to_owned()), [], &Limits::default())
    };
    let ours = || listed(&image, &image, "acme/app:1.2");
    assert!(ask(&[ours()]).is_ok());
    for wrong in
        [listed(&other, &other, "acme/app:1.2"), listed(&image, &other, "x:1"), listed(&other, &image, "x:1")]
    {
        assert_eq!(ask(std::slice::from_ref(&wrong)).unwrap_err().code(), Code::Malformed);
        assert_eq!(ask(&[ours(), wrong]).unwrap_err().code(), Code::Malformed);
    }
}

/// A tar with the right diff ID in some other archive does not stand for a blob that is not there.
#[test]
fn an_archive_among_the_evidence_opens_no_layer_of_an_image() {
    let image = scene::plain_spec().build();
    let mut layout = Written::new();
    let descriptor = image.put_documents(&mut layout);
    layout.tag(&descriptor, "1.2");
    scene::sign(&mut layout, &scene::org(), &descriptor);
    let layers: Vec<String> = (0..image.spec.layers.len()).map(|at| format!("{at}/layer.tar")).collect();
    let list = serde_json::json!([{ "Config": "config.json", "RepoTags": null, "Layers": layers }]);
    let mut files: Vec<_> =
        layers.iter().cloned().zip(image.spec.layers.iter().map(|layer| layer.tar.clone())).collect();
    files.push(("config.json".to_owned(), image.config.clone()));
    files.push(("manifest.json".to_owned(), list.to_string().into()));
    let limits = Limits::default();
    let archive = || Box::new(LocalSource::from_reader(&*tar_of(&files), &limits).unwrap());
    let signed = || Box::new(LocalSource::from_reader(&*layout.tar(), &limits).unwrap());
    let policy = Policy::builder()
        .signer("ci", SignerKey::Key(PublicKey::from_pem(scene::org().public_pem().as_bytes()).unwrap()))
        .base(BaseRule::optional(["ci"]))
        .org(OrgRule::signed_by(["ci"]))
        .build()
        .unwrap();
    let verifier = Verifier::new(policy).unwrap();
    let request = Request::new("-", Selector::Digest(image.digest().parse().unwrap()), NOW.parse().unwrap())
        .layers(layertrust::report::Layers::All);
    // The archive is the image: its layers are what was asked about.
    assert!(verifier.verify(&Stack::new(archive()).evidence(signed()), &request).is_ok());
    match verifier.verify(&Stack::new(signed()).evidence(archive()), &request) {
        Err(Failure::Rejected(report)) => assert!(report.has(Code::BlobMissing, Severity::Error)),
        other => panic!("{other:?}"),
    }
}
