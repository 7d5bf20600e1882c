//! Which packages of the layers the SBOMs name, and the other way round.
//!
//! Two package URLs name one package if type, namespace, name and version are the same in canonical form. Of the
//! qualifiers, `arch` and `distro` must agree where both have them:
//! - an epoch may stand in the version or, as some tools write it, in a qualifier of its own;
//! - `distro` is written with more or less of the version (`debian-13`, `debian-13.2`) or as a code name, which
//!   cannot be compared.

use std::collections::{BTreeSet, HashMap};

use crate::limits::LISTED_PACKAGES;
use crate::packages::purl::Purl;
use crate::report::{PackageFact, PackageList, Role, SbomFact, SbomsFact};
use crate::statement::sbom::{Format, Sbom};

/// The types of package that a database in a layer can record.
const COMPARABLE: [&str; 4] = ["deb", "apk", "pypi", "npm"];
/// Spellings of one package that are told apart. More is nobody's SBOM.
const SPELLINGS: usize = 64;

/// An SBOM with the digest of the document that carried it.
pub(crate) type Described<'s> = (Option<String>, &'s Sbom);

/// Whose SBOMs are joined with which packages.
pub(crate) struct Packages<'p> {
    pub(crate) role: Role,
    /// The name of an image between.
    pub(crate) intermediate: Option<String>,
    /// Those that the SBOMs should name.
    pub(crate) own: Vec<&'p PackageFact>,
    /// Those that they may name: an SBOM of an image has what is below it, too.
    pub(crate) below: Vec<&'p PackageFact>,
}

/// Joins the SBOMs of one side with its packages; none if there is none to read.
pub(crate) fn joined(sboms: &[Described<'_>], packages: Packages<'_>) -> Option<SbomsFact> {
    let sboms: Vec<&Described<'_>> =
        sboms.iter().filter(|(_, sbom)| sbom.format != Format::SpdxText).collect();
    if sboms.is_empty() {
        return None;
    }
    let Packages { role, intermediate, own, below } = packages;

    // 1. What the SBOMs name.
    let (mut named, mut not_comparable) = (Vec::new(), 0);
    for package in sboms.iter().flat_map(|(_, sbom)| &sbom.packages) {
        let purls = package.purls.iter().filter_map(|purl| Purl::parse(purl).ok());
        let purls: Vec<Purl> = purls.filter(|purl| COMPARABLE.contains(&purl.kind.as_str())).collect();
        match purls.is_empty() {
            true => not_comparable += 1,
            false => named.push(purls),
        }
    }

    // 2. Each side looked up in the other.
    let in_sboms = Index::of(named.iter().flatten());
    let (mut matched, mut not_in_sbom) = (0, BTreeSet::new());
    for purl in own.iter().map(|package| package.purl.as_str()) {
        match Purl::parse(purl) {
            Ok(parsed) if in_sboms.has(&parsed) => matched += 1,
            _ => drop(not_in_sbom.insert(purl.to_owned())),
        }
    }
    let there = own.iter().chain(&below);
    let recorded: Vec<Purl> = there.filter_map(|package| Purl::parse(&package.purl).ok()).collect();
    let in_layers = Index::of(recorded.iter());
    let not_in_layers: BTreeSet<String> = named
        .iter()
        .filter(|purls| !purls.iter().any(|purl| in_layers.has(purl)))
        .filter_map(|purls| purls.first().map(ToString::to_string))
        .collect();
    Some(SbomsFact {
        role,
        intermediate,
        documents: sboms.iter().map(|(digest, sbom)| document(digest.as_ref(), sbom)).collect(),
        matched,
        not_in_sbom: list(not_in_sbom),
        not_in_layers: list(not_in_layers),
        not_comparable,
    })
}

fn document(digest: Option<&String>, sbom: &Sbom) -> SbomFact {
    SbomFact {
        digest: digest.cloned(),
        format: sbom.format.name().to_owned(),
        version: sbom.version.to_owned(),
        packages: sbom.packages.len() as u64,
    }
}

fn list(purls: BTreeSet<String>) -> PackageList {
    PackageList { count: purls.len() as u64, purls: purls.into_iter().take(LISTED_PACKAGES).collect() }
}

/// Package URLs by what must be the same.
struct Index<'p>(HashMap<Key<'p>, BTreeSet<Spelling<'p>>>);

/// Type, namespace, name, and version with epoch.
type Key<'p> = (&'p str, Option<&'p str>, &'p str, String);

/// What must agree where both have it: architecture and distribution.
type Spelling<'p> = (Option<&'p str>, Option<&'p str>);

impl<'p> Index<'p> {
    fn of(purls: impl Iterator<Item = &'p Purl>) -> Self {
        let mut index = HashMap::<_, BTreeSet<Spelling<'p>>>::new();
        for purl in purls {
            let spellings = index.entry(key(purl)).or_default();
            if spellings.len() < SPELLINGS {
                spellings.insert(spelling(purl));
            }
        }
        Index(index)
    }

    fn has(&self, purl: &Purl) -> bool {
        let (architecture, distro) = spelling(purl);
        let agree = |(other, system): &Spelling<'_>| {
            architecture.zip(*other).is_none_or(|(one, other)| one == other)
                && distro.zip(*system).is_none_or(|(one, other)| is_one_distro(one, other))
        };
        self.0.get(&key(purl)).is_some_and(|spellings| spellings.iter().any(agree))
    }
}

fn key(purl: &Purl) -> Key<'_> {
    (&purl.kind, purl.namespace.as_deref(), &purl.name, version(purl))
}

fn spelling(purl: &Purl) -> Spelling<'_> {
    let qualifier = |name: &str| purl.qualifiers.get(name).map(String::as_str);
    (qualifier("arch"), qualifier("distro"))
}

/// With the epoch in front, if it is not zero.
fn version(purl: &Purl) -> String {
    let version = purl.version.as_deref().unwrap_or_default();
    if purl.kind != "deb" {
        return version.to_owned();
    }
    let (own, rest) = match version.split_once(':') {
        Some((epoch, rest)) => (Some(epoch), rest),
        None => (None, version),
    };
    match own.or(purl.qualifiers.get("epoch").map(String::as_str)) {
        None | Some("0") => rest.to_owned(),
        Some(epoch) => format!("{epoch}:{rest}"),
    }
}

/// Whether two spellings can be of one distribution: `debian-13` and `debian-13.2`. A code name says nothing.
fn is_one_distro(one: &str, other: &str) -> bool {
    let parts = |text| -> Option<(&str, &str)> {
        str::rsplit_once(text, '-').filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()))
    };
    let (Some((name, version)), Some((other, others))) = (parts(one), parts(other)) else { return true };
    let is_within = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    name == other && (is_within(version, others) || is_within(others, version))
}

#[cfg(test)]
mod tests;
