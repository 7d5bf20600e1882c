use std::io::Write as _;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn small() -> Limits {
    Limits { archive_size: 1 << 20, ..Limits::default() }
}

fn spooled_code(bytes: &[u8]) -> Code {
    spooled(bytes, "test", &small()).unwrap_err().code()
}

/// Yields what it has and fails.
struct Broken<'b>(&'b [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the line is dead")),
            count => Ok(count),
        }
    }
}

fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(count)
    .collect()
}

#[test]
fn every_member_and_frame_is_unpacked() {
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
    for packed in
        [b"onetwo".to_vec(), [gzip(b"one"), gzip(b"two")].concat(), [zstd(b"one"), zstd(b"two")].concat()]
    {
        let file = spooled(&*packed, "test", &small()).unwrap();
        assert_eq!(file.size(), 6);
    }
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let zeros = vec![0; 64 << 20];
    let bomb = gzip(&zeros);
    assert!(bomb.len() < 100_000);
    assert_eq!(spooled_code(&bomb), Code::LimitExceeded);
    assert_eq!(spooled_code(&zstd::encode_all(&*zeros, 3).unwrap()), Code::LimitExceeded);
    assert_eq!(spooled_code(&zeros), Code::LimitExceeded);
    // The bound itself is allowed.
    assert!(spooled(&zeros[..1 << 20], "test", &small()).is_ok());
}

#[test]
fn half_a_download_and_damage_in_the_middle_are_malformed() {
    let content = noise(300_000);
    for packed in [gzip(&content), zstd::encode_all(&*content, 3).unwrap()] {
        assert!(spooled(&*packed, "test", &small()).is_ok());
        for length in [7, packed.len() / 2, packed.len() - 1] {
            assert_eq!(spooled_code(&packed[..length]), Code::Malformed, "{length}");
        }
    }
    let mut damaged = gzip(&content);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x40;
    assert_eq!(spooled_code(&damaged), Code::Malformed);
    let trailing = [zstd::encode_all(&*content, 3).unwrap(), b"trailing".to_vec()].concat();
    assert_eq!(spooled_code(&trailing), Code::Malformed);
}

#[test]
fn a_stream_that_fails_is_no_answer_about_its_content() {
    for packed in [noise(100_000), gzip(&noise(100_000))] {
        let error = spooled(Broken(&packed[..50_000]), "test", &small()).unwrap_err();
        assert_eq!(error.code(), Code::Io);
        assert!(error.to_string().contains("the line is dead"));
    }
}

#[test]
fn nothing_and_other_compressions_are_said_as_such() {
    assert_eq!(spooled_code(b""), Code::Malformed);
    assert_eq!(spooled_code(b"BZh91AY&SY"), Code::UnsupportedFormat);
    assert_eq!(spooled_code(b"\xfd7zXZ\0\0\x04"), Code::UnsupportedFormat);
}
