//! The four kinds of image side by side, and what an unsigned local build is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use layertrust::report::{OwnerKind, Report, VendorClass};
use layertrust::{Code, Failure, Policy, Severity, Verifier};
use scenario::{Beside, Scenario, codes, testdata};

/// Asks a case's question with another policy.
fn ask(case: &str, policy: &str) -> Result<Report, Failure> {
    let folder = testdata().join("cases").join(case);
    let case = Scenario::load(&folder.join("case.toml"));
    let policy = Policy::from_toml(policy, &Beside(folder.clone())).unwrap();
    let source = case.source(&folder).unwrap();
    Verifier::new(policy)
        .unwrap()
        .verify(&source, &case.request(&folder))
        .map(layertrust::Accepted::into_report)
}

fn policy(base: &str) -> String {
    format!(
        "version = 1\n[signers.vendor]\nkey = \"../keys/vendor.pub\"\n[signers.org]\nkey = \"../keys/org.pub\"\n\
         [base]\nsigners = [\"vendor\"]\n{base}\n[org]\nsigners = [\"org\"]\n"
    )
}

fn rejected(outcome: Result<Report, Failure>) -> Report {
    match outcome {
        Err(Failure::Rejected(report)) => *report,
        other => panic!("not rejected: {other:?}"),
    }
}

#[test]
fn the_four_kinds_of_image_are_told_apart() {
    let plain = policy("");
    let admitting = policy("accept-customizations = [\"acme\"]");

    // 1. An untouched catalog image needs no organization's signature.
    let catalog = ask("catalog-untouched", &plain).unwrap();
    let platform = catalog.platforms.first().unwrap();
    let segment = platform.segments.first().unwrap();
    assert_eq!((segment.owner, segment.class), (OwnerKind::Vendor, Some(VendorClass::Catalog)));
    assert_eq!(platform.segments.len(), 1);
    assert_eq!(platform.config.owner, OwnerKind::Vendor);

    // 2. An image derived from it: two owners, and the config is the organization's.
    let derived = ask("derived-bundle", &plain).unwrap();
    let platform = derived.platforms.first().unwrap();
    let owners: Vec<_> = platform.segments.iter().map(|segment| segment.owner).collect();
    assert_eq!(owners, [OwnerKind::Vendor, OwnerKind::Org]);
    assert_eq!(platform.config.owner, OwnerKind::Org);

    // 3. The vendor's build for this organization: only if the policy admits it, and never as `vendor`.
    let customization = ask("customization-accepted", &admitting).unwrap();
    let platform = customization.platforms.first().unwrap();
    let segment = platform.segments.first().unwrap();
    assert_eq!(
        (segment.owner, segment.class),
        (OwnerKind::VendorCustomization, Some(VendorClass::Customization))
    );
    assert_eq!(segment.name.as_deref(), Some("acme"));
    assert_eq!(platform.config.owner, OwnerKind::VendorCustomization);
    let refused = rejected(ask("customization-accepted", &plain));
    assert!(codes(&refused, Severity::Error).contains(&"base-not-allowed"));

    // 4. The vendor's build for somebody else.
    let foreign = rejected(ask("base-customization-of-other-org", &admitting));
    assert!(codes(&foreign, Severity::Error).contains(&"base-not-allowed"));

    for (kind, answer) in [
        ("untouched catalog image", "accepted".to_owned()),
        ("derived from it, signed", "accepted".to_owned()),
        ("vendor-built for this organization", "accepted with accept-customizations".to_owned()),
        ("the same without accept-customizations", codes(&refused, Severity::Error).join(" ")),
        ("on a build for another organization", codes(&foreign, Severity::Error).join(" ")),
    ] {
        println!("{kind:<45} {answer}");
    }
}

#[test]
fn an_unsigned_local_build_is_told_the_exact_commands() {
    let folder = testdata().join("cases/unsigned");
    let case = Scenario::load(&folder.join("case.toml"));
    let verifier = Verifier::new(case.policy(&folder).unwrap()).unwrap();
    let request = case.request(&folder).name("registry.example.com/orders:1.2");
    let Err(Failure::Rejected(report)) = verifier.verify(&case.source(&folder).unwrap(), &request) else {
        panic!("an unsigned image was not rejected");
    };
    let missing = report.findings.iter().find(|finding| finding.code == Code::SignatureMissing).unwrap();
    let digest = report.image.digest.as_deref().unwrap();
    let image = format!("registry.example.com/orders@{digest}");
    assert!(missing.hint.contains(&format!("`cosign sign --key cosign.key {image}`")), "{}", missing.hint);
    let attest = format!(
        "`cosign attest --key cosign.key --type slsaprovenance1 --predicate provenance.json {image}`"
    );
    assert!(missing.hint.contains(&attest), "{}", missing.hint);
}

#[test]
fn audit_mode_gives_the_same_verdict_and_findings() {
    let enforced = rejected(ask("unsigned", &policy("")));
    let audited =
        rejected(ask("unsigned", &policy("").replace("version = 1\n", "version = 1\nmode = \"audit\"\n")));
    assert_eq!(enforced.findings, audited.findings);
    assert_eq!(audited.policy.unwrap().mode, layertrust::report::Mode::Audit);
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let bytes = || serde_json::to_vec(&ask("derived-bundle", &policy("")).unwrap()).unwrap();
    assert_eq!(bytes(), bytes());
}
