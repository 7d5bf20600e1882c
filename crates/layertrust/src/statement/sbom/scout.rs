//! Docker Scout's SBOM. No specification is published; read is what Docker's documentation names, the package
//! URLs and licences of `artifacts`.

use std::borrow::Cow;

use serde::Deserializer;

use super::kept::Kept;
use super::{Format, Package, Sbom, invalid};
use crate::error::Result;
use crate::json::{Read, Reader, Structure, Texts, Value};
use crate::limits::Limits;

/// What the predicate type says; the document has no version.
const VERSION: &str = "0.1";

pub(super) struct Artifacts {
    packages: Option<Vec<Package>>,
    kept: Kept,
}

impl Artifacts {
    pub(super) fn new(limits: &Limits) -> Self {
        Artifacts { packages: None, kept: Kept::new(limits) }
    }

    pub(super) fn finish(self) -> Result<Sbom> {
        let format = Format::Scout;
        let packages = self.packages.ok_or_else(|| {
            invalid(format.name()).expected("the field artifacts, an array of packages").found("none")
        })?;
        Ok(Sbom { packages, ..Sbom::new(format, VERSION) })
    }
}

impl<'de> Structure<'de> for Artifacts {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        match key {
            "artifacts" => {
                let Artifacts { packages, kept } = self;
                value.list(&mut List { packages: packages.get_or_insert_default(), kept })
            }
            _ => value.skip(),
        }
    }
}

struct List<'a> {
    packages: &'a mut Vec<Package>,
    kept: &'a Kept,
}

impl<'de> Reader<'de> for List<'_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (at, mut one) = (value.at(), Artifact { package: Package::default(), kept: self.kept });
        let read = value.object(&mut one)?;
        let Artifact { package, kept } = one;
        if package.purls.is_empty() && package.name.is_empty() {
            return Err(at.refuse(at.wrong("the field purl, a string", "none, and no name")));
        }
        kept.one().map_err(|error| at.refuse(error))?;
        self.packages.push(package);
        Ok(read)
    }
}

struct Artifact<'k> {
    package: Package,
    kept: &'k Kept,
}

impl<'de> Structure<'de> for Artifact<'_> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        let (at, Artifact { package, kept }) = (value.at(), self);
        let mut text = None;
        match key {
            "name" | "version" | "purl" => {}
            "licenses" => return value.list(&mut Texts(|text: Cow<'_, str>| package.licence(kept, text))),
            _ => return value.skip(),
        }
        let read = value.text(&mut text)?;
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(read) };
        match key {
            "name" => package.name = text.into_owned(),
            "version" => package.version = Some(text.into_owned()),
            _ => package.purl(kept, text).map_err(|error| at.refuse(error))?,
        }
        Ok(read)
    }
}
