//! Writes the conformance cases to `testdata/cases`, or to the folder given.

use std::path::PathBuf;

fn main() {
    let folder = std::env::args_os().nth(1).map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/cases")),
        PathBuf::from,
    );
    layertrust_testkit::write::write_all(&folder);
    println!("wrote {} cases to {}", layertrust_testkit::cases::all().len(), folder.display());
}
