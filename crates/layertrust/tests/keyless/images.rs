//! Images of other projects with what was signed about them, each asked one question.

use std::path::Path;

use layertrust::report::Report;
use layertrust::{
    AttestationRule, AttestationType, BaseRule, Code, Failure, Family, Layout, Limits, OrgRule, OrgSignature,
    Policy, Request, Selector, SignerKey, SignerRule, Stack, TrustedRoot, Verifier,
};
use layertrust_testkit::cases::scene;
use layertrust_testkit::cosign;
use layertrust_testkit::image::{ImageSpec, Platform, Writer};
use layertrust_testkit::json::Json;
use layertrust_testkit::store::{Descriptor, INDEX, Layout as Written, MANIFEST};
use serde_json::Value;

use crate::corpus::now;

pub(crate) const GITHUB: &str = "https://token.actions.githubusercontent.com";

/// What must hold of an image.
pub(crate) struct Asked {
    pub(crate) signer: SignerRule,
    pub(crate) root: TrustedRoot,
    pub(crate) org: OrgRule,
}

impl Asked {
    /// Provenance of the image, by the signer.
    pub(crate) fn provenance(signer: SignerRule, root: TrustedRoot) -> Self {
        let rule = OrgRule::signed_by(["signer"]).signature(OrgSignature::Provenance);
        Asked { signer, root, org: rule }
    }

    /// A signature of the image, by the signer.
    pub(crate) fn signature(signer: SignerRule, root: TrustedRoot) -> Self {
        Asked { signer, root, org: OrgRule::signed_by(["signer"]) }
    }

    pub(crate) fn and_provenance(self) -> Self {
        self.and(AttestationRule::new(AttestationType::SlsaProvenance))
    }

    /// Also provenance of which this holds.
    pub(crate) fn and(mut self, rule: AttestationRule) -> Self {
        self.org = self.org.attestation(rule);
        self
    }

    fn policy(self) -> Policy {
        Policy::builder()
            .root("root", self.root)
            .signer("signer", self.signer.root("root"))
            .signer("dhi", SignerKey::DockerDhi)
            .base(BaseRule::optional(["dhi"]))
            .org(self.org)
            .build()
            .unwrap()
    }

    /// `accepted`, or the codes of the errors and, after a colon, of the evidence that does not count.
    pub(crate) fn of(self, layout: &Path, selector: Selector) -> (String, Option<Report>) {
        let opened = match Layout::open_folder(layout, &Limits::default()) {
            Ok(opened) => opened,
            Err(error) => return (error.code().name().to_owned(), None),
        };
        let request = Request::new("image", selector, now());
        let verifier = Verifier::new(self.policy()).unwrap();
        match verifier.verify(&Stack::new(Box::new(opened)), &request) {
            Ok(accepted) => ("accepted".to_owned(), Some(accepted.into_report())),
            Err(Failure::Error(error)) => (error.code().name().to_owned(), None),
            Err(Failure::Rejected(report)) => (codes(&report), Some(*report)),
        }
    }
}

fn codes(report: &Report) -> String {
    let joined = |mut codes: Vec<&str>| {
        codes.sort_unstable();
        codes.dedup();
        codes.join(" ")
    };
    // What always follows where nobody vouches for an image.
    const FOLLOW: [Code; 2] = [Code::LayerUnattributed, Code::ConfigUnattributed];
    let errors = report.errors().filter(|finding| !FOLLOW.contains(&finding.code));
    let errors = joined(errors.map(|finding| finding.code.name()).collect());
    // What is said about bases, and that BuildKit's statements are unsigned, is asked for elsewhere.
    let unverified = report.platforms.iter().flat_map(|platform| &platform.unverified);
    let unverified =
        unverified.filter(|one| one.code.family() != Family::Base && one.code != Code::AttestationUnsigned);
    let unverified = joined(unverified.map(|one| one.code.name()).collect());
    if unverified.is_empty() { errors } else { format!("{errors}: {unverified}") }
}

pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The document of a digest in a layout.
pub(crate) fn blob(layout: &Path, digest: &str) -> Value {
    json(&layout.join("blobs").join(digest.replace(':', "/")))
}

/// The digest of the layout's entry of this kind, as `cosign save` marks it.
pub(crate) fn saved(layout: &Path, kinds: &[&str]) -> String {
    let index = json(&layout.join("index.json"));
    let of_kind = |entry: &&Value| {
        let kind = entry["annotations"]["kind"].as_str().unwrap_or_default();
        kinds.iter().any(|one| kind == format!("dev.cosignproject.cosign/{one}"))
    };
    let entry = index["manifests"].as_array().unwrap().iter().find(of_kind).cloned();
    entry.unwrap_or_else(|| panic!("{kinds:?} in {}", layout.display()))["digest"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(crate) fn is_index(layout: &Path) -> bool {
    json(&layout.join("index.json")).to_string().contains("cosign/imageIndex")
}

/// The image of one layout with the signatures and attestations of another.
pub(crate) fn with_evidence_of(image: &Path, other: &Path, target: &Path) {
    let (mut layout, from) = (Written::load_dir(image), Written::load_dir(other));
    let is_evidence =
        |entry: &Json| ["cosign/sigs", "cosign/atts"].iter().any(|kind| entry.to_string().contains(kind));
    layout.entries.retain(|entry| !is_evidence(entry));
    layout.blobs.extend(from.blobs);
    layout.entries.extend(from.entries.into_iter().filter(is_evidence));
    layout.write_dir(target);
}

/// An image of ours with a signature that somebody made of another one: certificate, chain and log entry as
/// annotations.
pub(crate) fn with_signature(payload: &[u8], annotations: &[(&str, String)], target: &Path) -> String {
    let mut layout = Written::new();
    let image = small_image(&mut layout);
    let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let layer =
        cosign::LegacyLayer { media_type: cosign::SIMPLE_SIGNING, bytes: payload.to_vec(), annotations };
    let signatures = cosign::legacy_manifest(&mut layout, &[layer]);
    layout.tag(&image, "image");
    layout.tag(&signatures, &format!("{}.sig", image.digest.replace(':', "-")));
    layout.write_dir(target);
    image.digest
}

/// An index of ours that lists an attestation manifest somebody else signed as the one of our image.
pub(crate) fn with_attestation_manifest(other: &Path, attestations: &str, target: &Path) -> String {
    let (mut layout, from) = (Written::new(), Written::load_dir(other));
    let image = small_image(&mut layout);
    layout.blobs.extend(from.blobs);
    let manifest = layout.blobs[attestations].clone();
    let attested = layout
        .put(MANIFEST, manifest)
        .annotated("vnd.docker.reference.type", "attestation-manifest")
        .annotated("vnd.docker.reference.digest", &image.digest);
    let children = [platform(&image, "linux", "amd64"), platform(&attested, "unknown", "unknown")];
    let index = serde_json::json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": children });
    let index = layout.put(INDEX, index.to_string());
    layout.tag(&index, "image");
    layout.write_dir(target);
    index.digest
}

fn platform(descriptor: &Descriptor, os: &str, architecture: &str) -> Value {
    let mut child: Value = serde_json::from_str(&descriptor.json().to_string()).unwrap();
    child["platform"] = serde_json::json!({ "os": os, "architecture": architecture });
    child
}

fn small_image(layout: &mut Written) -> Descriptor {
    let platform = Platform::of("linux/amd64");
    ImageSpec::new(Writer::Crane, platform).appended(scene::app_layer()).build().put(layout)
}
