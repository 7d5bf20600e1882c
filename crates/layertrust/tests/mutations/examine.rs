//! All mutants of one accepted image.

use std::collections::BTreeMap;

use layertrust::report::Report;
use layertrust_testkit::json_text::{Node, parse};
use layertrust_testkit::mutate::{
    Mutation, has_payload, mutations, payload_mutations, respaced, respaced_payload,
};

use crate::facts::Facts;
use crate::rules::{Level, Place};
use crate::tally::Tally;
use crate::world::{Answer, Bench, Changed, World};

const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

/// Which mutants of a list are tried: every `step`th, another choice for each image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) step: usize,
    pub(crate) offset: usize,
}

/// A document at one level, and what the image is without its verified status.
struct Subject<'w> {
    digest: &'w str,
    bytes: &'w [u8],
    level: Level,
    place: Place,
    /// The most binding place among it and the documents above it, which change with it.
    reach: Place,
    /// Where in it signatures stand, if it is a carrier.
    signatures: Vec<String>,
    /// The facts when it has one more space; none if that is refused.
    respaced: Option<Facts>,
}

struct Examination<'w> {
    world: &'w World,
    bench: Bench<'w>,
    original: Facts,
    /// What the image is when one document loses its verified status and another takes its place.
    fallbacks: Vec<Facts>,
    tally: Tally,
}

/// Tries the mutants of one image. `sample` says how many of a document.
pub(crate) fn examine(world: &World, sample: impl Fn(&str) -> Sample) -> Tally {
    let bench = Bench::new(world);
    let report = accepted(&bench, &world.unchanged(), &world.name);
    assert_eq!(report, accepted(&bench, &world.unchanged(), &world.name), "{}: another answer", world.name);
    let documents = world.documents();
    if let Some((digest, bytes)) = documents.first_key_value() {
        // Relinking alone changes nothing: what a mutant is refused for is its change.
        let same = world.replaced(digest, bytes);
        assert!(same.renamed.is_empty(), "{}: the same bytes have another digest", world.name);
        assert_eq!(
            report,
            accepted(&bench, &same, &world.name),
            "{}: relinking changes the answer",
            world.name
        );
    }
    let original = Facts::of(&report, &BTreeMap::new());
    let mut work = Examination { world, bench, original, fallbacks: Vec::new(), tally: Tally::default() };
    let subjects: Vec<Subject<'_>> = documents
        .iter()
        .flat_map(|(digest, bytes)| {
            let inner = has_payload(bytes).then_some(Level::Payload);
            [Some(Level::Whole), inner].into_iter().flatten().map(move |level| (digest, bytes, level))
        })
        .map(|(digest, bytes, level)| work.subject(&report, digest, bytes, level))
        .collect();
    for subject in &subjects {
        work.mutate(subject, sample(subject.digest));
    }
    work.roots(sample("index.json"));
    work.tally
}

fn accepted(bench: &Bench<'_>, changed: &Changed, name: &str) -> Report {
    match bench.ask(changed) {
        Answer::Accepted(report) => *report,
        other => panic!("{name}: expected to be accepted, found {other:?}"),
    }
}

impl<'w> Examination<'w> {
    /// One more space says how far a document is signed: it changes bytes and digest, and no meaning.
    fn subject(&mut self, report: &Report, digest: &'w str, bytes: &'w [u8], level: Level) -> Subject<'w> {
        let is_envelope = has_payload(bytes);
        let place = Place::of(digest, level, is_envelope, report);
        let respaced = match level {
            Level::Whole => respaced(bytes),
            Level::Payload => respaced_payload(bytes),
        };
        let changed = self.world.replaced(digest, &respaced);
        // What hangs *below* a changed digest changes too (its referrers): that is no reach of its own.
        let above = changed.renamed.keys().filter(|name| *name != digest);
        let above =
            above.map(|name| Place::of(name, Level::Whole, true, report)).filter(|place| place.is_signed());
        let reach = above.chain([place]).min().unwrap_or(place);
        let reach = if place == Place::Other { reach } else { place };
        let respaced = match self.bench.ask(&changed) {
            Answer::Accepted(report) => Some(Facts::of(&report, &changed.renamed)),
            Answer::Rejected(_) => None,
            other => {
                self.fail(digest, "a space", format!("{other:?}"));
                None
            }
        };
        match &respaced {
            Some(facts) if *facts == self.original && place.is_signed() => {
                self.fail(digest, "a space", format!("{place:?} is signed, and nobody noticed"));
            }
            Some(facts) if *facts != self.original => {
                if place.is_unsigned() {
                    self.fail(digest, "a space", format!("{place:?} is not signed, and a fact changed"));
                }
                if place.is_signed() {
                    *self.tally.twins.entry((self.world.name.clone(), place)).or_default() += 1;
                }
                if !self.fallbacks.contains(facts) {
                    self.fallbacks.push(facts.clone());
                }
            }
            Some(_) => {}
            None if reach.is_signed() || reach.is_logged_as_it_is(&self.world.name) => {}
            None if reach.is_a_named_dependency(&self.world.name) => {}
            None => self.fail(digest, "a space", format!("{reach:?} decides the verdict")),
        }
        let signatures = if place == Place::Carrier { signatures(bytes, report) } else { Vec::new() };
        Subject { digest, bytes, level, place, reach, signatures, respaced }
    }

    fn mutate(&mut self, subject: &Subject<'_>, sample: Sample) {
        let all = match subject.level {
            Level::Whole => mutations(subject.bytes),
            Level::Payload => payload_mutations(subject.bytes),
        };
        for (number, mutation) in all.iter().enumerate() {
            let is_signed = subject.place == Place::Envelope && is_signed_part(mutation)
                || subject.signatures.contains(&mutation.pointer);
            let place = if is_signed { Place::Signed } else { subject.place };
            if !(number + sample.offset).is_multiple_of(sample.step) {
                self.tally.row(place).skipped += 1;
                continue;
            }
            let changed = self.world.replaced(subject.digest, &mutation.bytes);
            let answer = self.bench.ask(&changed);
            if let Err(why) = self.judge(subject, place, &changed, &answer) {
                let what = format!("{:?} {:?}", mutation.change, mutation.pointer);
                self.fail(subject.digest, &what, why);
            }
        }
    }

    /// Counts an answer, and says why it must not be.
    fn judge(
        &mut self,
        subject: &Subject<'_>,
        place: Place,
        changed: &Changed,
        answer: &Answer,
    ) -> Result<(), String> {
        self.tally.row(place).tried += 1;
        match answer {
            Answer::Rejected(codes) => {
                let expected = subject.reach.min(place).codes();
                let hit = expected.iter().find(|code| codes.contains(*code)).copied();
                *self.tally.row(place).rejected.entry(hit.unwrap_or("unexpected")).or_default() += 1;
                let conflicts = codes.len() == 1 && codes.contains("attestation-conflict");
                if conflicts && place.is_told_apart_by_time(&self.world.name) {
                    return Ok(());
                }
                if subject.reach == Place::Other {
                    return Err(format!("no input of the verdict, and refused: {codes:?}"));
                }
                // An index is also the way to the image: broken, it leads nowhere, whoever signed the image.
                let has_twin = subject.respaced.as_ref().is_some_and(|facts| *facts != self.original);
                if has_twin && place.is_signed() && place != Place::SignedIndex {
                    return Err(format!("{place:?} has a good twin, and refused: {codes:?}"));
                }
                hit.map(drop).ok_or_else(|| format!("{place:?} refused with {codes:?}, none of {expected:?}"))
            }
            Answer::Accepted(report) => {
                let facts = Facts::of(report, &changed.renamed);
                if facts == self.original {
                    self.tally.row(place).unchanged += 1;
                    return match (&subject.respaced, place.is_signed()) {
                        (Some(respaced), false) if *respaced == self.original => Ok(()),
                        _ => Err(format!("{place:?} accepted as if nothing had changed")),
                    };
                }
                self.tally.row(place).lost += 1;
                if subject.respaced.is_none() {
                    return Err(format!("{place:?} has no good twin, and accepted"));
                }
                self.claims_nothing_new(&facts)
            }
            other => {
                self.tally.row(place).no_answer += 1;
                Err(format!("{other:?}"))
            }
        }
    }

    /// A fact may be lost; none may appear, and owners are the original's or those of the next best evidence.
    fn claims_nothing_new(&self, facts: &Facts) -> Result<(), String> {
        let known = |known: &&Facts| known.owners == facts.owners && facts.claims_no_more_than(known);
        match [&self.original].into_iter().chain(&self.fallbacks).find(known) {
            Some(_) => Ok(()),
            None => Err(format!("other facts: {facts:?}")),
        }
    }

    /// Nobody signs `index.json` and `oci-layout`: they may lead nowhere, and never to other facts.
    fn roots(&mut self, sample: Sample) {
        let mut all: Vec<(Place, Changed, String)> = Vec::new();
        for (which, root) in self.world.roots().iter().enumerate() {
            for mutation in mutations(root) {
                let what = format!("{:?} {:?}", mutation.change, mutation.pointer);
                all.push((Place::Root, self.world.rooted(which, mutation.bytes), what));
            }
        }
        for mutation in mutations(World::marker()) {
            let what = format!("{:?} {:?}", mutation.change, mutation.pointer);
            all.push((Place::Marker, self.world.marked(mutation.bytes), what));
        }
        for (number, (place, changed, what)) in all.iter().enumerate() {
            if !(number + sample.offset).is_multiple_of(sample.step) && *place == Place::Root {
                self.tally.row(*place).skipped += 1;
                continue;
            }
            let answer = self.bench.ask(changed);
            let row = self.tally.row(*place);
            row.tried += 1;
            let verdict = match &answer {
                Answer::Accepted(report) => {
                    let facts = Facts::of(report, &changed.renamed);
                    if facts == self.original {
                        row.unchanged += 1;
                        Ok(())
                    } else {
                        row.lost += 1;
                        self.claims_nothing_new(&facts)
                    }
                }
                Answer::Rejected(codes) => {
                    let hit = place.codes().into_iter().find(|code| codes.contains(code));
                    *row.rejected.entry(hit.unwrap_or("unexpected")).or_default() += 1;
                    hit.map(drop).ok_or_else(|| format!("refused with {codes:?}"))
                }
                Answer::Error(_) => {
                    row.no_answer += 1;
                    Ok(())
                }
                Answer::Panicked => Err("panicked".to_owned()),
            };
            if let Err(why) = verdict {
                self.fail("index.json", what, why);
            }
        }
    }

    fn fail(&mut self, digest: &str, what: &str, why: String) {
        self.tally.failures.push(format!("{} {digest} {what}: {why}", self.world.name));
    }
}

/// Of an envelope or bundle, what the signature covers and the signature itself.
fn is_signed_part(mutation: &Mutation) -> bool {
    let pointer = mutation.pointer.strip_prefix("/dsseEnvelope").unwrap_or(&mutation.pointer);
    ["", "/payload", "/payloadType", "/signatures", "/signatures/0", "/signatures/0/sig"].contains(&pointer)
}

/// Where in one of cosign's manifests the signatures stand that the verdict rests on. Two over one payload
/// cannot be told apart: then neither is listed.
fn signatures(manifest: &[u8], report: &Report) -> Vec<String> {
    let root = parse(manifest).unwrap();
    let layers = root.find("layers").map(Node::elements).unwrap_or_default();
    let text =
        |layer: &Node, name: &str| layer.find(name).and_then(Node::text).unwrap_or_default().to_owned();
    let digests: Vec<String> = layers.iter().map(|layer| text(layer, "digest")).collect();
    let is_used = |layer: &Node| {
        let digest = text(layer, "digest");
        text(layer, "mediaType") == SIMPLE_SIGNING
            && digests.iter().filter(|other| **other == digest).count() == 1
            && report.inputs.iter().any(|input| input.digest == digest)
    };
    let used = layers.iter().enumerate().filter(|(_, layer)| is_used(layer));
    used.map(|(at, _)| format!("/layers/{at}/annotations/dev.cosignproject.cosign~1signature")).collect()
}
