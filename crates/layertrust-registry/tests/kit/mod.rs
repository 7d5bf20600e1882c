//! The demo image in a registry that does what a test asks.
#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use layertrust::report::Report;
use layertrust::{
    Digest, Error, Evidence, Failure, Folder, ImageReference, Limits, LocalSource, Policy, Repository,
    Request, Selector, Severity, Source as _, Stack, Verifier,
};
use layertrust_registry::{Registry, RegistryBuilder};
use layertrust_testkit::registry::{self, Builder};
use layertrust_testkit::store::Layout;

pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The digest of the one image in a layout.
pub(crate) fn image_in(folder: &Path) -> Digest {
    let reference: ImageReference = format!("oci:{}", folder.display()).parse().unwrap();
    let source = LocalSource::open(&reference, &Limits::default()).unwrap();
    source.resolve(&Selector::Only).unwrap().unwrap().digest
}

/// The images that a layout brings as evidence.
pub(crate) fn images_in(folder: &Path) -> Vec<Digest> {
    let reference: ImageReference = format!("oci:{}", folder.display()).parse().unwrap();
    let source = LocalSource::open(&reference, &Limits::default()).unwrap();
    source.images(&Limits::default()).unwrap().into_iter().map(|image| image.digest).collect()
}

/// The layers of the one image in a layout.
pub(crate) fn layers_in(folder: &Path) -> Vec<String> {
    let digest = image_in(folder);
    let bytes = std::fs::read(folder.join("blobs/sha256").join(digest.hex())).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let layers = manifest["layers"].as_array().unwrap();
    layers.iter().map(|layer| layer["digest"].as_str().unwrap().to_owned()).collect()
}

/// The demo image as `acme/app`, the vendor's as `dhi/base`.
pub(crate) fn demo() -> Builder {
    let (image, base) = (testdata().join("demo/image"), testdata().join("demo/base"));
    registry::Registry::new()
        .repository("acme/app", &Layout::load_dir(&image))
        .repository("dhi/base", &Layout::load_dir(&base))
        .tag("acme/app", "1.2", &image_in(&image).to_string())
        .tag("dhi/base", "22", &image_in(&base).to_string())
}

/// A client that does not wait long.
pub(crate) fn impatient() -> RegistryBuilder {
    Registry::builder().pause(Duration::from_millis(1)).patience(Duration::from_secs(2))
}

pub(crate) fn policy() -> Policy {
    let folder = testdata().join("demo");
    let text = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
    Policy::from_toml(&text, &Folder::new(&folder)).unwrap()
}

pub(crate) fn repository(server: &registry::Registry, name: &str) -> Repository {
    Repository::new(&format!("{}/{name}", server.host())).unwrap()
}

/// The demo image with its base as evidence, both in the registry.
pub(crate) fn stack(client: &Registry, server: &registry::Registry) -> Result<Stack, Error> {
    let limits = Limits::default();
    let tag = |tag: &str| Selector::Tag(tag.to_owned());
    let image = client.source(&repository(server, "acme/app"), tag("1.2"), &limits)?;
    let base = client.source(&repository(server, "dhi/base"), tag("22"), &limits)?;
    Ok(Evidence::default().with(Arc::new(base)).stack_on(Box::new(image)))
}

pub(crate) fn verify(client: &Registry, server: &registry::Registry) -> Result<Report, Failure> {
    let source = stack(client, server)?;
    let request = Request::new("app", Selector::Only, "2026-11-24T12:00:00Z".parse().unwrap());
    Verifier::new(policy())?.verify(&source, &request).map(layertrust::Accepted::into_report)
}

/// `accepted`, `rejected CODE …` or `no answer CODE`.
pub(crate) fn outcome(answer: &Result<Report, Failure>) -> String {
    match answer {
        Ok(_) => "accepted".to_owned(),
        Err(Failure::Rejected(report)) => {
            let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
            let mut codes: Vec<_> = errors.map(|finding| finding.code.name()).collect();
            codes.dedup();
            format!("rejected {}", codes.join(" "))
        }
        Err(Failure::Error(error)) => format!("no answer {}", error.code().name()),
    }
}
