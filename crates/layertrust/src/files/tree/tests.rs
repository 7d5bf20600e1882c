//! The merged tree beside what thirteen real unpackers give (`testdata/trees`, `docs/UNPACKING.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{NodeId, Tree, View};
use crate::code::Code;
use crate::digest::{Algorithm, Hasher, hex};
use crate::error::{Error, Result};
use crate::files::entry::Kind;
use crate::files::unpack::plain;
use crate::files::walk::Walker;
use crate::files::{LayerReader, Opening};
use crate::image::Image;
use crate::limits::Limits;
use crate::oci::documents::Documents;
use crate::oci::{Descriptor, Layout, Source};

fn trees() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/trees")
}

/// A tree as the files in `testdata/trees` write it.
fn rows(tree: &Tree) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for id in tree.all(View::Now).filter(|id| *id != NodeId::ROOT) {
        let file = tree.file(id, View::Now).unwrap();
        let (letter, link, digest) = match file.kind() {
            Kind::File => ('f', String::new(), hex(file.digest().unwrap())),
            Kind::Directory => ('d', String::new(), String::new()),
            Kind::Symlink => ('l', encoded(file.link()), String::new()),
            Kind::CharDevice(major, minor) => ('c', format!("{major}:{minor}"), String::new()),
            Kind::BlockDevice(major, minor) => ('b', format!("{major}:{minor}"), String::new()),
            Kind::Fifo => ('p', String::new(), String::new()),
            Kind::HardLink | Kind::Whiteout | Kind::Opaque => unreachable!("no content"),
        };
        let mode = if letter == 'l' { 0o777 } else { file.mode() };
        let (uid, gid) = file.owner();
        rows.insert(format!(
            "{}\t{letter}\t{mode:04o}\t{uid}\t{gid}\t{}\t{link}\t{digest}",
            encoded(&tree.path(id)),
            file.size()
        ));
    }
    rows
}

fn encoded(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        match byte {
            b'%' => text.push_str("%25"),
            0x21..=0x7e => text.push(char::from(*byte)),
            byte => write!(text, "%{byte:02X}").unwrap(),
        }
        text
    })
}

/// The rows of a file, extended attributes left out.
fn recorded(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("# "));
    lines.map(|line| line.split('\t').take(8).collect::<Vec<_>>().join("\t")).collect()
}

fn apply(layers: impl Iterator<Item = Vec<u8>>) -> Result<Tree> {
    let limits = &Limits::default();
    let mut tree = Tree::new();
    for tar in layers {
        let hasher = Hasher::new(Algorithm::Sha256);
        let unpacked = plain(&tar[..], hasher, Walker::new(limits, true), limits)?;
        tree.apply(Arc::new(unpacked.walked.index), limits)?;
    }
    Ok(tree)
}

/// What we make of a case: whose tree it is, `refused` if most tools refuse it too, or the code by which it is
/// refused.
fn outcome(folder: &Path, tree: &Result<Tree>) -> String {
    let tree = match tree {
        Ok(tree) => rows(tree),
        Err(error) => {
            let refusals = std::fs::read_to_string(folder.join("errors.tsv")).unwrap_or_default();
            let is_common = refusals.lines().count() >= 7;
            return if is_common { "refused".to_owned() } else { error.code().name().to_owned() };
        }
    };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let same = names
        .iter()
        .filter(|name| name.starts_with("tree."))
        .find(|name| recorded(&folder.join(name)) == tree);
    match same {
        Some(name) => name.trim_end_matches(".tsv").to_owned(),
        None => "a tree of its own".to_owned(),
    }
}

/// Every case with the outcome that is stated for it in `ours.tsv`, and why where it is not the one of most tools.
#[test]
fn made_up_images_are_read_as_the_table_says() {
    let table = std::fs::read_to_string(trees().join("ours.tsv")).unwrap_or_default();
    let mut stated: BTreeMap<&str, &str> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let (mut wrong, mut count) = (Vec::new(), 0);
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(trees().join("made")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let case: toml::Table = std::fs::read_to_string(folder.join("case.toml")).unwrap().parse().unwrap();
        let layers = case["layers"].as_array().unwrap().iter().map(|layer| {
            let packed = BASE64_STANDARD.decode(layer.as_str().unwrap()).unwrap();
            let mut tar = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut tar).unwrap();
            tar
        });
        let found = outcome(&folder, &apply(layers));
        let expected =
            stated.remove(name.as_str()).and_then(|rest| rest.split('\t').next()).unwrap_or("most");
        count += 1;
        let is_most = expected == "most" && (found == "tree" || found == "refused");
        if found != expected && !is_most {
            wrong.push(format!("{name}\t{found}\t(stated: {expected})"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(stated.is_empty(), "stated and not there: {stated:?}");
    assert_eq!(count, 293);
}

/// Images of other projects and of ours, read in place: the tree of all tools, or of most.
#[test]
fn real_images_unpack_to_what_tools_unpack() {
    let (mut wrong, mut same) = (Vec::new(), 0);
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(trees().join("real")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let text = std::fs::read_to_string(folder.join("tree.tsv")).unwrap();
        let header = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(&format!("# {name}: "))).unwrap_or("-")
        };
        let Some(place) = place(header("image")) else { continue };
        let tree = match open(&place, header("manifest")) {
            Ok(Some(tree)) => tree,
            Ok(None) => continue,
            Err(error) => {
                wrong.push(format!("{}: {error}", folder.display()));
                continue;
            }
        };
        let found = outcome(&folder, &Ok(tree));
        println!("{}: {found}", folder.file_name().unwrap().display());
        match found.as_str() {
            "tree" => same += 1,
            found => wrong.push(format!("{}: {found}", folder.display())),
        }
    }
    println!("{same} real images have the tree of most tools");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The folder or archive that a header names, in the shared data.
fn place(image: &str) -> Option<PathBuf> {
    let (kind, rest) = image.split_once('/')?;
    let variable = if kind == "images" { "LAYERTRUST_IMAGES" } else { "LAYERTRUST_UPSTREAM" };
    let folder = std::env::var_os(variable).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(kind),
        PathBuf::from,
    );
    if !folder.is_dir() {
        assert!(
            std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(),
            "{} is missing and skips are forbidden",
            folder.display()
        );
        println!("SKIPPED: {} is not there; set {variable}", folder.display());
        return None;
    }
    Some(folder.join(rest))
}

/// The tree of a layout's image; none for what is no layout.
fn open(place: &Path, manifest: &str) -> Result<Option<Tree>> {
    // An archive of `docker save`: no manifest is named.
    if manifest == "-" {
        return Ok(None);
    }
    let limits = Limits::default();
    let transport = if place.is_dir() { "oci" } else { "oci-archive" };
    let reference: crate::oci::ImageReference =
        format!("{transport}:{}@{manifest}", place.display()).parse()?;
    let layout = Layout::open(&reference, &limits)?;
    let descriptor =
        layout.resolve(&reference.selector)?.ok_or_else(|| Error::new(Code::NotFound, manifest))?;
    let documents = Documents::new(&layout, limits);
    let docker = Descriptor {
        media_type: "application/vnd.docker.distribution.manifest.v2+json".to_owned(),
        ..descriptor.clone()
    };
    let image = Image::fetch(&documents, &descriptor).or_else(|_| Image::fetch(&documents, &docker))?;
    let reader = LayerReader::new(&documents, Opening { files: true, threads: 2, progress: Arc::default() });
    let mut tree = Tree::new();
    for layer in &*image.layers {
        tree.apply(reader.open(layer)?.files.unwrap(), &limits)?;
    }
    Ok(Some(tree))
}
