//! VEX: what somebody says of a vulnerability in a product. OpenVEX and CycloneDX, seen alike. Everything in it
//! is its author's word.

mod answers;
mod cyclonedx;
mod openvex;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use answers::{Spoken, answers};
pub(crate) use cyclonedx::About;
pub(crate) use openvex::draft;
pub(crate) use words::{Justification, Status};

use crate::error::Result;
use crate::limits::Limits;
use crate::report::Facts;

/// One document.
#[derive(Debug)]
pub(crate) struct Vex {
    pub(crate) id: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) version: Option<u64>,
    pub(crate) issued: Option<Timestamp>,
    pub(crate) updated: Option<Timestamp>,
    /// At least one.
    pub(crate) statements: Vec<VexStatement>,
}

/// What a document says of one vulnerability.
#[derive(Debug)]
#[allow(dead_code, reason = "its texts are for whoever answers the findings of a scanner")]
pub(crate) struct VexStatement {
    pub(crate) vulnerability: Vulnerability,
    /// Empty: what the attestation is about.
    pub(crate) products: Vec<Product>,
    pub(crate) status: Status,
    pub(crate) justification: Option<Justification>,
    /// Why it is not affected, in words.
    pub(crate) impact: Option<String>,
    /// What to do about it.
    pub(crate) action: Option<String>,
    pub(crate) notes: Option<String>,
    /// When it was said, by the statement itself or else by its document.
    pub(crate) at: Option<Timestamp>,
}

/// A vulnerability by all its names.
#[derive(Debug)]
pub(crate) struct Vulnerability {
    pub(crate) name: String,
    /// An IRI.
    pub(crate) id: Option<String>,
    pub(crate) aliases: Vec<String>,
}

/// What a statement is about, and where in it the vulnerability is.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) component: Component,
    /// Empty: the product itself.
    pub(crate) subcomponents: Vec<Component>,
    /// The versions that a CycloneDX document names, each with its own word; none: all.
    pub(crate) versions: Vec<AffectedVersion>,
}

/// A version or range of a product.
#[derive(Debug)]
#[allow(dead_code, reason = "for whoever answers the findings of a scanner")]
pub(crate) struct AffectedVersion {
    pub(crate) version: String,
    /// `affected`, `unaffected` or `unknown`.
    pub(crate) status: Option<String>,
}

/// Something that has at least one name or hash.
#[derive(Debug, Default)]
pub(crate) struct Component {
    /// An IRI, mostly a package URL; of CycloneDX the package URL, or the reference where there is none.
    pub(crate) id: Option<String>,
    /// By their labels: `purl`, `cpe22`, `cpe23`.
    pub(crate) identifiers: BTreeMap<String, String>,
    /// By their algorithms, as IANA spells them.
    pub(crate) hashes: BTreeMap<String, String>,
}

impl Vulnerability {
    /// Every name that it is known by.
    fn names(&self) -> impl Iterator<Item = &str> {
        let id = self.id.as_deref();
        std::iter::once(self.name.as_str()).chain(id).chain(self.aliases.iter().map(String::as_str))
    }
}

impl Component {
    fn is_nameless(&self) -> bool {
        self.id.is_none() && self.identifiers.is_empty() && self.hashes.is_empty()
    }

    fn len(&self) -> usize {
        usize::from(self.id.is_some()) + self.identifiers.len() + self.hashes.len()
    }
}

impl VexStatement {
    /// How many questions it answers: every name of the vulnerability in everything that it is about.
    fn answers(&self) -> u64 {
        let names = self.vulnerability.names().count();
        let parts = |product: &Product| {
            let within: usize = product.subcomponents.iter().map(Component::len).sum();
            product.component.len().saturating_mul(within.saturating_add(product.versions.len()).max(1))
        };
        let about: usize = self.products.iter().map(parts).fold(0, usize::saturating_add).max(1);
        u64::try_from(names.saturating_mul(about)).unwrap_or(u64::MAX)
    }
}

impl Vex {
    /// When the document or any of its statements was last changed, by its author's word.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let stated = self.statements.iter().filter_map(|statement| statement.at);
        stated.chain(self.issued).chain(self.updated).max()
    }

    /// The document as a report shows it.
    pub(crate) fn facts(&self) -> Facts {
        let texts = [
            ("id", self.id.clone()),
            ("author", self.author.clone()),
            ("timestamp", self.issued.map(|time| time.to_string())),
            ("last-updated", self.updated.map(|time| time.to_string())),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?))));
        let version = self.version.map(|version| ("version".to_owned(), Value::from(version)));
        let mut facts: Facts = texts.chain(version).collect();
        facts.insert("statements".to_owned(), Value::from(self.statements.len()));
        for status in Status::ALL {
            let count = self.statements.iter().filter(|statement| statement.status == status).count();
            if count > 0 {
                facts.insert(status.word().replace('_', "-"), Value::from(count));
            }
        }
        facts
    }

    fn within(self, limits: &Limits) -> Result<Self> {
        let answers = self.statements.iter().map(VexStatement::answers).fold(0, u64::saturating_add);
        Limits::check("vex-answers", limits.vex_answers, answers, "VEX: statements")?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod upstream_tests;
