//! Signing certificates: what one says, read once. Nothing here says that it can be believed.

use std::collections::{BTreeMap, BTreeSet};

use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages, SubjectAltName};

use super::root::Window;
use crate::code::Code;
use crate::error::{Error, Result};
use crate::verify::identity::{CLAIMS, Identity};
use crate::verify::key::PublicKey;

/// Fulcio's arc; issuers are 1 (raw text, deprecated) and 8 (DER).
const FULCIO: &str = "1.3.6.1.4.1.57264.1";
/// A user name that is neither a URI nor an e-mail address, as an otherName.
const USERNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.7");

/// A signing certificate, parsed.
pub(super) struct SigningCertificate<'a> {
    pub(super) der: &'a [u8],
    pub(super) window: Window,
    /// SubjectPublicKeyInfo, DER.
    pub(super) public_key: Vec<u8>,
    certificate: Certificate,
}

impl<'a> SigningCertificate<'a> {
    pub(super) fn parse(der: &'a [u8]) -> Result<Self> {
        let certificate = Certificate::from_der(der).map_err(|error| invalid("X.509, DER", error))?;
        let window = Window::of_certificate(&certificate);
        let tbs = &certificate.tbs_certificate;
        let public_key =
            tbs.subject_public_key_info.to_der().map_err(|error| invalid("a public key", error))?;
        let mut seen = BTreeSet::new();
        for extension in tbs.extensions.iter().flatten() {
            if !seen.insert(extension.extn_id) {
                return Err(invalid("each extension once", format!("{} twice", extension.extn_id)));
            }
        }
        let usage = tbs.get::<KeyUsage>().map_err(|error| invalid("a readable key usage", error))?;
        if usage.is_some_and(|(_, KeyUsage(usage))| !usage.contains(KeyUsages::DigitalSignature)) {
            return Err(invalid("a key that may sign", "another key usage"));
        }
        Ok(SigningCertificate {
            der,
            window: window.ok_or_else(|| invalid("a readable validity", "none"))?,
            public_key,
            certificate,
        })
    }

    /// The value of an extension.
    pub(super) fn extension(&self, oid: &str) -> Option<&[u8]> {
        let oid = ObjectIdentifier::new(oid).ok()?;
        let mut extensions = self.certificate.tbs_certificate.extensions.iter().flatten();
        extensions.find(|extension| extension.extn_id == oid).map(|extension| extension.extn_value.as_bytes())
    }

    pub(super) fn key(&self) -> Result<PublicKey> {
        PublicKey::from_spki(&self.public_key)
            .map_err(|error| invalid("a usable public key", error.found_text()))
    }

    /// Who the certificate was issued to.
    pub(super) fn identity(&self) -> Result<Identity> {
        let tbs = &self.certificate.tbs_certificate;
        let names = tbs.get::<SubjectAltName>().map_err(|error| invalid("readable names", error))?;
        let names: Vec<String> =
            names.iter().flat_map(|(_, names)| names.0.iter()).filter_map(name).collect();
        let mut claims = BTreeMap::new();
        for (number, claim) in CLAIMS {
            if let Some(text) = self.claim(number)? {
                claims.insert(claim, text);
            }
        }
        let issuer = match (self.claim(8)?, self.claim(1)?) {
            (Some(issuer), Some(old)) if issuer != old => {
                return Err(invalid("one issuer", format!("{issuer:?} and {old:?}")));
            }
            (Some(issuer), _) | (None, Some(issuer)) => issuer,
            // Only an authority of a private PKI leaves it out; a distinguished name is no URL.
            (None, None) => tbs.issuer.to_string(),
        };
        Ok(Identity { issuer, names, claims })
    }

    fn claim(&self, number: u8) -> Result<Option<String>> {
        let Some(value) = self.extension(&format!("{FULCIO}.{number}")) else { return Ok(None) };
        let text = match number {
            0..=6 => std::str::from_utf8(value).ok(),
            _ => Utf8StringRef::from_der(value).ok().map(|text| text.as_str()),
        };
        let text = text
            .ok_or_else(|| invalid("claims that are text", format!("another value of {FULCIO}.{number}")))?;
        Ok(Some(text.to_owned()))
    }
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
        GeneralName::Rfc822Name(mail) => Some(mail.to_string()),
        GeneralName::OtherName(other) if other.type_id == USERNAME => {
            Some(other.value.decode_as::<Utf8StringRef<'_>>().ok()?.as_str().to_owned())
        }
        _ => None,
    }
}

fn invalid(expected: &str, found: impl std::fmt::Display) -> Error {
    Error::new(Code::CertificateInvalid, "signing certificate").expected(expected).found(found)
}
