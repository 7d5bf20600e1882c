//! What several documents say together: of every vulnerability in every product the newest word.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::{Component, Product, Vex, VexStatement};
use crate::code::Code;
use crate::error::{Error, Result};

/// A document and the proved time of its signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken<'v> {
    pub(crate) document: &'v Vex,
    pub(crate) signed: Option<Timestamp>,
}

/// One name of a vulnerability in one name of a product. Names are compared as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Question<'v> {
    pub(crate) vulnerability: &'v str,
    /// None: what the attestation is about.
    pub(crate) product: Option<Name<'v>>,
    /// A component or a version of the product; none: all of it.
    pub(crate) part: Option<Name<'v>>,
}

/// An identifier, or a hash with its algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name<'v> {
    algorithm: Option<&'v str>,
    text: &'v str,
}

/// Statements about one question, each with a time that orders them.
type Said<'v> = Vec<(Option<Timestamp>, &'v VexStatement)>;

/// Within one document the later statement counts, and among documents what was signed last. Where no time
/// says which that is, they must agree.
pub(crate) fn answers<'v>(documents: &[Spoken<'v>]) -> Result<BTreeMap<Question<'v>, &'v VexStatement>> {
    let mut all: BTreeMap<Question<'v>, Said<'v>> = BTreeMap::new();
    for spoken in documents {
        let mut own: BTreeMap<Question<'v>, Said<'v>> = BTreeMap::new();
        for statement in &spoken.document.statements {
            questions(statement, |question| own.entry(question).or_default().push((statement.at, statement)));
        }
        for (question, said) in own {
            let newest = newest(&question, &said)?;
            all.entry(question).or_default().extend(newest.map(|one| (spoken.signed, one)));
        }
    }
    let mut answers = BTreeMap::new();
    for (question, said) in all {
        answers.extend(newest(&question, &said)?.map(|one| (question, one)));
    }
    Ok(answers)
}

/// Everything that a statement answers.
fn questions<'v>(statement: &'v VexStatement, mut ask: impl FnMut(Question<'v>)) {
    for vulnerability in statement.vulnerability.names() {
        if statement.products.is_empty() {
            ask(Question { vulnerability, product: None, part: None });
        }
        for product in &statement.products {
            for name in names(&product.component) {
                let product_of = |part| Question { vulnerability, product: Some(name), part };
                if product.subcomponents.is_empty() && product.versions.is_empty() {
                    ask(product_of(None));
                }
                parts(product).for_each(|part| ask(product_of(Some(part))));
            }
        }
    }
}

fn parts(product: &Product) -> impl Iterator<Item = Name<'_>> {
    let versions = product.versions.iter();
    let versions = versions.map(|version| Name { algorithm: None, text: &version.version });
    product.subcomponents.iter().flat_map(names).chain(versions)
}

fn names(component: &Component) -> impl Iterator<Item = Name<'_>> {
    let plain = component.id.iter().chain(component.identifiers.values());
    let plain = plain.map(|text| Name { algorithm: None, text });
    let hashes = component.hashes.iter();
    plain.chain(hashes.map(|(algorithm, text)| Name { algorithm: Some(algorithm), text }))
}

/// The newest of them. One without a time may be older or newer than any other, and one that says itself that it is
/// later than what was signed last is not outdone: anybody can have an old signature timestamped once more.
fn newest<'v>(question: &Question<'_>, said: &Said<'v>) -> Result<Option<&'v VexStatement>> {
    let latest = said.iter().filter_map(|(at, _)| *at).max();
    let last = said.iter().filter(|(at, _)| at.is_some() && *at == latest);
    let last = last.filter_map(|(_, one)| one.at).min();
    let says_later = |one: &VexStatement| one.at.zip(last).is_some_and(|(own, last)| own > last);
    let counts =
        |(at, one): &&(Option<Timestamp>, &'v VexStatement)| at.is_none() || *at == latest || says_later(one);
    let mut newest = said.iter().filter(counts).map(|(_, one)| *one);
    let Some(first) = newest.next() else { return Ok(None) };
    let means = |one: &VexStatement| (one.status, one.justification);
    match newest.find(|other| means(other) != means(first)) {
        None => Ok(Some(first)),
        Some(other) => Err(Error::new(Code::AttestationConflict, question.to_string())
            .expected("one answer, or times that say which is the newest")
            .found(format!("{} and {}", first.describe(), other.describe()))),
    }
}

impl VexStatement {
    fn describe(&self) -> String {
        match self.justification {
            Some(justification) => format!("{} ({})", self.status.word(), justification.word()),
            None => self.status.word().to_owned(),
        }
    }
}

impl fmt::Display for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VEX about {:?}", self.vulnerability)?;
        if let Some(part) = self.part {
            write!(f, " in {part} of")?;
        }
        match self.product {
            Some(product) if self.part.is_some() => write!(f, " {product}"),
            Some(product) => write!(f, " in {product}"),
            None => write!(f, " in what the attestation is about"),
        }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.algorithm {
            Some(algorithm) => write!(f, "{algorithm}:{}", self.text),
            None => write!(f, "{:?}", self.text),
        }
    }
}

#[cfg(test)]
mod tests;
