//! Makes the strings that an image controls harmless on a terminal, in the log of a CI service and in Markdown.
//!
//! Visible, not reversible: a backslash stays a single backslash. Whoever needs the exact bytes reads JSON.

mod markdown;

use std::borrow::Cow;

pub use markdown::{markdown, markdown_code};

/// The mark of something cut off.
const ELLIPSIS: char = '…';

/// Writes out what a terminal would obey or hide: controls (`\n`, `\u{1b}`), bidirectional marks, zero-width
/// and other format characters, and the beginnings of workflow commands (`::error::`, `##[group]`).
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    let mut pieces = Pieces::new(text);
    if pieces.all(|piece| matches!(piece, Piece::Plain(_))) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    Pieces::new(text).for_each(|piece| piece.append_to(&mut escaped));
    Cow::Owned(escaped)
}

/// Escapes, and keeps at most `width` characters; what is cut off leaves an `…`. Reads no further than that.
#[must_use]
pub fn shorten(text: &str, width: usize) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut used = 0;
    let mut fits = 0; // bytes of `kept` that leave room for the mark
    for piece in Pieces::new(text) {
        used += piece.width();
        if used > width {
            kept.truncate(fits);
            kept.extend((width > 0).then_some(ELLIPSIS));
            return Cow::Owned(kept);
        }
        piece.append_to(&mut kept);
        if used < width {
            fits = kept.len();
        }
    }
    if kept == text { Cow::Borrowed(text) } else { Cow::Owned(kept) }
}

/// Whether a character does something to its surroundings, or cannot be seen: controls, separators of lines,
/// format characters (category Cf) and what Unicode calls default-ignorable.
pub(crate) fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let code = u32::from(character);
    HIDDEN.iter().any(|(from, to)| (*from..=*to).contains(&code)) || code & 0xfffe == 0xfffe
}

/// Beyond ASCII, both ends included.
const HIDDEN: &[(u32, u32)] = &[
    (0x0080, 0x009f), // C1 controls
    (0x00ad, 0x00ad), // soft hyphen
    (0x034f, 0x034f), // combining grapheme joiner
    (0x0600, 0x0605), // Arabic number signs
    (0x061c, 0x061c), // Arabic letter mark
    (0x06dd, 0x06dd),
    (0x070f, 0x070f),
    (0x0890, 0x0891),
    (0x08e2, 0x08e2),
    (0x115f, 0x1160), // Hangul fillers
    (0x17b4, 0x17b5),
    (0x180b, 0x180f), // Mongolian selectors
    (0x200b, 0x200f), // zero-width, LRM, RLM
    (0x2028, 0x202e), // line and paragraph separator, embeddings and overrides
    (0x2060, 0x206f), // word joiner, isolates
    (0x3164, 0x3164),
    (0xfdd0, 0xfdef), // noncharacters
    (0xfe00, 0xfe0f), // variation selectors
    (0xfeff, 0xfeff), // byte order mark
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0x110bd, 0x110bd),
    (0x110cd, 0x110cd),
    (0x13430, 0x1343f),
    (0x1bca0, 0x1bca3),
    (0x1d173, 0x1d17a),
    (0xe0000, 0xe0fff), // tags and more variation selectors
];

/// What one character becomes.
enum Piece {
    Plain(char),
    Escaped(String),
}

impl Piece {
    fn width(&self) -> usize {
        match self {
            Piece::Plain(_) => 1,
            Piece::Escaped(text) => text.len(), // all ASCII
        }
    }

    fn append_to(self, out: &mut String) {
        match self {
            Piece::Plain(character) => out.push(character),
            Piece::Escaped(text) => out.push_str(&text),
        }
    }
}

struct Pieces<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    previous: Option<char>,
}

impl<'a> Pieces<'a> {
    fn new(text: &'a str) -> Self {
        Pieces { rest: text.chars().peekable(), previous: None }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let character = self.rest.next()?;
        let previous = self.previous.replace(character);
        // Runners obey `::` after white space at the start of a line, and `##[` and `##vso[` anywhere.
        let starts_command = match character {
            ':' => previous.is_none_or(char::is_whitespace) && self.rest.peek() == Some(&':'),
            '#' => self.rest.peek() == Some(&'#'),
            _ => false,
        };
        Some(match character {
            '\n' => Piece::Escaped("\\n".to_owned()),
            '\r' => Piece::Escaped("\\r".to_owned()),
            '\t' => Piece::Escaped("\\t".to_owned()),
            _ if starts_command || is_hidden(character) => {
                Piece::Escaped(character.escape_unicode().to_string())
            }
            _ => Piece::Plain(character),
        })
    }
}

#[cfg(test)]
mod tests;
