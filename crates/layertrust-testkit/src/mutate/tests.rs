use std::collections::BTreeSet;

use serde_json::Value;

use super::{Change, mutations, payload_mutations};
use crate::cases::scene;
use crate::cosign::signed_bundle;
use crate::statement::sign_statement;

/// Every pointer of a document, by serde_json's reading and not by ours.
fn pointers(value: &Value, at: &str, leaves: &mut BTreeSet<String>, members: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                members.insert(pointer.clone());
                pointers(inner, &pointer, leaves, members);
            }
        }
        Value::Array(elements) => {
            for (position, inner) in elements.iter().enumerate() {
                pointers(inner, &format!("{at}/{position}"), leaves, members);
            }
        }
        _ => {
            leaves.insert(at.to_owned());
        }
    }
}

fn found(document: &[u8], change: Change) -> BTreeSet<String> {
    mutations(document).into_iter().filter(|m| m.change == change).map(|m| m.pointer).collect()
}

#[test]
fn every_leaf_and_every_member_is_covered_in_real_documents() {
    let image = scene::app(&scene::base().images[0]);
    let bundle = signed_bundle(&scene::org(), &sign_statement(&image.digest())).bytes();
    for document in [image.config, image.manifest, scene::base().index, bundle] {
        let (mut leaves, mut members) = (BTreeSet::new(), BTreeSet::new());
        pointers(&serde_json::from_slice(&document).unwrap(), "", &mut leaves, &mut members);
        assert_eq!(found(&document, Change::Value), leaves);
        assert_eq!(found(&document, Change::Renamed), members);
        assert!(found(&document, Change::Removed).is_superset(&members));
    }
}

#[test]
fn every_copy_is_json_and_differs_from_the_original_by_meaning() {
    let document = br#"{ "a" : [1, -2.5, true, null, "", "x\u00e9\"y"], "b/c": {}, "d~": {"e": "0f"} }"#;
    let original: Value = serde_json::from_slice(document).unwrap();
    let all = mutations(document);
    for mutation in &all {
        let changed: Value = serde_json::from_slice(&mutation.bytes)
            .unwrap_or_else(|error| panic!("{} {:?}: {error}", mutation.pointer, mutation.change));
        assert_ne!(changed, original, "{} {:?}", mutation.pointer, mutation.change);
    }
    let distinct: BTreeSet<&Vec<u8>> = all.iter().map(|mutation| &mutation.bytes).collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn only_the_place_itself_changes() {
    let document = br#"{"digest":"sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "n": 9,"last":false}"#;
    let by = |pointer: &str, change| {
        let all = mutations(document);
        let one = all.iter().find(|m| m.pointer == pointer && m.change == change).unwrap();
        String::from_utf8(one.bytes.clone()).unwrap()
    };
    let digest = by("/digest", Change::Value);
    assert_eq!(digest.len(), document.len());
    assert_eq!(digest.matches('0').count(), 1, "a digit of the digest is another digit: {digest}");
    assert!(by("/n", Change::Value).contains(r#" "n": 10,"#));
    assert!(by("/last", Change::Value).ends_with(r#""last":true}"#));
    assert!(by("/last", Change::Removed).ends_with(r#""n": 9}"#));
    assert!(by("/digest", Change::Removed).starts_with(r#"{"n": 9,"#));
    assert!(by("/n", Change::Renamed).contains(r#""o": 9"#));
}

#[test]
fn payloads_are_changed_inside_the_envelope() {
    let digest = scene::base().images[0].digest();
    let bundle = signed_bundle(&scene::org(), &sign_statement(&digest)).bytes();
    let inner = payload_mutations(&bundle);
    let statement = mutations(&sign_statement(&digest).bytes());
    assert_eq!(inner.len(), statement.len());
    assert!(
        inner.iter().any(|mutation| mutation.pointer == "/dsseEnvelope/payload#/subject/0/digest/sha256")
    );
    for mutation in inner {
        let changed: Value = serde_json::from_slice(&mutation.bytes).unwrap();
        let original: Value = serde_json::from_slice(&bundle).unwrap();
        assert_eq!(changed["dsseEnvelope"]["signatures"], original["dsseEnvelope"]["signatures"]);
        assert_ne!(changed["dsseEnvelope"]["payload"], original["dsseEnvelope"]["payload"]);
    }
}
