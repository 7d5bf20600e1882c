//! What the layers above the base brought, and what of it deserves a look.

use layertrust::report::{AddedFact, AddedLayer, PlatformReport, SuspiciousClass, SuspiciousFact};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, words};

/// The most layers, and paths of one class, listed without `verbose`.
const LAYERS: usize = 20;
const PATHS: usize = 3;
/// The most folders of a layer.
const FOLDERS: usize = 3;

pub(super) fn write(page: &mut Page, platform: &PlatformReport, options: &TextOptions) {
    let Some(added) = &platform.added else { return };
    let base = if words::has_base(platform) { "" } else { " (no base: everything counts as added)" };
    page.paragraph(&format!("  added{base}: "), &words::added(added));
    write_layers(page, added, options);
    write_suspicious(page, &added.suspicious, options);
}

fn write_layers(page: &mut Page, added: &AddedFact, options: &TextOptions) {
    let shown = if options.verbose { added.by_layer.len() } else { LAYERS };
    for layer in added.by_layer.iter().take(shown) {
        page.paragraph(&format!("    {:<8} ", format!("layer {}", layer.layer)), &described(layer));
    }
    let skipped = added.by_layer.len().saturating_sub(shown);
    if skipped > 0 {
        page.line(page::QUIET, &format!("    … and {} more (-v shows all)", words::count(skipped, "layer")));
    }
}

/// `12 files, 3.4 MiB: app 3.3 MiB, etc 90.0 KiB and 2 more folders`
fn described(layer: &AddedLayer) -> String {
    let mut text = format!("{}, {}", words::count(layer.files, "file"), words::size(layer.bytes));
    let (largest, others) = words::largest(&layer.folders, FOLDERS);
    if !largest.is_empty() {
        let largest: Vec<_> = largest.iter().map(|(path, size)| format!("{path} {size}")).collect();
        text.push_str(&format!(": {}", largest.join(", ")));
    }
    if others > 0 {
        text.push_str(&format!(" and {}", words::count(others, "more folder")));
    }
    text
}

fn write_suspicious(page: &mut Page, suspicious: &[SuspiciousFact], options: &TextOptions) {
    if suspicious.is_empty() {
        return;
    }
    page.line(page::UNSURE, &format!("    suspicious ({})", suspicious.len()));
    for (class, name) in SuspiciousClass::ALL {
        let all: Vec<_> = suspicious.iter().filter(|fact| fact.class == *class).collect();
        let shown = if options.verbose { all.len() } else { PATHS };
        for (position, fact) in all.iter().take(shown).enumerate() {
            let name = if position == 0 { *name } else { "" };
            let prefix = format!("      {name:<15} {:<8} ", format!("layer {}", fact.layer));
            page.paragraph(&prefix, &shorten(&fact.path, 200));
        }
        let skipped = all.len().saturating_sub(shown);
        if skipped > 0 {
            page.line(page::QUIET, &format!("      {:15} … and {skipped} more (-v shows all)", ""));
        }
    }
}
