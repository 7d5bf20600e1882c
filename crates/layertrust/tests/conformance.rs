//! sigstore-conformance: the bundle cases of the public suite, each as a file and as a digest, through the
//! library. `testdata/upstream/conformance.tsv` states the code of every negative case, so that none passes
//! by failing for another reason.
#![cfg(feature = "keyless")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use layertrust::{Artifact, BlobVerifier, Digest, Error, PublicKey, SignerKey, SignerRule, TrustedRoot};
use scenario::{shared, testdata};

const IDENTITY: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// What the protocol's `verify-bundle` does with the files of a case.
fn verify(case: &Path, artifact: Artifact<'_>) -> Result<(), Error> {
    let text = |name: &str| std::fs::read_to_string(case.join(name)).ok().map(|text| text.trim().to_owned());
    let root = match std::fs::read(case.join("trusted_root.json")) {
        Ok(json) => TrustedRoot::from_json(&json)?,
        Err(_) => TrustedRoot::sigstore_public_good(),
    };
    let rule = match std::fs::read(case.join("key.pub")) {
        Ok(pem) => SignerRule::from(SignerKey::Key(PublicKey::from_pem(&pem)?)),
        Err(_) => {
            let identity = text("identity").unwrap_or_else(|| IDENTITY.to_owned());
            let issuer = text("issuer").unwrap_or_else(|| ISSUER.to_owned());
            SignerRule::certificate(&issuer, &identity)?.any_source_repository()?
        }
    };
    let bundle = std::fs::read(case.join("bundle.sigstore.json")).unwrap();
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    BlobVerifier::new(rule, root)?.verify(artifact, &bundle, now).map(drop)
}

fn artifact_of(suite: &Path, case: &Path) -> PathBuf {
    let own = case.join("artifact");
    if own.is_file() { own } else { suite.join("a.txt") }
}

#[test]
fn every_bundle_case_ends_as_stated_for_the_stated_reason() {
    let Some(upstream) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let suite = std::env::var_os("LAYERTRUST_CONFORMANCE")
        .map_or_else(|| upstream.join("sigstore-sigstore-conformance"), PathBuf::from)
        .join("test/assets/bundle-verify");
    let table = std::fs::read_to_string(testdata().join("upstream/conformance.tsv")).unwrap();
    let mut stated: BTreeMap<&str, &str> =
        table.lines().skip(1).filter_map(|line| line.split_once('\t')).collect();
    let (mut passed, mut wrong) = (0, Vec::new());
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(&suite).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    for case in &cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(artifact_of(&suite, case)).unwrap();
        let mut expected = stated.remove(name).unwrap_or("not in the table");
        // Its certificate authority has an RSA key, which the other provider does not compute with.
        if name == "bundle-with-sct-with-extensions" && !cfg!(feature = "aws-lc") {
            expected = "certificate-invalid";
        }
        assert!(
            cfg!(not(feature = "aws-lc")) || name.ends_with("_fail") == (expected != "pass"),
            "{name}: {expected}"
        );
        let digest = Artifact::Digest(Digest::sha256(&bytes));
        for (form, artifact) in [("path", Artifact::Bytes(&bytes)), ("digest", digest)] {
            let outcome = verify(case, artifact);
            let found = outcome.as_ref().map_or_else(|error| error.code().name(), |()| "pass");
            let message = outcome.as_ref().map_or_else(ToString::to_string, |()| String::new());
            println!("{name:62} {form:6} {found:22} {message}");
            match expected.split(' ').any(|one| one == found) {
                true => passed += 1,
                false => {
                    wrong.push(format!("{name} ({form}): expected {expected}, found {found}: {message}"))
                }
            }
        }
    }
    println!("{passed} of {}", 2 * cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(stated.is_empty(), "cases that are not there: {stated:?}");
    assert!(passed >= 140, "{passed}");
}
