use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use super::write_all;

/// Written once for all tests of this file.
static GENERATED: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    write_all(folder.path());
    files(folder.path())
});

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for case in fs::read_dir(folder).unwrap() {
        let case = case.unwrap();
        if !case.path().is_dir() {
            continue;
        }
        for file in fs::read_dir(case.path()).unwrap() {
            let file = file.unwrap();
            let name =
                format!("{}/{}", case.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            found.insert(name, fs::read(file.path()).unwrap());
        }
    }
    found
}

#[test]
fn the_generator_gives_the_same_bytes_twice_and_removes_what_is_stale() {
    let first = &*GENERATED;
    let folder = tempfile::tempdir().unwrap();
    let stale = folder.path().join("a-case-that-is-no-more");
    fs::create_dir(&stale).unwrap();
    fs::write(stale.join("case.toml"), "").unwrap();
    write_all(folder.path());
    assert!(*first == files(folder.path()));

    let total: usize = first.values().map(Vec::len).sum();
    // Some 33 kB a case: whoever clones the repository waits for them.
    assert!(total < 16_000_000, "the cases take {total} bytes");
}

#[test]
fn every_toml_file_is_toml_and_every_case_says_what_decides_it() {
    for (name, bytes) in GENERATED.iter().filter(|(name, _)| name.ends_with(".toml")) {
        let table: toml::Table = String::from_utf8(bytes.clone()).unwrap().parse().unwrap();
        if name.ends_with("case.toml") {
            assert!(table["spec"].as_str().unwrap().len() > 10, "{name}");
            assert_eq!(table["expect"].as_str() == Some("rejected"), table.contains_key("codes"), "{name}");
        }
    }
}

#[test]
fn the_committed_cases_are_the_generated_ones() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/cases");
    let (committed, generated) = (files(&committed), &*GENERATED);
    let differing: Vec<&String> = generated
        .iter()
        .filter(|(name, bytes)| committed.get(*name) != Some(bytes))
        .map(|(name, _)| name)
        .collect();
    assert!(
        differing.is_empty(),
        "run `cargo run -p layertrust-testkit --bin generate-cases`: {differing:?}"
    );
    assert_eq!(committed.len(), generated.len());
}
