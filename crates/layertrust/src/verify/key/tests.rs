use layertrust_testkit::key::TestKey;

use super::*;

fn refused(pem: &str) -> Error {
    let error = PublicKey::from_pem(pem.as_bytes()).unwrap_err();
    assert_eq!(error.code(), Code::KeyInvalid);
    error
}

#[test]
fn both_kinds_of_key_check_their_signatures() {
    for (key, algorithm) in [
        (TestKey::p256("key"), KeyAlgorithm::EcdsaP256Sha256),
        (TestKey::ed25519("key"), KeyAlgorithm::Ed25519),
    ] {
        let public = PublicKey::from_pem(key.public_pem().as_bytes()).unwrap();
        assert_eq!(public.algorithm(), algorithm);
        let signature = key.sign(b"message");
        assert!(public.verify(&[b"mes", b"sage"], &signature).is_ok());
        assert!(public.verify(&[b"Message"], &signature).is_err());
        assert!(public.verify(&[b"message"], &[]).is_err());
        for at in 0..signature.len() {
            let mut other = signature.clone();
            other[at] ^= 1;
            assert!(public.verify(&[b"message"], &other).is_err(), "{algorithm:?} byte {at}");
        }
        let other = PublicKey::from_pem(TestKey::p256("other").public_pem().as_bytes()).unwrap();
        assert!(other.verify(&[b"message"], &signature).is_err());
    }
}

#[test]
fn the_fingerprint_is_cosigns_hint() {
    use base64::Engine as _;
    let key = TestKey::p256("key");
    let public = PublicKey::from_pem(key.public_pem().as_bytes()).unwrap();
    assert_eq!(base64::engine::general_purpose::STANDARD.encode(public.id().as_bytes()), key.hint());
}

#[test]
fn what_is_no_single_public_key_is_refused_and_says_what_it_is() {
    let key = TestKey::p256("key");
    assert!(refused(&key.private_pem()).to_string().contains("private key"));
    assert!(!refused(&key.private_pem()).to_string().contains("MIG"));
    let certificate = key.public_pem().replace("PUBLIC KEY", "CERTIFICATE");
    assert!(refused(&certificate).to_string().contains("certificate"));
    assert!(refused(&certificate).advice().contains("openssl x509"));
    assert!(refused(&key.public_pem().repeat(2)).to_string().contains("several"));
    refused("");
    refused("no key");
    refused(&key.public_pem().replace("PUBLIC KEY", "PGP MESSAGE"));
    let broken = key.public_pem().replace("MFk", "MFl");
    refused(&broken);
}

#[test]
fn a_key_of_another_curve_is_refused() {
    // secp384r1, from `openssl ecparam -genkey`.
    refused(
        "-----BEGIN PUBLIC KEY-----\n\
         MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE15p+QbtT2ahTShX/v5UDZaKh93DsztcV\n\
         gwnLkCTz74Sj9IDoQNNq7UZEQEZNXFrLDG0/9Y23lkFs7+fnZC9+PbYeeL7u4M1K\n\
         d4cWPmVwZj3v1WjljgVm+4TYwQayfHD9\n\
         -----END PUBLIC KEY-----\n",
    );
}

#[test]
fn a_point_off_the_curve_is_refused() {
    let mut der = TestKey::p256("key").spki_der();
    let last = der.len() - 1;
    der[last] ^= 1;
    assert_eq!(PublicKey::from_spki(&der).unwrap_err().code(), Code::KeyInvalid);
}
