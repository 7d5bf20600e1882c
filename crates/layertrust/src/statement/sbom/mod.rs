//! SBOMs: SPDX 2.2, 2.3 and 3.0, CycloneDX 1.2 to 1.7 and Docker Scout's, seen alike. Everything in one is its
//! author's word.
//!
//! Read in one pass and never held as a tree: an SBOM has some ten megabytes, of which the names, versions,
//! package URLs, licences and hashes of its packages are kept.

mod cyclonedx;
mod facts;
mod kept;
mod scout;
mod spdx;
mod spdx3;
mod tag_value;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserializer;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::{self, Read, Reader, Value};
use crate::limits::Limits;
use crate::statement::predicate::{Kind, PredicateType};
use crate::statement::vex::Vex;

/// What an SBOM says.
#[derive(Debug)]
pub(crate) struct Sbom {
    pub(crate) format: Format,
    /// The version of the format, as the document declares it.
    pub(crate) version: &'static str,
    /// SPDX: the document's namespace or identifier. CycloneDX: the serial number with the version, as a BOM link.
    pub(crate) id: Option<String>,
    pub(crate) created: Option<Timestamp>,
    pub(crate) tools: Vec<String>,
    pub(crate) packages: Vec<Package>,
    pub(crate) files: u64,
    /// Packages and files that are named and not read, of a document in tags and values.
    pub(crate) unread: u64,
    /// Whether a CycloneDX document describes something beside its components.
    has_subject: bool,
    /// Vulnerabilities of a CycloneDX document: alone they make it VEX.
    vulnerabilities: u64,
    /// What a CycloneDX document says of them, or why that is not what it should be; none if it says nothing.
    pub(crate) analyses: Option<Box<Result<Vex>>>,
}

/// The formats of SBOMs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Spdx,
    /// SPDX 2 in tags and values.
    SpdxText,
    CycloneDx,
    Scout,
}

/// A package that an SBOM names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    /// Package URLs as written. SPDX allows several.
    pub(crate) purls: Vec<String>,
    /// Licences as written, declared and concluded alike.
    pub(crate) licences: Vec<String>,
    /// Hashes as written, by algorithm: weak, wrong or of something else. They identify nothing.
    pub(crate) hashes: Vec<(String, String)>,
}

impl Format {
    /// The word that reports use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Spdx => "spdx",
            Format::SpdxText => "spdx-text",
            Format::CycloneDx => "cyclonedx",
            Format::Scout => "docker-scout",
        }
    }
}

impl Sbom {
    fn new(format: Format, version: &'static str) -> Self {
        Sbom {
            format,
            version,
            id: None,
            created: None,
            tools: Vec::new(),
            packages: Vec::new(),
            files: 0,
            unread: 0,
            has_subject: false,
            vulnerabilities: 0,
            analyses: None,
        }
    }

    /// An SBOM must list something: of nothing, anybody can make one. A CycloneDX document of vulnerabilities
    /// alone is VEX, also where it says what they are in.
    pub(crate) fn lists_something(&self) -> Result<()> {
        let listed = self.packages.len() as u64 + self.files + self.unread;
        if listed > 0 || (self.has_subject && self.vulnerabilities == 0) {
            return Ok(());
        }
        Err(invalid(self.format.name())
            .expected("an SBOM that lists a package, a file or what it describes")
            .found(match self.vulnerabilities {
                0 => "one that lists nothing".to_owned(),
                count => format!("{count} vulnerabilities and nothing else, which is VEX"),
            }))
    }

    /// The declared version must be the one that the type names, if it names one.
    fn of_type(self, kind: &PredicateType) -> Result<Self> {
        let uri = kind.as_str();
        let named = match kind.kind() {
            Kind::Spdx => uri.strip_prefix("https://spdx.dev/Document/v"),
            Kind::CycloneDx => uri.strip_prefix("https://cyclonedx.org/bom/v"),
            _ => None,
        };
        let is_of = |named: &str| {
            let rest = self.version.strip_prefix(named);
            rest.is_some_and(|rest| {
                rest.is_empty() || (rest.starts_with('.') && is_family(self.format, named))
            })
        };
        if named.is_none_or(is_of) {
            return Ok(self);
        }
        Err(Error::new(Code::PredicateMismatch, format!("{} document", self.format.name()))
            .expected(format!("version {}, as the predicate type {uri} says", named.unwrap_or_default()))
            .found(format!("version {}", self.version)))
    }
}

/// Whether `v3` of SPDX, or `v1` of CycloneDX, stands for every version below it; `v3.0` does, too.
fn is_family(format: Format, named: &str) -> bool {
    match format {
        Format::CycloneDx => named == "1",
        _ => matches!(named, "3" | "3.0"),
    }
}

/// Reads the predicate of one type.
pub(crate) struct SbomReader<'k> {
    kind: &'k PredicateType,
    limits: &'k Limits,
    /// What was read, or what is wrong with the whole.
    pub(crate) outcome: Option<Result<Sbom>>,
}

impl<'k> SbomReader<'k> {
    pub(crate) fn new(kind: &'k PredicateType, limits: &'k Limits) -> Self {
        SbomReader { kind, limits, outcome: None }
    }
}

impl<'de> Reader<'de> for SbomReader<'_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (read, sbom) = match self.kind.kind() {
            Kind::CycloneDx => {
                let mut bom = cyclonedx::Bom::new(self.limits);
                (value.object(&mut bom)?, bom.finish(self.limits))
            }
            Kind::ScoutSbom => {
                let mut list = scout::Artifacts::new(self.limits);
                (value.object(&mut list)?, list.finish())
            }
            _ => {
                let (mut text, mut document) = (None, spdx::Document::new(self.limits));
                let read = value.text_or_object(&mut text, &mut document)?;
                (read, text.map_or_else(|| document.finish(), |text: Cow<'_, str>| self.text(&text)))
            }
        };
        self.outcome = Some(sbom.and_then(|sbom| sbom.of_type(self.kind)));
        Ok(read)
    }
}

impl SbomReader<'_> {
    /// `cosign attest --type spdx`: the document, as JSON or as tags and values, in one string.
    fn text(&self, text: &str) -> Result<Sbom> {
        if !text.trim_start().starts_with('{') {
            return tag_value::read(text);
        }
        let mut whole = Whole(Some(spdx::Document::new(self.limits)));
        json::stream(
            text.as_bytes(),
            self.limits.json_depth,
            "predicate",
            Code::PredicateInvalid,
            &mut whole,
        )?;
        whole.0.map_or_else(|| Err(invalid("spdx").expected("a document")), spdx::Document::finish)
    }
}

/// A document that is the whole of a text.
struct Whole<'l, 'de>(Option<spdx::Document<'l, 'de>>);

impl<'de> Reader<'de> for Whole<'_, 'de> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        match &mut self.0 {
            Some(document) => value.object(document),
            None => value.skip(),
        }
    }
}

/// What is wrong with a document of this format.
fn invalid(format: &str) -> Error {
    Error::new(Code::PredicateInvalid, format!("{format} document"))
}

/// A field that must be there and say something.
fn required<T: AsRef<str>>(format: Format, name: &str, text: Option<T>) -> Result<T> {
    text.filter(|text| !text.as_ref().is_empty())
        .ok_or_else(|| invalid(format.name()).expected(format!("the field {name}, a string")).found("none"))
}

/// The version that a document declares, as one that is read.
fn version(format: Format, name: &str, text: Option<&str>, read: &[&'static str]) -> Result<&'static str> {
    let found = read.iter().find(|known| Some(**known) == text);
    found.copied().ok_or_else(|| {
        invalid(format.name())
            .expected(format!("{name} {}", read.join(" or ")))
            .found(text.map_or_else(|| "none".to_owned(), shown))
    })
}

fn time(format: Format, name: &str, text: &str) -> Result<Timestamp> {
    text.parse().map_err(|_| {
        invalid(format.name()).expected(format!("{name} to be an RFC 3339 time")).found(shown(text))
    })
}

/// A text as messages and reports show it: not at any length.
fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{:?}…", text.get(..at).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod upstream_tests;
