//! Images of the test kit, asked about without a policy file.
#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

use layertrust::{
    BaseRule, LayersRule, Limits, OrgRule, Policy, PublicKey, Request, Selector, SignerKey, Verifier,
};
use layertrust_testkit::cases::scene;
use layertrust_testkit::image::Image;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::store::Layout;
use tempfile::TempDir;

/// The organization signs images that stand on the vendor's.
pub(crate) fn verifier(layers: LayersRule) -> Verifier {
    let key = |key: TestKey| SignerKey::Key(PublicKey::from_pem(key.public_pem().as_bytes()).unwrap());
    let policy = Policy::builder()
        .signer("vendor", key(scene::vendor()))
        .signer("org", key(scene::org()))
        .base(BaseRule::signed_by(["vendor"]))
        .org(OrgRule::signed_by(["org"]))
        .layers(layers)
        .build()
        .unwrap();
    Verifier::new(policy).unwrap()
}

/// A layout on disk, which goes when this does.
pub(crate) struct Stored {
    pub(crate) source: layertrust::Layout,
    pub(crate) request: Request,
    _folder: TempDir,
}

/// What is asked about a layout; without a digest about its only image.
pub(crate) fn stored(layout: &Layout, digest: &str) -> Stored {
    let folder = tempfile::tempdir().unwrap();
    layout.write_dir(folder.path());
    let source = layertrust::Layout::open_folder(folder.path(), &Limits::default()).unwrap();
    let request = Request::new(
        "image",
        Selector::Digest(digest.parse().unwrap()),
        layertrust_testkit::case::NOW.parse().unwrap(),
    );
    Stored { source, request, _folder: folder }
}

/// The organization's signed image on the base with a root file system, with the base's evidence.
pub(crate) fn signed(image: &Image) -> Stored {
    let mut layout = scene::signed(image);
    layout.merge(&scene::rooted_base().evidence(&scene::vendor()));
    stored(&layout, &image.digest())
}
