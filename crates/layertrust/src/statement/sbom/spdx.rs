//! SPDX 2.2 and 2.3 in JSON (spdx.github.io/spdx-spec/v2.3), and where a document turns out to be SPDX 3.

use std::borrow::Cow;

use serde::Deserializer;

use super::kept::{Kept, Pairs, Purls};
use super::spdx3::Graph;
use super::{Format, Package, Sbom, invalid, required, shown, time, version};
use crate::error::Result;
use crate::json::{Count, Read, Reader, Structure, Texts, Value};
use crate::limits::Limits;

const VERSIONS: [&str; 2] = ["SPDX-2.2", "SPDX-2.3"];

/// The members of both generations: which one it is may stand behind all others.
pub(super) struct Document<'l, 'de> {
    version: Option<Cow<'de, str>>,
    id: Option<Cow<'de, str>>,
    name: Option<Cow<'de, str>>,
    namespace: Option<Cow<'de, str>>,
    creation: Option<Creation<'de>>,
    packages: Vec<Package>,
    files: Count,
    context: Option<Cow<'de, str>>,
    graph: Option<Graph<'de>>,
    kept: Kept,
    limits: &'l Limits,
}

impl<'l, 'de> Document<'l, 'de> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Document {
            version: None,
            id: None,
            name: None,
            namespace: None,
            creation: None,
            packages: Vec::new(),
            files: Count::default(),
            context: None,
            graph: None,
            kept: Kept::new(limits),
            limits,
        }
    }

    pub(super) fn finish(self) -> Result<Sbom> {
        let format = Format::Spdx;
        match (self.graph, &self.version) {
            (Some(_), Some(_)) => {
                return Err(invalid(format.name())
                    .expected("spdxVersion, of SPDX 2, or @graph, of SPDX 3")
                    .found("both"));
            }
            (Some(graph), None) => return graph.finish(self.context.as_deref()),
            (None, _) => {}
        }
        let declared = version(format, "spdxVersion", self.version.as_deref(), &VERSIONS)?;
        let id = required(format, "SPDXID", self.id)?;
        if id != "SPDXRef-DOCUMENT" {
            return Err(invalid(format.name()).expected("the SPDXID SPDXRef-DOCUMENT").found(shown(&id)));
        }
        required(format, "name", self.name)?;
        let namespace = required(format, "documentNamespace", self.namespace)?;
        let creation = self.creation.unwrap_or_default();
        let created = required(format, "creationInfo: created", creation.created)?;
        if !creation.has_creator {
            return Err(invalid(format.name()).expected("a creator in creationInfo: creators").found("none"));
        }
        Ok(Sbom {
            id: Some(namespace.into_owned()),
            created: Some(time(format, "creationInfo: created", &created)?),
            tools: creation.tools,
            packages: self.packages,
            files: self.files.0,
            ..Sbom::new(format, declared.trim_start_matches("SPDX-"))
        })
    }
}

impl<'de> Structure<'de> for Document<'_, 'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        match key {
            "spdxVersion" => value.text(&mut self.version),
            "SPDXID" => value.text(&mut self.id),
            "name" => value.text(&mut self.name),
            "documentNamespace" => value.text(&mut self.namespace),
            "creationInfo" => {
                let creation = self.creation.insert(Creation::default());
                value.object(&mut Creating { creation, kept: &self.kept })
            }
            "packages" => value.list(&mut Packages { packages: &mut self.packages, kept: &self.kept }),
            "files" => value.list(&mut self.files),
            "@context" => value.text(&mut self.context),
            "@graph" => value.list(self.graph.insert(Graph::new(self.limits))),
            _ => value.skip(),
        }
    }
}

/// `creationInfo`
#[derive(Default)]
struct Creation<'de> {
    created: Option<Cow<'de, str>>,
    has_creator: bool,
    tools: Vec<String>,
}

struct Creating<'c, 'de> {
    creation: &'c mut Creation<'de>,
    kept: &'c Kept,
}

impl<'de> Structure<'de> for Creating<'_, 'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        let Creation { created, has_creator, tools } = &mut *self.creation;
        match key {
            "created" => value.text(created),
            "creators" => value.list(&mut Texts(|creator: Cow<'_, str>| {
                *has_creator = true;
                if let Some(tool) = creator.strip_prefix("Tool: ") {
                    self.kept.one()?;
                    tools.push(tool.to_owned());
                }
                Ok(())
            })),
            _ => value.skip(),
        }
    }
}

struct Packages<'p> {
    packages: &'p mut Vec<Package>,
    kept: &'p Kept,
}

impl<'de> Reader<'de> for Packages<'_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let at = value.at();
        let mut one = Members { id: None, name: None, package: Package::default(), kept: self.kept };
        let read = value.object(&mut one)?;
        let Members { id, name, mut package, kept } = one;
        if id.is_none_or(|id| id.is_empty()) {
            return Err(at.refuse(at.wrong("the field SPDXID, a string", "none")));
        }
        // ko writes an empty one for a module that it cannot name.
        let name = name.ok_or_else(|| at.refuse(at.wrong("the field name, a string", "none")))?;
        kept.one().map_err(|error| at.refuse(error))?;
        package.name = name.into_owned();
        self.packages.push(package);
        Ok(read)
    }
}

struct Members<'k, 'de> {
    id: Option<Cow<'de, str>>,
    name: Option<Cow<'de, str>>,
    package: Package,
    kept: &'k Kept,
}

impl<'de> Structure<'de> for Members<'_, 'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        let Members { package, kept, .. } = self;
        match key {
            "SPDXID" => value.text(&mut self.id),
            "name" => value.text(&mut self.name),
            "versionInfo" => {
                let mut text = None;
                let read = value.text(&mut text)?;
                package.version = text.filter(|text| !text.is_empty()).map(Cow::into_owned);
                Ok(read)
            }
            "licenseDeclared" | "licenseConcluded" => {
                let (at, mut text) = (value.at(), None);
                let read = value.text(&mut text)?;
                text.map_or(Ok(()), |text| package.licence(kept, text)).map_err(|error| at.refuse(error))?;
                Ok(read)
            }
            "checksums" => value.list(&mut Pairs {
                keys: ("algorithm", "checksumValue"),
                pairs: &mut package.hashes,
                kept,
            }),
            // Beside what other databases call the package. Tools spell their category in two ways, so the type
            // alone counts.
            "externalRefs" => value.list(&mut Purls {
                keys: ("referenceType", "referenceLocator"),
                word: "purl",
                package,
                kept,
            }),
            _ => value.skip(),
        }
    }
}
