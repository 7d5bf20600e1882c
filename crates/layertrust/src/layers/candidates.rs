//! Which digests may be the base: hints choose, proofs decide.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::image::{Image, Target};
use crate::limits::Limits;
use crate::oci::Selector;
use crate::oci::Want;
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
    pub(crate) led_to: LedTo,
}

/// What a candidate's digest led to.
#[derive(Debug)]
pub(crate) enum LedTo {
    /// An image for this platform, and every way from an index at hand to it.
    Image { image: Image, paths: Vec<Vec<Digest>> },
    /// Nothing for this platform.
    OtherPlatform,
    /// Not there, or not readable.
    NotAtHand(Error),
}

/// A digest with who named it.
pub(super) type Seed = (Digest, CandidateOrigin);

/// The candidates for one platform. What is found leads on, so that they come in rounds; each digest once.
pub(super) struct Candidates<'c, 's> {
    documents: &'c Documents<'s>,
    target: &'c Target,
    named: BTreeSet<Digest>,
    resolved: BTreeSet<Digest>,
    /// Index and child are resolved both ways: an index leads to its child, and a child named alone is
    /// looked up in every index at hand, so that a signature on the index counts for it.
    indexes: BTreeMap<Digest, Rc<Document>>,
}

impl<'c, 's> Candidates<'c, 's> {
    pub(super) fn new(documents: &'c Documents<'s>, target: &'c Target) -> Self {
        let (named, resolved) = (BTreeSet::new(), BTreeSet::new());
        Candidates { documents, target, named, resolved, indexes: BTreeMap::new() }
    }

    /// Where the search begins, the most telling origin first.
    pub(super) fn seeds(&self, vouchers: &Vouchers, caller: &[Digest]) -> Result<Vec<Seed>> {
        let mut seeds = vec![(self.target.image.digest, CandidateOrigin::Itself)];
        let (proved, hinted): (Vec<Seed>, Vec<Seed>) =
            named_by(vouchers).into_iter().partition(|(_, origin)| *origin == CandidateOrigin::Provenance);
        seeds.extend(proved);
        seeds.extend(caller.iter().map(|digest| (*digest, CandidateOrigin::Caller)));
        let brought = self.documents.source.images(&self.documents.limits)?;
        seeds.extend(brought.into_iter().map(|image| (image.digest, CandidateOrigin::Evidence)));
        seeds.extend(hinted);
        let annotated = self.target.image.manifest.annotations.get(BASE_DIGEST);
        let annotated = annotated.and_then(|digest| digest.parse().ok());
        seeds.extend(annotated.map(|digest| (digest, CandidateOrigin::Unsigned)));
        Ok(seeds)
    }

    /// Follows digests to images. What was followed before is left out.
    pub(super) fn resolve(&mut self, seeds: Vec<Seed>) -> Result<Vec<Candidate>> {
        let seeds: Vec<Seed> = seeds.into_iter().filter(|(digest, _)| self.named.insert(*digest)).collect();
        let (limit, count) = (self.documents.limits.base_candidates, self.named.len() as u64);
        let what = format!("bases of {}", self.target.image.digest);
        Limits::check("base-candidates", limit, count, what)?;
        // A slow source fetches in two steps all candidates, and what is attached to those it has.
        let itself = self.target.image.digest;
        let others = seeds.iter().map(|(digest, _)| *digest).filter(|digest| *digest != itself);
        self.documents.source.prefetch(&others.map(Want::Manifest).collect::<Vec<_>>());
        let mut steps: Vec<(Digest, CandidateOrigin, Step)> = Vec::new();
        for (digest, origin) in seeds {
            let step = step(self.documents, &digest, self.target.image.platform());
            if let Ok((_, Some(document))) = &step {
                self.indexes.insert(digest, document.clone());
            }
            match step {
                Ok((children, _)) if children.is_empty() => steps.push((digest, origin, Step::OtherPlatform)),
                Ok((children, index)) => {
                    let index = index.map(|_| Want::Referrers(digest));
                    let below = children.iter().flat_map(Want::with_referrers);
                    self.documents.source.prefetch(&index.into_iter().chain(below).collect::<Vec<_>>());
                    let child = |child: Descriptor| (child.digest, origin, Step::Manifest(Box::new(child)));
                    steps.extend(children.into_iter().map(child));
                }
                Err(error) => steps.push((digest, origin, Step::NotAtHand(error))),
            }
        }
        let mut found = Vec::new();
        for (digest, origin, step) in steps {
            if !self.resolved.insert(digest) {
                continue;
            }
            let led_to = match step {
                Step::OtherPlatform => LedTo::OtherPlatform,
                Step::NotAtHand(error) => LedTo::NotAtHand(error),
                Step::Manifest(descriptor) => fetch(self.documents, &descriptor, self.target, &self.indexes),
            };
            found.push(Candidate { digest, origin, led_to });
        }
        Ok(found)
    }
}

enum Step {
    Manifest(Box<Descriptor>),
    OtherPlatform,
    NotAtHand(Error),
}

/// The images that the statements about an image name: by signers of the policy, and by anybody.
pub(super) fn named_by(vouchers: &Vouchers) -> Vec<Seed> {
    let proved = vouchers.attestations.iter().map(|one| (&one.statement, CandidateOrigin::Provenance));
    let hinted = vouchers.hints.iter().map(|one| (one, CandidateOrigin::Unsigned));
    let named = proved.chain(hinted);
    named.flat_map(|(one, origin)| images_in(one).map(move |digest| (digest, origin))).collect()
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
    let descriptor = documents.resolve(&Selector::Digest(*digest))?.ok_or_else(|| absent(digest))?;
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
) -> LedTo {
    let digest = descriptor.digest;
    if digest == target.image.digest {
        return LedTo::Image { image: target.image.clone(), paths: vec![target.path.clone()] };
    }
    match Image::fetch(documents, descriptor) {
        Err(error) => LedTo::NotAtHand(error),
        Ok(image) if !image.platform().answers(target.image.platform()) => LedTo::OtherPlatform,
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
            LedTo::Image { image, paths }
        }
    }
}

fn absent(digest: &Digest) -> Error {
    Error::new(Code::BaseUnavailable, format!("base {digest}"))
        .expected("its manifest at hand")
        .found("no source has it")
}
