//! Changed copies of a bundle, one change each: of every value, of the order and number of things, and parts of
//! another bundle in place of its own.

use std::ops::Range;

use layertrust_testkit::json_text::{Node, Value, parse};
use layertrust_testkit::mutate;

/// A changed bundle, and what was done where.
pub(crate) struct Mutant {
    pub(crate) what: String,
    pub(crate) text: String,
}

const VERSIONS: [&str; 4] = [
    "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
];

/// All of them, in a fixed order; `other` is another bundle, from which parts are taken.
pub(crate) fn mutants(bundle: &str, other: &str) -> Vec<Mutant> {
    let inside = if mutate::has_payload(bundle.as_bytes()) {
        mutate::payload_mutations(bundle.as_bytes())
    } else {
        Vec::new()
    };
    let simple = mutate::mutations(bundle.as_bytes()).into_iter().chain(inside);
    let mut found: Vec<Mutant> = simple
        .map(|one| Mutant {
            what: format!("{:?} {}", one.change, one.pointer),
            text: String::from_utf8(one.bytes).unwrap(),
        })
        .collect();
    let root = parse(bundle.as_bytes()).unwrap();
    let mut add = |what: String, text: String| found.push(Mutant { what, text });
    visit(bundle, &root, "", &mut add);
    shapes(bundle, &root, &mut add);
    crossings(bundle, other, &mut add);
    found
}

fn spliced(text: &str, span: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..span.start], &text[span.end..])
}

fn visit(text: &str, node: &Node, pointer: &str, add: &mut impl FnMut(String, String)) {
    let own = &text[node.span.clone()];
    let others: &[&str] = match &node.value {
        Value::Object(_) => &["null", "[]", "{}"],
        Value::Array(_) => &["null", "{}", "[]", "[null]"],
        Value::Text(_) => &["null", "\"\"", "0", "[]"],
        Value::Number(_) => &["null", "0", "-1", "\"\"", "18446744073709551616"],
        Value::Null | Value::Bool(_) => &["0", "{}"],
    };
    for new in others.iter().filter(|new| **new != own) {
        add(format!("{new} {pointer}"), spliced(text, node.span.clone(), new));
    }
    match &node.value {
        Value::Object(members) => {
            for member in members {
                let inner = format!("{pointer}/{}", member.name);
                let whole = member.name_span.start..member.value.span.end;
                let twice = format!("{0},{0}", &text[whole.clone()]);
                add(format!("Twice {inner}"), spliced(text, whole, &twice));
                visit(text, &member.value, &inner, add);
            }
            let start = node.span.start + 1;
            let comma = if members.is_empty() { "" } else { "," };
            add(format!("Unknown {pointer}"), spliced(text, start..start, &format!("\"unknown\":1{comma}")));
        }
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                let inner = format!("{pointer}/{at}");
                let twice = format!("{0},{0}", &text[element.span.clone()]);
                add(format!("Twice {inner}"), spliced(text, element.span.clone(), &twice));
                visit(text, element, &inner, add);
            }
        }
        Value::Text(_) => flips(text, node, pointer, add),
        _ => {}
    }
}

/// One character changed, at several places of a longer text.
fn flips(text: &str, node: &Node, pointer: &str, add: &mut impl FnMut(String, String)) {
    const PLACES: usize = 8;
    let (start, length) = (node.span.start + 1, node.span.len() - 2);
    let mut at: Vec<usize> = (0..PLACES).map(|part| start + length * part / PLACES).collect();
    at.push((start + length).saturating_sub(1));
    at.dedup();
    for place in at.into_iter().filter(|place| *place < start + length) {
        let new = match text.as_bytes()[place] {
            b'A' => "B",
            letter if letter.is_ascii_alphanumeric() => "A",
            _ => continue,
        };
        // Never the letter of an escape.
        if text.as_bytes()[place - 1] != b'\\' {
            add(format!("Flipped at {} {pointer}", place - start), spliced(text, place..place + 1, new));
        }
    }
}

/// Other versions, and the certificate in the other place.
fn shapes(text: &str, root: &Node, add: &mut impl FnMut(String, String)) {
    let kind = root.find("mediaType").unwrap().span.clone();
    let material = root.find("verificationMaterial").unwrap();
    let member = |name: &str| material.members().iter().find(|member| member.name == name);
    for version in VERSIONS {
        let kind_text = format!("\"{version}\"");
        add(format!("Version {version}"), spliced(text, kind.clone(), &kind_text));
        let (whole, new) = match (member("certificate"), member("x509CertificateChain")) {
            (Some(one), None) => (
                one.name_span.start..one.value.span.end,
                format!("\"x509CertificateChain\":{{\"certificates\":[{}]}}", &text[one.value.span.clone()]),
            ),
            (None, Some(chain)) => {
                let certificates = chain.value.find("certificates").map_or(&[][..], Node::elements);
                let Some(first) = certificates.first() else { continue };
                let first = &text[first.span.clone()];
                (chain.name_span.start..chain.value.span.end, format!("\"certificate\":{first}"))
            }
            _ => continue,
        };
        // The part that stands further behind is changed first, so that the other one's place still holds.
        let moved = match whole.start > kind.start {
            true => spliced(&spliced(text, whole, &new), kind.clone(), &kind_text),
            false => spliced(&spliced(text, kind.clone(), &kind_text), whole, &new),
        };
        add(format!("Certificate moved, version {version}"), moved);
    }
}

/// Parts of another bundle: in place of the own ones, and beside them.
fn crossings(text: &str, other: &str, add: &mut impl FnMut(String, String)) {
    let own: serde_json::Value = serde_json::from_str(text).unwrap();
    let other: serde_json::Value = serde_json::from_str(other).unwrap();
    for pointer in [
        "/verificationMaterial",
        "/verificationMaterial/certificate",
        "/verificationMaterial/x509CertificateChain",
        "/verificationMaterial/tlogEntries",
        "/verificationMaterial/tlogEntries/0/inclusionPromise",
        "/verificationMaterial/tlogEntries/0/inclusionProof",
        "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint",
        "/verificationMaterial/tlogEntries/0/canonicalizedBody",
        "/verificationMaterial/tlogEntries/0/integratedTime",
        "/verificationMaterial/tlogEntries/0/logId",
        "/verificationMaterial/timestampVerificationData",
        "/dsseEnvelope",
        "/dsseEnvelope/payload",
        "/dsseEnvelope/signatures",
        "/messageSignature",
        "/messageSignature/signature",
    ] {
        let Some(theirs) = other.pointer(pointer).filter(|theirs| own.pointer(pointer) != Some(theirs))
        else {
            continue;
        };
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut replaced = own.clone();
        if let Some(parent) = replaced.pointer_mut(parent).and_then(serde_json::Value::as_object_mut) {
            parent.insert(name.to_owned(), theirs.clone());
            add(format!("Another's {pointer}"), replaced.to_string());
        }
        let mut beside = own.clone();
        let lists = beside.pointer_mut(pointer).and_then(serde_json::Value::as_array_mut);
        if let (Some(list), Some(theirs)) = (lists, theirs.as_array()) {
            list.extend(theirs.iter().cloned());
            add(format!("Another's beside {pointer}"), beside.to_string());
        }
    }
    let tokens = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps";
    if let Some(theirs) = other.pointer(tokens).and_then(serde_json::Value::as_array) {
        let mut beside = own;
        let data = &mut beside["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"];
        let mut list = data.as_array().cloned().unwrap_or_default();
        list.extend(theirs.iter().cloned());
        *data = list.into();
        add(format!("Another's beside {tokens}"), beside.to_string());
    }
}
