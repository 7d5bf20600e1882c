//! A certificate authority as Fulcio is one: a root, an intermediate, and leaf certificates that name an
//! identity and live for ten minutes.

use super::ct::{self, Sct};
use super::identity::Identity;
use super::time::{Time, Validity, Window};
use super::x509::{
    CERTIFICATE_SIGNING, CODE_SIGNING, Certificate, Certified, DIGITAL_SIGNATURE, Extension, Name, serial,
};
use crate::key::{Algorithm, TestKey};

/// How an authority's own certificates look.
#[derive(Clone, Debug)]
pub struct AuthorityOptions {
    /// The keys of root and intermediate.
    pub algorithm: Algorithm,
    /// How long the root is valid.
    pub root: Validity,
    /// How long the intermediate is valid.
    pub intermediate: Validity,
    /// Makes another key for the intermediate under the same name, as a second region has one.
    pub region: &'static str,
}

impl AuthorityOptions {
    /// P-256, both certificates valid for that long.
    pub fn valid(validity: Validity) -> Self {
        Self { algorithm: Algorithm::P256, root: validity, intermediate: validity, region: "" }
    }
}

/// A certificate authority.
#[derive(Clone)]
pub struct Authority {
    /// The self-signed root.
    pub root: Certified,
    /// The intermediate that issues.
    pub intermediate: Certified,
    /// Where it would be found.
    pub uri: String,
    /// How long it is trusted.
    pub window: Window,
}

/// What an issued certificate shall look like; the default is what Fulcio issues, without a timestamp.
#[derive(Clone)]
pub struct LeafOptions {
    /// The embedded timestamps; none leaves the extension out.
    pub scts: Vec<Sct>,
    /// The bits of the key usage.
    pub key_usage: u8,
    /// The purposes; none leaves the extension out.
    pub purposes: Vec<&'static str>,
    /// A leaf that claims to be an authority.
    pub is_ca: bool,
    /// Extensions beside those that Fulcio writes, before the timestamps.
    pub extra: Vec<Extension>,
    /// The subject, empty at Fulcio's.
    pub subject: Name,
    /// A key that signs in place of the intermediate's: a forgery in its name.
    pub forged_by: Option<TestKey>,
}

impl Default for LeafOptions {
    fn default() -> Self {
        Self {
            scts: Vec::new(),
            key_usage: DIGITAL_SIGNATURE,
            purposes: vec![CODE_SIGNING],
            is_ca: false,
            extra: Vec::new(),
            subject: Name::default(),
            forged_by: None,
        }
    }
}

impl LeafOptions {
    /// A sound leaf with a timestamp of that log.
    pub fn logged(log: &ct::CtLog) -> Self {
        Self { scts: vec![Sct::by(log)], ..Self::default() }
    }
}

impl Authority {
    /// The authority of that name.
    pub fn new(label: &str, options: &AuthorityOptions) -> Self {
        let key = |what: &str| TestKey::of(options.algorithm, &format!("sigstore {label} {what}"));
        let root_key = key("root");
        let root_name = Name::new(label, &format!("{label} root"));
        let root = Certificate {
            serial: serial(&format!("{label} root")),
            issuer: root_name.clone(),
            validity: options.root,
            subject: root_name.clone(),
            spki: root_key.spki_der(),
            extensions: vec![
                Extension::key_usage(CERTIFICATE_SIGNING),
                Extension::authority(Some(1)),
                Extension::subject_key_identifier(&root_key.spki_der()),
            ],
        };
        let intermediate_key = key(&format!("intermediate{}", options.region));
        let intermediate = Certificate {
            serial: serial(&format!("{label} intermediate{}", options.region)),
            issuer: root_name,
            validity: options.intermediate,
            subject: Name::new(label, &format!("{label} intermediate")),
            spki: intermediate_key.spki_der(),
            extensions: vec![
                Extension::key_usage(CERTIFICATE_SIGNING),
                Extension::extended_key_usage(false, &[CODE_SIGNING]),
                Extension::authority(Some(0)),
                Extension::subject_key_identifier(&intermediate_key.spki_der()),
                Extension::authority_key_identifier(&root_key.spki_der()),
            ],
        };
        Self {
            intermediate: Certified::new(intermediate_key, intermediate, Some(&root_key)),
            root: Certified::new(root_key, root, None),
            uri: format!("https://fulcio.{label}.test"),
            window: Window::from(options.root.not_before),
        }
    }

    /// The certificates above a leaf, as a trusted root lists them: intermediate, root.
    pub fn chain(&self) -> Vec<Vec<u8>> {
        vec![self.intermediate.der.clone(), self.root.der.clone()]
    }

    /// Issues a certificate; the DER.
    pub fn issue(
        &self,
        identity: &Identity,
        spki: &[u8],
        not_before: Time,
        not_after: Time,
        options: &LeafOptions,
    ) -> Vec<u8> {
        let issuer = &self.intermediate;
        let issuer_spki = issuer.key.spki_der();
        let mut extensions = vec![Extension::key_usage(options.key_usage)];
        if !options.purposes.is_empty() {
            extensions.push(Extension::extended_key_usage(false, &options.purposes));
        }
        if options.is_ca {
            extensions.push(Extension::authority(None));
        }
        extensions.push(Extension::subject_key_identifier(spki));
        extensions.push(Extension::authority_key_identifier(&issuer_spki));
        extensions.extend(identity.extensions());
        extensions.extend(options.extra.iter().cloned());
        let mut leaf = Certificate {
            serial: serial(&format!("{:?} {identity:?} {spki:?} {}", issuer.name(), not_before.0)),
            issuer: issuer.name().clone(),
            validity: Validity { not_before, not_after },
            subject: options.subject.clone(),
            spki: spki.to_vec(),
            extensions,
        };
        let signer = options.forged_by.as_ref().unwrap_or(&issuer.key);
        if !options.scts.is_empty() {
            let precertificate = leaf.to_be_signed(signer.algorithm());
            let timestamps: Vec<Vec<u8>> =
                options.scts.iter().map(|sct| sct.bytes(&precertificate, &issuer_spki, not_before)).collect();
            leaf.extensions.push(ct::extension(&timestamps));
        }
        leaf.sign(signer)
    }
}
