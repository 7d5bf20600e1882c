//! Who signs, and what a signature is over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::pem;
use crate::cosign::pae;
use crate::json::Json;
use crate::key::TestKey;
use crate::object;
use crate::statement::IN_TOTO;

/// A key, with the certificates that vouch for it when the signature is keyless.
#[derive(Clone)]
pub struct Signer {
    /// The key.
    pub key: TestKey,
    /// The leaf first, then what stands above it; empty when the key is known otherwise.
    pub certificates: Vec<Vec<u8>>,
}

impl Signer {
    /// A signer by its key alone.
    pub fn key(key: &TestKey) -> Self {
        Self { key: key.clone(), certificates: Vec::new() }
    }

    /// The leaf certificate, if there is one.
    pub fn leaf(&self) -> Option<&[u8]> {
        self.certificates.first().map(Vec::as_slice)
    }

    /// What verifies the signature, as PEM: the leaf certificate or the public key.
    pub fn pem(&self) -> String {
        self.leaf().map_or_else(|| self.key.public_pem(), pem::certificate)
    }

    /// Signs an artifact itself.
    pub fn message(&self, artifact: &[u8]) -> Signed {
        Signed {
            signature: self.key.sign(artifact),
            digest: Sha256::digest(artifact).into(),
            form: Form::Message,
        }
    }

    /// Signs an in-toto statement in an envelope.
    pub fn dsse(&self, statement: &[u8]) -> Signed {
        self.dsse_of_type(IN_TOTO, statement)
    }

    /// Signs a payload of any type in an envelope.
    pub fn dsse_of_type(&self, payload_type: &str, payload: &[u8]) -> Signed {
        let encoded = pae(payload_type, payload);
        Signed {
            signature: self.key.sign(&encoded),
            digest: Sha256::digest(&encoded).into(),
            form: Form::Dsse { payload_type: payload_type.to_owned(), payload: payload.to_vec() },
        }
    }
}

/// A signature with what it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The signature.
    pub signature: Vec<u8>,
    /// SHA-256 of the signed bytes: of the artifact, or of the envelope's pre-authentication encoding.
    pub digest: [u8; 32],
    /// The form in which a bundle carries it.
    pub form: Form,
}

/// The two forms of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Over the artifact.
    Message,
    /// Over a payload in an envelope.
    Dsse {
        /// The payload's type.
        payload_type: String,
        /// The payload.
        payload: Vec<u8>,
    },
}

impl Signed {
    /// The signature in Base64.
    pub fn base64(&self) -> String {
        STANDARD.encode(&self.signature)
    }

    /// Type and payload of the envelope. Panics on a signature over an artifact.
    pub fn payload(&self) -> (&str, &[u8]) {
        match &self.form {
            Form::Dsse { payload_type, payload } => (payload_type, payload),
            Form::Message => panic!("a message signature has no envelope"),
        }
    }

    /// The envelope, in cosign's order. Panics on a signature over an artifact.
    pub fn envelope(&self) -> Json {
        let (payload_type, payload) = self.payload();
        object! {
            "payload": STANDARD.encode(payload),
            "payloadType": payload_type,
            "signatures": [object! { "sig": self.base64() }],
        }
    }

    /// A bundle's `messageSignature`.
    pub fn message_signature(&self) -> Json {
        object! {
            "messageDigest": object! { "algorithm": "SHA2_256", "digest": STANDARD.encode(self.digest) },
            "signature": self.base64(),
        }
    }
}
