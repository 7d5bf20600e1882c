//! Every provenance statement among the files of other projects, read in place: what build type it has, and
//! whether a source is found or why not (`testdata/upstream/provenance.tsv`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::limits::Limits;
use crate::statement::Statement;
use crate::statement::predicate::Predicate;

pub(in crate::statement) fn upstream() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/upstream");
    let path = std::env::var_os("LAYERTRUST_UPSTREAM").map_or_else(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(), "{} is missing", path.display());
    println!("SKIPPED: {} is not there; set LAYERTRUST_UPSTREAM", path.display());
    None
}

pub(in crate::statement) fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

/// Statements of a kind wherever they stand: bare, in envelopes and bundles, in lists of them.
pub(in crate::statement) fn statements(value: &Value, family: &str, found: &mut Vec<Vec<u8>>) {
    // Annotations and indexes name the type as well.
    let is_asked = |value: &Value| {
        value.get("subject").or(value.get("predicate")).is_some()
            && value["predicateType"].as_str().is_some_and(|kind| kind.starts_with(family))
    };
    match value {
        Value::Object(_) if is_asked(value) => found.push(value.to_string().into_bytes()),
        Value::Object(members) => {
            let payload = value["payload"].as_str().and_then(|payload| {
                let standard = payload.replace('-', "+").replace('_', "/");
                STANDARD.decode(standard).ok()
            });
            let decoded = payload
                .filter(|bytes| serde_json::from_slice(bytes).is_ok_and(|value: Value| is_asked(&value)));
            // The bytes that were signed, not a copy of what they mean.
            found.extend(decoded);
            members.values().for_each(|value| statements(value, family, found));
        }
        Value::Array(items) => items.iter().for_each(|value| statements(value, family, found)),
        _ => {}
    }
}

/// What was found is what a table states, row by row.
pub(in crate::statement) fn same_rows(rows: &[String], stated: &[&str]) {
    let new: Vec<&String> = rows.iter().filter(|row| !stated.contains(&row.as_str())).collect();
    let gone: Vec<&&str> = stated.iter().filter(|row| !rows.iter().any(|found| found == *row)).collect();
    new.iter().for_each(|row| println!("found  {row}"));
    gone.iter().for_each(|row| println!("stated {row}"));
    assert!(new.is_empty() && gone.is_empty(), "{} rows are new, {} not found", new.len(), gone.len());
}

/// Every document of a file: the whole, or one a line.
pub(in crate::statement) fn documents(bytes: &[u8]) -> Vec<Value> {
    if let Ok(whole) = serde_json::from_slice(bytes) {
        return vec![whole];
    }
    bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// Build type and outcome.
fn outcome(bytes: &[u8]) -> (String, String) {
    let refused = |error: crate::Error| {
        let shown = error.message();
        let draft = if shown.contains("an old draft") { ", an old draft" } else { "" };
        ("-".to_owned(), format!("refused: {}{draft}", error.code().name()))
    };
    let statement = match Statement::parse(bytes, &Limits::default()) {
        Ok(statement) => statement,
        Err(error) => return refused(error),
    };
    match statement.predicate {
        Err(error) => refused(error),
        Ok(Predicate::Provenance(read)) => {
            let kind = read.build_type.clone().unwrap_or_else(|| "-".to_owned());
            let said = match &read.source {
                Ok(source) => {
                    let parts = [Some(source.uri.as_str()), source.reference.as_deref(), source.commit()];
                    parts.map(|part| part.unwrap_or("-")).join(" ")
                }
                Err(why) => format!("no source: {why:?}"),
            };
            (kind, said)
        }
        Ok(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_provenance_statement_of_other_projects_is_read_or_refused_as_the_table_says() {
    let Some(folder) = upstream() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if !text.contains("slsa.dev/provenance") && !text.contains("\"payload\"") {
            continue;
        }
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let mut found = Vec::new();
        documents(&bytes)
            .iter()
            .for_each(|document| statements(document, "https://slsa.dev/provenance", &mut found));
        for bytes in found {
            let (kind, said) = outcome(&bytes);
            let sum = match said.split(':').next() {
                Some("refused") => "refused",
                Some("no source") => "without a source",
                _ => "with a source",
            };
            *sums.entry(sum).or_default() += 1;
            *rows.entry(format!("{name}\t{kind}\t{said}")).or_default() += 1;
        }
    }
    let rows: Vec<String> = rows.into_iter().map(|(row, count)| format!("{row}\t{count}")).collect();
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/upstream/provenance.tsv");
    let table = std::fs::read_to_string(table).unwrap_or_default();
    let stated: Vec<&str> = table.lines().skip(1).collect();
    println!("{} statements: {sums:?}", sums.values().sum::<usize>());
    same_rows(&rows, &stated);
    assert!(!rows.is_empty());
}

/// What slsa-verifier's own tests expect of its examples: their file names say which tag was pushed.
#[test]
fn the_tag_that_was_pushed_is_the_ref() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/upstream/provenance.tsv");
    let table = std::fs::read_to_string(table).unwrap();
    let mut count = 0;
    for row in table.lines() {
        let [file, _, said, _] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four columns: {row}")
        };
        let Some((_, pushed)) = file.split_once("-push-v") else { continue };
        let tag: String = pushed
            .split_inclusive('.')
            .take_while(|part| part.starts_with(|c: char| c.is_ascii_digit()))
            .collect();
        let expected = format!("refs/tags/v{}", tag.trim_end_matches('.'));
        let [uri, reference, commit] = said.split(' ').collect::<Vec<_>>()[..] else { panic!("{row}") };
        assert_eq!(
            (uri, reference),
            ("git+https://github.com/slsa-framework/example-package", &*expected),
            "{row}"
        );
        assert_eq!(commit.len(), 40, "{row}");
        count += 1;
    }
    assert!(count > 100, "{count}");
}
