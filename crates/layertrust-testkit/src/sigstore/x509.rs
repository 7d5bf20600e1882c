//! X.509 certificates, every field of them at a test's will.

use sha2::{Digest as _, Sha256};

use super::der;
use super::pem;
use super::time::Validity;
use crate::json::Json;
use crate::key::{Algorithm, TestKey};
use crate::object;

/// Key usage `digitalSignature`.
pub const DIGITAL_SIGNATURE: u8 = 0x80;
/// Key usage `keyCertSign` and `cRLSign`.
pub const CERTIFICATE_SIGNING: u8 = 0x06;
/// The purpose of a signing certificate.
pub const CODE_SIGNING: &str = "1.3.6.1.5.5.7.3.3";
/// The purpose of a timestamp authority's certificate.
pub const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
/// A purpose that no part of Sigstore has.
pub const SERVER_AUTHENTICATION: &str = "1.3.6.1.5.5.7.3.1";

/// A distinguished name: organization and common name, or nothing at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// `O=`; left out when empty.
    pub organization: String,
    /// `CN=`; left out when empty.
    pub common_name: String,
}

impl Name {
    /// Organization and common name.
    pub fn new(organization: &str, common_name: &str) -> Self {
        Self { organization: organization.to_owned(), common_name: common_name.to_owned() }
    }

    /// As a certificate holds it.
    pub fn der(&self) -> Vec<u8> {
        let parts: Vec<Vec<u8>> = [("2.5.4.10", &self.organization), ("2.5.4.3", &self.common_name)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(oid, text)| der::set_of(&[der::sequence(&[der::oid(oid), der::printable(text)])]))
            .collect();
        der::sequence(&parts)
    }

    /// As a trusted root names an authority.
    pub fn json(&self) -> Json {
        object! { "organization": &self.organization, "commonName": &self.common_name }
    }
}

/// One extension of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its identifier, dotted.
    pub oid: String,
    /// Whether a reader that does not know it must refuse the certificate.
    pub critical: bool,
    /// The DER inside the octet string.
    pub value: Vec<u8>,
}

impl Extension {
    /// An extension of choice.
    pub fn new(oid: &str, critical: bool, value: Vec<u8>) -> Self {
        Self { oid: oid.to_owned(), critical, value }
    }

    /// Key usage, critical. The bits of the first byte: [`DIGITAL_SIGNATURE`], [`CERTIFICATE_SIGNING`].
    pub fn key_usage(bits: u8) -> Self {
        let unused = u8::try_from(bits.trailing_zeros().min(7)).unwrap();
        Self::new("2.5.29.15", true, der::bit_string_unused(unused, &[bits]))
    }

    /// Extended key usage.
    pub fn extended_key_usage(critical: bool, purposes: &[&str]) -> Self {
        let purposes: Vec<Vec<u8>> = purposes.iter().map(|purpose| der::oid(purpose)).collect();
        Self::new("2.5.29.37", critical, der::sequence(&purposes))
    }

    /// Basic constraints of a certificate authority, critical.
    pub fn authority(path_length: Option<u64>) -> Self {
        let mut fields = vec![der::boolean_true()];
        fields.extend(path_length.map(der::integer));
        Self::new("2.5.29.19", true, der::sequence(&fields))
    }

    /// The identifier of the certificate's own key.
    pub fn subject_key_identifier(spki: &[u8]) -> Self {
        Self::new("2.5.29.14", false, der::octet_string(&key_identifier(spki)))
    }

    /// The identifier of the issuer's key.
    pub fn authority_key_identifier(issuer_spki: &[u8]) -> Self {
        let identifier = der::tagged_primitive(0, &key_identifier(issuer_spki));
        Self::new("2.5.29.35", false, der::sequence(&[identifier]))
    }

    fn der(&self) -> Vec<u8> {
        let mut fields = vec![der::oid(&self.oid)];
        if self.critical {
            fields.push(der::boolean_true());
        }
        fields.push(der::octet_string(&self.value));
        der::sequence(&fields)
    }
}

/// What a certificate says, before anybody signs it.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The serial number, big-endian.
    pub serial: Vec<u8>,
    /// Who issues it.
    pub issuer: Name,
    /// How long it is valid.
    pub validity: Validity,
    /// Whom it is for.
    pub subject: Name,
    /// The public key (SubjectPublicKeyInfo).
    pub spki: Vec<u8>,
    /// The extensions, in this order.
    pub extensions: Vec<Extension>,
}

impl Certificate {
    /// The part that is signed; it names the algorithm of the issuer's key.
    pub fn to_be_signed(&self, algorithm: Algorithm) -> Vec<u8> {
        let extensions: Vec<Vec<u8>> = self.extensions.iter().map(Extension::der).collect();
        der::sequence(&[
            der::tagged(0, &der::integer(2)),
            der::unsigned(&self.serial),
            der::algorithm(signature_oid(algorithm)),
            self.issuer.der(),
            der::sequence(&[der::time(self.validity.not_before), der::time(self.validity.not_after)]),
            self.subject.der(),
            self.spki.clone(),
            der::tagged(3, &der::sequence(&extensions)),
        ])
    }

    /// The certificate, signed by the issuer's key (or by whose key a test likes).
    pub fn sign(&self, key: &TestKey) -> Vec<u8> {
        let to_be_signed = self.to_be_signed(key.algorithm());
        let signature = der::bit_string(&key.sign(&to_be_signed));
        der::sequence(&[to_be_signed, der::algorithm(signature_oid(key.algorithm())), signature])
    }
}

/// A key with the certificate that vouches for it.
#[derive(Clone)]
pub struct Certified {
    /// The private key.
    pub key: TestKey,
    /// What the certificate says.
    pub certificate: Certificate,
    /// The signed certificate.
    pub der: Vec<u8>,
}

impl Certified {
    /// Signs a certificate for `key` with the key of `issuer`; a root signs itself.
    pub fn new(key: TestKey, certificate: Certificate, issuer: Option<&TestKey>) -> Self {
        let der = certificate.sign(issuer.unwrap_or(&key));
        Self { key, certificate, der }
    }

    /// The name of its subject.
    pub fn name(&self) -> &Name {
        &self.certificate.subject
    }

    /// The certificate as PEM.
    pub fn pem(&self) -> String {
        pem::certificate(&self.der)
    }
}

/// The identifier of the algorithm with which a key signs.
pub fn signature_oid(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::P256 => "1.2.840.10045.4.3.2",
        Algorithm::P384 => "1.2.840.10045.4.3.3",
        Algorithm::Ed25519 => "1.3.101.112",
    }
}

/// A serial number of 16 bytes that depends on the label alone.
pub fn serial(label: &str) -> Vec<u8> {
    let mut serial = Sha256::digest(format!("serial number {label}"))[..16].to_vec();
    // Positive, and 16 bytes long whatever the hash is.
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

fn key_identifier(spki: &[u8]) -> Vec<u8> {
    // RFC 7093, method 1: no SHA-1 is needed to identify a key.
    Sha256::digest(spki)[..20].to_vec()
}
