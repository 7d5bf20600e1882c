//! Who owns the configuration, whom the process runs as, and how it differs from the base's.

use layertrust::report::{ConfigChange, ConfigFact};
use serde_json::Value;

use crate::escape::shorten;
use crate::json::compact;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, WIDTH, words};

/// The most changes listed without `verbose`.
const CHANGES: usize = 20;
/// The most entries of one search path listed without `verbose`.
const ENTRIES: usize = 10;
const FIELD: usize = 30;
const ARROW: &str = " -> ";

pub(super) fn write(page: &mut Page, config: &ConfigFact, options: &TextOptions) {
    let owner = words::of(&config.owner);
    let changes = match config.changes.len() {
        0 => String::new(),
        number => format!(", {} from the base's", words::count(number, "difference")),
    };
    page.line(page::PLAIN, &format!("  configuration: {owner}{changes}"));
    let (root, user) = words::runs_as(&config.runs_as);
    let style = if root { page::UNSURE } else { page::PLAIN };
    page.wrapped("    runs as  ", page::QUIET, style, &user);
    write_list(page, &config.changes, options);
}

/// The fields that differ between two images, under a heading.
pub(super) fn write_changes(page: &mut Page, heading: &str, changes: &[ConfigChange], options: &TextOptions) {
    page.line(page::PLAIN, &format!("{heading}: {}", words::count(changes.len(), "difference")));
    write_list(page, changes, options);
}

fn write_list(page: &mut Page, changes: &[ConfigChange], options: &TextOptions) {
    let shown = if options.verbose { changes.len() } else { CHANGES };
    for change in changes.iter().take(shown) {
        if change.added.is_empty() && change.removed.is_empty() {
            page.line(page::PLAIN, &line(change));
        } else {
            write_search_path(page, change, options);
        }
    }
    let skipped = changes.len().saturating_sub(shown);
    if skipped > 0 {
        page.line(page::QUIET, &format!("    … and {skipped} more (-v lists them)"));
    }
}

/// The entries that came and went; the whole values only for who asks, as they are long and alike.
fn write_search_path(page: &mut Page, change: &ConfigChange, options: &TextOptions) {
    if options.verbose {
        page.line(page::PLAIN, &line(change));
    } else {
        page.line(page::PLAIN, &format!("    {}", shorten(&change.field, FIELD)));
    }
    let added = change.added.iter().map(|entry| ('+', entry));
    let entries: Vec<_> = added.chain(change.removed.iter().map(|entry| ('-', entry))).collect();
    let shown = if options.verbose { entries.len() } else { ENTRIES };
    for (mark, entry) in entries.iter().take(shown) {
        page.line(page::PLAIN, &format!("      {mark} {}", words::entry(entry, WIDTH - 8)));
    }
    let skipped = entries.len().saturating_sub(shown);
    if skipped > 0 {
        page.line(page::QUIET, &format!("      … and {skipped} more (-v lists them)"));
    }
}

/// `User  "65532" -> "0"`; the two values share the rest of the line.
fn line(change: &ConfigChange) -> String {
    let field = shorten(&change.field, FIELD);
    let room = WIDTH - 4 - FIELD - 2 - ARROW.len();
    let [base, image] = [&change.base, &change.image].map(text);
    let [base_length, image_length] = [base.chars().count(), image.chars().count()];
    let base_room = (room / 2).max(room.saturating_sub(image_length)).min(base_length);
    let base = cut(&base, base_room);
    let image = cut(&image, room.saturating_sub(base_room));
    format!("    {field:<FIELD$}  {base}{ARROW}{image}")
}

/// The value as escaped JSON, long enough for any line.
fn text(value: &Option<Value>) -> String {
    match value {
        Some(value) => shorten(&compact(value), WIDTH).into_owned(),
        None => "(none)".to_owned(),
    }
}

/// Cuts what is escaped already.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}
