//! The tar-split: every byte of the tar that is no file's content, as lines of JSON (vbatts/tar-split).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json::Json;
use crate::object;
use crate::tar::{Entry, Tar};
use crate::toc;

/// The lines for an archive of these entries.
pub(super) fn text(entries: &[Entry]) -> Vec<u8> {
    let mut lines = Lines(Vec::new());
    let mut segment = Vec::new();
    for entry in entries {
        segment.extend(entry.head());
        lines.segment(&std::mem::take(&mut segment));
        lines.file(entry);
        segment.extend(entry.padding());
    }
    segment.extend(Tar::new().finish());
    lines.segment(&segment);
    lines.0.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

struct Lines(Vec<Json>);

impl Lines {
    fn segment(&mut self, bytes: &[u8]) {
        self.push(object! { "type": 2, "payload": STANDARD.encode(bytes) });
    }

    fn file(&mut self, entry: &Entry) {
        let content = entry.content();
        let name = entry.record("path").unwrap_or(&entry.name);
        let mut line = object! { "type": 1 };
        match std::str::from_utf8(name) {
            Ok(_) => line.add("name", toc::name(entry)),
            Err(_) => line.add("name_raw", STANDARD.encode(name)),
        }
        if content.is_empty() {
            line.add("payload", Json::Null);
        } else {
            line.add("size", content.len());
            line.add("payload", STANDARD.encode(crc_64(content).to_be_bytes()));
        }
        self.push(line);
    }

    fn push(&mut self, mut line: Json) {
        line.add("position", self.0.len());
        self.0.push(line);
    }
}

/// CRC-64 with the ISO 3309 polynomial, as Go's `crc64.ISO`.
fn crc_64(bytes: &[u8]) -> u64 {
    let step = |crc: u64, _| if crc & 1 == 1 { (crc >> 1) ^ 0xd800_0000_0000_0000 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u64::from(*byte), step))
}

#[cfg(test)]
mod tests;
