use super::super::{BLOCK, Entry, Sparse, Tar};
use super::{one, read};

fn file() -> Sparse {
    Sparse::of(10_000, &[(0, b"start"), (4096, &[7; 700]), (9000, b"late")])
}

#[test]
fn a_hole_at_the_end_has_an_empty_piece() {
    assert_eq!(file().map, [(0, 5), (4096, 700), (9000, 4), (10_000, 0)]);
    assert_eq!(Sparse::of(3, &[(1, b"ab")]).map, [(1, 2)]);
    assert_eq!(Sparse::of(3, &[]).map, [(3, 0)]);
    assert_eq!(Sparse::of(4, &[(1, b"ab")]).expanded(), b"\0ab\0");
}

#[test]
fn the_old_form_reads_back_with_its_holes() {
    // The `tar` crate wants pieces to begin at block bounds.
    let sparse = Sparse::of(10_000, &[(0, &[1; 512]), (4096, &[7; 1024]), (8704, &[9; 512])]);
    let found = one(Entry::sparse_gnu("var/big", &sparse));
    assert_eq!((found.path.as_slice(), found.kind), (b"var/big".as_slice(), b'S'));
    assert_eq!(found.content, sparse.expanded());
}

#[test]
fn the_old_form_goes_on_in_more_blocks() {
    for count in [4_u64, 5, 24, 25, 26, 60] {
        let block = [b'x'; BLOCK];
        let pieces: Vec<_> = (0..count).map(|at| (at * 1024, block.as_slice())).collect();
        let sparse = Sparse::of((count - 1) * 1024 + 512, &pieces);
        let archive = Tar::of([Entry::sparse_gnu("big", &sparse), Entry::file("next", b"")]).finish();
        let found = read(&archive);
        assert_eq!(found[0].content, sparse.expanded(), "{count}");
        assert_eq!(found[1].path, b"next");
    }
}

#[test]
fn form_1_0_has_its_map_before_the_data() {
    let found = one(Entry::sparse_pax_1_0("var/big", &file()));
    // The `tar` crate does not know the form and shows what is stored.
    assert_eq!(found.path, b"var/GNUSparseFile.0/big");
    assert!(found.content.starts_with(b"4\n0\n5\n4096\n700\n9000\n4\n10000\n0\n\0"));
    assert_eq!(found.content[BLOCK..], file().data);
}

#[test]
fn forms_0_1_and_0_0_have_their_map_in_records() {
    let text = |entry| String::from_utf8_lossy(&Tar::of([entry]).finish()).into_owned();
    let list = text(Entry::sparse_pax_0_1("big", &file()));
    assert!(list.contains("GNU.sparse.map=0,5,4096,700,9000,4,10000,0\n"), "{list}");
    assert!(list.contains("./GNUSparseFile.0/big"));
    let pairs = text(Entry::sparse_pax_0_0("big", &file()));
    assert_eq!(pairs.matches("GNU.sparse.offset=").count(), 4);
    assert_eq!(one(Entry::sparse_pax_0_0("big", &file())).content, file().data);
}
