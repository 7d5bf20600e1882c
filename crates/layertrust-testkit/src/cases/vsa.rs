//! Verification summaries: each part of a rule once kept and once broken, everything else being right.

use crate::case::Case;
use crate::json::Json;
use crate::key::TestKey;
use crate::object;
use crate::sigstore::Time;
use crate::sigstore::bundle::key_dsse;
use crate::statement::{VSA_V1, attest_statement, vsa_v1};
use crate::store::{Descriptor, Layout};

use super::accepted_rules::app_facts;
use super::keyless;
use super::scene::{self, REPOSITORY};

const SPEC: &str = "SLSA verification_summary v1.2: How to verify";
const TYPE: &str = r#"type = "vsa""#;
const VERIFIER: &str = r#"verifier = ["https://verifier.acme.test/*"]"#;
const RESOURCE: &str = r#"resource = ["registry.acme.test/orders/*"]"#;
const LEVELS: &str = r#"levels = ["SLSA_BUILD_LEVEL_2", "ACME_REVIEWED"]"#;
const POLICY: &str =
    r#"policy-digest = ["sha256:823412d1eacb67956220e532959f0104603057c88704863ca38e7cd188fda812"]"#;
const KEYS: [&str; 4] = [VERIFIER, RESOURCE, LEVELS, POLICY];

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    [kept(), broken(), unreadable(), several()].concat()
}

/// The organization's signed image on its base, with more evidence, under a policy that asks these lines.
fn asked(case: Case, lines: &[&str], evidence: impl FnOnce(&mut Layout, &Descriptor)) -> Case {
    let case = scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        evidence(layout, image);
    });
    let lines = [&[TYPE], lines].concat();
    let case = case.policy(keyless::key_policy().table("[[org.attestation]]", &lines));
    if case.codes.is_empty() { app_facts(case) } else { case }
}

fn attested(case: Case, lines: &[&str], predicate: &Json) -> Case {
    asked(case, lines, |layout, image| attest(layout, &scene::org(), image, predicate))
}

fn attest(layout: &mut Layout, key: &TestKey, image: &Descriptor, predicate: &Json) {
    scene::attest(layout, key, image, VSA_V1, predicate.clone());
}

/// The usual summary with another value.
fn with(name: &str, value: impl Into<Json>) -> Json {
    let mut predicate = vsa_v1(REPOSITORY);
    predicate.set(name, value);
    predicate
}

fn levels(words: &[&str]) -> Json {
    with("verifiedLevels", words.iter().map(|word| Json::from(*word)).collect::<Vec<_>>())
}

fn failed() -> Json {
    let mut predicate = with("verificationResult", "FAILED");
    predicate.set("verifiedLevels", vec![Json::from("FAILED")]);
    predicate
}

fn kept() -> Vec<Case> {
    let accepted = |name, about| Case::accepted(name, about, SPEC);
    let mut extended = vsa_v1(&format!("pkg:docker/{REPOSITORY}@1.4.2?platform=linux%2Famd64"));
    extended.add("https://acme.test/extension", object! { "verificationResult": "FAILED" });
    extended.remove("timeVerified");
    vec![
        attested(
            accepted("vsa", "the summary of the named verifier says all that the rule asks"),
            &KEYS,
            &vsa_v1(REPOSITORY),
        ),
        attested(
            accepted(
                "vsa-resource-by-purl",
                "the resource is the image's package URL, the summary has no time, and a field that nobody knows \
                 is ignored",
            ),
            &KEYS,
            &extended,
        ),
        attested(
            accepted("vsa-passed", "a rule without further keys wants a summary that says PASSED"),
            &[],
            &vsa_v1(REPOSITORY),
        ),
    ]
}

fn broken() -> Vec<Case> {
    let result = |name, about| Case::rejected(name, about, SPEC, &["result-not-allowed"]);
    let other_policy = object! {
        "uri": "https://policies.acme.test/lax",
        "digest": object! { "sha256": "0".repeat(64) },
    };
    let other_verifier = with("verifier", object! { "id": "https://verifier.other.test/v1" });
    vec![
        attested(result("vsa-failed", "the summary says FAILED"), &[], &failed()),
        attested(
            result("vsa-level-too-low", "build level 3 is wanted, and 2 was verified"),
            &[r#"levels = ["SLSA_BUILD_LEVEL_3"]"#],
            &vsa_v1(REPOSITORY),
        ),
        attested(
            result("vsa-level-unevaluated", "no build level was evaluated: that is not even level 0"),
            &[r#"levels = ["SLSA_BUILD_LEVEL_0"]"#],
            &levels(&["SLSA_BUILD_LEVEL_UNEVALUATED", "ACME_REVIEWED"]),
        ),
        attested(
            result("vsa-level-of-other-track", "a level of the source track implies none of the build track"),
            &[r#"levels = ["SLSA_BUILD_LEVEL_1"]"#],
            &levels(&["SLSA_SOURCE_LEVEL_4"]),
        ),
        attested(
            result(
                "vsa-level-word-missing",
                "of two levels that are wanted the verifier's own word is not there",
            ),
            &[LEVELS],
            &levels(&["SLSA_BUILD_LEVEL_3"]),
        ),
        attested(
            result("vsa-other-resource", "the image was verified as something else"),
            &[RESOURCE],
            &vsa_v1("registry.acme.test/payments/api"),
        ),
        attested(
            result("vsa-other-policy", "the image was verified by another policy"),
            &[POLICY],
            &with("policy", other_policy),
        ),
        attested(
            result(
                "vsa-policy-without-digest",
                "the summary names a policy by its URI alone, which may be any text",
            ),
            &[POLICY],
            &with("policy", object! { "uri": "https://policies.acme.test/release" }),
        ),
        attested(
            Case::rejected(
                "vsa-other-verifier",
                "the organization signed the summary of a verifier whom the rule does not name",
                SPEC,
                &["attestation-missing"],
            ),
            &[VERIFIER],
            &other_verifier,
        ),
        asked(
            Case::rejected(
                "vsa-by-stranger",
                "a stranger signed a summary in the name of the right verifier",
                SPEC,
                &["signer-not-allowed", "signature-invalid"],
            ),
            &KEYS,
            |layout, image| attest(layout, &scene::stranger(), image, &vsa_v1(REPOSITORY)),
        ),
        asked(
            Case::rejected(
                "vsa-other-subject",
                "the right verifier's summary is about another image",
                SPEC,
                &["subject-mismatch"],
            ),
            &KEYS,
            |layout, image| {
                let other = super::signatures::other_digest();
                let statement = attest_statement(REPOSITORY, &other, VSA_V1, vsa_v1(REPOSITORY));
                let bundle = crate::cosign::signed_bundle(&scene::org(), &statement);
                scene::add_bundle(layout, image, VSA_V1, &bundle);
            },
        ),
    ]
}

fn unreadable() -> Vec<Case> {
    let invalid = |name, about| {
        Case::rejected(name, about, "SLSA verification_summary v1.2: Fields", &["predicate-invalid"])
    };
    let mut nameless = vsa_v1(REPOSITORY);
    nameless.get_mut("verifier").remove("id");
    let old = object! {
        "verifier": object! { "id": "https://verifier.acme.test/v1" },
        "time_verified": "2026-11-21T06:00:00Z",
        "policy": object! { "uri": "https://policies.acme.test/release" },
        "verification_result": "PASSED",
        "policy_level": "SLSA_LEVEL_3",
    };
    vec![
        attested(invalid("vsa-without-verifier", "the summary does not say who verified"), &[], &nameless),
        attested(
            invalid("vsa-unknown-result", "the result is a word that the specification does not have"),
            &[],
            &with("verificationResult", "WARNING"),
        ),
        attested(
            invalid("vsa-contradicts-itself", "the result is PASSED and the level FAILED"),
            &[],
            &levels(&["FAILED"]),
        ),
        attested(
            invalid(
                "vsa-two-levels-of-a-track",
                "two levels of one track: readers disagree about which counts",
            ),
            &[],
            &levels(&["SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_1"]),
        ),
        attested(
            invalid("vsa-without-levels", "the result is PASSED and nothing says what was passed"),
            &[],
            &levels(&[]),
        ),
        attested(
            invalid("vsa-of-tomorrow", "the summary says that it was verified after `now`"),
            &[],
            &with("timeVerified", "2026-11-25T06:00:00Z"),
        ),
        asked(
            invalid("vsa-draft", "the only summary is of the draft v0.1, which is known and not read"),
            &[],
            |layout, image| {
                let draft = "https://slsa.dev/verification_summary/v0.1";
                scene::attest(layout, &scene::org(), image, draft, old);
            },
        ),
    ]
}

/// A summary whose signature a log proves to be of that time.
fn logged(layout: &mut Layout, image: &Descriptor, predicate: &Json, time: &str) {
    let statement = attest_statement(REPOSITORY, &image.digest, VSA_V1, predicate.clone());
    let at = Time::parse(time);
    keyless::add(layout, image, VSA_V1, &key_dsse(&keyless::world(), &scene::org(), &statement.bytes(), at));
}

fn several() -> Vec<Case> {
    const SEVERAL: &str = "docs/RULES.md R2: the newest result counts";
    let (older, newer) = ("2026-11-20T09:20:00Z", "2026-11-21T09:20:00Z");
    let accepted = |name, about| Case::accepted(name, about, SEVERAL);
    let rejected = |name, about, code| Case::rejected(name, about, SEVERAL, &[code]);
    let elsewhere = vsa_v1("mirror.acme.test/orders/api");
    let mut others = failed();
    others.set("verifier", object! { "id": "https://verifier.other.test/v1" });
    vec![
        asked(
            rejected(
                "vsa-failed-later",
                "a summary says PASSED and a newer one FAILED",
                "result-not-allowed",
            ),
            &[],
            |layout, image| {
                logged(layout, image, &vsa_v1(REPOSITORY), older);
                logged(layout, image, &failed(), newer);
            },
        ),
        asked(
            accepted("vsa-passed-later", "a summary says FAILED and a newer one PASSED"),
            &KEYS,
            |layout, image| {
                logged(layout, image, &failed(), older);
                logged(layout, image, &vsa_v1(REPOSITORY), newer);
            },
        ),
        asked(
            rejected(
                "vsa-undated-conflict",
                "a summary says PASSED, another FAILED, and nothing proves which is newer",
                "attestation-conflict",
            ),
            &[],
            |layout, image| {
                attest(layout, &scene::org(), image, &vsa_v1(REPOSITORY));
                attest(layout, &scene::org(), image, &failed());
            },
        ),
        asked(
            accepted("vsa-of-another-verifier-beside", "a verifier whom the rule does not name says FAILED"),
            &KEYS,
            |layout, image| {
                attest(layout, &scene::org(), image, &vsa_v1(REPOSITORY));
                attest(layout, &scene::org(), image, &others);
            },
        ),
        asked(
            accepted("vsa-of-another-resource-beside", "the image was verified for a mirror as well"),
            &KEYS,
            |layout, image| {
                attest(layout, &scene::org(), image, &vsa_v1(REPOSITORY));
                attest(layout, &scene::org(), image, &elsewhere);
            },
        ),
    ]
}

/// A summary says FAILED; an older one that says PASSED was logged once more, which anybody can have done.
pub fn logged_again() -> Case {
    let made = |mut summary: Json, time: &str| {
        summary.set("timeVerified", time);
        summary
    };
    asked(
        Case::rejected("case", "an old summary was logged again", SPEC, &["attestation-conflict"]),
        &[],
        |layout, image| {
            logged(layout, image, &made(failed(), "2026-11-20T06:00:00Z"), "2026-11-20T09:20:00Z");
            logged(layout, image, &made(vsa_v1(REPOSITORY), "2026-11-19T06:00:00Z"), "2026-11-21T09:20:00Z");
        },
    )
}
