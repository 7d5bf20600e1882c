use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::DecodePublicKey as _;

use super::TestKey;

#[test]
fn the_same_label_gives_the_same_key_and_signature() {
    for make in [TestKey::p256, TestKey::p384, TestKey::ed25519] {
        let (one, two, other) = (make("org"), make("org"), make("vendor"));
        assert_eq!(one.public_pem(), two.public_pem());
        assert_eq!(one.private_pem(), two.private_pem());
        assert_eq!(one.sign(b"message"), two.sign(b"message"));
        assert_ne!(one.hint(), other.hint());
        assert_ne!(one.sign(b"message"), other.sign(b"message"));
    }
}

#[test]
fn the_signature_verifies_under_the_public_key() {
    let key = TestKey::p256("org");
    let public = p256::ecdsa::VerifyingKey::from_public_key_pem(&key.public_pem()).unwrap();
    let signature = p256::ecdsa::Signature::from_der(&key.sign(b"message")).unwrap();
    assert!(public.verify(b"message", &signature).is_ok());
    assert!(public.verify(b"massage", &signature).is_err());
}

#[test]
fn the_key_of_a_label_never_changes() {
    // Committed cases are signed with it.
    assert_eq!(
        TestKey::p256("layertrust testkit org").hint(),
        "pjeUXR3pKjX0vBlBmwPGBO63760x//M9u8+fS4VH1/E="
    );
}
