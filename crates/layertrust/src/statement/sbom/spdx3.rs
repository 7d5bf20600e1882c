//! SPDX 3.0 in JSON-LD (spdx.github.io/spdx-spec/v3.0.1): a list of elements, read one at a time.
//!
//! Licences stand in elements of their own, beside relationships that join them to packages; both are kept until
//! the end. No other relationship is.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Deserializer;

use super::kept::{Kept, Pairs, Purls};
use super::{Format, Package, Sbom, invalid, required, shown, time, version};
use crate::error::Result;
use crate::json::{At, Read, Reader, Structure, Texts, Value};
use crate::limits::Limits;

const VERSIONS: [&str; 2] = ["3.0.0", "3.0.1"];
/// Under another context the names would mean something else.
const CONTEXTS: [&str; 2] =
    ["https://spdx.org/rdf/3.0.0/spdx-context.jsonld", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"];
/// Where listed licences have their identifiers.
const LICENCES: &str = "https://spdx.org/licenses/";
/// Ends of one relationship that are kept until its kind is known.
const ENDS: usize = 100;

/// `@graph`, as far as it was read.
pub(super) struct Graph<'de> {
    found: Found<'de>,
    kept: Kept,
}

#[derive(Default)]
struct Found<'de> {
    documents: Vec<Described<'de>>,
    creations: HashMap<Cow<'de, str>, Creation<'de>>,
    packages: Vec<(Cow<'de, str>, Package)>,
    files: u64,
    tools: HashMap<Cow<'de, str>, Cow<'de, str>>,
    expressions: HashMap<Cow<'de, str>, Cow<'de, str>>,
    /// From a package to its licence.
    licensed: Vec<(Cow<'de, str>, Cow<'de, str>)>,
}

/// The element that is the document itself.
struct Described<'de> {
    id: Cow<'de, str>,
    creation: CreationOf<'de>,
}

/// Which creation an element has: it names one, or holds its own.
#[derive(Default)]
struct CreationOf<'de> {
    named: Option<Cow<'de, str>>,
    own: Option<Creation<'de>>,
}

/// `CreationInfo`
#[derive(Default)]
struct Creation<'de> {
    version: Option<Cow<'de, str>>,
    created: Option<Cow<'de, str>>,
    using: Vec<Cow<'de, str>>,
}

impl<'de> Graph<'de> {
    pub(super) fn new(limits: &Limits) -> Self {
        Graph { found: Found::default(), kept: Kept::new(limits) }
    }

    pub(super) fn finish(self, context: Option<&str>) -> Result<Sbom> {
        let Found { mut documents, creations, packages, tools, expressions, files, licensed: joined } =
            self.found;
        let format = Format::Spdx;
        version(format, "@context", context, &CONTEXTS)?;
        let (document, others) = (documents.pop(), documents.len());
        let Some(Described { id, creation }) = document.filter(|_| others == 0) else {
            let found = if others == 0 { "none" } else { "several" };
            return Err(invalid(format.name()).expected("one element SpdxDocument").found(found));
        };
        let named = creation.named.as_ref().and_then(|name| creations.get(name));
        let creation = creation.own.as_ref().or(named).ok_or_else(|| {
            invalid(format.name()).expected("the creationInfo that SpdxDocument names").found("none")
        })?;
        let declared = version(format, "specVersion", creation.version.as_deref(), &VERSIONS)?;
        let created = required(format, "created", creation.created.as_deref())?;
        let used = creation.using.iter().filter_map(|tool| tools.get(tool));
        Ok(Sbom {
            id: Some(id.into_owned()),
            created: Some(time(format, "created", created)?),
            tools: used.map(|name| name.to_string()).collect(),
            packages: licensed(packages, &joined, &expressions, &self.kept)?,
            files,
            ..Sbom::new(format, declared)
        })
    }
}

impl<'de> Found<'de> {
    /// Keeps what is wanted of an element.
    fn take(&mut self, element: Element<'_, 'de>, at: At<'_, 'de>) -> Result<()> {
        let Element { kind, id, name, creation, own, package, relation, expression, kept } = element;
        let kind = kind.ok_or_else(|| at.wrong("the field type, a string", "none"))?;
        let id = id.filter(|id| !id.is_empty());
        let id = || id.ok_or_else(|| at.wrong("the field spdxId, a string", "none"));
        if let Some(creation) = &creation.own {
            check_version(creation, at)?;
        }
        match &*kind {
            "CreationInfo" => {
                check_version(&own, at)?;
                once(&mut self.creations, id()?, own, at)?;
            }
            "SpdxDocument" => self.documents.push(Described { id: id()?, creation }),
            // Those for models and data have fields of their own, which are not read.
            "software_Package" | "ai_AIPackage" | "dataset_DatasetPackage" => {
                let name = name.filter(|name| !name.is_empty());
                let name = name.ok_or_else(|| at.wrong("the field name, a string", "none"))?;
                self.packages.push((id()?, Package { name: name.into_owned(), ..package }));
            }
            "software_File" => self.files += 1,
            "Tool" => once(&mut self.tools, id()?, name.unwrap_or_default(), at)?,
            "simplelicensing_LicenseExpression" => {
                once(&mut self.expressions, id()?, expression.unwrap_or_default(), at)?;
            }
            "Relationship" | "LifecycleScopedRelationship" if relation.is_licence() => {
                if relation.has_more {
                    return Err(at.wrong(format!("at most {ENDS} licences of one package"), "more"));
                }
                let from = relation.from.ok_or_else(|| at.wrong("the field from, a string", "none"))?;
                for to in relation.to {
                    kept.one()?;
                    self.licensed.push((from.clone(), to));
                }
            }
            _ => return Ok(()),
        }
        kept.one()
    }
}

/// An identifier stands for one element.
fn once<'de, T>(
    known: &mut HashMap<Cow<'de, str>, T>,
    id: Cow<'de, str>,
    value: T,
    at: At<'_, 'de>,
) -> Result<()> {
    match known.entry(id) {
        Entry::Vacant(slot) => {
            slot.insert(value);
            Ok(())
        }
        Entry::Occupied(slot) => Err(at.wrong("each spdxId once", format!("{} twice", shown(slot.key())))),
    }
}

/// Every element may hold its own.
fn check_version(creation: &Creation<'_>, at: At<'_, '_>) -> Result<()> {
    match creation.version.as_deref() {
        Some(found) if VERSIONS.contains(&found) => Ok(()),
        found => Err(at.wrong(
            format!("specVersion {}", VERSIONS.join(" or ")),
            found.map_or_else(|| "none".to_owned(), shown),
        )),
    }
}

/// The packages, each with its licences. Who concluded which is not told apart.
fn licensed(
    packages: Vec<(Cow<'_, str>, Package)>,
    licensed: &[(Cow<'_, str>, Cow<'_, str>)],
    expressions: &HashMap<Cow<'_, str>, Cow<'_, str>>,
    kept: &Kept,
) -> Result<Vec<Package>> {
    let mut licences: HashMap<&str, Vec<&str>> = HashMap::new();
    for (package, licence) in licensed {
        let listed = || licence.strip_prefix(LICENCES);
        if let Some(text) = expressions.get(licence).map(AsRef::as_ref).or_else(listed) {
            licences.entry(package).or_default().push(text);
        }
    }
    packages
        .into_iter()
        .map(|(id, mut package)| {
            for text in licences.get(&*id).into_iter().flatten() {
                package.licence(kept, Cow::Borrowed(text))?;
            }
            Ok(package)
        })
        .collect()
}

impl<'de> Reader<'de> for Graph<'de> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (at, mut element) = (value.at(), Element::new(&self.kept));
        let read = value.object(&mut element)?;
        self.found.take(element, at).map_err(|error| at.refuse(error))?;
        Ok(read)
    }
}

/// The wanted members of every kind of element: which kind it is may stand behind all others.
struct Element<'k, 'de> {
    kind: Option<Cow<'de, str>>,
    id: Option<Cow<'de, str>>,
    name: Option<Cow<'de, str>>,
    creation: CreationOf<'de>,
    /// Of an element that is a creation.
    own: Creation<'de>,
    package: Package,
    relation: Relation<'de>,
    expression: Option<Cow<'de, str>>,
    kept: &'k Kept,
}

impl<'k> Element<'k, '_> {
    fn new(kept: &'k Kept) -> Self {
        Element {
            kind: None,
            id: None,
            name: None,
            creation: CreationOf::default(),
            own: Creation::default(),
            package: Package::default(),
            relation: Relation::default(),
            expression: None,
            kept,
        }
    }
}

impl<'de> Structure<'de> for Element<'_, 'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        let (at, mut text) = (value.at(), None);
        let Element { package, relation, kept, .. } = self;
        match key {
            "type" => value.text(&mut self.kind),
            // What has no address of its own, such as a creation, has a label.
            "spdxId" | "@id" => value.text(&mut self.id),
            "name" => value.text(&mut self.name),
            "creationInfo" => {
                let mut own = Creation::default();
                let read = value.text_or_object(&mut text, &mut Creating { creation: &mut own, kept })?;
                self.creation.own = text.is_none().then_some(own);
                self.creation.named = text;
                Ok(read)
            }
            "specVersion" | "created" | "createdUsing" => {
                Creating { creation: &mut self.own, kept }.member(key, value)
            }
            "software_packageVersion" => {
                let read = value.text(&mut text)?;
                package.version = text.filter(|text| !text.is_empty()).map(Cow::into_owned);
                Ok(read)
            }
            "software_packageUrl" => {
                let read = value.text(&mut text)?;
                package.purl(kept, text.unwrap_or_default()).map_err(|error| at.refuse(error))?;
                Ok(read)
            }
            "externalIdentifier" => {
                let keys = ("externalIdentifierType", "identifier");
                value.list(&mut Purls { keys, word: "packageUrl", package, kept })
            }
            "verifiedUsing" => {
                value.list(&mut Pairs { keys: ("algorithm", "hashValue"), pairs: &mut package.hashes, kept })
            }
            "relationshipType" => value.text(&mut relation.kind),
            "from" => value.text(&mut relation.from),
            "to" => value.list(&mut Texts(|text| {
                relation.push(text);
                Ok(())
            })),
            "simplelicensing_licenseExpression" => value.text(&mut self.expression),
            _ => value.skip(),
        }
    }
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
        match key {
            "specVersion" => value.text(&mut self.creation.version),
            "created" => value.text(&mut self.creation.created),
            "createdUsing" => value.list(&mut Texts(|text| {
                self.kept.one()?;
                self.creation.using.push(text);
                Ok(())
            })),
            _ => value.skip(),
        }
    }
}

/// A relationship of two elements or more.
#[derive(Default)]
struct Relation<'de> {
    kind: Option<Cow<'de, str>>,
    from: Option<Cow<'de, str>>,
    to: Vec<Cow<'de, str>>,
    has_more: bool,
}

impl<'de> Relation<'de> {
    fn is_licence(&self) -> bool {
        matches!(self.kind.as_deref(), Some("hasDeclaredLicense" | "hasConcludedLicense"))
    }

    /// A package may contain a hundred thousand files.
    fn push(&mut self, to: Cow<'de, str>) {
        match self.to.len() {
            0..ENDS => self.to.push(to),
            _ => self.has_more = true,
        }
    }
}
