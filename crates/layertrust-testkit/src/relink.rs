//! Replaces one blob of a layout and mends every descriptor above it, as an attacker would who can write
//! everything but cannot sign.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::json_text::{Node, Value, parse};
use crate::store::{Layout, REF_NAME, hex_of, sha256};

/// A layout after [`relink`].
#[derive(Clone, Debug)]
pub struct Relinked {
    /// The layout with every reference mended.
    pub layout: Layout,
    /// Old digest to new digest, of each blob that changed.
    pub renamed: BTreeMap<String, String>,
}

impl Relinked {
    /// Where a digest went; itself if it did not change.
    pub fn follow<'a>(&'a self, digest: &'a str) -> &'a str {
        self.renamed.get(digest).map_or(digest, String::as_str)
    }
}

/// Replaces the blob `digest` by `bytes`. Descriptors that name it (config, layers, subject, children of an
/// index, entries of `index.json`, tags `sha256-<hex>[.sig|.att]`, BuildKit's `vnd.docker.reference.digest`)
/// get the new digest and size, and so on up to `index.json`, which nobody signs. Signed contents are left as
/// they are: payloads, envelopes, bundles, statements, configs.
pub fn relink(layout: &Layout, digest: &str, bytes: impl Into<Vec<u8>>) -> Relinked {
    assert!(layout.blobs.contains_key(digest), "no blob {digest}");
    let mut work = Work { layout, replaced: BTreeMap::new(), visited: BTreeSet::new() };
    let bytes = bytes.into();
    work.visited.insert(digest.to_owned());
    work.replaced.insert(digest.to_owned(), bytes);
    for name in layout.blobs.keys() {
        work.mend(name);
    }
    let renamed: BTreeMap<String, String> = work
        .replaced
        .iter()
        .map(|(old, new)| (old.clone(), sha256(new)))
        .filter(|(old, new)| old != new)
        .collect();
    let mut mended = layout.clone();
    for (old, new) in &work.replaced {
        mended.blobs.remove(old);
        mended.blobs.insert(sha256(new), new.clone());
    }
    let index = layout.index_json().into_bytes();
    let index = mended_text(&index, &work.replaced);
    mended.entries = parse(&index).expect("JSON").to_json().get("manifests").elements().to_vec();
    Relinked { layout: mended, renamed }
}

struct Work<'a> {
    layout: &'a Layout,
    replaced: BTreeMap<String, Vec<u8>>,
    visited: BTreeSet<String>,
}

impl Work<'_> {
    /// Mends what this document refers to, then the document itself.
    fn mend(&mut self, digest: &str) {
        if !self.visited.insert(digest.to_owned()) {
            return;
        }
        let Some(bytes) = self.layout.blobs.get(digest) else { return };
        let Some(root) = parse(bytes).filter(is_document) else { return };
        let mut references = Vec::new();
        descriptors(&root, &mut |descriptor| {
            references.extend(descriptor.find("digest").and_then(Node::text).map(str::to_owned));
        });
        for reference in references {
            self.mend(&reference);
        }
        let mended = mended_text(bytes, &self.replaced);
        if mended != *bytes {
            self.replaced.insert(digest.to_owned(), mended);
        }
    }
}

/// A manifest or an index: the only blobs whose descriptors are followed.
fn is_document(root: &Node) -> bool {
    root.find("schemaVersion").is_some() || root.find("manifests").is_some() || root.find("layers").is_some()
}

/// The text with the digest and size of every changed descriptor replaced, all else byte for byte the same.
fn mended_text(text: &[u8], replaced: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let root = parse(text).expect("JSON");
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    descriptors(&root, &mut |descriptor| {
        if let Some(new) = text_of(descriptor, "digest").and_then(|digest| replaced.get(digest)) {
            for member in descriptor.members() {
                match (member.name.as_str(), &member.value.value) {
                    ("digest", Value::Text(_)) => {
                        edits.push((member.value.span.clone(), format!("\"{}\"", sha256(new))));
                    }
                    ("size", Value::Number(_)) => {
                        edits.push((member.value.span.clone(), new.len().to_string()))
                    }
                    _ => {}
                }
            }
        }
        for member in descriptor.find("annotations").map(Node::members).unwrap_or_default() {
            let value = member.value.text().unwrap_or_default();
            for (old, new) in replaced {
                let new = sha256(new);
                if member.name == "vnd.docker.reference.digest" && value == old {
                    edits.push((member.value.span.clone(), format!("\"{new}\"")));
                }
                let tag = format!("sha256-{}", hex_of(old));
                if member.name == REF_NAME && value.starts_with(&tag) {
                    let suffix = &value[tag.len()..];
                    edits.push((member.value.span.clone(), format!("\"sha256-{}{suffix}\"", hex_of(&new))));
                }
            }
        }
    });
    edits.sort_by_key(|(span, _)| span.start);
    let mut mended = text.to_vec();
    for (span, new) in edits.into_iter().rev() {
        mended.splice(span, new.into_bytes());
    }
    mended
}

fn text_of<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    node.find(name).and_then(Node::text)
}

/// Calls back for every descriptor: an object with a digest beside a size or media type.
fn descriptors(node: &Node, found: &mut impl FnMut(&Node)) {
    if node.find("digest").is_some() && (node.find("size").is_some() || node.find("mediaType").is_some()) {
        found(node);
    }
    for member in node.members() {
        descriptors(&member.value, found);
    }
    for element in node.elements() {
        descriptors(element, found);
    }
}

#[cfg(test)]
mod tests;
