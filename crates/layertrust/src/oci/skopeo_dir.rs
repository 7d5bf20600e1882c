//! What `skopeo copy … dir:DIR` writes: one manifest or index and its blobs, named by hex digest alone.

mod signatures;

use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use crate::code::Code;
use crate::digest::{Algorithm, Digest};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::descriptor::Descriptor;
use crate::oci::files::Files;
use crate::oci::media_type;
use crate::oci::reference::Selector;
use crate::oci::source::{Origin, Referrer, Referrers, Source};
use signatures::Loose;

/// An image in a folder that skopeo wrote, with the signatures beside it.
#[derive(Debug)]
pub struct SkopeoDir {
    files: Files,
    root: Descriptor,
    signatures: Vec<Loose>,
}

const MANIFEST: &str = "manifest.json";
const VERSIONS: [&str; 2] = ["Directory Transport Version: 1.0\n", "Directory Transport Version: 1.1\n"];

/// What a document says it is. A tolerant look, to name it; it is read strictly when it is verified.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Peek {
    media_type: Option<String>,
    manifests: Option<Vec<Child>>,
}

#[derive(Deserialize)]
struct Child {
    digest: String,
}

impl SkopeoDir {
    /// Opens a folder. Links inside it are followed, links out of it are refused.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self> {
        Self::read(Files::folder(path)?, limits).map_err(|error| error.about(path.display()))
    }

    fn read(files: Files, limits: &Limits) -> Result<Self> {
        let absent =
            |name: &str| Error::new(Code::Malformed, "dir:").expected(format!("a file {name}")).found("none");
        let version =
            files.read("version", ("payload-size", limits.payload_size))?.ok_or_else(|| absent("version"))?;
        if !VERSIONS.iter().any(|known| known.as_bytes() == version) {
            return Err(Error::new(Code::UnsupportedFormat, "version")
                .expected("Directory Transport Version 1.0 or 1.1")
                .found(format!("{:?}", String::from_utf8_lossy(version.get(..80).unwrap_or(&version)))));
        }
        let bytes =
            files.read(MANIFEST, ("manifest-size", limits.manifest_size))?.ok_or_else(|| absent(MANIFEST))?;
        let root = describe(&bytes, Digest::sha256(&bytes));
        let mut signatures = Vec::new();
        signatures::read(&files, root.digest, "", limits, &mut signatures)?;
        for child in peek(&bytes).manifests.unwrap_or_default() {
            let Ok(child) = child.digest.parse::<Digest>() else { continue };
            signatures::read(&files, child, &format!("{}.", child.hex()), limits, &mut signatures)?;
        }
        Ok(SkopeoDir { files, root, signatures })
    }

    /// A blob is named by its hex digest; a child of an index with an ending.
    fn names(digest: &Digest) -> [String; 2] {
        [digest.hex(), format!("{}.manifest.json", digest.hex())]
    }
}

fn peek(bytes: &[u8]) -> Peek {
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn describe(bytes: &[u8], digest: Digest) -> Descriptor {
    let peek = peek(bytes);
    let guess = if peek.manifests.is_some() { media_type::INDEX } else { media_type::MANIFEST };
    Descriptor::new(peek.media_type.unwrap_or_else(|| guess.to_owned()), digest, bytes.len() as u64)
}

impl Source for SkopeoDir {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        match selector {
            Selector::Only => Ok(Some(self.root.clone())),
            Selector::Digest(digest) if *digest == self.root.digest => Ok(Some(self.root.clone())),
            Selector::Digest(digest) => {
                let name = format!("{}.manifest.json", digest.hex());
                let limit = ("manifest-size", Limits::default().manifest_size);
                Ok(self.files.read(&name, limit)?.map(|bytes| describe(&bytes, *digest)))
            }
            // The folder names nothing.
            Selector::Tag(_) => Ok(None),
        }
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        if *digest == self.root.digest {
            return Ok(self.files.open(MANIFEST)?.map(|(_, reader)| reader));
        }
        if let Some(payload) = self.signatures.iter().find(|one| one.descriptor.digest == *digest) {
            return Ok(Some(Box::new(payload.bytes.as_slice())));
        }
        if digest.algorithm() != Algorithm::Sha256 {
            return Ok(None);
        }
        for name in Self::names(digest) {
            if let Some((_, reader)) = self.files.open(&name)? {
                return Ok(Some(reader));
            }
        }
        Ok(None)
    }

    fn referrers(&self, subject: &Digest, _: &Limits) -> Result<Referrers> {
        let beside = self.signatures.iter().filter(|one| one.beside == *subject);
        let found =
            beside.map(|one| Referrer { descriptor: one.descriptor.clone(), origin: Origin::BundleFile });
        Ok(Referrers { found: found.collect(), incomplete: Vec::new() })
    }

    fn images(&self, _: &Limits) -> Result<Vec<Descriptor>> {
        Ok(vec![self.root.clone()])
    }
}

#[cfg(test)]
mod tests;
