use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::code::Code;
use crate::digest::Digest;
use crate::error::Error;

fn key(content: &str) -> Key {
    let document = Descriptor::new("a/b", Digest::sha256(content.as_bytes()), content.len() as u64);
    Key { document, form: Form::Bundle, now: "2026-11-24T12:00:00Z".parse().unwrap() }
}

/// How often a document had to be made when it is asked for under each of these keys.
fn made(keys: &[Key]) -> usize {
    let (outcomes, made) = (Outcomes::<usize>::default(), Cell::new(0));
    for key in keys {
        let make = |bytes: &[u8]| {
            made.set(made.get() + 1);
            Ok(bytes.len())
        };
        outcomes.of(key.clone(), || Ok(()), || Ok(vec![0; 3]), make).unwrap();
    }
    made.get()
}

#[test]
fn an_outcome_counts_only_where_all_that_it_depends_on_is_the_same() {
    let one = key("one");
    assert_eq!(made(&[one.clone(), one.clone()]), 1);
    let others: [fn(&mut Key); 7] = [
        |key| key.document.digest = Digest::sha256(b"two"),
        |key| key.document.size = 4,
        |key| key.document.media_type = "a/c".to_owned(),
        |key| key.document.annotations = BTreeMap::from([("certificate".to_owned(), "x".to_owned())]),
        |key| key.document.platform = "linux/amd64".parse().ok(),
        |key| key.form = Form::Envelope,
        |key| key.now = "2026-11-24T12:00:01Z".parse().unwrap(),
    ];
    for edit in others {
        let mut other = one.clone();
        edit(&mut other);
        assert_eq!(made(&[one.clone(), other.clone()]), 2, "{other:?}");
    }
}

#[test]
fn a_fault_of_one_copy_is_not_the_documents() {
    let outcomes = Outcomes::<usize>::default();
    let broken = || Err(Error::new(Code::DigestMismatch, "copy"));
    let here = || Ok(());
    let make = |bytes: &[u8]| Ok(bytes.len());
    assert!(outcomes.of(key("one"), here, broken, make).is_err());
    assert_eq!(*outcomes.of(key("one"), here, || Ok(vec![0; 3]), make).unwrap(), 3);
    // Known now, but this source does not have it.
    let absent = || Err(Error::new(Code::BlobMissing, "copy"));
    let error = outcomes.of(key("one"), absent, || Ok(vec![0; 3]), make).unwrap_err();
    assert_eq!(error.code(), Code::BlobMissing);
}

#[test]
fn a_refusal_is_kept_like_an_acceptance() {
    let outcomes = Outcomes::<usize>::default();
    let refuse = |_: &[u8]| Err(Error::new(Code::SignatureInvalid, "signature"));
    for make in [refuse, |_: &[u8]| Ok(1)] {
        let error = outcomes.of(key("one"), || Ok(()), || Ok(Vec::new()), make).unwrap_err();
        assert_eq!(error.code(), Code::SignatureInvalid);
    }
}

#[test]
fn memory_has_a_bound_and_what_is_asked_again_stays() {
    let mut generations = Generations::<usize>::default();
    let common = key("common");
    let slot = generations.slot(common.clone());
    for number in 0..10 * KEPT_DOCUMENTS {
        generations.slot(key(&number.to_string()));
        if number % 1_000 == 0 {
            assert!(Arc::ptr_eq(&slot, &generations.slot(common.clone())), "{number}");
        }
    }
    let kept = generations.young.slots.len() + generations.old.slots.len();
    assert!(kept <= 2 * KEPT_DOCUMENTS, "{kept}");

    let mut generations = Generations::<usize>::default();
    for number in 0..1_000 {
        let mut large = key(&number.to_string());
        large.document.size = KEPT_SIZE / 10;
        generations.slot(large);
    }
    assert!(generations.young.size + generations.old.size <= 2 * (KEPT_SIZE + KEPT_SIZE / 10));
}

#[test]
fn threads_at_the_same_document_verify_it_once() {
    let (outcomes, made, start) = (Outcomes::<usize>::default(), AtomicUsize::new(0), Barrier::new(8));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                let make = |bytes: &[u8]| {
                    made.fetch_add(1, Ordering::Relaxed);
                    Ok(bytes.len())
                };
                let outcome = outcomes.of(key("one"), || Ok(()), || Ok(vec![0; 3]), make);
                assert_eq!(*outcome.unwrap(), 3);
            });
        }
    });
    assert_eq!(made.into_inner(), 1);
}
