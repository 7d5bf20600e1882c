//! Which operating system the files are of (os-release(5)).

use super::fields::lines;
use super::word::word;
use super::{Found, WantedFiles};

/// In the order in which the specification has them read: the first that is there counts alone.
const PATHS: [&[u8]; 2] = [b"etc/os-release", b"usr/lib/os-release"];

/// The longest identifier believed. It goes into every package's URL, so one of megabytes would fill memory.
const LONGEST: usize = 64;

pub(super) fn is_wanted(path: &[u8]) -> bool {
    PATHS.contains(&path)
}

/// The system by its identifier and version.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct System {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
}

impl System {
    pub(super) fn read(files: &WantedFiles, found: &mut Found) -> Self {
        let there = PATHS.into_iter().find_map(|path| Some((path, files.get(path)?)));
        let Some((path, bytes)) = there else { return System::default() };
        let mut field = |name: &[u8]| {
            // A shell sources this file, so the last one counts.
            let value = assignments(bytes).filter(|(key, _)| *key == name).last()?.1;
            let text = value.and_then(|value| identifier(&value));
            if text.is_none() {
                found.unreadable(path, "ID or VERSION_ID is no identifier");
            }
            text
        };
        let id = field(b"ID");
        // Without a name, a version says nothing.
        let version = id.as_ref().and_then(|_| field(b"VERSION_ID"));
        System { id, version }
    }

    /// The distribution, as package URLs name it.
    pub(super) fn distro(&self) -> Option<String> {
        Some(format!("{}-{}", self.id.as_ref()?, self.version.as_ref()?))
    }
}

fn identifier(value: &[u8]) -> Option<String> {
    word(value).filter(|text| text.len() <= LONGEST && !text.contains('/')).map(str::to_owned)
}

type Assignment<'b> = (&'b [u8], Option<Vec<u8>>);

/// Every assignment; without value if the quotes are broken.
fn assignments(bytes: &[u8]) -> impl Iterator<Item = Assignment<'_>> {
    lines(bytes).filter_map(|line| {
        let mut parts = line.trim_ascii().splitn(2, |byte| *byte == b'=');
        Some((parts.next()?, unquoted(parts.next()?)))
    })
}

/// A value without its quotes. Values of several quoted parts are not allowed.
fn unquoted(value: &[u8]) -> Option<Vec<u8>> {
    let (quote, inner) = match value.split_first() {
        Some((quote @ (b'"' | b'\''), rest)) => (Some(*quote), rest.strip_suffix(&[*quote])?),
        _ => (None, value),
    };
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if quote != Some(b'\'') => text.push(bytes.next()?),
            b'"' | b'\'' if quote.is_none_or(|quote| quote == byte) => return None,
            _ => text.push(byte),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests;
