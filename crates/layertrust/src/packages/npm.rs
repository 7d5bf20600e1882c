//! npm packages (npm's "package.json" and "folders"): `package.json` right in a folder of `node_modules`.

use serde::Deserialize;

use super::word::{NO_NAME, NO_VERSION, required};
use super::{Ecosystem, Files, Found, Package, purl};

pub(super) fn is_wanted(path: &[u8]) -> bool {
    folder(path).is_some()
}

/// The package's folder, `node_modules/NAME` or `node_modules/@SCOPE/NAME`. A `package.json` deeper in a
/// package tells Node how to load a part of it.
fn folder(path: &[u8]) -> Option<&[u8]> {
    let folder = path.strip_suffix(b"/package.json")?;
    let mut names = folder.rsplit(|byte| *byte == b'/');
    // Hidden folders are caches of tools.
    let is_package =
        |name: &&[u8]| !matches!(name.first(), None | Some(b'.' | b'@' | b'/')) && *name != b"node_modules";
    names.next().filter(is_package)?;
    let parent = names.next()?;
    let parent = if parent.starts_with(b"@") { names.next()? } else { parent };
    (parent == b"node_modules").then_some(folder)
}

/// Reads the file if it is a package's.
pub(super) fn read(path: &[u8], bytes: &[u8], found: &mut Found) {
    let Some(folder) = folder(path) else { return };
    match package(path, folder, bytes) {
        Ok(package) => found.packages.extend(package),
        Err(reason) => found.unreadable(path, reason),
    }
}

/// The members that count. Not read as the crate reads documents that decide something: packages with a
/// member twice elsewhere are real, and a tree of the whole would be many times its text.
#[derive(Deserialize)]
struct Manifest {
    name: Option<String>,
    version: Option<String>,
}

fn package(path: &[u8], folder: &[u8], bytes: &[u8]) -> Result<Option<Package>, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8")?;
    // As npm does, which Windows made do it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // An array would be taken for the members in their order.
    if !text.trim_ascii_start().starts_with('{') {
        return Err("is no JSON object");
    }
    let manifest: Manifest = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "its name or version is no text, or there twice",
        _ => "is no JSON object",
    })?;
    let Manifest { name, version } = manifest;
    // It only says how to load files.
    if name.is_none() && version.is_none() {
        return Ok(None);
    }
    required(name.as_deref().map(str::as_bytes), NO_NAME)?;
    required(version.as_deref().map(str::as_bytes), NO_VERSION)?;
    let (name, version) = (name.unwrap_or_default(), version.unwrap_or_default());
    Ok(Some(Package {
        ecosystem: Ecosystem::Npm,
        purl: purl::npm(&name, &version),
        name,
        version,
        architecture: None,
        record: path.to_vec(),
        files: Files::Below(folder.to_vec()),
    }))
}

#[cfg(test)]
mod tests;
