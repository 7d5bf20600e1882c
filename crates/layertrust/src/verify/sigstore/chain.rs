//! From a signing certificate to an authority of the root (RFC 5280, 6).

use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use sigstore_crypto::WEBPKI_VERIFICATION_ALGS;
use webpki::{EndEntityCert, KeyUsage, VerifiedPath};
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Encode as _, Tag};

use super::root::{Anchor, Prepared, Window};
use crate::code::Code;
use crate::error::{Error, Result};

/// id-kp-codeSigning (RFC 5280, 4.2.1.12), as the contents of its OBJECT IDENTIFIER.
const CODE_SIGNING: [u8; 8] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03];

/// Verifies that the certificate chains to an authority of the root for code signing, at every one of `times`.
/// Returns the public key of whoever issued it, as its SubjectPublicKeyInfo.
///
/// Not checked: revocation. The certificates live for minutes and the authorities publish no lists.
pub(super) fn verify(
    root: &Prepared,
    leaf: &[u8],
    intermediates: &[Vec<u8>],
    times: &[Timestamp],
) -> Result<Vec<u8>> {
    let mut verified: Option<Path> = None;
    for time in times {
        // The signatures in a path do not depend on the time; only the periods have to be looked at again.
        match &verified {
            Some(path) if path.holds_at(*time) => {}
            _ => verified = Some(at(root, leaf, intermediates, *time)?),
        }
    }
    let path = verified.ok_or_else(|| Error::new(Code::TimeNotProved, "certificate").found("no time"))?;
    Ok(path.issuer)
}

struct Path {
    issuer: Vec<u8>,
    /// When the path holds, if it has no certificate between leaf and authority. The leaf is checked apart.
    window: Option<Window>,
}

impl Path {
    fn holds_at(&self, time: Timestamp) -> bool {
        self.window.is_some_and(|window| window.contains(time))
    }
}

fn at(root: &Prepared, leaf: &[u8], intermediates: &[Vec<u8>], time: Timestamp) -> Result<Path> {
    let usable: Vec<&Anchor> = root.anchors.iter().filter(|anchor| anchor.window.contains(time)).collect();
    let anchors: Vec<TrustAnchor<'static>> = usable.iter().map(|anchor| anchor.anchor.clone()).collect();
    if anchors.is_empty() {
        return Err(invalid(format!("an authority of the root that is valid at {time}"), "none"));
    }
    let der = CertificateDer::from(leaf);
    let certificate =
        EndEntityCert::try_from(&der).map_err(|error| invalid("an X.509 certificate", error))?;
    let between: Vec<CertificateDer<'_>> =
        intermediates.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let same = |one: &TrustAnchor<'_>, other: &TrustAnchor<'_>| {
        one.subject == other.subject && one.subject_public_key_info == other.subject_public_key_info
    };
    let is_short = |path: &VerifiedPath<'_>| {
        let length = path.intermediate_certificates().count();
        let mut own = usable.iter().filter(|anchor| same(&anchor.anchor, path.anchor()));
        match own.any(|anchor| anchor.path_length.is_none_or(|most| length <= most)) {
            true => Ok(()),
            false => Err(webpki::Error::PathLenConstraintViolated),
        }
    };
    let seconds = u64::try_from(time.as_second()).map_err(|_| invalid("a time after 1970", time))?;
    let path = certificate
        .verify_for_usage(
            WEBPKI_VERIFICATION_ALGS,
            &anchors,
            &between,
            UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)),
            KeyUsage::required(&CODE_SIGNING),
            None,
            Some(&is_short),
        )
        .map_err(|error| match error {
            webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. } => {
                Error::new(Code::CertificateExpired, "certificate chain")
                    .expected(format!("certificates that are valid at {time}"))
                    .found(error)
            }
            error => invalid("a chain to an authority of the root, for code signing", error),
        })?;
    Ok(match path.intermediate_certificates().next() {
        Some(issuer) => Path { issuer: issuer.subject_public_key_info().as_ref().to_vec(), window: None },
        None => {
            let anchor = path.anchor();
            let window = usable.iter().find(|one| same(&one.anchor, anchor)).map(|one| one.window);
            // An anchor holds the contents of the structure; its hash is over the whole.
            let issuer = AnyRef::new(Tag::Sequence, anchor.subject_public_key_info.as_ref())
                .and_then(|whole| whole.to_der())
                .map_err(|error| invalid("an authority with a public key", error))?;
            Path { issuer, window }
        }
    })
}

fn invalid(expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Error {
    Error::new(Code::CertificateInvalid, "certificate").expected(expected).found(found)
}
