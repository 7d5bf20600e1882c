use layertrust_testkit::key::TestKey;

use super::*;
use crate::verify::{Content, Message};

fn public(label: &str) -> PublicKey {
    PublicKey::from_pem(TestKey::p256(label).public_pem().as_bytes()).unwrap()
}

fn ring(keys: &[(&str, &str, bool)]) -> Signers {
    let mut ring = Signers::default();
    for (name, label, active) in keys {
        ring.add_key(name, &public(label), *active, &KeyTerms::default());
    }
    ring
}

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn verify_with(
    ring: &Signers,
    (message, signature): (&[u8], &[u8]),
    hint: Option<&str>,
    read: impl FnOnce() -> Result<()>,
) -> Result<Signer> {
    let parts = [message];
    let signed =
        Signed { message: Message::Parts(&parts), signature, content: Content::Message, stamped: signature };
    let material = Material { by: By::Key { hint: hint.map(str::to_owned) }, ..Material::default() };
    ring.verify(&signed, &material, now(), read).map(|verified| verified.signer().clone())
}

fn verify(ring: &Signers, label: &str, hint: Option<&str>) -> Result<Signer> {
    verify_with(ring, (b"message", &TestKey::p256(label).sign(b"message")), hint, || Ok(()))
}

#[test]
fn the_signer_is_named_by_the_key_that_verified() {
    let ring = ring(&[("ci", "a", true), ("qa", "b", true)]);
    assert_eq!(&*verify(&ring, "b", None).unwrap().names, ["qa"]);
    assert_eq!(verify(&ring, "a", None).unwrap().who, Who::Key(public("a").id()));
}

#[test]
fn one_key_under_two_names_is_one_signer() {
    let ring = ring(&[("one", "a", true), ("two", "a", true)]);
    let signer = verify(&ring, "a", None).unwrap();
    assert_eq!(&*signer.names, ["one", "two"]);
    assert_eq!(signer.known_as(&["two".to_owned()]), Some(&"two".to_owned()));
}

#[test]
fn a_signature_by_an_inactive_key_does_not_count() {
    let inactive = ring(&[("dhi", "old", false), ("dhi", "new", true)]);
    let error = verify(&inactive, "old", None).unwrap_err();
    assert_eq!(error.code(), Code::KeyInactive);
    assert!(error.to_string().contains("dhi"));
    assert!(verify(&inactive, "new", None).is_ok());
    // Whoever trusts the same key by itself may; the list still does not.
    let both = ring(&[("dhi", "old", false), ("own", "old", true)]);
    assert_eq!(&*verify(&both, "old", None).unwrap().names, ["own"]);
}

#[test]
fn a_signer_without_a_key_in_use_says_so_whoever_signed() {
    let inactive = ring(&[("dhi", "old", false)]);
    assert_eq!(verify(&inactive, "new", None).unwrap_err().code(), Code::KeyInactive);
}

#[test]
fn a_stranger_is_named_as_one_only_by_a_hint() {
    let ring = ring(&[("ci", "a", true)]);
    let code = |hint: Option<&str>| verify(&ring, "stranger", hint).unwrap_err().code();
    assert_eq!(code(None), Code::SignatureInvalid);
    assert_eq!(code(Some(&TestKey::p256("stranger").hint())), Code::SignerNotAllowed);
    assert_eq!(code(Some(&TestKey::p256("a").hint())), Code::SignatureInvalid);
    assert_eq!(
        code(Some("release key")),
        Code::SignatureInvalid,
        "a hint that is no fingerprint names nobody"
    );
    assert_eq!(code(Some(&"0".repeat(64))), Code::SignerNotAllowed, "a fingerprint in hexadecimal");
}

#[test]
fn nothing_is_read_before_its_signature_holds() {
    let ring = ring(&[("ci", "a", true)]);
    let mut read = false;
    let signature = TestKey::p256("a").sign(b"message");
    let outcome = verify_with(&ring, (b"other", &signature), None, || {
        read = true;
        Ok(())
    });
    assert!(outcome.is_err() && !read);
}

#[test]
fn no_key_verifies_nothing() {
    assert_eq!(verify(&Signers::default(), "a", None).unwrap_err().code(), Code::SignerNotAllowed);
}

/// Found in review: only the names under the first root that verified counted, so that what the second signer
/// might do depended on the order of roots.
#[cfg(feature = "keyless")]
#[test]
fn one_certificate_under_two_roots_goes_by_both_names() {
    use layertrust_testkit::cases::keyless::{release, signed_at, world};

    #[derive(Debug)]
    struct Anybody;
    impl Admits for Anybody {
        fn admits(&self, _: &Identity) -> Result<()> {
            Ok(())
        }
    }

    let world = world();
    let root = TrustedRoot::from_json(world.trust().text().as_bytes()).unwrap().without_tlog();
    let signer = world.signer(&release(), signed_at());
    let signature = signer.message(b"message").signature;
    let stamp = world.tsa.timestamp(&signature, signed_at());
    let material = Material {
        by: By::Certificate { leaf: signer.leaf().unwrap().to_vec(), intermediates: Vec::new() },
        timestamps: vec![stamp],
        ..Material::default()
    };
    let parts = [b"message".as_slice()];
    let signed = Signed {
        message: Message::Parts(&parts),
        signature: &signature,
        content: Content::Message,
        stamped: &signature,
    };
    let mut signers = Signers::default();
    signers.add_identity("strict", &root, Box::new(Anybody));
    signers.add_identity("lax", &root.without_sct(), Box::new(Anybody));
    let verified = signers.verify(&signed, &material, now(), || Ok(())).unwrap();
    assert_eq!(&*verified.signer().names, ["lax", "strict"]);
    assert!(verified.signer().witness.checks.contains(&Check::Identity));
}
