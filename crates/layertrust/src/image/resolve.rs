//! From what a name resolves to, to the images it holds: every child of an index, nested or not.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::image::Image;
use crate::limits::Limits;
use crate::oci::Want;
use crate::oci::descriptor::Descriptor;
use crate::oci::documents::Documents;
use crate::oci::manifest::{Document, Index};
use crate::oci::media_type::document_kind;
use crate::oci::platform::Platform;

/// Everything that one name stands for.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// Whether the name leads to an index.
    pub(crate) is_index: bool,
    /// The images to judge, in the order of the index.
    pub(crate) targets: Vec<Target>,
    /// Attestation manifests that an index lists beside its images.
    pub(crate) attestations: Vec<AttestationChild>,
    /// What is wrong with children that therefore are no targets.
    pub(crate) faults: Vec<(Option<Platform>, Error)>,
}

/// A platform's image and the way to it.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Digests from the root to the platform manifest; each step was read from checked bytes.
    pub(crate) path: Vec<Digest>,
    pub(crate) image: Image,
}

/// A manifest of statements, listed by an index.
#[derive(Debug, Clone)]
pub(crate) struct AttestationChild {
    pub(crate) descriptor: Descriptor,
}

/// Resolves `descriptor`; `asked` limits the work to these platforms, none meaning all.
pub(crate) fn resolve(
    documents: &Documents<'_>,
    descriptor: &Descriptor,
    asked: &[Platform],
) -> Result<Resolved> {
    let document = documents.document(descriptor)?;
    let mut resolved = Resolved {
        is_index: matches!(*document, Document::Index(_)),
        targets: Vec::new(),
        attestations: Vec::new(),
        faults: Vec::new(),
    };
    match &*document {
        Document::Manifest(manifest) => {
            // A slow source fetches them together; what is attached is read later.
            let wants = [Want::Referrers(descriptor.digest), Want::Blob(manifest.config.clone())];
            documents.source.prefetch(&wants);
            let image = Image::assemble(documents, descriptor.digest, manifest)?;
            resolved.targets.push(Target { path: vec![descriptor.digest], image });
        }
        Document::Index(index) => {
            walk(documents, index, &[descriptor.digest], asked, &mut resolved)?;
        }
    }
    resolved.targets.retain(|target| wanted(Some(target.image.platform()), asked));
    let ambiguous = ambiguous(&resolved.targets);
    resolved.faults.extend(ambiguous);
    Ok(resolved)
}

fn walk(
    documents: &Documents<'_>,
    index: &Index,
    path: &[Digest],
    asked: &[Platform],
    resolved: &mut Resolved,
) -> Result<()> {
    Limits::check("index-depth", documents.limits.index_depth, path.len() as u64, "nested indexes")?;
    let is_wanted =
        |child: &&Descriptor| wanted(child.platform.as_ref(), asked) && !path.contains(&child.digest);
    let children: Vec<&Descriptor> = index.manifests.iter().filter(is_wanted).collect();
    let itself = path.last().map(|digest| Want::Referrers(*digest));
    let below = children.iter().flat_map(|child| Want::with_referrers(child));
    documents.source.prefetch(&itself.into_iter().chain(below).collect::<Vec<_>>());
    for child in children {
        if let Err(error) = visit(documents, child, path, asked, resolved) {
            resolved.faults.push((child.platform.clone(), error));
        }
    }
    Ok(())
}

fn visit(
    documents: &Documents<'_>,
    child: &Descriptor,
    path: &[Digest],
    asked: &[Platform],
    resolved: &mut Resolved,
) -> Result<()> {
    if document_kind(&child.media_type).is_none() {
        return Err(Error::new(Code::UnsupportedFormat, format!("child {}", child.digest))
            .expected("an image manifest or index")
            .found(format!("media type {:?}", child.media_type)));
    }
    match &*documents.document(child)? {
        Document::Index(nested) => {
            let path = [path, &[child.digest]].concat();
            walk(documents, nested, &path, asked, resolved)
        }
        // Skipped only if the index calls it unknown *and* the checked manifest holds nothing that runs.
        Document::Manifest(manifest)
            if child.platform.as_ref().is_some_and(Platform::is_unknown)
                && manifest.holds_only_statements() =>
        {
            resolved.attestations.push(AttestationChild { descriptor: child.clone() });
            Ok(())
        }
        Document::Manifest(manifest) => {
            let image = Image::assemble(documents, child.digest, manifest)?;
            check_platform(child, image.platform())?;
            let path = [path, &[child.digest]].concat();
            // Listing one manifest twice under one platform changes nothing.
            if resolved.targets.iter().all(|known| known.image.digest != child.digest) {
                resolved.targets.push(Target { path, image });
            }
            Ok(())
        }
    }
}

/// The platform is the config's; an index may not offer the image as another.
pub(crate) fn check_platform(child: &Descriptor, own: &Platform) -> Result<()> {
    let Some(offered) = &child.platform else { return Ok(()) };
    let version_differs =
        offered.os_version.is_some() && own.os_version.is_some() && offered.os_version != own.os_version;
    if !offered.answers(own) || version_differs {
        return Err(Error::new(Code::PlatformMismatch, format!("manifest {}", child.digest))
            .expected(format!("{own}, as its config says"))
            .found(format!("{offered} in the index")));
    }
    Ok(())
}

/// Whether a child may be for one of the platforms asked for; what names no platform may be for any.
fn wanted(platform: Option<&Platform>, asked: &[Platform]) -> bool {
    asked.is_empty()
        || platform
            .is_none_or(|platform| platform.is_unknown() || asked.iter().any(|asked| platform.answers(asked)))
}

fn ambiguous(targets: &[Target]) -> Vec<(Option<Platform>, Error)> {
    let mut by_platform: BTreeMap<Platform, Vec<&Target>> = BTreeMap::new();
    for target in targets {
        by_platform.entry(target.image.platform().normalized()).or_default().push(target);
    }
    let clashes = by_platform.into_iter().filter(|(_, targets)| targets.len() > 1);
    clashes
        .map(|(platform, targets)| {
            let digests: Vec<String> = targets.iter().map(|target| target.image.digest.to_string()).collect();
            let error = Error::new(Code::PlatformAmbiguous, format!("platform {platform}"))
                .expected("one image")
                .found(digests.join(" and "));
            (Some(platform), error)
        })
        .collect()
}

/// The platforms that must be there and are not. An image without any is a fault of its own.
pub(crate) fn platform_faults(resolved: &Resolved, required: &[Platform]) -> Vec<Error> {
    let there: Vec<&Platform> = resolved.targets.iter().map(|target| target.image.platform()).collect();
    let list = || there.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let found = || if there.is_empty() { "no image that runs".to_owned() } else { list() };
    let absent = required.iter().filter(|required| !there.iter().any(|have| have.answers(required)));
    let mut faults: Vec<Error> = absent
        .map(|platform| {
            Error::new(Code::PlatformMissing, format!("platform {platform}"))
                .expected("an image for it")
                .found(found())
        })
        .collect();
    if faults.is_empty() && there.is_empty() && resolved.faults.is_empty() {
        faults.push(
            Error::new(Code::PlatformMissing, "image index").expected("at least one image").found(found()),
        );
    }
    faults
}
