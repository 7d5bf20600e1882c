//! Sigstore bundles in files of other projects: where they stand, and what they can be asked about.
#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use layertrust::{Algorithm, Digest, SignerRule, TrustedRoot};
use serde_json::Value;
use serde_json::value::RawValue;

/// The day of all questions.
pub(crate) fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

/// The text of every bundle in a file, in order: alone, in JSON Lines, in an array, below other members, or in
/// a trace of HTTP.
pub(crate) fn bundles_in(text: &str) -> Vec<&str> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = text[at..].find('{').map(|offset| at + offset) {
        let mut stream = serde_json::Deserializer::from_str(&text[next..]).into_iter::<&RawValue>();
        let object = stream.next().and_then(Result::ok).map(RawValue::get);
        let members = object.and_then(|raw| serde_json::from_str::<BTreeMap<String, &RawValue>>(raw).ok());
        let is_bundle = members.is_some_and(|members| {
            ["mediaType", "verificationMaterial"].iter().all(|name| members.contains_key(*name))
        });
        at = next + 1;
        if let Some(object) = object.filter(|_| is_bundle) {
            found.push(object);
            at = next + object.len();
        }
    }
    found
}

/// Files of the corpus, each read and searched once.
#[derive(Default)]
pub(crate) struct Files(BTreeMap<String, Vec<String>>);

impl Files {
    /// The bundle of this number, from 1, in a file.
    pub(crate) fn bundle(&mut self, folder: &Path, path: &str, number: usize) -> String {
        let found = self.0.entry(path.to_owned()).or_insert_with(|| {
            let bytes = std::fs::read(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            bundles_in(&String::from_utf8_lossy(&bytes)).into_iter().map(str::to_owned).collect()
        });
        found.get(number - 1).unwrap_or_else(|| panic!("{path}: no bundle {number}")).clone()
    }
}

/// The digest that a bundle is about, if its first subject or its message digest has one that can be asked
/// about: commits of git are no files.
pub(crate) fn asked(bundle: &Value) -> Option<Digest> {
    let message = &bundle["messageSignature"]["messageDigest"];
    if message["algorithm"] == "SHA2_256" {
        let bytes = STANDARD.decode(message["digest"].as_str()?).ok()?;
        return Digest::from_hex(Algorithm::Sha256, &hex(&bytes)).ok();
    }
    let payload = STANDARD.decode(bundle["dsseEnvelope"]["payload"].as_str()?).ok()?;
    let statement: Value = serde_json::from_slice(&payload).ok()?;
    let digests = &statement["subject"][0]["digest"];
    let digest = |algorithm: Algorithm| Digest::from_hex(algorithm, digests[algorithm.name()].as_str()?).ok();
    digest(Algorithm::Sha256).or_else(|| digest(Algorithm::Sha512))
}

/// A digest that nothing has.
pub(crate) fn nothing() -> Digest {
    Digest::from_hex(Algorithm::Sha256, &"0".repeat(64)).unwrap()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The roots that verdicts were recorded with, by their names there.
pub(crate) fn root_json(upstream: &Path, name: &str, beside: &str) -> Vec<u8> {
    let file = match name {
        "prod" => "_packages/pypi-sigstore/sigstore.dev/trusted_root.json".into(),
        "staging" => "_packages/pypi-sigstore/sigstage.dev/trusted_root.json".into(),
        "adjacent" => Path::new(beside).with_file_name("trusted_root.json"),
        other => panic!("root {other}"),
    };
    std::fs::read(upstream.join(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What sigstore-python read in the certificate of each bundle: name and issuer, both empty for a key.
pub(crate) fn identities(upstream: &Path) -> BTreeMap<(String, usize), (String, String)> {
    let rows = table(&upstream.join("VERDICTS-sigstore-python-4.5.1.tsv"), 12);
    let bundle = |row: &[String]| (row[0].clone(), row[1].parse().unwrap());
    rows.iter().map(|row| (bundle(row), (row[6].clone(), row[7].clone()))).collect()
}

/// Whoever such a record names, whatever repository asked for the certificate. It cuts names off.
pub(crate) fn rule(name: &str, issuer: &str) -> SignerRule {
    const CUT: usize = 120;
    let name = match name {
        "" => "nobody@issuer.invalid".to_owned(),
        cut if cut.len() == CUT && cut.contains('@') => format!("{cut}**"),
        cut if cut.len() == CUT => format!("{cut}**@**"),
        name => name.to_owned(),
    };
    let issuer = if issuer.is_empty() { "https://issuer.invalid" } else { issuer };
    SignerRule::certificate(issuer, &name).unwrap().any_source_repository().unwrap()
}

/// GitHub's root is the one that the library carries.
pub(crate) fn root(upstream: &Path, name: &str, beside: &str) -> Result<TrustedRoot, layertrust::Error> {
    match name {
        "github" => Ok(TrustedRoot::github()),
        name => TrustedRoot::from_json(&root_json(upstream, name, beside)),
    }
}

/// The lines of a table after its head, each split at tabs.
pub(crate) fn table(path: &Path, columns: usize) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let rows: Vec<_> = rows.collect();
    for row in &rows {
        assert_eq!(row.len(), columns, "{}: {row:?}", path.display());
    }
    rows
}
