//! A report for people: the verdict first, then who owns and vouches for what, then what is wrong and what
//! to do about it, then what proves nothing and what was not checked.
//!
//! No line is longer than [`WIDTH`] characters unless it is a single word, such as a digest in a command to
//! copy. Long lists and texts are cut visibly; JSON has them all.

mod added;
mod blob;
mod candidates;
mod changes;
pub(crate) mod comparison;
mod config;
mod evidence;
mod findings;
mod head;
mod packages;
mod page;
mod stack;
mod trial;
pub(crate) mod unchecked;
mod words;

pub use blob::write_blob;
pub use comparison::render_comparison;
pub use trial::render_trial;

use layertrust::report::{PlatformReport, Report};

use crate::escape::shorten;
use page::Page;

/// The characters of a line.
pub const WIDTH: usize = 100;

/// How a report is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextOptions {
    /// With ANSI colors.
    pub color: bool,
    /// With everything that was tried and why it failed.
    pub verbose: bool,
    /// One line for each image.
    pub quiet: bool,
}

/// The report as text, with a newline at the end.
#[must_use]
pub fn render(report: &Report, options: &TextOptions) -> String {
    let mut page = Page::new(options.color);
    if options.quiet {
        head::line(&mut page, report);
        return page.finish();
    }
    head::write(&mut page, report);
    for platform in &report.platforms {
        write_platform(&mut page, platform, options);
    }
    findings::write(&mut page, report);
    evidence::write_unverified(&mut page, report, options);
    unchecked::write(&mut page, report);
    page.finish()
}

fn write_platform(page: &mut Page, platform: &PlatformReport, options: &TextOptions) {
    page.blank();
    let verdict =
        platform.verdict.map(|verdict| format!("  {}", words::verdict(verdict).1)).unwrap_or_default();
    page.line(page::HEADING, &format!("{}{verdict}", shorten(&platform.platform, 40)));
    page.paragraph("  ", &shorten(&platform.digest, words::DIGEST));
    stack::write_layers(page, platform, options);
    stack::write_segments(page, platform);
    config::write(page, &platform.config, options);
    changes::write(page, platform, options);
    added::write(page, platform, options);
    packages::write(page, platform, options);
    evidence::write_verified(page, platform, options);
    candidates::write(page, platform, options);
}

#[cfg(test)]
mod tests;
