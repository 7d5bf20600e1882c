//! Package URLs as others write them, taken apart and put into canonical form (package-url/purl-spec, ECMA-427).

use std::collections::BTreeMap;
use std::fmt;

use super::encode;
use super::types::{self, Casing};

/// The longest that is taken apart. The specification has no bound; real ones have some hundred bytes.
const LONGEST: usize = 4096;

/// A package URL in the form in which two are compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Purl {
    /// The type: `deb`, `npm`.
    pub(crate) kind: String,
    /// Segments, joined by slashes.
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) qualifiers: BTreeMap<String, String>,
    pub(crate) subpath: Option<String>,
}

/// Why a text is no package URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPurl {
    TooLong,
    /// It does not begin with `pkg:`.
    Scheme,
    Type,
    Name,
    /// A percent sign without two digits, or bytes that are no UTF-8.
    Encoding,
    /// An encoded slash in a part that slashes divide.
    Slash,
    Qualifier,
    /// Its type wants a namespace.
    NamespaceMissing,
    /// Its type has none.
    NamespaceProhibited,
    /// Its type has rules for names, versions or qualifiers, which it does not keep.
    TypeRule,
}

impl Purl {
    /// In the order in which the specification takes it apart.
    pub(crate) fn parse(text: &str) -> Result<Self, NoPurl> {
        if text.len() > LONGEST {
            return Err(NoPurl::TooLong);
        }
        let (rest, subpath) = split(text, '#');
        let (rest, qualifiers) = split(rest, '?');
        let (scheme, rest) = rest.split_once(':').ok_or(NoPurl::Scheme)?;
        if !scheme.eq_ignore_ascii_case("pkg") {
            return Err(NoPurl::Scheme);
        }
        let (kind, rest) = rest.trim_matches('/').split_once('/').ok_or(NoPurl::Type)?;
        let (path, version) = match rest.rfind('@') {
            // An npm scope whose sign was not encoded, and no version.
            Some(at) if is_scope(rest, at) => (rest, None),
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
            None => (rest, None),
        };
        let (namespace, name) = match path.rsplit_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, path),
        };
        Purl {
            kind: kind.to_ascii_lowercase(),
            namespace: namespace.map(|text| segments(text, |_| true)).transpose()?,
            name: decode(name)?,
            version: version.map(decode).transpose()?,
            qualifiers: qualifiers.map(pairs).transpose()?.unwrap_or_default(),
            subpath: subpath.map(|text| segments(text, |part| !matches!(part, "." | ".."))).transpose()?,
        }
        .checked()
    }

    /// By the rules that all types share, and then those of its own.
    pub(super) fn checked(mut self) -> Result<Self, NoPurl> {
        let is_type = self.kind.starts_with(|c: char| c.is_ascii_lowercase())
            && self
                .kind
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
        if !is_type {
            return Err(NoPurl::Type);
        }
        for optional in [&mut self.namespace, &mut self.version, &mut self.subpath] {
            optional.take_if(|text| text.is_empty());
        }
        if self.name.is_empty() {
            return Err(NoPurl::Name);
        }
        if !self.qualifiers.keys().all(|key| is_key(key)) {
            return Err(NoPurl::Qualifier);
        }
        let rules = types::of(&self.kind);
        rules.namespace.check(self.namespace.is_some())?;
        if let Some(namespace) = &mut self.namespace {
            rules.namespace_casing.apply(namespace);
        }
        rules.name_casing.apply(&mut self.name);
        types::adjust(&mut self)?;
        Ok(self)
    }
}

impl fmt::Display for Purl {
    /// The canonical form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("pkg:{}/", self.kind);
        for segment in self.namespace.iter().flat_map(|namespace| namespace.split('/')) {
            encode(&mut text, segment);
            text.push('/');
        }
        encode(&mut text, &self.name);
        if let Some(version) = &self.version {
            text.push('@');
            encode(&mut text, version);
        }
        let mut separator = '?';
        for (key, value) in &self.qualifiers {
            text.push(separator);
            text.push_str(key);
            text.push('=');
            encode(&mut text, value);
            separator = '&';
        }
        let mut separator = '#';
        for segment in self.subpath.iter().flat_map(|subpath| subpath.split('/')) {
            text.push(separator);
            encode(&mut text, segment);
            separator = '/';
        }
        f.write_str(&text)
    }
}

impl Casing {
    pub(super) fn apply(self, text: &mut String) {
        match self {
            Casing::Kept => {}
            Casing::Lower => *text = text.to_lowercase(),
        }
    }
}

/// What stands before the last `separator`, and what behind it.
fn split(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.rsplit_once(separator) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

fn is_scope(rest: &str, at: usize) -> bool {
    let before = rest.get(..at).unwrap_or_default();
    let behind = rest.get(at..).unwrap_or_default();
    (before.is_empty() || before.ends_with('/')) && behind.trim_end_matches('/').contains('/')
}

/// Decoded segments, joined again; empty ones are dropped.
fn segments(text: &str, is_wanted: impl Fn(&str) -> bool) -> Result<String, NoPurl> {
    let mut joined = String::new();
    for segment in text.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(segment)?;
        if segment.contains('/') {
            return Err(NoPurl::Slash);
        }
        if !is_wanted(&segment) {
            continue;
        }
        if !joined.is_empty() {
            joined.push('/');
        }
        joined.push_str(&segment);
    }
    Ok(joined)
}

/// Qualifiers by their keys; those without value are none.
fn pairs(text: &str) -> Result<BTreeMap<String, String>, NoPurl> {
    let mut pairs = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (key.to_ascii_lowercase(), decode(value)?);
        if !is_key(&key) || (!value.is_empty() && pairs.insert(key, value).is_some()) {
            return Err(NoPurl::Qualifier);
        }
    }
    Ok(pairs)
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte))
}

/// Without percent-encoding.
fn decode(text: &str) -> Result<String, NoPurl> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let value = digit().zip(digit()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        bytes.push(value.ok_or(NoPurl::Encoding)?);
    }
    String::from_utf8(bytes).map_err(|_| NoPurl::Encoding)
}
