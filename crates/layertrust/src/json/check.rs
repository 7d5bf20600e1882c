//! Values of which nothing is asked but that they are sound: read without a tree.
//!
//! They are refused for the same reasons and in the same words as [`parse`](super::parse) refuses; a test reads
//! both ways and compares.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Fault, Key};

/// What is left of a document that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sound {
    Null,
    Object,
    /// A string that holds more than white space.
    Text,
    Other,
}

/// How deep a value may go, and what all values of a document share.
#[derive(Clone, Copy)]
pub(super) struct Seed<'s, 'de> {
    pub(super) left: u64,
    /// The keys of all objects that are open, the outermost first: one list instead of one for each.
    pub(super) keys: &'s RefCell<Vec<Cow<'de, str>>>,
    pub(super) fault: &'s Cell<Option<Fault>>,
}

impl<'de> Seed<'_, 'de> {
    pub(super) fn inner<E: serde::de::Error>(self) -> std::result::Result<Self, E> {
        let left = Fault::deeper(self.left, self.fault)?;
        Ok(Seed { left, ..self })
    }

    /// Ends an object whose keys stand from `first` on.
    pub(super) fn close<E: serde::de::Error>(self, first: usize) -> std::result::Result<(), E> {
        let mut keys = self.keys.borrow_mut();
        Fault::unless_unique(keys.get_mut(first..).unwrap_or_default(), self.fault)?;
        keys.truncate(first);
        Ok(())
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
        seed.close(first)?;
        Ok(Sound::Object)
    }
}
