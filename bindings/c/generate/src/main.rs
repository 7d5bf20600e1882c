//! Writes what is generated of the C library: `result` (src/result.rs, from the table of codes), `header`
//! (include/layertrust.h, from the sources) and `cases DIR` (the test cases as a table that C reads, with the reports that the
//! Rust library gives).
//!
//! A package of its own, because the library does not compile while its table of results is not the codes'.

mod cases;
mod header;
mod result;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["result"] => {
            print!("{}", result::source());
            Ok(())
        }
        ["header"] => header::header().map(|header| print!("{header}")),
        ["cases", folder] => cases::write(Path::new(folder)),
        _ => Err("usage: layertrust-c-generate result|header|cases DIR".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
