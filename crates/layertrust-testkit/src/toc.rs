//! What eStargz and zstd:chunked have in common: a table of contents in JSON that readers of parts believe
//! instead of the tar.

use serde_json::{Map, Value};

use crate::json::Json;
use crate::layer::Layer;
use crate::sigstore::time::Time;
use crate::tar::Entry;
use crate::tar::entry::Pax;

/// A layer with a table of contents.
#[derive(Clone, Debug)]
pub struct TocLayer {
    /// Blob, tar for the diff ID, media type and annotations, ready for an image.
    pub layer: Layer,
    /// The text of the table.
    pub toc: Vec<u8>,
    /// The digest that the annotation holds.
    pub toc_digest: String,
    /// Where the table begins in the blob: its gzip member, or its bytes inside the skippable frame.
    pub toc_offset: usize,
}

type OfValue<'a> = Box<dyn FnOnce(&mut Value) + 'a>;
type OfText<'a> = Box<dyn FnOnce(String) -> String + 'a>;

/// How a test changes the table: the value first, then its text.
#[derive(Default)]
pub(crate) struct Changes<'a> {
    value: Vec<OfValue<'a>>,
    text: Vec<OfText<'a>>,
}

impl<'a> Changes<'a> {
    pub(crate) fn of_value(&mut self, change: impl FnOnce(&mut Value) + 'a) {
        self.value.push(Box::new(change));
    }

    pub(crate) fn of_text(&mut self, change: impl FnOnce(String) -> String + 'a) {
        self.text.push(Box::new(change));
    }

    /// The text of the table: members in the given order, indented or not.
    pub(crate) fn text(self, mut value: Value, order: &[&str], unit: Option<&str>) -> Vec<u8> {
        for change in self.value {
            change(&mut value);
        }
        let json = ordered(&value, order);
        let mut text = unit.map_or_else(|| json.to_string(), |unit| json.indented(unit));
        // Go escapes these inside strings, and they stand nowhere else.
        for (letter, escape) in [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026")] {
            text = text.replace(letter, escape);
        }
        for change in self.text {
            text = change(text);
        }
        text.into_bytes()
    }
}

/// The value with its members in the order of Go's struct fields; others follow by name.
fn ordered(value: &Value, order: &[&str]) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::Raw(number.to_string()),
        Value::String(text) => Json::Text(text.clone()),
        Value::Array(elements) => {
            Json::Array(elements.iter().map(|element| ordered(element, order)).collect())
        }
        Value::Object(members) => {
            let rank = |name: &str| order.iter().position(|known| *known == name).unwrap_or(order.len());
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| (rank(name), *name));
            Json::Object(
                members.into_iter().map(|(name, value)| (name.clone(), ordered(value, order))).collect(),
            )
        }
    }
}

/// The members of one entry; empty ones are left out, as Go's `omitempty` does.
#[derive(Default)]
pub(crate) struct Members(Map<String, Value>);

impl Members {
    pub(crate) fn put(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        let empty = match &value {
            Value::Number(number) => number.as_u64() == Some(0),
            Value::String(text) => text.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        if !empty {
            self.0.insert(name.to_owned(), value);
        }
    }

    pub(crate) fn value(self) -> Value {
        Value::Object(self.0)
    }
}

/// The type that both tables use; none for what neither tool takes into a table.
pub(crate) fn type_of(entry: &Entry) -> Option<&'static str> {
    Some(match entry.kind {
        // Go reads a NUL type with a final slash as a directory, the digit never.
        0 if name(entry).ends_with('/') => "dir",
        0 | b'0' => "reg",
        b'1' => "hardlink",
        b'2' => "symlink",
        b'3' => "char",
        b'4' => "block",
        b'5' => "dir",
        b'6' => "fifo",
        _ => return None,
    })
}

/// The name that a reader of PAX sees; Go's JSON puts U+FFFD where it is not UTF-8.
pub(crate) fn name(entry: &Entry) -> String {
    String::from_utf8_lossy(entry.record("path").unwrap_or(&entry.name)).into_owned()
}

/// The link target that a reader of PAX sees.
pub(crate) fn link(entry: &Entry) -> String {
    String::from_utf8_lossy(entry.record("linkpath").unwrap_or(&entry.link)).into_owned()
}

/// A number that a PAX record may override.
pub(crate) fn number(entry: &Entry, key: &str, header: u64) -> u64 {
    let record = entry.record(key).and_then(|value| std::str::from_utf8(value).ok()?.parse().ok());
    record.unwrap_or(header)
}

/// The extended attributes in base64.
pub(crate) fn xattrs(entry: &Entry) -> Value {
    use base64::Engine as _;
    let encode = |value: &[u8]| base64::engine::general_purpose::STANDARD.encode(value);
    let attributes = entry.pax.iter().filter_map(|pax| match pax {
        Pax::Record(key, value) => {
            let name = key.strip_prefix(b"SCHILY.xattr.")?;
            Some((String::from_utf8_lossy(name).into_owned(), encode(value).into()))
        }
        Pax::Raw(_) => None,
    });
    Value::Object(attributes.collect())
}

/// The time as RFC 3339 without fractions; none for the first second of 1970, which eStargz leaves out.
pub(crate) fn time(entry: &Entry) -> Option<String> {
    let record = entry.record("mtime").and_then(|value| {
        let seconds = std::str::from_utf8(value).ok()?.split('.').next()?;
        seconds.parse().ok()
    });
    let seconds = record.unwrap_or(entry.mtime);
    (seconds != 0).then(|| Time(seconds).rfc3339())
}
