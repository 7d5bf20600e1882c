//! Who owns the configuration, and how it differs from the base's.

use layertrust::report::{ConfigChange, ConfigFact};
use serde_json::Value;

use crate::escape::shorten;
use crate::json::compact;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, WIDTH, words};

/// The most changes listed without `verbose`.
const CHANGES: usize = 20;
const FIELD: usize = 30;
const ARROW: &str = " -> ";

pub(super) fn write(page: &mut Page, config: &ConfigFact, options: &TextOptions) {
    let owner = words::of(&config.owner);
    let changes = match config.changes.len() {
        0 => String::new(),
        number => format!(", {} from the base's", words::count(number, "difference")),
    };
    page.line(page::PLAIN, &format!("  configuration: {owner}{changes}"));
    let shown = if options.verbose { config.changes.len() } else { CHANGES };
    for change in config.changes.iter().take(shown) {
        page.line(page::PLAIN, &line(change));
    }
    let skipped = config.changes.len().saturating_sub(shown);
    if skipped > 0 {
        page.line(page::QUIET, &format!("    … and {skipped} more (-v lists them)"));
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
