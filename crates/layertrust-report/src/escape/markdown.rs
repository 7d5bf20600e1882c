//! Escapes for Markdown as GitHub writes it, which is also HTML.
//!
//! A backslash or an entity keeps Markdown from its work, but not GitHub: mentions, references to issues
//! and links are looked for in the finished page. Only there `<code>` protects, so every word that could
//! become one of them stands in it; and a comment after each `@` keeps the parser from making a link to an
//! address of e-mail even there.

use crate::escape::escape;

/// Text as prose. Spans in backticks become code, and so do single words that could become a link.
#[must_use]
pub fn markdown(text: &str) -> String {
    let escaped = escape(text);
    let mut rest = escaped.trim_matches(' ');
    let mut out = String::with_capacity(rest.len() + 16);
    while let Some((before, code, after)) = quoted(rest) {
        push_words(&mut out, before);
        push_code(&mut out, code);
        rest = after;
    }
    push_words(&mut out, rest);
    out
}

/// Text as code, between `<code>` and `</code>`. Nothing where there is no text.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    push_code(&mut out, &escape(text));
    out
}

/// What stands before, in and after the first two backticks.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let (before, tail) = text.split_once('`')?;
    let (code, after) = tail.split_once('`')?;
    Some((before, code, after))
}

fn push_words(out: &mut String, text: &str) {
    for (position, word) in text.split(' ').enumerate() {
        if position > 0 {
            out.push(' ');
        }
        let tail = word.trim_start_matches(['(', '"']);
        let core = tail.trim_end_matches(['.', ',', ';', ':', ')', '"']);
        if could_be_a_link(core) {
            push_escaped(out, word.get(..word.len() - tail.len()).unwrap_or_default());
            push_code(out, core);
            push_escaped(out, tail.get(core.len()..).unwrap_or_default());
        } else {
            push_escaped(out, word);
        }
    }
}

/// Mentions, issues (`#1`, `GH-1`), addresses of web and e-mail, emoji (`:x:`), formulas (`$x$`).
fn could_be_a_link(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    word.contains(['@', '#', ':', '$', '`']) || lower.contains("www.") || lower.contains("gh-")
}

fn push_code(out: &mut String, text: &str) {
    if text.is_empty() {
        return;
    }
    out.push_str("<code>");
    push_escaped(out, text);
    out.push_str("</code>");
}

/// Every character that means something to Markdown or HTML, as an entity.
fn push_escaped(out: &mut String, text: &str) {
    let mut characters = text.chars().peekable();
    let mut previous = None;
    while let Some(character) = characters.next() {
        let special = match character {
            '&' | '<' | '>' | '"' | '\'' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '\\' | '$' | '#' => true,
            ':' => matches!(characters.peek(), Some('/' | ':')), // https://, ::error
            '.' => matches!(previous, Some('w' | 'W')),          // www.
            // At its start a line becomes a list, a heading or a rule.
            '0'..='9' => out.is_empty() && is_list_number(text),
            _ => out.is_empty() && character.is_ascii_punctuation(),
        };
        if special {
            out.push_str(&format!("&#{};", u32::from(character)));
        } else {
            out.push(character);
        }
        if character == '@' {
            out.push_str("<!-- -->");
        }
        previous = Some(character);
    }
}

/// `1.` and `1)`
fn is_list_number(text: &str) -> bool {
    text.trim_start_matches(|character: char| character.is_ascii_digit()).starts_with(['.', ')'])
}

#[cfg(test)]
mod tests;
