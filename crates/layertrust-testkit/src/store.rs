//! An OCI image layout in memory: blobs by digest and the entries of its `index.json`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::json::Json;
use crate::{json_text, layer, object};

/// `application/vnd.oci.image.index.v1+json`
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// `application/vnd.oci.image.manifest.v1+json`
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// `application/vnd.oci.image.config.v1+json`
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// `application/vnd.oci.empty.v1+json`, the media type of `{}`
pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// The annotation that names an entry of `index.json`.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// `sha256:<hex>` of these bytes.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// The part of a digest after the colon.
pub fn hex_of(digest: &str) -> &str {
    digest.split_once(':').expect("a digest").1
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A descriptor. It is written in one of two orders, see [`Descriptor::json`] and [`Descriptor::go_json`].
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptor {
    /// What the bytes claim to be.
    pub media_type: String,
    /// `sha256:<hex>`
    pub digest: String,
    /// The length in bytes.
    pub size: usize,
    /// Annotations in the order in which they are written.
    pub annotations: Vec<(String, String)>,
    /// `{"architecture":…,"os":…}` of an index's child.
    pub platform: Option<Json>,
    /// The artifact type of a referrer, as an index of referrers repeats it.
    pub artifact_type: Option<String>,
}

impl Descriptor {
    /// A descriptor of these bytes.
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: sha256(bytes),
            size: bytes.len(),
            annotations: Vec::new(),
            platform: None,
            artifact_type: None,
        }
    }

    /// With one more annotation.
    pub fn annotated(mut self, name: &str, value: &str) -> Self {
        self.annotations.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With an artifact type.
    pub fn artifact(mut self, artifact_type: &str) -> Self {
        self.artifact_type = Some(artifact_type.to_owned());
        self
    }

    /// Only media type, digest and size: what a `subject` or `config` repeats.
    pub fn bare(&self) -> Self {
        Self { annotations: Vec::new(), platform: None, artifact_type: None, ..self.clone() }
    }

    /// In the order `mediaType, digest, size, …` of the OCI Go types (oras, regctl, BuildKit, Docker).
    pub fn json(&self) -> Json {
        let mut json = object! {
            "mediaType": &self.media_type,
            "digest": &self.digest,
            "size": self.size,
        };
        self.rest(&mut json);
        json
    }

    /// In the order `mediaType, size, digest, …` of go-containerregistry (cosign, crane).
    pub fn go_json(&self) -> Json {
        let mut json = object! {
            "mediaType": &self.media_type,
            "size": self.size,
            "digest": &self.digest,
        };
        self.rest(&mut json);
        json
    }

    fn rest(&self, json: &mut Json) {
        if !self.annotations.is_empty() {
            json.add("annotations", self.annotations.as_slice());
        }
        if let Some(platform) = &self.platform {
            json.add("platform", platform.clone());
        }
        if let Some(artifact_type) = &self.artifact_type {
            json.add("artifactType", artifact_type);
        }
    }
}

/// An OCI image layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Blobs under the digest that names them, which a case may make a lie.
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// The `manifests` of `index.json`.
    pub entries: Vec<Json>,
    /// Spaces of indentation in `index.json`: none for oras and regctl, three for `cosign save`.
    pub indent: usize,
}

impl Layout {
    /// An empty layout.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores a blob and describes it.
    pub fn put(&mut self, media_type: &str, bytes: impl Into<Vec<u8>>) -> Descriptor {
        let bytes = bytes.into();
        let descriptor = Descriptor::of(media_type, &bytes);
        self.blobs.insert(descriptor.digest.clone(), bytes);
        descriptor
    }

    /// Adds an entry with a name, as every tool tags an image in a layout.
    pub fn tag(&mut self, descriptor: &Descriptor, name: &str) {
        self.entry(&descriptor.clone().annotated(REF_NAME, name));
    }

    /// Adds an entry as it is.
    pub fn entry(&mut self, descriptor: &Descriptor) {
        self.entries.push(descriptor.json());
    }

    /// Takes over the blobs and entries of another layout.
    pub fn merge(&mut self, other: &Layout) {
        self.blobs.extend(other.blobs.iter().map(|(digest, bytes)| (digest.clone(), bytes.clone())));
        for entry in &other.entries {
            if !self.entries.contains(entry) {
                self.entries.push(entry.clone());
            }
        }
    }

    /// The text of `index.json`.
    pub fn index_json(&self) -> String {
        let index = object! {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": self.entries.clone(),
        };
        if self.indent > 0 { index.pretty(self.indent) } else { index.to_string() }
    }

    /// Every file of the layout with its path, in the order of an archive.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![
            ("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()),
            ("index.json".to_owned(), self.index_json().into_bytes()),
        ];
        files.extend(
            self.blobs
                .iter()
                .map(|(digest, bytes)| (format!("blobs/{}", digest.replace(':', "/")), bytes.clone())),
        );
        files
    }

    /// Writes the layout as a folder.
    pub fn write_dir(&self, folder: &Path) {
        for (path, bytes) in self.files() {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("has a parent")).expect("create folder");
            fs::write(path, bytes).expect("write file");
        }
    }

    /// Writes the layout as an OCI archive: one tar, the same bytes every time.
    pub fn write_tar(&self, file: &Path) {
        fs::write(file, self.tar()).expect("write file");
    }

    /// The OCI archive of the layout.
    pub fn tar(&self) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, bytes) in self.files() {
            layer::append(&mut archive, &path, &bytes);
        }
        archive.into_inner().expect("a tar in memory")
    }

    /// Reads a layout from a folder that a tool wrote.
    pub fn load_dir(folder: &Path) -> Self {
        let index = fs::read(folder.join("index.json")).expect("index.json");
        let index = json_text::parse(&index).expect("JSON").to_json();
        let mut layout = Self { entries: index.get("manifests").elements().to_vec(), ..Self::new() };
        for algorithm in fs::read_dir(folder.join("blobs")).expect("blobs") {
            let algorithm = algorithm.expect("an entry");
            for blob in fs::read_dir(algorithm.path()).expect("blobs of one algorithm") {
                let blob = blob.expect("an entry");
                let digest = format!(
                    "{}:{}",
                    algorithm.file_name().to_string_lossy(),
                    blob.file_name().to_string_lossy()
                );
                layout.blobs.insert(digest, fs::read(blob.path()).expect("a blob"));
            }
        }
        layout
    }

    /// Reads a layout from an archive that a tool wrote.
    pub fn load_tar(file: &Path) -> Self {
        let mut layout = Self::new();
        let mut archive = tar::Archive::new(fs::File::open(file).expect("an archive"));
        for entry in archive.entries().expect("a tar") {
            let mut entry = entry.expect("an entry");
            let path = entry.path().expect("a path").to_string_lossy().trim_start_matches("./").to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("the bytes of a file");
            if path == "index.json" {
                let index = json_text::parse(&bytes).expect("JSON").to_json();
                layout.entries = index.get("manifests").elements().to_vec();
            } else if let Some((algorithm, hex)) = path.strip_prefix("blobs/").and_then(|p| p.split_once('/'))
                && !hex.is_empty()
            {
                layout.blobs.insert(format!("{algorithm}:{hex}"), bytes);
            }
        }
        layout
    }
}

#[cfg(test)]
mod tests;
