//! `src/result.rs`: the codes as an enumeration that cbindgen can read, which takes no macros.

use std::fmt::Write as _;

use layertrust::Code;

/// The whole file.
pub(crate) fn source() -> String {
    let mut text = String::from(
        "//! What functions return. Generated from the table of codes by `make generate`.

use std::ffi::CStr;

use layertrust_core::Code;

/// What functions return: 0 is good, and everything else is not.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum layertrust_result {
    /// Done; of a verification: accepted.
    LAYERTRUST_OK = 0,
    /// The image is rejected. There is a report.
    LAYERTRUST_REJECTED = 1,
",
    );
    for code in Code::ALL {
        let _ = writeln!(text, "    /// {}\n    {} = {},", code.meaning(), variant(*code), code.number());
    }
    text.push_str(
        "}

impl layertrust_result {
    /// The result for a code.
    pub(crate) const fn of(code: Code) -> Self {
        match code {
",
    );
    for code in Code::ALL {
        let _ = writeln!(text, "            Code::{code:?} => Self::{},", variant(*code));
    }
    text.push_str(
        "            // `Code` may grow; the check below fails to compile until this file is generated again.
            _ => Self::LAYERTRUST_OK,
        }
    }

    /// The name of a number.
    pub(crate) fn name(number: u32) -> Option<&'static CStr> {
        Some(match number {
            0 => c\"ok\",
            1 => c\"rejected\",
",
    );
    for code in Code::ALL {
        let _ = writeln!(text, "            {} => c\"{code}\",", code.number());
    }
    text.push_str(
        "            _ => return None,
        })
    }
}

/// Every code has its own number here.
const _: () = {
    let mut rest = Code::ALL;
    while let [code, others @ ..] = rest {
        assert!(layertrust_result::of(*code) as u32 == code.number() as u32, \"run `make generate`\");
        rest = others;
    }
};
",
    );
    text
}

fn variant(code: Code) -> String {
    format!("LAYERTRUST_ERROR_{}", code.name().replace('-', "_").to_uppercase())
}
