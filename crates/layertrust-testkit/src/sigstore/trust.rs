//! The trusted root: which keys and authorities a verifier believes, and for how long.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::authority::Authority;
use super::ct::CtLog;
use super::rekor::{RekorV1, RekorV2};
use super::time::Window;
use super::tsa::Tsa;
use super::x509::Name;
use crate::json::Json;
use crate::key::Algorithm;
use crate::key::TestKey;
use crate::object;

/// The media type of a trusted root.
pub const TRUSTED_ROOT: &str = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";

/// A trusted root, every part of it replaceable.
#[derive(Clone)]
pub struct TrustedRoot {
    /// What it claims to be.
    pub media_type: String,
    /// The transparency logs.
    pub tlogs: Vec<Log>,
    /// The certificate authorities.
    pub certificate_authorities: Vec<Chain>,
    /// The certificate transparency logs.
    pub ctlogs: Vec<Log>,
    /// The timestamp authorities.
    pub timestamp_authorities: Vec<Chain>,
}

/// A log of either kind.
#[derive(Clone)]
pub struct Log {
    /// Where it is found; of a Rekor v2 log the host is the origin of its checkpoints.
    pub base_url: String,
    /// Its public key.
    pub key: TestKey,
    /// Its identifier.
    pub id: Vec<u8>,
    /// How long the key is trusted.
    pub window: Window,
}

/// An authority of either kind.
#[derive(Clone)]
pub struct Chain {
    /// Whom the authority is run by.
    pub subject: Name,
    /// Where it is found.
    pub uri: String,
    /// Its certificates, the root last; a timestamp authority's leaf first.
    pub certificates: Vec<Vec<u8>>,
    /// How long it is trusted.
    pub window: Window,
}

impl TrustedRoot {
    /// A root that trusts nobody.
    pub fn empty() -> Self {
        Self {
            media_type: TRUSTED_ROOT.to_owned(),
            tlogs: Vec::new(),
            certificate_authorities: Vec::new(),
            ctlogs: Vec::new(),
            timestamp_authorities: Vec::new(),
        }
    }

    /// As the file holds it.
    pub fn json(&self) -> Json {
        let logs = |logs: &[Log]| logs.iter().map(Log::json).collect::<Vec<_>>();
        let chains = |chains: &[Chain]| chains.iter().map(Chain::json).collect::<Vec<_>>();
        object! {
            "mediaType": &self.media_type,
            "tlogs": logs(&self.tlogs),
            "certificateAuthorities": chains(&self.certificate_authorities),
            "ctlogs": logs(&self.ctlogs),
            "timestampAuthorities": chains(&self.timestamp_authorities),
        }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        self.json().to_string()
    }
}

impl Log {
    fn json(&self) -> Json {
        let details = match self.key.algorithm() {
            Algorithm::P256 => "PKIX_ECDSA_P256_SHA_256",
            Algorithm::P384 => "PKIX_ECDSA_P384_SHA_384",
            Algorithm::Ed25519 => "PKIX_ED25519",
        };
        object! {
            "baseUrl": &self.base_url,
            "hashAlgorithm": "SHA2_256",
            "publicKey": object! {
                "rawBytes": STANDARD.encode(self.key.spki_der()),
                "keyDetails": details,
                "validFor": window(self.window),
            },
            "logId": object! { "keyId": STANDARD.encode(&self.id) },
        }
    }
}

impl Chain {
    fn json(&self) -> Json {
        let certificates: Vec<Json> =
            self.certificates.iter().map(|der| object! { "rawBytes": STANDARD.encode(der) }).collect();
        object! {
            "subject": self.subject.json(),
            "uri": &self.uri,
            "certChain": object! { "certificates": certificates },
            "validFor": window(self.window),
        }
    }
}

impl From<&RekorV1> for Log {
    fn from(log: &RekorV1) -> Self {
        let base_url = format!("https://{}", log.host);
        Self { base_url, key: log.key.clone(), id: log.id(), window: log.window }
    }
}

impl From<&RekorV2> for Log {
    fn from(log: &RekorV2) -> Self {
        let base_url = format!("https://{}", log.host);
        Self { base_url, key: log.key.clone(), id: log.id(), window: log.window }
    }
}

impl From<&CtLog> for Log {
    fn from(log: &CtLog) -> Self {
        let base_url = log.base_url.clone();
        Self { base_url, key: log.key.clone(), id: log.id().to_vec(), window: log.window }
    }
}

impl From<&Authority> for Chain {
    fn from(authority: &Authority) -> Self {
        Self {
            subject: authority.root.name().clone(),
            uri: authority.uri.clone(),
            certificates: authority.chain(),
            window: authority.window,
        }
    }
}

impl From<&Tsa> for Chain {
    fn from(tsa: &Tsa) -> Self {
        Self {
            subject: tsa.leaf.name().clone(),
            uri: tsa.uri.clone(),
            certificates: tsa.chain(),
            window: tsa.window,
        }
    }
}

fn window(window: Window) -> Json {
    let mut json = object! {};
    for (name, time) in [("start", window.start), ("end", window.end)] {
        if let Some(time) = time {
            json.add(name, time.rfc3339());
        }
    }
    json
}
