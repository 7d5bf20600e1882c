//! Who owns the layers and the configuration of a platform, top first.

use layertrust::report::{ConfigChange, ConfigFact, LayerFact, PlatformReport, SegmentFact, Verdict};
use serde_json::Value;

use crate::escape::markdown;
use crate::json::compact;
use crate::markdown::document::{Document, Row};
use crate::markdown::{code, prose};
use crate::words;

/// The most rows of the tables.
const SEGMENTS: usize = 20;
const LAYERS: usize = 64;
const CHANGES: usize = 30;
/// The most entries of one search path.
const ENTRIES: usize = 10;
/// The most characters of a value.
const VALUE: usize = 120;

pub(super) fn write(document: &mut Document, platform: &PlatformReport) {
    let verdict = match platform.verdict {
        Some(Verdict::Accepted) => " accepted",
        Some(Verdict::Rejected) => " rejected",
        Some(Verdict::Unknown) => " unknown",
        None => "",
    };
    document.heading(3, &format!("{}{verdict}", code(&platform.platform, 40)));
    document.line(&code(&platform.digest, words::DIGEST));
    if !platform.segments.is_empty() {
        let headings = ["layers", "owner", "product", "image", "vouched for by", "signed at", "proof"];
        document.table(headings, platform.segments.iter().rev(), segment_row, SEGMENTS);
    }
    if !platform.layers.is_empty() {
        document.details(&words::count(platform.layers.len(), "layer"), |document| {
            let headings = ["layer", "owner", "proof", "opened", "size", "sha256", "history (a claim)"];
            document.table(headings, platform.layers.iter().rev(), layer_row, LAYERS);
        });
    }
    write_config(document, &platform.config);
}

fn segment_row(segment: &SegmentFact) -> Row<7> {
    let name = segment.name.as_ref().map(|name| format!(" {}", code(name, 60)));
    let product = segment.repository.as_ref().map(|repository| code(repository, 200));
    let class = segment.class.as_ref().map(words::of);
    let product: Vec<_> = product.into_iter().chain(class).collect();
    let signers: Vec<_> = segment.signers.iter().map(|signer| markdown(&words::signer(signer))).collect();
    [
        words::range(segment),
        format!("{}{}", words::of(&segment.owner), name.unwrap_or_default()),
        product.join(", "),
        code(&words::short_digest(&segment.image), 12),
        if signers.is_empty() { "nobody".to_owned() } else { signers.join(", ") },
        segment.signed_at.as_ref().map(|time| code(time, 40)).unwrap_or_default(),
        words::of(&segment.proof),
    ]
}

fn layer_row(layer: &LayerFact) -> Row<7> {
    let opened = match layer.diff_id_checked {
        Some(true) => "yes",
        Some(false) => "**differs**",
        None => "no",
    };
    [
        layer.index.to_string(),
        words::of(&layer.owner),
        words::of(&layer.proof),
        opened.to_owned(),
        words::size(layer.size),
        code(&words::short_digest(&layer.digest), 12),
        layer.history_claim.as_ref().map(|claim| code(claim, 80)).unwrap_or_default(),
    ]
}

fn write_config(document: &mut Document, config: &ConfigFact) {
    let (root, user) = words::runs_as(&config.runs_as);
    let user = prose(&user, 200);
    let user = if root { format!("**{user}**") } else { user };
    let changes = match config.changes.len() {
        0 => String::new(),
        number => format!(", {} from the base's", words::count(number, "difference")),
    };
    document.line(&format!("Configuration: {}{changes}. Runs as {user}.", words::of(&config.owner)));
    if !config.changes.is_empty() {
        document.table(["field", "base", "image"], &config.changes, config_row, CHANGES);
    }
}

/// Of a search path only what went and what came.
pub(super) fn config_row(change: &ConfigChange) -> Row<3> {
    let field = code(&change.field, 80);
    if change.added.is_empty() && change.removed.is_empty() {
        return [field, value(&change.base), value(&change.image)];
    }
    [field, entries("-", &change.removed), entries("+", &change.added)]
}

fn value(value: &Option<Value>) -> String {
    value.as_ref().map_or_else(|| "(none)".to_owned(), |value| code(&compact(value), VALUE))
}

fn entries(mark: &str, entries: &[String]) -> String {
    let shown = entries.iter().take(ENTRIES);
    let mut lines: Vec<_> =
        shown.map(|entry| code(&format!("{mark} {}", words::entry(entry, VALUE)), VALUE)).collect();
    let skipped = entries.len().saturating_sub(ENTRIES);
    if skipped > 0 {
        lines.push(format!("… and {skipped} more"));
    }
    lines.join("<br>")
}
