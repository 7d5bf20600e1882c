//! What most cases share: keys, a base, an application on it, and how the organization signs.

use crate::case::{Case, PlatformFacts};
use crate::cosign::{bundle_referrer, signed_bundle};
use crate::export;
use crate::image::{Image, ImageSpec, Platform, Writer, derived_from, index_json};
use crate::json::Json;
use crate::key::TestKey;
use crate::layer::{Compression, Layer};
use crate::policy::Policy;
use crate::statement::{COSIGN_SIGN, ORG_BUILDER, SLSA_V1, attest_statement, sign_statement, slsa_v1};
use crate::store::{Descriptor, INDEX, Layout};
use crate::tar::Entry;
use crate::vendor::{TAG, VendorImage};

/// The repository in the organization's signed data.
pub const REPOSITORY: &str = "registry.acme.test/orders/api";
/// The tag of the organization's image.
pub const ORG_TAG: &str = "1.4.2";

/// The demo vendor's key.
pub fn vendor() -> TestKey {
    TestKey::p256("layertrust testkit vendor")
}

/// The organization's key.
pub fn org() -> TestKey {
    TestKey::p256("layertrust testkit org")
}

/// The organization's second signer, with an Ed25519 key.
pub fn qa() -> TestKey {
    TestKey::ed25519("layertrust testkit qa")
}

/// Somebody whom no policy names.
pub fn stranger() -> TestKey {
    TestKey::p256("layertrust testkit stranger")
}

/// The keys by the names of their files.
pub fn keys() -> [(&'static str, TestKey); 4] {
    [("vendor", vendor()), ("org", org()), ("qa", qa()), ("stranger", stranger())]
}

/// The catalog image for linux/amd64.
pub fn base() -> VendorImage {
    VendorImage::new("dhi/python", &["linux/amd64"])
}

/// The catalog image for two platforms.
pub fn base_two() -> VendorImage {
    VendorImage::new("dhi/python", &["linux/amd64", "linux/arm64"])
}

/// The layer of the organization's application.
pub fn app_layer() -> Layer {
    Layer::of(Compression::Gzip, &[("app/main.py", "print('orders')\n")])
}

/// An image of the organization that stands on nothing, for faults that have nothing to do with a base.
pub fn plain_spec() -> ImageSpec {
    let mut spec = ImageSpec::new(Writer::Crane, Platform::of("linux/amd64"))
        .appended(Layer::of(Compression::Gzip, &[("app/main", "orders\n")]))
        .appended(Layer::of(Compression::Gzip, &[("app/config", "port = 8080\n")]));
    spec.cmd = vec!["/app/main".to_owned()];
    spec
}

/// The organization's image on a base: one layer and a command.
pub fn app_spec(base: &Image) -> ImageSpec {
    let mut spec = derived_from(&base.spec).appended(app_layer());
    spec.cmd = vec!["/app/main.py".to_owned()];
    spec
}

/// The same with its bytes.
pub fn app(base: &Image) -> Image {
    app_spec(base).build()
}

/// A layout with the image and its layers, without evidence, as oras lists it.
pub fn unsigned(image: &Image) -> Layout {
    let mut layout = Layout::new();
    let manifest = image.put(&mut layout);
    export::oras(&mut layout, ORG_TAG, &manifest, &[]);
    layout
}

/// The same with a bundle signature of the organization.
pub fn signed(image: &Image) -> Layout {
    let mut layout = unsigned(image);
    sign(&mut layout, &org(), &image.descriptor());
    layout
}

/// Adds a `cosign sign` bundle by that key to what oras copied.
pub fn sign(layout: &mut Layout, key: &TestKey, subject: &Descriptor) {
    add_bundle(layout, subject, COSIGN_SIGN, &signed_bundle(key, &sign_statement(&subject.digest)));
}

/// Adds a `cosign attest` bundle by that key.
pub fn attest(
    layout: &mut Layout,
    key: &TestKey,
    subject: &Descriptor,
    predicate_type: &str,
    predicate: Json,
) {
    let statement = attest_statement(REPOSITORY, &subject.digest, predicate_type, predicate);
    add_bundle(layout, subject, predicate_type, &signed_bundle(key, &statement));
}

/// Adds the organization's provenance, which names the base's index.
pub fn attest_provenance(layout: &mut Layout, key: &TestKey, subject: &Descriptor, base: &VendorImage) {
    attest(layout, key, subject, SLSA_V1, provenance(base));
}

/// The predicate of the organization's provenance.
pub fn provenance(base: &VendorImage) -> Json {
    slsa_v1(ORG_BUILDER, Some(("dhi.io/python", TAG, &base.descriptor().digest)))
}

/// Adds any bundle as a referrer of `subject`.
pub fn add_bundle(layout: &mut Layout, subject: &Descriptor, predicate_type: &str, bundle: &Json) {
    let referrer = bundle_referrer(layout, subject, predicate_type, &bundle.bytes());
    layout.entry(&referrer);
}

/// A layout with an index over these images, all with their layers, listed as oras does; nothing is signed.
pub fn index_of(images: &[&Image]) -> (Layout, Descriptor) {
    index_with(images, &images.iter().map(|image| image.child()).collect::<Vec<_>>())
}

/// The same with an index that lists these children.
pub fn index_with(images: &[&Image], children: &[Descriptor]) -> (Layout, Descriptor) {
    let mut layout = Layout::new();
    let index = layout.put(INDEX, index_json(children, &[]).bytes());
    let stored: Vec<Descriptor> = images.iter().map(|image| image.put(&mut layout)).collect();
    export::oras(&mut layout, ORG_TAG, &index, &stored);
    (layout, index)
}

/// The organization's signed image on [`base`], with the base's evidence: everything is right.
pub fn honest(case: Case) -> Case {
    signed_app(case, |spec| spec)
}

/// The same after an edit of the image, which is signed as it then is.
pub fn signed_app(case: Case, edit: impl FnOnce(ImageSpec) -> ImageSpec) -> Case {
    signed_image(case, &edit(app_spec(&base().images[0])).build())
}

/// Any image signed by the organization, with the evidence of [`base`].
pub fn signed_image(case: Case, image: &Image) -> Case {
    case.image(signed(image), &image.digest()).evidence(base().evidence(&vendor()))
}

/// Any image signed by the organization under a policy that requires no base.
pub fn signed_plain(case: Case, image: &Image) -> Case {
    case.image(signed(image), &image.digest()).policy(Policy::no_base())
}

/// The image that stands on nothing with other evidence than an honest signature.
pub fn plain_with(case: Case, evidence: impl FnOnce(&mut Layout, &Descriptor)) -> Case {
    let image = plain_spec().build();
    let mut layout = unsigned(&image);
    evidence(&mut layout, &image.descriptor());
    case.image(layout, &image.digest()).policy(Policy::no_base())
}

/// The organization's image with other evidence of its own than an honest signature.
pub fn app_with(case: Case, evidence: impl FnOnce(&mut Layout, &Descriptor)) -> Case {
    let base = base();
    let app = app(&base.images[0]);
    let mut layout = unsigned(&app);
    evidence(&mut layout, &app.descriptor());
    case.image(layout, &app.digest()).evidence(base.evidence(&vendor()))
}

/// The catalog image with a root file system.
pub fn rooted_base() -> VendorImage {
    VendorImage::of("dhi/python", vec![crate::root::spec("dhi/python", "linux/amd64").build()])
}

/// The organization's image on [`rooted_base`]: one layer of these entries.
pub fn rooted_spec(entries: impl IntoIterator<Item = Entry>) -> ImageSpec {
    derived_from(&rooted_base().images[0].spec).appended(crate::root::layer(entries))
}

/// The same, signed by the organization, with the base's evidence.
pub fn rooted(case: Case, entries: impl IntoIterator<Item = Entry>) -> Case {
    signed_rooted(case, rooted_spec(entries))
}

/// Any image on [`rooted_base`], signed by the organization, with the base's evidence.
pub fn signed_rooted(case: Case, spec: ImageSpec) -> Case {
    let image = spec.build();
    case.image(signed(&image), &image.digest()).evidence(rooted_base().evidence(&vendor()))
}

/// What must be reported of owners if it is accepted.
pub fn rooted_facts(case: Case, layers: usize) -> Case {
    let base = rooted_base();
    let facts = PlatformFacts {
        org_layers: Some(layers),
        config_owner: Some("org"),
        ..PlatformFacts::untouched(&base.images[0])
    };
    case.facts(facts)
}
