//! Every document of other projects that holds VEX, a list of vulnerabilities or a test result, read in place:
//! bare, and in statements and bundles. `testdata/upstream/vex.tsv` says what is read of each, and why not.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::limits::Limits;
use crate::statement::predicate::{Predicate, PredicateType};
use crate::statement::slsa::upstream_tests::{documents, files, upstream};

/// The kinds of statement that this is about. `scout.docker.com` stands for all of Docker's.
const TYPES: [&str; 6] = [
    "https://openvex.dev/ns",
    "https://in-toto.io/attestation/vulns",
    "https://cosign.sigstore.dev/attestation/vuln/",
    "https://in-toto.io/attestation/test-result/",
    "https://scout.docker.com/",
    "https://docker.com/dhi/",
];

/// What form a document has, by which predicate type it is read, and the predicate.
fn found(value: &Value, rows: &mut Vec<(String, String, String)>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if value["@context"].is_string() && value["statements"].is_array() {
        rows.push(("OpenVEX".to_owned(), "https://openvex.dev/ns/v0.2.0".to_owned(), value.to_string()));
    } else if value["bomFormat"] == "CycloneDX" && !value["vulnerabilities"].is_null() {
        rows.push(("CycloneDX".to_owned(), "https://cyclonedx.org/bom".to_owned(), value.to_string()));
    } else if value["document"]["csaf_version"].is_string() {
        rows.push(("CSAF".to_owned(), "https://openvex.dev/ns/v0.2.0".to_owned(), value.to_string()));
    } else if let Some(kind) = value["predicateType"].as_str().filter(|_| value.get("predicate").is_some()) {
        let is_cyclonedx = kind.starts_with("https://cyclonedx.org/bom");
        let has_vulnerabilities = value["predicate"].get("vulnerabilities").is_some();
        if TYPES.iter().any(|one| kind.starts_with(one)) || is_cyclonedx && has_vulnerabilities {
            rows.push((
                format!("statement {kind}"),
                text(&value["predicateType"]),
                value["predicate"].to_string(),
            ));
        }
    } else {
        let payload = value["payload"].as_str().map(|payload| payload.replace('-', "+").replace('_', "/"));
        let payload = payload.and_then(|payload| STANDARD.decode(payload).ok());
        if let Some(signed) = payload.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            found(&signed, rows);
        }
        match value {
            Value::Object(members) => members.values().for_each(|value| found(value, rows)),
            Value::Array(items) => items.iter().for_each(|value| found(value, rows)),
            _ => {}
        }
    }
}

fn outcome(kind: &str, predicate: &str) -> String {
    let said = |vex: &super::Vex| {
        let counts = super::Status::ALL.map(|status| {
            let count = vex.statements.iter().filter(|one| one.status == status).count();
            (count > 0).then(|| format!("{count} {}", status.word()))
        });
        let counts = counts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        match super::answers(&[super::Spoken { document: vex, signed: None }]) {
            Ok(answers) => format!("read: {counts}; {} answers", answers.len()),
            Err(error) => format!("contradicts itself: {error}"),
        }
    };
    match Predicate::parse(&PredicateType::new(kind), predicate, &Limits::default()) {
        Ok(Predicate::Vex(vex)) => said(&vex),
        Ok(Predicate::Sbom(sbom)) => match sbom.analyses.as_deref() {
            Some(Ok(vex)) => said(vex),
            Some(Err(error)) => format!("refused: {error}"),
            None => "no analysis".to_owned(),
        },
        Ok(other) => format!("read: {}", serde_json::to_string(&other.facts()).unwrap()),
        Err(error) => format!("refused: {error}"),
    }
}

/// The table's rows: file, form, outcome, reason. What is refused or has no analysis has a reason.
fn table() -> Vec<[String; 4]> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/upstream/vex.tsv");
    let text = std::fs::read_to_string(table).unwrap_or_default();
    let row = |line: &str| {
        let columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
        columns.try_into().unwrap_or_else(|columns| panic!("four columns: {columns:?}"))
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn every_document_of_other_projects_is_read_or_refused_as_the_table_says() {
    let Some(folder) = upstream() else { return };
    let (mut paths, mut rows) = (Vec::new(), Vec::new());
    files(&folder, &mut paths);
    let mut sums: BTreeMap<String, usize> = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let marks = ["openvex.dev", "\"vulnerabilities\"", "csaf_version", "\"payload\"", "\"@context\""];
        let is_about = |mark: &&str| text.contains(*mark);
        if !marks.iter().any(is_about) && !TYPES.iter().any(is_about) {
            continue;
        }
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let mut parsed = Vec::new();
        documents(&bytes).iter().for_each(|document| found(document, &mut parsed));
        for (form, kind, predicate) in parsed {
            let outcome = outcome(&kind, &predicate);
            let short = outcome.split(':').next().unwrap_or_default();
            *sums.entry(format!("{} {short}", form.split(' ').next().unwrap())).or_default() += 1;
            rows.push([name.clone(), form, outcome]);
        }
    }
    rows.sort();
    rows.dedup();
    let table = table();
    let stated: Vec<[String; 3]> =
        table.iter().map(|[file, form, outcome, _]| [file.clone(), form.clone(), outcome.clone()]).collect();
    let new: Vec<_> = rows.iter().filter(|row| !stated.contains(row)).collect();
    let gone: Vec<_> = stated.iter().filter(|row| !rows.contains(row)).collect();
    new.iter().for_each(|row| println!("found  {}", row.join("\t")));
    gone.iter().for_each(|row| println!("stated {}", row.join("\t")));
    println!("{sums:?}");
    assert!(new.is_empty() && gone.is_empty(), "{} rows are new, {} not found", new.len(), gone.len());
    for [file, _, outcome, reason] in &table {
        assert_eq!(outcome.starts_with("read"), reason.is_empty(), "{file}: what is not read has a reason");
    }
    assert!(rows.len() > 30, "{}", rows.len());
}

/// What Docker signs there are files, with a signature over their bytes: advisories, and no VEX. The VEX
/// beside them is signed nowhere but in the attestations of images.
#[test]
fn dockers_signed_advisories_are_files_and_no_statements() {
    let Some(folder) = upstream() else { return };
    let mut paths = Vec::new();
    files(&folder.join("docker-hardened-images-advisories/signed"), &mut paths);
    let (mut bundles, mut advisories) = (0, 0);
    for path in paths {
        let Ok(value) = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap()) else { continue };
        if path.extension().is_some_and(|extension| extension == "sig") {
            assert!(value["messageSignature"].is_object(), "{}", path.display());
            assert!(value.get("dsseEnvelope").is_none(), "{}", path.display());
            bundles += 1;
        } else {
            assert!(value["schema_version"].is_string() && value.get("statements").is_none(), "OSV");
            advisories += 1;
        }
    }
    assert_eq!((bundles, advisories), (2, 1));
}
