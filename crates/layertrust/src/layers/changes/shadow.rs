//! New files that are found before the base's of the same name.

use std::collections::HashMap;

use crate::files::{NodeId, Tree, View};
use crate::layers::changes::search_path::Places;
use crate::layers::changes::{Change, SearchPaths};
use crate::report::ChangeKind;

/// Every new path that hides one of the base by coming first.
pub(in crate::layers) fn shadows(tree: &Tree, paths: &SearchPaths) -> Vec<Change> {
    let mut all = hidden(tree, &paths.programs, program);
    all.extend(hidden(tree, &paths.libraries, library));
    all.extend(hidden(tree, &paths.modules, module));
    all
}

/// What a name is looked for by; none for what the search passes over.
type Key = for<'n> fn(&'n [u8], bool) -> Option<&'n [u8]>;

fn program(name: &[u8], is_directory: bool) -> Option<&[u8]> {
    (!is_directory).then_some(name)
}

/// `libssl.so.3`, whole: the loader looks for exactly that.
fn library(name: &[u8], is_directory: bool) -> Option<&[u8]> {
    let is_library = name.ends_with(b".so") || name.windows(4).any(|part| part == b".so.");
    (!is_directory && is_library).then_some(name)
}

/// `ssl` for `ssl.py`, `ssl.pyc`, `ssl.cpython-313-x86_64-linux-gnu.so` and the directory `ssl`.
fn module(name: &[u8], is_directory: bool) -> Option<&[u8]> {
    let stem = name.split(|byte| *byte == b'.').next()?;
    let is_module = match is_directory {
        true => stem == name && name != b"__pycache__" && !name.ends_with(b"-packages"),
        false => [b".py".as_slice(), b".pyc", b".so"].iter().any(|end| name.ends_with(end)),
    };
    is_module.then_some(stem)
}

fn hidden(tree: &Tree, places: &Places, key: Key) -> Vec<Change> {
    let name_of = |id: NodeId, view: View| -> Option<&[u8]> {
        let is_directory =
            tree.follow(id, view).and_then(|id| tree.file(id, view)).is_some_and(|f| f.is_directory());
        key(tree.name(id), is_directory)
    };
    // Where the base has each name.
    let mut known: HashMap<&[u8], Vec<(usize, NodeId)>> = HashMap::new();
    for (order, place) in places.all.iter().enumerate() {
        for id in tree.children(*place, View::Base) {
            if let Some(name) = name_of(id, View::Base) {
                known.entry(name).or_default().push((order, id));
            }
        }
    }
    let mut changes = Vec::new();
    for (order, place) in places.all.iter().enumerate() {
        if places.redirected.contains(place) {
            continue;
        }
        for id in tree.children(*place, View::Now).filter(|id| tree.file(*id, View::Base).is_none()) {
            let later = name_of(id, View::Now).and_then(|name| known.get(name));
            // In the order of the search.
            let later =
                later.and_then(|places| places.get(places.partition_point(|(other, _)| *other <= order)));
            if let Some((_, hidden)) = later {
                let layer = tree.doing(id).map_or(0, |(layer, _)| layer);
                changes.push(Change { node: id, kind: ChangeKind::Shadow, layer, shadows: Some(*hidden) });
            }
        }
    }
    changes
}
