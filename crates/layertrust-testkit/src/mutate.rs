//! Every small change of a JSON document, one at a time.
//!
//! The text is changed in place, so that all other bytes stay as they were: a verifier that accepts a changed
//! document has not checked that field.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json_text::{Member, Node, Value, parse};

/// What was done to the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The value is another of the same type and, if a string, of the same length (an empty one gets a
    /// letter, `null` becomes `0`).
    Value,
    /// The member or element is gone.
    Removed,
    /// The member has another name.
    Renamed,
}

/// A changed copy of a document.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// Where: an RFC 6901 pointer; of a payload inside an envelope, the two pointers joined by `#`.
    pub pointer: String,
    /// What was done there.
    pub change: Change,
    /// The changed document.
    pub bytes: Vec<u8>,
}

/// One changed copy for every leaf, and for every member and element removed and every member renamed.
/// Panics if the bytes are not JSON.
pub fn mutations(document: &[u8]) -> Vec<Mutation> {
    let root = parse(document).expect("a JSON document");
    let mut found = Vec::new();
    visit(document, &root, "", &mut found);
    found
}

/// The same for the statement inside a DSSE envelope or a bundle: decoded, changed, encoded again.
pub fn payload_mutations(document: &[u8]) -> Vec<Mutation> {
    let payload = payload_of(document).expect("an envelope with a payload");
    mutations(&payload.statement)
        .into_iter()
        .map(|inner| Mutation {
            pointer: format!("{}#{}", payload.pointer, inner.pointer),
            change: inner.change,
            bytes: payload.replaced(document, &inner.bytes),
        })
        .collect()
}

/// Whether these bytes are a DSSE envelope or a bundle around one.
pub fn has_payload(document: &[u8]) -> bool {
    payload_of(document).is_some()
}

/// The document with one more space in it: other bytes and another digest, the same meaning. Whoever accepts it
/// relies on nothing that was signed about these bytes. Panics if the document is no JSON object.
pub fn respaced(document: &[u8]) -> Vec<u8> {
    let root = parse(document).expect("a JSON document");
    assert!(matches!(root.value, Value::Object(_)), "a JSON object");
    spliced(document, root.span.start + 1..root.span.start + 1, " ")
}

/// The same for the statement inside a DSSE envelope or a bundle.
pub fn respaced_payload(document: &[u8]) -> Vec<u8> {
    let payload = payload_of(document).expect("an envelope with a payload");
    payload.replaced(document, &respaced(&payload.statement))
}

/// The signed statement of an envelope, and where it stands.
struct Payload {
    pointer: &'static str,
    span: Range<usize>,
    statement: Vec<u8>,
}

impl Payload {
    fn replaced(&self, document: &[u8], statement: &[u8]) -> Vec<u8> {
        spliced(document, self.span.clone(), &format!("\"{}\"", STANDARD.encode(statement)))
    }
}

fn payload_of(document: &[u8]) -> Option<Payload> {
    let root = parse(document)?;
    let (pointer, envelope) = match root.find("dsseEnvelope") {
        Some(envelope) => ("/dsseEnvelope/payload", envelope),
        None => ("/payload", &root),
    };
    let payload = envelope.find("payload")?;
    let statement = STANDARD.decode(payload.text()?).ok()?;
    Some(Payload { pointer, span: payload.span.clone(), statement })
}

fn visit(document: &[u8], node: &Node, pointer: &str, found: &mut Vec<Mutation>) {
    let mut add =
        |pointer: &str, change, bytes| found.push(Mutation { pointer: pointer.to_owned(), change, bytes });
    match &node.value {
        Value::Object(members) => {
            for (position, member) in members.iter().enumerate() {
                let inner = format!("{pointer}/{}", member.name.replace('~', "~0").replace('/', "~1"));
                let spans: Vec<Range<usize>> = members.iter().map(span_of).collect();
                let renamed = changed_text(&document[member.name_span.clone()]);
                add(&inner, Change::Removed, without(document, &spans, position));
                add(&inner, Change::Renamed, spliced(document, member.name_span.clone(), &renamed));
            }
            for member in members {
                let inner = format!("{pointer}/{}", member.name.replace('~', "~0").replace('/', "~1"));
                visit(document, &member.value, &inner, found);
            }
        }
        Value::Array(elements) => {
            let spans: Vec<Range<usize>> = elements.iter().map(|element| element.span.clone()).collect();
            for position in 0..elements.len() {
                add(&format!("{pointer}/{position}"), Change::Removed, without(document, &spans, position));
            }
            for (position, element) in elements.iter().enumerate() {
                visit(document, element, &format!("{pointer}/{position}"), found);
            }
        }
        leaf => {
            let text = match leaf {
                Value::Null => "0".to_owned(),
                Value::Bool(value) => (!value).to_string(),
                Value::Number(text) => next_number(text),
                _ => changed_text(&document[node.span.clone()]),
            };
            add(pointer, Change::Value, spliced(document, node.span.clone(), &text));
        }
    }
}

fn span_of(member: &Member) -> Range<usize> {
    member.name_span.start..member.value.span.end
}

/// The document without one of these neighbours and without the comma that parted it from the next or last.
fn without(document: &[u8], spans: &[Range<usize>], position: usize) -> Vec<u8> {
    let cut = match (spans.get(position + 1), position.checked_sub(1)) {
        (Some(next), _) => spans[position].start..next.start,
        (None, Some(previous)) => spans[previous].end..spans[position].end,
        (None, None) => spans[position].clone(),
    };
    spliced(document, cut, "")
}

fn spliced(document: &[u8], span: Range<usize>, text: &str) -> Vec<u8> {
    [&document[..span.start], text.as_bytes(), &document[span.end..]].concat()
}

fn next_number(text: &str) -> String {
    match text.parse::<i64>() {
        Ok(number) => (number.wrapping_add(1)).to_string(),
        Err(_) => format!("{text}1"),
    }
}

/// A quoted string with one character changed to another of its kind: a hexadecimal digit stays one if the
/// whole text (after `algorithm:`) is hexadecimal, so a changed digest is still a digest.
fn changed_text(quoted: &[u8]) -> String {
    let quoted = std::str::from_utf8(quoted).expect("UTF-8");
    let inner = &quoted[1..quoted.len() - 1];
    let Some(at) = middle_character(inner) else { return format!("\"x{inner}\"") };
    let tail = inner.rsplit(':').next().unwrap_or(inner);
    let is_hex = tail.len() >= 32 && tail.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let new = match inner.as_bytes()[at] {
        b'f' if is_hex => '0',
        b'9' if is_hex => 'a',
        b'z' => 'a',
        b'Z' => 'A',
        b'9' => '0',
        letter => char::from(letter + 1),
    };
    format!("\"{}{new}{}\"", &inner[..at], &inner[at + 1..])
}

/// The ASCII letter or digit that stands nearest behind the middle, or else before it; none of an escape.
/// The middle, because the last characters of Base64 may hold bits that decode to nothing.
fn middle_character(inner: &str) -> Option<usize> {
    let bytes = inner.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += if bytes.get(at + 1) == Some(&b'u') { 6 } else { 2 },
            letter => {
                plain.extend(letter.is_ascii_alphanumeric().then_some(at));
                at += 1;
            }
        }
    }
    plain.iter().find(|at| **at >= bytes.len() / 2).or(plain.last()).copied()
}

#[cfg(test)]
mod tests;
