use std::collections::BTreeMap;
use std::sync::Arc;

use layertrust_testkit::cases::scene;

use super::*;
use crate::oci::{Layout, Selector, Source, Stack};
use crate::report::Layers;
use crate::verifier::tests::{Counting, folder, layout, verifier};
use crate::{Digest, Limits, metrics};

/// Images on one base, signed by the organization, and the base's evidence.
struct Fleet {
    folders: Vec<tempfile::TempDir>,
    images: Vec<(Arc<dyn Source>, Digest)>,
}

fn fleet(size: usize) -> Fleet {
    let base = scene::base();
    let there = folder();
    let evidence: Arc<dyn Source> = Arc::new(*layout(&there, &base.evidence(&scene::vendor())));
    let (mut folders, mut images) = (vec![there], Vec::new());
    for number in 0..size {
        let spec = scene::app_spec(&base.images[0]).labelled("number", &number.to_string());
        let image = spec.build();
        let here = folder();
        let stack = Stack::new(layout(&here, &scene::signed(&image))).evidence(Box::new(evidence.clone()));
        folders.push(here);
        images.push((Arc::new(stack) as Arc<dyn Source>, image.digest().parse().unwrap()));
    }
    Fleet { folders, images }
}

fn request(digest: Digest) -> Request {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    Request::new("image", Selector::Digest(digest), now).layers(Layers::None)
}

type Question = Box<dyn FnOnce() -> Result<(Box<dyn Source>, Request)> + Send>;

fn question((source, digest): &(Arc<dyn Source>, Digest)) -> Question {
    let (source, digest) = (source.clone(), *digest);
    Box::new(move || Ok((Box::new(source) as Box<dyn Source>, request(digest))))
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

#[test]
fn what_images_share_is_read_and_verified_once() {
    let fleet = fleet(2);
    let verifier = verifier();
    let alone: Vec<_> = fleet
        .images
        .iter()
        .map(|(source, digest)| verifier.verify(&**source, &request(*digest)).unwrap().into_report())
        .collect();

    let batch = verifier.batch();
    let cost = |at: usize| {
        let (source, digest) = &fleet.images[at];
        metrics::take();
        let accepted = batch.verify(&**source, &request(*digest)).unwrap();
        assert_eq!(*accepted.report(), alone[at]);
        metrics::take()
    };
    let (first, _) = cost(0);
    let (second, _) = cost(1);
    let (again, _) = cost(1);
    // The evidence of the base in bytes, and that of one image.
    let signed = |folder: &tempfile::TempDir| -> usize {
        let blobs = std::fs::read_dir(folder.path().join("blobs/sha256")).unwrap();
        let contents = blobs.map(|blob| std::fs::read(blob.unwrap().path()).unwrap());
        let is_signed = |content: &Vec<u8>| {
            let text = String::from_utf8_lossy(content);
            ["dsseEnvelope", "\"_type\"", "cosign container image signature"]
                .iter()
                .any(|mark| text.contains(mark))
        };
        contents.filter(is_signed).map(|content| content.len()).sum()
    };
    let (of_base, of_image) = (signed(&fleet.folders[0]), signed(&fleet.folders[2]));
    println!("{first} bytes hashed for the first image, {second} for the second, {again} for that again");
    assert!(of_base > 1_000 && of_image > 100);
    // The second image's own documents differ from the first's by a digit.
    assert!(first.abs_diff(second + of_base) < 10, "{first} {second} {of_base}");
    assert_eq!(again, second - of_image);
}

#[test]
fn what_is_known_must_be_there_all_the_same() {
    let fleet = fleet(1);
    let (_, digest) = &fleet.images[0];
    let verifier = verifier();
    let batch = verifier.batch();
    let open = |at: usize| {
        let folder: &tempfile::TempDir = &fleet.folders[at];
        Box::new(Layout::open_folder(folder.path(), &Limits::default()).unwrap())
    };
    let counting = || Counting::new(Stack::new(open(1)).evidence(open(0)));
    let seen = counting();
    let _accepted = batch.verify(&seen, &request(*digest)).unwrap();
    let reads: BTreeMap<Digest, usize> = seen.reads.into_inner().unwrap();
    let (mut open, mut changed) = (0, 0);
    for blob in reads.keys() {
        let broken = || Counting { unreadable: Some(*blob), ..counting() };
        let code = |answer: Result<Accepted, Failure>| match answer {
            Ok(_) => None,
            Err(Failure::Error(error)) => Some(error.code()),
            Err(Failure::Rejected(report)) => report.errors().next().map(|finding| finding.code),
        };
        let alone = code(verifier.verify(&broken(), &request(*digest)));
        let among = code(batch.verify(&broken(), &request(*digest)));
        assert_eq!(among, alone, "{blob}");
        open += usize::from(alone.is_none());
        changed += usize::from(alone.is_some());
    }
    println!("{changed} documents are needed, {open} are not");
    assert!(changed > 5);
}

#[test]
fn many_are_answered_as_one_by_one_and_the_failure_of_one_is_its_own() {
    let fleet = fleet(6);
    let verifier = verifier();
    let missing = Digest::sha256(b"not there");
    for workers in [1, 2, 5] {
        let mut questions: Vec<Question> = fleet.images.iter().map(question).collect();
        questions.push(question(&(fleet.images[0].0.clone(), missing)));
        questions.push(Box::new(|| Err(Error::new(Code::Io, "archive"))));
        questions.push(Box::new(|| panic!("a test of panics")));
        let mut answers = BTreeMap::new();
        verifier.verify_many(questions.into_iter(), threads(workers), |number, answer| {
            assert!(answers.insert(number, answer).is_none(), "{number} was answered twice");
            ControlFlow::Continue(())
        });
        assert_eq!(answers.len(), 9);
        for (number, answer) in answers {
            match (fleet.images.get(number), answer) {
                (Some((source, digest)), Ok(accepted)) => {
                    let alone = verifier.verify(&**source, &request(*digest)).unwrap();
                    assert_eq!(accepted.report(), alone.report());
                }
                (None, Err(Failure::Error(error))) => {
                    let expected = [Code::NotFound, Code::Io, Code::Panic][number - 6];
                    assert_eq!(error.code(), expected);
                }
                (_, other) => panic!("{number}: {other:?}"),
            }
        }
    }
}

#[test]
fn whoever_has_enough_ends_an_endless_run() {
    let fleet = fleet(1);
    let mut seen = 0;
    verifier().verify_many(std::iter::repeat_with(|| question(&fleet.images[0])), threads(3), |_, answer| {
        seen += usize::from(answer.is_ok());
        if seen == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(seen, 10);
}
