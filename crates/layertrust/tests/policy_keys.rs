//! Every key of a policy file: described, with an example that parses, and decisive by itself in a case.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]
#![cfg(all(feature = "keyless", feature = "layers", feature = "schema"))]

#[path = "policy_keys/decides.rs"]
mod decides;
#[path = "policy_keys/reference.rs"]
mod reference;
mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use decides::{DECIDES, Decides};
use layertrust::report::Report;
use layertrust::{Code, Error, Failure, Files, Policy, Verifier};
use reference::{Key, sections};
use scenario::{Beside, Scenario, testdata};
use toml::{Table, Value};

/// Every key as `Section key`.
fn keys() -> BTreeMap<String, Key> {
    let schema = layertrust::policy_schema();
    let of_section = |section: reference::Section| {
        section.keys.into_iter().map(move |key| (format!("{} {}", section.kind, key.name), key))
    };
    let keys: BTreeMap<String, Key> = sections(&schema).into_iter().flat_map(of_section).collect();
    assert!(keys.len() > 60, "the schema leads to {} keys", keys.len());
    keys
}

#[test]
fn every_key_says_what_it_means_its_default_an_example_and_its_code() {
    let mut missing = Vec::new();
    for (name, key) in keys() {
        let parts = [
            ("a doc comment with its meaning", key.meaning.is_empty()),
            ("a line `- default: …`", key.default.is_empty()),
            ("a line `- example: `KEY = …``", key.examples.is_empty()),
            ("a line `- code: …`", key.code.is_empty()),
        ];
        for (what, _) in parts.iter().filter(|(_, is_missing)| *is_missing) {
            missing.push(format!("{name}: add {what} to the field in policy/file/sections"));
        }
        for word in key.code.split('`').skip(1).step_by(2) {
            if Code::from_name(word).is_none() {
                missing.push(format!("{name}: {word:?} is no code"));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn the_reference_is_what_the_sections_say() {
    let written = std::fs::read_to_string(testdata().join("../docs/POLICY-KEYS.md")).unwrap();
    assert!(written == reference::markdown(&layertrust::policy_schema()), "run `make generate`");
}

/// Any key and any root.
struct Anything;

impl Files for Anything {
    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        let name = if path.ends_with(".json") { "trusted_root.json" } else { "org.pub" };
        std::fs::read(testdata().join("cases/keys").join(name))
            .map_err(|error| Error::new(Code::Io, path).found(error))
    }
}

/// A whole policy with the example where its section stands.
fn with_example(section: &str, key: &str, example: &Table) -> Option<Table> {
    const POLICY: &str = "version = 1\norg.signers = [\"ci\"]\nsigners.ci.key = \"ci.pub\"\n\
                          signers.qa.key = \"docker-dhi-1\"\nsigners.dhi.key = \"docker-dhi\"\n\
                          signers.platform.key = \"docker-dhi-2\"\n";
    let mut policy: Table = POLICY.parse().unwrap();
    // Where it stands, and what it cannot stand without.
    let (path, beside) = match section {
        "File" => ("", ""),
        "SignerSection" if ["key", "not-before", "not-after", "tlog", "root"].contains(&key) => {
            ("signers.new", "key = \"new.pub\"")
        }
        "SignerSection" => ("signers.new", "issuer = \"i\"\nidentity = \"n\"\nsource-repository = [\"r\"]"),
        "RootSection" => ("roots.new", "file = \"new.json\""),
        "ImageSection" => ("image", ""),
        "BaseSection" => ("base", ""),
        "OrgSection" if key == "require-all" || key == "threshold" => ("org", "signers = [\"ci\", \"qa\"]"),
        "OrgSection" => ("org", "signers = [\"ci\"]"),
        "RevokedSection" => ("base.revoked.0", ""),
        "IntermediateSection" => ("intermediate.0", "name = \"platform-team\"\nsigners = [\"ci\"]"),
        "AttestationSection" => (
            "org.attestation.0",
            match key {
                "verifier" | "resource" | "levels" | "policy-digest" => "type = \"vsa\"",
                "status" | "sunset-after" => "type = \"dhi-fips\"",
                "minimum-score" => "type = \"dhi-stig\"",
                _ => "type = \"slsa-provenance\"",
            },
        ),
        "LayersSection" => ("layers", ""),
        "AllowSection" => ("layers.allow.0", "path = \"etc/passwd\"\nkinds = [\"replace\"]"),
        "ConfigSection" => ("config", ""),
        "ExceptionSection" => {
            ("exception.0", "code = \"added-path\"\nuntil = \"2027-01-31\"\nreason = \"OPS-1\"")
        }
        _ => return None,
    };
    let mut table: Table = beside.parse().unwrap();
    table.extend(example.clone());
    match path {
        "" => policy.extend(table),
        path => {
            set(&mut Value::Table(std::mem::take(&mut policy)), path, Some(Value::Table(table)), &mut policy)
        }
    }
    Some(policy)
}

/// Puts a value where `path` leads, or takes it away; numbers are places in lists.
fn set(value: &mut Value, path: &str, new: Option<Value>, out: &mut Table) {
    fn go(value: &mut Value, path: &[&str], new: Option<Value>) {
        let (first, rest) = (path[0], &path[1..]);
        let empty = |rest: &[&str]| match rest.first() {
            Some(next) if next.parse::<usize>().is_ok() => Value::Array(Vec::new()),
            _ => Value::Table(Table::new()),
        };
        match (value, rest, new) {
            (Value::Table(table), [], Some(new)) => drop(table.insert(first.to_owned(), new)),
            (Value::Table(table), [], None) => {
                assert!(table.remove(first).is_some(), "no {first} to take away");
            }
            (Value::Table(table), rest, new) => {
                let inner = table.entry(first.to_owned()).or_insert_with(|| empty(rest));
                go(inner, rest, new);
                // A section without keys is another question than none.
                if inner.as_table().is_some_and(Table::is_empty)
                    || inner.as_array().is_some_and(Vec::is_empty)
                {
                    table.remove(first);
                }
            }
            (Value::Array(items), rest, new) => {
                let at: usize = first.parse().unwrap();
                if at == items.len() {
                    items.push(empty(rest));
                }
                match (rest, new) {
                    ([], Some(new)) => items[at] = new,
                    ([], None) => drop(items.remove(at)),
                    (rest, new) => go(&mut items[at], rest, new),
                }
            }
            (other, ..) => panic!("{first} in {other}"),
        }
    }
    let path: Vec<&str> = path.split('.').collect();
    go(value, &path, new);
    *out = value.as_table().unwrap().clone();
}

#[test]
fn every_example_parses_in_a_policy() {
    let mut wrong = Vec::new();
    for (name, key) in keys() {
        let example: Result<Table, _> = key.examples.join("\n").parse();
        let section = name.split(' ').next().unwrap();
        match example {
            Err(error) => wrong.push(format!("{name}: the example is no TOML: {error}")),
            Ok(example) if !example.contains_key(&key.name) => {
                wrong.push(format!("{name}: the example does not have the key"));
            }
            Ok(example) => match with_example(section, &key.name, &example) {
                None => wrong.push(format!("{name}: say in `with_example` where {section} stands")),
                Some(policy) => {
                    let text = toml::to_string(&policy).unwrap();
                    if let Err(error) = Policy::from_toml(&text, &Anything) {
                        wrong.push(format!("{name}: {error}\n{text}"));
                    }
                }
            },
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a case comes to under a policy, or why that is none.
fn ask(case: &Scenario, folder: &Path, policy: &Table) -> Result<Report, String> {
    let text = toml::to_string(policy).unwrap();
    let policy = Policy::from_toml(&text, &Beside(folder.to_owned()));
    let policy = policy.map_err(|error| format!("{}: {error}\n{text}", case.name))?;
    let source = case.source(folder).unwrap();
    match Verifier::new(policy).unwrap().verify(&source, &case.request(folder)) {
        Ok(accepted) => Ok(accepted.into_report()),
        Err(Failure::Rejected(report)) => Ok(*report),
        Err(Failure::Error(error)) => Err(format!("{}: {error}", case.name)),
    }
}

/// The codes of the errors, without what follows from them: what nobody signed has no owner, and what an expired
/// exception covered is an error again.
fn errors(report: &Report) -> BTreeSet<&'static str> {
    let all: BTreeSet<&str> = report.errors().map(|finding| finding.code.name()).collect();
    if all.contains("exception-expired") {
        return BTreeSet::from(["exception-expired"]);
    }
    let follows = |code: &&str| ["layer-unattributed", "config-unattributed"].contains(code);
    match all.iter().all(follows) {
        true => all.into_iter().take(1).collect(),
        false => all.into_iter().filter(|code| !follows(code)).collect(),
    }
}

/// Of each key one case in which it alone makes the difference between accepted and rejected.
#[test]
fn every_key_decides_a_case_by_itself() {
    let keys = keys();
    let mut wrong = Vec::new();
    let (mut decided, mut undecided) = (0, 0);
    for (name, key) in &keys {
        let Some((_, decides)) = DECIDES.iter().find(|(own, _)| own == name) else {
            wrong.push(format!(
                "{name}: add a row to tests/policy_keys/decides.rs, a case of testdata/cases with what to change of \
                 this key so that the verdict changes, or why it can change none"
            ));
            continue;
        };
        let parsed = |value: &str| format!("value = {value}").parse::<Table>().unwrap().remove("value");
        let (case, path, value, instead) = match decides {
            Decides::Nothing(why) => {
                undecided += 1;
                if why.is_empty() || !key.code.starts_with("none") {
                    wrong.push(format!("{name}: say why, and `- code: none: …` in its doc comment"));
                }
                continue;
            }
            Decides::Without(case, path) => (case, path, None, None),
            Decides::With(case, path, value) => (case, path, parsed(value), None),
            Decides::Instead(case, path, value, other) => (case, path, parsed(value), Some(other)),
        };
        assert_eq!(path.split('.').next_back(), Some(key.name.as_str()), "{name}");
        let folder = testdata().join("cases").join(case);
        let scenario = Scenario::load(&folder.join("case.toml"));
        let text = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
        let policy: Table = text.parse().unwrap();
        let mut changed = Table::new();
        set(&mut Value::Table(policy.clone()), path, value, &mut changed);
        if let Some(other) = instead {
            let so_far = std::mem::take(&mut changed);
            set(&mut Value::Table(so_far), other, None, &mut changed);
        }
        let asked = (ask(&scenario, &folder, &policy), ask(&scenario, &folder, &changed));
        let (before, after) = match asked {
            (Ok(before), Ok(after)) => (before, after),
            (Err(error), _) | (_, Err(error)) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        let was_accepted = before.errors().next().is_none();
        let (accepted, rejected) = if was_accepted { (before, after) } else { (after, before) };
        if accepted.errors().next().is_some() || rejected.errors().next().is_none() {
            let codes = (errors(&accepted), errors(&rejected));
            wrong.push(format!("{name}: the change of {path} in {case} changes no verdict: {codes:?}"));
            continue;
        }
        decided += 1;
        let found = errors(&rejected);
        let own = |code: &&str| key.code.contains(&format!("`{code}`")) || !key.code.contains('`');
        if found.len() != 1 || !found.iter().all(own) {
            wrong.push(format!("{name}: the errors of {case} are {found:?}, and its code says {}", key.code));
        }
    }
    for (name, _) in DECIDES.iter().filter(|(name, _)| !keys.contains_key(*name)) {
        wrong.push(format!("{name}: no such key; take the row away"));
    }
    println!("{} keys: {decided} decide a case, {undecided} can decide none", keys.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The example of docs/POLICY.md is a policy, keys twice and undefined signers included.
#[test]
fn the_example_of_the_documentation_is_a_policy() {
    let text = std::fs::read_to_string(testdata().join("../docs/POLICY.md")).unwrap();
    let example = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    Policy::from_toml(example, &Anything).unwrap();
}
