//! Malware that a scanner found, `https://scout.docker.com/virus/v0.1`.

use serde_json::Value;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::evidence::decode_base64;
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::Part;

const WHAT: &str = "malware scan";
const INFECTED: &str = "Infected files:";
const SCANNED: &str = "Scanned files:";

/// What ClamAV's report says.
#[derive(Debug)]
pub(crate) struct Virus {
    scanner: Option<String>,
    pub(crate) infected: u64,
    /// Of how many; not every version says.
    pub(crate) scanned: Option<u64>,
}

impl Virus {
    /// `{ scanner: { report, uri } }`, as Docker's documentation shows it ("explore/malware-scanning").
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        let scanner = Part::of(predicate, WHAT)?.require_part("scanner")?;
        let report = decode_base64(scanner.require_text("report")?, WHAT).map_err(|error| {
            Error::new(Code::PredicateInvalid, scanner.path("report"))
                .expected("base64")
                .found(error.message())
        })?;
        // Names of files can be in any encoding.
        let report = String::from_utf8_lossy(&report);
        let infected = number(&report, INFECTED)?.ok_or_else(|| {
            Error::new(Code::PredicateInvalid, WHAT).expected(format!("a line {INFECTED:?}")).found("none")
        })?;
        Ok(Virus { scanner: scanner.owned("uri")?, infected, scanned: number(&report, SCANNED)? })
    }

    pub(crate) fn facts(&self) -> Facts {
        super::facts([
            ("scanner", Value::from(self.scanner.as_deref())),
            ("clean", Value::from(self.infected == 0 && self.scanned != Some(0))),
            ("infected", Value::from(self.infected)),
            ("scanned", self.scanned.map_or(Value::Null, Value::from)),
        ])
    }
}

/// The number in the one line of this name. The report names the files of the image, and a file's name may hold
/// line breaks: with two such lines nobody can tell which is the scanner's.
fn number(report: &str, name: &str) -> Result<Option<u64>> {
    let is_named = |line: &&str| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let mut lines = report.split(['\n', '\r']).map(str::trim).filter(is_named);
    let Some(line) = lines.next() else { return Ok(None) };
    let error = Error::new(Code::PredicateInvalid, WHAT);
    if lines.next().is_some() {
        return Err(error.expected(format!("one line {name:?}")).found("several"));
    }
    let count = line.get(name.len()..).map(str::trim);
    let is_plain = |count: &&str| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let count = count.filter(is_plain).and_then(|count| count.parse().ok());
    count
        .map(Some)
        .ok_or_else(|| error.expected(format!("a number in line {name:?}")).found(format!("{line:?}")))
}
