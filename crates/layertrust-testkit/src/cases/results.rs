//! What the vendor and the organization say that they found, tested and certified: each result once good and
//! once not, everything else being right. The last one is what an auditor asks for, all of it in one policy.

use crate::case::{Case, Expect};
use crate::json::Json;
use crate::object;
use crate::policy::Policy;
use crate::predicates::{
    FIPS, SCOUT_PROVENANCE, SECRETS, SOURCE, STIG, TEST_RESULT, TESTS, VIRUS, fips, scout_provenance, source,
    stig, test_result, tests, virus,
};
use crate::sigstore::Time;
use crate::sigstore::bundle::key_dsse;
use crate::statement::{SPDX, attest_statement, spdx};
use crate::store::{Descriptor, Layout};
use crate::vendor::{VendorAttestation, attach};

use super::accepted_rules::app_facts;
use super::keyless;
use super::scene::{self, REPOSITORY};

const SPEC: &str = "docs/POLICY.md: Results";
const REFUSED: &[&str] = &["result-not-allowed"];
const INVALID: &[&str] = &["predicate-invalid"];

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    [modules(), scores(), scans(), tests_of_the_vendor(), test_results(), several(), vec![auditor()]].concat()
}

/// The organization's image on the vendor's, which attested these, under a policy with these rules.
fn on_base(case: Case, attested: &[(&str, Json)], rules: &[&[&str]]) -> Case {
    let base = scene::base();
    let mut evidence = base.evidence(&scene::vendor());
    for (kind, predicate) in attested {
        let vendor = scene::vendor();
        let one = VendorAttestation::new(&vendor, &base.repository, &base.images[0], kind, predicate.clone());
        attach(&mut evidence, &one);
    }
    let policy =
        rules.iter().fold(Policy::derived(), |policy, lines| policy.table("[[base.attestation]]", lines));
    stated(scene::honest(case).evidence(evidence).policy(policy))
}

/// With the facts of the organization's image, if it is accepted.
fn stated(case: Case) -> Case {
    if case.expect == Expect::Accepted { app_facts(case) } else { case }
}

/// Name, what it is about, and the code if the rule does not take it.
type Asked = (&'static str, &'static str, &'static [&'static str]);

fn case((name, about, codes): Asked) -> Case {
    match codes {
        [] => Case::accepted(name, about, SPEC),
        codes => Case::rejected(name, about, SPEC, codes),
    }
}

/// One attestation by the vendor, and the rule about it with these lines.
fn vendors(asked: Asked, kind: &str, word: &str, predicate: Json, lines: &[&str]) -> Case {
    let word = format!("type = {word:?}");
    let lines = [&[word.as_str()], lines].concat();
    on_base(case(asked), &[(kind, predicate)], &[&lines])
}

fn modules() -> Vec<Case> {
    let of = |asked: Asked, status: &str, sunset: Option<&str>, lines: &[&str]| {
        vendors(asked, FIPS, "dhi-fips", fips(&[(status, sunset)]), lines)
    };
    let active = "active";
    vec![
        of(
            (
                "fips-in-force",
                "the module's certificate is active until 2030, and the policy wants it past the first of 2027",
                &[],
            ),
            "Active",
            Some("2030-03-10"),
            &[r#"sunset-after = "2027-01-01""#],
        ),
        of(
            ("fips-expired", "the module's certificate ended today, and the policy names no day", REFUSED),
            active,
            Some("2026-11-24"),
            &[],
        ),
        of(
            (
                "fips-sunset-too-early",
                "the module's certificate is in force and ends before the day that the policy names",
                REFUSED,
            ),
            active,
            Some("2026-12-31"),
            &[r#"sunset-after = "2027-01-01""#],
        ),
        of(
            (
                "fips-sunset-after-the-past",
                "the policy names a day that has passed, and so has the module's certificate",
                REFUSED,
            ),
            active,
            Some("2026-06-30"),
            &[r#"sunset-after = "2026-01-01""#],
        ),
        of(
            (
                "fips-without-sunset",
                "the module's certificate names no day, and the policy asks for none",
                &[],
            ),
            active,
            None,
            &[],
        ),
        of(
            (
                "fips-sunset-unstated",
                "the policy names a day, and the module's certificate names none",
                REFUSED,
            ),
            active,
            None,
            &[r#"sunset-after = "2027-01-01""#],
        ),
        of(
            ("fips-sunset-unreadable", "the end of the module's certificate is no day", REFUSED),
            active,
            Some("in a while"),
            &[],
        ),
        of(
            ("fips-revoked", "the module's certificate is revoked", REFUSED),
            "revoked",
            Some("2030-03-10"),
            &[],
        ),
        of(
            (
                "fips-status-allowed",
                "the module's certificate is historical, which the policy allows beside active ones",
                &[],
            ),
            "historical",
            Some("2030-03-10"),
            &[r#"status = ["active", "historical"]"#],
        ),
        of(
            (
                "fips-status-not-allowed",
                "the module's certificate is active, and the policy wants another word",
                REFUSED,
            ),
            active,
            Some("2030-03-10"),
            &[r#"status = ["interim"]"#],
        ),
        vendors(
            ("fips-of-nothing", "the list of cryptographic modules is empty", REFUSED),
            FIPS,
            "dhi-fips",
            fips(&[]),
            &[],
        ),
        vendors(
            ("fips-one-of-two", "of two modules the certificate of one is revoked", REFUSED),
            FIPS,
            "dhi-fips",
            fips(&[(active, Some("2030-03-10")), ("revoked", Some("2030-03-10"))]),
            &[],
        ),
        vendors(
            ("fips-not-a-list", "the predicate is an object", INVALID),
            FIPS,
            "dhi-fips",
            object! { "modules": Json::Array(Vec::new()) },
            &[],
        ),
    ]
}

fn scores() -> Vec<Case> {
    let of =
        |asked: Asked, scores: &[&str], lines: &[&str]| vendors(asked, STIG, "dhi-stig", stig(scores), lines);
    let minimum = &["minimum-score = 90"][..];
    vec![
        of(("stig-reached", "both profiles have 90 percent or more", &[]), &["90", "97.5"], minimum),
        of(("stig-below", "one of two profiles has 89.99 percent", REFUSED), &["97.5", "89.99"], minimum),
        of(("stig-any-score", "the policy wants a score and no height of it", &[]), &["12"], &[]),
        of(("stig-of-nothing", "the list of profiles is empty", REFUSED), &[], &[]),
        of(("stig-above-its-maximum", "a score is higher than there can be", INVALID), &["101"], &[]),
    ]
}

fn scans() -> Vec<Case> {
    let secrets = |asked, found| vendors(asked, SECRETS, "dhi-secrets", Json::Array(found), &[]);
    let malware = |asked, report: &str| vendors(asked, VIRUS, "dhi-virus", virus(report), &[]);
    vec![
        secrets(("secrets-none", "the scan for credentials found none", &[]), Vec::new()),
        secrets(
            ("secrets-found", "the scan for credentials found one", REFUSED),
            vec![object! { "file": "etc/ssl/private.key" }],
        ),
        vendors(
            ("secrets-not-a-list", "the predicate is an object, which no reader knows", INVALID),
            SECRETS,
            "dhi-secrets",
            object! {},
            &[],
        ),
        malware(
            ("virus-none", "the scan for malware found none", &[]),
            "Scanned files: 21\nInfected files: 0\n",
        ),
        malware(
            ("virus-found", "the scan for malware found a file", REFUSED),
            "Scanned files: 21\nInfected files: 1\n",
        ),
        malware(
            ("virus-nothing-scanned", "the scan for malware looked at no file", REFUSED),
            "Scanned files: 0\nInfected files: 0\n",
        ),
        malware(
            (
                "virus-said-twice",
                "the name of a file writes a line of the report, above the scanner's",
                INVALID,
            ),
            "/app/x\nInfected files: 0\n/y: Eicar FOUND\nScanned files: 21\nInfected files: 1\n",
        ),
        malware(
            ("virus-unsaid", "the report does not say how many files are infected", INVALID),
            "/app/x: OK\n",
        ),
    ]
}

fn tests_of_the_vendor() -> Vec<Case> {
    let of =
        |asked, counts: [u64; 3], skipped| vendors(asked, TESTS, "dhi-tests", tests(counts, skipped), &[]);
    vec![
        of(("tests-passed", "two tests passed, and one was skipped", &[]), [3, 2, 0], 1),
        of(("tests-failed", "one of the vendor's tests failed", REFUSED), [3, 2, 1], 0),
        of(("tests-of-nothing", "there was no test", REFUSED), [0, 0, 0], 0),
        of(("tests-all-skipped", "every test was skipped", REFUSED), [3, 0, 0], 3),
        of(("tests-contradict", "the results are more than the tests", INVALID), [1, 1, 1], 0),
    ]
}

/// The organization's image, for which it attested these results.
fn on_image(case: Case, results: &[&str]) -> Case {
    let case = scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        for result in results {
            scene::attest(layout, &scene::org(), image, TEST_RESULT, test_result(result));
        }
    });
    stated(case.policy(Policy::derived().table("[[org.attestation]]", &[r#"type = "test-result""#])))
}

fn test_results() -> Vec<Case> {
    vec![
        on_image(case(("test-result-passed", "the organization's tests passed", &[])), &["PASSED"]),
        on_image(
            case(("test-result-warned", "the organization's tests passed, with warnings", &[])),
            &["WARNED"],
        )
        .warns(REFUSED),
        on_image(case(("test-result-failed", "the organization's tests failed", REFUSED)), &["FAILED"]),
        on_image(
            case(("test-result-unknown", "the result is a word that nobody knows", INVALID)),
            &["MOSTLY"],
        ),
        on_image(
            case((
                "test-result-conflict",
                "two runs, of which no time says which is newer",
                &["attestation-conflict"],
            )),
            &["PASSED", "FAILED"],
        ),
    ]
}

fn several() -> Vec<Case> {
    let clean = (SECRETS, Json::Array(Vec::new()));
    let rule: &[&[&str]] = &[&[r#"type = "dhi-secrets""#]];
    vec![
        on_base(
            case((
                "result-unreadable-beside-good",
                "the vendor signed a clean scan and one that nobody can read, which may be the newer one",
                &["attestation-conflict"],
            )),
            &[clean.clone(), (SECRETS, object! { "found": 3 })],
            rule,
        ),
        on_base(
            case((
                "result-conflict",
                "the vendor signed a clean scan and one that found something",
                &["attestation-conflict"],
            )),
            &[clean, (SECRETS, Json::Array(vec![object! {}]))],
            rule,
        ),
        vendors(
            (
                "result-in-the-future",
                "the vendor's tests are said to have ended tomorrow, which nobody can know",
                INVALID,
            ),
            TESTS,
            "dhi-tests",
            ended(1_795_600_000),
            &[],
        ),
        vendors(
            ("result-young-enough", "the vendor's tests ended 21 days ago; 30 are allowed", &[]),
            TESTS,
            "dhi-tests",
            ended(1_793_700_000),
            &[r#"max-age = "30d""#],
        ),
        vendors(
            (
                "result-too-old",
                "the vendor's tests ended 21 days ago; 14 are allowed",
                &["attestation-too-old"],
            ),
            TESTS,
            "dhi-tests",
            ended(1_793_700_000),
            &[r#"max-age = "14d""#],
        ),
        vendors(
            (
                "result-age-not-proved",
                "the vendor's scan does not say when it was done, and its signature proves no time",
                &["time-not-proved"],
            ),
            SECRETS,
            "dhi-secrets",
            Json::Array(Vec::new()),
            &[r#"max-age = "30d""#],
        ),
    ]
}

/// Two runs whose order a log proves. No cases of the test data: each has a second piece of evidence beside the
/// one that counts, and what becomes of the verdict without it is a question of its own.
pub fn dated() -> [Case; 2] {
    let passed = ("result-newest-passed", "a failed run, and a later one that passed", &[][..]);
    let failed = ("result-newest-failed", "a run that passed, and a later one that failed", REFUSED);
    [newest_result(passed, ["FAILED", "PASSED"]), newest_result(failed, ["PASSED", "FAILED"])]
}

/// Tests that passed and ended then.
fn ended(seconds: i64) -> Json {
    let mut report = tests([1, 1, 0], 0);
    report.get_mut("results").get_mut("summary").set("stop", seconds);
    report
}

/// Two runs, the second one logged a day after the first.
fn newest_result(asked: Asked, results: [&str; 2]) -> Case {
    let times = ["2026-11-20T09:15:00Z", "2026-11-21T09:15:00Z"];
    let case = scene::app_with(case(asked), |layout, image| {
        scene::sign(layout, &scene::org(), image);
        for (result, time) in results.into_iter().zip(times) {
            logged(layout, image, TEST_RESULT, test_result(result), time);
        }
    });
    stated(case.policy(keyless::key_policy().table("[[org.attestation]]", &[r#"type = "test-result""#])))
}

/// An attestation by the organization's key, of which a log proves when it was signed.
pub(super) fn logged(layout: &mut Layout, image: &Descriptor, kind: &str, predicate: Json, time: &str) {
    let statement = attest_statement(REPOSITORY, &image.digest, kind, predicate).bytes();
    let bundle = key_dsse(&keyless::world(), &scene::org(), &statement, Time::parse(time));
    keyless::add(layout, image, kind, &bundle);
}

/// Everything that Docker attests about a hardened image, and a policy that wants all of it.
fn auditor() -> Case {
    let case = Case::accepted(
        "auditor",
        "the vendor attested modules, scores, scans, tests, source and provenance, SBOM, VEX and vulnerabilities of the base, all of them good, \
         and the policy asks for each",
        SPEC,
    );
    let base = scene::base();
    let attested = [
        (SPDX, spdx(&base.repository, &base.images[0].digest())),
        (FIPS, fips(&[("active", Some("2030-03-10"))])),
        (STIG, stig(&["97.5"])),
        (SECRETS, Json::Array(Vec::new())),
        (VIRUS, virus("Scanned files: 21\nInfected files: 0\n")),
        (TESTS, ended(1_793_700_000)),
        (SOURCE, source("dhi/python")),
        (SCOUT_PROVENANCE, scout_provenance()),
        (super::vex::OPENVEX, super::vex::vendors()),
        (super::vex::VULNS, super::vex::scan("2026-11-20T09:15:00Z")),
    ];
    let rules: [&[&str]; 11] = [
        &[r#"type = "slsa-provenance""#],
        &[r#"type = "sbom""#],
        &[r#"type = "dhi-fips""#, r#"sunset-after = "2027-01-01""#],
        &[r#"type = "dhi-stig""#, "minimum-score = 90"],
        &[r#"type = "dhi-secrets""#],
        &[r#"type = "dhi-virus""#],
        &[r#"type = "dhi-tests""#, r#"max-age = "30d""#],
        &[r#"type = "dhi-source""#],
        &[r#"type = "dhi-provenance""#],
        &[r#"type = "vex""#],
        &[r#"type = "vulns""#, r#"max-age = "30d""#],
    ];
    on_base(case, &attested, &rules)
}
