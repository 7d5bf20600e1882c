use serde_json::{Value, json};

use super::*;
use crate::verify::check::Witness;

fn public_good() -> Value {
    serde_json::from_str(Embedded::PublicGood.json()).unwrap()
}

fn read(document: &Value) -> Result<TrustedRoot> {
    TrustedRoot::from_json(document.to_string().as_bytes())
}

/// The public root with one part changed must be refused, and say what is wrong.
fn refused(change: impl FnOnce(&mut Value), says: &str) {
    let mut document = public_good();
    change(&mut document);
    let error = read(&document).unwrap_err();
    assert_eq!(error.code(), Code::RootInvalid);
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn the_roots_that_are_carried_are_those_of_the_stated_day() {
    for root in [TrustedRoot::sigstore_public_good(), TrustedRoot::github()] {
        root.prepared().unwrap();
        assert_eq!(root.as_of(), Some("2026-10-23"), "another snapshot: {}", root.digest());
    }
    assert_eq!(read(&public_good()).unwrap().as_of(), None, "a document of the caller's has no day");
}

#[test]
fn what_the_two_instances_check_differs() {
    let (public, github) = (TrustedRoot::sigstore_public_good(), TrustedRoot::github());
    assert!(public.requires_sct() && public.requires_tlog());
    assert!(!github.requires_sct() && !github.requires_tlog());
    let prepared = github.prepared().unwrap();
    assert!(prepared.logs.is_empty() && !prepared.authorities.is_empty());
    let public = public.prepared().unwrap();
    assert_eq!((public.logs.len(), public.ct_logs.len(), public.authorities.len()), (2, 2, 1));
}

#[test]
fn what_is_no_trusted_root_is_refused() {
    for text in ["", "{}", "[]", "{\"mediaType\":1}", "\u{feff}{}"] {
        assert_eq!(TrustedRoot::from_json(text.as_bytes()).unwrap_err().code(), Code::RootInvalid, "{text}");
    }
    assert_eq!(TrustedRoot::from_json(&[0xff]).unwrap_err().code(), Code::RootInvalid);
    let two = format!("{}\n{}", public_good(), public_good());
    assert_eq!(TrustedRoot::from_json(two.as_bytes()).unwrap_err().code(), Code::RootInvalid, "JSON Lines");
    let large = vec![b' '; usize::try_from(ROOT_SIZE).unwrap() + 1];
    assert_eq!(TrustedRoot::from_json(&large).unwrap_err().code(), Code::LimitExceeded);
}

#[test]
fn contradictions_are_refused() {
    let twice = |name: &'static str| {
        move |document: &mut Value| {
            let list = document[name].as_array_mut().unwrap();
            list.push(list[0].clone());
        }
    };
    refused(twice("tlogs"), "twice");
    refused(twice("ctlogs"), "twice");
    refused(|document| document["tlogs"][0]["logId"]["keyId"] = json!("AAAA"), "32 bytes");
    refused(
        |document| document["tlogs"][0]["publicKey"]["validFor"]["end"] = json!("2001-01-01T00:00:00Z"),
        "ends after",
    );
    refused(|document| document["tlogs"][0]["publicKey"]["validFor"] = json!({}), "start");
    refused(
        |document| document["certificateAuthorities"][0]["certChain"]["certificates"] = json!([]),
        "empty",
    );
    refused(|document| document["timestampAuthorities"][0]["certChain"]["certificates"] = json!([]), "empty");
    let broken = json!([{ "rawBytes": "MAA=" }]);
    refused(
        |document| document["certificateAuthorities"][0]["certChain"]["certificates"] = broken.clone(),
        "certificate",
    );
}

#[test]
fn a_log_with_a_key_of_an_unknown_type_is_left_out_and_the_rest_kept() {
    let mut document = public_good();
    document["tlogs"][0]["publicKey"]["rawBytes"] = json!("MAA=");
    let root = read(&document).unwrap();
    assert_eq!(root.prepared().unwrap().logs.len(), 1);
}

/// Only a root that names nothing that proves times lets the time of judgment stand for them.
#[test]
fn a_log_that_is_left_out_is_still_a_clock() {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let mut document = public_good();
    document["timestampAuthorities"] = json!([]);
    for log in document["tlogs"].as_array_mut().unwrap() {
        log["publicKey"]["rawBytes"] = json!("MAA=");
    }
    let root = read(&document).unwrap().without_tlog();
    assert!(root.prepared().unwrap().logs.is_empty());
    assert_eq!(root.times(&Witness::default(), now).unwrap_err().code(), Code::TimeNotProved);
    document["tlogs"] = json!([]);
    let root = read(&document).unwrap().without_tlog();
    assert_eq!(root.times(&Witness::default(), now).unwrap(), [now]);
}

/// Protobuf's JSON leaves out an empty text, and roots made from keys alone have no addresses.
#[test]
fn a_root_without_addresses_is_read() {
    let mut document = public_good();
    for (list, address) in [("tlogs", "baseUrl"), ("ctlogs", "baseUrl"), ("certificateAuthorities", "uri")] {
        for entry in document[list].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove(address).unwrap();
        }
    }
    let root = read(&document).unwrap();
    let prepared = root.prepared().unwrap();
    assert_eq!((prepared.logs.len(), prepared.ct_logs.len()), (2, 2));
    // What is no text is still refused, and so is a member that stands there twice.
    refused(|document| document["tlogs"][0]["baseUrl"] = json!(1), "string");
    let twice = document.to_string().replacen(r#""tlogs":"#, r#""tlogs":[],"tlogs":"#, 1);
    let error = TrustedRoot::from_json(twice.as_bytes()).unwrap_err();
    assert_eq!(error.code(), Code::RootInvalid);
    assert!(error.to_string().contains("twice"), "{error}");
}

/// An authority's certificates are anchors; each holds no longer than all above it.
#[test]
fn an_anchor_holds_no_longer_than_what_is_above_it() {
    let root = TrustedRoot::sigstore_public_good();
    let prepared = root.prepared().unwrap();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let open = |time: &str| prepared.anchors.iter().filter(|anchor| anchor.window.contains(at(time))).count();
    assert!(open("2024-01-01T00:00:00Z") > 0);
    assert_eq!(open("2020-01-01T00:00:00Z"), 0, "before the first authority");
    assert_eq!(open("2040-01-01T00:00:00Z"), 0, "after the last certificate");
}

#[test]
fn windows_are_closed_and_meet() {
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let (start, end) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
    let window = Window { start, end };
    assert!(window.contains(start.unwrap()) && window.contains(end.unwrap()));
    assert!(!window.contains(end.unwrap() + jiff::SignedDuration::from_nanos(1)));
    assert_eq!(
        window.and(Window { start: None, end: at("2026-01-15T00:00:00Z") }),
        Window { start, end: at("2026-01-15T00:00:00Z") }
    );
    assert_eq!(Window::default().and(window), window);
    assert!(window.has_started_by(at("2027-01-01T00:00:00Z").unwrap()));
    assert!(!window.has_started_by(at("2025-01-01T00:00:00Z").unwrap()));
}
