//! What was built: a place, a ref and a revision, taken apart alike whatever the build type.

use super::build_types::Field;
use super::{Dependency, invalid, text};
use crate::error::Result;
use crate::json::Node;

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// Without its ref. A git repository is spelled as SPDX does, `git+https://HOST/PATH`, without `.git`:
    /// builders write the same repository in three ways.
    pub(crate) uri: String,
    /// As the predicate spells it, without its ref.
    pub(crate) written: String,
    /// A branch or tag; a commit is no ref.
    pub(crate) reference: Option<String>,
    pub(crate) revision: Option<Revision>,
}

/// One digest of a source, by its name in digest sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    pub(crate) algorithm: String,
    pub(crate) hex: String,
}

/// Why a predicate names no source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoSource {
    UnknownBuildType,
    /// The build type defines no field for it.
    NotDefined,
    /// The field is absent: BuildKit's on a local folder, Google's on uploaded files.
    NotNamed,
    Several,
}

impl Revision {
    /// A digest set's git commit, else its SHA-256. Builders call a commit by either name.
    pub(super) fn of(set: Option<&Node<'_>>) -> Option<Self> {
        let set = set?;
        ["gitCommit", "sha1", "sha256"].into_iter().find_map(|algorithm| {
            let hex = set.get(algorithm)?.as_str()?;
            let found = || Revision { algorithm: algorithm.to_owned(), hex: hex.to_owned() };
            (!hex.is_empty()).then(found)
        })
    }

    /// The git commit, if it is one.
    pub(crate) fn commit(&self) -> Option<&str> {
        matches!(self.algorithm.as_str(), "gitCommit" | "sha1").then_some(self.hex.as_str())
    }
}

impl Source {
    fn new(text: &str, revision: Option<Revision>) -> Self {
        let (uri, reference) = split(text);
        let is_git = uri.starts_with("git+")
            || uri.len() < text.len()
            || uri.ends_with(".git")
            || revision.as_ref().is_some_and(|revision| revision.commit().is_some());
        Self::assemble(uri, is_git, reference, revision)
    }

    /// A git repository that is named apart from its ref.
    pub(crate) fn repository(uri: &str, reference: Option<&str>, commit: Option<&str>) -> Self {
        let revision = commit.map(|hex| Revision { algorithm: "gitCommit".to_owned(), hex: hex.to_owned() });
        Self::assemble(uri, true, reference, revision)
    }

    fn assemble(uri: &str, is_git: bool, reference: Option<&str>, revision: Option<Revision>) -> Self {
        let mut source = Source {
            uri: if is_git { git(uri) } else { uri.to_owned() },
            written: uri.to_owned(),
            reference: reference.filter(|reference| !reference.is_empty()).map(str::to_owned),
            revision,
        };
        // Where a ref belongs, BuildKit and Google may have the commit.
        if let Some(reference) = source.reference.take_if(|reference| is_commit(reference)) {
            match &source.revision {
                None => {
                    source.revision = Some(Revision { algorithm: "gitCommit".to_owned(), hex: reference });
                }
                Some(revision) if revision.hex == reference => {}
                Some(_) => source.reference = Some(reference),
            }
        }
        source
    }

    /// The git commit.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.revision.as_ref().and_then(Revision::commit)
    }
}

/// What stands in the field that the build type names.
pub(super) fn find(
    field: Option<Field>,
    parent: Option<&Node<'_>>,
    dependencies: &[Dependency],
) -> Result<Result<Source, NoSource>> {
    let Some(field) = field else { return Ok(Err(NoSource::UnknownBuildType)) };
    Ok(match field {
        Field::Config => descriptor(parent)?.ok_or(NoSource::NotNamed),
        Field::ConfigAndMaterial => match (descriptor(parent)?, dependencies.first()) {
            (None, _) => Err(NoSource::NotNamed),
            (Some(source), Some(first)) if first.source() != source => Err(NoSource::Several),
            (Some(source), _) => Ok(source),
        },
        Field::Descriptor(name) => {
            descriptor(parent.and_then(|parent| parent.get(name)))?.ok_or(NoSource::NotNamed)
        }
        Field::Repository(names) => {
            let member = names.iter().find_map(|name| parent?.get(name));
            repository(member, dependencies)?.ok_or(NoSource::NotNamed)
        }
        Field::FirstDependency => {
            let first = dependencies.first().filter(|first| !first.uri.is_empty());
            first.map(Dependency::source).ok_or(NoSource::NotNamed)
        }
        Field::OnlyRepository(name) => only_repository(name, dependencies),
        Field::Undefined => Err(NoSource::NotDefined),
    })
}

/// `{ uri, digest }`
fn descriptor(node: Option<&Node<'_>>) -> Result<Option<Source>> {
    let Some(node) = node else { return Ok(None) };
    let uri = text(node.get("uri"), "the source's uri")?;
    Ok(uri.map(|uri| Source::new(&uri, Revision::of(node.get("digest")))))
}

/// `{ repository, ref }`; the commit is that of the dependency that is the same repository and ref.
fn repository(node: Option<&Node<'_>>, dependencies: &[Dependency]) -> Result<Option<Source>> {
    let Some(node) = node else { return Ok(None) };
    let Some(uri) = text(node.get("repository"), "the source's repository")? else { return Ok(None) };
    if uri.contains('#') {
        return Err(invalid("the source's repository without a ref").found(format!("{uri:?}")));
    }
    let reference = text(node.get("ref"), "the source's ref")?;
    let mut source = Source::repository(&uri, reference.as_deref(), None);
    if source.revision.is_none() {
        let mut same = dependencies.iter().map(Dependency::source).filter(|other| {
            other.uri == source.uri
                && (other.reference.is_none() || other.reference == source.reference)
                && other.commit().is_some()
        });
        let first = same.next();
        if same.all(|other| first.as_ref().is_some_and(|first| first.commit() == other.commit())) {
            source.revision = first.and_then(|first| first.revision);
        }
    }
    Ok(Some(source))
}

/// Several mentions of one repository at one revision are one.
fn only_repository(name: Option<&str>, dependencies: &[Dependency]) -> Result<Source, NoSource> {
    let named = dependencies.iter().filter(|one| name.is_none() || one.name.as_deref() == name);
    let mut repositories = named.filter(|one| one.uri.starts_with("git+")).map(Dependency::source);
    let first = repositories.next().ok_or(NoSource::NotNamed)?;
    match repositories.all(|other| other == first) {
        true => Ok(first),
        false => Err(NoSource::Several),
    }
}

impl Dependency {
    fn source(&self) -> Source {
        Source::new(&self.uri, self.revision.clone())
    }
}

/// A URI and its ref: after `#`, with a folder after `:` (BuildKit's git contexts), or after `@` in the path
/// (SPDX's package download location). Elsewhere both mean something else: `gs://BUCKET/FILE#GENERATION`.
fn split(text: &str) -> (&str, Option<&str>) {
    const TRANSPORTS: [&str; 5] = ["https://", "http://", "ssh://", "git://", "git+"];
    if text.contains("://") && !TRANSPORTS.iter().any(|transport| text.starts_with(transport)) {
        return (text, None);
    }
    if let Some((uri, fragment)) = text.split_once('#') {
        return (uri, fragment.split(':').next());
    }
    let path = text.find("://").and_then(|scheme| {
        let host = scheme + 3;
        text.get(host..)?.find('/').map(|slash| host + slash)
    });
    let at = path.and_then(|path| text.get(path..)?.find('@').map(|at| path + at));
    match at.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) {
        Some((uri, reference)) => (uri, Some(reference)),
        None => (text, None),
    }
}

/// A git repository's one spelling.
fn git(uri: &str) -> String {
    let uri = uri.trim_end_matches('/');
    let uri = uri.strip_suffix(".git").unwrap_or(uri);
    match uri.starts_with("git+") || !uri.contains("://") {
        true => uri.to_owned(),
        false => format!("git+{uri}"),
    }
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
