//! Certificate transparency: the signed certificate timestamp in a signing certificate (RFC 6962, 3.2 and 3.3).

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use x509_cert::der::asn1::{AnyRef, OctetStringRef};
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};

use super::certificate::SigningCertificate;
use super::root::Prepared;
use crate::code::Code;
use crate::error::{Error, Result};
use crate::verify::signed::Message;

/// The extension that holds the list, as the DER of its OBJECT IDENTIFIER.
const EXTENSION: [u8; 12] = [0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02];

/// Verifies that a log of the root saw the certificate before it was issued. Exactly one timestamp is
/// expected, as authorities write it; extensions in it are allowed.
pub(super) fn verify(root: &Prepared, certificate: &SigningCertificate<'_>, issuer: &[u8]) -> Result<()> {
    let list = certificate
        .extension("1.3.6.1.4.1.11129.2.4.2")
        .ok_or_else(|| invalid("a signed certificate timestamp", "none"))?;
    let broken = || invalid("one signed certificate timestamp, as RFC 6962 writes it", "something else");
    let sct = Sct::only(list).ok_or_else(broken)?;
    let log = root.ct_logs.iter().find(|log| log.id == sct.log_id).ok_or_else(|| {
        invalid("a certificate log of the root", format!("log {}", crate::digest::hex(sct.log_id)))
    })?;
    let millis =
        i64::try_from(sct.timestamp).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    let time = millis.ok_or_else(broken)?;
    if !log.window.contains(time) {
        return Err(invalid(format!("a time within the period of the log: {}", log.window), time));
    }
    let precertificate = without_timestamps(certificate.der).ok_or_else(broken)?;
    let signed = sct.signed(issuer, &precertificate).ok_or_else(broken)?;
    log.key.verify(Message::Parts(&[&signed]), sct.signature).map_err(|_| {
        invalid(
            "a timestamp that verifies with the key of its log",
            "another certificate's, or an altered one",
        )
    })
}

struct Sct<'a> {
    log_id: &'a [u8],
    timestamp: u64,
    extensions: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Sct<'a> {
    fn only(extension: &'a [u8]) -> Option<Self> {
        let mut outer = OctetStringRef::from_der(extension).ok()?.as_bytes();
        let mut list = vector(&mut outer)?;
        let mut sct = vector(&mut list)?;
        let &[version] = take(&mut sct, 1)? else { return None };
        let log_id = take(&mut sct, 32)?;
        let timestamp = u64::from_be_bytes(take(&mut sct, 8)?.try_into().ok()?);
        let extensions = vector(&mut sct)?;
        // The log's own key says which algorithm holds; this one chooses nothing.
        let _algorithm = take(&mut sct, 2)?;
        let signature = vector(&mut sct)?;
        let complete = version == 0 && outer.is_empty() && list.is_empty() && sct.is_empty();
        complete.then_some(Sct { log_id, timestamp, extensions, signature })
    }

    /// What the log signed.
    fn signed(&self, issuer: &[u8], precertificate: &[u8]) -> Option<Vec<u8>> {
        let length = u32::try_from(precertificate.len()).ok().filter(|length| *length < 1 << 24)?;
        // Version 1, certificate timestamp; then the time, and an entry of type precertificate.
        let mut signed = vec![0, 0];
        signed.extend(self.timestamp.to_be_bytes());
        signed.extend([0, 1]);
        signed.extend(Sha256::digest(issuer));
        signed.extend(length.to_be_bytes().iter().skip(1));
        signed.extend(precertificate);
        signed.extend(u16::try_from(self.extensions.len()).ok()?.to_be_bytes());
        signed.extend(self.extensions);
        Some(signed)
    }
}

/// The TBSCertificate without the list, every other byte as it was signed.
fn without_timestamps(certificate: &[u8]) -> Option<Vec<u8>> {
    const EXTENSIONS: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber::new(3) };
    let tbs = children(AnyRef::from_der(certificate).ok()?.value())?.first().copied()?;
    let mut kept = Vec::new();
    for field in children(AnyRef::from_der(tbs).ok()?.value())? {
        let parsed = AnyRef::from_der(field).ok()?;
        if parsed.tag() != EXTENSIONS {
            kept.extend(field);
            continue;
        }
        let list = AnyRef::from_der(parsed.value()).ok()?;
        let is_list = |extension: &&[u8]| {
            AnyRef::from_der(extension).is_ok_and(|whole| whole.value().starts_with(&EXTENSION))
        };
        let others: Vec<u8> =
            children(list.value())?.iter().filter(|one| !is_list(one)).copied().flatten().copied().collect();
        let list = AnyRef::new(Tag::Sequence, &others).ok()?.to_der().ok()?;
        kept.extend(AnyRef::new(EXTENSIONS, &list).ok()?.to_der().ok()?);
    }
    AnyRef::new(Tag::Sequence, &kept).ok()?.to_der().ok()
}

/// The elements of a constructed value, each with tag and length.
fn children(content: &[u8]) -> Option<Vec<&[u8]>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(reader.tlv_bytes().ok()?);
    }
    Some(found)
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

/// A vector with a length of two bytes (RFC 8446, 3.4).
fn vector<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u16::from_be_bytes(take(bytes, 2)?.try_into().ok()?);
    take(bytes, usize::from(length))
}

fn invalid(expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Error {
    Error::new(Code::CertificateInvalid, "certificate transparency").expected(expected).found(found)
}
