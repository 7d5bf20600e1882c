//! What Docker attests about its hardened images beside provenance and SBOMs, as its documentation shows it, and
//! in-toto's test result.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json::Json;
use crate::object;

/// Validated cryptographic modules.
pub const FIPS: &str = "https://docker.com/dhi/fips/v0.1";
/// Scores of hardening guides.
pub const STIG: &str = "https://docker.com/dhi/stig/v0.1";
/// The image that holds the sources.
pub const SOURCE: &str = "https://docker.com/dhi/source/v0.1";
/// A scan for credentials: a list of what was found.
pub const SECRETS: &str = "https://scout.docker.com/secrets/v0.1";
/// A scan for malware.
pub const VIRUS: &str = "https://scout.docker.com/virus/v0.1";
/// The vendor's tests.
pub const TESTS: &str = "https://scout.docker.com/tests/v0.1";
/// Scout's own provenance.
pub const SCOUT_PROVENANCE: &str = "https://scout.docker.com/provenance/v0.1";
/// in-toto's test result.
pub const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// A module for each status and end of its certificate.
pub fn fips(modules: &[(&str, Option<&str>)]) -> Json {
    let module = |(status, sunset): &(&str, Option<&str>)| {
        let mut module = object! {
            "certification": "CMVP #4985",
            "certificationUrl": "https://csrc.nist.test/certificate/4985",
            "name": "OpenSSL FIPS Provider",
            "package": "pkg:dhi/openssl-provider-fips@3.1.2",
            "standard": "FIPS 140-3",
            "status": *status,
            "version": "3.1.2",
        };
        if let Some(day) = sunset {
            module.add("sunsetDate", *day);
        }
        module
    };
    Json::Array(modules.iter().map(module).collect())
}

/// A profile for each score of at most 100.
pub fn stig(scores: &[&str]) -> Json {
    let profile = |score: &&str| {
        object! {
            "name": "xccdf_org.ssgproject.content_profile_stig",
            "summary": object! { "defaultScore": Json::Raw((*score).to_owned()), "maxDefaultScore": 100 },
        }
    };
    Json::Array(scores.iter().map(profile).collect())
}

/// A report by ClamAV that ends in these lines.
pub fn virus(lines: &str) -> Json {
    let report = format!("----------- SCAN SUMMARY -----------\nKnown viruses: 3627833\n{lines}");
    object! { "scanner": object! { "report": STANDARD.encode(report), "uri": "clamav/clamav:stable" } }
}

/// A test report: how many tests there were, passed and failed, and how many were skipped.
pub fn tests([tests, passed, failed]: [u64; 3], skipped: u64) -> Json {
    let count = |count: u64| Json::Raw(count.to_string());
    object! {
        "reportFormat": "CTRF",
        "results": object! {
            "summary": object! {
                "failed": count(failed),
                "passed": count(passed),
                "skipped": count(skipped),
                "start": 1_793_699_000,
                "stop": 1_793_700_000,
                "tests": count(tests),
            },
        },
    }
}

/// The image that holds the sources of one of this name.
pub fn source(name: &str) -> Json {
    object! { "source": object! { "name": name, "digest": format!("sha256:{}", "5".repeat(64)) } }
}

/// Scout's provenance of an image from the vendor's definition.
pub fn scout_provenance() -> Json {
    let dockerfile = STANDARD.encode("# syntax=dhi.io/build:2-debian13\n");
    object! { "base_image": "debian:13", "source_map": object! { "dockerfile": dockerfile } }
}

/// A run of a suite.
pub fn test_result(result: &str) -> Json {
    object! {
        "result": result,
        "configuration": [object! { "name": ".github/workflows/test.yml" }],
        "passedTests": ["orders are taken"],
        "warnedTests": Json::Array(Vec::new()),
        "failedTests": Json::Array(Vec::new()),
    }
}
