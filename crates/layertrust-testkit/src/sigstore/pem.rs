//! PEM as Go's `encoding/pem` writes it: 64 columns, LF.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// `-----BEGIN CERTIFICATE-----`.
pub fn certificate(der: &[u8]) -> String {
    block("CERTIFICATE", der)
}

/// Several certificates, one after the other.
pub fn certificates(chain: &[Vec<u8>]) -> String {
    chain.iter().map(|der| certificate(der)).collect()
}

/// A block with a label of choice.
pub fn block(label: &str, der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines: String = encoded
        .as_bytes()
        .chunks(64)
        .map(|line| format!("{}\n", std::str::from_utf8(line).unwrap()))
        .collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}
