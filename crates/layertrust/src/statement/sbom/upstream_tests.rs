//! Every SBOM among the files of other projects, read in place: bare documents, and those in statements
//! (`testdata/upstream/sboms.tsv`).
//!
//! A row is a file, whether its document is good by its own project's word, what comes of it, how many times, and
//! where the two differ why.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::limits::Limits;
use crate::statement::Statement;
use crate::statement::predicate::Predicate;
use crate::statement::slsa::upstream_tests::{files, same_rows, statements, upstream};

/// The statements of SBOMs in a value, wherever they stand.
fn sboms(value: &Value, found: &mut Vec<Vec<u8>>) {
    for family in ["https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://scout.docker.com/sbom/"]
    {
        statements(value, family, found);
    }
}

/// A bare document, put in a statement of the type that names no version.
fn bare(value: &Value, text: &str) -> Option<Vec<u8>> {
    let kind = match value {
        _ if value.get("predicateType").is_some() => return None,
        _ if value.get("bomFormat").is_some() => "https://cyclonedx.org/bom",
        _ if value.get("spdxVersion").is_some() || value["@context"].to_string().contains("spdx.org") => {
            "https://spdx.dev/Document"
        }
        _ => return None,
    };
    Some(
        format!(
            r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"{kind}","predicate":{text}}}"#
        )
        .into_bytes(),
    )
}

/// Whether the document is good, as far as its own project says so by its name.
fn stated(name: &str) -> &'static str {
    let file = name.rsplit('/').next().unwrap_or_default();
    if file.starts_with("invalid-") || file.contains("-invalid-") { "bad" } else { "good" }
}

fn outcome(bytes: &[u8]) -> (&'static str, String) {
    let refused = |error: crate::Error| ("bad", format!("{}: {}", error.code(), error.message()));
    let statement = match Statement::parse(bytes, &Limits::default()) {
        Ok(statement) => statement,
        Err(error) => return refused(error),
    };
    match statement.predicate {
        Err(error) => refused(error),
        Ok(Predicate::Sbom(sbom)) => {
            let facts = sbom.facts();
            let purls = facts.get("with-purl").map(ToString::to_string).unwrap_or_default();
            let (packages, files) = (sbom.packages.len(), sbom.files);
            let lists = sbom.lists_something().err().map_or("", |_| ", lists nothing");
            let said = format!(
                "{} {}, {packages} packages, {purls} with a purl, {files} files{lists}",
                sbom.format.name(),
                sbom.version
            );
            ("good", said)
        }
        Ok(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_sbom_of_other_projects_is_read_or_refused_as_the_table_says() {
    let Some(folder) = upstream() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut sums: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let known = ["CycloneDX", "cyclonedx", "spdx", "SPDX", "\"payload\""];
        if !known.iter().any(|word| text.contains(word)) {
            continue;
        }
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let mut found = Vec::new();
        match serde_json::from_str::<Value>(text) {
            Ok(whole) => {
                sboms(&whole, &mut found);
                found.extend(bare(&whole, text));
            }
            Err(_) => {
                let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
                lines.for_each(|line| sboms(&line, &mut found));
            }
        }
        for bytes in found {
            let (expected, (came, said)) = (stated(&name), outcome(&bytes));
            *sums.entry((expected, came)).or_default() += 1;
            *rows.entry(format!("{name}\t{expected}\t{came}\t{said}")).or_default() += 1;
        }
    }
    let rows: Vec<String> = rows.into_iter().map(|(row, count)| format!("{row}\t{count}")).collect();
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/upstream/sboms.tsv");
    let table = std::fs::read_to_string(table).unwrap_or_default();
    let mut listed = Vec::new();
    for row in table.lines().skip(1) {
        let (row, reason) = row.rsplit_once('\t').unwrap();
        let columns: Vec<&str> = row.split('\t').collect();
        let [_, expected, came, _, _] = columns[..] else { panic!("five columns and a reason: {row}") };
        assert_eq!(expected == came, reason.is_empty(), "a reason where the two differ: {row}");
        listed.push(row);
    }
    println!("{} documents, stated and found: {sums:?}", sums.values().sum::<usize>());
    same_rows(&rows, &listed);
    assert!(rows.len() > 150, "{}", rows.len());
}
