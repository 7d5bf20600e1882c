//! Packages by who vouches for their bytes.

use layertrust::report::{PackageFact, PlatformReport};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, words};

/// The most changed files of one package.
const FILES: usize = 20;

pub(super) fn write(page: &mut Page, platform: &PlatformReport, options: &TextOptions) {
    let Some(packages) = &platform.packages else { return };
    page.paragraph("  packages: ", &words::packages(packages));
    for (whose, text) in packages.sboms.iter().map(words::sboms) {
        page.paragraph(&format!("  {whose}: "), &text);
    }
    if !options.verbose {
        return;
    }
    for package in &packages.vendor_modified {
        write_modified(page, package);
    }
}

fn write_modified(page: &mut Page, package: &PackageFact) {
    page.line(page::PLAIN, &format!("    modified {}", words::package(&package.purl)));
    for file in package.changed.iter().take(FILES) {
        page.paragraph("      ", &shorten(file, 200));
    }
    let skipped = package.changed.len().saturating_sub(FILES);
    if skipped > 0 {
        page.line(page::QUIET, &format!("      … and {} more", words::count(skipped, "file")));
    }
}
