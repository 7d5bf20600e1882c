//! Writes the cases as files, which the tests of every language read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::case::Case;
use crate::cases::{self, keyless, scene};

/// Writes every case and the keys below `folder`; folders of cases that no longer exist are removed.
pub fn write_all(folder: &Path) {
    let cases = cases::all();
    remove_stale(folder, &cases);
    write_keys(&folder.join("keys"));
    for case in &cases {
        write_case(&folder.join(case.name), case);
    }
}

/// Writes one case: `case.toml`, `policy.toml`, `image.tar` and, if it has any, `evidence.tar`.
pub fn write_case(folder: &Path, case: &Case) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("remove the old case");
    }
    fs::create_dir_all(folder).expect("create the case's folder");
    fs::write(folder.join("case.toml"), case.toml()).expect("write case.toml");
    fs::write(folder.join("policy.toml"), case.policy.text(case.name)).expect("write policy.toml");
    case.image.write_tar(&folder.join("image.tar"));
    if let Some(evidence) = &case.evidence {
        evidence.write_tar(&folder.join("evidence.tar"));
    }
}

fn write_keys(folder: &Path) {
    fs::create_dir_all(folder).expect("create the keys' folder");
    for (name, key) in scene::keys() {
        fs::write(folder.join(format!("{name}.pub")), key.public_pem()).expect("write a key");
    }
    for (name, root) in keyless::roots() {
        fs::write(folder.join(format!("{name}.json")), root.bytes()).expect("write a root");
    }
}

/// A folder that holds a `case.toml` is a case of ours; anything else is left alone.
fn remove_stale(folder: &Path, cases: &[Case]) {
    let current: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if entry.path().join("case.toml").exists() && !current.contains(name.to_string_lossy().as_ref()) {
            fs::remove_dir_all(entry.path()).expect("remove a stale case");
        }
    }
}

#[cfg(test)]
mod tests;
