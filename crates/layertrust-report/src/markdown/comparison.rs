//! Two images side by side, as Markdown.

use layertrust::report::{Comparison, OwnedPackage, PathChange, PlatformComparison, VersionChange};

use crate::escape::{markdown, markdown_code};
use crate::markdown::code;
use crate::markdown::document::{Document, Row};
use crate::markdown::platform::config_row;
use crate::text::comparison::{programs, rows};
use crate::words;

/// The most rows of a table.
const ROWS: usize = 40;

/// The comparison as Markdown, with a newline at the end.
#[must_use]
pub fn render_comparison(comparison: &Comparison) -> String {
    let mut document = Document::new();
    let (from, to) = (code(&comparison.from.reference, 500), code(&comparison.to.reference, 500));
    document.heading(2, &format!("{from} → {to}"));
    for (side, platforms) in [("from", &comparison.only_from), ("to", &comparison.only_to)] {
        for platform in platforms {
            document.item(&format!("only in {side}: {}", code(platform, 40)));
        }
    }
    for platform in &comparison.platforms {
        document.heading(3, &code(&platform.platform, 40));
        write(&mut document, platform);
    }
    document.finish()
}

fn write(document: &mut Document, platform: &PlatformComparison) {
    let side = |(what, of): (&'static str, fn(&_) -> String)| {
        [what.to_owned(), markdown(&of(&platform.from)), markdown(&of(&platform.to))]
    };
    document.table(["", "from", "to"], rows(), side, ROWS);
    document.line(&format!("{} in common.", words::count(platform.common_layers, "lowest layer")));

    let packages = &platform.packages;
    document.line(&format!(
        "**Packages:** {} added, {} removed, {} in another version, {} the same.",
        packages.added.len(),
        packages.removed.len(),
        packages.changed.len(),
        packages.same
    ));
    if !packages.added.is_empty() {
        document.table(["added", "layer", "owner"], &packages.added, added, ROWS);
    }
    if !packages.changed.is_empty() {
        document.table(["from", "to", "owner"], &packages.changed, changed, ROWS);
    }
    if !packages.removed.is_empty() {
        document.details("Removed packages", |document| {
            document.table(["removed"], &packages.removed, |one| [package(one)], ROWS);
        });
    }

    let files = &platform.files;
    document.line(&format!(
        "**Files:** {} added ({}), {} removed ({}), {} changed, {} the same.",
        files.added.files,
        words::size(files.added.bytes),
        files.removed.files,
        words::size(files.removed.bytes),
        files.changed.len(),
        files.same
    ));
    if !files.changed.is_empty() {
        let mut by_weight: Vec<_> = files.changed.iter().collect();
        by_weight.sort_by_key(|change| change.severity);
        document.table(["severity", "kind", "path", "layer", "owner"], by_weight, path, ROWS);
    }
    for (what, of) in programs() {
        let (old, new) = (of(&platform.from), of(&platform.to));
        for (sign, mine, theirs) in [("new", new, old), ("gone", old, new)] {
            let only: Vec<&String> = mine.iter().filter(|one| !theirs.contains(one)).collect();
            for one in only.iter().take(ROWS) {
                document.item(&format!("{sign} {what} {}", code(one, 200)));
            }
            let skipped = only.len().saturating_sub(ROWS);
            if skipped > 0 {
                document.item(&format!("{sign} {what} … and {skipped} more; JSON has them all."));
            }
        }
    }

    document.line(&format!("**Configuration:** {}.", words::count(platform.config.len(), "difference")));
    if !platform.config.is_empty() {
        document.table(["field", "from", "to"], &platform.config, config_row, ROWS);
    }
}

fn package(package: &OwnedPackage) -> String {
    markdown_code(&words::package(&package.purl))
}

fn added(one: &OwnedPackage) -> Row<3> {
    [package(one), one.layer.to_string(), words::of(&one.owner)]
}

fn changed(change: &VersionChange) -> Row<3> {
    [package(&change.from), package(&change.to), words::of(&change.to.owner)]
}

fn path(change: &PathChange) -> Row<5> {
    [
        words::of(&change.severity),
        change.kind.name().to_owned(),
        code(&change.path, 200),
        change.layer.to_string(),
        words::of(&change.owner),
    ]
}

#[cfg(test)]
mod tests;
