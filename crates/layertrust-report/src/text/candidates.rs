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
        let digest = shorten(&candidate.digest, words::DIGEST);
        page.paragraph("    - ", &format!("{digest} {}", outcome(candidate)));
    }
}

fn outcome(candidate: &BaseCandidate) -> String {
    let mut text = format!("{}; named by {}", words::of(&candidate.outcome), words::of(&candidate.origin));
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
