//! What is kept of one SBOM, counted: a list of empty strings takes eight times its text in memory.

use std::borrow::Cow;
use std::cell::Cell;

use serde::Deserializer;

use super::Package;
use crate::error::Result;
use crate::json::{Read, Reader, Structure, Value};
use crate::limits::Limits;

/// How many texts are kept so far.
pub(super) struct Kept {
    limit: u64,
    count: Cell<u64>,
}

impl Kept {
    pub(super) fn new(limits: &Limits) -> Self {
        Kept { limit: limits.sbom_entries, count: Cell::new(0) }
    }

    /// One more.
    pub(super) fn one(&self) -> Result<()> {
        self.count.set(self.count.get() + 1);
        let what = "SBOM: packages with what is kept of each";
        Limits::check("sbom-entries", self.limit, self.count.get(), what)
    }
}

/// Objects of two texts, such as hashes: `{ alg, content }`.
pub(super) struct Pairs<'p, 'k> {
    pub(super) keys: (&'static str, &'static str),
    pub(super) pairs: &'p mut Vec<(String, String)>,
    pub(super) kept: &'k Kept,
}

impl<'de> Reader<'de> for Pairs<'_, '_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let at = value.at();
        let mut pair = Pair::of(self.keys);
        let read = value.object(&mut pair)?;
        let (Some(first), Some(second)) = (pair.first, pair.second) else {
            let expected = format!("the fields {} and {}, strings", self.keys.0, self.keys.1);
            return Err(at.refuse(at.wrong(expected, "not both")));
        };
        self.kept.one().map_err(|error| at.refuse(error))?;
        self.pairs.push((first.into_owned(), second.into_owned()));
        Ok(read)
    }
}

/// Package URLs among the objects of two texts by which a package is known elsewhere: the word for what kind of
/// name it is, and the name.
pub(super) struct Purls<'p> {
    pub(super) keys: (&'static str, &'static str),
    pub(super) word: &'static str,
    pub(super) package: &'p mut Package,
    pub(super) kept: &'p Kept,
}

impl<'de> Reader<'de> for Purls<'_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (at, mut pair) = (value.at(), Pair::of(self.keys));
        let read = value.object(&mut pair)?;
        if let (Some(word), Some(purl)) = (pair.first, pair.second)
            && word == self.word
        {
            self.package.purl(self.kept, purl).map_err(|error| at.refuse(error))?;
        }
        Ok(read)
    }
}

/// An object of which two members are wanted, both texts.
pub(super) struct Pair<'de> {
    keys: (&'static str, &'static str),
    pub(super) first: Option<Cow<'de, str>>,
    pub(super) second: Option<Cow<'de, str>>,
}

impl Pair<'_> {
    pub(super) fn of(keys: (&'static str, &'static str)) -> Self {
        Pair { keys, first: None, second: None }
    }
}

impl<'de> Structure<'de> for Pair<'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        match key {
            key if key == self.keys.0 => value.text(&mut self.first),
            key if key == self.keys.1 => value.text(&mut self.second),
            _ => value.skip(),
        }
    }
}

impl Package {
    /// Keeps a licence that is not there yet.
    pub(super) fn licence(&mut self, kept: &Kept, licence: Cow<'_, str>) -> Result<()> {
        if licence.is_empty() || self.licences.last().is_some_and(|last| *last == licence) {
            return Ok(());
        }
        kept.one()?;
        self.licences.push(licence.into_owned());
        Ok(())
    }

    /// The same of a package URL.
    pub(super) fn purl(&mut self, kept: &Kept, purl: Cow<'_, str>) -> Result<()> {
        if purl.is_empty() || self.purls.last().is_some_and(|last| *last == purl) {
            return Ok(());
        }
        kept.one()?;
        self.purls.push(purl.into_owned());
        Ok(())
    }
}
