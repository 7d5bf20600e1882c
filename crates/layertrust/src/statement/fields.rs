//! The members of a predicate, by name. What is there and of another kind than its specification says is
//! `predicate-invalid`; what nobody asks for is passed over, as specifications of predicates want it.

use jiff::Timestamp;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::Node;

/// An object within a predicate, and where it stands in it. A member that is `null` counts as absent.
#[derive(Debug, Clone)]
pub(crate) struct Part<'n, 'a> {
    node: &'n Node<'a>,
    place: String,
}

impl<'n, 'a> Part<'n, 'a> {
    /// `place` is how messages name it.
    pub(crate) fn of(node: &'n Node<'a>, place: impl Into<String>) -> Result<Self> {
        let place = place.into();
        match node {
            Node::Object(_) => Ok(Part { node, place }),
            other => Err(Error::new(Code::PredicateInvalid, place).expected("an object").found(other.kind())),
        }
    }

    /// A member of any kind.
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node<'a>> {
        self.node.get(name).filter(|node| !matches!(node, Node::Null))
    }

    /// An error about a member of this object.
    pub(crate) fn invalid(&self, name: &str, expected: &str) -> Error {
        let found = self.get(name).map_or("none", Node::kind);
        Error::new(Code::PredicateInvalid, self.path(name)).expected(expected).found(found)
    }

    /// How messages name a member.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}: {name}", self.place)
    }

    /// A text; an empty one says as little as none.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'n str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Node::String(text)) => Ok(Some(text.as_ref()).filter(|text| !text.trim().is_empty())),
            Some(_) => Err(self.invalid(name, "text")),
        }
    }

    /// The same, owned.
    pub(crate) fn owned(&self, name: &str) -> Result<Option<String>> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    pub(crate) fn require_text(&self, name: &str) -> Result<&'n str> {
        self.text(name)?.ok_or_else(|| self.invalid(name, "text that is not empty"))
    }

    /// A number that is not negative and has no fraction.
    pub(crate) fn count(&self, name: &str) -> Result<Option<u64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Node::Integer(count)) => Ok(Some(*count)),
            Some(_) => Err(self.invalid(name, "a whole number that is not negative")),
        }
    }

    pub(crate) fn require_count(&self, name: &str) -> Result<u64> {
        self.count(name)?.ok_or_else(|| self.invalid(name, "a whole number"))
    }

    /// A point in time, RFC 3339.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>> {
        let parse = |text: &str| {
            text.parse().map_err(|_| self.invalid(name, "an RFC 3339 time").found(format!("{text:?}")))
        };
        self.text(name)?.map(parse).transpose()
    }

    pub(crate) fn require_time(&self, name: &str) -> Result<Timestamp> {
        self.time(name)?.ok_or_else(|| self.invalid(name, "an RFC 3339 time"))
    }

    /// An object.
    pub(crate) fn part(&self, name: &str) -> Result<Option<Self>> {
        self.get(name).map(|node| Part::of(node, self.path(name))).transpose()
    }

    pub(crate) fn require_part(&self, name: &str) -> Result<Self> {
        self.part(name)?.ok_or_else(|| self.invalid(name, "an object"))
    }

    /// An array; none is an empty one.
    pub(crate) fn list(&self, name: &str) -> Result<&'n [Node<'a>]> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Node::Array(items)) => Ok(items),
            Some(_) => Err(self.invalid(name, "an array")),
        }
    }

    pub(crate) fn require_list(&self, name: &str) -> Result<&'n [Node<'a>]> {
        match self.get(name) {
            Some(Node::Array(items)) => Ok(items),
            _ => Err(self.invalid(name, "an array")),
        }
    }

    /// An array of objects.
    pub(crate) fn parts(&self, name: &str) -> Result<Vec<Self>> {
        parts(self.list(name)?, &self.path(name))
    }

    /// An array of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>> {
        let text = |node: &Node<'_>| {
            node.as_str()
                .map(str::to_owned)
                .ok_or_else(|| self.invalid(name, "texts").found(format!("{} among them", node.kind())))
        };
        self.list(name)?.iter().map(text).collect()
    }
}

/// The items of a value that must be an array.
pub(crate) fn array<'n, 'a>(node: &'n Node<'a>, place: &str) -> Result<&'n [Node<'a>]> {
    match node {
        Node::Array(items) => Ok(items),
        other => Err(Error::new(Code::PredicateInvalid, place).expected("an array").found(other.kind())),
    }
}

/// The objects of an array.
pub(crate) fn parts<'n, 'a>(items: &'n [Node<'a>], place: &str) -> Result<Vec<Part<'n, 'a>>> {
    items.iter().enumerate().map(|(number, item)| Part::of(item, format!("{place}[{number}]"))).collect()
}
