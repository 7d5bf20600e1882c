//! Images: config, manifest and index in the field order of the tool that writes them.

use crate::json::Json;
use crate::layer::{Layer, chain_id};
use crate::object;
use crate::store::{CONFIG, Descriptor, INDEX, Layout, MANIFEST};

/// The time in every config and provenance of the vendor.
pub const VENDOR_TIME: &str = "2026-11-03T04:12:31Z";

/// Who writes config and manifest; they differ in the order of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The vendor's own images: config `architecture, os, created, config, rootfs, history`.
    Vendor,
    /// crane append and mutate: Go's order, `size` before `digest`, bare history entries.
    Crane,
}

/// Operating system, architecture and variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// `linux`
    pub os: String,
    /// `amd64`, `arm64`, …
    pub architecture: String,
    /// `v8` and the like.
    pub variant: Option<String>,
}

impl Platform {
    /// `os/architecture[/variant]`
    pub fn of(text: &str) -> Self {
        let mut parts = text.split('/').map(str::to_owned);
        Self {
            os: parts.next().expect("an os"),
            architecture: parts.next().expect("an architecture"),
            variant: parts.next(),
        }
    }

    /// As the command line and the report write it.
    pub fn name(&self) -> String {
        let variant = self.variant.as_ref().map(|variant| format!("/{variant}")).unwrap_or_default();
        format!("{}/{}{variant}", self.os, self.architecture)
    }

    /// As an index's descriptor holds it.
    pub fn json(&self) -> Json {
        let mut json = object! { "architecture": &self.architecture, "os": &self.os };
        if let Some(variant) = &self.variant {
            json.add("variant", variant);
        }
        json
    }
}

/// What an image is made of, before it has bytes.
#[derive(Clone, Debug)]
pub struct ImageSpec {
    /// The order of fields.
    pub writer: Writer,
    /// The platform in the config.
    pub platform: Platform,
    /// The layers, bottom up.
    pub layers: Vec<Layer>,
    /// One entry a layer.
    pub history: Vec<Json>,
    /// `User`
    pub user: Option<String>,
    /// `Entrypoint`
    pub entrypoint: Vec<String>,
    /// `Cmd`
    pub cmd: Vec<String>,
    /// `Env`
    pub env: Vec<String>,
    /// `WorkingDir`
    pub working_dir: Option<String>,
    /// `Labels`
    pub labels: Vec<(String, String)>,
}

impl ImageSpec {
    /// An empty image of that platform.
    pub fn new(writer: Writer, platform: Platform) -> Self {
        Self {
            writer,
            platform,
            layers: Vec::new(),
            history: Vec::new(),
            user: None,
            entrypoint: Vec::new(),
            cmd: Vec::new(),
            env: Vec::new(),
            working_dir: None,
            labels: Vec::new(),
        }
    }

    /// A layer with the history entry of the vendor's builder.
    pub fn vendor_layer(mut self, layer: Layer, created_by: &str) -> Self {
        self.layers.push(layer);
        self.history.push(object! {
            "created": VENDOR_TIME, "created_by": created_by, "comment": "buildkit.exporter.image.v0",
        });
        self
    }

    /// A layer with the bare history entry of `crane append`.
    pub fn appended(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self.history.push(object! { "created": "0001-01-01T00:00:00Z" });
        self
    }

    /// The same labels with one set or added.
    pub fn labelled(mut self, name: &str, value: &str) -> Self {
        self.labels.retain(|(key, _)| key != name);
        self.labels.push((name.to_owned(), value.to_owned()));
        self.labels.sort();
        self
    }

    /// The diff IDs of the layers.
    pub fn diff_ids(&self) -> Vec<String> {
        self.layers.iter().map(Layer::diff_id).collect()
    }

    /// The config document.
    pub fn config_json(&self) -> Json {
        let rootfs = object! { "type": "layers", "diff_ids": self.diff_ids() };
        match self.writer {
            Writer::Vendor => {
                let mut json =
                    object! { "architecture": &self.platform.architecture, "os": &self.platform.os };
                self.add_variant(&mut json);
                json.add("created", VENDOR_TIME);
                json.add(
                    "config",
                    self.run_config(&["User", "Env", "Entrypoint", "Cmd", "WorkingDir", "Labels"]),
                );
                json.add("rootfs", rootfs);
                json.add("history", self.history.clone());
                json
            }
            Writer::Crane => {
                let mut json = object! {
                    "architecture": &self.platform.architecture,
                    "created": VENDOR_TIME,
                    "history": self.history.clone(),
                    "os": &self.platform.os,
                    "rootfs": rootfs,
                    "config": self.run_config(&["Cmd", "Entrypoint", "Env", "Labels", "User", "WorkingDir"]),
                };
                self.add_variant(&mut json);
                json
            }
        }
    }

    /// The manifest document for a config of these bytes.
    pub fn manifest_json(&self, config: &[u8]) -> Json {
        let order = match self.writer {
            Writer::Vendor => Descriptor::json,
            Writer::Crane => Descriptor::go_json,
        };
        let layers = self.layers.iter().map(|layer| order(&layer.descriptor()));
        object! {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": order(&Descriptor::of(CONFIG, config)),
            "layers": layers.collect::<Vec<_>>(),
        }
    }

    /// The image with the bytes its tool would write.
    pub fn build(self) -> Image {
        let config = self.config_json().bytes();
        self.with_config(config)
    }

    /// The image with a config of other bytes, and a manifest that fits it.
    pub fn with_config(self, config: impl Into<Vec<u8>>) -> Image {
        let config = config.into();
        let manifest = self.manifest_json(&config).bytes();
        Image { spec: self, config, manifest }
    }

    fn run_config(&self, order: &[&str]) -> Json {
        let mut json = object! {};
        for name in order {
            match *name {
                "User" => self.user.iter().for_each(|user| json.add(name, user)),
                "WorkingDir" => self.working_dir.iter().for_each(|folder| json.add(name, folder)),
                "Entrypoint" if !self.entrypoint.is_empty() => json.add(name, self.entrypoint.clone()),
                "Cmd" if !self.cmd.is_empty() => json.add(name, self.cmd.clone()),
                "Env" if !self.env.is_empty() => json.add(name, self.env.clone()),
                "Labels" if !self.labels.is_empty() => json.add(name, self.labels.as_slice()),
                _ => {}
            }
        }
        json
    }

    fn add_variant(&self, json: &mut Json) {
        if let Some(variant) = &self.platform.variant {
            json.add("variant", variant);
        }
    }
}

/// An image with its bytes.
#[derive(Clone, Debug)]
pub struct Image {
    /// What it was made from.
    pub spec: ImageSpec,
    /// The bytes of the config.
    pub config: Vec<u8>,
    /// The bytes of the manifest.
    pub manifest: Vec<u8>,
}

impl Image {
    /// The same image with a manifest of other bytes.
    pub fn with_manifest(self, manifest: impl Into<Vec<u8>>) -> Self {
        Self { manifest: manifest.into(), ..self }
    }

    /// The same image after an edit of its manifest.
    pub fn edit_manifest(self, edit: impl FnOnce(&mut Json)) -> Self {
        let mut manifest = self.spec.manifest_json(&self.config);
        edit(&mut manifest);
        self.with_manifest(manifest.bytes())
    }

    /// The descriptor of the manifest.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor::of(MANIFEST, &self.manifest)
    }

    /// The digest of the manifest.
    pub fn digest(&self) -> String {
        self.descriptor().digest
    }

    /// The descriptor with the config's platform, as an index lists it.
    pub fn child(&self) -> Descriptor {
        Descriptor { platform: Some(self.spec.platform.json()), ..self.descriptor() }
    }

    /// The chain ID of all layers.
    pub fn chain_id(&self) -> String {
        chain_id(&self.spec.diff_ids()).expect("has layers")
    }

    /// Stores manifest and config.
    pub fn put_documents(&self, layout: &mut Layout) -> Descriptor {
        layout.put(CONFIG, self.config.clone());
        layout.put(MANIFEST, self.manifest.clone())
    }

    /// Stores manifest, config and layers.
    pub fn put(&self, layout: &mut Layout) -> Descriptor {
        for layer in &self.spec.layers {
            layout.put(&layer.media_type, layer.blob.clone());
        }
        self.put_documents(layout)
    }
}

/// An image that stands on `base`: the base's layers and settings are kept, a gzip layer is to be appended
/// (`crane append`, `crane mutate`).
pub fn derived_from(base: &ImageSpec) -> ImageSpec {
    ImageSpec { writer: Writer::Crane, ..base.clone() }
}

/// An image index over these children.
pub fn index_json(children: &[Descriptor], annotations: &[(String, String)]) -> Json {
    let mut json = object! {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": children.iter().map(Descriptor::json).collect::<Vec<_>>(),
    };
    if !annotations.is_empty() {
        json.add("annotations", annotations);
    }
    json
}
