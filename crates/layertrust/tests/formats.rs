//! Images in older clothes: Docker's media types, SHA-512 digests, layers of unknown types.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use layertrust::report::{InputRole, OwnerKind, Report};
use layertrust::{
    Algorithm, AttestationRule, AttestationType, BaseRule, BundleFiles, Code, Digest, Failure, Layout,
    Limits, OrgRule, Origin, Policy, PublicKey, Request, Selector, Severity, SignerKey, Stack, Verifier,
};
use layertrust_testkit::cases::scene;
use layertrust_testkit::cosign::{attestation_layer, bundle, envelope, legacy_manifest, signed_bundle};
use layertrust_testkit::export::digest_tag;
use layertrust_testkit::image::ImageSpec;
use layertrust_testkit::json::Json;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::object;
use layertrust_testkit::statement::{attest_statement, sign_statement};
use layertrust_testkit::store::Layout as Written;
use layertrust_testkit::vendor::{VendorImage, vendor_spec};

/// Asks about an image without a base, signed by the organization or not.
fn ask(layout: &Written, digest: &str) -> Result<Report, Failure> {
    let folder = tempfile::tempdir().unwrap();
    layout.write_dir(folder.path());
    ask_folder(folder.path(), digest)
}

fn ask_folder(folder: &std::path::Path, digest: &str) -> Result<Report, Failure> {
    let source = Stack::new(Box::new(Layout::open_folder(folder, &Limits::default()).unwrap()));
    verify(&source, digest)
}

fn verify(source: &Stack, digest: &str) -> Result<Report, Failure> {
    verify_by(OrgRule::signed_by(["org"]), source, digest)
}

fn verify_by(rule: OrgRule, source: &Stack, digest: &str) -> Result<Report, Failure> {
    let key = |key: TestKey| SignerKey::Key(PublicKey::from_pem(key.public_pem().as_bytes()).unwrap());
    let policy = Policy::builder()
        .signer("vendor", key(scene::vendor()))
        .signer("org", key(scene::org()))
        .base(BaseRule::optional(["vendor"]))
        .org(rule)
        .build()
        .unwrap();
    let request = Request::new(
        "image",
        Selector::Digest(digest.parse().unwrap()),
        "2026-11-24T12:00:00Z".parse().unwrap(),
    );
    Verifier::new(policy).unwrap().verify(source, &request).map(layertrust::Accepted::into_report)
}

/// The plain image with its manifest's text edited, signed as it then is.
fn signed_after(edit: impl Fn(&str) -> String) -> (Written, String) {
    let image = scene::plain_spec().build();
    let manifest = edit(std::str::from_utf8(&image.manifest).unwrap());
    let image = image.with_manifest(manifest.into_bytes());
    (scene::signed(&image), image.digest())
}

#[test]
fn dockers_media_types_are_read() {
    let (mut layout, _) = signed_after(str::to_owned);
    let image = scene::plain_spec().build();
    let text = std::str::from_utf8(&image.manifest).unwrap();
    let docker = text
        .replace(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
        )
        .replace("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json")
        .replace(
            "application/vnd.oci.image.layer.v1.tar+gzip",
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
        );
    let manifest = layout.put("application/vnd.docker.distribution.manifest.v2+json", docker);
    layout.tag(&manifest, "docker");
    scene::sign(&mut layout, &scene::org(), &manifest);
    let report = ask(&layout, &manifest.digest).unwrap();
    let layers = &report.platforms.first().unwrap().layers;
    assert!(layers.iter().all(|layer| layer.owner == OwnerKind::Org && layer.media_type.contains("docker")));
}

#[test]
fn a_layer_of_an_unknown_type_is_named_and_not_silently_owned() {
    let unknown = |text: &str| text.replacen("layer.v1.tar+gzip", "layer.v1.tar+gzip+encrypted", 1);
    let (layout, digest) = signed_after(unknown);
    let Err(Failure::Rejected(report)) = ask(&layout, &digest) else { panic!("it was accepted") };
    assert!(report.has(Code::UnsupportedFormat, Severity::Error));
    assert_eq!(report.errors().next().unwrap().layer, Some(0));
}

/// Layers that lie where the registry's owner may not put them: who unpacks what, runtimes do not agree.
const FOREIGN: [&str; 5] = [
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
];

/// The organization's own image, the vendor's, and one on the other, whose lowest layer is of this type.
fn with_lowest_layer(media_type: Option<&str>) -> [(&'static str, Written, String); 3] {
    let typed = |mut spec: ImageSpec| {
        if let (Some(layer), Some(media_type)) = (spec.layers.first_mut(), media_type) {
            layer.media_type = media_type.to_owned();
        }
        spec.build()
    };
    let plain = typed(scene::plain_spec());
    let base = VendorImage::of("dhi/python", vec![typed(vendor_spec("dhi/python", "linux/amd64"))]);
    let image = base.images.first().unwrap();
    let mut vendors = base.evidence(&scene::vendor());
    base.put_layers(&mut vendors);
    let app = scene::app(image);
    let mut derived = scene::signed(&app);
    derived.merge(&vendors);
    scene::attest_provenance(&mut derived, &scene::org(), &app.descriptor(), &base);
    [
        ("the organization's", scene::signed(&plain), plain.digest()),
        ("the vendor's", vendors, image.digest()),
        ("derived", derived, app.digest()),
    ]
}

#[test]
fn foreign_layers_are_named_and_not_silently_owned_whoever_signed_them() {
    for (whose, layout, digest) in with_lowest_layer(None) {
        let report = ask(&layout, &digest).unwrap_or_else(|failure| panic!("{whose}: {failure}"));
        let owner = report.platforms.first().unwrap().layers.first().unwrap().owner;
        let expected = if whose == "the organization's" { OwnerKind::Org } else { OwnerKind::Vendor };
        assert_eq!(owner, expected, "{whose}");
    }
    for media_type in FOREIGN {
        for (whose, layout, digest) in with_lowest_layer(Some(media_type)) {
            let Err(Failure::Rejected(report)) = ask(&layout, &digest) else {
                panic!("{whose} {media_type} was accepted")
            };
            let named = report.errors().find(|finding| finding.code == Code::UnsupportedFormat);
            let named = named.unwrap_or_else(|| panic!("{whose} {media_type}: {:?}", report.findings));
            assert_eq!(named.layer, Some(0), "{whose} {media_type}");
            assert!(named.message.contains(media_type), "{}", named.message);
        }
    }
}

/// Asks about the plain image with one attestation as cosign 1 and 2 attach them, signed by the organization.
fn ask_attested(signed: bool, kind: &str, predicate: Json, rule: OrgRule) -> Result<Report, Failure> {
    let image = scene::plain_spec().build();
    let statement = attest_statement("registry.example.com/app", &image.digest(), kind, predicate);
    let mut layout = if signed { scene::signed(&image) } else { scene::unsigned(&image) };
    let layer = attestation_layer(&envelope(&scene::org(), &statement.bytes()), kind);
    let manifest = legacy_manifest(&mut layout, &[layer]);
    digest_tag(&mut layout, &image.digest(), "att", &manifest);
    let folder = tempfile::tempdir().unwrap();
    layout.write_dir(folder.path());
    let source = Stack::new(Box::new(Layout::open_folder(folder.path(), &Limits::default()).unwrap()));
    verify_by(rule, &source, &image.digest())
}

fn wants(kind: AttestationType) -> OrgRule {
    OrgRule::signed_by(["org"]).attestation(AttestationRule::new(kind))
}

fn refused(answer: Result<Report, Failure>, code: Code) -> Box<Report> {
    let Err(Failure::Rejected(report)) = answer else { panic!("expected {code}: {answer:?}") };
    assert!(report.has(code, Severity::Error), "expected {code}: {:?}", report.findings);
    report
}

#[test]
fn cosigns_own_predicate_is_listed_and_satisfies_nothing() {
    let kind = "https://cosign.sigstore.dev/attestation/v1";
    let predicate = || object! { "Data": "{\"reviewed\": true}\n", "Timestamp": "2022-07-08T18:10:09Z" };
    let report = ask_attested(true, kind, predicate(), OrgRule::signed_by(["org"])).unwrap();
    let attestations = &report.platforms.first().unwrap().attestations;
    let [custom] = &attestations[..] else { panic!("{attestations:?}") };
    assert_eq!((custom.predicate_type.as_str(), custom.kind.as_deref()), (kind, None));
    assert_eq!((custom.origin, custom.rule.as_deref()), (Origin::CosignTag, None));
    // It is no image signature and no SBOM.
    refused(ask_attested(false, kind, predicate(), OrgRule::signed_by(["org"])), Code::SignatureMissing);
    refused(ask_attested(true, kind, predicate(), wants(AttestationType::Sbom)), Code::AttestationMissing);
}

#[test]
fn spdx_as_text_is_an_sbom() {
    let (spdx, cyclonedx) = ("https://spdx.dev/Document", "https://cyclonedx.org/bom");
    let digest = layertrust_testkit::store::sha256(b"app");
    let document = || Json::from(layertrust_testkit::statement::spdx("app", &digest).to_string());
    let tags = "SPDXVersion: SPDX-2.3\nDocumentNamespace: https://a.test\nCreated: 2026-11-20T09:15:00Z\n";
    let counted = || Json::from(format!("{tags}PackageName: libc6\n"));
    for text in [&document as &dyn Fn() -> Json, &counted] {
        for rule in [AttestationType::Spdx, AttestationType::Sbom] {
            let report = ask_attested(true, spdx, text(), wants(rule)).unwrap();
            let attestations = &report.platforms.first().unwrap().attestations;
            assert_eq!(attestations.first().unwrap().rule.as_deref(), Some("org.attestation[0]"));
        }
    }
    refused(ask_attested(true, spdx, counted(), wants(AttestationType::CycloneDx)), Code::AttestationMissing);
    refused(ask_attested(true, spdx, Json::from(tags), wants(AttestationType::Spdx)), Code::PredicateInvalid);
    refused(ask_attested(true, spdx, Json::from(""), wants(AttestationType::Spdx)), Code::PredicateInvalid);
    refused(ask_attested(true, cyclonedx, counted(), wants(AttestationType::Sbom)), Code::PredicateInvalid);
}

/// Everything by SHA-512: the manifest, its config, and the subject of the signature.
#[test]
fn sha512_digests_are_read_and_checked() {
    let image = scene::plain_spec().build();
    let folder = tempfile::tempdir().unwrap();
    scene::unsigned(&image).write_dir(folder.path());
    let blobs = folder.path().join("blobs/sha512");
    std::fs::create_dir(&blobs).unwrap();
    let put = |bytes: &[u8]| {
        let digest = Digest::of(Algorithm::Sha512, bytes);
        std::fs::write(blobs.join(digest.hex()), bytes).unwrap();
        digest
    };
    let config = put(&image.config);
    let text = std::str::from_utf8(&image.manifest).unwrap();
    let manifest = text.replace(&layertrust_testkit::store::sha256(&image.config), &config.to_string());
    let digest = put(manifest.as_bytes());
    let refer = |subject: &Digest| {
        let statement = format!(
            r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[{{"digest":{{"sha512":"{}"}}}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{{}}}}"#,
            subject.hex()
        );
        let signed = bundle(None, envelope(&scene::org(), statement.as_bytes())).bytes();
        let layer = put(&signed);
        let empty = put(b"{}");
        put(format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{empty}","size":2}},"layers":[{{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","digest":"{layer}","size":{}}}],"subject":{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{digest}","size":{}}}}}"#,
            signed.len(),
            manifest.len(),
        ).as_bytes());
    };
    refer(&Digest::of(Algorithm::Sha512, b"another image"));
    let Err(Failure::Rejected(report)) = ask_folder(folder.path(), &digest.to_string()) else {
        panic!("accepted")
    };
    assert!(report.has(Code::SubjectMismatch, Severity::Error));
    refer(&digest);
    assert!(ask_folder(folder.path(), &digest.to_string()).is_ok());
    std::fs::write(blobs.join(config.hex()), vec![b' '; image.config.len()]).unwrap();
    let Err(Failure::Rejected(report)) = ask_folder(folder.path(), &digest.to_string()) else {
        panic!("accepted")
    };
    assert!(report.has(Code::DigestMismatch, Severity::Error));
}

/// What `gh attestation download` and `cosign sign --bundle` leave: files beside the image.
#[test]
fn bundles_in_files_are_evidence() {
    let image = scene::plain_spec().build();
    let folder = tempfile::tempdir().unwrap();
    scene::unsigned(&image).write_dir(folder.path());
    let with_bundles = |lines: &[Vec<u8>]| {
        let file = folder.path().join("evidence.jsonl");
        std::fs::write(&file, lines.join(&b'\n')).unwrap();
        let limits = Limits::default();
        let source = Stack::new(Box::new(Layout::open_folder(folder.path(), &limits).unwrap()))
            .evidence(Box::new(BundleFiles::open(&file, &limits).unwrap()));
        verify(&source, &image.digest())
    };
    let sign = |key: &TestKey, digest: &str| signed_bundle(key, &sign_statement(digest)).bytes();
    let other = format!("sha256:{}", "0".repeat(64));
    let report = with_bundles(&[sign(&scene::org(), &other), sign(&scene::org(), &image.digest())]).unwrap();
    let signature = report.platforms.first().unwrap().signatures.first().unwrap();
    assert_eq!(signature.origin, Origin::BundleFile);
    assert!(
        report.inputs.iter().all(|input| input.role != InputRole::Carrier),
        "there is no manifest around it"
    );
    let Err(Failure::Rejected(report)) = with_bundles(&[sign(&scene::stranger(), &image.digest())]) else {
        panic!()
    };
    assert!(report.has(Code::SignerNotAllowed, Severity::Error));
    let Err(Failure::Rejected(report)) = with_bundles(&[sign(&scene::org(), &other)]) else { panic!() };
    assert!(report.has(Code::SignatureMissing, Severity::Error));
}
