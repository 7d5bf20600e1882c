//! A certificate transparency log and the signed certificate timestamps that it gives (RFC 6962).

use sha2::{Digest as _, Sha256};

use super::der;
use super::time::{Time, Window};
use super::x509::Extension;
use crate::key::TestKey;

/// The extension that holds embedded timestamps.
pub const SCT_LIST: &str = "1.3.6.1.4.1.11129.2.4.2";

/// A log of certificates.
#[derive(Clone)]
pub struct CtLog {
    /// The key that signs timestamps.
    pub key: TestKey,
    /// Where it would be found.
    pub base_url: String,
    /// How long its key is trusted.
    pub window: Window,
}

impl CtLog {
    /// The log of that name.
    pub fn new(label: &str, start: Time) -> Self {
        Self {
            key: TestKey::p256(&format!("sigstore {label} ct log")),
            base_url: format!("https://ct.{label}.test"),
            window: Window::from(start),
        }
    }

    /// The SHA-256 of its public key.
    pub fn id(&self) -> [u8; 32] {
        Sha256::digest(self.key.spki_der()).into()
    }
}

/// One timestamp that a leaf certificate shall carry, with the ways to get it wrong.
#[derive(Clone)]
pub struct Sct {
    /// The log that signs.
    pub log: CtLog,
    /// The time it states, in milliseconds; of the certificate's first second when not given.
    pub milliseconds: Option<u64>,
    /// Extensions, as logs with static tiles write them.
    pub extensions: Vec<u8>,
    /// The public key of the issuer for which the log signs; the true issuer's when not given.
    pub issuer_spki: Option<Vec<u8>>,
    /// Signs, but over another precertificate.
    pub of_another_certificate: bool,
    /// The version it claims; the only one is 0.
    pub version: u8,
    /// Bytes behind the signature.
    pub trailing: Vec<u8>,
}

impl Sct {
    /// A sound timestamp of that log.
    pub fn by(log: &CtLog) -> Self {
        Self {
            log: log.clone(),
            milliseconds: None,
            extensions: Vec::new(),
            issuer_spki: None,
            of_another_certificate: false,
            version: 0,
            trailing: Vec::new(),
        }
    }

    /// The timestamp's bytes for a precertificate (a certificate's signed part without timestamps).
    pub fn bytes(&self, precertificate: &[u8], issuer_spki: &[u8], not_before: Time) -> Vec<u8> {
        let milliseconds =
            self.milliseconds.unwrap_or_else(|| u64::try_from(not_before.0).expect("after 1970") * 1000);
        let issuer_spki = self.issuer_spki.as_deref().unwrap_or(issuer_spki);
        let mut logged = precertificate.to_vec();
        if self.of_another_certificate {
            *logged.last_mut().expect("not empty") ^= 1;
        }
        let mut signed = vec![0, 0]; // v1, certificate_timestamp
        signed.extend(milliseconds.to_be_bytes());
        signed.extend([0, 1]); // precert_entry
        signed.extend(Sha256::digest(issuer_spki));
        signed.extend(counted(3, &logged));
        signed.extend(counted(2, &self.extensions));
        let mut bytes = vec![self.version];
        bytes.extend(self.log.id());
        bytes.extend(milliseconds.to_be_bytes());
        bytes.extend(counted(2, &self.extensions));
        bytes.extend([4, 3]); // sha256, ecdsa
        bytes.extend(counted(2, &self.log.key.sign(&signed)));
        bytes.extend(&self.trailing);
        bytes
    }
}

/// The extension with these timestamps.
pub fn extension(timestamps: &[Vec<u8>]) -> Extension {
    let list: Vec<u8> = timestamps.iter().flat_map(|timestamp| counted(2, timestamp)).collect();
    Extension::new(SCT_LIST, false, der::octet_string(&counted(2, &list)))
}

/// TLS's vector: the length in that many bytes, then the content.
fn counted(width: usize, content: &[u8]) -> Vec<u8> {
    let mut bytes = content.len().to_be_bytes()[8 - width..].to_vec();
    bytes.extend_from_slice(content);
    bytes
}
