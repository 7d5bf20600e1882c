//! A document with one member that is a document of its own: statements and their predicates.

use std::cell::{Cell, RefCell};

use serde::Deserializer;
use serde::de::DeserializeSeed;

use super::check;
use super::stream::{At, Path, Read, Value};
use super::{Fault, Member, Node, Seed, read};
use crate::code::Code;
use crate::error::Result;

/// Reads the member that stands apart.
pub(crate) trait Apart<'de> {
    /// `before` are the members that stand before it.
    fn read<D: Deserializer<'de>>(
        &mut self,
        before: &[Member<'de>],
        value: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error>;
}

/// Like [`parse`](super::parse), but `apart` reads the top-level member `name`, on the way. What it refuses has
/// this code; whether a fault is the document's or the member's is not said.
pub(crate) fn parse_apart<'a>(
    bytes: &'a [u8],
    depth: u64,
    what: &str,
    (name, code): (&str, Code),
    apart: &mut impl Apart<'a>,
) -> Result<Node<'a>> {
    let fault = Cell::new(None);
    let member = Some(Aside { name, code, apart });
    read(bytes, depth, what, &fault, Seed { left: depth, aside: member, fault: &fault })
}

/// The member that stands apart, and who reads it.
pub(super) struct Aside<'s, A> {
    pub(super) name: &'s str,
    code: Code,
    apart: &'s mut A,
}

/// Its value.
pub(super) struct AsideSeed<'w, 's, 'de, A> {
    pub(super) aside: &'w mut Aside<'s, A>,
    pub(super) depth: u64,
    pub(super) fault: &'w Cell<Option<Fault>>,
    pub(super) before: &'w [Member<'de>],
}

impl<'de, A: Apart<'de>> DeserializeSeed<'de> for AsideSeed<'_, '_, 'de, A> {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        let (keys, path) = (RefCell::new(Vec::new()), Path::Root(self.aside.name));
        let seed = check::Seed { left: self.depth, keys: &keys, fault: self.fault };
        let value = Value::new(deserializer, At { seed, path: &path, code: self.aside.code });
        self.aside.apart.read(self.before, value).map(|_| Node::Apart)
    }
}

/// Of values in which nothing stands apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Nobody {}

impl<'de> Apart<'de> for Nobody {
    fn read<D: Deserializer<'de>>(
        &mut self,
        _: &[Member<'de>],
        _: Value<'_, 'de, D>,
    ) -> Result<Read, D::Error> {
        match *self {}
    }
}
