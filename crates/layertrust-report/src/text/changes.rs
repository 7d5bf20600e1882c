//! What upper layers did to the base, the worst first.

use layertrust::report::{ChangeFact, ChangeKind, ChangeSeverity, PlatformReport};

use crate::changes::Counts;
use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, words};

/// The most changes listed without `verbose`.
const CHANGES: usize = 12;

pub(super) fn write(page: &mut Page, platform: &PlatformReport, options: &TextOptions) {
    let Some(changes) = &platform.changes else { return };
    let counts = Counts::of(changes);
    if counts.total() == 0 {
        let none =
            if words::has_base(platform) { "nothing of the base was changed" } else { "there is no base" };
        page.line(page::PLAIN, &format!("  changes to the base: {none}"));
        return;
    }
    let hint = if counts.metadata > 0 && !options.verbose { " (-v lists them)" } else { "" };
    page.paragraph("  changes to the base: ", &format!("{}{hint}", counts.in_words()));

    let listed = || changes.iter().filter(|change| options.verbose || change.kind != ChangeKind::Metadata);
    let mut room = if options.verbose { usize::MAX } else { CHANGES };
    for severity in [ChangeSeverity::High, ChangeSeverity::Medium, ChangeSeverity::Low] {
        let group: Vec<_> = listed().filter(|change| change.severity == severity).collect();
        if group.is_empty() || room == 0 {
            continue;
        }
        let style = if severity == ChangeSeverity::High { page::UNSURE } else { page::PLAIN };
        page.line(style, &format!("    {} ({})", words::of(&severity), group.len()));
        for change in group.iter().take(room) {
            write_change(page, change);
        }
        room = room.saturating_sub(group.len());
    }
    let skipped = if options.verbose { 0 } else { listed().count().saturating_sub(CHANGES) };
    if skipped > 0 {
        page.line(page::QUIET, &format!("    … and {skipped} more (-v shows all)"));
    }
}

/// Kind and layer come first: what follows is the image's word and could look like them.
fn write_change(page: &mut Page, change: &ChangeFact) {
    let prefix = format!("      {:<9} {:<8} ", change.kind.name(), format!("layer {}", change.layer));
    let mut text = shorten(&change.path, 200).into_owned();
    if let Some(target) = &change.target {
        text.push_str(&format!(" -> {}", shorten(target, 200)));
    }
    if let Some(shadowed) = &change.shadows {
        text.push_str(&format!(" hides {}", shorten(shadowed, 200)));
    }
    if let Some(package) = &change.package {
        text.push_str(&format!(" ({})", words::package(package)));
    }
    if let Some(reason) = &change.reason {
        text.push_str(&format!(": {}", shorten(reason, 200)));
    }
    page.paragraph(&prefix, &text);
}
