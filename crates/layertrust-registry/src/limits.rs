//! Every bound on what a registry may make a client do, each with its reason.

use std::time::Duration;

/// Requests at once, to all registries together. Docker's client takes three blobs at once; documents are smaller.
pub(crate) const CONCURRENT: usize = 8;
/// One manifest or index where nothing says its size (distribution-spec, "Pushing manifests": at least 4 MiB).
pub(crate) const MANIFEST_SIZE: u64 = 4 << 20;
/// One answer of a token endpoint. Real ones have 2 to 5 KB.
pub(crate) const TOKEN_SIZE: u64 = 1 << 20;
/// What is read of an answer that is an error, to say what it says.
pub(crate) const ERROR_SIZE: u64 = 4 << 10;
/// The header of one answer. Servers send some 2 KB; Link and WWW-Authenticate are the longest fields.
pub(crate) const HEADER_SIZE: usize = 64 << 10;
/// Documents that are held in memory, each. SBOMs of 20 MB are real; base64 adds a third.
pub(crate) const KEPT_SIZE: u64 = 32 << 20;
/// All of them together: what is fetched early and perhaps never asked for.
pub(crate) const ALL_KEPT_SIZE: u64 = 256 << 20;
/// Pages of one list of referrers. A page holds some hundred; a thousand referrers are the limit.
pub(crate) const PAGES: usize = 100;
/// Redirects after each other. Blobs are one or two away, at a content network.
pub(crate) const REDIRECTS: usize = 5;
/// Tries of one request in all.
pub(crate) const TRIES: u32 = 4;
/// How often a blob whose connection breaks is continued.
pub(crate) const CONTINUED: u32 = 4;
/// The first pause before trying again; each further one is twice as long.
pub(crate) const PAUSE: Duration = Duration::from_millis(250);
/// The longest pause that a registry may ask for: who asks for more is told to the caller at once.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Until a connection stands, names and TLS included.
pub(crate) const CONNECT: Duration = Duration::from_secs(15);
/// The longest silence of a server.
pub(crate) const SILENCE: Duration = Duration::from_secs(30);
/// One document, from the first byte sent to the last received: 32 MiB at 0.5 MB a second.
pub(crate) const DOCUMENT: Duration = Duration::from_secs(60);
/// How long a blob may come slower than [`SLOWEST`] on the whole.
pub(crate) const GRACE: Duration = Duration::from_secs(60);
/// Bytes a second, on the whole, below which a blob is given up.
pub(crate) const SLOWEST: u64 = 4 << 10;
/// One credential helper, which may ask its user.
pub(crate) const HELPER: Duration = Duration::from_secs(60);
/// What a credential helper may say. A token has some kilobytes.
pub(crate) const HELPER_SIZE: u64 = 64 << 10;
/// One file of credentials.
pub(crate) const AUTH_FILE_SIZE: u64 = 1 << 20;
/// How far evidence about evidence is fetched early: an attestation manifest has signatures, those have none.
pub(crate) const DEPTH: u32 = 2;
