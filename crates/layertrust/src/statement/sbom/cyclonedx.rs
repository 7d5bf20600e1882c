//! CycloneDX 1.2 to 1.7 in JSON (ECMA-424, cyclonedx.org/docs); 1.0 and 1.1 have none.
//!
//! `vulnerabilities` are set apart as text: what is said of them is VEX, and read when all components are known.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserializer;

use super::kept::{Kept, Pair, Pairs};
use super::{Format, Package, Sbom, invalid, shown, time, version};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::{self, At, Node, Read, Reader, Structure, Value};
use crate::limits::Limits;
use crate::statement::vex::{About, Vex};

const VERSIONS: [&str; 6] = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];
/// In which a document must say its own version.
const VERSION_REQUIRED: [&str; 3] = ["1.2", "1.3", "1.4"];

/// What a component can be, in any of the versions.
const TYPES: [&str; 13] = [
    "application",
    "framework",
    "library",
    "container",
    "platform",
    "operating-system",
    "device",
    "device-driver",
    "firmware",
    FILE,
    "machine-learning-model",
    "data",
    "cryptographic-asset",
];
const FILE: &str = "file";

pub(super) struct Bom<'de> {
    format: Option<Cow<'de, str>>,
    version: Option<Cow<'de, str>>,
    serial: Option<Cow<'de, str>>,
    number: Option<u64>,
    created: Option<Timestamp>,
    tools: Vec<String>,
    has_subject: bool,
    /// Who says so: its authors, its manufacturer, its supplier.
    authors: Vec<String>,
    makers: [Option<Cow<'de, str>>; 2],
    listed: Listed<'de>,
    vulnerabilities: Option<&'de str>,
    kept: Kept,
}

/// Components, those within others included.
#[derive(Default)]
struct Listed<'de> {
    packages: Vec<Package>,
    files: u64,
    /// By which reference other parts of the document name a component, and its package URL.
    references: Vec<(Cow<'de, str>, Cow<'de, str>)>,
}

impl<'de> Bom<'de> {
    pub(super) fn new(limits: &Limits) -> Self {
        Bom {
            format: None,
            version: None,
            serial: None,
            number: None,
            created: None,
            tools: Vec::new(),
            has_subject: false,
            authors: Vec::new(),
            makers: [None, None],
            listed: Listed::default(),
            vulnerabilities: None,
            kept: Kept::new(limits),
        }
    }

    pub(super) fn finish(self, limits: &Limits) -> Result<Sbom> {
        let (vulnerabilities, analyses) = self.analyses(limits)?;
        let format = Format::CycloneDx;
        version(format, "bomFormat", self.format.as_deref(), &["CycloneDX"])?;
        let declared = version(format, "specVersion", self.version.as_deref(), &VERSIONS)?;
        if self.number.is_none() && VERSION_REQUIRED.contains(&declared) {
            return Err(invalid(format.name())
                .expected(format!("the field version, which CycloneDX {declared} requires"))
                .found("none"));
        }
        let number = self.number.unwrap_or(1);
        let id = self.serial.filter(|serial| !serial.is_empty()).map(|serial| {
            let uuid = serial.strip_prefix("urn:uuid:").filter(|uuid| is_uuid(uuid)).ok_or_else(|| {
                invalid(format.name())
                    .expected("serialNumber to be urn:uuid: and a UUID")
                    .found(shown(&serial))
            })?;
            Ok(format!("urn:cdx:{}/{number}", uuid.to_ascii_lowercase()))
        });
        Ok(Sbom {
            id: id.transpose()?,
            created: self.created,
            tools: self.tools,
            packages: self.listed.packages,
            files: self.listed.files,
            has_subject: self.has_subject,
            vulnerabilities,
            analyses: analyses.map(Box::new),
            ..Sbom::new(format, declared)
        })
    }

    /// How many vulnerabilities there are, and what is said of them. A fault in that makes it no other SBOM.
    fn analyses(&self, limits: &Limits) -> Result<(u64, Option<Result<Vex>>)> {
        let place = "predicate: vulnerabilities";
        let text = self.vulnerabilities.unwrap_or("null");
        let node = json::parse(text.as_bytes(), limits.json_depth, place)?;
        let count = match &node {
            Node::Null => return Ok((0, None)),
            Node::Array(items) => items.len() as u64,
            other => {
                let error = Error::new(Code::PredicateInvalid, place);
                return Err(error.expected("an array").found(other.kind()));
            }
        };
        let [manufacturer, supplier] = &self.makers;
        let maker = manufacturer.as_ref().or(supplier.as_ref());
        let about = About {
            serial: self.serial.as_deref().map(str::to_owned),
            author: self.authors.first().cloned().or_else(|| maker.map(|maker| maker.clone().into_owned())),
            version: self.number,
            issued: self.created,
        };
        let purls = self.listed.purls();
        let resolve = |reference: &str| purls.get(reference).copied().flatten().map(str::to_owned);
        Ok((count, Vex::analyses(&node, about, &resolve, limits).transpose()))
    }
}

impl Listed<'_> {
    /// One reference on two components says nothing about which is meant.
    fn purls(&self) -> HashMap<&str, Option<&str>> {
        let mut purls = HashMap::new();
        for (reference, purl) in &self.references {
            let known = purls.entry(reference.as_ref()).or_insert(Some(purl.as_ref()));
            if *known != Some(purl.as_ref()) {
                *known = None;
            }
        }
        purls
    }
}

fn is_uuid(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.into_iter().all(is_hex)
}

impl<'de> Structure<'de> for Bom<'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        match key {
            "bomFormat" => value.text(&mut self.format),
            "specVersion" => value.text(&mut self.version),
            "serialNumber" => value.text(&mut self.serial),
            "version" => value.integer(&mut self.number),
            "metadata" => value.object(&mut Metadata(self)),
            "components" => value.list(&mut Components { listed: &mut self.listed, kept: &self.kept }),
            "vulnerabilities" => value.raw(&mut self.vulnerabilities),
            _ => value.skip(),
        }
    }
}

struct Metadata<'b, 'de>(&'b mut Bom<'de>);

impl<'de> Structure<'de> for Metadata<'_, 'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        let Bom { created, tools, authors, makers, has_subject, listed, kept, .. } = &mut *self.0;
        let [manufacturer, supplier] = makers;
        let maker = |value: Value<'_, 'de, D>, name: &mut Option<Cow<'de, str>>| {
            let mut one = Pair::of(("name", "bom-ref"));
            let read = value.object(&mut one)?;
            *name = one.first;
            Ok(read)
        };
        let at = value.at();
        match key {
            "timestamp" => {
                let mut text = None;
                let read = value.text(&mut text)?;
                let parsed = text.map(|text| time(Format::CycloneDx, "metadata: timestamp", &text));
                *created = parsed.transpose().map_err(|error| at.refuse(error))?;
                Ok(read)
            }
            // Until 1.4 a list of tools, since then also components and services.
            "tools" => {
                let mut kinds = ToolKinds { tools: Vec::new(), kept };
                let read = value.object_or_list(&mut kinds, &mut Tools { tools, kept })?;
                tools.append(&mut kinds.tools);
                Ok(read)
            }
            "authors" => value.list(&mut Tools { tools: authors, kept }),
            "manufacturer" => maker(value, manufacturer),
            "supplier" => maker(value, supplier),
            // What the document describes; what is within it are parts of it.
            "component" => {
                let mut one = Component::new(listed, kept);
                let read = value.object(&mut one)?;
                if one.is_there {
                    one.finish(at).map_err(|error| at.refuse(error))?;
                    *has_subject = true;
                }
                Ok(read)
            }
            _ => value.skip(),
        }
    }
}

struct ToolKinds<'t> {
    tools: Vec<String>,
    kept: &'t Kept,
}

impl<'de> Structure<'de> for ToolKinds<'_> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        match key {
            "components" | "services" => value.list(&mut Tools { tools: &mut self.tools, kept: self.kept }),
            _ => value.skip(),
        }
    }
}

struct Tools<'t> {
    tools: &'t mut Vec<String>,
    kept: &'t Kept,
}

impl<'de> Reader<'de> for Tools<'_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (at, mut tool) = (value.at(), Pair::of(("name", "version")));
        let read = value.object(&mut tool)?;
        let words: Vec<Cow<'_, str>> = [tool.first, tool.second].into_iter().flatten().collect();
        if !words.is_empty() {
            self.kept.one().map_err(|error| at.refuse(error))?;
            self.tools.push(words.join(" "));
        }
        Ok(read)
    }
}

struct Components<'l, 'de> {
    listed: &'l mut Listed<'de>,
    kept: &'l Kept,
}

impl<'de> Reader<'de> for Components<'_, 'de> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let at = value.at();
        let mut one = Component::new(self.listed, self.kept);
        let read = value.object(&mut one)?;
        let package = one.finish(at).map_err(|error| at.refuse(error))?;
        self.kept.one().map_err(|error| at.refuse(error))?;
        match package {
            Some(package) => self.listed.packages.push(package),
            None => self.listed.files += 1,
        }
        Ok(read)
    }
}

struct Component<'l, 'de> {
    is_there: bool,
    kind: Option<Cow<'de, str>>,
    name: Option<Cow<'de, str>>,
    reference: Option<Cow<'de, str>>,
    purl: Option<Cow<'de, str>>,
    package: Package,
    /// Where those within it go.
    listed: &'l mut Listed<'de>,
    kept: &'l Kept,
}

impl<'l, 'de> Component<'l, 'de> {
    fn new(listed: &'l mut Listed<'de>, kept: &'l Kept) -> Self {
        let package = Package::default();
        Component {
            is_there: false,
            kind: None,
            name: None,
            reference: None,
            purl: None,
            package,
            listed,
            kept,
        }
    }

    /// The package; none if it is a file.
    fn finish(self, at: At<'_, 'de>) -> Result<Option<Package>> {
        let kind = self.kind.as_deref().unwrap_or_default();
        if !TYPES.contains(&kind) {
            return Err(at.wrong(format!("a type, one of {}", TYPES.join(", ")), shown(kind)));
        }
        let name = self.name.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| at.wrong("the field name, a string", "none"))?.into_owned();
        self.listed.references.extend(self.reference.zip(self.purl));
        Ok((kind != FILE).then_some(Package { name, ..self.package }))
    }
}

impl<'de> Structure<'de> for Component<'_, 'de> {
    fn begin(&mut self) {
        self.is_there = true;
    }

    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        let (at, mut text) = (value.at(), None);
        let Component { package, kept, .. } = self;
        match key {
            "type" => value.text(&mut self.kind),
            "name" => value.text(&mut self.name),
            "bom-ref" => value.text(&mut self.reference),
            "version" => {
                let read = value.text(&mut text)?;
                package.version = text.filter(|text| !text.is_empty()).map(Cow::into_owned);
                Ok(read)
            }
            "purl" => {
                let read = value.text(&mut text)?;
                self.purl.clone_from(&text);
                package.purl(kept, text.unwrap_or_default()).map_err(|error| at.refuse(error))?;
                Ok(read)
            }
            "hashes" => value.list(&mut Pairs { keys: ("alg", "content"), pairs: &mut package.hashes, kept }),
            "licenses" => value.list(&mut Licences { package, kept }),
            "components" => value.list(&mut Components { listed: self.listed, kept }),
            _ => value.skip(),
        }
    }
}

/// `{ license: { id } }`, `{ license: { name } }` or `{ expression }`. Which may stand beside which is not checked.
struct Licences<'p> {
    package: &'p mut Package,
    kept: &'p Kept,
}

impl<'de> Reader<'de> for Licences<'_> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (at, mut choice) = (value.at(), Choice { licence: Pair::of(("id", "name")), expression: None });
        let read = value.object(&mut choice)?;
        for text in [choice.licence.first, choice.licence.second, choice.expression].into_iter().flatten() {
            self.package.licence(self.kept, text).map_err(|error| at.refuse(error))?;
        }
        Ok(read)
    }
}

struct Choice<'de> {
    licence: Pair<'de>,
    expression: Option<Cow<'de, str>>,
}

impl<'de> Structure<'de> for Choice<'de> {
    fn member<D: Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        match key {
            "license" => value.object(&mut self.licence),
            "expression" => value.text(&mut self.expression),
            _ => value.skip(),
        }
    }
}
