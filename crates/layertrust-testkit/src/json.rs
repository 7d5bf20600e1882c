//! JSON with the order of its fields kept, and with room for the mistakes that a case needs.
//!
//! Real tools write their fields in a fixed order and signatures cover those bytes, so a map that sorts its
//! keys is no use here. An object is a list of members: a name may stand in it twice.

use std::fmt;

/// A JSON value that is written exactly as it was built.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A string; escaped as Go and serde escape it, without HTML escapes.
    Text(String),
    /// Text that is written as it stands, for numbers and forms that no value above can express.
    Raw(String),
    /// `[…]`
    Array(Vec<Json>),
    /// `{…}` in the order given, repeated names included.
    Object(Vec<(String, Json)>),
}

/// An ordered JSON object: `object! { "name": value, … }`.
#[macro_export]
macro_rules! object {
    ($($name:literal : $value:expr),* $(,)?) => {
        $crate::json::Json::Object(vec![$(($name.to_owned(), $crate::json::Json::from($value))),*])
    };
}

impl Json {
    /// The compact text, without a final newline, as most tools write it.
    pub fn bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// The indented text that `json.MarshalIndent` gives (two spaces: BuildKit; three: go-containerregistry).
    pub fn pretty(&self, indent: usize) -> String {
        self.indented(&" ".repeat(indent))
    }

    /// The same with another unit of indentation (a tab: the table of an eStargz layer).
    pub fn indented(&self, unit: &str) -> String {
        let mut text = String::new();
        self.write_pretty(&mut text, unit, 0);
        text
    }

    /// The first member of that name. Panics if there is none.
    pub fn get(&self, name: &str) -> &Json {
        self.find(name).unwrap_or_else(|| panic!("no member {name:?} in {self}"))
    }

    /// The first member of that name, if there is one.
    pub fn find(&self, name: &str) -> Option<&Json> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The first member of that name, to be changed. Panics if there is none.
    pub fn get_mut(&mut self, name: &str) -> &mut Json {
        match self.members_mut().iter_mut().find(|(key, _)| key == name) {
            Some((_, value)) => value,
            None => panic!("no member {name:?}"),
        }
    }

    /// The element of an array, to be changed.
    pub fn at_mut(&mut self, index: usize) -> &mut Json {
        &mut self.elements_mut()[index]
    }

    /// Replaces the first member of that name in its place, or adds it at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        let value = value.into();
        match self.members_mut().iter_mut().find(|(key, _)| key == name) {
            Some(member) => member.1 = value,
            None => self.members_mut().push((name.to_owned(), value)),
        }
    }

    /// Adds a member at the end, whether or not one of that name exists.
    pub fn add(&mut self, name: &str, value: impl Into<Json>) {
        self.members_mut().push((name.to_owned(), value.into()));
    }

    /// Adds a member before all others.
    pub fn add_first(&mut self, name: &str, value: impl Into<Json>) {
        self.members_mut().insert(0, (name.to_owned(), value.into()));
    }

    /// Removes every member of that name.
    pub fn remove(&mut self, name: &str) {
        self.members_mut().retain(|(key, _)| key != name);
    }

    /// Adds an element to an array.
    pub fn push(&mut self, value: impl Into<Json>) {
        self.elements_mut().push(value.into());
    }

    /// The elements of an array. Panics on anything else.
    pub fn elements(&self) -> &[Json] {
        match self {
            Json::Array(elements) => elements,
            other => panic!("not an array: {other}"),
        }
    }

    /// The elements of an array, to be changed. Panics on anything else.
    pub fn elements_mut(&mut self) -> &mut Vec<Json> {
        match self {
            Json::Array(elements) => elements,
            other => panic!("not an array: {other}"),
        }
    }

    /// The text of a string. Panics on anything else.
    pub fn text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            other => panic!("not a string: {other}"),
        }
    }

    fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            other => panic!("not an object: {other}"),
        }
    }

    fn members_mut(&mut self) -> &mut Vec<(String, Json)> {
        match self {
            Json::Object(members) => members,
            other => panic!("not an object: {other}"),
        }
    }

    fn write_pretty(&self, text: &mut String, unit: &str, depth: usize) {
        let (open, close, rows): (_, _, Vec<(Option<&str>, &Json)>) = match self {
            Json::Array(elements) if !elements.is_empty() => {
                ('[', ']', elements.iter().map(|value| (None, value)).collect())
            }
            Json::Object(members) if !members.is_empty() => {
                ('{', '}', members.iter().map(|(key, value)| (Some(key.as_str()), value)).collect())
            }
            other => return text.push_str(&other.to_string()),
        };
        let new_line = |text: &mut String, depth: usize| {
            text.push('\n');
            text.push_str(&unit.repeat(depth));
        };
        text.push(open);
        for (position, (key, value)) in rows.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            new_line(text, depth + 1);
            if let Some(key) = key {
                text.push_str(&format!("{}: ", Quoted(key)));
            }
            value.write_pretty(text, unit, depth + 1);
        }
        new_line(text, depth);
        text.push(close);
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => out.write_str("null"),
            Json::Bool(value) => write!(out, "{value}"),
            Json::Number(value) => write!(out, "{value}"),
            Json::Text(text) => write!(out, "{}", Quoted(text)),
            Json::Raw(text) => out.write_str(text),
            Json::Array(elements) => {
                out.write_str("[")?;
                for (position, element) in elements.iter().enumerate() {
                    write!(out, "{}{element}", if position > 0 { "," } else { "" })?;
                }
                out.write_str("]")
            }
            Json::Object(members) => {
                out.write_str("{")?;
                for (position, (key, value)) in members.iter().enumerate() {
                    write!(out, "{}{}:{value}", if position > 0 { "," } else { "" }, Quoted(key))?;
                }
                out.write_str("}")
            }
        }
    }
}

/// A string in JSON quotes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' => out.write_str("\\\"")?,
                '\\' => out.write_str("\\\\")?,
                '\n' => out.write_str("\\n")?,
                '\r' => out.write_str("\\r")?,
                '\t' => out.write_str("\\t")?,
                control if u32::from(control) < 0x20 => write!(out, "\\u{:04x}", u32::from(control))?,
                other => write!(out, "{other}")?,
            }
        }
        out.write_str("\"")
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Json::Text(text.clone())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::Text(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Json::Number(value)
    }
}

impl From<i32> for Json {
    fn from(value: i32) -> Self {
        Json::Number(value.into())
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Json::Number(i64::try_from(value).expect("small number"))
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(elements: Vec<T>) -> Self {
        Json::Array(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Json>, const N: usize> From<[T; N]> for Json {
    fn from(elements: [T; N]) -> Self {
        Json::Array(elements.into_iter().map(Into::into).collect())
    }
}

impl From<&[(String, String)]> for Json {
    fn from(members: &[(String, String)]) -> Self {
        Json::Object(members.iter().map(|(key, value)| (key.clone(), value.into())).collect())
    }
}
