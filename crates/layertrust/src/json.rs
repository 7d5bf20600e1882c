//! Strict JSON: the only way from bytes to structure, the same for every kind of document.
//!
//! A document is parsed once into a tree that borrows from its bytes. Refused everywhere: invalid UTF-8,
//! trailing bytes, too much depth, and one key twice in one object (RFC 8259 section 4 leaves open which
//! counts). Go-based tools match keys without regard to case and the last one wins, so objects of known
//! structure are read through [`Node::structure`], which also refuses keys that are equal under Unicode
//! simple case folding, and keys that spell a known field another way.

mod apart;
mod check;
mod stream;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::code::Code;
use crate::error::{Error, Result};
pub(crate) use apart::{Apart, parse_apart};
use apart::{Aside, AsideSeed, Nobody};
pub(crate) use stream::{At, Count, Read, Reader, Structure, Texts, Value, stream};

/// A JSON value that borrows its strings from the document.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    /// A number without fraction, exponent or sign.
    Integer(u64),
    /// Any other number.
    Number(f64),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Vec<Member<'a>>),
    /// The member that was read apart.
    Apart,
}

/// A key with its value.
pub(crate) type Member<'a> = (Cow<'a, str>, Node<'a>);

/// Parses a whole document, `what` being its name in errors.
pub(crate) fn parse<'a>(bytes: &'a [u8], depth: u64, what: &str) -> Result<Node<'a>> {
    let fault = Cell::new(None);
    read(bytes, depth, what, &fault, Seed::new(depth, &fault))
}

/// What all reading has in common.
fn read<'a, S: DeserializeSeed<'a>>(
    bytes: &'a [u8],
    depth: u64,
    what: &str,
    fault: &Cell<Option<Fault>>,
    seed: S,
) -> Result<S::Value> {
    #[cfg(test)]
    crate::metrics::parsed();
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::new(Code::Malformed, what).expected("UTF-8").found(error))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| match fault.take() {
        Some(Fault::Duplicate(key)) => duplicate(what, &key),
        Some(Fault::TooDeep) => Error::new(Code::LimitExceeded, what)
            .expected(format!("values nested at most {depth} deep (limit json-depth)"))
            .found("deeper nesting"),
        Some(Fault::Refused(error)) => error,
        None => Error::new(Code::Malformed, what).expected("one JSON document").found(error),
    })
}

fn duplicate(what: &str, key: &str) -> Error {
    Error::new(Code::DuplicateKey, what).expected("each key once").found(format!("the key {key:?} twice"))
}

#[derive(Debug)]
enum Fault {
    Duplicate(String),
    TooDeep,
    /// What is read is not what it should be.
    Refused(Error),
}

impl Fault {
    /// How many levels are left one level deeper.
    fn deeper<E: serde::de::Error>(left: u64, fault: &Cell<Option<Fault>>) -> std::result::Result<u64, E> {
        left.checked_sub(1).ok_or_else(|| {
            fault.set(Some(Fault::TooDeep));
            E::custom("too deep")
        })
    }

    /// Refuses keys of one object that repeat. Their order is lost.
    fn unless_unique<E: serde::de::Error>(
        keys: &mut [Cow<'_, str>],
        fault: &Cell<Option<Fault>>,
    ) -> std::result::Result<(), E> {
        match repeated(keys) {
            Some(key) => {
                fault.set(Some(Fault::Duplicate(key)));
                Err(E::custom("duplicate key"))
            }
            None => Ok(()),
        }
    }
}

/// The top value may have a member that is read apart.
struct Seed<'s, A> {
    left: u64,
    aside: Option<Aside<'s, A>>,
    fault: &'s Cell<Option<Fault>>,
}

impl<'s> Seed<'s, Nobody> {
    fn new(left: u64, fault: &'s Cell<Option<Fault>>) -> Self {
        Seed { left, aside: None, fault }
    }
}

impl<'de, A: Apart<'de>> DeserializeSeed<'de> for Seed<'_, A> {
    type Value = Node<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Node<'de>, D::Error> {
        #[cfg(test)]
        crate::metrics::node();
        deserializer.deserialize_any(self)
    }
}

impl<'de, A: Apart<'de>> Visitor<'de> for Seed<'_, A> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Node<'de>, E> {
        Ok(Node::Integer(value))
    }

    #[allow(clippy::cast_precision_loss, reason = "the value is only ever shown or refused")]
    fn visit_i64<E>(self, value: i64) -> std::result::Result<Node<'de>, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Node<'de>, E> {
        Ok(Node::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> std::result::Result<Node<'de>, E> {
        Ok(Node::String(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Node<'de>, E> {
        Ok(Node::String(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> std::result::Result<Node<'de>, S::Error> {
        let left = Fault::deeper(self.left, self.fault)?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Seed::new(left, self.fault))? {
            items.push(item);
        }
        Ok(Node::Array(items))
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> std::result::Result<Node<'de>, M::Error> {
        let left = Fault::deeper(self.left, self.fault)?;
        let mut members: Vec<Member<'de>> = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            let value = match self.aside.as_mut().filter(|aside| key == aside.name) {
                Some(aside) => {
                    let (depth, fault) = (self.left, self.fault);
                    map.next_value_seed(AsideSeed { aside, depth, fault, before: &members })?
                }
                None => map.next_value_seed(Seed::new(left, self.fault))?,
            };
            members.push((key, value));
        }
        let mut keys: Vec<_> = members.iter().map(|(key, _)| Cow::Borrowed(key.as_ref())).collect();
        Fault::unless_unique(&mut keys, self.fault)?;
        Ok(Node::Object(members))
    }
}

struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> std::result::Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

/// The first key that is there twice, in the order of the alphabet, into which `keys` are put.
fn repeated(keys: &mut [Cow<'_, str>]) -> Option<String> {
    keys.sort_unstable();
    keys.windows(2).find_map(|pair| match pair {
        [one, two] if one == two => Some(one.to_string()),
        _ => None,
    })
}

/// The key as Go's encoding/json compares it: Unicode simple case folding.
fn folded(key: &str) -> Cow<'_, str> {
    if key.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(key);
    }
    if key.is_ascii() {
        return Cow::Owned(key.to_ascii_lowercase());
    }
    let fold = |c: char| {
        unicode_case_mapping::case_folded(c).and_then(|folded| char::from_u32(folded.get())).unwrap_or(c)
    };
    Cow::Owned(key.chars().map(fold).collect())
}

impl<'a> Node<'a> {
    /// The fields of an object whose structure a specification fixes; `known` are the names it defines.
    pub(crate) fn structure(&self, what: &str, known: &[&str]) -> Result<Fields<'_, 'a>> {
        let Node::Object(members) = self else {
            return Err(unexpected(what, "an object", self));
        };
        let mut keys: Vec<_> = members.iter().map(|(key, _)| folded(key)).collect();
        if let Some(key) = repeated(&mut keys) {
            return Err(duplicate(what, &key).expected("each key once, whatever its letter case"));
        }
        for (key, _) in members {
            let known_as = known.iter().find(|name| folded(name) == folded(key) && **name != key.as_ref());
            if let Some(name) = known_as {
                return Err(Error::new(Code::Malformed, what)
                    .expected(format!("the field {name:?} spelled so"))
                    .found(format!("{key:?}, which some readers take for it")));
            }
        }
        Ok(Fields { what: what.to_owned(), members })
    }

    /// The same of a structure that may have no members but these: one that we do not know could change what
    /// the others mean.
    pub(crate) fn closed(&self, what: &str, known: &[&str]) -> Result<Fields<'_, 'a>> {
        let fields = self.structure(what, known)?;
        match fields.members.iter().find(|(key, _)| !known.contains(&key.as_ref())) {
            None => Ok(fields),
            Some((key, _)) => Err(Error::new(Code::Malformed, what)
                .expected(format!("no members but {}", known.join(", ")))
                .found(format!("{key:?}"))),
        }
    }

    /// The members of a map: an object whose keys the author chose.
    pub(crate) fn map(&self, what: &str) -> Result<&[Member<'a>]> {
        match self {
            Node::Object(members) => Ok(members),
            other => Err(unexpected(what, "an object", other)),
        }
    }

    pub(crate) fn array(&self, what: &str) -> Result<&[Node<'a>]> {
        match self {
            Node::Array(items) => Ok(items),
            other => Err(unexpected(what, "an array", other)),
        }
    }

    pub(crate) fn string(&self, what: &str) -> Result<&str> {
        match self {
            Node::String(value) => Ok(value),
            other => Err(unexpected(what, "a string", other)),
        }
    }

    /// A member of an object, whatever else is in it; nothing for any other value.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        match self {
            Node::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Node::String(value) => Some(value),
            _ => None,
        }
    }

    /// An owned copy, keys sorted.
    pub(crate) fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(*value),
            Node::Integer(value) => Value::from(*value),
            Node::Number(value) => Value::from(*value),
            Node::String(value) => Value::from(value.as_ref()),
            Node::Array(items) => items.iter().map(Node::to_value).collect(),
            Node::Object(members) => {
                members.iter().map(|(key, value)| (key.to_string(), value.to_value())).collect()
            }
            Node::Apart => Value::Null,
        }
    }

    /// What it is, as a message says it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "a boolean",
            Node::Integer(_) => "an integer",
            Node::Number(_) => "a negative or fractional number",
            Node::String(_) => "a string",
            Node::Array(_) => "an array",
            Node::Object(_) => "an object",
            Node::Apart => "something read apart",
        }
    }
}

fn unexpected(what: &str, expected: &str, found: &Node<'_>) -> Error {
    Error::new(Code::Malformed, what).expected(expected).found(found.kind())
}

/// The fields of one structure. A field that is `null` counts as absent, as Go's reader treats it.
pub(crate) struct Fields<'n, 'a> {
    what: String,
    members: &'n [Member<'a>],
}

impl<'n, 'a> Fields<'n, 'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node<'a>> {
        self.members
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
            .filter(|value| !matches!(value, Node::Null))
    }

    pub(crate) fn require(&self, name: &str) -> Result<&'n Node<'a>> {
        self.get(name).ok_or_else(|| {
            Error::new(Code::Malformed, self.what.as_str())
                .expected(format!("the field {name:?}"))
                .found("none")
        })
    }

    fn path(&self, name: &str) -> String {
        format!("{}: {name}", self.what)
    }

    pub(crate) fn string(&self, name: &str) -> Result<Option<&'n str>> {
        self.get(name).map(|node| node.string(&self.path(name))).transpose()
    }

    pub(crate) fn require_string(&self, name: &str) -> Result<&'n str> {
        self.require(name)?.string(&self.path(name))
    }

    pub(crate) fn require_integer(&self, name: &str) -> Result<u64> {
        match self.require(name)? {
            Node::Integer(value) => Ok(*value),
            other => Err(unexpected(&self.path(name), "an integer that is not negative", other)),
        }
    }

    /// A 64-bit integer that is not negative, as a number or, as protobuf's JSON writes it, in a string.
    pub(crate) fn int64(&self, name: &str) -> Result<Option<u64>> {
        let wrong = |node: &Node<'_>| unexpected(&self.path(name), "an integer that is not negative", node);
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        self.get(name)
            .map(|node| match node {
                Node::Integer(value) => Ok(*value),
                Node::String(text) => plain(text).ok_or_else(|| wrong(node)),
                other => Err(wrong(other)),
            })
            .transpose()
    }

    pub(crate) fn array(&self, name: &str) -> Result<&'n [Node<'a>]> {
        self.get(name).map_or(Ok(&[]), |node| node.array(&self.path(name)))
    }

    pub(crate) fn require_array(&self, name: &str) -> Result<&'n [Node<'a>]> {
        self.require(name)?.array(&self.path(name))
    }

    pub(crate) fn strings(&self, name: &str) -> Result<Vec<String>> {
        let path = self.path(name);
        self.array(name)?.iter().map(|item| item.string(&path).map(str::to_owned)).collect()
    }

    /// A map from strings to strings, such as annotations.
    pub(crate) fn string_map(&self, name: &str) -> Result<std::collections::BTreeMap<String, String>> {
        let path = self.path(name);
        let Some(node) = self.get(name) else { return Ok(Default::default()) };
        node.map(&path)?
            .iter()
            .map(|(key, value)| Ok((key.to_string(), value.string(&path)?.to_owned())))
            .collect()
    }

    pub(crate) fn members(&self) -> &'n [Member<'a>] {
        self.members
    }
}

/// The members of a map whose values are text.
pub(crate) fn texts(members: &[(Cow<'_, str>, Node<'_>)]) -> std::collections::BTreeMap<String, String> {
    let text = |(key, value): &(Cow<'_, str>, Node<'_>)| Some((key.to_string(), value.as_str()?.to_owned()));
    members.iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests;
