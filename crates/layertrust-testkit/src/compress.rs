//! Compressed streams piece by piece: members, frames, what may stand between them and what may not.
//!
//! Readers differ in where they stop. A layer whose second member is seen by one and not by another has two
//! contents, so every way to cut a stream is here.

use std::io::Write as _;

use flate2::{Crc, FlushCompress, GzBuilder};

/// A gzip stream in the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gzip {
    bytes: Vec<u8>,
    level: u32,
}

impl Gzip {
    /// An empty stream whose members get this level, 0 (stored) to 9.
    pub fn new(level: u32) -> Self {
        Self { bytes: Vec::new(), level }
    }

    /// Adds a member with these bytes; without any it is an empty member.
    #[must_use]
    pub fn member(self, content: &[u8]) -> Self {
        self.member_with(GzBuilder::new(), content)
    }

    /// Adds these bytes as several members, cut at these offsets (ascending; twice the same gives an empty
    /// member).
    #[must_use]
    pub fn members(self, content: &[u8], cuts: &[usize]) -> Self {
        pieces(content, cuts).into_iter().fold(self, Self::member)
    }

    /// Adds a member with an extra field (`FEXTRA`).
    #[must_use]
    pub fn member_with_extra(self, extra: &[u8], content: &[u8]) -> Self {
        self.member_with(GzBuilder::new().extra(extra), content)
    }

    /// Adds a member with a header of any form: file name, comment, time.
    #[must_use]
    pub fn member_with(self, header: GzBuilder, content: &[u8]) -> Self {
        let mut encoder = header.write(Vec::new(), flate2::Compression::new(self.level));
        encoder.write_all(content).expect("in memory");
        self.raw(&encoder.finish().expect("in memory"))
    }

    /// Adds zero bytes, as tapes leave them: `gzip` ignores them after the last member, most libraries do not.
    #[must_use]
    pub fn zeros(self, count: usize) -> Self {
        self.raw(&vec![0; count])
    }

    /// Adds any bytes, to lie.
    #[must_use]
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// The stream so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The stream.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// A zstd stream in the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zstd {
    bytes: Vec<u8>,
    level: i32,
}

impl Zstd {
    /// An empty stream whose frames get this level, 1 to 22.
    pub fn new(level: i32) -> Self {
        Self { bytes: Vec::new(), level }
    }

    /// Adds a frame with these bytes, its length in the header and a checksum at its end.
    #[must_use]
    pub fn frame(self, content: &[u8]) -> Self {
        let length = Some(content.len() as u64);
        let frame = frame(self.level, length, content);
        self.raw(&frame)
    }

    /// Adds these bytes as several frames, cut at these offsets (ascending).
    #[must_use]
    pub fn frames(self, content: &[u8], cuts: &[usize]) -> Self {
        pieces(content, cuts).into_iter().fold(self, Self::frame)
    }

    /// Adds a frame that does not say how long its content is.
    #[must_use]
    pub fn frame_of_unknown_length(self, content: &[u8]) -> Self {
        let frame = frame(self.level, None, content);
        self.raw(&frame)
    }

    /// Adds a frame whose header asks the reader for a window of `2^log` bytes (10 to 41), which is what the
    /// reader has to hold in memory.
    #[must_use]
    pub fn frame_with_window(self, log: u8, content: &[u8]) -> Self {
        let mut frame = frame(self.level, None, content);
        // Magic, frame header descriptor, window descriptor: exponent in the upper five bits (RFC 8878,
        // section 3.1.1.1.2).
        frame[5] = (log - 10) << 3;
        self.raw(&frame)
    }

    /// Adds a skippable frame, one of sixteen kinds (0 to 15): readers pass over its bytes.
    #[must_use]
    pub fn skippable(self, kind: u8, bytes: &[u8]) -> Self {
        assert!(kind < 16, "sixteen kinds");
        let length = u32::try_from(bytes.len()).expect("a short frame");
        self.raw(&[0x50 | kind, 0x2a, 0x4d, 0x18]).raw(&length.to_le_bytes()).raw(bytes)
    }

    /// Adds any bytes, to lie.
    #[must_use]
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// The stream so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The stream.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// So many zeros as one gzip member, about a thousandth as long. A piece is compressed once and repeated, so
/// that gigabytes cost a test no time.
pub fn gzip_bomb(zeros: u64) -> Vec<u8> {
    let piece = vec![0; 1 << 20];
    let (packed, packed_crc) = (deflate(&piece, FlushCompress::Full), crc(&piece));
    let rest = &piece[..usize::try_from(zeros % piece.len() as u64).expect("less than a piece")];

    let mut blob = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut sum = Crc::new();
    for _ in 0..zeros / piece.len() as u64 {
        blob.extend_from_slice(&packed);
        sum.combine(&packed_crc);
    }
    blob.extend(deflate(rest, FlushCompress::Finish));
    sum.combine(&crc(rest));
    blob.extend(sum.sum().to_le_bytes());
    // The length counts modulo 2^32.
    blob.extend_from_slice(&zeros.to_le_bytes()[..4]);
    blob
}

/// So many zeros as one zstd frame: 4 bytes for each block of 128 KiB, which is the most that a block holds.
pub fn zstd_bomb(zeros: u64) -> Vec<u8> {
    const BLOCK: u64 = 128 << 10;
    // RFC 8878, section 3.1.1: magic, no content size and no checksum, a window of 128 KiB.
    let mut blob = vec![0x28, 0xb5, 0x2f, 0xfd, 0, (17 - 10) << 3];
    let header = |last: u64, kind: u64, length: u64| (last | kind << 1 | length << 3).to_le_bytes();
    for _ in 0..zeros / BLOCK {
        blob.extend_from_slice(&header(0, 1, BLOCK)[..3]);
        blob.push(0);
    }
    match zeros % BLOCK {
        0 => blob.extend_from_slice(&header(1, 0, 0)[..3]),
        rest => {
            blob.extend_from_slice(&header(1, 1, rest)[..3]);
            blob.push(0);
        }
    }
    blob
}

fn deflate(content: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut packed = Vec::with_capacity(content.len() / 100 + 1024);
    let mut state = flate2::Compress::new(flate2::Compression::best(), false);
    state.compress_vec(content, &mut packed, flush).expect("in memory");
    assert_eq!(state.total_in(), content.len() as u64, "room for all of it");
    packed
}

fn crc(content: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(content);
    crc
}

fn frame(level: i32, length: Option<u64>, content: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), level).expect("a level");
    encoder.include_checksum(true).expect("a flag");
    encoder.set_pledged_src_size(length).expect("before the content");
    encoder.write_all(content).expect("in memory");
    encoder.finish().expect("in memory")
}

fn pieces<'a>(content: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let ends = cuts.iter().copied().chain([content.len()]);
    let starts = [0].into_iter().chain(cuts.iter().copied());
    starts.zip(ends).map(|(start, end)| &content[start..end]).collect()
}

#[cfg(test)]
mod tests;
