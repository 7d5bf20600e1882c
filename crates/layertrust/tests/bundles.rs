//! Every bundle of other projects for which another implementation's verdict is recorded. Where we answer
//! otherwise, `testdata/upstream/bundles.tsv` says why; an entry without a disagreement fails too.
//!
//! The verdicts are about signatures, not about files: a bundle is asked about its own subject, by the
//! identity in its own certificate.
#![cfg(feature = "keyless")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod corpus;
mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use corpus::{Files, asked, identities, nothing, now, root, rule, table};
use layertrust::{Artifact, BlobVerifier, Code, Error, TrustedRoot};
use scenario::{shared, testdata};
use serde_json::Value;

/// Who recorded verdicts, in which file, and which column of how many holds them.
const RECORDED: [(&str, &str, usize, usize); 2] = [
    ("python", "VERDICTS-sigstore-python-4.5.1.tsv", 11, 12),
    ("js", "VERDICTS-sigstore-js-verify.tsv", 2, 3),
];

/// One verdict of another implementation.
struct Recorded {
    by: &'static str,
    path: String,
    number: usize,
    root: String,
    verdict: String,
    /// What its certificate says; empty for a key.
    name: String,
    issuer: String,
}

/// `prod=FAIL … | staging=OK`: each root in turn until one accepts. `parse=FAIL …` came before any root.
fn recorded(upstream: &Path) -> Vec<Recorded> {
    let identities = identities(upstream);
    let mut found = Vec::new();
    for (by, file, column, columns) in RECORDED {
        for row in table(&upstream.join(file), columns) {
            let bundle = (row[0].clone(), row[1].parse::<usize>().unwrap());
            let (name, issuer) = identities[&bundle].clone();
            for verdict in row[column].split(" | ") {
                if verdict == "msg-skipped" {
                    continue;
                }
                let (root, verdict) = verdict.split_once('=').unwrap();
                found.push(Recorded {
                    by,
                    path: bundle.0.clone(),
                    number: bundle.1,
                    root: root.to_owned(),
                    verdict: verdict.to_owned(),
                    name: name.clone(),
                    issuer: issuer.clone(),
                });
            }
        }
    }
    found
}

fn verify(recorded: &Recorded, bundle: &str, root: TrustedRoot) -> Result<(), Error> {
    let value: Value = serde_json::from_str(bundle).unwrap();
    let digest = asked(&value);
    let artifact = Artifact::Digest(digest.unwrap_or_else(nothing));
    match BlobVerifier::new(rule(&recorded.name, &recorded.issuer), root)?.verify(
        artifact,
        bundle.as_bytes(),
        now(),
    ) {
        // The signature held; there is no file to ask about.
        Err(error) if digest.is_none() && error.code() == Code::SubjectMismatch => Ok(()),
        outcome => outcome.map(drop),
    }
}

fn code(outcome: &Result<(), Error>) -> &'static str {
    outcome.as_ref().map_or_else(|error| error.code().name(), |()| "pass")
}

#[test]
fn every_recorded_verdict_is_ours_or_the_reason_is_stated() {
    let Some(upstream) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let mut stated: BTreeMap<Vec<String>, (String, String)> = BTreeMap::new();
    for row in table(&testdata().join("upstream/bundles.tsv"), 7) {
        assert!(row[6].len() > 20, "a reason: {row:?}");
        let old = stated.insert(row[..4].to_vec(), (row[4].clone(), row[5].clone()));
        assert!(old.is_none(), "twice: {row:?}");
    }
    let (mut files, mut wrong) = (Files::default(), Vec::new());
    let mut tally = BTreeMap::<(&str, String), [usize; 4]>::new();
    let mut codes = BTreeMap::<&str, usize>::new();
    let mut commits = BTreeSet::new();
    let recorded = recorded(&upstream);
    for one in &recorded {
        let bundle = files.bundle(&upstream, &one.path, one.number);
        if asked(&serde_json::from_str(&bundle).unwrap()).is_none() {
            commits.insert((&one.path, one.number));
        }
        // A bundle that could not be read was shown to no root.
        let name = if one.root == "parse" { "prod" } else { &one.root };
        let outcome = root(&upstream, name, &one.path).and_then(|root| verify(one, &bundle, root));
        let ours = code(&outcome);
        if name == "prod" {
            let embedded = verify(one, &bundle, TrustedRoot::sigstore_public_good());
            assert_eq!(code(&embedded), ours, "the root in the library: {} {}", one.path, one.number);
        }
        *codes.entry(ours).or_default() += 1;
        let (accepted, accepts) = (ours == "pass", one.verdict == "OK");
        let tally = tally.entry((one.by, one.root.clone())).or_default();
        tally[2 * usize::from(accepts) + usize::from(accepted)] += 1;
        let key = vec![one.by.to_owned(), one.path.clone(), one.number.to_string(), one.root.clone()];
        let found = (accepted != accepts).then(|| (ours.to_owned(), one.verdict.clone()));
        let listed = stated.remove(&key);
        let (key, why) = (key.join("\t"), outcome.err().map_or_else(String::new, |why| why.to_string()));
        println!("{key}\t{ours}\t{why}");
        if found != listed {
            wrong.push(format!("{key}\t{ours}\t{}\t{why} (the table says {listed:?})", one.verdict));
        }
    }
    println!(
        "{:8}{:10}{:>12}{:>12}{:>14}{:>14}",
        "by", "root", "both accept", "both refuse", "only we accept", "only we refuse"
    );
    for ((by, root), [refuse, more, less, accept]) in &tally {
        println!("{by:8}{root:10}{accept:12}{refuse:12}{more:14}{less:14}");
    }
    println!("our codes: {codes:?}");
    println!("{} bundles are about no file: only their signatures were compared", commits.len());
    let agreed: usize = tally.values().map(|counts| counts[0] + counts[3]).sum();
    println!("{agreed} of {} verdicts agree", recorded.len());
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(stated.is_empty(), "no such verdict: {stated:?}");
    assert!(recorded.len() > 500 && agreed > 400, "{agreed} of {}", recorded.len());
}
