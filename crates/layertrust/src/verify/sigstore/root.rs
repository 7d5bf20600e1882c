//! Trusted roots: the authorities and logs of one Sigstore deployment, or of a private PKI, prepared once.

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use serde_json::Value;
use sigstore_trust_root::trusted_root::{CertChain, PublicKey as LogKey};
use sigstore_trust_root::{SigstoreInstance, TrustedRoot as Document};
use sigstore_types::{LogId, TimeRange, TsaAuthority};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::BasicConstraints;

use super::time::Authority;
use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json;
use crate::limits::{Limits, ROOT_SIZE};
use crate::verify::key::PublicKey;

/// The roots that this build carries, with the SHA-256 of their `trusted_root.json` and the day of the
/// snapshot. A test compares the digests, so that a newer snapshot cannot keep an older day.
const EMBEDDED: [(Embedded, &str, &str); 2] = [
    (Embedded::PublicGood, "6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66", "2026-10-23"),
    (Embedded::GitHub, "484cdfe1a7c65479c5ba2a22193d1be90f0020db1997de696ab207434c62fbb7", "2026-10-23"),
];

/// A root that this build carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Embedded {
    PublicGood,
    GitHub,
}

impl Embedded {
    fn json(self) -> &'static str {
        match self {
            Embedded::PublicGood => SigstoreInstance::PublicGood.embedded_trusted_root_json(),
            Embedded::GitHub => SigstoreInstance::GitHub.embedded_trusted_root_json(),
        }
    }
}

/// Whom signatures by certificates, log entries and timestamps are checked against (protobuf-specs
/// "sigstore_trustroot.proto").
///
/// Cheap to clone. What the document holds is trusted as it stands: it is the caller's choice, like a key.
#[derive(Clone)]
pub struct TrustedRoot {
    material: Material,
    digest: Digest,
    sct: bool,
    tlog: bool,
}

#[derive(Clone)]
enum Material {
    /// Prepared when it is first needed: a policy of keys alone mostly needs it never.
    Embedded(Embedded, Arc<OnceLock<Result<Prepared>>>),
    Given(Arc<Prepared>),
}

impl TrustedRoot {
    /// The public Sigstore instance (sigstore.dev), as of [`TrustedRoot::as_of`].
    #[must_use]
    pub fn sigstore_public_good() -> Self {
        Self::embedded(Embedded::PublicGood, true)
    }

    /// GitHub's instance for private repositories: timestamps, but neither a log nor certificate transparency.
    #[must_use]
    pub fn github() -> Self {
        Self::embedded(Embedded::GitHub, false)
    }

    /// The root that policies call by this name.
    pub(crate) fn builtin(name: &str) -> Option<Self> {
        match name {
            "sigstore-public-good" => Some(Self::sigstore_public_good()),
            "github" => Some(Self::github()),
            _ => None,
        }
    }

    fn embedded(which: Embedded, logs: bool) -> Self {
        let digest = Digest::sha256(which.json().as_bytes());
        TrustedRoot { material: Material::Embedded(which, Arc::default()), digest, sct: logs, tlog: logs }
    }

    /// Reads a `trusted_root.json`.
    ///
    /// Keys of logs whose type this build does not compute with are left out, so that a newer kind of key
    /// does not make the rest unusable; what such a log signed does not verify.
    ///
    /// # Errors
    /// `root-invalid` if it is no trusted root, names a log twice, or holds a broken certificate, key or
    /// validity period.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        Limits::check("root-size", ROOT_SIZE, json.len() as u64, "trusted root")?;
        let text = std::str::from_utf8(json).map_err(|error| invalid("UTF-8", error))?;
        let prepared = Prepared::read(text)?;
        Ok(TrustedRoot {
            material: Material::Given(Arc::new(prepared)),
            digest: Digest::sha256(json),
            sct: true,
            tlog: true,
        })
    }

    /// Certificates of this root need no certificate transparency: a private authority mostly has none.
    #[must_use]
    pub fn without_sct(self) -> Self {
        TrustedRoot { sct: false, ..self }
    }

    /// Signatures by certificates of this root need no log entry. One that is there must still verify.
    #[must_use]
    pub fn without_tlog(self) -> Self {
        TrustedRoot { tlog: false, ..self }
    }

    /// The SHA-256 of the document.
    #[must_use]
    pub fn digest(&self) -> String {
        self.digest.to_string()
    }

    /// The day of the snapshot that this build carries; none for a document that the caller gave.
    #[must_use]
    pub fn as_of(&self) -> Option<&'static str> {
        let Material::Embedded(which, _) = self.material else { return None };
        let known = EMBEDDED.iter().find(|(own, ..)| *own == which);
        known.filter(|(_, digest, _)| *digest == self.digest.hex()).map(|(.., day)| *day)
    }

    pub(crate) fn requires_sct(&self) -> bool {
        self.sct
    }

    pub(crate) fn requires_tlog(&self) -> bool {
        self.tlog
    }

    pub(super) fn prepared(&self) -> Result<&Prepared> {
        match &self.material {
            Material::Given(prepared) => Ok(prepared),
            Material::Embedded(which, once) => {
                once.get_or_init(|| Prepared::read(which.json())).as_ref().map_err(Clone::clone)
            }
        }
    }
}

impl fmt::Debug for TrustedRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedRoot")
            .field("digest", &self.digest.to_string())
            .field("sct", &self.sct)
            .field("tlog", &self.tlog)
            .finish_non_exhaustive()
    }
}

/// A root with every key and certificate parsed.
pub(super) struct Prepared {
    pub(super) logs: Vec<Log>,
    pub(super) ct_logs: Vec<Log>,
    pub(super) anchors: Vec<Anchor>,
    pub(super) authorities: Vec<Authority>,
    /// Whether the document names anything that proves times, be it a log whose key is left out here.
    pub(super) has_clock: bool,
}

/// A log, of signatures or of certificates.
pub(super) struct Log {
    pub(super) id: Vec<u8>,
    pub(super) key: PublicKey,
    pub(super) window: Window,
}

/// A certificate that a chain may end in. Every certificate of an authority is one, as the public instance
/// lists its intermediates.
pub(super) struct Anchor {
    pub(super) anchor: TrustAnchor<'static>,
    /// The authority's own period, narrowed to the validity of this certificate and of all above it.
    pub(super) window: Window,
    /// How many certificates may stand between it and a signer's (RFC 5280, 4.2.1.9): path building looks at
    /// the bounds of the certificates below an anchor, and not at the anchor's own.
    pub(super) path_length: Option<usize>,
}

/// A closed period of time, open where a bound is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Window {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Window {
    pub(super) fn contains(&self, time: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= time) && self.end.is_none_or(|end| time <= end)
    }

    pub(super) fn has_started_by(&self, time: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= time)
    }

    pub(super) fn and(self, other: Window) -> Window {
        let start = self.start.into_iter().chain(other.start).max();
        Window { start, end: self.end.into_iter().chain(other.end).min() }
    }

    fn of_range(range: Option<TimeRange>) -> Result<Self> {
        match range {
            Some(range) if range.end.is_some_and(|end| end < range.start) => {
                Err(invalid("a period that ends after it begins", format!("the end {:?}", range.end)))
            }
            Some(range) => Ok(Window { start: Some(range.start), end: range.end }),
            None => Ok(Window::default()),
        }
    }

    /// RFC 5280, 4.1.2.5.
    pub(super) fn of_certificate(certificate: &Certificate) -> Option<Self> {
        let validity = certificate.tbs_certificate.validity;
        let time = |time: x509_cert::time::Time| {
            Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok()
        };
        Some(Window { start: Some(time(validity.not_before)?), end: Some(time(validity.not_after)?) })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.start, self.end) {
            (None, None) => f.write_str("any time"),
            (Some(start), None) => write!(f, "from {start}"),
            (None, Some(end)) => write!(f, "until {end}"),
            (Some(start), Some(end)) => write!(f, "{start} to {end}"),
        }
    }
}

impl Prepared {
    fn read(json: &str) -> Result<Self> {
        let document = document(json)?;
        let tlogs = document.tlogs.iter().map(|log| (&log.log_id, &log.public_key));
        let ctlogs = document.ctlogs.iter().map(|log| (&log.log_id, &log.public_key));
        let mut anchors = Vec::new();
        for authority in &document.certificate_authorities {
            anchors.extend(anchors_of(&authority.cert_chain, authority.valid_for)?);
        }
        let authorities = document.timestamp_authorities.iter();
        Ok(Prepared {
            has_clock: !document.tlogs.is_empty() || !document.timestamp_authorities.is_empty(),
            logs: logs(tlogs)?,
            ct_logs: logs(ctlogs)?,
            anchors,
            authorities: authorities
                .map(|one| authority(&one.cert_chain, one.valid_for))
                .collect::<Result<_>>()?,
        })
    }
}

/// Protobuf's JSON leaves out empty texts, and the engine's reader misses these three. Nothing here is about
/// where a log or an authority can be reached.
fn document(json: &str) -> Result<Document> {
    const ONE: &str = "one JSON document trusted_root.json";
    let broken = |error: serde_json::Error| invalid(ONE, error);
    // A member that stands there twice must not be lost before it is refused.
    json::parse(json.as_bytes(), Limits::default().json_depth, "trusted root")
        .map_err(|error| invalid(ONE, error.found_text()))?;
    let mut document: Value = serde_json::from_str(json).map_err(broken)?;
    for (list, address) in [("tlogs", "baseUrl"), ("ctlogs", "baseUrl"), ("certificateAuthorities", "uri")] {
        let entries = document.get_mut(list).and_then(Value::as_array_mut);
        for entry in entries.into_iter().flatten().filter_map(Value::as_object_mut) {
            entry.entry(address).or_insert_with(|| Value::from(""));
        }
    }
    serde_json::from_value(document).map_err(broken)
}

fn logs<'d>(listed: impl Iterator<Item = (&'d LogId, &'d LogKey)>) -> Result<Vec<Log>> {
    let mut logs: Vec<Log> = Vec::new();
    for (id, key) in listed {
        let (id, window) = (id.key_id.as_bytes().to_vec(), Window::of_range(key.valid_for)?);
        if id.len() != 32 {
            return Err(invalid("log IDs of 32 bytes", format!("one of {}", id.len())));
        }
        if logs.iter().any(|known| known.id == id) {
            return Err(invalid("each log once", format!("log {} twice", crate::digest::hex(&id))));
        }
        if let Ok(key) = PublicKey::from_spki(key.raw_bytes.as_bytes()) {
            logs.push(Log { id, key, window });
        }
    }
    Ok(logs)
}

fn anchors_of(chain: &CertChain, range: Option<TimeRange>) -> Result<Vec<Anchor>> {
    if chain.certificates.is_empty() {
        return Err(invalid("a certificate for each authority", "an empty chain"));
    }
    let mut window = Window::of_range(range)?;
    let mut anchors = Vec::new();
    // From the root down: an expired certificate takes along everything below it.
    for entry in chain.certificates.iter().rev() {
        let der = CertificateDer::from(entry.raw_bytes.as_bytes());
        let anchor =
            webpki::anchor_from_trusted_cert(&der).map_err(|error| invalid("a certificate", error))?;
        let certificate = Certificate::from_der(entry.raw_bytes.as_bytes())
            .map_err(|error| invalid("a certificate", error))?;
        let own = Window::of_certificate(&certificate);
        let constraints = certificate.tbs_certificate.get::<BasicConstraints>();
        let constraints = constraints.map_err(|error| invalid("a certificate", error))?;
        let path_length = constraints.and_then(|(_, own)| own.path_len_constraint).map(usize::from);
        window = window.and(own.ok_or_else(|| invalid("a certificate", "one without a readable validity"))?);
        anchors.push(Anchor { anchor: anchor.to_owned(), window, path_length });
    }
    Ok(anchors)
}

fn authority(chain: &CertChain, range: Option<TimeRange>) -> Result<Authority> {
    Window::of_range(range)?;
    let der = |at: usize| chain.certificates.get(at).map(|entry| entry.raw_bytes.clone());
    let last = chain.certificates.len().saturating_sub(1);
    let (Some(leaf), Some(root)) = (der(0), der(last)) else {
        return Err(invalid("a certificate for each timestamp authority", "an empty chain"));
    };
    let certificate =
        Certificate::from_der(leaf.as_bytes()).map_err(|error| invalid("a certificate", error))?;
    let between = (1..last).filter_map(der).collect();
    Ok(Authority::new(&certificate, TsaAuthority::new(leaf, between, root, range)))
}

fn invalid(expected: &str, found: impl fmt::Display) -> Error {
    Error::new(Code::RootInvalid, "trusted root").expected(expected).found(found)
}

#[cfg(test)]
mod tests;
