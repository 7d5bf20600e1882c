//! VEX and lists of vulnerabilities: documents that agree, contradict each other, or cannot be read.

use crate::case::{Case, Expect};
use crate::json::Json;
use crate::object;
use crate::policy::Policy;
use crate::statement::{CYCLONEDX, ORG_TIME, cyclonedx};
use crate::store::{Descriptor, Layout};

use super::accepted_rules::app_facts;
use super::keyless;
use super::results::logged;
use super::scene;

/// OpenVEX as the vendor names it.
pub(super) const OPENVEX: &str = "https://openvex.dev/ns/v0.2.0";
/// OpenVEX as cosign names it.
const COSIGN_OPENVEX: &str = "https://openvex.dev/ns";
/// in-toto's list of vulnerabilities.
pub(super) const VULNS: &str = "https://in-toto.io/attestation/vulns/v0.2";
const SPEC: &str = "docs/POLICY.md: VEX";
const EARLY: &str = "2026-11-20T09:15:00Z";
const LATE: &str = "2026-11-21T09:15:00Z";

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    [documents(), contradictions(), lists()].concat()
}

/// The vendor's document: one vulnerability that its image does not have.
pub(super) fn vendors() -> Json {
    document(&[statement("fixed", ORG_TIME)])
}

fn document(statements: &[Json]) -> Json {
    object! {
        "@context": OPENVEX,
        "@id": "https://openvex.dev/docs/public/vex-3f8de1",
        "author": "layertrust testkit",
        "timestamp": ORG_TIME,
        "version": 1,
        "statements": statements.to_vec(),
    }
}

/// What is said of one vulnerability in one package, and when.
fn statement(status: &str, time: &str) -> Json {
    object! {
        "vulnerability": object! { "name": "CVE-2026-1001" },
        "timestamp": time,
        "products": [object! { "@id": "pkg:npm/lodash.pick@4.4.0" }],
        "status": status,
        "action_statement": "Upgrade.",
    }
}

fn said(status: &str) -> Json {
    document(&[statement(status, ORG_TIME)])
}

/// A list of nothing, by a scan that ended then.
pub(super) fn scan(finished: &str) -> Json {
    object! {
        "scanner": object! {
            "uri": "pkg:github/acme/scanner@1.2.3",
            "version": "1.2.3",
            "db": object! { "lastUpdate": EARLY },
            "result": Json::Array(Vec::new()),
        },
        "metadata": object! { "scanStartedOn": EARLY, "scanFinishedOn": finished },
    }
}

/// The SBOM with an analysis of the same vulnerability in the same package.
fn analyzed(state: &str) -> Json {
    let mut sbom = cyclonedx("acme/orders-api", "1.4.2");
    sbom.get_mut("components").at_mut(0).set("bom-ref", "lodash");
    sbom.set(
        "vulnerabilities",
        Json::Array(vec![object! {
            "id": "CVE-2026-1001",
            "analysis": object! { "state": state },
            "affects": [object! { "ref": "lodash" }],
        }]),
    );
    sbom
}

/// The organization's image with what `attest` adds, under a rule of this type.
fn asked(case: Case, word: &str, attest: impl FnOnce(&mut Layout, &Descriptor)) -> Case {
    let case = scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        attest(layout, image);
    });
    let case = if case.expect == Expect::Accepted { app_facts(case) } else { case };
    case.policy(keyless::key_policy().table("[[org.attestation]]", &[&format!("type = {word:?}")]))
}

/// The same with documents of types, signed with a key alone.
fn with(case: Case, documents: &[(&str, Json)]) -> Case {
    asked(case, "vex", |layout, image| {
        for (kind, predicate) in documents {
            scene::attest(layout, &scene::org(), image, kind, predicate.clone());
        }
    })
}

fn documents() -> Vec<Case> {
    let accepted = |name, about| Case::accepted(name, about, SPEC);
    let rejected = |name, about, codes| Case::rejected(name, about, SPEC, codes);
    let invalid = &["predicate-invalid"][..];
    let mut draft = said("fixed");
    draft.set("@context", COSIGN_OPENVEX);
    let mut silent = said("fixed");
    silent.set("statements", Json::Array(Vec::new()));
    let mut unjustified = said("not_affected");
    unjustified.get_mut("statements").at_mut(0).remove("action_statement");
    vec![
        with(
            accepted("vex-openvex", "the organization attested an OpenVEX document"),
            &[(COSIGN_OPENVEX, said("fixed"))],
        ),
        with(
            accepted("vex-cyclonedx", "the organization's SBOM has an analysis of a vulnerability"),
            &[(CYCLONEDX, analyzed("resolved"))],
        ),
        with(
            rejected(
                "vex-sbom-only",
                "the only attestation is an SBOM without any analysis",
                &["attestation-missing"],
            ),
            &[(CYCLONEDX, cyclonedx("acme/orders-api", "1.4.2"))],
        ),
        with(
            rejected(
                "vex-analysis-unknown",
                "the analysis in the SBOM has a state that CycloneDX does not know",
                invalid,
            ),
            &[(CYCLONEDX, analyzed("fixed"))],
        ),
        with(
            rejected("vex-old-draft", "the document is one of OpenVEX 0.0.1", invalid),
            &[(COSIGN_OPENVEX, draft)],
        ),
        with(rejected("vex-of-nothing", "the document has no statement", invalid), &[(OPENVEX, silent)]),
        with(
            rejected("vex-not-affected-without-reason", "a statement says not_affected and not why", invalid),
            &[(OPENVEX, unjustified)],
        ),
        with(
            rejected("vex-in-the-future", "a statement is dated tomorrow", invalid),
            &[(OPENVEX, document(&[statement("fixed", "2026-11-25T09:15:00Z")]))],
        ),
    ]
}

fn contradictions() -> Vec<Case> {
    let accepted = |name, about| Case::accepted(name, about, SPEC);
    let conflict = |name, about| Case::rejected(name, about, SPEC, &["attestation-conflict"]);
    vec![
        with(
            conflict(
                "vex-conflict",
                "two documents say affected and fixed of one vulnerability in one package, and no proved time says which is newer",
            ),
            &[(OPENVEX, said("affected")), (COSIGN_OPENVEX, said("fixed"))],
        ),
        with(
            conflict(
                "vex-conflict-with-sbom",
                "the document says affected, the SBOM of the same signer says resolved",
            ),
            &[(OPENVEX, said("affected")), (CYCLONEDX, analyzed("resolved"))],
        ),
        with(
            accepted("vex-later-statement", "one document says affected and, a day later, fixed"),
            &[(OPENVEX, document(&[statement("affected", EARLY), statement("fixed", LATE)]))],
        ),
        with(
            conflict("vex-contradicts-itself", "one document says affected and fixed at once"),
            &[(OPENVEX, document(&[statement("affected", EARLY), statement("fixed", EARLY)]))],
        ),
        with(
            conflict("vex-unreadable-beside-good", "beside a good document stands one that cannot be read"),
            &[(OPENVEX, said("fixed")), (COSIGN_OPENVEX, object! { "statements": 3 })],
        ),
        asked(
            Case::accepted(
                "vex-of-a-stranger",
                "a stranger's document contradicts the organization's, and does not count",
                SPEC,
            ),
            "vex",
            |layout, image| {
                scene::attest(layout, &scene::org(), image, OPENVEX, said("fixed"));
                scene::attest(layout, &scene::stranger(), image, OPENVEX, said("affected"));
            },
        ),
    ]
}

/// Documents beside each other that are taken. No cases of the test data, for the reason of
/// [`super::results::dated`].
pub fn beside_each_other() -> [Case; 4] {
    let accepted = |name, about| Case::accepted(name, about, SPEC);
    let dated = |case, documents: [(Json, &str); 2]| {
        asked(case, "vex", |layout, image| {
            for (predicate, time) in documents {
                logged(layout, image, OPENVEX, predicate, time);
            }
        })
    };
    let unreadable = object! { "statements": 3 };
    let newer = Case::rejected(
        "vex-unreadable-and-newer",
        "a document, and one that a log proves to be newer and nobody can read",
        SPEC,
        &["attestation-conflict"],
    );
    [
        with(
            accepted("vex-agreeing", "a document and an SBOM say the same"),
            &[(OPENVEX, said("fixed")), (CYCLONEDX, analyzed("resolved"))],
        ),
        dated(
            accepted("vex-newest-counts", "two contradict each other, and a log proves which is newer"),
            [(said("affected"), EARLY), (said("fixed"), LATE)],
        ),
        dated(
            accepted("vex-unreadable-and-older", "one that nobody can read, and a newer one"),
            [(unreadable.clone(), EARLY), (said("fixed"), LATE)],
        ),
        dated(newer, [(said("fixed"), EARLY), (unreadable, LATE)]),
    ]
}

fn lists() -> Vec<Case> {
    let of = |case: Case, predicate: Json, lines: &[&str]| {
        let lines = [&[r#"type = "vulns""#], lines].concat();
        asked(case, "vulns", |layout, image| {
            scene::attest(layout, &scene::org(), image, VULNS, predicate);
        })
        .policy(Policy::derived().table("[[org.attestation]]", &lines))
    };
    let mut silent = scan(LATE);
    silent.get_mut("scanner").remove("result");
    vec![
        of(
            Case::accepted(
                "vulns-listed",
                "the organization attested a scan, of three days ago; seven are allowed",
                SPEC,
            ),
            scan(LATE),
            &[r#"max-age = "7d""#],
        ),
        of(
            Case::rejected(
                "vulns-too-old",
                "the scan was made more than two days ago",
                SPEC,
                &["attestation-too-old"],
            ),
            scan(LATE),
            &[r#"max-age = "2d""#],
        ),
        of(
            Case::rejected(
                "vulns-without-list",
                "the scan does not say what it found",
                SPEC,
                &["predicate-invalid"],
            ),
            silent,
            &[],
        ),
    ]
}
