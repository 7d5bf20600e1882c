//! SPDX 2 in tags and values: known, and only counted.
//!
//! What it is and how much it lists is read, what it lists is not: the form is old, and each line may go on over
//! many.

use super::{Format, Sbom, invalid, required, shown, time, version};
use crate::error::Result;

const VERSIONS: [&str; 2] = ["SPDX-2.2", "SPDX-2.3"];

pub(super) fn read(text: &str) -> Result<Sbom> {
    let format = Format::SpdxText;
    let (mut declared, mut namespace, mut created) = (None, None, None);
    let (mut tools, mut unread) = (Vec::new(), 0);
    for (tag, value) in tags(text) {
        match tag {
            "SPDXVersion" => once(&mut declared, tag, value)?,
            "DocumentNamespace" => once(&mut namespace, tag, value)?,
            "Created" => once(&mut created, tag, value)?,
            "Creator" => tools.extend(value.strip_prefix("Tool: ").map(str::to_owned)),
            "PackageName" | "FileName" => unread += 1,
            _ => {}
        }
    }
    if declared.is_none() {
        return Err(invalid(Format::Spdx.name())
            .expected("an object, or its text as JSON or as tags and values, with SPDXVersion")
            .found("another text"));
    }
    let declared = version(format, "SPDXVersion", declared, &VERSIONS)?;
    let namespace = required(format, "DocumentNamespace", namespace)?;
    let created = required(format, "Created", created)?;
    Ok(Sbom {
        id: Some(namespace.to_owned()),
        created: Some(time(format, "Created", created)?),
        tools,
        unread,
        ..Sbom::new(format, declared.trim_start_matches("SPDX-"))
    })
}

fn once<'t>(slot: &mut Option<&'t str>, tag: &str, value: &'t str) -> Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(first) => Err(invalid(Format::SpdxText.name()).expected(format!("{tag} once")).found(format!(
            "{} and {}",
            shown(first),
            shown(value)
        ))),
    }
}

/// Every `Tag: value` line that stands outside of `<text>` and `</text>`.
fn tags(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut is_within = false;
    text.lines().filter_map(move |line| {
        if is_within {
            is_within = !line.contains("</text>");
            return None;
        }
        let (tag, value) = line.split_once(':').filter(|_| !line.starts_with('#'))?;
        is_within = value.contains("<text>") && !value.contains("</text>");
        Some((tag.trim(), value.trim()))
    })
}
