//! Signatures by certificates of which one thing does not hold.

use crate::case::Case;
use crate::sigstore::bundle::{SIGNING_DELAY, key_dsse, keyless_dsse};
use crate::sigstore::{Bundle, Identity, LeafOptions, Time, Version, body};

use super::keyless::{
    SOURCE, WORKFLOW, add, bare_key, key_policy, policy, private, private_policy, provenance, release,
    signed_at, stranger, timestamped, with_signature, world,
};
use super::scene;
use crate::statement::{COSIGN_SIGN, sign_statement};

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = vec![
        unnamed_signer(),
        both_name_their_fault(),
        builder_contradicts(),
        builder_is_the_started_workflow(),
        builder_of_the_certificate_not_allowed(),
    ];
    cases.extend(certificates());
    cases.extend(logs_and_times());
    cases.extend(identities());
    cases.extend(keys());
    cases
}

type Fault = (&'static str, &'static str, &'static str, &'static str, fn(&[u8]) -> Bundle);

/// Name, what is wrong, the rule that it breaks, the code, and the signature.
fn faulty((name, about, spec, code, bundle): Fault) -> Case {
    with_signature(Case::rejected(name, about, spec, &[code]), bundle).unverified(&[code])
}

fn certificates() -> Vec<Case> {
    let faults: [Fault; 6] = [
        (
            "keyless-other-authority",
            "the certificate is by an authority outside the root, the log entry is sound",
            "docs/RULES.md R6.1",
            "certificate-invalid",
            |statement| {
                let signer = stranger().signer(&release(), signed_at());
                let signed = signer.dsse(statement);
                let entry =
                    world().rekor.entry(&body::dsse(&signer, &signed), signed_at().plus(SIGNING_DELAY));
                Bundle::new(Version::V03, &signer, &signed).logged(entry)
            },
        ),
        (
            "keyless-forged-certificate",
            "the certificate names the authority's intermediate and is signed by another key",
            "docs/RULES.md R6.1",
            "certificate-invalid",
            |statement| {
                let options =
                    LeafOptions { forged_by: Some(scene::stranger()), ..LeafOptions::logged(&world().ct) };
                logged(&release(), &options, statement)
            },
        ),
        (
            "keyless-no-code-signing",
            "the certificate is for server authentication",
            "docs/RULES.md R6.1",
            "certificate-invalid",
            |statement| {
                let options =
                    LeafOptions { purposes: vec!["1.3.6.1.5.5.7.3.1"], ..LeafOptions::logged(&world().ct) };
                logged(&release(), &options, statement)
            },
        ),
        (
            "keyless-expired",
            "the log saw the signature when the certificate was no longer valid",
            "docs/RULES.md R6.2",
            "certificate-expired",
            |statement| {
                let signer = world().signer(&release(), signed_at());
                let signed = signer.dsse(statement);
                let entry = world().rekor.entry(&body::dsse(&signer, &signed), signed_at().plus(601));
                Bundle::new(Version::V03, &signer, &signed).logged(entry)
            },
        ),
        (
            "keyless-no-sct",
            "no certificate log saw the certificate",
            "docs/RULES.md R6.3",
            "certificate-invalid",
            |statement| logged(&release(), &LeafOptions::default(), statement),
        ),
        (
            "keyless-sct-by-stranger",
            "a certificate log outside the root saw the certificate",
            "docs/RULES.md R6.3",
            "certificate-invalid",
            |statement| logged(&release(), &LeafOptions::logged(&stranger().ct), statement),
        ),
    ];
    faults.into_iter().map(faulty).collect()
}

/// A bundle with an entry of Rekor v1 by a certificate of any soundness.
fn logged(identity: &Identity, options: &LeafOptions, statement: &[u8]) -> Bundle {
    let signer = world().signer_with(identity, signed_at(), options);
    let signed = signer.dsse(statement);
    let entry = world().rekor.entry(&body::dsse(&signer, &signed), signed_at().plus(SIGNING_DELAY));
    Bundle::new(Version::V03, &signer, &signed).logged(entry)
}

fn honest(statement: &[u8]) -> Bundle {
    keyless_dsse(&world(), &release(), statement, signed_at())
}

fn logs_and_times() -> Vec<Case> {
    let faults: [Fault; 9] = [
        (
            "keyless-no-time",
            "the promise of the log is gone, so its time is anybody's; the proof of inclusion is sound",
            "docs/RULES.md R6.4, R6.5 (CVE-2024-55655)",
            "time-not-proved",
            |statement| {
                let mut bundle = honest(statement);
                bundle.entries[0].promise = None;
                bundle
            },
        ),
        (
            "keyless-promise-altered",
            "the log promised the entry for another second",
            "docs/RULES.md R6.6",
            "tlog-invalid",
            |statement| {
                let mut bundle = honest(statement);
                bundle.entries[0].integrated_time = Some(signed_at().plus(SIGNING_DELAY + 1));
                bundle
            },
        ),
        (
            "keyless-log-outside-the-root",
            "a log that the root does not list has the entry",
            "docs/RULES.md R6.6",
            "tlog-invalid",
            |statement| {
                let signer = world().signer(&release(), signed_at());
                let signed = signer.dsse(statement);
                let at = signed_at().plus(SIGNING_DELAY);
                let entry = stranger().rekor.entry(&body::dsse(&signer, &signed), at);
                Bundle::new(Version::V03, &signer, &signed).logged(entry)
            },
        ),
        (
            "keyless-foreign-entry",
            "a sound entry of another signature by the same workflow",
            "docs/RULES.md R6.7 (CVE-2022-36056, CVE-2026-22703)",
            "tlog-invalid",
            |statement| {
                let mut bundle = honest(statement);
                bundle.entries = honest(b"{}").entries;
                bundle
            },
        ),
        (
            "keyless-entry-twice",
            "one entry stands there twice",
            "docs/RULES.md R6.6",
            "tlog-invalid",
            |statement| {
                let mut bundle = honest(statement);
                bundle.entries.push(bundle.entries[0].clone());
                bundle
            },
        ),
        (
            "keyless-no-log",
            "a timestamp proves the time, but no log has the signature and the root wants one",
            "docs/RULES.md R6.8",
            "tlog-missing",
            |statement| timestamped(&world(), &release(), statement),
        ),
        (
            "keyless-timestamp-of-other-signature",
            "a timestamp of the right authority over another signature",
            "docs/RULES.md R6.9",
            "timestamp-invalid",
            |statement| {
                let token = world().tsa.timestamp(b"another signature", signed_at().plus(SIGNING_DELAY));
                honest(statement).timestamped(token)
            },
        ),
        (
            "keyless-stranger-timestamp-alone",
            "the only time is by an authority outside the root",
            "docs/RULES.md R6.10",
            "time-not-proved",
            |statement| {
                let mut bundle = timestamped(&world(), &release(), statement);
                let signature = world().signer(&release(), signed_at()).dsse(statement).signature;
                bundle.timestamps =
                    vec![stranger().tsa.timestamp(&signature, signed_at().plus(SIGNING_DELAY))];
                bundle
            },
        ),
        (
            "keyless-after-now",
            "the log saw the signature after the time at which it is judged",
            "docs/RULES.md R6.11",
            "tlog-invalid",
            |statement| keyless_dsse(&world(), &release(), statement, Time::parse("2026-11-24T12:00:00Z")),
        ),
    ];
    faults.into_iter().map(faulty).collect()
}

fn identities() -> Vec<Case> {
    let faults: [Fault; 4] = [
        (
            "keyless-wrong-identity",
            "another workflow of the organization signed",
            "docs/RULES.md R6.12",
            "signer-not-allowed",
            |statement| {
                let workflow =
                    "https://github.com/acme/orders-api/.github/workflows/test.yml@refs/tags/v1.4.2";
                let identity = Identity::github(workflow, SOURCE, "refs/tags/v1.4.2");
                keyless_dsse(&world(), &identity, statement, signed_at())
            },
        ),
        (
            "keyless-wrong-issuer",
            "the identity is equal and another issuer vouches for it",
            "docs/RULES.md R6.12",
            "signer-not-allowed",
            |statement| {
                let other = "https://token.actions.example.org";
                let identity = release().claim(1, other).claim(8, other);
                keyless_dsse(&world(), &identity, statement, signed_at())
            },
        ),
        (
            "keyless-called-from-elsewhere",
            "a stranger's repository called the organization's workflow",
            "docs/RULES.md R6.13",
            "signer-not-allowed",
            |statement| {
                let identity =
                    Identity::github(WORKFLOW, "https://github.com/mallory/fork", "refs/tags/v1.4.2");
                keyless_dsse(&world(), &identity, statement, signed_at())
            },
        ),
        (
            "keyless-two-issuers",
            "the certificate names two issuers that differ",
            "Fulcio oid-info.md: 1.3.6.1.4.1.57264.1.1 and .8",
            "certificate-invalid",
            |statement| {
                let identity = release().claim(1, "https://accounts.google.com");
                keyless_dsse(&world(), &identity, statement, signed_at())
            },
        ),
    ];
    faults.into_iter().map(faulty).collect()
}

fn keys() -> Vec<Case> {
    let period = || key_policy().with("[signers.org]", r#"not-after = "2026-11-01T00:00:00Z""#);
    let key = |statement: &[u8]| key_dsse(&world(), &scene::org(), statement, signed_at());
    let foreign = |statement: &[u8]| {
        let mut bundle = key_dsse(&world(), &scene::org(), statement, signed_at());
        bundle.entries = key_dsse(&world(), &scene::org(), b"{}", signed_at()).entries;
        bundle
    };
    let faults: [(Fault, _); 5] = [
        (
            (
                "key-outside-its-period",
                "the log proves that the key signed after the last day on which it counts",
                "docs/RULES.md R6.14",
                "key-inactive",
                key,
            ),
            period(),
        ),
        (
            (
                "key-period-without-a-time",
                "the key counts for a period, and nothing proves when it signed",
                "docs/RULES.md R6.14",
                "time-not-proved",
                bare_key,
            ),
            period(),
        ),
        (
            (
                "key-without-its-log-entry",
                "the key counts only with a log entry, and there is none",
                "docs/RULES.md R6.8",
                "tlog-missing",
                bare_key,
            ),
            key_policy().with("[signers.org]", r#"tlog = "required""#),
        ),
        (
            (
                "key-with-foreign-entry",
                "no log entry is needed, and the one that is there is about another signature",
                "docs/RULES.md R6.15",
                "tlog-invalid",
                foreign,
            ),
            key_policy(),
        ),
        (
            (
                "private-authority-expired",
                "a root without a clock, and a certificate that is no longer valid",
                "docs/RULES.md R6.2",
                "certificate-expired",
                |statement| private("2026-11-24T11:45:00Z", statement),
            ),
            private_policy(),
        ),
    ];
    faults.into_iter().map(|(fault, policy)| faulty(fault).policy(policy)).collect()
}

fn unnamed_signer() -> Case {
    let case = Case::rejected(
        "keyless-where-keys-are-wanted",
        "a sound signature by a certificate; the policy names a key",
        "docs/RULES.md R6.12",
        &["signer-not-allowed"],
    );
    with_signature(case, honest).policy(key_policy()).unverified(&["signer-not-allowed"])
}

/// Beside a good signature a broken one is reported and hides nothing; here both are broken.
fn both_name_their_fault() -> Case {
    let case = Case::rejected(
        "keyless-two-broken",
        "two signatures, each broken in its own way: the most specific failure is the code",
        "docs/RULES.md R2.10",
        &["signer-not-allowed"],
    );
    let case = scene::app_with(case, |layout, image| {
        let statement = sign_statement(&image.digest).bytes();
        let mut altered = honest(&statement);
        altered.entries[0].promise = None;
        add(layout, image, COSIGN_SIGN, &altered);
        let other = Identity::github(WORKFLOW, "https://github.com/mallory/fork", "refs/tags/v1.4.2");
        add(layout, image, COSIGN_SIGN, &keyless_dsse(&world(), &other, &statement, signed_at()));
    });
    case.policy(policy()).unverified(&["time-not-proved"])
}

fn builder_contradicts() -> Case {
    let case = Case::rejected(
        "keyless-builder-contradicts",
        "the predicate names an allowed builder that is not the one in the certificate",
        "docs/RULES.md R6.16",
        &["predicate-mismatch"],
    );
    provenance(case, release(), "https://github.com/acme/other/.github/workflows/x.yml@refs/tags/v1")
}

fn builder_is_the_started_workflow() -> Case {
    let case = Case::accepted(
        "keyless-builder-is-the-started-workflow",
        "the predicate names the workflow that was started, the certificate the one it called; both are certified",
        "docs/RULES.md R6.16",
    );
    let started = "https://github.com/acme/orders-api/.github/workflows/main.yml@refs/tags/v1.4.2";
    provenance(case, release().claim(18, started), started).warns(&["predicate-mismatch"])
}

fn builder_of_the_certificate_not_allowed() -> Case {
    let case = Case::rejected(
        "keyless-builder-not-allowed",
        "the predicate names an allowed builder, the certificate another",
        "docs/RULES.md R6.16",
        &["builder-not-allowed"],
    );
    let elsewhere = "https://github.com/shared/ci/.github/workflows/build.yml@refs/tags/v1";
    provenance(case, release().claim(9, elsewhere), WORKFLOW)
}
