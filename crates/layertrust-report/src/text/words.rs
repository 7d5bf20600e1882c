//! Short words for the values of a report.

use anstyle::Style;
use layertrust::report::{SegmentFact, Severity, SignerFact, Verdict};
use serde::Serialize;

use crate::escape::shorten;
use crate::json;
use crate::text::page;

/// The characters of a full SHA-512 digest: no digest is cut.
pub(super) const DIGEST: usize = "sha512:".len() + 128;

/// The heading of a verdict.
pub(super) fn verdict(verdict: Verdict) -> (Style, &'static str) {
    match verdict {
        Verdict::Accepted => (page::GOOD, "ACCEPTED"),
        Verdict::Rejected => (page::BAD, "REJECTED"),
        Verdict::Unknown => (page::UNSURE, "UNKNOWN"),
    }
}

/// Heading and tag of a severity.
pub(super) fn severity(severity: Severity) -> (Style, &'static str, &'static str) {
    match severity {
        Severity::Error => (page::BAD, "ERRORS", "error"),
        Severity::Warning => (page::UNSURE, "WARNINGS", "warning"),
        Severity::Info => (page::HEADING, "INFORMATION", "info"),
    }
}

/// The word by which the report's JSON calls a value, such as `same-blob`.
pub(super) fn of(value: &impl Serialize) -> String {
    shorten(json::compact(value).trim_matches('"'), 40).into_owned()
}

/// The first digits of a digest, for tables.
pub(super) fn short_digest(digest: &str) -> String {
    let digits = digest.split_once(':').map_or(digest, |(_, digits)| digits);
    match digits.char_indices().nth(12) {
        Some((at, _)) => shorten(digits.get(..at).unwrap_or_default(), 12).into_owned(),
        None => shorten(digits, 12).into_owned(),
    }
}

/// `name (key 0123456789ab)`, or the identity in a certificate.
pub(super) fn signer(signer: &SignerFact) -> String {
    let name = shorten(&signer.name, 60);
    match (&signer.key_id, &signer.identity) {
        (Some(id), _) => format!("{name} ({} {})", of(&signer.kind), short_digest(id)),
        (None, Some(identity)) => format!("{name} ({} {})", of(&signer.kind), shorten(identity, 200)),
        (None, None) => format!("{name} ({})", of(&signer.kind)),
    }
}

/// `0-4`, or `5` for one layer.
pub(super) fn range(segment: &SegmentFact) -> String {
    match segment.layers {
        [from, to] if to == from.saturating_add(1) => format!("{from}"),
        [from, to] => format!("{from}-{}", to.saturating_sub(1)),
    }
}

/// `1.5 MiB`.
pub(super) fn size(bytes: u64) -> String {
    let mut unit = "B";
    let mut tenths = u128::from(bytes) * 10;
    for larger in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
        // 1023.95 of a unit would be written as 1024.0 of it.
        if tenths < 10_240 {
            break;
        }
        tenths = (tenths + 512) / 1024;
        unit = larger;
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{}.{} {unit}", tenths / 10, tenths % 10) }
}

/// `tar+zstd` for `application/vnd.oci.image.layer.v1.tar+zstd`.
pub(super) fn media_type(media_type: &str) -> String {
    let known = [
        ("application/vnd.oci.image.layer.v1.", ""),
        ("application/vnd.oci.image.layer.nondistributable.v1.", "foreign "),
        ("application/vnd.docker.image.rootfs.diff.", "docker "),
        ("application/vnd.docker.image.rootfs.foreign.diff.", "foreign "),
    ];
    let short =
        known.iter().find_map(|(prefix, mark)| Some(format!("{mark}{}", media_type.strip_prefix(prefix)?)));
    shorten(short.as_deref().unwrap_or(media_type), 18).into_owned()
}

/// `1 layer`, `2 layers`.
pub(super) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
