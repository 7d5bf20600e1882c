//! The same SBOM attached to an image: a folder with it, one without, each verified as a whole.

use layertrust::{
    AttestationRule, AttestationType, BaseRule, Layout as Folder, Limits, OrgRule, Policy, PublicKey,
    Request, Selector, SignerKey, Stack, Verifier,
};
use layertrust_testkit::image::{ImageSpec, Platform, Writer};
use layertrust_testkit::json::Json;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::layer::{Compression, Layer};
use layertrust_testkit::statement::{COSIGN_SIGN, SPDX, attest_statement, sign_statement};
use layertrust_testkit::store::Layout;
use layertrust_testkit::{cosign, export};

/// The two folders, with a verifier that wants the SBOM and one that does not.
pub(crate) struct Images {
    folder: tempfile::TempDir,
    with: Verifier,
    without: Verifier,
}

impl Images {
    /// An image of one layer, signed and attested by the key in bundles.
    pub(crate) fn new(key: &TestKey, sbom: Json) -> Self {
        let layer = Layer::of(Compression::Gzip, &[("app", "an app")]);
        let image = ImageSpec::new(Writer::Crane, Platform::of("linux/amd64")).appended(layer).build();
        let mut layout = Layout::new();
        let descriptor = image.put(&mut layout);
        let signature = cosign::signed_bundle(key, &sign_statement(&descriptor.digest)).bytes();
        let signature = cosign::bundle_referrer(&mut layout, &descriptor, COSIGN_SIGN, &signature);

        let folder = tempfile::tempdir().unwrap();
        let mut bare = layout.clone();
        export::oras(&mut bare, "app", &descriptor, std::slice::from_ref(&signature));
        bare.write_dir(&folder.path().join("without"));

        let statement = attest_statement("demo.test/app", &descriptor.digest, SPDX, sbom);
        let bundle = cosign::signed_bundle(key, &statement).bytes();
        let attestation = cosign::bundle_referrer(&mut layout, &descriptor, SPDX, &bundle);
        export::oras(&mut layout, "app", &descriptor, &[signature, attestation]);
        layout.write_dir(&folder.path().join("with"));

        let signed = OrgRule::signed_by(["ci"]);
        let attested = signed.clone().attestation(AttestationRule::new(AttestationType::Spdx));
        Images { folder, with: verifier(key, attested), without: verifier(key, signed) }
    }

    /// Opens the folder with the SBOM and verifies.
    pub(crate) fn verify_with(&self) {
        self.verify("with", &self.with);
    }

    /// The same of the folder without.
    pub(crate) fn verify_without(&self) {
        self.verify("without", &self.without);
    }

    fn verify(&self, name: &str, verifier: &Verifier) {
        let folder = Folder::open_folder(&self.folder.path().join(name), &Limits::default()).unwrap();
        let request = Request::new("app", Selector::Only, crate::NOW.parse().unwrap());
        let accepted = verifier.verify(&Stack::new(Box::new(folder)), &request).unwrap();
        assert_eq!(accepted.report().platforms.len(), 1);
    }
}

fn verifier(key: &TestKey, org: OrgRule) -> Verifier {
    let public = PublicKey::from_pem(key.public_pem().as_bytes()).unwrap();
    let policy = Policy::builder()
        .signer("vendor", SignerKey::DockerDhi)
        .signer("ci", SignerKey::Key(public))
        .base(BaseRule::optional(["vendor"]))
        .org(org)
        .build()
        .unwrap();
    Verifier::new(policy).unwrap()
}
