//! How images are named on the command line and in the bindings.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};

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

const FORMS: &str = "oci:DIR[:TAG|@DIGEST], oci-archive:FILE[:TAG|@DIGEST], docker-archive:FILE[:REF|@DIGEST] or dir:DIR; as evidence also bundle:FILE|DIR";

impl FromStr for ImageReference {
    type Err = Error;

    /// Reads `oci:DIR[:TAG|@DIGEST]`, `oci-archive:FILE[:TAG|@DIGEST]`, `docker-archive:FILE[:REF|@DIGEST]`,
    /// `dir:DIR` and `bundle:FILE|DIR`. A path that exists wins: where `a:b` is a folder, `oci:a:b` names it and not tag `b` of
    /// folder `a`.
    fn from_str(text: &str) -> Result<Self> {
        let (make, (path, selector)): (fn(PathBuf) -> Transport, _) = match text.split_once(':') {
            Some(("oci", rest)) => (Transport::OciDir, split(rest)?),
            Some(("oci-archive", rest)) => (Transport::OciArchive, split(rest)?),
            Some(("docker-archive", rest)) => (Transport::DockerArchive, split_name(rest)?),
            Some(("dir", rest)) => (Transport::SkopeoDir, (rest, Selector::Only)),
            Some(("bundle", rest)) => (Transport::Bundles, (rest, Selector::Only)),
            _ => {
                return Err(Error::new(Code::Usage, "image reference")
                    .expected(FORMS)
                    .found(format!("{text:?}"))
                    .hint(format!("This version reads {FORMS}; copy a registry image with `oras cp -r` or `regctl image copy --referrers` first.")));
            }
        };
        if path.is_empty() {
            return Err(Error::new(Code::Usage, "image reference")
                .expected(FORMS)
                .found(format!("{text:?}")));
        }
        Ok(ImageReference { text: text.to_owned(), transport: make(PathBuf::from(path)), selector })
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
