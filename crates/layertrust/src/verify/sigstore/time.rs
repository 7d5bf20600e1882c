//! Signed timestamps (RFC 3161): which authority of the root made one, and when.

use cms::cert::IssuerAndSerialNumber;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier};
use jiff::Timestamp;
use sigstore_types::{SignatureBytes, TimestampToken, TsaAuthority};
use x509_cert::Certificate;
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::root::Prepared;
use crate::code::Code;
use crate::error::{Error, Result};

/// A timestamp authority, with what tokens name it by.
pub(super) struct Authority {
    issuer_and_serial: IssuerAndSerialNumber,
    key_identifier: Option<SubjectKeyIdentifier>,
    engine: TsaAuthority,
}

impl Authority {
    pub(super) fn new(leaf: &Certificate, engine: TsaAuthority) -> Self {
        let tbs = &leaf.tbs_certificate;
        let issuer_and_serial =
            IssuerAndSerialNumber { issuer: tbs.issuer.clone(), serial_number: tbs.serial_number.clone() };
        let key_identifier =
            tbs.get::<SubjectKeyIdentifier>().ok().flatten().map(|(_, identifier)| identifier);
        Authority { issuer_and_serial, key_identifier, engine }
    }

    fn is(&self, signer: &SignerIdentifier) -> bool {
        match signer {
            SignerIdentifier::IssuerAndSerialNumber(named) => *named == self.issuer_and_serial,
            SignerIdentifier::SubjectKeyIdentifier(named) => self.key_identifier.as_ref() == Some(named),
        }
    }
}

/// What the timestamps beside a signature prove.
pub(super) struct Stamps {
    pub(super) times: Vec<Timestamp>,
    /// How many are by authorities outside the root. They prove nothing, and anybody can add one.
    pub(super) ignored: usize,
}

/// Verifies every timestamp over `stamped`: the authority's signature, chain, usage and period, the imprint,
/// and that it is not from the future.
pub(super) fn timestamps(
    root: &Prepared,
    tokens: &[Vec<u8>],
    stamped: &[u8],
    now: Timestamp,
) -> Result<Stamps> {
    let mut stamps = Stamps { times: Vec::new(), ignored: 0 };
    for token in tokens {
        let signer = signer(token).ok_or_else(|| invalid("an RFC 3161 timestamp", "something else"))?;
        let mut known = root.authorities.iter().filter(|authority| authority.is(&signer)).peekable();
        if known.peek().is_none() {
            stamps.ignored += 1;
            continue;
        }
        let token = TimestampToken::new(token.clone());
        let stamped = SignatureBytes::from_bytes(stamped);
        let mut failure = None;
        // One authority may be listed with several periods.
        let time = known.find_map(|authority| {
            sigstore_tsa::verify_timestamp_for_authority(&token, &stamped, &authority.engine)
                .map_err(|error| failure = Some(error))
                .ok()
        });
        let time = time.ok_or_else(|| match failure {
            Some(sigstore_tsa::Error::TimestampOutsideValidity { time }) => {
                invalid("a time within the authority's period", time)
            }
            Some(error) => invalid("one that verifies", error),
            None => invalid("one that verifies", "none"),
        })?;
        if time > now {
            return Err(invalid(&format!("a time that is not after now ({now})"), time));
        }
        stamps.times.push(time);
    }
    Ok(stamps)
}

/// Whom a token names as its signer: where to look. The token itself, or a response around it (RFC 3161, 2.4.2).
fn signer(token: &[u8]) -> Option<SignerIdentifier> {
    let content = ContentInfo::from_der(token).ok().or_else(|| {
        let response = AnyRef::from_der(token).ok()?;
        let mut reader = SliceReader::new(response.value()).ok()?;
        let _status = reader.tlv_bytes().ok()?;
        ContentInfo::from_der(reader.tlv_bytes().ok()?).ok()
    })?;
    let signed = SignedData::from_der(&content.content.to_der().ok()?).ok()?;
    match signed.signer_infos.0.as_slice() {
        [one] => Some(one.sid.clone()),
        _ => None,
    }
}

fn invalid(expected: &str, found: impl std::fmt::Display) -> Error {
    Error::new(Code::TimestampInvalid, "timestamp").expected(expected).found(found)
}
