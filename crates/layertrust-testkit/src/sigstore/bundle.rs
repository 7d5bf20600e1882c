//! Sigstore bundles of all versions, every part of them replaceable.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::body;
use super::entry::Entry;
use super::identity::Identity;
use super::signer::{Form, Signed, Signer};
use super::time::Time;
use super::world::World;
use crate::json::Json;
use crate::key::TestKey;
use crate::object;

/// The versions of the format, by the media type that names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 0.1: a chain, a promise.
    V01,
    /// 0.2: a chain, a proof.
    V02,
    /// 0.3: one certificate, a proof; under the older spelling of its media type.
    V03Old,
    /// 0.3, as it is written today.
    V03,
}

impl Version {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::V01, Self::V02, Self::V03Old, Self::V03];

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::V01 => "application/vnd.dev.sigstore.bundle+json;version=0.1",
            Self::V02 => "application/vnd.dev.sigstore.bundle+json;version=0.2",
            Self::V03Old => "application/vnd.dev.sigstore.bundle+json;version=0.3",
            Self::V03 => "application/vnd.dev.sigstore.bundle.v0.3+json",
        }
    }
}

/// A bundle. [`Bundle::json`] writes what is there, sound or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// What it claims to be.
    pub media_type: String,
    /// The one certificate of version 0.3.
    pub certificate: Option<Vec<u8>>,
    /// The chain of the older versions.
    pub chain: Option<Vec<Vec<u8>>>,
    /// The hint at a key.
    pub public_key: Option<String>,
    /// The log entries.
    pub entries: Vec<Entry>,
    /// The timestamp responses.
    pub timestamps: Vec<Vec<u8>>,
    /// A signature over an artifact: `messageSignature`.
    pub message: Option<Json>,
    /// A signature in an envelope: `dsseEnvelope`.
    pub envelope: Option<Json>,
    /// Members that the format does not know, written last.
    pub unknown: Vec<(String, Json)>,
}

impl Bundle {
    /// A bundle of a signature, without log entry and timestamp. The older versions hold the leaf alone in
    /// their chain, as their writers did.
    pub fn new(version: Version, signer: &Signer, signed: &Signed) -> Self {
        let leaf = signer.leaf().map(<[u8]>::to_vec);
        let single = matches!(version, Version::V03 | Version::V03Old);
        let (message, envelope) = match signed.form {
            Form::Message => (Some(signed.message_signature()), None),
            Form::Dsse { .. } => (None, Some(signed.envelope())),
        };
        Self {
            media_type: version.media_type().to_owned(),
            public_key: leaf.is_none().then(|| signer.key.hint()),
            certificate: leaf.clone().filter(|_| single),
            chain: leaf.filter(|_| !single).map(|leaf| vec![leaf]),
            entries: Vec::new(),
            timestamps: Vec::new(),
            message,
            envelope,
            unknown: Vec::new(),
        }
    }

    /// With a log entry.
    #[must_use]
    pub fn logged(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// With a timestamp response.
    #[must_use]
    pub fn timestamped(mut self, response: Vec<u8>) -> Self {
        self.timestamps.push(response);
        self
    }

    /// With this chain in place of a single certificate or a leaf alone.
    #[must_use]
    pub fn chained(mut self, certificates: &[Vec<u8>]) -> Self {
        self.certificate = None;
        self.chain = Some(certificates.to_vec());
        self
    }

    /// As the file holds it.
    pub fn json(&self) -> Json {
        let raw = |der: &Vec<u8>| object! { "rawBytes": STANDARD.encode(der) };
        let mut material = object! {};
        if let Some(certificate) = &self.certificate {
            material.add("certificate", raw(certificate));
        }
        if let Some(chain) = &self.chain {
            let certificates: Vec<Json> = chain.iter().map(raw).collect();
            material.add("x509CertificateChain", object! { "certificates": certificates });
        }
        if let Some(hint) = &self.public_key {
            material.add("publicKey", object! { "hint": hint });
        }
        if !self.entries.is_empty() {
            material.add("tlogEntries", self.entries.iter().map(Entry::json).collect::<Vec<_>>());
        }
        if !self.timestamps.is_empty() {
            let timestamps: Vec<Json> = self
                .timestamps
                .iter()
                .map(|response| object! { "signedTimestamp": STANDARD.encode(response) })
                .collect();
            material.add("timestampVerificationData", object! { "rfc3161Timestamps": timestamps });
        }
        let mut json = object! { "mediaType": &self.media_type, "verificationMaterial": material };
        for (name, content) in [("messageSignature", &self.message), ("dsseEnvelope", &self.envelope)] {
            if let Some(content) = content {
                json.add(name, content.clone());
            }
        }
        for (name, value) in &self.unknown {
            json.add(name, value.clone());
        }
        json
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        self.json().to_string()
    }
}

/// How long after its certificate was issued a signature is logged and timestamped, in seconds.
pub const SIGNING_DELAY: i64 = 4;

/// Today's usual form: an envelope, version 0.3, an entry `dsse` 0.0.1 of Rekor v1.
pub fn keyless_dsse(world: &World, identity: &Identity, statement: &[u8], at: Time) -> Bundle {
    let signer = world.signer(identity, at);
    let signed = signer.dsse(statement);
    let entry = world.rekor.entry(&body::dsse(&signer, &signed), at.plus(SIGNING_DELAY));
    Bundle::new(Version::V03, &signer, &signed).logged(entry)
}

/// The coming form: an envelope, version 0.3, an entry of Rekor v2 and a timestamp.
pub fn keyless_dsse_v2(world: &World, identity: &Identity, statement: &[u8], at: Time) -> Bundle {
    let signer = world.signer(identity, at);
    let signed = signer.dsse(statement);
    Bundle::new(Version::V03, &signer, &signed)
        .logged(world.rekor2.entry(&body::hashedrekord_v2(&signer, &signed)))
        .timestamped(world.tsa.timestamp(&signed.signature, at.plus(SIGNING_DELAY)))
}

/// A signature over an artifact, version 0.3, an entry `hashedrekord` 0.0.1 of Rekor v1.
pub fn keyless_message(world: &World, identity: &Identity, artifact: &[u8], at: Time) -> Bundle {
    let signer = world.signer(identity, at);
    let signed = signer.message(artifact);
    let entry = world.rekor.entry(&body::hashedrekord(&signer, &signed), at.plus(SIGNING_DELAY));
    Bundle::new(Version::V03, &signer, &signed).logged(entry)
}

/// An envelope signed by a key, with an entry `dsse` 0.0.1 of Rekor v1.
pub fn key_dsse(world: &World, key: &TestKey, statement: &[u8], at: Time) -> Bundle {
    let signer = Signer::key(key);
    let signed = signer.dsse(statement);
    Bundle::new(Version::V03, &signer, &signed).logged(world.rekor.entry(&body::dsse(&signer, &signed), at))
}

/// An artifact signed by a key, with an entry `hashedrekord` 0.0.1 of Rekor v1.
pub fn key_message(world: &World, key: &TestKey, artifact: &[u8], at: Time) -> Bundle {
    let signer = Signer::key(key);
    let signed = signer.message(artifact);
    let entry = world.rekor.entry(&body::hashedrekord(&signer, &signed), at);
    Bundle::new(Version::V03, &signer, &signed).logged(entry)
}
