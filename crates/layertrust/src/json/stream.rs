//! Large documents of which little is wanted: read in one pass, without a tree.
//!
//! A [`Structure`] says of each member what to do with its value, a [`Reader`] does so with each item of a list.
//! What nobody wants is checked on the way, so that everything is refused that [`parse`](super::parse) refuses.
//! A member that is `null` counts as absent, as in [`Fields`](super::Fields).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::check::{Seed, Sound};
use super::{Fault, Key, read};
use crate::code::Code;
use crate::error::{Error, Result};

/// Reads one value: a whole document, or each item of a list.
pub(crate) trait Reader<'de> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error>;
}

/// Takes the members of an object, in the order in which they stand.
pub(crate) trait Structure<'de> {
    /// There is an object, if without members.
    fn begin(&mut self) {}

    fn member<D: Deserializer<'de>>(&mut self, key: &str, value: Value<'_, 'de, D>)
    -> Result<Read, D::Error>;
}

/// Proof that a value was read to its end: only the methods of [`Value`] make one.
#[derive(Debug)]
pub(crate) struct Read(());

/// Reads a document. What its readers refuse has this code.
pub(crate) fn stream<'a>(
    bytes: &'a [u8],
    depth: u64,
    what: &str,
    code: Code,
    reader: &mut impl Reader<'a>,
) -> Result<()> {
    let (fault, keys) = (Cell::new(None), RefCell::new(Vec::new()));
    let path = Path::Root(what);
    let at = At { seed: Seed { left: depth, keys: &keys, fault: &fault }, path: &path, code };
    read(bytes, depth, what, &fault, ItemSeed { reader, at }).map(|Read(())| ())
}

/// A value that was not read yet.
pub(crate) struct Value<'s, 'de, D> {
    deserializer: D,
    at: At<'s, 'de>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(crate) struct At<'s, 'de> {
    pub(super) seed: Seed<'s, 'de>,
    pub(super) path: &'s Path<'s>,
    pub(super) code: Code,
}

/// The way to a value, for messages.
#[derive(Clone, Copy)]
pub(super) enum Path<'s> {
    Root(&'s str),
    Member(&'s Path<'s>, &'s str),
    Item(&'s Path<'s>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root(what) => f.write_str(what),
            Path::Member(parent, key) => write!(f, "{parent}: {key}"),
            Path::Item(parent, number) => write!(f, "{parent}[{number}]"),
        }
    }
}

impl At<'_, '_> {
    /// Stops reading: what is read here is not what it should be.
    pub(crate) fn refuse<E: serde::de::Error>(self, error: Error) -> E {
        self.seed.fault.set(Some(Fault::Refused(error)));
        E::custom("refused")
    }

    /// What is wrong here, in words.
    pub(crate) fn wrong(self, expected: impl fmt::Display, found: impl fmt::Display) -> Error {
        Error::new(self.code, self.path.to_string()).expected(expected).found(found)
    }
}

impl<'s, 'de, D: Deserializer<'de>> Value<'s, 'de, D> {
    pub(super) fn new(deserializer: D, at: At<'s, 'de>) -> Self {
        Value { deserializer, at }
    }

    pub(crate) fn at(&self) -> At<'s, 'de> {
        self.at
    }

    /// Nothing is wanted of it but that it is sound.
    pub(crate) fn skip(self) -> Result<Read, D::Error> {
        self.deserializer.deserialize_any(self.at.seed).map(|_| Read(()))
    }

    /// The same, and what it was.
    pub(crate) fn check(self, sound: &mut Sound) -> Result<Read, D::Error> {
        *sound = self.deserializer.deserialize_any(self.at.seed)?;
        Ok(Read(()))
    }

    /// Its text, to be parsed later.
    pub(crate) fn raw(self, text: &mut Option<&'de str>) -> Result<Read, D::Error> {
        *text = Some(<&'de RawValue as serde::Deserialize>::deserialize(self.deserializer)?.get());
        Ok(Read(()))
    }

    pub(crate) fn text(self, text: &mut Option<Cow<'de, str>>) -> Result<Read, D::Error> {
        self.any(Wanted { text: Some(text), ..Wanted::new("a string") })
    }

    pub(crate) fn integer(self, integer: &mut Option<u64>) -> Result<Read, D::Error> {
        self.any(Wanted { integer: Some(integer), ..Wanted::new("an integer that is not negative") })
    }

    pub(crate) fn object(self, object: &mut impl Structure<'de>) -> Result<Read, D::Error> {
        let expected = "an object";
        self.any(Wanted {
            expected,
            text: None,
            integer: None,
            object: Some(object),
            list: None::<&mut Nothing>,
        })
    }

    pub(crate) fn list(self, list: &mut impl Reader<'de>) -> Result<Read, D::Error> {
        let expected = "an array";
        self.any(Wanted {
            expected,
            text: None,
            integer: None,
            object: None::<&mut Nothing>,
            list: Some(list),
        })
    }

    pub(crate) fn text_or_object(
        self,
        text: &mut Option<Cow<'de, str>>,
        object: &mut impl Structure<'de>,
    ) -> Result<Read, D::Error> {
        let expected = "an object or a string";
        let list = None::<&mut Nothing>;
        self.any(Wanted { expected, text: Some(text), integer: None, object: Some(object), list })
    }

    pub(crate) fn object_or_list(
        self,
        object: &mut impl Structure<'de>,
        list: &mut impl Reader<'de>,
    ) -> Result<Read, D::Error> {
        let expected = "an object or an array";
        self.any(Wanted { expected, text: None, integer: None, object: Some(object), list: Some(list) })
    }

    fn any<S: Structure<'de>, L: Reader<'de>>(self, wanted: Wanted<'_, 'de, S, L>) -> Result<Read, D::Error> {
        self.deserializer.deserialize_any(Here { wanted, at: self.at })
    }
}

/// The kinds of value that are wanted, and where they go.
struct Wanted<'w, 'de, S, L> {
    expected: &'static str,
    text: Option<&'w mut Option<Cow<'de, str>>>,
    integer: Option<&'w mut Option<u64>>,
    object: Option<&'w mut S>,
    list: Option<&'w mut L>,
}

impl Wanted<'_, '_, Nothing, Nothing> {
    fn new(expected: &'static str) -> Self {
        Wanted { expected, text: None, integer: None, object: None, list: None }
    }
}

/// Where no object or list is wanted.
enum Nothing {}

impl<'de> Structure<'de> for Nothing {
    fn member<D: Deserializer<'de>>(&mut self, _: &str, _: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        match *self {}
    }
}

impl<'de> Reader<'de> for Nothing {
    fn read<D: Deserializer<'de>>(&mut self, _: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        match *self {}
    }
}

struct Here<'w, 's, 'de, S, L> {
    wanted: Wanted<'w, 'de, S, L>,
    at: At<'s, 'de>,
}

impl<'de, S, L> Here<'_, '_, 'de, S, L> {
    fn unexpected<E: serde::de::Error>(&self, found: &str) -> Result<Read, E> {
        Err(self.at.refuse(self.at.wrong(self.wanted.expected, found)))
    }

    fn cow<E: serde::de::Error>(mut self, value: Cow<'de, str>) -> Result<Read, E> {
        match self.wanted.text.take() {
            Some(text) => *text = Some(value),
            None => return self.unexpected("a string"),
        }
        Ok(Read(()))
    }
}

impl<'de, S: Structure<'de>, L: Reader<'de>> Visitor<'de> for Here<'_, '_, 'de, S, L> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted.expected)
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read(()))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Read, E> {
        self.unexpected("a boolean")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Read, E> {
        match self.wanted.integer {
            Some(integer) => *integer = Some(value),
            None => return self.unexpected("an integer"),
        }
        Ok(Read(()))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Read, E> {
        self.unexpected("a negative number")
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Read, E> {
        self.unexpected("a fractional number")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, value: &'de str) -> Result<Read, E> {
        self.cow(Cow::Borrowed(value))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Read, E> {
        self.cow(Cow::Owned(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Read, A::Error> {
        let Here { wanted, at: At { seed, path, code } } = self;
        let Some(reader) = wanted.list else {
            return Err(self.at.refuse(self.at.wrong(wanted.expected, "an array")));
        };
        let seed = seed.inner()?;
        let mut number = 0;
        loop {
            let path = Path::Item(path, number);
            let at = At { seed, path: &path, code };
            if seq.next_element_seed(ItemSeed { reader: &mut *reader, at })?.is_none() {
                return Ok(Read(()));
            }
            number += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let Here { wanted, at: At { seed, path, code } } = self;
        let Some(structure) = wanted.object else {
            return Err(self.at.refuse(self.at.wrong(wanted.expected, "an object")));
        };
        let seed = seed.inner()?;
        structure.begin();
        let first = seed.keys.borrow().len();
        while let Some(key) = map.next_key_seed(Key)? {
            let path = Path::Member(path, &key);
            let at = At { seed, path: &path, code };
            map.next_value_seed(MemberSeed { structure: &mut *structure, key: &key, at })?;
            seed.keys.borrow_mut().push(key);
        }
        seed.close(first)?;
        Ok(Read(()))
    }
}

struct ItemSeed<'w, 's, 'de, R> {
    reader: &'w mut R,
    at: At<'s, 'de>,
}

impl<'de, R: Reader<'de>> DeserializeSeed<'de> for ItemSeed<'_, '_, 'de, R> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        self.reader.read(Value { deserializer, at: self.at })
    }
}

struct MemberSeed<'w, 's, 'de, S> {
    structure: &'w mut S,
    key: &'w str,
    at: At<'s, 'de>,
}

impl<'de, S: Structure<'de>> DeserializeSeed<'de> for MemberSeed<'_, '_, 'de, S> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        self.structure.member(self.key, Value { deserializer, at: self.at })
    }
}

/// A list of strings, each for a function that may refuse it.
pub(crate) struct Texts<F>(pub(crate) F);

impl<'de, F: FnMut(Cow<'de, str>) -> Result<()>> Reader<'de> for Texts<F> {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (at, mut text) = (value.at(), None);
        let read = value.text(&mut text)?;
        let text = text.ok_or_else(|| at.refuse(at.wrong("a string", "null")))?;
        (self.0)(text).map_err(|error| at.refuse(error))?;
        Ok(read)
    }
}

/// The objects of a list are counted and not read.
#[derive(Debug, Default)]
pub(crate) struct Count(pub(crate) u64);

impl<'de> Reader<'de> for Count {
    fn read<D: Deserializer<'de>>(&mut self, value: Value<'_, 'de, D>) -> Result<Read, D::Error> {
        let (at, mut sound) = (value.at(), Sound::Null);
        let read = value.check(&mut sound)?;
        if sound != Sound::Object {
            return Err(at.refuse(at.wrong("an object", "something else")));
        }
        self.0 += 1;
        Ok(read)
    }
}
