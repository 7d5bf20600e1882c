//! What slsa-verifier's own tests ask of its files, put to us as rules about provenance, under the public instance's
//! root (`testdata/upstream/slsa-verifier.tsv`).
//!
//! Most of its files are provenance of binaries, which no policy is asked about: the signature is verified as that
//! of a statement about an image is, and then the rules are asked. What we answer is therefore two things, `signed`
//! or a code, and what the rules say. Where the signature is not proved the rules are asked all the same, with what
//! the certificate calls itself: a comparison of rules, which proves nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{builder, parameters, source};
use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::evidence::{Bundle, Envelope};
use crate::limits::Limits;
use crate::policy::provenance::ProvenanceRule;
use crate::policy::signer::trusted;
use crate::policy::{AttestationRule, AttestationType, SignerRule};
use crate::statement::Statement;
use crate::statement::predicate::Predicate;
use crate::verify::{
    By, Content, Identity, KeyTerms, Material, Message, PublicKey, Signed, Signers, TrustedRoot, Who,
};

const GITHUB: &str = "https://token.actions.githubusercontent.com";
const WORKFLOWS: &str = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows";
const FILES: &str = "slsa-framework-slsa-verifier";
const SUMS: &str = "slsa-framework-slsa-verifier/_LARGE-FILES-SHA256SUMS.txt";

fn upstream() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/upstream");
    let path = std::env::var_os("LAYERTRUST_UPSTREAM").map_or_else(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(), "{} is missing", path.display());
    println!("SKIPPED: {} is not there; set LAYERTRUST_UPSTREAM", path.display());
    None
}

/// A statement that somebody signed, with what was proved about that.
struct Provenance {
    payload: Vec<u8>,
    signature: Result<()>,
    /// Of the certificate: proved, or what it calls itself.
    identity: Option<Identity>,
}

/// A question: parts with `;` between them, each a name and a value.
struct Question<'q>(Vec<(&'q str, &'q str)>);

impl<'q> Question<'q> {
    fn new(text: &'q str) -> Self {
        Question(text.split(';').map(|part| part.split_once('=').unwrap()).collect())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'q str> {
        self.0.iter().filter(move |(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// One rule for each ref that is asked for: all must hold, and the patterns of one rule are alternatives.
    fn rules(&self, version: &str) -> Vec<ProvenanceRule> {
        let rule = || {
            let rule = AttestationRule::new(AttestationType::SlsaProvenance);
            let builders: Vec<String> = self
                .all("builder")
                .map(
                    |name| if name.contains("://") { name.to_owned() } else { format!("{WORKFLOWS}/{name}") },
                )
                .map(|name| name.replace("VERSION", version))
                .collect();
            let sources: Vec<String> = self
                .all("source")
                .map(
                    |name| if name.contains("://") { name.to_owned() } else { format!("git+https://{name}") },
                )
                .collect();
            let rule = rule.builder(builders.iter().map(String::as_str)).unwrap();
            rule.source(sources.iter().map(String::as_str)).unwrap()
        };
        let mut rules = vec![rule()];
        let mut of_refs = |patterns: &[String]| {
            rules.push(rule().source_ref(patterns.iter().map(String::as_str)).unwrap());
        };
        self.all("branch").for_each(|name| of_refs(&[format!("refs/heads/{name}")]));
        self.all("tag").for_each(|name| of_refs(&[format!("refs/tags/{name}")]));
        // A part of a version stands for all below it.
        self.all("version")
            .for_each(|name| of_refs(&[format!("refs/tags/{name}"), format!("refs/tags/{name}.*")]));
        for input in self.all("input") {
            let (name, value) = input.split_once(':').unwrap();
            rules.push(rule().external_parameter(["event_inputs", name], value).unwrap());
        }
        rules.into_iter().map(|rule| rule.provenance).collect()
    }

    /// The rules of the question, asked of a statement.
    fn ask(&self, version: &str, folder: &Path, stated: &Provenance) -> Result<()> {
        let statement = Statement::parse(&stated.payload, &Limits::default())?;
        for name in self.all("artifact") {
            let digest = digest_of(folder, name);
            if statement.subjects_matching(&digest, b"").is_empty() {
                return Err(Error::new(Code::SubjectMismatch, name).found(digest));
            }
        }
        let predicate = statement.predicate.as_ref().map_err(Clone::clone)?;
        let Predicate::Provenance(predicate) = predicate else { panic!("no provenance") };
        for rule in self.rules(version) {
            builder(&rule, predicate, stated.identity.as_ref())?;
            source(&rule, predicate, stated.identity.as_ref())?;
            parameters(&rule, predicate)?;
        }
        Ok(())
    }
}

/// The digest of a file, of a large one that is listed with its sum, or one that is written down.
fn digest_of(folder: &Path, name: &str) -> Digest {
    let file = folder.join(name);
    if name.ends_with(".digest") {
        let text = std::fs::read_to_string(file).unwrap();
        return format!("sha256:{}", text.trim().trim_start_matches("sha256:")).parse().unwrap();
    }
    if let Ok(bytes) = std::fs::read(file) {
        return Digest::sha256(&bytes);
    }
    let sums = std::fs::read_to_string(upstream().unwrap().join(SUMS)).unwrap();
    let line = sums.lines().find(|line| line.contains(&format!("testdata/{name} "))).expect(name);
    format!("sha256:{}", line.split(' ').next().unwrap()).parse().unwrap()
}

fn verified(envelope: &Envelope, material: &Material, signers: &Signers) -> (Result<()>, Option<Identity>) {
    let header = envelope.pae_header();
    let signed = Signed {
        message: Message::Parts(&[header.as_bytes(), &envelope.payload]),
        signature: &envelope.signature,
        content: Content::Envelope { payload: &envelope.payload, envelope: None },
        stamped: &envelope.signature,
    };
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let claimed = match &material.by {
        By::Certificate { leaf, .. } => TrustedRoot::claimed_identity(leaf),
        By::Key { .. } => None,
    };
    match signers.verify(&signed, material, now, || Ok(())) {
        Ok(verified) => match &verified.signer().who {
            Who::Certificate(identity) => (Ok(()), Some(identity.as_ref().clone())),
            Who::Key(_) => (Ok(()), None),
        },
        Err(error) => (Err(error), claimed),
    }
}

/// Provenance by GitHub's runners: in a bundle, or in an envelope that has the certificate in it.
fn github(bytes: &[u8]) -> Vec<Result<Provenance>> {
    let limits = Limits::default();
    let rule = SignerRule::certificate(GITHUB, &format!("{WORKFLOWS}/*@refs/tags/v*")).unwrap();
    let rule = rule.any_source_repository().unwrap().root("root");
    let signers = trusted("signer", &rule, ("root", &TrustedRoot::sigstore_public_good())).unwrap();
    let value: Value = serde_json::from_slice(bytes).unwrap();
    let read = || {
        let Some(pem) = value["signatures"][0]["cert"].as_str() else {
            return Bundle::parse(bytes, &limits)?.into_envelope();
        };
        let leaf = pem::parse(pem).unwrap().into_contents();
        let by = By::Certificate { leaf, intermediates: Vec::new() };
        Ok((Envelope::parse(bytes, &limits)?, Material { by, ..Material::default() }))
    };
    vec![read().map(|(envelope, material)| {
        let (signature, identity) = verified(&envelope, &material, &signers);
        Provenance { payload: envelope.payload, signature, identity }
    })]
}

/// Provenance by Google Cloud Build, as `gcloud artifacts docker images describe` shows it: several envelopes, by
/// keys of Google's.
fn google(bytes: &[u8], keys: &Path) -> Vec<Result<Provenance>> {
    let mut signers = Signers::default();
    let mut count = 0;
    for entry in std::fs::read_dir(keys).unwrap() {
        let path = entry.unwrap().path();
        let key = PublicKey::from_file(&std::fs::read(&path).unwrap()).unwrap();
        signers.add_key("google", &key, true, &KeyTerms::default());
        count += 1;
    }
    assert!(count > 20, "{count} keys");
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return vec![Err(Error::new(Code::Malformed, "provenance summary"))];
    };
    let all = value["provenance_summary"]["provenance"].as_array().into_iter().flatten();
    all.map(|one| {
        let envelope = Envelope::parse(one["envelope"].to_string().as_bytes(), &Limits::default())?;
        let (signature, identity) = verified(&envelope, &Material::default(), &signers);
        Ok(Provenance { payload: envelope.payload, signature, identity })
    })
    .collect()
}

fn word(answer: &Result<()>, good: &str) -> String {
    answer.as_ref().map_or_else(|error| error.code().name().to_owned(), |()| good.to_owned())
}

/// What we say of one file; of several statements one good one suffices.
fn answer(file: &Path, folder: &Path, version: &str, question: &Question<'_>) -> String {
    let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let is_google = file.to_str().unwrap().contains("gcloud-container");
    let stated = match is_google {
        true => {
            google(&bytes, &upstream().unwrap().join(FILES).join("verifiers/internal/gcb/keys/materials"))
        }
        false => github(&bytes),
    };
    let answers: Vec<String> = stated
        .iter()
        .map(|stated| match stated {
            Err(error) => format!("{}; not asked", error.code()),
            Ok(stated) => {
                let rules = question.ask(version, folder, stated);
                format!("{}; {}", word(&stated.signature, "signed"), word(&rules, "accepted"))
            }
        })
        .collect();
    let good = answers.iter().find(|answer| *answer == GOOD);
    good.or_else(|| answers.first()).cloned().unwrap_or_else(|| "none there".to_owned())
}

const GOOD: &str = "signed; accepted";

/// One `*` for the folder of a version; slsa-verifier asks about those from v1.2.2 on.
fn expand(folder: &Path, what: &str) -> Vec<(String, String)> {
    let Some((before, after)) = what.split_once('*') else {
        let version = what.split('/').find(|part| part.starts_with('v')).unwrap_or("*");
        return vec![(what.to_owned(), version.to_owned())];
    };
    let number = |name: &str| -> Vec<u32> {
        name.trim_start_matches('v').split('.').map(|part| part.parse().unwrap()).collect()
    };
    let names = std::fs::read_dir(folder.join(before)).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| number(name) >= number("v1.2.2")).collect();
    names.sort();
    let path = |name: String| (format!("{before}{name}{after}"), name);
    names.into_iter().map(path).filter(|(path, _)| folder.join(path).exists()).collect()
}

#[test]
fn slsa_verifier_s_questions_are_answered_as_the_table_says() {
    crate::verify::provider().unwrap();
    let Some(upstream) = upstream() else { return };
    let folder = upstream.join(FILES).join("cli/slsa-verifier/testdata");
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/upstream/slsa-verifier.tsv");
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in std::fs::read_to_string(table).unwrap().lines().skip(1) {
        let [what, asked, theirs, ours, agreement] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row:?}")
        };
        let question = Question::new(asked);
        let files = expand(&folder, what);
        if files.is_empty() {
            wrong.push(format!("{what}: no such file"));
        }
        for (file, version) in files {
            let found = answer(&folder.join(&file), &folder, &version, &question);
            if found != ours {
                wrong.push(format!("{file}\t{asked}\t{theirs}\tFOUND {found}\t{ours}"));
            }
            let passes = theirs == "pass";
            let agrees = passes == (found == GOOD);
            if agrees != (agreement == "agree") || agreement.is_empty() {
                wrong.push(format!("{file}\t{asked}\t{theirs}\t{found}\tAGREEMENT {agreement}"));
            }
            *counts.entry(if agrees { "agree" } else { "differ" }).or_default() += 1;
            let rules = found.ends_with("; accepted");
            *counts.entry(if passes == rules { "rules agree" } else { "rules differ" }).or_default() += 1;
        }
    }
    println!("slsa-verifier: {counts:?}");
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(counts.values().sum::<usize>() >= 2 * 300, "{counts:?}");
}
