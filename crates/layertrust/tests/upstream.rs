//! One organization's real image on a real hardened base. Its files are read in place and never kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use std::path::Path;

use layertrust::report::{CandidateOrigin, CandidateOutcome};
use layertrust::{
    BaseRule, Code, Layout, Limits, OrgRule, Policy, Request, Selector, Severity, SignerKey, Stack, Verifier,
};
use layertrust_testkit::cosign;
use layertrust_testkit::store::{Descriptor, INDEX, Layout as Written, MANIFEST};
use scenario::shared;

/// Loose files put together: image, its bundles as referrers, and the base's index. The base's manifests are
/// not among them.
fn assemble(files: &Path, target: &Path) -> Descriptor {
    let read = |name: &str| std::fs::read(files.join(name)).unwrap();
    let mut layout = Written::new();
    let image = layout.put(MANIFEST, read("image-manifest.json"));
    layout.put("application/vnd.oci.image.config.v1+json", read("image-config.json"));
    layout.tag(&image, "golden");
    for (bundle, kind) in [
        ("signature.sigstore.json", "https://sigstore.dev/cosign/sign/v1"),
        ("slsa-provenance.sigstore.json", "https://slsa.dev/provenance/v1"),
    ] {
        cosign::bundle_referrer(&mut layout, &image, kind, &read(bundle));
    }
    layout.put(INDEX, read("dhi-python-index.json"));
    layout.write_dir(target);
    image
}

#[test]
fn a_real_image_is_inspected_and_its_base_is_not_at_hand() {
    let Some(folder) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let target = tempfile::tempdir().unwrap();
    let image = assemble(&folder.join("real-image-on-dhi/golden-python"), target.path());
    let policy = Policy::builder()
        .signer("dhi", SignerKey::DockerDhi)
        .base(BaseRule::optional(["dhi"]))
        .org(OrgRule::layers_forbidden())
        .build()
        .unwrap();
    let source = Stack::new(Box::new(Layout::open_folder(target.path(), &Limits::default()).unwrap()));
    let selector = Selector::Digest(image.digest.parse().unwrap());
    let request = Request::new("golden-python", selector, "2026-11-24T12:00:00Z".parse().unwrap());
    let report = Verifier::new(policy).unwrap().inspect(&source, &request).unwrap();

    let platform = report.platforms.first().unwrap();
    for one in &platform.base_candidates {
        println!("base candidate {}: {:?}", one.digest, one.outcome);
    }
    assert!(report.verdict.is_none());
    let candidate =
        platform.base_candidates.iter().find(|one| one.origin == CandidateOrigin::Unsigned).unwrap();
    assert_eq!(candidate.outcome, CandidateOutcome::NotAtHand);
    assert!(platform.unverified.iter().any(|one| one.code == Code::BaseUnavailable));
    assert!(!report.has(Code::BaseUnavailable, Severity::Error), "inspect judges nothing");
    assert!(report.errors().next().is_none(), "{:?}", report.findings);
    assert!(platform.signatures.is_empty() && platform.attestations.is_empty());
}
