//! Verification summaries both ways: what we write about an image, signed, is what a later verification asks for.
#![cfg(feature = "keyless")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

mod kit;

use layertrust::report::Report;
use layertrust::{
    AttestationRule, AttestationType, BaseRule, Code, Digest, Failure, OrgRule, Policy, PublicKey, Result,
    SignerKey, Verifier,
};
use layertrust_testkit::cases::scene;
use layertrust_testkit::cosign::{bundle, envelope};
use layertrust_testkit::image::Image;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::statement::VSA_V1;
use layertrust_testkit::store::Layout;
use serde_json::Value;

const VERIFIER: &str = "https://ci.acme.test/verifier";
const NAME: &str = "registry.acme.test/orders/api:1.4.2";

/// The organization signs images that stand on the vendor's; QA verifies them and signs what it found.
fn verifier(rules: impl IntoIterator<Item = AttestationRule>) -> Verifier {
    let key = |key: TestKey| SignerKey::Key(PublicKey::from_pem(key.public_pem().as_bytes()).unwrap());
    let org = OrgRule::signed_by(["org"]);
    let policy = Policy::builder()
        .signer("vendor", key(scene::vendor()))
        .signer("org", key(scene::org()))
        .signer("qa", key(scene::qa()))
        .base(BaseRule::signed_by(["vendor"]))
        .org(rules.into_iter().fold(org, OrgRule::attestation))
        .build()
        .unwrap();
    Verifier::new(policy).unwrap()
}

fn image() -> Image {
    scene::app(&scene::base().images[0])
}

/// The image with what stands beside it.
fn layout() -> Layout {
    let mut layout = scene::signed(&image());
    layout.merge(&scene::base().evidence(&scene::vendor()));
    layout
}

fn ask(verifier: &Verifier, layout: &Layout) -> std::result::Result<Report, Failure> {
    let stored = kit::stored(layout, &image().digest());
    verifier.verify(&stored.source, &stored.request.clone().name(NAME)).map(layertrust::Accepted::into_report)
}

fn rejected(outcome: std::result::Result<Report, Failure>) -> Report {
    match outcome {
        Err(Failure::Rejected(report)) => *report,
        other => panic!("not rejected: {other:?}"),
    }
}

/// The image with that statement, signed by QA.
fn with(statement: &Value) -> Layout {
    and(layout(), statement)
}

fn and(mut layout: Layout, statement: &Value) -> Layout {
    let bundle = bundle(None, envelope(&scene::qa(), statement.to_string().as_bytes()));
    scene::add_bundle(&mut layout, &image().descriptor(), VSA_V1, &bundle);
    layout
}

fn rule() -> AttestationRule {
    AttestationRule::new(AttestationType::Vsa).signers(["qa"])
}

#[test]
fn what_is_written_is_accepted_by_who_asks_for_it() {
    let first = ask(&verifier([]), &layout()).unwrap();
    let statement = first.to_vsa(VERIFIER).unwrap().expect("there is a verdict");
    assert_eq!(statement["predicate"]["verificationResult"], "PASSED", "{statement:#}");
    assert!(statement["predicate"]["inputAttestations"].as_array().is_some_and(|inputs| inputs.len() > 3));
    let by: Digest = first.policy.as_ref().unwrap().digest.parse().unwrap();
    let other: Digest = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let layout = with(&statement);

    // All keys at once, then each alone with another value.
    let all = |verifier: &str, resource: &str, level: &str, by: Digest| -> Result<AttestationRule> {
        rule().verifier([verifier])?.resource([resource])?.levels([level])?.policy_digest([by])
    };
    let (resource, level) = ("registry.acme.test/orders/*", "LAYERTRUST_VENDOR_BASE");
    let accepted = ask(&verifier([all(VERIFIER, resource, level, by).unwrap()]), &layout).unwrap();
    let used = accepted.platforms[0].attestations.iter().find(|one| one.predicate_type == VSA_V1).unwrap();
    assert_eq!(used.rule.as_deref(), Some("org.attestation[0]"));
    assert_eq!(used.facts["resource"], "oci://registry.acme.test/orders/api");
    for (asked, code) in [
        (all("https://ci.acme.test/other", resource, level, by), Code::AttestationMissing),
        (all(VERIFIER, "registry.acme.test/payments/*", level, by), Code::ResultNotAllowed),
        (all(VERIFIER, resource, "SLSA_BUILD_LEVEL_0", by), Code::ResultNotAllowed),
        (all(VERIFIER, resource, level, other), Code::ResultNotAllowed),
    ] {
        let report = rejected(ask(&verifier([asked.unwrap()]), &layout));
        let found: Vec<&str> = report.errors().map(|finding| finding.code.name()).collect();
        assert_eq!(found, [code.name()]);
    }
    // It is QA's word, and nobody else's.
    let by_org = AttestationRule::new(AttestationType::Vsa).signers(["org"]);
    assert!(
        rejected(ask(&verifier([by_org]), &layout)).errors().any(|one| one.code == Code::SignerNotAllowed)
    );
}

#[test]
fn what_was_rejected_is_refused_by_who_asks_for_it() {
    let sbom = AttestationRule::new(AttestationType::Sbom);
    let statement = rejected(ask(&verifier([sbom]), &layout())).to_vsa(VERIFIER).unwrap().unwrap();
    assert_eq!(statement["predicate"]["verificationResult"], "FAILED");
    let report = rejected(ask(&verifier([rule()]), &with(&statement)));
    let found: Vec<&str> = report.errors().map(|finding| finding.code.name()).collect();
    assert_eq!(found, ["result-not-allowed"]);
}

#[test]
fn a_summary_that_a_verdict_rests_on_is_among_the_inputs_of_the_next() {
    let first = ask(&verifier([]), &layout()).unwrap().to_vsa(VERIFIER).unwrap().unwrap();
    let count = |statement: &Value| statement["predicate"]["inputAttestations"].as_array().unwrap().len();
    let second = ask(&verifier([rule()]), &with(&first)).unwrap().to_vsa(VERIFIER).unwrap().unwrap();
    assert_eq!(count(&second), count(&first) + 2, "the bundle and the manifest that carries it");
}

#[test]
fn what_was_verified_twice_has_one_result_or_none() {
    let once = ask(&verifier([]), &layout()).unwrap().to_vsa(VERIFIER).unwrap().unwrap();
    let mut again = once.clone();
    again["predicate"]["timeVerified"] = "2026-11-23T12:00:00Z".into();
    ask(&verifier([rule()]), &and(with(&once), &again)).unwrap();
    again["predicate"]["verificationResult"] = "FAILED".into();
    let report = rejected(ask(&verifier([rule()]), &and(with(&once), &again)));
    assert!(
        report.errors().any(|finding| finding.code == Code::AttestationConflict),
        "{:?}",
        report.findings
    );
}

#[test]
fn another_image_is_not_what_was_verified() {
    let mut statement = ask(&verifier([]), &layout()).unwrap().to_vsa(VERIFIER).unwrap().unwrap();
    for subject in statement["subject"].as_array_mut().unwrap() {
        subject["digest"]["sha256"] = "1".repeat(64).into();
    }
    let report = rejected(ask(&verifier([rule()]), &with(&statement)));
    assert!(report.errors().any(|finding| finding.code == Code::SubjectMismatch), "{:?}", report.findings);
}
