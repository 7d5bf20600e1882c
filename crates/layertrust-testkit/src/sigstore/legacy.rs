//! cosign's older form: certificate, chain, log entry and timestamp as annotations of a layer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::entry::Entry;
use super::pem;
use super::signer::{Signed, Signer};
use crate::cosign::{self, LegacyLayer, SIGNATURE, SIMPLE_SIGNING};
use crate::json::Json;
use crate::object;

/// The annotation with the leaf certificate as PEM.
pub const CERTIFICATE: &str = "dev.sigstore.cosign/certificate";
/// The annotation with the certificates above the leaf as PEM.
pub const CHAIN: &str = "dev.sigstore.cosign/chain";
/// The annotation with the log entry.
pub const BUNDLE: &str = "dev.sigstore.cosign/bundle";
/// The annotation with the timestamp response.
pub const TIMESTAMP: &str = "dev.sigstore.cosign/rfc3161timestamp";

impl LegacyLayer {
    /// With an annotation set, in the order in which Go writes a map.
    #[must_use]
    pub fn annotated(mut self, name: &str, value: impl Into<String>) -> Self {
        self.annotations.retain(|(other, _)| other != name);
        self.annotations.push((name.to_owned(), value.into()));
        self.annotations.sort();
        self
    }

    /// Without an annotation.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.annotations.retain(|(other, _)| other != name);
        self
    }

    /// With the signer's certificate and the chain above it; a key adds nothing.
    #[must_use]
    pub fn certified(self, signer: &Signer) -> Self {
        match signer.certificates.split_first() {
            Some((leaf, above)) => {
                self.annotated(CERTIFICATE, pem::certificate(leaf)).annotated(CHAIN, pem::certificates(above))
            }
            None => self,
        }
    }

    /// With a log entry: its promise, not its proof.
    #[must_use]
    pub fn logged(self, entry: &Entry) -> Self {
        self.annotated(BUNDLE, entry.annotation().to_string())
    }

    /// With a timestamp response. Of a signature it is over the raw signature, of an attestation over the
    /// whole envelope.
    #[must_use]
    pub fn timestamped(self, response: &[u8]) -> Self {
        let value = object! { "SignedRFC3161Timestamp": STANDARD.encode(response) };
        self.annotated(TIMESTAMP, value.to_string())
    }
}

/// A signature of a simple-signing payload with the signer's certificates; also the signature itself, for
/// log and timestamp.
pub fn signature(signer: &Signer, payload: &Json) -> (LegacyLayer, Signed) {
    let bytes = payload.bytes();
    let signed = signer.message(&bytes);
    let annotations = vec![(SIGNATURE.to_owned(), signed.base64())];
    let layer = LegacyLayer { media_type: SIMPLE_SIGNING, bytes, annotations };
    (layer.certified(signer), signed)
}

/// An attestation with the signer's certificates.
pub fn attestation(signer: &Signer, statement: &[u8], predicate_type: &str) -> (LegacyLayer, Signed) {
    let signed = signer.dsse(statement);
    (cosign::attestation_layer(&signed.envelope(), predicate_type).certified(signer), signed)
}
