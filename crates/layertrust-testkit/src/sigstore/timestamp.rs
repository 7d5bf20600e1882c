//! A timestamp response: a status and a token, which is CMS signed data (RFC 5652) around a `TSTInfo`.

use sha2::{Digest as _, Sha256, Sha384};

use super::der;
use super::time::Time;
use super::x509::{Certified, serial, signature_oid};
use crate::key::{Algorithm, TestKey};

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const SHA384: &str = "2.16.840.1.101.3.4.2.2";
/// Sigstore's timestamping policy.
const POLICY: &str = "1.3.6.1.4.1.57264.2";

/// How a response looks; the default is a sound one without certificates, as Sigstore's is.
#[derive(Clone, Default)]
pub struct TokenOptions {
    /// Certificates to embed.
    pub certificates: Vec<Vec<u8>>,
    /// Leaves out the attribute that names the signer's certificate.
    pub without_signing_certificate: bool,
    /// Leaves out the attribute that names the content's type.
    pub without_content_type: bool,
    /// Puts a wrong digest of the `TSTInfo` under the signature.
    pub wrong_message_digest: bool,
    /// A key that signs in place of the authority's: a forgery in its name.
    pub forged_by: Option<TestKey>,
    /// The response's status; 0 is granted, 2 refused.
    pub status: u64,
    /// Writes the token alone, without the response around it.
    pub bare_token: bool,
}

/// The response of the holder of `signer` about some bytes.
pub fn response(signer: &Certified, bytes: &[u8], time: Time, options: &TokenOptions) -> Vec<u8> {
    let token = token(signer, bytes, time, options);
    if options.bare_token {
        return token;
    }
    der::sequence(&[der::sequence(&[der::integer(options.status)]), token])
}

fn token(signer: &Certified, bytes: &[u8], time: Time, options: &TokenOptions) -> Vec<u8> {
    let info = tst_info(signer, bytes, time);
    let key = options.forged_by.as_ref().unwrap_or(&signer.key);
    let (digest_oid, digest) = match key.algorithm() {
        Algorithm::P384 => (SHA384, Sha384::digest(&info).to_vec()),
        _ => (SHA256, Sha256::digest(&info).to_vec()),
    };
    let attributes = attributes(signer, digest, time, options);
    let signature = key.sign(&der::set_of(&attributes));
    let signer_info = der::sequence(&[
        der::integer(1),
        issuer_and_serial(signer, signer.certificate.issuer.der()),
        der::algorithm(digest_oid),
        // The same set under another tag: the signature covers it as SET OF.
        der::tagged(0, &content_of(&der::set_of(&attributes))),
        der::algorithm(signature_oid(key.algorithm())),
        der::octet_string(&signature),
    ]);
    let mut fields = vec![
        der::integer(3),
        der::set_of(&[der::algorithm(digest_oid)]),
        der::sequence(&[der::oid(TST_INFO), der::tagged(0, &der::octet_string(&info))]),
    ];
    if !options.certificates.is_empty() {
        fields.push(der::tagged(0, &options.certificates.concat()));
    }
    fields.push(der::set_of(&[signer_info]));
    der::sequence(&[der::oid(SIGNED_DATA), der::tagged(0, &der::sequence(&fields))])
}

fn tst_info(signer: &Certified, bytes: &[u8], time: Time) -> Vec<u8> {
    let imprint = der::sequence(&[
        der::sequence(&[der::oid(SHA256), der::null()]),
        der::octet_string(&Sha256::digest(bytes)),
    ]);
    let authority = der::tagged(4, &signer.name().der());
    der::sequence(&[
        der::integer(1),
        der::oid(POLICY),
        imprint,
        der::unsigned(&serial(&format!("token {:?} {bytes:?} {}", signer.name(), time.0))),
        der::generalized_time(time),
        der::tagged(0, &authority),
    ])
}

fn attributes(signer: &Certified, mut digest: Vec<u8>, time: Time, options: &TokenOptions) -> Vec<Vec<u8>> {
    let attribute = |oid: &str, value: Vec<u8>| der::sequence(&[der::oid(oid), der::set_of(&[value])]);
    if options.wrong_message_digest {
        digest[0] ^= 1;
    }
    let mut attributes = vec![
        attribute(SIGNING_TIME, der::utc_time(time)),
        attribute(MESSAGE_DIGEST, der::octet_string(&digest)),
    ];
    if !options.without_content_type {
        attributes.push(attribute(CONTENT_TYPE, der::oid(TST_INFO)));
    }
    if !options.without_signing_certificate {
        let issuer = der::sequence(&[der::tagged(4, &signer.certificate.issuer.der())]);
        let identifier = der::sequence(&[
            der::octet_string(&Sha256::digest(&signer.der)),
            issuer_and_serial(signer, issuer),
        ]);
        let value = der::sequence(&[der::sequence(&[identifier])]);
        attributes.push(attribute(SIGNING_CERTIFICATE_V2, value));
    }
    attributes
}

fn issuer_and_serial(signer: &Certified, issuer: Vec<u8>) -> Vec<u8> {
    der::sequence(&[issuer, der::unsigned(&signer.certificate.serial)])
}

/// The content of an element, without tag and length.
fn content_of(element: &[u8]) -> Vec<u8> {
    let long = usize::from(element[1] & 0x7f);
    let header = if element[1] < 0x80 { 2 } else { 2 + long };
    element[header..].to_vec()
}
