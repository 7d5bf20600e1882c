//! Validated cryptographic modules, `https://docker.com/dhi/fips/v0.1`.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::error::Result;
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::{Part, array, parts};

const WHAT: &str = "FIPS";

/// The modules in the image; none is no FIPS.
#[derive(Debug)]
pub(crate) struct Fips {
    pub(crate) modules: Vec<Module>,
}

#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    version: Option<String>,
    package: Option<String>,
    /// `CMVP #4985`
    certification: Option<String>,
    certification_url: Option<String>,
    /// `FIPS 140-3`
    standard: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) sunset: Sunset,
}

/// Until when a certificate is in force.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sunset {
    Unstated,
    On(Date),
    /// Something that is no day.
    Unreadable(String),
}

impl Fips {
    /// An array, as Docker's documentation shows one ("explore/fips").
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        let modules = parts(array(predicate, WHAT)?, WHAT)?;
        Ok(Fips { modules: modules.iter().map(Module::read).collect::<Result<_>>()? })
    }

    pub(crate) fn facts(&self) -> Facts {
        super::facts([("modules", self.modules.iter().map(Module::facts).collect())])
    }
}

impl Module {
    fn read(part: &Part<'_, '_>) -> Result<Self> {
        Ok(Module {
            name: part.require_text("name")?.to_owned(),
            version: part.owned("version")?,
            package: part.owned("package")?,
            certification: part.owned("certification")?,
            certification_url: part.owned("certificationUrl")?,
            standard: part.owned("standard")?,
            status: part.owned("status")?,
            sunset: part.text("sunsetDate")?.map_or(Sunset::Unstated, Sunset::read),
        })
    }

    fn facts(&self) -> Value {
        let sunset = match &self.sunset {
            Sunset::Unstated => None,
            Sunset::On(day) => Some(day.to_string()),
            Sunset::Unreadable(text) => Some(text.clone()),
        };
        let said = [
            ("name", Some(self.name.clone())),
            ("version", self.version.clone()),
            ("package", self.package.clone()),
            ("certification", self.certification.clone()),
            ("certification-url", self.certification_url.clone()),
            ("standard", self.standard.clone()),
            ("status", self.status.clone()),
            ("sunset", sunset),
        ];
        said.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text?)))).collect()
    }
}

impl Sunset {
    /// Unconfirmed: the one example has a day without a time.
    fn read(text: &str) -> Self {
        text.parse().map_or_else(|_| Sunset::Unreadable(text.to_owned()), Sunset::On)
    }
}
