//! A layout, seen as a repository: its tags, which blobs are manifests, and what refers to what.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::json::Json;
use crate::store::{INDEX, Layout, MANIFEST, REF_NAME, hex_of};

/// One repository.
#[derive(Clone, Default)]
pub(super) struct Repository {
    pub(super) blobs: BTreeMap<String, Vec<u8>>,
    pub(super) tags: BTreeMap<String, String>,
    /// The media types of what can be asked for as a manifest.
    pub(super) manifests: BTreeMap<String, String>,
    /// Descriptors of what names a digest as its subject.
    pub(super) referrers: BTreeMap<String, Vec<Value>>,
}

impl Repository {
    pub(super) fn of(layout: &Layout) -> Self {
        let mut repository =
            Self { blobs: layout.blobs.clone(), tags: tags(&layout.entries), ..Self::default() };
        // What descriptors say first: a case may have made the document itself unreadable.
        let entries: Vec<Value> =
            layout.entries.iter().filter_map(|entry| serde_json::from_str(&entry.to_string()).ok()).collect();
        repository.described(&entries);
        for (digest, bytes) in &layout.blobs {
            let Ok(document) = serde_json::from_slice::<Value>(bytes) else { continue };
            let Some(media_type) = media_type(&document) else { continue };
            repository.manifests.entry(digest.clone()).or_insert_with(|| media_type.clone());
            if let Some(children) = document["manifests"].as_array() {
                repository.described(children);
            }
            if let Some(subject) = document["subject"]["digest"].as_str() {
                let descriptor = referrer(&document, &media_type, digest, bytes.len());
                repository.referrers.entry(subject.to_owned()).or_default().push(descriptor);
            }
        }
        repository
    }

    fn described(&mut self, descriptors: &[Value]) {
        for descriptor in descriptors {
            if let (Some(digest), Some(media_type)) =
                (descriptor["digest"].as_str(), descriptor["mediaType"].as_str())
                && self.blobs.contains_key(digest)
            {
                self.manifests.insert(digest.to_owned(), media_type.to_owned());
            }
        }
    }

    /// The digest, media type and bytes of a manifest by its tag or digest.
    pub(super) fn manifest(&self, tag_or_digest: &str) -> Option<(&str, &str, &[u8])> {
        let digest = self.tags.get(tag_or_digest).map_or(tag_or_digest, String::as_str);
        let (digest, media_type) = self.manifests.get_key_value(digest)?;
        Some((digest, media_type, self.blobs.get(digest)?))
    }
}

/// The media type of a manifest or index; none of anything else.
fn media_type(document: &Value) -> Option<String> {
    let is_index = document["manifests"].is_array();
    if document["schemaVersion"] != 2 || !(is_index || document["layers"].is_array()) {
        return None;
    }
    let assumed = if is_index { INDEX } else { MANIFEST };
    Some(document["mediaType"].as_str().unwrap_or(assumed).to_owned())
}

/// What the referrers API lists of a manifest (distribution-spec, listing referrers).
fn referrer(document: &Value, media_type: &str, digest: &str, size: usize) -> Value {
    let mut descriptor = json!({ "mediaType": media_type, "digest": digest, "size": size });
    let artifact_type = [&document["artifactType"], &document["config"]["mediaType"]];
    if let Some(artifact_type) = artifact_type.into_iter().find_map(Value::as_str) {
        descriptor["artifactType"] = artifact_type.into();
    }
    if document["annotations"].is_object() {
        descriptor["annotations"] = document["annotations"].clone();
    }
    descriptor
}

fn tags(entries: &[Json]) -> BTreeMap<String, String> {
    let digest = |entry: &Json| entry.get("digest").text().to_owned();
    let kind = |entry: &Json| {
        annotation(entry, "kind")?.strip_prefix("dev.cosignproject.cosign/").map(str::to_owned)
    };
    let image = entries.iter().find(|entry| matches!(kind(entry).as_deref(), Some("image" | "imageIndex")));
    let mut tags = BTreeMap::new();
    for entry in entries {
        let tag = match (annotation(entry, REF_NAME), kind(entry).as_deref(), image) {
            (Some(name), ..) => match name.rsplit_once(':') {
                Some((start, tag)) if start.contains('/') => tag.to_owned(),
                _ => name,
            },
            (None, Some("sigs"), Some(image)) => format!("sha256-{}.sig", hex_of(&digest(image))),
            (None, Some("atts"), Some(image)) => format!("sha256-{}.att", hex_of(&digest(image))),
            (None, Some("image" | "imageIndex"), _) => "latest".to_owned(),
            _ if entries.len() == 1 => "latest".to_owned(),
            _ => continue,
        };
        tags.insert(tag, digest(entry));
    }
    tags
}

fn annotation(entry: &Json, name: &str) -> Option<String> {
    let value: Value = serde_json::from_str(&entry.to_string()).ok()?;
    value["annotations"][name].as_str().map(str::to_owned)
}
