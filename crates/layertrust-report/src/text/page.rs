//! Lines of bounded width.

use anstyle::{AnsiColor, Style};

use crate::text::WIDTH;

/// Accepted.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Rejected, errors.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Unknown, warnings.
pub(super) const UNSURE: Style = AnsiColor::Yellow.on_default().bold();
/// Headings.
pub(super) const HEADING: Style = Style::new().bold();
/// What matters less.
pub(super) const QUIET: Style = Style::new().dimmed();
/// What to do next.
pub(super) const ADVICE: Style = AnsiColor::Cyan.on_default();
/// Everything else.
pub(super) const PLAIN: Style = Style::new();

/// A text under construction. What is given to it is escaped already.
pub(super) struct Page {
    out: String,
    color: bool,
}

impl Page {
    pub(super) fn new(color: bool) -> Self {
        Page { out: String::new(), color }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A line as it is: the caller keeps to the width.
    pub(super) fn line(&mut self, style: Style, text: &str) {
        self.paint(style, text.trim_end());
        self.out.push('\n');
    }

    /// `text` after `prefix`, broken at spaces; further lines start below the text.
    pub(super) fn paragraph(&mut self, prefix: &str, text: &str) {
        self.wrapped(prefix, PLAIN, PLAIN, text);
    }

    /// The same in colors.
    pub(super) fn wrapped(&mut self, prefix: &str, prefix_style: Style, style: Style, text: &str) {
        let indent = prefix.chars().count();
        let mut lines = wrap(text, WIDTH.saturating_sub(indent)).into_iter();
        let first = lines.next().unwrap_or_default();
        // A label before a word that is too long stands on a line of its own.
        let is_label = prefix.contains(char::is_alphanumeric);
        if first.is_empty() || (is_label && indent + first.chars().count() > WIDTH) {
            self.paint(prefix_style, prefix.trim_end());
            if !first.is_empty() {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n(' ', indent));
            }
        } else {
            self.paint(prefix_style, prefix);
        }
        self.paint(style, &first);
        self.out.push('\n');
        for line in lines {
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.paint(style, &line);
            self.out.push('\n');
        }
    }

    fn paint(&mut self, style: Style, text: &str) {
        if self.color && style != PLAIN && !text.trim().is_empty() {
            let margin = text.len() - text.trim_start().len();
            let (margin, text) = text.split_at(margin);
            self.out.push_str(&format!("{margin}{style}{text}{style:#}"));
        } else {
            self.out.push_str(text);
        }
    }
}

/// Breaks at spaces so that no line is longer than `width`, if its words allow it. What stands between two
/// backticks is one word: a command must be copied whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![];
    let mut line = String::new();
    let mut used = 0;
    for word in words(text) {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

/// Words of `text`; a span between backticks belongs to one word with what touches it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_matches(' ');
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut quoted = false;
        let end = rest
            .char_indices()
            .find(|(at, character)| {
                if *character == '`' {
                    // An opening backtick counts only if another one closes it.
                    quoted = !quoted && rest.get(at + 1..).is_some_and(|tail| tail.contains('`'));
                }
                *character == ' ' && !quoted
            })
            .map_or(rest.len(), |(at, _)| at);
        let (word, tail) = rest.split_at(end);
        rest = tail.trim_start_matches(' ');
        Some(word)
    })
}

#[cfg(test)]
mod tests;
