//! Short words for the values of a report, escaped as [`escape`](crate::escape::escape) does.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt::Display;

use layertrust::report::{
    AddedFact, AddedFolder, OwnerKind, PackageList, PackagesFact, PlatformReport, Role, RunsAs, SbomsFact,
    SegmentFact, SignerFact,
};
use serde::Serialize;

use crate::escape::shorten;
use crate::json;
use crate::purl;

/// The most packages named in one sentence.
const NAMES: usize = 10;

/// The characters of a full SHA-512 digest: no digest is cut.
pub(crate) const DIGEST: usize = "sha512:".len() + 128;

/// The word by which the report's JSON calls a value, such as `same-blob`.
pub(crate) fn of(value: &impl Serialize) -> String {
    shorten(json::compact(value).trim_matches('"'), 40).into_owned()
}

/// The first digits of a digest, for tables.
pub(crate) fn short_digest(digest: &str) -> String {
    let digits = digest.split_once(':').map_or(digest, |(_, digits)| digits);
    match digits.char_indices().nth(12) {
        Some((at, _)) => shorten(digits.get(..at).unwrap_or_default(), 12).into_owned(),
        None => shorten(digits, 12).into_owned(),
    }
}

/// `name (key 0123456789ab)`, or the identity in a certificate.
pub(crate) fn signer(signer: &SignerFact) -> String {
    let name = shorten(&signer.name, 60);
    match (&signer.key_id, &signer.identity) {
        (Some(id), _) => format!("{name} ({} {})", of(&signer.kind), short_digest(id)),
        (None, Some(identity)) => format!("{name} ({} {})", of(&signer.kind), shorten(identity, 200)),
        (None, None) => format!("{name} ({})", of(&signer.kind)),
    }
}

/// `0-4`, or `5` for one layer.
pub(crate) fn range(segment: &SegmentFact) -> String {
    match segment.layers {
        [from, to] if to == from.saturating_add(1) => format!("{from}"),
        [from, to] => format!("{from}-{}", to.saturating_sub(1)),
    }
}

/// `1.5 MiB`.
pub(crate) fn size(bytes: u64) -> String {
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
pub(crate) fn media_type(media_type: &str) -> String {
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
pub(crate) fn count<N: Display + PartialEq + From<bool>>(number: N, thing: &str) -> String {
    let plural = if number == N::from(true) { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// `openssl@3.0.1` for a package URL; anything else as it is.
pub(crate) fn package(purl: &str) -> String {
    let name = purl::short_name(purl).map_or(Cow::Borrowed(purl), Cow::Owned);
    shorten(&name, 80).into_owned()
}

/// Whether a process starts as root, and the user in words.
pub(crate) fn runs_as(runs_as: &RunsAs) -> (bool, String) {
    let user = shorten(&runs_as.user, 60);
    let name = runs_as.user.split(':').next().unwrap_or_default();
    let is_number = !name.is_empty() && name.bytes().all(|digit| digit.is_ascii_digit());
    // Where nobody looked the user up, these mean root all the same; a config that names nobody always does.
    let root = name.is_empty()
        || runs_as
            .root
            .unwrap_or(runs_as.uid == Some(0) || (runs_as.uid.is_none() && ["0", "root"].contains(&name)));
    let text = match runs_as.uid {
        _ if runs_as.user.is_empty() => "root (no user is set)".to_owned(),
        _ if root && user == "root" => "root".to_owned(),
        _ if root => format!("root (written as {user})"),
        Some(uid) if user == uid.to_string() => format!("uid {uid}"),
        Some(uid) => format!("{user} (uid {uid})"),
        None if is_number => user.into_owned(),
        None => format!("{user} (its number is not known)"),
    };
    (root, text)
}

/// `12 files, 3.4 MiB, 2 packages`
pub(crate) fn added(added: &AddedFact) -> String {
    let (files, packages) = (count(added.files, "file"), count(added.packages.len(), "package"));
    format!("{files}, {}, {packages}", size(added.bytes))
}

/// `30 of the vendor unmodified, 1 modified (openssl@3.0.1), 4 of images between, 2 of the organization`
pub(crate) fn packages(packages: &PackagesFact) -> String {
    let [unmodified, modified, org] =
        [&packages.vendor_unmodified, &packages.vendor_modified, &packages.org].map(Vec::len);
    let mut names: Vec<_> =
        packages.vendor_modified.iter().take(NAMES).map(|fact| package(&fact.purl)).collect();
    if modified > NAMES {
        names.push(format!("… and {} more", modified - NAMES));
    }
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    let between = match packages.intermediate.len() {
        0 => String::new(),
        count => format!(", {count} of images between"),
    };
    format!(
        "{unmodified} of the vendor unmodified, {modified} modified{names}{between}, {org} of the organization"
    )
}

/// `SBOMs of the base` and `30 packages matched, 1 of the layers in no SBOM (curl@8.1), …`
pub(crate) fn sboms(side: &SbomsFact) -> (&'static str, String) {
    let whose = match side.role {
        Role::Base => "SBOMs of the base",
        Role::Intermediate => "SBOMs of an image between",
        Role::Org => "SBOMs of the organization",
    };
    let name = side.intermediate.as_ref().map(|name| format!("{}: ", shorten(name, 60))).unwrap_or_default();
    let listed = |list: &PackageList| {
        let mut names: Vec<_> = list.purls.iter().take(NAMES).map(|purl| package(purl)).collect();
        let more = list.count.saturating_sub(names.len() as u64);
        if more > 0 {
            names.push(format!("… and {more} more"));
        }
        if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
    };
    let (missing, gone) = (&side.not_in_sbom, &side.not_in_layers);
    let text = format!(
        "{name}{} matched, {} of the layers in no SBOM{}, {} of the SBOMs in no layer{}, {} not comparable",
        count(side.matched, "package"),
        missing.count,
        listed(missing),
        gone.count,
        listed(gone),
        side.not_comparable,
    );
    (whose, text)
}

/// An entry of a search path.
pub(crate) fn entry(entry: &str, width: usize) -> Cow<'_, str> {
    // In most search paths nothing between two colons is the working directory.
    if entry.is_empty() { Cow::Borrowed("(empty: the working directory)") } else { shorten(entry, width) }
}

/// Whether the image stands on a base: without one nothing can be changed, and everything is added.
pub(crate) fn has_base(platform: &PlatformReport) -> bool {
    platform.segments.iter().any(|segment| is_base(segment.owner))
}

/// Whether an owner is somebody below the organization.
pub(crate) fn is_base(owner: OwnerKind) -> bool {
    matches!(owner, OwnerKind::Intermediate | OwnerKind::Vendor | OwnerKind::VendorCustomization)
}

/// The largest folders with their sizes, and how many others there are.
pub(crate) fn largest(folders: &[AddedFolder], most: usize) -> (Vec<(String, String)>, usize) {
    let mut largest: Vec<&AddedFolder> = folders.iter().collect();
    // Stable: equal ones keep the order of their paths.
    largest.sort_by_key(|folder| Reverse(folder.bytes));
    let name = |folder: &AddedFolder| match folder.path.as_str() {
        "" => "/".to_owned(), // files of the root itself
        path => shorten(path, 40).into_owned(),
    };
    let shown = largest.iter().take(most).map(|folder| (name(folder), size(folder.bytes))).collect();
    (shown, largest.len().saturating_sub(most))
}

#[cfg(test)]
mod tests;
