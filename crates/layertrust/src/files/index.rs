//! The files of one layer, without their contents.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::files::entry::{Entry, Text};

/// Every entry of a layer in the order of its tar. Names lie in one store; folders are shared between
/// neighbours.
#[derive(Debug, Default)]
pub(crate) struct FileIndex {
    pub(crate) entries: Vec<Entry>,
    names: Vec<u8>,
    /// Contents that somebody will read: package databases and a few files of the system.
    contents: BTreeMap<u32, Arc<[u8]>>,
}

impl FileIndex {
    pub(crate) fn text(&self, text: Text) -> &[u8] {
        let start = text.offset as usize;
        self.names.get(start..start.saturating_add(text.length as usize)).unwrap_or_default()
    }

    /// Keeps bytes; none if the store is full.
    pub(super) fn keep(&mut self, bytes: &[u8]) -> Option<Text> {
        let text =
            Text { offset: u32::try_from(self.names.len()).ok()?, length: u32::try_from(bytes.len()).ok()? };
        // The end must have a place as well.
        text.offset.checked_add(text.length)?;
        self.names.extend_from_slice(bytes);
        Some(text)
    }

    /// Keeps a folder's path, once for neighbours.
    pub(super) fn keep_folder(&mut self, folder: &[u8]) -> Option<Text> {
        match self.entries.last().map(|last| last.folder) {
            Some(last) if self.text(last) == folder => Some(last),
            _ => self.keep(folder),
        }
    }

    pub(super) fn push(&mut self, entry: Entry, content: Option<Vec<u8>>) {
        if let (Some(content), Ok(at)) = (content, u32::try_from(self.entries.len())) {
            self.contents.insert(at, content.into());
        }
        self.entries.push(entry);
    }

    /// The content of an entry, if it was kept.
    pub(crate) fn content(&self, entry: u32) -> Option<&Arc<[u8]>> {
        self.contents.get(&entry)
    }

    /// The cleaned path of an entry.
    pub(crate) fn path(&self, entry: &Entry) -> Vec<u8> {
        let (folder, name) = (self.text(entry.folder), self.text(entry.name));
        match folder {
            b"" => name.to_vec(),
            folder => [folder, b"/", name].concat(),
        }
    }

    /// Bytes of names held.
    pub(super) fn names_size(&self) -> u64 {
        self.names.len() as u64
    }
}
