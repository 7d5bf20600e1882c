//! A writer for DER (X.690), small enough that every field of a certificate or timestamp can be broken.
//!
//! Nothing here checks anything: what a test asks for is what it gets.

use super::time::Time;

/// One element: tag, length, content.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = content.len();
    if length < 0x80 {
        bytes.push(u8::try_from(length).unwrap());
    } else {
        let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        bytes.push(0x80 | u8::try_from(digits.len()).unwrap());
        bytes.extend(digits);
    }
    bytes.extend_from_slice(content);
    bytes
}

/// `SEQUENCE` of elements that are written already.
pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &elements.concat())
}

/// `SET OF`, sorted as DER demands.
pub fn set_of(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut sorted = elements.to_vec();
    sorted.sort();
    tlv(0x31, &sorted.concat())
}

/// `[number]` around whole elements (`EXPLICIT`, or `IMPLICIT` of something constructed).
pub fn tagged(number: u8, content: &[u8]) -> Vec<u8> {
    tlv(0xa0 | number, content)
}

/// `[number] IMPLICIT` of something primitive.
pub fn tagged_primitive(number: u8, content: &[u8]) -> Vec<u8> {
    tlv(0x80 | number, content)
}

/// `OBJECT IDENTIFIER` in its dotted form.
pub fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().expect("a number")).collect();
    let mut content = Vec::new();
    for (position, arc) in arcs.iter().enumerate().skip(1) {
        // The first two arcs share one number.
        let mut rest = if position == 1 { arcs[0] * 40 + arc } else { *arc };
        let mut digits = vec![u8::try_from(rest & 0x7f).unwrap()];
        rest >>= 7;
        while rest > 0 {
            digits.push(0x80 | u8::try_from(rest & 0x7f).unwrap());
            rest >>= 7;
        }
        content.extend(digits.iter().rev());
    }
    tlv(0x06, &content)
}

/// `INTEGER` of a small number.
pub fn integer(number: u64) -> Vec<u8> {
    unsigned(&number.to_be_bytes())
}

/// `INTEGER` of big-endian bytes, never negative.
pub fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    if content.first().is_none_or(|first| first & 0x80 != 0) {
        content.insert(0, 0);
    }
    tlv(0x02, &content)
}

/// `BOOLEAN TRUE`. False is a default in all that is written here, and DER leaves defaults out.
pub fn boolean_true() -> Vec<u8> {
    tlv(0x01, &[0xff])
}

/// `NULL`.
pub fn null() -> Vec<u8> {
    tlv(0x05, &[])
}

/// `OCTET STRING`.
pub fn octet_string(bytes: &[u8]) -> Vec<u8> {
    tlv(0x04, bytes)
}

/// `BIT STRING` of whole bytes.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    bit_string_unused(0, bytes)
}

/// `BIT STRING` whose last byte has unused bits.
pub fn bit_string_unused(unused: u8, bytes: &[u8]) -> Vec<u8> {
    let mut content = vec![unused];
    content.extend_from_slice(bytes);
    tlv(0x03, &content)
}

/// `UTF8String`.
pub fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0c, text.as_bytes())
}

/// `PrintableString`.
pub fn printable(text: &str) -> Vec<u8> {
    tlv(0x13, text.as_bytes())
}

/// A time in a certificate: `UTCTime` up to 2049, `GeneralizedTime` from 2050 (RFC 5280, 4.1.2.5).
pub fn time(time: Time) -> Vec<u8> {
    if time.year() < 2050 { utc_time(time) } else { generalized_time(time) }
}

/// `UTCTime` with seconds.
pub fn utc_time(time: Time) -> Vec<u8> {
    tlv(0x17, &time.compact().as_bytes()[2..])
}

/// `GeneralizedTime` with seconds and no fraction.
pub fn generalized_time(time: Time) -> Vec<u8> {
    tlv(0x18, time.compact().as_bytes())
}

/// `AlgorithmIdentifier` without parameters.
pub fn algorithm(dotted: &str) -> Vec<u8> {
    sequence(&[oid(dotted)])
}
