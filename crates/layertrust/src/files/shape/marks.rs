//! The marks that credentials carry, and what must stand around a mark for it to be one.
//!
//! A fast search finds a mark, which hardly any file has; only there the slower check looks. Precision goes
//! before completeness: documentation and source code mention these marks, and a report full of mentions
//! would not be read.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memchr;
use memchr::memmem::{self, Finder};

use super::SecretShape;

/// How many places of one mark are checked in a file, so that a file made of marks costs no more than others.
const PLACES: usize = 64;
/// How much of a token is looked at; the longest known have some hundred bytes.
const LONGEST_TOKEN: usize = 256;
/// How far a secret may stand from the name of its access key.
const NEAR: usize = 512;
/// Fewer different bytes than this are a placeholder, such as a row of `x`.
const VARIED: usize = 8;
/// Text has no zero byte here.
const FIRST_BLOCK: usize = 4096;
/// The shortest line of base64 that is taken for a part of a key.
const KEY_LINE: usize = 24;
/// Lines that may stand between a key's first line and its content, which are headers.
const HEADERS: usize = 8;

/// A mark to search for, and the check of the place where it was found.
struct Mark {
    /// Finds the mark.
    finder: Finder<'static>,
    /// What it says.
    shape: SecretShape,
    /// Whether the mark at this place of the head is a credential.
    check: fn(&[u8], usize) -> bool,
}

impl Mark {
    /// A mark by its text.
    fn new(text: &'static str, shape: SecretShape, check: fn(&[u8], usize) -> bool) -> Self {
        Mark { finder: Finder::new(text), shape, check }
    }

    /// Whether one of its places in the head passes the check.
    fn is_in(&self, head: &[u8]) -> bool {
        self.finder.find_iter(head).take(PLACES).any(|at| (self.check)(head, at))
    }
}

/// The only mark that is looked for in programs and archives too: short tokens turn up in random bytes.
static KEY: LazyLock<Mark> =
    LazyLock::new(|| Mark::new("-----BEGIN ", SecretShape::PrivateKey, is_private_key));

/// Of logins, which stand in JSON.
static LOGIN: LazyLock<Mark> =
    LazyLock::new(|| Mark::new("\"auth\"", SecretShape::RegistryLogin, is_registry_login));

/// Marks that only text is searched for.
static TOKENS: LazyLock<[Mark; 12]> = LazyLock::new(|| {
    use SecretShape::{AwsKey, GithubToken, GitlabToken, NpmToken, PrivateKey, SlackToken, StripeKey};
    [
        Mark::new("AKIA", AwsKey, is_aws_key),
        Mark::new("ASIA", AwsKey, is_aws_key),
        Mark::new("ghp_", GithubToken, |head, at| is_token(head, at, 4, "", 36)),
        Mark::new("gho_", GithubToken, |head, at| is_token(head, at, 4, "", 36)),
        Mark::new("ghs_", GithubToken, |head, at| is_token(head, at, 4, "", 36)),
        Mark::new("ghu_", GithubToken, |head, at| is_token(head, at, 4, "", 36)),
        Mark::new("github_pat_", GithubToken, is_fine_grained),
        Mark::new("glpat-", GitlabToken, |head, at| is_token(head, at, 6, "-_", 20)),
        Mark::new("xox", SlackToken, is_slack_token),
        Mark::new("k_live_", StripeKey, is_stripe_key),
        Mark::new("_authToken", NpmToken, is_npm_token),
        Mark::new("AGE-SECRET-KEY-1", PrivateKey, |head, at| is_token(head, at, 16, "", 58)),
    ]
});

/// What the head of a file looks like.
pub(super) fn find(head: &[u8]) -> Option<SecretShape> {
    if KEY.is_in(head) || is_putty_key(head) {
        let of_google = is_json(head) && memmem::find(head, b"\"service_account\"").is_some();
        return Some(if of_google { SecretShape::GoogleKey } else { KEY.shape });
    }
    let first = head.get(..FIRST_BLOCK).unwrap_or(head);
    if memchr(0, first).is_some() {
        return None;
    }
    let login = is_json(head).then_some(&*LOGIN);
    TOKENS.iter().chain(login).find(|mark| mark.is_in(head)).map(|mark| mark.shape)
}

/// A key's first line, alone on its line and followed by base64. In JSON the lines are one string.
fn is_private_key(head: &[u8], at: usize) -> bool {
    let (before, rest) = (head.get(..at).unwrap_or_default(), tail(head, at + "-----BEGIN ".len()));
    // Labels are short; some name a program, as `ENCRYPTED SIGSTORE PRIVATE KEY`.
    let near = rest.get(..64).unwrap_or(rest);
    let Some(end) = memmem::find(near, b"-----") else { return false };
    let label = near.get(..end).unwrap_or_default();
    if !label.ends_with(b"PRIVATE KEY") && !label.ends_with(b"PRIVATE KEY BLOCK") {
        return false;
    }
    let rest = tail(rest, end + 5);
    if before.ends_with(b"\"") {
        let body = rest.strip_prefix(b"\\r").unwrap_or(rest).strip_prefix(b"\\n");
        return is_json(head) && body.is_some_and(|body| is_key_line(run(body, is_base64)));
    }
    let indent = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    if !matches!(indent, None | Some(b'\n')) {
        return false;
    }
    let mut lines = rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.next().is_some_and(<[u8]>::is_empty)
        && lines.take(HEADERS).find(|line| !line.is_empty() && !is_header(line)).is_some_and(is_key_line)
}

/// A line before a key's content, such as `Proc-Type: 4,ENCRYPTED`.
fn is_header(line: &[u8]) -> bool {
    let name = run(line, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    !name.is_empty() && line.get(name.len()) == Some(&b':')
}

/// A line of a key's content. Samples with dots or spaces in them are none.
fn is_key_line(line: &[u8]) -> bool {
    let body = run(line, is_base64);
    let padding = tail(line, body.len());
    let whole = body.len() == LONGEST_TOKEN || padding.iter().all(|byte| *byte == b'=');
    body.len() >= KEY_LINE && whole && is_varied(body)
}

/// A key of PuTTY, which begins its file.
fn is_putty_key(head: &[u8]) -> bool {
    head.starts_with(b"PuTTY-User-Key-File-") && memmem::find(head, b"\nPrivate-Lines: ").is_some()
}

/// The name of an access key with its secret near it: the name alone opens nothing, and examples abound.
fn is_aws_key(head: &[u8], at: usize) -> bool {
    let name = run(tail(head, at), |byte| byte.is_ascii_alphanumeric());
    let fits = name.len() == 20 && !name.iter().any(u8::is_ascii_lowercase);
    if !fits || !is_token(head, at, 0, "", 20) {
        return false;
    }
    let near = head.get(at.saturating_sub(NEAR)..head.len().min(at + NEAR)).unwrap_or_default();
    let lower = near.to_ascii_lowercase();
    memmem::find(&lower, b"secret_access_key").is_some()
        || memmem::find(&lower, b"secretaccesskey").is_some()
        || near.split(|byte| !is_base64(*byte)).any(is_aws_secret)
}

/// Forty random characters; a digest has no capitals.
fn is_aws_secret(word: &[u8]) -> bool {
    word.len() == 40
        && word.iter().any(u8::is_ascii_uppercase)
        && word.iter().any(u8::is_ascii_lowercase)
        && word.iter().any(u8::is_ascii_digit)
        && is_varied(word)
}

/// A token of GitHub for some repositories: two words, joined.
fn is_fine_grained(head: &[u8], at: usize) -> bool {
    head.get(at + 33) == Some(&b'_') && is_token(head, at, 11, "_", 82)
}

/// `xoxb-` and its sisters, with the number of the workspace after it.
fn is_slack_token(head: &[u8], at: usize) -> bool {
    let kind = head.get(at + 3).is_some_and(|kind| b"abeoprs".contains(kind));
    let rest = tail(head, at + 5).iter().take(LONGEST_TOKEN);
    let digits = rest.take_while(|byte| byte.is_ascii_digit() || **byte == b'-').filter(|b| **b != b'-');
    kind && head.get(at + 4) == Some(&b'-') && digits.count() >= 8 && is_token(head, at, 5, "-", 24)
}

/// `sk_live_`, and `rk_live_` for a restricted key.
fn is_stripe_key(head: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|start| matches!(head.get(start), Some(b's' | b'r')) && is_token(head, start, 8, "", 24))
}

/// `//registry/:_authToken=` with a value, not with the name of a variable.
fn is_npm_token(head: &[u8], at: usize) -> bool {
    let before = head.get(..at).unwrap_or_default();
    let before = before.get(before.len().saturating_sub(LONGEST_TOKEN)..).unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.trim_ascii_start();
    let value = tail(head, at + "_authToken".len());
    let Some(value) = value.trim_ascii_start().strip_prefix(b"=") else { return false };
    let value = value.trim_ascii_start();
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    let value = run(value, |byte| is_base64(byte) || b"-_.=".contains(&byte));
    (line.is_empty() || line.starts_with(b"//")) && value.len() >= 16 && is_varied(value)
}

/// `"auth": "…"` in JSON, which holds a user and a password.
fn is_registry_login(head: &[u8], at: usize) -> bool {
    let rest = tail(head, at + "\"auth\"".len()).trim_ascii_start();
    let Some(value) = rest.strip_prefix(b":") else { return false };
    let Some(value) = value.trim_ascii_start().strip_prefix(b"\"") else { return false };
    // Passwords may be tokens of some thousand bytes: the first are enough, in whole groups of four.
    let value = run(value, is_base64);
    let groups = value.get(..value.len() / 4 * 4).unwrap_or_default();
    let Ok(login) = STANDARD.decode(groups) else { return false };
    memchr(b':', &login).is_some_and(|colon| colon > 0) && login.iter().all(|byte| byte.is_ascii_graphic())
}

/// A word that begins at `at` with `prefix` bytes and goes on with at least `length` letters, digits or bytes
/// of `more`, and is no placeholder.
fn is_token(head: &[u8], at: usize, prefix: usize, more: &str, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| head.get(before));
    let starts = before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let token =
        run(tail(head, at + prefix), |byte| byte.is_ascii_alphanumeric() || more.as_bytes().contains(&byte));
    starts && token.len() >= length && is_varied(token)
}

/// Whether it could be random: no row of one letter, no `EXAMPLE`.
fn is_varied(word: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in word {
        if let Some(seen) = seen.get_mut(usize::from(*byte)) {
            *seen = true;
        }
    }
    seen.iter().filter(|seen| **seen).count() >= VARIED
        && !word.windows(7).any(|part| part.eq_ignore_ascii_case(b"example"))
}

/// Whether the file is a JSON object, after few blanks at most: this is asked at every place.
fn is_json(head: &[u8]) -> bool {
    head.get(..64).unwrap_or(head).trim_ascii_start().starts_with(b"{")
}

/// A character of base64 that carries bits.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// The first bytes that belong to a class, at most [`LONGEST_TOKEN`].
fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> &[u8] {
    let length = bytes.iter().take(LONGEST_TOKEN).take_while(|byte| belongs(**byte)).count();
    bytes.get(..length).unwrap_or_default()
}

/// What follows the first bytes.
fn tail(bytes: &[u8], from: usize) -> &[u8] {
    bytes.get(from..).unwrap_or_default()
}
