//! Every verification summary among the files of other projects, read in place: what it says, or why it is
//! refused (`testdata/upstream/vsa.tsv`).

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::evidence::Envelope;
use crate::limits::Limits;
use crate::statement::Statement;
use crate::statement::predicate::Predicate;
use crate::statement::slsa::upstream_tests::{documents, files, same_rows, statements, upstream};
use crate::verify::{Message, PublicKey};

/// What it says, and the algorithms by which it could be about an image.
fn outcome(bytes: &[u8]) -> (&'static str, String, String) {
    let refused = |error: Error| ("refused", format!("refused: {error}"), "-".to_owned());
    let statement = match Statement::parse(bytes, &Limits::default()) {
        Ok(statement) => statement,
        Err(error) => return refused(error),
    };
    let algorithms: Vec<&str> = statement.digest_algorithms().into_iter().collect();
    match statement.predicate {
        Err(error) => refused(error),
        Ok(Predicate::Summary(read)) => {
            let result = if read.has_passed { PASSED } else { FAILED };
            let said = [&read.verifier, &read.resource, result, &read.levels.join(",")].join(" ");
            ("read", said, if algorithms.is_empty() { "-".to_owned() } else { algorithms.join(",") })
        }
        Ok(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_summary_of_other_projects_is_read_or_refused_as_the_table_says() {
    let Some(folder) = upstream() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if !text.contains("slsa.dev/verification_summary") && !text.contains("\"payload\"") {
            continue;
        }
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let mut found = Vec::new();
        let family = "https://slsa.dev/verification_summary";
        documents(&bytes).iter().for_each(|document| statements(document, family, &mut found));
        for bytes in found {
            let (sum, said, algorithms) = outcome(&bytes);
            *sums.entry(sum).or_default() += 1;
            *rows.entry(format!("{name}\t{algorithms}\t{said}")).or_default() += 1;
        }
    }
    let rows: Vec<String> = rows.into_iter().map(|(row, count)| format!("{row}\t{count}")).collect();
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/upstream/vsa.tsv");
    let table = std::fs::read_to_string(table).unwrap_or_default();
    let stated: Vec<(&str, &str)> = table.lines().skip(1).filter_map(|row| row.rsplit_once('\t')).collect();
    for (row, reason) in &stated {
        assert_eq!(row.contains("refused: "), *reason != "-", "what is refused has a reason: {row}");
    }
    let stated: Vec<&str> = stated.into_iter().map(|(row, _)| row).collect();
    println!("{} summaries: {sums:?}", sums.values().sum::<usize>());
    same_rows(&rows, &stated);
    assert!(!rows.is_empty());
}

/// slsa-verifier's own example, signed by Google's key: it takes the levels below and refuses the others. The
/// signature is two bare numbers (IEEE P1363) instead of ASN.1, which Sigstore's Go library tries as well and
/// nothing here reads.
#[test]
fn slsa_verifiers_example_holds_and_says_what_it_is_asked_there() {
    let Some(folder) = upstream() else { return };
    let folder = folder.join("slsa-framework-slsa-verifier/cli/slsa-verifier/testdata/vsa/gce/v1");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let envelope = Envelope::parse(&read("gke-gce-pre.bcid-vsa.jsonl"), &Limits::default()).unwrap();
    let key = PublicKey::from_pem(&read("vsa_signing_public_key.pem")).unwrap();
    let header = envelope.pae_header();
    let holds = |payload: &[u8], signature: &[u8]| {
        key.verify(Message::Parts(&[header.as_bytes(), payload]), signature).is_ok()
    };
    let asn1 = asn1(&envelope.signature);
    assert!(holds(&envelope.payload, &asn1));
    assert!(!holds(&envelope.payload, &envelope.signature), "bare numbers are not read");
    let altered = String::from_utf8(envelope.payload.clone()).unwrap().replace("LEVEL_2", "LEVEL_3");
    assert!(!holds(altered.as_bytes(), &asn1));
    let statement = Statement::parse(&envelope.payload, &Limits::default()).unwrap();
    let Ok(Predicate::Summary(read)) = statement.predicate else { panic!("{statement:?}") };
    assert_eq!(read.verifier, "https://bcid.corp.google.com/verifier/bcid_package_enforcer/v0.1");
    for (level, expected) in [
        ("BCID_L1", true),
        ("SLSA_BUILD_LEVEL_2", true),
        ("SLSA_BUILD_LEVEL_1", true),
        ("SLSA_BUILD_LEVEL_0", true),
        ("SLSA_BUILD_LEVEL_3", false),
        ("SLSA_SOURCE_LEVEL_1", false),
        ("SLSA_BUILD_LEVEL_UNEVALUATED", false),
        ("BCID_L2", false),
        ("BCID_L0", false),
    ] {
        assert_eq!(read.has_level(level), expected, "{level}");
    }
}

/// Two numbers of 32 bytes as a sequence of integers.
fn asn1(numbers: &[u8]) -> Vec<u8> {
    let integers = numbers.chunks(32).flat_map(|number| {
        let first = number.iter().position(|byte| *byte != 0).unwrap();
        let sign = if number[first] < 0x80 { vec![] } else { vec![0] };
        let body = [&sign, &number[first..]].concat();
        [vec![2, u8::try_from(body.len()).unwrap()], body].concat()
    });
    let integers: Vec<u8> = integers.collect();
    [vec![0x30, u8::try_from(integers.len()).unwrap()], integers].concat()
}
