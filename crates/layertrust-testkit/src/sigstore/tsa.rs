//! A timestamp authority (RFC 3161): a root and a leaf, and the tokens that the leaf signs.

use super::time::{Time, Validity, Window};
use super::timestamp::{self, TokenOptions};
use super::x509::{
    CERTIFICATE_SIGNING, Certificate, Certified, DIGITAL_SIGNATURE, Extension, Name, TIME_STAMPING, serial,
};
use crate::key::{Algorithm, TestKey};

/// How an authority's certificates look.
#[derive(Clone, Debug)]
pub struct TsaOptions {
    /// The leaf's key; its hash is SHA-256 (P-256) or SHA-384 (P-384).
    pub algorithm: Algorithm,
    /// How long the certificates above the leaf are valid.
    pub root: Validity,
    /// How long the leaf is valid.
    pub leaf: Validity,
    /// The leaf's purposes, [`TIME_STAMPING`] and nothing else of a sound one.
    pub purposes: Vec<&'static str>,
    /// Whether the purposes are critical, which RFC 3161 demands.
    pub purposes_critical: bool,
    /// Puts an intermediate between root and leaf.
    pub intermediate: bool,
}

impl TsaOptions {
    /// A sound authority, its certificates valid for that long.
    pub fn valid(validity: Validity) -> Self {
        Self {
            algorithm: Algorithm::P256,
            root: validity,
            leaf: validity,
            purposes: vec![TIME_STAMPING],
            purposes_critical: true,
            intermediate: false,
        }
    }
}

/// A timestamp authority.
#[derive(Clone)]
pub struct Tsa {
    /// The certificate and key that sign tokens.
    pub leaf: Certified,
    /// The certificates above it, the root last.
    pub above: Vec<Certified>,
    /// Where it would be found.
    pub uri: String,
    /// How long it is trusted.
    pub window: Window,
}

impl Tsa {
    /// The authority of that name.
    pub fn new(label: &str, options: &TsaOptions) -> Self {
        let key = |what: &str| TestKey::p256(&format!("sigstore {label} tsa {what}"));
        let name = |what: &str| Name::new(label, &format!("{label} tsa {what}"));
        let mut above = vec![authority(key("root"), name("root"), options.root, None)];
        if options.intermediate {
            let between = authority(key("intermediate"), name("intermediate"), options.root, above.first());
            above.insert(0, between);
        }
        let issuer = &above[0];
        let leaf_key = TestKey::of(options.algorithm, &format!("sigstore {label} tsa"));
        let certificate = Certificate {
            serial: serial(&format!("{label} tsa")),
            issuer: issuer.name().clone(),
            validity: options.leaf,
            subject: Name::new(label, &format!("{label} tsa")),
            spki: leaf_key.spki_der(),
            extensions: vec![
                Extension::key_usage(DIGITAL_SIGNATURE),
                Extension::subject_key_identifier(&leaf_key.spki_der()),
                Extension::authority_key_identifier(&issuer.key.spki_der()),
                Extension::extended_key_usage(options.purposes_critical, &options.purposes),
            ],
        };
        Self {
            leaf: Certified::new(leaf_key, certificate, Some(&issuer.key)),
            above,
            uri: format!("https://tsa.{label}.test/api/v1/timestamp"),
            window: Window::from(options.root.not_before),
        }
    }

    /// The certificates as a trusted root lists them: leaf, intermediate, root.
    pub fn chain(&self) -> Vec<Vec<u8>> {
        std::iter::once(&self.leaf).chain(&self.above).map(|certified| certified.der.clone()).collect()
    }

    /// A sound response about these bytes (a signature), without certificates in it.
    pub fn timestamp(&self, bytes: &[u8], time: Time) -> Vec<u8> {
        self.timestamp_with(bytes, time, &TokenOptions::default())
    }

    /// A response of any soundness.
    pub fn timestamp_with(&self, bytes: &[u8], time: Time, options: &TokenOptions) -> Vec<u8> {
        timestamp::response(&self.leaf, bytes, time, options)
    }
}

fn authority(key: TestKey, name: Name, validity: Validity, issuer: Option<&Certified>) -> Certified {
    let mut extensions = vec![
        Extension::key_usage(CERTIFICATE_SIGNING),
        Extension::authority(None),
        Extension::subject_key_identifier(&key.spki_der()),
    ];
    if let Some(issuer) = issuer {
        extensions.push(Extension::extended_key_usage(false, &[TIME_STAMPING]));
        extensions.push(Extension::authority_key_identifier(&issuer.key.spki_der()));
    }
    let certificate = Certificate {
        serial: serial(&name.common_name),
        issuer: issuer.map_or_else(|| name.clone(), |issuer| issuer.name().clone()),
        validity,
        spki: key.spki_der(),
        subject: name,
        extensions,
    };
    Certified::new(key, certificate, issuer.map(|issuer| &issuer.key))
}
