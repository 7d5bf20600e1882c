//! Signatures by other projects' keys beside images in skopeo's folder: the rows `dir` of
//! `testdata/upstream/signed.tsv`. Their images' configs are in no fixture, so what is asked is what the
//! signature says about the manifest, not a verdict.

use std::path::{Path, PathBuf};

use super::*;
use crate::oci::{Selector, SkopeoDir, Source as _};
use crate::statement::binding::bind;
use crate::verify::{KeyTerms, PublicKey};

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

/// Puts a folder together as skopeo writes it: its `version`, which no fixture has, the manifest and the
/// signatures in their order.
fn assemble(files: &[PathBuf], folder: &Path) {
    std::fs::write(folder.join("version"), "Directory Transport Version: 1.1\n").unwrap();
    for (number, file) in files.iter().enumerate() {
        let name = if number == 0 { "manifest.json".to_owned() } else { format!("signature-{number}") };
        if !file.ends_with("-") {
            std::fs::copy(file, folder.join(name)).unwrap();
        }
    }
}

/// `signed` for every signature that names the manifest, before it the codes of the others.
fn outcome(folder: &Path, key: &Path) -> Result<String> {
    let limits = Limits::default();
    let source = SkopeoDir::open(folder, &limits)?;
    let mut signers = Signers::default();
    signers.add_key("ci", &PublicKey::from_file(&std::fs::read(key).unwrap())?, true, &KeyTerms::default());
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    let documents = Documents::new(&source, limits);
    let manifest = source.resolve(&Selector::Only)?.unwrap();
    documents.document(&manifest)?;
    let kept = Kept::default();
    let examiner = Examiner::new(&documents, &signers, now, &kept);
    let vouchers = bind(&examiner, &[vec![manifest.digest]], &[]);
    let refused = vouchers.unverified.iter().map(|one| one.error.code().name());
    let signed = vouchers.signatures.iter().map(|_| "signed");
    Ok(refused.chain(signed).collect::<Vec<_>>().join(" "))
}

#[test]
fn signatures_of_other_projects_hold_or_fail_as_they_state() {
    let Some(folder) = upstream() else { return };
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/upstream/signed.tsv");
    let table = std::fs::read_to_string(table).unwrap();
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for row in table.lines().filter_map(|line| line.strip_prefix("dir\t")) {
        let [files, key, stated, expected, _reason] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("six columns: {row}")
        };
        let files: Vec<PathBuf> = files.split(' ').map(|file| folder.join(file)).collect();
        let assembled = tempfile::tempdir().unwrap();
        assemble(&files, assembled.path());
        let found = outcome(assembled.path(), &folder.join(key))
            .unwrap_or_else(|error| error.code().name().to_owned());
        let verdict = |word: &str| if word == "signed" { "pass" } else { "fail" };
        let verdicts = found.split(' ').map(verdict).collect::<Vec<_>>().join(" ");
        let fixture = files.last().unwrap().strip_prefix(&folder).unwrap().display().to_string();
        println!("{fixture:90} stated {stated:10} expected {expected:26} found {found}");
        if (found.as_str(), verdicts.as_str()) != (expected, stated) {
            wrong.push(format!("{row}: found {found}"));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows >= 11, "{rows} rows");
}
