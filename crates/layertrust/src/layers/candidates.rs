//! Which digests may be the base: hints choose, proofs decide.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::image::{Image, Target};
use crate::limits::Limits;
use crate::oci::Selector;
use crate::oci::descriptor::Descriptor;
use crate::oci::documents::Documents;
use crate::oci::manifest::{Document, Index};
use crate::oci::platform::Platform;
use crate::report::CandidateOrigin;
use crate::statement::Statement;
use crate::statement::binding::Vouchers;
use crate::statement::predicate::Predicate;

/// The annotation by which builders name a base: a hint.
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// A digest that something calls the base, resolved as far as it goes.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) digest: Digest,
    pub(crate) origin: CandidateOrigin,
    pub(crate) found: Found,
}

/// What a candidate's digest led to.
#[derive(Debug)]
pub(crate) enum Found {
    /// An image for this platform, and every way from an index at hand to it.
    Image { image: Image, paths: Vec<Vec<Digest>> },
    /// Nothing for this platform.
    OtherPlatform,
    /// Not there, or not readable.
    NotAtHand(Error),
}

/// Every candidate for one platform, without repeats, in order of origin.
pub(crate) fn candidates(
    documents: &Documents<'_>,
    target: &Target,
    vouchers: &Vouchers,
    named: &[Digest],
) -> Result<Vec<Candidate>> {
    let seeds = seeds(documents, target, vouchers, named)?;
    let limit = documents.limits.base_candidates;
    Limits::check("base-candidates", limit, seeds.len() as u64, format!("bases of {}", target.image.digest))?;

    // Index and child are resolved both ways: an index leads to its child, and a child named alone is
    // looked up in every index at hand, so that a signature on the index counts for it.
    let mut indexes: BTreeMap<Digest, Rc<Document>> = BTreeMap::new();
    let mut resolved: Vec<(Digest, CandidateOrigin, Step)> = Vec::new();
    for (digest, origin) in seeds {
        let step = step(documents, &digest, target.image.platform());
        if let Ok((_, Some(document))) = &step {
            indexes.insert(digest, document.clone());
        }
        match step {
            Ok((children, _)) if children.is_empty() => resolved.push((digest, origin, Step::OtherPlatform)),
            Ok((children, _)) => {
                resolved.extend(
                    children.into_iter().map(|child| (child.digest, origin, Step::Manifest(Box::new(child)))),
                );
            }
            Err(error) => resolved.push((digest, origin, Step::NotAtHand(error))),
        }
    }
    let mut all: Vec<Candidate> = Vec::new();
    for (digest, origin, step) in resolved {
        if all.iter().any(|known| known.digest == digest) {
            continue;
        }
        let found = match step {
            Step::OtherPlatform => Found::OtherPlatform,
            Step::NotAtHand(error) => Found::NotAtHand(error),
            Step::Manifest(descriptor) => fetch(documents, &descriptor, target, &indexes),
        };
        all.push(Candidate { digest, origin, found });
    }
    Ok(all)
}

enum Step {
    Manifest(Box<Descriptor>),
    OtherPlatform,
    NotAtHand(Error),
}

/// Digests with who named them, the most telling origin of each.
fn seeds(
    documents: &Documents<'_>,
    target: &Target,
    vouchers: &Vouchers,
    named: &[Digest],
) -> Result<Vec<(Digest, CandidateOrigin)>> {
    let mut seeds = vec![(target.image.digest, CandidateOrigin::Itself)];
    for attestation in &vouchers.attestations {
        seeds.extend(images_in(&attestation.statement).map(|digest| (digest, CandidateOrigin::Provenance)));
    }
    seeds.extend(named.iter().map(|digest| (*digest, CandidateOrigin::Caller)));
    let brought = documents.source.images(&documents.limits)?;
    seeds.extend(brought.into_iter().map(|image| (image.digest, CandidateOrigin::Evidence)));
    for statement in &vouchers.hints {
        seeds.extend(images_in(statement).map(|digest| (digest, CandidateOrigin::Unsigned)));
    }
    let annotated = target.image.manifest.annotations.get(BASE_DIGEST);
    let annotated = annotated.and_then(|digest| digest.parse().ok());
    seeds.extend(annotated.map(|digest| (digest, CandidateOrigin::Unsigned)));

    let mut unique: Vec<(Digest, CandidateOrigin)> = Vec::new();
    for seed in seeds {
        if unique.iter().all(|known| known.0 != seed.0) {
            unique.push(seed);
        }
    }
    Ok(unique)
}

fn images_in(statement: &Statement) -> impl Iterator<Item = Digest> {
    let provenance = match &statement.predicate {
        Ok(Predicate::Provenance(provenance)) => Some(provenance),
        _ => None,
    };
    provenance.into_iter().flat_map(|provenance| provenance.dependencies.iter().filter_map(|one| one.image()))
}

/// The manifests that a digest stands for on this platform, and the index if it is one.
fn step(
    documents: &Documents<'_>,
    digest: &Digest,
    platform: &Platform,
) -> Result<(Vec<Descriptor>, Option<Rc<Document>>)> {
    let descriptor = documents.source.resolve(&Selector::Digest(*digest))?.ok_or_else(|| absent(digest))?;
    let document = documents.document(&descriptor)?;
    Ok(match &*document {
        Document::Manifest(_) => (vec![descriptor], None),
        Document::Index(index) => (children_for(index, platform), Some(document)),
    })
}

fn children_for(index: &Index, platform: &Platform) -> Vec<Descriptor> {
    let fits = |child: &&Descriptor| child.platform.as_ref().is_some_and(|own| own.answers(platform));
    index.manifests.iter().filter(fits).cloned().collect()
}

fn fetch(
    documents: &Documents<'_>,
    descriptor: &Descriptor,
    target: &Target,
    indexes: &BTreeMap<Digest, Rc<Document>>,
) -> Found {
    let digest = descriptor.digest;
    if digest == target.image.digest {
        return Found::Image { image: target.image.clone(), paths: vec![target.path.clone()] };
    }
    match Image::fetch(documents, descriptor) {
        Err(error) => Found::NotAtHand(error),
        Ok(image) if !image.platform().answers(target.image.platform()) => Found::OtherPlatform,
        Ok(image) => {
            let lists = |document: &Document| match document {
                Document::Index(index) => index.manifests.iter().any(|child| child.digest == digest),
                Document::Manifest(_) => false,
            };
            let above =
                indexes.iter().filter(|(_, document)| lists(document)).map(|(index, _)| vec![*index, digest]);
            let mut paths: Vec<Vec<Digest>> = above.collect();
            if paths.is_empty() {
                paths.push(vec![digest]);
            }
            Found::Image { image, paths }
        }
    }
}

fn absent(digest: &Digest) -> Error {
    Error::new(Code::BaseUnavailable, format!("base {digest}"))
        .expected("its manifest at hand")
        .found("no source has it")
}
