//! Documents of which nothing is asked but that they are sound: read without a tree.
//!
//! Most bytes of all evidence are SBOMs, and no rule asks what one says. They are refused for the same
//! reasons and in the same words as [`parse`](super::parse) refuses; a test reads both ways and compares.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Fault, Key, read};
use crate::error::Result;

/// What is left of a document that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sound {
    Null,
    Object,
    /// A string that holds more than white space.
    Text,
    Other,
}

/// Checks everything that [`parse`](super::parse) checks.
pub(crate) fn check(bytes: &[u8], depth: u64, what: &str) -> Result<Sound> {
    let fault = Cell::new(None);
    read(bytes, depth, what, &fault, Check { depth, fault: &fault })
}

/// Checks one value, wherever it stands.
pub(super) struct Check<'s> {
    pub(super) depth: u64,
    pub(super) fault: &'s Cell<Option<Fault>>,
}

impl<'de> DeserializeSeed<'de> for Check<'_> {
    type Value = Sound;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Sound, D::Error> {
        let keys = RefCell::new(Vec::new());
        deserializer.deserialize_any(Seed { left: self.depth, keys: &keys, fault: self.fault })
    }
}

#[derive(Clone, Copy)]
struct Seed<'s, 'de> {
    left: u64,
    /// The keys of all objects that are open, the outermost first: one list instead of one for each.
    keys: &'s RefCell<Vec<Cow<'de, str>>>,
    fault: &'s Cell<Option<Fault>>,
}

impl<'de> Seed<'_, 'de> {
    fn inner<E: serde::de::Error>(self) -> std::result::Result<Self, E> {
        let left = Fault::deeper(self.left, self.fault)?;
        Ok(Seed { left, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, 'de> {
    type Value = Sound;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Sound, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, 'de> {
    type Value = Sound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Sound, E> {
        Ok(Sound::Null)
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Sound, E> {
        Ok(Sound::Other)
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<Sound, E> {
        Ok(Sound::Other)
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Sound, E> {
        Ok(Sound::Other)
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Sound, E> {
        Ok(Sound::Other)
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Sound, E> {
        Ok(if text.trim().is_empty() { Sound::Other } else { Sound::Text })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Sound, A::Error> {
        let seed = self.inner()?;
        while seq.next_element_seed(seed)?.is_some() {}
        Ok(Sound::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Sound, A::Error> {
        let seed = self.inner()?;
        let first = self.keys.borrow().len();
        while let Some(key) = map.next_key_seed(Key)? {
            self.keys.borrow_mut().push(key);
            map.next_value_seed(seed)?;
        }
        let mut keys = self.keys.borrow_mut();
        let own = keys.get_mut(first..).unwrap_or_default();
        Fault::unless_unique(own, self.fault)?;
        keys.truncate(first);
        Ok(Sound::Object)
    }
}
