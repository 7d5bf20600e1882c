use super::*;
use crate::digest::hex;

const CONTENT: &[u8] = b"aaaabbbbcc";

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// Chunks by offset, stated size and content.
fn chunks(list: &[(u64, u64, &[u8])]) -> Chunks {
    let mut chunks = Chunks::default();
    for (offset, size, bytes) in list {
        chunks.add(b"f", Chunk { offset: *offset, size: *size, digest: digest(bytes) });
    }
    chunks
}

fn holds(list: &[(u64, u64, &[u8])], piece: usize) -> bool {
    let check = chunks(list).check(b"f", CONTENT.len() as u64);
    check.is_ok_and(|check| {
        let mut check = check.unwrap();
        CONTENT.chunks(piece).all(|bytes| check.take(bytes).is_ok())
    })
}

#[test]
fn chunks_are_compared_in_pieces_of_any_length() {
    let honest: [(u64, u64, &[u8]); 3] = [(0, 4, b"aaaa"), (4, 4, b"bbbb"), (8, 0, b"cc")];
    for piece in 1..=CONTENT.len() {
        assert!(holds(&honest, piece), "{piece}");
        for lie in 0..3 {
            let mut list = honest;
            list[lie].2 = b"dddd";
            assert!(!holds(&list, piece), "{piece}, {lie}");
        }
    }
    assert!(holds(&[(0, 0, CONTENT)], 3));
    assert!(holds(&[(0, 10, CONTENT)], 3));
}

#[test]
fn chunks_are_the_whole_file_in_its_order() {
    for list in [
        [(4, 4, b"bbbb".as_slice()), (0, 4, b"aaaa"), (8, 2, b"cc")],
        [(0, 4, b"aaaa"), (8, 2, b"cc"), (4, 4, b"bbbb")],
        [(0, 4, b"aaaa"), (4, 3, b"bbb"), (8, 2, b"cc")],
        [(0, 4, b"aaaa"), (4, 4, b"bbbb"), (8, 3, b"cc")],
        [(0, 4, b"aaaa"), (4, 4, b"bbbb"), (4, 4, b"bbbb")],
        [(0, 4, b"aaaa"), (4, 6, b"bbbbcc"), (10, 0, b"")],
        [(1, 3, b"aaa"), (4, 4, b"bbbb"), (8, 2, b"cc")],
        [(0, 4, b"aaaa"), (4, 4, b"bbbb"), (u64::MAX, 0, b"cc")],
    ] {
        assert!(!holds(&list, 10), "{list:?}");
    }
    assert!(!holds(&[(0, 4, b"aaaa"), (4, 4, b"bbbb")], 10), "without the last");
    assert!(!holds(&[(0, 9, b"aaaabbbbc")], 10));
}

#[test]
fn files_without_chunks_are_not_compared() {
    assert!(chunks(&[]).is_empty());
    assert!(chunks(&[(0, 0, b"")]).check(b"other", 10).unwrap().is_none());
    // A chunk of an empty file is no chunk.
    assert!(chunks(&[(0, 0, b"")]).check(b"f", 0).is_err());
}
