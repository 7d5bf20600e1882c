//! Predicates of which no tree is made: most bytes of all evidence are SBOMs. They are read while the statement
//! is, if it says before them what they are; else from their text.

use serde::Deserializer;

use super::predicate::{Kind, Predicate, PredicateType};
use super::sbom::SbomReader;
use crate::code::Code;
use crate::error::Result;
use crate::json::{self, Apart, Member, Node, Read, Reader, Value};
use crate::limits::Limits;

/// The predicate of a statement that is being read.
pub(super) struct PredicateReader<'l, 'de> {
    limits: &'l Limits,
    /// Whether it is read on the way.
    is_passing: bool,
    read: Option<Result<Predicate>>,
    raw: Option<&'de str>,
}

impl<'l, 'de> PredicateReader<'l, 'de> {
    /// Parses a statement; its predicate is read or at hand as text.
    pub(super) fn read(bytes: &'de [u8], limits: &'l Limits) -> Result<(Node<'de>, Self)> {
        let parse = |is_passing| {
            let mut reader = PredicateReader { limits, is_passing, read: None, raw: None };
            let apart = ("predicate", Code::PredicateInvalid);
            json::parse_apart(bytes, limits.json_depth, "statement", apart, &mut reader)
                .map(|node| (node, reader))
        };
        // Whatever is wrong on the way, the other way tells whether it is the statement or its predicate.
        parse(true).or_else(|_| parse(false))
    }

    pub(super) fn finish(self, kind: &PredicateType) -> Result<Predicate> {
        // Without one it is null, as with null.
        let parse = || Predicate::parse(kind, self.raw.unwrap_or("null"), self.limits);
        self.read.unwrap_or_else(parse)
    }
}

impl<'de> Apart<'de> for PredicateReader<'_, 'de> {
    fn read<D: Deserializer<'de>>(
        &mut self,
        before: &[Member<'de>],
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        let kind = before.iter().find(|(key, _)| key == "predicateType").and_then(|(_, kind)| kind.as_str());
        let kind = kind.map(PredicateType::new).filter(|kind| self.is_passing && !kind.needs_tree());
        let Some(kind) = kind else { return value.raw(&mut self.raw) };
        #[cfg(test)]
        crate::metrics::parsed();
        let mut passing = Passing::new(&kind, self.limits);
        let read = passing.read(value)?;
        self.read = Some(passing.finish());
        Ok(read)
    }
}

/// Reads a predicate of one type without a tree.
pub(super) struct Passing<'k> {
    kind: &'k PredicateType,
    sbom: SbomReader<'k>,
}

impl<'k> Passing<'k> {
    pub(super) fn new(kind: &'k PredicateType, limits: &'k Limits) -> Self {
        Passing { kind, sbom: SbomReader::new(kind, limits) }
    }

    pub(super) fn finish(self) -> Result<Predicate> {
        match (self.kind.kind(), self.sbom.outcome) {
            (_, Some(sbom)) => sbom.map(|sbom| Predicate::Sbom(Box::new(sbom))),
            (Kind::ImageSignature, None) => Ok(Predicate::ImageSignature),
            (_, None) => Ok(Predicate::Other),
        }
    }
}

impl<'de> Reader<'de> for Passing<'_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        match self.kind.kind() {
            Kind::Spdx | Kind::CycloneDx | Kind::ScoutSbom => self.sbom.read(value),
            // Nobody asks what it says.
            _ => value.skip(),
        }
    }
}
