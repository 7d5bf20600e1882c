//! Sparse files in the forms that GNU tar writes. Readers that do not know them take the stored bytes for the
//! content, or another name for the file.

use super::entry::Entry;
use super::header::{Field, Format, number};
use super::padding;

/// A file with holes. The fields can be set to say what is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparse {
    /// The length of the file with its holes.
    pub size: u64,
    /// Offset and length of each piece that is stored.
    pub map: Vec<(u64, u64)>,
    /// The stored pieces, one after the other.
    pub data: Vec<u8>,
}

impl Sparse {
    /// A file of that length with these pieces. A last, empty piece marks a hole at the end, as in GNU tar.
    pub fn of(size: u64, pieces: &[(u64, &[u8])]) -> Self {
        let mut map: Vec<_> = pieces.iter().map(|(offset, bytes)| (*offset, bytes.len() as u64)).collect();
        if map.last().is_none_or(|(offset, length)| offset + length < size) {
            map.push((size, 0));
        }
        Self { size, map, data: pieces.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect() }
    }

    /// The file with its holes filled. Panics if the map is a lie.
    pub fn expanded(&self) -> Vec<u8> {
        let place = |number: u64| usize::try_from(number).expect("a small number");
        let mut file = vec![0; place(self.size)];
        let mut stored = self.data.as_slice();
        for (offset, length) in &self.map {
            let (piece, rest) = stored.split_at(place(*length));
            file[place(*offset)..][..piece.len()].copy_from_slice(piece);
            stored = rest;
        }
        file
    }
}

/// Where an old GNU header holds its map, and how many pieces fit there and in each block that follows.
const MAP: usize = 386;
const IN_HEADER: usize = 4;
const IN_BLOCK: usize = 21;

impl Entry {
    /// The old GNU form: type `S`, the map in the header and in blocks between header and content.
    pub fn sparse_gnu(name: impl AsRef<[u8]>, sparse: &Sparse) -> Self {
        let (first, rest) = sparse.map.split_at(sparse.map.len().min(IN_HEADER));
        let mut blocks = Vec::new();
        let mut chunks = rest.chunks(IN_BLOCK).peekable();
        while let Some(chunk) = chunks.next() {
            let mut block = pieces(chunk);
            block.resize(IN_BLOCK * 24, 0);
            block.push(u8::from(chunks.peek().is_some()));
            block.extend(padding(block.len()));
            blocks.extend(block);
        }
        Entry::of(b'S', name, &sparse.data)
            .format(Format::Gnu)
            .bytes_at(MAP, &pieces(first))
            .bytes_at(MAP + IN_HEADER * 24, &[u8::from(!rest.is_empty())])
            .bytes_at(MAP + IN_HEADER * 24 + 1, &number(sparse.size.into(), Field::Size.length()))
            .blocks_after_header(&blocks)
    }

    /// PAX form 1.0: name and length in records, the map in decimal lines before the content.
    pub fn sparse_pax_1_0(name: impl AsRef<[u8]>, sparse: &Sparse) -> Self {
        let mut map = format!("{}\n", sparse.map.len());
        for (offset, length) in &sparse.map {
            map.push_str(&format!("{offset}\n{length}\n"));
        }
        let content = [map.as_bytes(), &padding(map.len()), &sparse.data].concat();
        Entry::file(stand_in(name.as_ref()), &content)
            .pax("GNU.sparse.major", "1")
            .pax("GNU.sparse.minor", "0")
            .pax("GNU.sparse.name", name)
            .pax("GNU.sparse.realsize", sparse.size.to_string())
    }

    /// PAX form 0.1: all of it in records, the map as one list.
    pub fn sparse_pax_0_1(name: impl AsRef<[u8]>, sparse: &Sparse) -> Self {
        let map: Vec<_> = sparse.map.iter().map(|(offset, length)| format!("{offset},{length}")).collect();
        Entry::file(stand_in(name.as_ref()), &sparse.data)
            .pax("GNU.sparse.size", sparse.size.to_string())
            .pax("GNU.sparse.numblocks", sparse.map.len().to_string())
            .pax("GNU.sparse.name", name)
            .pax("GNU.sparse.map", map.join(","))
    }

    /// PAX form 0.0: the map in records whose keys repeat.
    pub fn sparse_pax_0_0(name: impl AsRef<[u8]>, sparse: &Sparse) -> Self {
        let mut entry = Entry::file(name, &sparse.data)
            .pax("GNU.sparse.size", sparse.size.to_string())
            .pax("GNU.sparse.numblocks", sparse.map.len().to_string());
        for (offset, length) in &sparse.map {
            entry = entry
                .pax("GNU.sparse.offset", offset.to_string())
                .pax("GNU.sparse.numbytes", length.to_string());
        }
        entry
    }
}

fn pieces(map: &[(u64, u64)]) -> Vec<u8> {
    let length = Field::Size.length();
    map.iter()
        .flat_map(|(offset, size)| [number((*offset).into(), length), number((*size).into(), length)])
        .flatten()
        .collect()
}

/// The name in the header, for readers that do not know sparse files.
fn stand_in(name: &[u8]) -> Vec<u8> {
    let (folder, base) = match name.iter().rposition(|byte| *byte == b'/') {
        Some(slash) => name.split_at(slash + 1),
        None => (b"./".as_slice(), name),
    };
    [folder, b"GNUSparseFile.0/", base].concat()
}
