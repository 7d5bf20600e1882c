//! What upper layers did to the base, and what they added.

use std::collections::BTreeMap;

use layertrust::report::{
    AddedFact, AddedLayer, ChangeFact, ChangeKind, ChangeSeverity, PlatformReport, SuspiciousClass,
    SuspiciousFact,
};

use crate::changes::Counts;
use crate::escape::markdown_code;
use crate::markdown::document::{Document, Row};
use crate::markdown::{code, prose};
use crate::words;

/// The most rows of the tables.
const CHANGES: usize = 40;
const LAYERS: usize = 20;
/// The most folders of a layer, and paths of a class.
const FOLDERS: usize = 3;
const PATHS: usize = 3;

/// Nothing of what was not looked at: that stands below "Not checked".
pub(super) fn write(document: &mut Document, platform: &PlatformReport) {
    if let Some(changes) = &platform.changes {
        write_changes(document, changes, words::has_base(platform));
    }
    if let Some(added) = &platform.added {
        write_added(document, added, words::has_base(platform));
    }
    if let Some(packages) = &platform.packages {
        document.line(&format!("**Packages:** {}.", prose(&words::packages(packages), 1_000)));
        for (whose, text) in packages.sboms.iter().map(words::sboms) {
            document.line(&format!("**{whose}:** {}.", prose(&text, 2_000)));
        }
    }
}

fn write_changes(document: &mut Document, changes: &[ChangeFact], has_base: bool) {
    let counts = Counts::of(changes);
    if counts.total() == 0 {
        let none = if has_base { "nothing of the base was changed" } else { "there is no base" };
        document.line(&format!("**Changes to the base:** {none}."));
        return;
    }
    document.line(&format!("**Changes to the base:** {}.", counts.in_words()));
    let mut listed: Vec<_> = changes.iter().filter(|change| change.kind != ChangeKind::Metadata).collect();
    if listed.is_empty() {
        return;
    }
    listed.sort_by_key(|change| change.severity);
    document.table(["severity", "kind", "layer", "path", "package", "why"], listed, change_row, CHANGES);
}

fn change_row(change: &ChangeFact) -> Row<6> {
    let severity = words::of(&change.severity);
    let mut path = code(&change.path, 200);
    if let Some(target) = &change.target {
        path.push_str(&format!(" → {}", code(target, 200)));
    }
    if let Some(shadowed) = &change.shadows {
        path.push_str(&format!(" hides {}", code(shadowed, 200)));
    }
    [
        if change.severity == ChangeSeverity::High { format!("**{severity}**") } else { severity },
        change.kind.name().to_owned(),
        change.layer.to_string(),
        path,
        change.package.as_ref().map(|package| markdown_code(&words::package(package))).unwrap_or_default(),
        change.reason.as_ref().map(|reason| prose(reason, 200)).unwrap_or_default(),
    ]
}

fn write_added(document: &mut Document, added: &AddedFact, has_base: bool) {
    let base = if has_base { "" } else { " (no base: everything counts as added)" };
    document.line(&format!("**Added{base}:** {}.", words::added(added)));
    if !added.by_layer.is_empty() {
        document.table(["layer", "files", "bytes", "largest folders"], &added.by_layer, layer_row, LAYERS);
    }
    if !added.suspicious.is_empty() {
        document.line(&format!("**Suspicious:** {}.", words::count(added.suspicious.len(), "path")));
        let mut classes = BTreeMap::<_, Vec<_>>::new();
        for fact in &added.suspicious {
            classes.entry(fact.class).or_default().push(fact);
        }
        document.table(["class", "paths"], classes, class_row, SuspiciousClass::ALL.len());
    }
}

fn layer_row(layer: &AddedLayer) -> Row<4> {
    let (largest, others) = words::largest(&layer.folders, FOLDERS);
    let mut folders: Vec<_> =
        largest.iter().map(|(path, size)| format!("{} {size}", code(path, 40))).collect();
    if others > 0 {
        folders.push(words::count(others, "more folder"));
    }
    [layer.layer.to_string(), layer.files.to_string(), words::size(layer.bytes), folders.join(", ")]
}

/// One class that is there, with its first paths.
fn class_row((class, facts): (SuspiciousClass, Vec<&SuspiciousFact>)) -> Row<2> {
    let shown = facts.iter().take(PATHS);
    let mut paths: Vec<_> =
        shown.map(|fact| format!("{} (layer {})", code(&fact.path, 200), fact.layer)).collect();
    let skipped = facts.len().saturating_sub(PATHS);
    if skipped > 0 {
        paths.push(format!("… and {skipped} more"));
    }
    [class.name().to_owned(), paths.join("<br>")]
}
