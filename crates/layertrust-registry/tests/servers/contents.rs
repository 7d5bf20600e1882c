//! What a registry holds of an OCI layout: blobs, manifests and tags, as `oras cp -r` would bring them there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use layertrust::Digest;
use serde_json::{Value, json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A layout's contents, told apart.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) blobs: Vec<(String, PathBuf)>,
    /// Images before the indexes that list them.
    pub(crate) manifests: Vec<Manifest>,
    /// Tags with the digests they name.
    pub(crate) tags: Vec<(String, String)>,
}

pub(crate) struct Manifest {
    pub(crate) digest: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) media_type: String,
    document: Value,
}

impl Contents {
    pub(crate) fn read(layout: &Path) -> Self {
        let mut contents = Contents::default();
        for folder in std::fs::read_dir(layout.join("blobs")).unwrap().map(Result::unwrap) {
            let algorithm = folder.file_name().into_string().unwrap();
            for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
                let digest = format!("{algorithm}:{}", file.file_name().into_string().unwrap());
                match manifest(digest.clone(), &file.path()) {
                    Some(manifest) => contents.manifests.push(manifest),
                    None => contents.blobs.push((digest, file.path())),
                }
            }
        }
        contents.blobs.sort();
        contents.manifests.sort_by_key(|one| (one.is_index(), one.digest.clone()));
        let index: Value =
            serde_json::from_slice(&std::fs::read(layout.join("index.json")).unwrap()).unwrap();
        let entries = index["manifests"].as_array().unwrap();
        let named = entries.iter().flat_map(|entry| {
            let digest = entry["digest"].as_str().unwrap();
            tags(entry, entries).into_iter().map(|tag| (tag, digest.to_owned()))
        });
        contents.tags = named.collect();
        contents
    }

    /// Adds the tags that stand in for the referrers API (distribution-spec, "Referrers Tag Schema").
    pub(crate) fn with_fallback_tags(mut self) -> Self {
        let mut by_subject: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for one in &self.manifests {
            let Some(subject) = one.document["subject"]["digest"].as_str() else { continue };
            let kind = one.document["artifactType"].as_str().or(one.document["config"]["mediaType"].as_str());
            let entry = json!({
                "mediaType": one.media_type, "digest": one.digest, "size": one.bytes.len(), "artifactType": kind,
            });
            by_subject.entry(subject.to_owned()).or_default().push(entry);
        }
        for (subject, manifests) in by_subject {
            let document = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests});
            let bytes = serde_json::to_vec(&document).unwrap();
            let digest = Digest::sha256(&bytes).to_string();
            self.tags.push((subject.replace(':', "-"), digest.clone()));
            self.manifests.push(Manifest { digest, bytes, media_type: INDEX.to_owned(), document });
        }
        self
    }
}

impl Manifest {
    fn is_index(&self) -> bool {
        self.media_type == INDEX || self.media_type.ends_with("manifest.list.v2+json")
    }
}

/// The tags of an entry of `index.json`. Those that `cosign save` wrote have a kind in their place.
fn tags(entry: &Value, entries: &[Value]) -> BTreeSet<String> {
    let name = entry["annotations"]["org.opencontainers.image.ref.name"].as_str();
    let own = name.map(|name| name.rsplit(['/', ':']).next().unwrap().to_owned());
    let kind = |entry: &Value| {
        let kind = entry["annotations"]["kind"].as_str();
        kind.and_then(|kind| kind.strip_prefix("dev.cosignproject.cosign/")).map(str::to_owned)
    };
    let suffix = match kind(entry).as_deref() {
        Some("sigs") => Some("sig"),
        Some("atts") => Some("att"),
        _ => None,
    };
    let images = entries.iter().filter(|one| matches!(kind(one).as_deref(), Some("image" | "imageIndex")));
    let attached = images
        .filter_map(|image| Some(format!("{}.{}", image["digest"].as_str()?.replace(':', "-"), suffix?)));
    own.into_iter().chain(attached).collect()
}

fn manifest(digest: String, path: &Path) -> Option<Manifest> {
    let bytes = std::fs::read(path).unwrap();
    let document: Value = serde_json::from_slice(&bytes).ok().filter(|_| bytes.starts_with(b"{"))?;
    let lists = |key| document.get(key).is_some_and(Value::is_array);
    let fallback = match (lists("manifests"), lists("layers")) {
        (true, _) => INDEX,
        (_, true) => MANIFEST,
        _ => return None,
    };
    document.get("schemaVersion")?;
    let media_type = document["mediaType"].as_str().unwrap_or(fallback).to_owned();
    Some(Manifest { digest, bytes, media_type, document })
}
