//! Two images side by side: the table that a team shows when asked what a migration brought.

use layertrust::report::{
    ChangeSeverity, Comparison, FileCount, OwnedPackage, PlatformComparison, Side, VersionChange,
};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, config, words};

/// The most entries of one list without `verbose`.
const LISTED: usize = 12;

/// The comparison as text, with a newline at the end.
#[must_use]
pub fn render_comparison(comparison: &Comparison, options: &TextOptions) -> String {
    let mut page = Page::new(options.color);
    let name = |reference: &str| shorten(reference, 500).into_owned();
    page.wrapped("from  ", page::HEADING, page::PLAIN, &name(&comparison.from.reference));
    page.wrapped("to    ", page::HEADING, page::PLAIN, &name(&comparison.to.reference));
    for (side, platforms) in [("from", &comparison.only_from), ("to", &comparison.only_to)] {
        for platform in platforms {
            page.line(page::UNSURE, &format!("only in {side}: {}", shorten(platform, 40)));
        }
    }
    for platform in &comparison.platforms {
        page.blank();
        page.line(page::HEADING, &shorten(&platform.platform, 40));
        if options.quiet {
            table(&mut page, platform);
            continue;
        }
        table(&mut page, platform);
        packages(&mut page, platform, options);
        files(&mut page, platform, options);
        config::write_changes(&mut page, "  configuration", &platform.config, options);
    }
    page.finish()
}

/// One row a question, `from` beside `to`.
fn table(page: &mut Page, platform: &PlatformComparison) {
    let (from, to) = (&platform.from, &platform.to);
    page.line(page::QUIET, &format!("  {:<22} {:>22} {:>22}", "", "from", "to"));
    for (what, of) in rows() {
        let (old, new) = (of(from), of(to));
        let style = if old == new { page::QUIET } else { page::PLAIN };
        page.line(style, &format!("  {what:<22} {old:>22} {new:>22}"));
    }
    page.line(
        page::PLAIN,
        &format!("  {} in common, lowest first", words::count(platform.common_layers, "layer")),
    );
}

type Cell = fn(&Side) -> String;

/// The questions of the table.
pub(crate) fn rows() -> [(&'static str, Cell); 12] {
    [
        ("digest", |side| words::short_digest(&side.digest)),
        ("vendor layers", vendor_layers),
        ("layers", |side| side.layers.to_string()),
        ("transferred", |side| words::size(side.blob_bytes)),
        ("files", |side| side.files.to_string()),
        ("unpacked", |side| words::size(side.file_bytes)),
        ("packages", |side| side.packages.to_string()),
        ("runs as", |side| shorten(&words::runs_as(&side.runs_as).1, 22).into_owned()),
        ("set-user-ID programs", |side| side.setuid.len().to_string()),
        ("shells", |side| side.shells.len().to_string()),
        ("package managers", |side| side.package_managers.len().to_string()),
        ("users", |side| side.users.len().to_string()),
    ]
}

/// How many layers are proved to be the vendor's.
fn vendor_layers(side: &Side) -> String {
    let has_base = side.segments.iter().filter(|segment| words::is_base(segment.owner));
    match has_base.map(|segment| segment.layers[1] - segment.layers[0]).sum::<usize>() {
        0 => "none proved".to_owned(),
        count => format!("{count} proved"),
    }
}

fn packages(page: &mut Page, platform: &PlatformComparison, options: &TextOptions) {
    let packages = &platform.packages;
    let counts = format!(
        "{} added, {} removed, {} in another version, {} the same",
        packages.added.len(),
        packages.removed.len(),
        packages.changed.len(),
        packages.same
    );
    page.paragraph("  packages: ", &counts);
    list(page, &packages.added, options, |one| format!("+ {}", owned(one)));
    list(page, &packages.removed, options, |one| format!("- {}", words::package(&one.purl)));
    list(page, &packages.changed, options, changed);
}

fn owned(package: &OwnedPackage) -> String {
    format!("{} (layer {}, {})", words::package(&package.purl), package.layer, words::of(&package.owner))
}

fn changed(change: &VersionChange) -> String {
    format!("~ {} -> {}", words::package(&change.from.purl), owned(&change.to))
}

fn files(page: &mut Page, platform: &PlatformComparison, options: &TextOptions) {
    let files = &platform.files;
    let high = files.changed.iter().filter(|change| change.severity == ChangeSeverity::High).count();
    let counts = format!(
        "{}; {}; {} changed, {high} of them high; {} the same",
        count("added", &files.added),
        count("removed", &files.removed),
        files.changed.len(),
        files.same
    );
    page.paragraph("  files: ", &counts);
    for (sign, count) in [("+", &files.added), ("-", &files.removed)] {
        let (folders, others) = words::largest(&count.folders, 5);
        for (path, size) in folders {
            page.line(page::PLAIN, &format!("    {sign} {path} {size}"));
        }
        if others > 0 {
            page.line(page::QUIET, &format!("    {sign} … and {}", words::count(others, "smaller folder")));
        }
    }
    let mut by_weight: Vec<_> = files.changed.iter().collect();
    by_weight.sort_by_key(|change| change.severity);
    list(page, &by_weight, options, |change| {
        let owner = words::of(&change.owner);
        format!("~ {} {} (layer {}, {owner})", change.kind.name(), shorten(&change.path, 200), change.layer)
    });
    for (what, of) in programs() {
        let (old, new) = (of(&platform.from), of(&platform.to));
        for (sign, mine, theirs) in [("+", new, old), ("-", old, new)] {
            let only: Vec<&String> = mine.iter().filter(|path| !theirs.contains(path)).collect();
            list(page, &only, options, |path| format!("{sign} {what} {}", shorten(path, 200)));
        }
    }
}

type Paths = fn(&Side) -> &[String];

/// Lists of paths that are worth naming one by one.
pub(crate) fn programs() -> [(&'static str, Paths); 4] {
    [
        ("set-user-ID", |side| &side.setuid),
        ("shell", |side| &side.shells),
        ("package manager", |side| &side.package_managers),
        ("user", |side| &side.users),
    ]
}

fn count(what: &str, count: &FileCount) -> String {
    format!("{} {what} ({})", count.files, words::size(count.bytes))
}

fn list<T>(page: &mut Page, entries: &[T], options: &TextOptions, text: impl Fn(&T) -> String) {
    let most = if options.verbose { usize::MAX } else { LISTED };
    for entry in entries.iter().take(most) {
        page.paragraph("    ", &text(entry));
    }
    let skipped = entries.len().saturating_sub(most);
    if skipped > 0 {
        page.line(page::QUIET, &format!("    … and {skipped} more (-v shows all)"));
    }
}

#[cfg(test)]
mod tests;
