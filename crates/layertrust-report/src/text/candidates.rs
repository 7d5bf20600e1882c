//! Every digest that something called the base, and what came of it.

use layertrust::report::{BaseCandidate, PlatformReport};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, words};

pub(super) fn write(page: &mut Page, platform: &PlatformReport, options: &TextOptions) {
    if !options.verbose || platform.base_candidates.is_empty() {
        return;
    }
    page.line(page::PLAIN, "  base candidates");
    for candidate in &platform.base_candidates {
        page.paragraph(&format!("    {:<15} ", words::of(&candidate.outcome)), &described(candidate));
    }
}

fn described(candidate: &BaseCandidate) -> String {
    let mut text =
        format!("{} named by {}", shorten(&candidate.digest, words::DIGEST), words::of(&candidate.origin));
    if let Some(grade) = &candidate.grade {
        text.push_str(&format!(", proof {}", words::of(grade)));
    }
    for (value, yes, no) in
        [(candidate.signed, "signed", "not signed"), (candidate.allowed, "allowed", "not allowed")]
    {
        if let Some(value) = value {
            text.push_str(&format!(", {}", if value { yes } else { no }));
        }
    }
    text
}
