//! A hardened image of the demo vendor and its evidence, in the form of Docker's Hardened Images: plain
//! statements in attestation manifests, each with a cosign simple-signing referrer.

use crate::cosign::{self, SIGNATURE_ARTIFACT};
use crate::image::{Image, ImageSpec, Platform, Writer, index_json};
use crate::json::Json;
use crate::key::TestKey;
use crate::layer::{Compression, Layer, chain_id};
use crate::object;
use crate::statement::{IN_TOTO, STATEMENT_V01, VENDOR_BUILDER, slsa_v02, spdx, subject, vendor_statement};
use crate::statement::{SLSA_V02, SPDX};
use crate::store::{CONFIG, Descriptor, EMPTY, INDEX, Layout, MANIFEST};

/// The tag of the vendor's images, but for those that stand beside another.
pub const TAG: &str = "3.13-debian13";

/// One vendor attestation; every part can be made to lie.
#[derive(Clone)]
pub struct VendorAttestation {
    /// The key that signs.
    pub key: TestKey,
    /// The platform manifest that the attestation manifest refers to.
    pub subject: Descriptor,
    /// The predicate type in the annotations `in-toto.io/predicate-type`.
    pub annotation: String,
    /// The statement, stored plain.
    pub statement: Json,
    /// `critical.identity.docker-reference` of the payload.
    pub docker_reference: String,
    /// `optional` of the payload: `{type, predicateType, subject}`.
    pub optional: Json,
}

/// The manifests of a stored attestation.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The attestation manifest.
    pub attestation: Descriptor,
    /// The signature manifest that refers to it.
    pub signature: Descriptor,
}

impl VendorAttestation {
    /// An honest attestation of a platform manifest under the name `repository` (`dhi/python`).
    pub fn new(
        key: &TestKey,
        repository: &str,
        image: &Image,
        predicate_type: &str,
        predicate: Json,
    ) -> Self {
        let digest = image.digest();
        let platform = image.spec.platform.name().replace('/', "%2F");
        let subjects = ["3.13.9-debian13", TAG]
            .map(|tag| subject(&format!("pkg:docker/{repository}@{tag}?platform={platform}"), &digest));
        Self {
            key: key.clone(),
            subject: image.descriptor(),
            annotation: predicate_type.to_owned(),
            statement: vendor_statement(STATEMENT_V01, subjects.to_vec(), predicate_type, predicate),
            docker_reference: format!("registry.scout.docker.com/{repository}"),
            optional: object! {
                "type": STATEMENT_V01,
                "predicateType": predicate_type,
                "subject": format!("{repository}@{digest}"),
            },
        }
    }

    /// Stores statement, attestation manifest, payload and signature manifest.
    pub fn put(&self, layout: &mut Layout) -> Stored {
        let attestation = self.put_unsigned(layout);
        let mut payload = cosign::payload(&self.docker_reference, &attestation.digest);
        payload.set("optional", self.optional.clone());
        let signature = sign_manifest(layout, &self.key, &attestation, &payload);
        Stored { attestation, signature }
    }

    /// Stores statement and attestation manifest without a signature.
    pub fn put_unsigned(&self, layout: &mut Layout) -> Descriptor {
        let predicate_type = object! { "in-toto.io/predicate-type": &self.annotation };
        let mut config = layout.put(EMPTY, *b"{}").json();
        config.add("data", "e30=");
        let mut layer = layout.put(IN_TOTO, self.statement.bytes()).json();
        layer.add("annotations", predicate_type.clone());
        let manifest = object! {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": IN_TOTO,
            "config": config,
            "layers": [layer],
            "subject": self.subject.bare().json(),
            "annotations": predicate_type,
        };
        layout.put(MANIFEST, manifest.bytes()).artifact(IN_TOTO)
    }
}

/// Stores a simple-signing referrer of any manifest in the vendor's form: the artifact type stands at the
/// top, the config has the image config type.
pub fn sign_manifest(layout: &mut Layout, key: &TestKey, subject: &Descriptor, payload: &Json) -> Descriptor {
    let plain = cosign::signature_manifest(layout, &[cosign::signature_layer(key, payload)], CONFIG);
    let manifest = object! {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": SIGNATURE_ARTIFACT,
        "config": plain.get("config").clone(),
        "layers": plain.get("layers").clone(),
        "subject": subject.bare().go_json(),
    };
    layout.put(MANIFEST, manifest.bytes()).artifact(SIGNATURE_ARTIFACT)
}

/// A multi-platform image of the vendor.
#[derive(Clone, Debug)]
pub struct VendorImage {
    /// The catalog name, `dhi/python`; a customization's is `acme/dhi-python`.
    pub repository: String,
    /// The name of its entry in a layout.
    pub tag: &'static str,
    /// The platform images.
    pub images: Vec<Image>,
    /// The bytes of the index.
    pub index: Vec<u8>,
}

impl VendorImage {
    /// An image of two small zstd layers a platform.
    pub fn new(repository: &str, platforms: &[&str]) -> Self {
        Self::of(
            repository,
            platforms.iter().map(|platform| vendor_spec(repository, platform).build()).collect(),
        )
    }

    /// The index over these platform images.
    pub fn of(repository: &str, images: Vec<Image>) -> Self {
        let children: Vec<Descriptor> = images
            .iter()
            .map(|image| {
                let platform = image.spec.platform.name().replace('/', "-");
                let build =
                    format!("builder-368b9965-8c22-0925-a031-cb0b51eae6d1/{platform}/cc7af65e31deee94");
                image.child().annotated("com.docker.dhi.build.id", &build)
            })
            .collect();
        let mut annotations = images.first().map(|image| image.spec.labels.clone()).unwrap_or_default();
        annotations.push(("org.opencontainers.image.title".to_owned(), repository.to_owned()));
        annotations.push(("org.opencontainers.image.vendor".to_owned(), "demo vendor".to_owned()));
        let index = index_json(&children, &annotations).bytes();
        Self { repository: repository.to_owned(), tag: TAG, images, index }
    }

    /// The descriptor of the index.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor::of(INDEX, &self.index)
    }

    /// The provenance of one platform.
    pub fn provenance(&self, key: &TestKey, position: usize) -> VendorAttestation {
        let image = &self.images[position];
        let predicate = slsa_v02(VENDOR_BUILDER, &image.spec.platform.name());
        VendorAttestation::new(key, &self.repository, image, SLSA_V02, predicate)
    }

    /// The SBOM of one platform.
    pub fn sbom(&self, key: &TestKey, position: usize) -> VendorAttestation {
        let image = &self.images[position];
        let predicate = spdx(&self.repository, &image.digest());
        VendorAttestation::new(key, &self.repository, image, SPDX, predicate)
    }

    /// A layout with index, manifests and configs, as oras lists them; no layers, no attestations.
    pub fn documents(&self) -> Layout {
        let mut layout = Layout::new();
        let index = layout.put(INDEX, self.index.clone());
        layout.tag(&index, self.tag);
        for image in &self.images {
            let manifest = image.put_documents(&mut layout);
            layout.entry(&manifest);
        }
        layout
    }

    /// The documents with a signed provenance of every platform: what a derived image needs as evidence.
    pub fn evidence(&self, key: &TestKey) -> Layout {
        let mut layout = self.documents();
        for position in 0..self.images.len() {
            attach(&mut layout, &self.provenance(key, position));
        }
        layout
    }

    /// Signs the index: a simple-signing referrer with `optional: null`.
    pub fn sign_index(&self, key: &TestKey, layout: &mut Layout) {
        let reference = format!("registry.scout.docker.com/{}", self.repository);
        let payload = cosign::payload(&reference, &self.descriptor().digest);
        let signature = sign_manifest(layout, key, &self.descriptor(), &payload);
        layout.entry(&signature);
    }

    /// Stores the layers of all platforms, for a layout that is to be verified itself.
    pub fn put_layers(&self, layout: &mut Layout) {
        for image in &self.images {
            image.put(layout);
        }
    }
}

/// Stores an attestation and lists both manifests as oras does: the attestation bare, the signature with its
/// artifact type.
pub fn attach(layout: &mut Layout, attestation: &VendorAttestation) -> Stored {
    let stored = attestation.put(layout);
    layout.entry(&stored.attestation.bare());
    layout.entry(&stored.signature);
    stored
}

/// The platform image that [`VendorImage::new`] is made of.
pub fn vendor_spec(repository: &str, platform: &str) -> ImageSpec {
    let python = format!("#!python 3.13.9 {platform}\n");
    let mut spec = ImageSpec::new(Writer::Vendor, Platform::of(platform))
        .vendor_layer(
            Layer::of(
                Compression::Zstd,
                &[("etc/os-release", "ID=debian\n"), ("etc/passwd", "nonroot:x:65532\n")],
            ),
            "add root layout",
        )
        .vendor_layer(
            Layer::of(
                Compression::Zstd,
                &[("usr/bin/python3.13", &python), ("usr/lib/libssl.so.3", "ssl 3.5.1\n")],
            ),
            &format!("mount /out from exec {platform}"),
        );
    spec.user = Some("65532".to_owned());
    spec.env = vec!["PATH=/usr/bin:/bin".to_owned()];
    spec.entrypoint = vec!["/usr/bin/python3.13".to_owned()];
    spec.working_dir = Some("/".to_owned());
    spec.labels = labels(repository, &spec.diff_ids());
    spec
}

/// The labels that rules read, as the vendor sets them on a config: sorted, with the chain ID of these layers.
pub fn labels(repository: &str, diff_ids: &[String]) -> Vec<(String, String)> {
    let chain = chain_id(diff_ids).unwrap_or_default();
    [
        ("chain-id", chain.as_str()),
        ("compliance", "cis"),
        ("date.end-of-life", "2029-10-31"),
        ("name", repository),
        ("variant", "runtime"),
        ("version", "3.13.9"),
    ]
    .map(|(name, value)| (format!("com.docker.dhi.{name}"), value.to_owned()))
    .to_vec()
}
