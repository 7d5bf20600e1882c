//! The layers as a stack, top first, and who vouches for each run of them.

use layertrust::report::{LayerFact, PlatformReport, SegmentFact, SignedAt};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, WIDTH, words};

/// The most layers listed without `verbose`.
const LAYERS: usize = 64;

const HEADINGS: [&str; 8] = ["#", "owner", "proof", "opened", "size", "sha256", "type", "history (a claim)"];

pub(super) fn write_layers(page: &mut Page, platform: &PlatformReport, options: &TextOptions) {
    if platform.layers.is_empty() {
        return;
    }
    page.line(page::PLAIN, "  layers, top first");
    let shown = if options.verbose { platform.layers.len() } else { LAYERS };
    let skipped = platform.layers.len().saturating_sub(shown);
    let layers: Vec<&LayerFact> = platform.layers.iter().rev().take(shown).collect();
    let rows: Vec<[String; 8]> = layers.iter().map(|layer| row(layer)).collect();
    let widths = widths(&rows);
    page.line(page::QUIET, &join(HEADINGS.map(str::to_owned), &widths));
    let mut above = None;
    for (layer, row) in layers.into_iter().zip(rows) {
        if above.is_some_and(|segment| segment != layer.segment) {
            page.line(page::QUIET, &format!("    {}", "-".repeat(WIDTH - 4)));
        }
        above = Some(layer.segment);
        page.line(page::PLAIN, &join(row, &widths));
    }
    if skipped > 0 {
        page.line(
            page::QUIET,
            &format!("    … and {} below (-v lists them)", words::count(skipped, "layer")),
        );
    }
}

fn row(layer: &LayerFact) -> [String; 8] {
    let opened = match layer.diff_id_checked {
        Some(true) => "yes",
        Some(false) => "differs",
        None => "no",
    };
    [
        layer.index.to_string(),
        words::of(&layer.owner),
        words::of(&layer.proof),
        opened.to_owned(),
        words::size(layer.size),
        words::short_digest(&layer.digest),
        words::media_type(&layer.media_type),
        // Escaped when it is cut to its column.
        layer.history_claim.clone().unwrap_or_default(),
    ]
}

/// The widths of all columns but the last, which takes the rest.
fn widths(rows: &[[String; 8]]) -> [usize; 8] {
    let mut widths = HEADINGS.map(str::len);
    for (width, column) in widths.iter_mut().zip(0..HEADINGS.len() - 1) {
        let longest = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        *width = (*width).max(longest.unwrap_or_default());
    }
    let fixed: usize = widths.iter().take(HEADINGS.len() - 1).map(|width| width + 2).sum();
    if let Some(last) = widths.last_mut() {
        *last = WIDTH.saturating_sub(fixed + 4);
    }
    widths
}

fn join(cells: [String; 8], widths: &[usize; 8]) -> String {
    let mut line = "    ".to_owned();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        match column {
            0 | 4 => line.push_str(&format!("{cell:>width$}  ")), // numbers
            7 => line.push_str(&shorten(cell, *width)),
            _ => line.push_str(&format!("{cell:<width$}  ")),
        }
    }
    line
}

pub(super) fn write_segments(page: &mut Page, platform: &PlatformReport) {
    if platform.segments.is_empty() {
        return;
    }
    page.line(page::PLAIN, "  who vouches for them, top first");
    for segment in platform.segments.iter().rev() {
        write_segment(page, platform, segment);
    }
}

fn write_segment(page: &mut Page, platform: &PlatformReport, segment: &SegmentFact) {
    let layers = format!("    {:<7} ", words::range(segment));
    let mut owner = words::of(&segment.owner);
    if let Some(name) = &segment.name {
        owner.push_str(&format!(" {}", shorten(name, 60)));
    }
    let names: Vec<String> = segment.signers.iter().map(words::signer).collect();
    let by = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    let time = segment.signed_at.as_ref().map(|time| format!(", at {}", shorten(time, 40)));
    page.wrapped(&layers, page::PLAIN, page::PLAIN, &format!("{owner}: {by}{}", time.unwrap_or_default()));

    let indent = " ".repeat(layers.chars().count());
    let mut detail = |label: &str, text: &str| {
        page.wrapped(&format!("{indent}{label:<9}"), page::QUIET, page::PLAIN, text);
    };
    if let Some(repository) = &segment.repository {
        let class = segment.class.as_ref().map(|class| format!(" ({})", words::of(class)));
        detail("product", &format!("{}{}", shorten(repository, 300), class.unwrap_or_default()));
    } else if let Some(class) = &segment.class {
        detail("class", &words::of(class));
    }
    if segment.image != platform.digest {
        detail("image", &shorten(&segment.image, words::DIGEST));
    }
    if let Some(index) = &segment.index {
        detail("index", &shorten(index, words::DIGEST));
    }
    if let Some(chain_id) = &segment.chain_id {
        detail("chain ID", &shorten(chain_id, words::DIGEST));
    }
    if segment.image == platform.digest
        && let Some(signed_at) = &platform.signed_at
    {
        let signed = match signed_at {
            SignedAt::Platform => "the platform manifest itself",
            SignedAt::Index => "an index that contains it",
        };
        detail("signed", signed);
    }
}
