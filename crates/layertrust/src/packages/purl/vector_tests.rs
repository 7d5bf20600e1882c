//! The specification's own vectors, read in place. Where we differ, the row here says why; one that agrees after all
//! fails.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Purl;

/// File, test, input, and why we do otherwise.
#[rustfmt::skip]
const EXCEPTIONS: [(&str, &str, &str, &str); 6] = [
    ("gem", "parse", "pkg:gem/jruby-launcher@1.1.2?Platform=java", CASE),
    ("rpm", "parse", "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25", CASE),
    ("git", "parse", FORGE, SEGMENTS),
    ("git", "parse", "pkg:git/codeberg.org/forgejo/forgejo@a72d2c07cfca03b55371089de6aa230d8c951fa0#options/locale_readme.md", SEGMENTS),
    ("git", "build", r#"{"name":"forgejo/forgejo","namespace":"codeberg.org","qualifiers":null,"subpath":null,"type":"git","version":"a72d2c07cfca03b55371089de6aa230d8c951fa0"}"#, SEGMENTS),
    ("git", "build", r#"{"name":"forgejo/forgejo","namespace":"codeberg.org","qualifiers":null,"subpath":"options/locale_readme.md","type":"git","version":"a72d2c07cfca03b55371089de6aa230d8c951fa0"}"#, SEGMENTS),
];
const FORGE: &str = "pkg:git/codeberg.org/forgejo/forgejo@a72d2c07cfca03b55371089de6aa230d8c951fa0";
const CASE: &str =
    "another vector wants the same text read, keys in small letters, as section 5 of the specification does";
const SEGMENTS: &str =
    "a name of two segments, which the rules for all types put into the namespace; compared alike";

fn vectors() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/upstream");
    let path = std::env::var_os("LAYERTRUST_UPSTREAM").map_or_else(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path.join("package-url-purl-spec/tests"));
    }
    assert!(std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(), "{} is missing", path.display());
    println!("SKIPPED: {} is not there; set LAYERTRUST_UPSTREAM", path.display());
    None
}

fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

fn qualifiers(value: &Value) -> BTreeMap<String, String> {
    let members = value["qualifiers"].as_object().into_iter().flatten();
    members.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
}

fn components(value: &Value) -> Purl {
    Purl {
        kind: text(value, "type").unwrap_or_default(),
        namespace: text(value, "namespace"),
        name: text(value, "name").unwrap_or_default(),
        version: text(value, "version"),
        qualifiers: qualifiers(value),
        subpath: text(value, "subpath"),
    }
}

/// Whether we do as the vector says.
fn agrees(vector: &Value) -> bool {
    let (input, expected) = (&vector["input"], &vector["expected_output"]);
    let must_fail = vector["expected_failure"].as_bool().unwrap();
    let parsed = |input: &Value| Purl::parse(input.as_str().unwrap());
    match vector["test_type"].as_str().unwrap() {
        "build" => match components(input).checked() {
            Ok(built) => !must_fail && Some(&*built.to_string()) == expected.as_str(),
            Err(_) => must_fail,
        },
        "parse" => match parsed(input) {
            Ok(purl) => !must_fail && purl == components(expected),
            Err(_) => must_fail,
        },
        "validate" => match parsed(input) {
            Ok(purl) => !must_fail && Some(&*purl.to_string()) == expected.as_str(),
            Err(_) => must_fail,
        },
        other => panic!("{other}"),
    }
}

#[test]
fn the_specifications_vectors_hold() {
    let Some(folder) = vectors() else { return };
    let mut files: Vec<PathBuf> = ["spec", "types"]
        .iter()
        .flat_map(|name| std::fs::read_dir(folder.join(name)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut count, mut wrong, mut met) = (0, Vec::new(), Vec::new());
    for path in files {
        let file = path.file_stem().unwrap().to_str().unwrap().trim_end_matches("-test").to_owned();
        let document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for vector in document["tests"].as_array().unwrap() {
            count += 1;
            let test = vector["test_type"].as_str().unwrap();
            let input = vector["input"].as_str().map_or_else(|| vector["input"].to_string(), str::to_owned);
            let exception = EXCEPTIONS
                .iter()
                .position(|one| (one.0, one.1, one.2) == (file.as_str(), test, input.as_str()));
            match (agrees(vector), exception) {
                (true, None) => {}
                (false, Some(at)) => met.push(at),
                _ => wrong.push(format!(
                    "{file} {test} {input}: expected {}, ours {:?}",
                    vector["expected_output"],
                    vector["input"].as_str().map(Purl::parse)
                )),
            }
        }
    }
    println!("{count} vectors, {} exceptions met", met.len());
    wrong.iter().for_each(|one| println!("{one}"));
    assert!(wrong.is_empty(), "{} of {count}", wrong.len());
    assert!((0..EXCEPTIONS.len()).all(|at| met.contains(&at)), "an exception that no vector meets");
    assert!(count > 400, "{count}");
}
