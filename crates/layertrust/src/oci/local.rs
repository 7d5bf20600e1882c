//! Any source on this machine, by the form of its name or by what an archive turns out to hold.

use std::io::Read;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::code::Code;
use crate::digest::{DiffId, Digest};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::archive::{Archive, Links};
use crate::oci::bundle_files::BundleFiles;
use crate::oci::descriptor::Descriptor;
use crate::oci::docker_archive::{DockerArchive, LIST, check_list};
use crate::oci::files::read_whole;
use crate::oci::layout::Layout;
use crate::oci::reference::{ImageReference, Selector, Transport};
use crate::oci::skopeo_dir::SkopeoDir;
use crate::oci::source::{Referrers, Source, Want};

/// What a reference names, opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum LocalSource {
    /// An OCI image layout, in a folder or an archive; `docker save` writes one since version 25.
    Layout(Box<Layout>),
    /// A Docker archive of the old form, without a manifest.
    DockerArchive(Box<DockerArchive>),
    /// A folder that skopeo wrote.
    SkopeoDir(Box<SkopeoDir>),
    /// Bundles in files: evidence, never an image.
    Bundles(Box<BundleFiles>),
}

impl LocalSource {
    /// Opens what a reference names.
    pub fn open(reference: &ImageReference, limits: &Limits) -> Result<Self> {
        match &reference.transport {
            Transport::DockerArchive(path) => {
                let archive = Archive::from_file(path, Links::Inside, limits)?;
                Self::of_archive(archive, &reference.selector, limits)
                    .map_err(|error| error.about(path.display()))
            }
            Transport::SkopeoDir(path) => Ok(Self::SkopeoDir(Box::new(SkopeoDir::open(path, limits)?))),
            Transport::Bundles(path) => Ok(Self::Bundles(Box::new(BundleFiles::open(path, limits)?))),
            Transport::OciDir(_) | Transport::OciArchive(_) => {
                Ok(Self::Layout(Box::new(Layout::open(reference, limits)?)))
            }
            Transport::Registry(_) | Transport::DockerDaemon(_) => {
                Err(Error::new(Code::Usage, reference.to_string())
                    .expected("an image on this machine's disk")
                    .found("one in a registry or daemon, which this program has no access to"))
            }
        }
    }

    /// Reads an archive of any kind from a stream. It is kept in a temporary file without a name, of at most
    /// `archive-size` bytes.
    #[cfg(feature = "archives")]
    pub fn from_reader(reader: impl Read + Send, limits: &Limits) -> Result<Self> {
        let archive = Archive::from_reader(reader, Links::Inside, limits)?;
        Self::of_archive(archive, &Selector::Only, limits)
            .map_err(|error| error.about("the archive from a stream"))
    }

    fn of_archive(archive: Archive, wanted: &Selector, limits: &Limits) -> Result<Self> {
        let is_layout = archive.open("oci-layout").is_some() && !lists_nothing(&archive, limits)?;
        if is_layout || archive.open(LIST).is_none() {
            return Ok(Self::Layout(Box::new(Layout::of_archive(archive, limits)?)));
        }
        Ok(Self::DockerArchive(Box::new(DockerArchive::new(archive, wanted, limits)?)))
    }

    /// What to ask for when this source is stacked with this evidence: what the reference says, but for an
    /// image without a manifest of its own the manifest that it is bound to. Where an archive has Docker's
    /// list beside its `index.json`, both must name the same image (`malformed`): `docker load` goes by the
    /// list.
    pub fn select<'s>(
        &self,
        wanted: &Selector,
        evidence: impl IntoIterator<Item = &'s dyn Source>,
        limits: &Limits,
    ) -> Result<Selector> {
        match self {
            Self::DockerArchive(archive) => {
                archive.bind(wanted, evidence, limits).map(|bound| Selector::Digest(bound.digest))
            }
            Self::Bundles(_) => Err(Error::new(Code::Usage, "bundle:")
                .expected("an image")
                .found("Sigstore bundles, which are evidence")
                .hint("Give it with --evidence.")),
            Self::Layout(layout) => {
                if let Some(list) = layout.docker_list(limits)? {
                    check_list(layout, &list, wanted, limits)?;
                }
                Ok(wanted.clone())
            }
            Self::SkopeoDir(_) => Ok(wanted.clone()),
        }
    }

    fn inner(&self) -> &dyn Source {
        match self {
            Self::Layout(source) => &**source,
            Self::DockerArchive(source) => &**source,
            Self::SkopeoDir(source) => &**source,
            Self::Bundles(source) => &**source,
        }
    }
}

/// Whether a layout's index names no image at all, as `docker save` writes it for an image without a name: then
/// Docker's own list says what is in the archive, as in archives of the old form. A tolerant look: whatever it
/// overlooks, the strict readers of both forms refuse.
fn lists_nothing(archive: &Archive, limits: &Limits) -> Result<bool> {
    #[derive(Deserialize)]
    struct Peek {
        manifests: Option<Vec<IgnoredAny>>,
    }
    let Some((size, reader)) = archive.open("index.json") else { return Ok(false) };
    let limit = ("statement-size", limits.statement_size);
    let bytes = read_whole((size, Box::new(reader)), "index.json", limit)?;
    let peek: Option<Peek> = serde_json::from_slice(&bytes).ok();
    Ok(peek.is_some_and(|peek| peek.manifests.unwrap_or_default().is_empty()))
}

impl Source for LocalSource {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        self.inner().resolve(selector)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        self.inner().blob(digest)
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers> {
        self.inner().referrers(subject, limits)
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>> {
        self.inner().images(limits)
    }

    fn layer_by_diff_id(&self, diff_id: &DiffId) -> Result<Option<Box<dyn Read + Send + '_>>> {
        self.inner().layer_by_diff_id(diff_id)
    }

    fn prefetch(&self, wants: &[Want]) {
        self.inner().prefetch(wants);
    }

    fn expects(&self, digest: &Digest) -> bool {
        self.inner().expects(digest)
    }
}
