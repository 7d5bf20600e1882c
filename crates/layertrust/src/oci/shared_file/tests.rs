use std::io::Write as _;

use super::*;

fn shared(bytes: &[u8]) -> Arc<SharedFile> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Arc::new(SharedFile::new(file).unwrap())
}

#[test]
fn readers_do_not_disturb_each_other_and_stay_in_their_span() {
    let file = shared(b"0123456789");
    let mut one = SpanReader::new(file.clone(), Span { offset: 2, size: 4 });
    let mut two = SpanReader::new(file, Span { offset: 5, size: 3 });
    let mut first = [0; 2];
    one.read_exact(&mut first).unwrap();
    let (mut rest, mut other) = (String::new(), String::new());
    two.read_to_string(&mut other).unwrap();
    one.read_to_string(&mut rest).unwrap();
    assert_eq!((&first, &*rest, &*other), (b"23", "45", "567"));
    assert!(one.seek(SeekFrom::Current(-9)).is_err());
    assert_eq!(one.seek(SeekFrom::Start(1 << 40)).unwrap(), 1 << 40);
    assert_eq!(one.read(&mut first).unwrap(), 0);
}

#[test]
fn threads_read_one_file_at_once() {
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let file = shared(&bytes);
    std::thread::scope(|scope| {
        for part in 0..4_u64 {
            let (file, bytes) = (file.clone(), &bytes);
            scope.spawn(move || {
                let mut read = Vec::new();
                let span = Span { offset: part * 100_000, size: 100_000 };
                SpanReader::new(file, span).read_to_end(&mut read).unwrap();
                let from = usize::try_from(part * 100_000).unwrap();
                assert_eq!(read, bytes[from..from + 100_000]);
            });
        }
    });
}
