use layertrust_testkit::key::TestKey;

use super::*;

fn parts<'m>(message: &'m [&'m [u8]]) -> Message<'m> {
    Message::Parts(message)
}

fn refused(pem: &str) -> Error {
    let error = PublicKey::from_pem(pem.as_bytes()).unwrap_err();
    assert_eq!(error.code(), Code::KeyInvalid);
    error
}

#[test]
fn both_kinds_of_key_check_their_signatures() {
    for (key, algorithm) in
        [(TestKey::p256("key"), KeyType::P256), (TestKey::ed25519("key"), KeyType::Ed25519)]
    {
        let public = PublicKey::from_pem(key.public_pem().as_bytes()).unwrap();
        assert_eq!(public.kind(), algorithm);
        let signature = key.sign(b"message");
        assert!(public.verify(parts(&[b"mes", b"sage"]), &signature).is_ok());
        assert!(public.verify(parts(&[b"Message"]), &signature).is_err());
        assert!(public.verify(parts(&[b"message"]), &[]).is_err());
        for at in 0..signature.len() {
            let mut other = signature.clone();
            other[at] ^= 1;
            assert!(public.verify(parts(&[b"message"]), &other).is_err(), "{algorithm:?} byte {at}");
        }
        let other = PublicKey::from_pem(TestKey::p256("other").public_pem().as_bytes()).unwrap();
        assert!(other.verify(parts(&[b"message"]), &signature).is_err());
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

/// What cosign and openssl wrote with keys of every type.
#[derive(serde::Deserialize)]
struct Vectors {
    message: String,
    signature: Vec<Vector>,
    refused: Vec<Refused>,
}

#[derive(serde::Deserialize)]
struct Vector {
    name: String,
    by: String,
    holds: bool,
    key: String,
    signature: String,
}

#[derive(serde::Deserialize)]
struct Refused {
    name: String,
    key: String,
}

fn vectors() -> Vectors {
    toml::from_str(include_str!("../../../../../testdata/signatures/vectors.toml")).unwrap()
}

#[test]
fn signatures_of_real_tools_hold_if_their_algorithm_is_on_the_list() {
    use base64::Engine as _;
    let vectors = vectors();
    let mut count = 0;
    for vector in &vectors.signature {
        let public = match PublicKey::from_pem(vector.key.as_bytes()) {
            Ok(public) => public,
            // RustCrypto has no RSA here; then there is no such key at all.
            Err(error) if vector.name.starts_with("RSA") && cfg!(not(feature = "aws-lc")) => {
                assert_eq!(error.code(), Code::KeyInvalid);
                continue;
            }
            Err(error) => panic!("{}: {error}", vector.name),
        };
        let signature = base64::engine::general_purpose::STANDARD.decode(&vector.signature).unwrap();
        let outcome = public.verify(parts(&[vectors.message.as_bytes()]), &signature);
        assert_eq!(outcome.is_ok(), vector.holds, "{} by {}", vector.name, vector.by);
        assert!(public.verify(parts(&[b"another message"]), &signature).is_err(), "{}", vector.name);
        for at in [0, signature.len() / 2, signature.len() - 1] {
            let mut other = signature.clone();
            other[at] ^= 1;
            assert!(public.verify(parts(&[vectors.message.as_bytes()]), &other).is_err(), "{}", vector.name);
        }
        count += 1;
    }
    println!("{count} signatures");
    assert!(count >= 9);
}

#[test]
fn keys_that_are_too_weak_or_of_another_type_are_refused() {
    let refused_keys = vectors().refused;
    assert!(refused_keys.len() >= 5);
    for key in refused_keys {
        let error = PublicKey::from_pem(key.key.as_bytes()).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::KeyInvalid, "{}", key.name);
    }
}

#[test]
fn a_key_may_be_der_or_have_headers() {
    let key = TestKey::p256("key");
    let pem = key.public_pem();
    let id = PublicKey::from_pem(pem.as_bytes()).unwrap().id();
    assert_eq!(PublicKey::from_file(&key.spki_der()).unwrap().id(), id);
    assert_eq!(PublicKey::from_file(pem.as_bytes()).unwrap().id(), id);
    let headed = pem.replacen("-----\n", "-----\nComment: ours\n\n", 1);
    assert_eq!(PublicKey::from_file(headed.as_bytes()).unwrap().id(), id);
    let explained = format!("The key of our CI.\n\n{pem}\nThat was it.\n");
    assert_eq!(PublicKey::from_file(explained.as_bytes()).unwrap().id(), id);
    let mut trailing = key.spki_der();
    trailing.push(0);
    assert_eq!(PublicKey::from_file(&trailing).unwrap_err().code(), Code::KeyInvalid);
}

#[test]
fn a_point_off_the_curve_is_refused() {
    let mut der = TestKey::p256("key").spki_der();
    let last = der.len() - 1;
    der[last] ^= 1;
    assert_eq!(PublicKey::from_spki(&der).unwrap_err().code(), Code::KeyInvalid);
}
