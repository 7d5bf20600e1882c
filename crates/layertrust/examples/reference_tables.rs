//! Prints what docs/CODES.md, docs/LIMITS.md and docs/POLICY-KEYS.md are: `codes`, `limits` or, with the feature
//! `schema`, `policy-keys`.

#[cfg(feature = "schema")]
#[path = "../tests/policy_keys/reference.rs"]
mod reference;

use layertrust::limits::Unit;
use layertrust::{Code, Limits};

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("codes") => codes(),
        Some("limits") => limits(),
        #[cfg(feature = "schema")]
        Some("policy-keys") => print!("{}", reference::markdown(&layertrust::policy_schema())),
        _ => {
            eprintln!("usage: reference_tables codes|limits|policy-keys (the last with the feature schema)");
            std::process::exit(2);
        }
    }
}

fn codes() {
    println!("# Codes\n");
    println!("Generated from the table in the code by `make generate`. Numbers are never reused.\n");
    println!("| number | code | severity | meaning | what to do |\n|---|---|---|---|---|");
    for code in Code::ALL {
        let severity = format!("{:?}", code.severity()).to_lowercase();
        println!("| {} | `{code}` | {severity} | {} | {} |", code.number(), code.meaning(), code.advice());
    }
}

fn limits() {
    println!("# Limits\n");
    println!(
        "Generated from the table in the code by `make generate`. Every key can stand in `[limits]` of a policy.\n"
    );
    println!("| key | default | counts |\n|---|---|---|");
    for (name, unit, default) in Limits::NAMES {
        let (value, counts) = match unit {
            Unit::Count => (default.to_string(), "things"),
            Unit::Bytes => (size(*default), "bytes"),
        };
        println!("| `{name}` | {value} | {counts} |");
    }
}

fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let fits = units.iter().find(|(factor, _)| bytes >= *factor && bytes.is_multiple_of(*factor));
    fits.map_or_else(|| bytes.to_string(), |(factor, unit)| format!("{} {unit}", bytes / factor))
}
