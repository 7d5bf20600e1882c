//! The user that an image's process starts as. Where runtimes read a value differently, root counts.

use crate::oci::config::ImageConfig;
use crate::report::RunsAs;

/// The image's `etc/passwd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passwd<'p> {
    /// The layers were not opened.
    NotOpened,
    /// The layers hold no such file.
    Absent,
    Content(&'p [u8]),
}

/// What `User` says, a name resolved as runtimes do.
pub(crate) fn runs_as(config: &ImageConfig, passwd: Passwd<'_>) -> RunsAs {
    let user = config.settings.get("User").and_then(serde_json::Value::as_str).unwrap_or_default();
    // Windows knows names only, and none of them has a number.
    let uid = match config.platform.os.as_str() {
        "windows" => None,
        _ => uid(user.split(':').next().unwrap_or_default(), passwd),
    };
    RunsAs { user: user.to_owned(), uid, root: uid.map(|uid| uid == 0) }
}

/// The number of a user, without the group.
fn uid(user: &str, passwd: Passwd<'_>) -> Option<u32> {
    if user.is_empty() {
        return Some(0);
    }
    let named = match passwd {
        Passwd::NotOpened | Passwd::Absent => None,
        Passwd::Content(content) => entry(content, user),
    };
    // Runtimes read Go's decimal numbers: a sign and leading zeros are fine, "0x0" is a name.
    match user.parse::<i64>() {
        // containerd before 2.0.4 cuts a number to 32 bits (CVE-2024-40635).
        Ok(number) if wrapped(number) == 0 => Some(0),
        // A number is no name but to the oldest runtimes, which look it up first.
        Ok(_) if named == Some(0) => Some(0),
        Ok(number) if (0..=i64::from(i32::MAX)).contains(&number) => Some(wrapped(number)),
        // Docker refuses a number out of range; containerd takes it for a name.
        Ok(_) | Err(_) => match named {
            // Without an entry some refuse to start and none starts as anybody else.
            None if user == "root" => Some(0),
            named => named,
        },
    }
}

/// The user number of the first entry with this name.
fn entry(passwd: &[u8], name: &str) -> Option<u32> {
    let text = String::from_utf8_lossy(passwd);
    let mut entries = text.split('\n').map(|line| line.trim().split(':'));
    let mut fields = entries.find_map(|mut fields| (fields.next()? == name).then_some(fields))?;
    // Runtimes read a number that is none, or is missing, as 0.
    let number = fields.nth(1).and_then(|number| number.parse::<i64>().ok());
    Some(wrapped(number.unwrap_or_default()))
}

/// The lowest 32 bits, which is what the kernel is given.
fn wrapped(number: i64) -> u32 {
    u32::try_from(number.rem_euclid(1 << 32)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
