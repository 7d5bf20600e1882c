//! Stage 3: what is attached to an image. Everything here is a claim until its signature verified.

mod annotations;
mod attached;
mod attestation_manifest;
mod bundle;
mod dsse;
mod kept;
mod simple_signing;

pub(crate) use attached::{Attached, Direct, Examiner, PlainStatement, Signed, Unverified, What};
pub(crate) use bundle::{Bundle, BundleContent, MessageSignature};
pub(crate) use dsse::Envelope;
pub(crate) use kept::Kept;
pub(crate) use simple_signing::SimpleSigning;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::code::Code;
use crate::error::{Error, Result};

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);

/// Base64 as DSSE allows it: standard or URL-safe, padded or not.
pub(crate) fn decode_base64(text: &str, what: &str) -> Result<Vec<u8>> {
    // The standard alphabet has neither of the two characters, so that nothing can be read in both ways. A
    // payload may have many megabytes: they are looked for only where it fails.
    let decoded = STANDARD.decode(text).or_else(|error| match text.contains(['-', '_']) {
        true => URL_SAFE.decode(text),
        false => Err(error),
    });
    decoded.map_err(|error| Error::new(Code::Malformed, what).expected("base64").found(error))
}

pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
