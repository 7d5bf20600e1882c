//! How images are named on the command line and in the bindings.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::oci::repository::Repository;

/// Which image of a source is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The only image there is.
    Only,
    /// The image of this tag.
    Tag(String),
    /// The image, index or manifest of this digest.
    Digest(Digest),
}

/// Where an image lies.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// An OCI image layout directory.
    OciDir(PathBuf),
    /// An OCI image layout in one tar file, plain, gzip or zstd.
    OciArchive(PathBuf),
    /// What `docker save` writes, in one tar file.
    DockerArchive(PathBuf),
    /// What `skopeo copy … dir:` writes: a manifest and its blobs in one folder.
    SkopeoDir(PathBuf),
    /// Sigstore bundles in a file or a folder: evidence, never an image.
    Bundles(PathBuf),
    /// A repository of a registry. Nothing selected means the tag `latest`; as evidence, no image of its own.
    Registry(Repository),
    /// An image that the Docker daemon has, by the daemon's name for it.
    DockerDaemon(String),
}

/// A transport with what to take from it, and the text it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReference {
    text: String,
    /// Where to look.
    pub transport: Transport,
    /// What to take.
    pub selector: Selector,
}

const FORMS: &str = "NAME[:TAG][@DIGEST] (a path that exists wins), docker://NAME[:TAG][@DIGEST], oci:DIR[:TAG|@DIGEST], oci-archive:FILE[:TAG|@DIGEST], docker-archive:FILE[:REF|@DIGEST] or dir:DIR; as evidence also bundle:FILE|DIR";

impl FromStr for ImageReference {
    type Err = Error;

    /// Reads `NAME[:TAG][@DIGEST]` as `docker pull` does, `docker://NAME[:TAG][@DIGEST]`,
    /// `oci:DIR[:TAG|@DIGEST]`, `oci-archive:FILE[:TAG|@DIGEST]`, `docker-archive:FILE[:REF|@DIGEST]`,
    /// `docker-daemon:NAME`, `dir:DIR` and `bundle:FILE|DIR`.
    ///
    /// A path that exists wins: where `a:b` is a folder, `oci:a:b` names it and not tag `b` of folder `a`, and where
    /// `app` is one, `app` names it and no repository. What was read is what the reference shows from then on.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::new(Code::Usage, "image reference").expected(FORMS).found(format!("{text:?}"));
        let (make, (path, selector)): (fn(PathBuf) -> Transport, _) = match text.split_once(':') {
            Some(("oci", rest)) => (Transport::OciDir, split(rest)?),
            Some(("oci-archive", rest)) => (Transport::OciArchive, split(rest)?),
            Some(("docker-archive", rest)) => (Transport::DockerArchive, split_name(rest)?),
            Some(("dir", rest)) => (Transport::SkopeoDir, (rest, Selector::Only)),
            Some(("bundle", rest)) => (Transport::Bundles, (rest, Selector::Only)),
            Some(("docker-daemon", name)) if !name.is_empty() => {
                let transport = Transport::DockerDaemon(name.to_owned());
                return Ok(ImageReference { text: text.to_owned(), transport, selector: Selector::Only });
            }
            Some(("docker", rest)) if rest.starts_with("//") => {
                return Self::in_registry(rest.trim_start_matches('/'));
            }
            _ if text.is_empty() || text == "-" || text.contains("://") => return Err(wrong()),
            _ => return Self::bare(text),
        };
        if path.is_empty() {
            return Err(wrong());
        }
        Ok(ImageReference { text: text.to_owned(), transport: make(PathBuf::from(path)), selector })
    }
}

impl ImageReference {
    /// A name without a transport: a path if there is one, else a repository's.
    fn bare(text: &str) -> Result<Self> {
        let path = Path::new(text);
        let form = match (path.is_dir(), path.join("oci-layout").exists()) {
            (true, true) => "oci",
            (true, false) => "dir",
            // Reads archives of both kinds, by what they hold.
            (false, _) if path.exists() => "docker-archive",
            (false, _) => return Self::in_registry(text),
        };
        format!("{form}:{text}").parse()
    }

    fn in_registry(text: &str) -> Result<Self> {
        let (repository, selector) = Repository::with_selector(text).map_err(|error| {
            error.hint(format!(
                "Names are read as `docker pull` reads them, and are none of the other forms: {FORMS}."
            ))
        })?;
        let text = match &selector {
            Selector::Only => repository.to_string(),
            Selector::Tag(tag) => format!("{repository}:{tag}"),
            Selector::Digest(digest) => format!("{repository}@{digest}"),
        };
        Ok(ImageReference { text, transport: Transport::Registry(repository), selector })
    }
}

fn split(rest: &str) -> Result<(&str, Selector)> {
    if Path::new(rest).exists() {
        return Ok((rest, Selector::Only));
    }
    if let Some((path, digest)) = rest.rsplit_once('@') {
        let digest = digest.parse().map_err(|error: Error| {
            Error::new(Code::Usage, "image reference").expected("a digest after @").found(error.message())
        })?;
        return Ok((path, Selector::Digest(digest)));
    }
    match rest.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') && !tag.is_empty() => {
            Ok((path, Selector::Tag(tag.to_owned())))
        }
        _ => Ok((rest, Selector::Only)),
    }
}

/// `FILE[:REF|@DIGEST]`. REF is a whole name and has colons itself, so FILE ends at the first colon after which
/// it names something, else at the first colon.
fn split_name(rest: &str) -> Result<(&str, Selector)> {
    let exists = |path: &str| Path::new(path).exists();
    if rest.rsplit_once('@').is_some_and(|(path, _)| exists(path)) {
        return split(rest);
    }
    let mut splits = rest.match_indices(':').map(|(at, _)| rest.split_at(at));
    if exists(rest) {
        return Ok((rest, Selector::Only));
    }
    Ok(match splits.clone().find(|(path, _)| exists(path)).or_else(|| splits.next()) {
        Some((path, name)) => (path, Selector::Tag(name.trim_start_matches(':').to_owned())),
        None => (rest, Selector::Only),
    })
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
