//! Bundles: what they must hold, what they must not, and that the signature is over the file.

use layertrust_testkit::json::Json;
use layertrust_testkit::key::{Algorithm, TestKey};
use layertrust_testkit::object;
use layertrust_testkit::sigstore::{Bundle, Entry, LeafOptions, Signed, Signer, Time, Version, body};

use crate::ask::{
    Sound, all_refused, at, dsse_v1, dsse_v2, identity, in_rekor_v1, key_v1, message_v1, signed_at,
    signed_by, sound, timestamp_alone, world,
};

#[test]
fn altered_signatures_and_signed_bytes() {
    let flip = |text: &Json| {
        let mut letters = text.text().to_owned().into_bytes();
        letters[20] = if letters[20] == b'A' { b'B' } else { b'A' };
        String::from_utf8(letters).unwrap()
    };
    for case in sound() {
        let mut bundle = case.bundle.json();
        match case.bundle.message {
            Some(_) => {
                let message = bundle.get_mut("messageSignature");
                message.set("signature", flip(message.get("signature")));
            }
            None => {
                let signature = bundle.get_mut("dsseEnvelope").get_mut("signatures").at_mut(0);
                signature.set("sig", flip(signature.get("sig")));
                let mut payload = case.bundle.json();
                let envelope = payload.get_mut("dsseEnvelope");
                envelope.set("payload", flip(envelope.get("payload")));
                case.refused_as(&payload, "signature-invalid");
            }
        }
        case.refused_as(&bundle, "signature-invalid");
    }
}

#[test]
fn another_file() {
    for case in sound() {
        case.clone().with(|case| case.artifact = b"another artifact\n").refused("subject-mismatch");
    }
}

/// The digest in a bundle is a claim about the file. It may be missing: the signature says the same. A wrong
/// one is a fault, though nothing rests on it.
#[test]
fn the_digest_of_a_message() {
    for case in [message_v1(), timestamp_alone()] {
        let change = |change: &dyn Fn(&mut Json)| {
            case.clone().with(|case| change(case.bundle.message.as_mut().unwrap()))
        };
        let absent = change(&|message| message.remove("messageDigest"));
        absent.accepted();
        absent.with(|case| case.artifact = b"another artifact\n").refused("signature-invalid");
        let zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        change(&|message| message.get_mut("messageDigest").set("digest", zeros)).refused("subject-mismatch");
        let other = "SHA2_999";
        change(&|message| message.get_mut("messageDigest").set("algorithm", other))
            .refused("subject-mismatch");
    }
}

#[test]
fn a_certificate_of_another_key() {
    for case in [dsse_v1(), message_v1(), dsse_v2(), timestamp_alone()] {
        let signer = Signer { key: TestKey::p256("somebody"), ..case.signer.clone() };
        let world = case.world.clone();
        all_refused(signed_by(&world, &signer), "signature-invalid");
    }
}

#[test]
fn certificates_for_keys_of_every_kind() {
    for algorithm in [Algorithm::P256, Algorithm::P384, Algorithm::Ed25519] {
        let (world, key) = (world(), TestKey::of(algorithm, "holder"));
        let options = LeafOptions::logged(&world.ct);
        let leaf = world.authority.issue(&identity(), &key.spki_der(), at(), at().plus(600), &options);
        for case in signed_by(&world, &Signer { key, certificates: vec![leaf] }) {
            case.accepted();
            // The log signed an entry about other bytes.
            let other = Signed { digest: [7; 32], ..case.signed.clone() };
            if case.tlog && case.bundle.message.is_some() {
                case.clone().logging(&body::hashedrekord(&case.signer, &other)).refused("tlog-invalid");
            }
        }
    }
}

#[test]
fn two_of_what_there_is_one() {
    for case in [dsse_v1(), dsse_v2(), key_v1()] {
        let mut two = case.bundle.json();
        let signatures = two.get_mut("dsseEnvelope").get_mut("signatures");
        let again = signatures.elements()[0].clone();
        signatures.push(again);
        case.refused_as(&two, "malformed");
        signatures_of(&mut two).clear();
        case.refused_as(&two, "malformed");
    }
    for case in sound() {
        let (message, envelope) = (message_v1().bundle.message, dsse_v1().bundle.envelope);
        let both = case.clone().with(|case| {
            case.bundle.message = case.bundle.message.take().or(message);
            case.bundle.envelope = case.bundle.envelope.take().or(envelope);
        });
        both.refused("malformed");
        let neither = case.clone().with(|case| (case.bundle.message, case.bundle.envelope) = (None, None));
        neither.refused("malformed");
        let leaf = dsse_v1().signer.leaf().unwrap().to_vec();
        let add = |change: &dyn Fn(&mut Bundle)| case.clone().with(|case| change(&mut case.bundle));
        let all = |bundle: &mut Bundle| {
            bundle.certificate = Some(leaf.clone());
            bundle.chain = Some(vec![leaf.clone()]);
        };
        add(&all).refused("malformed");
        add(&|bundle| {
            bundle.certificate = Some(leaf.clone());
            bundle.public_key = Some("hint".to_owned());
        })
        .refused("malformed");
        add(&|bundle| (bundle.certificate, bundle.chain, bundle.public_key) = (None, None, None))
            .refused("malformed");
        add(&|bundle| {
            all(bundle);
            bundle.media_type = Version::V02.media_type().to_owned();
        })
        .refused("malformed");
    }
}

fn signatures_of(bundle: &mut Json) -> &mut Vec<Json> {
    bundle.get_mut("dsseEnvelope").get_mut("signatures").elements_mut()
}

#[test]
fn unknown_members_at_every_level() {
    for case in sound() {
        let sound = case.bundle.json();
        let mut objects = 0;
        loop {
            let mut bundle = sound.clone();
            let Some(name) = add_to(&mut bundle, &mut { objects }, "") else { break };
            println!("{name}");
            case.refused_as(&bundle, "malformed");
            objects += 1;
        }
        assert!(objects > 4, "{objects}");
    }
}

/// Adds a member to the `rest`-th object; its path, or nothing if there are fewer.
fn add_to(json: &mut Json, rest: &mut usize, path: &str) -> Option<String> {
    match json {
        Json::Object(members) => match rest.checked_sub(1) {
            Some(less) => {
                *rest = less;
                members.iter_mut().find_map(|(name, value)| add_to(value, rest, &format!("{path}/{name}")))
            }
            None => {
                members.push(("unknown".to_owned(), object! { "a": 1 }));
                Some(path.to_owned())
            }
        },
        Json::Array(elements) => elements.iter_mut().find_map(|element| add_to(element, rest, path)),
        _ => None,
    }
}

#[test]
fn numbers_below_zero() {
    let changes: [fn(&mut Entry); 4] = [
        |entry| entry.log_index = -1,
        |entry| entry.integrated_time = Some(Time(-1)),
        |entry| entry.proof_mut().log_index = -1,
        |entry| entry.proof_mut().tree_size = -1,
    ];
    for case in [in_rekor_v1(), vec![dsse_v2()]].concat() {
        for change in changes {
            case.clone().entry(change).refused("malformed");
        }
        case.clone().entry(|entry| entry.integrated_time = Some(Time(i64::MAX))).refused("malformed");
    }
}

#[test]
fn more_than_anybody_writes() {
    for case in sound() {
        let many = |count: usize, make: &dyn Fn(&mut Sound, usize)| {
            case.clone().with(|case| (0..count).for_each(|number| make(case, number)))
        };
        if case.tlog {
            let entries = |case: &mut Sound, number: usize| {
                let body = case.body();
                let time = at().plus(i64::try_from(number).unwrap());
                let mut entry = case.world.rekor.entry(&body, time);
                entry.log_index += i64::try_from(number).unwrap() + 1;
                entry.promise = Some(case.world.rekor.promise(&entry));
                case.bundle.entries.push(entry);
            };
            many(31, &entries).accepted();
            many(32, &entries).refused("limit-exceeded");
        }
        let stamps = |case: &mut Sound, number: usize| {
            let time = at().plus(i64::try_from(number).unwrap());
            let stamp = case.world.tsa.timestamp(&case.signed.signature, time);
            case.bundle.timestamps.push(stamp);
        };
        let count = 32 - case.bundle.timestamps.len();
        many(count, &stamps).accepted();
        many(count + 1, &stamps).refused("limit-exceeded");
        if case.signer.leaf().is_some() {
            let chain = vec![case.signer.certificates[1].clone(); 32];
            case.clone()
                .with(|case| {
                    case.bundle.media_type = Version::V02.media_type().to_owned();
                    let leaf = case.signer.certificates[..1].to_vec();
                    case.bundle = case.bundle.clone().chained(&[leaf, chain].concat());
                })
                .refused("limit-exceeded");
        }
    }
}

/// What each version must hold.
#[test]
fn versions() {
    for case in in_rekor_v1() {
        let of = |version: Version| {
            case.clone().with(|case| {
                let entries = case.bundle.entries.clone();
                case.bundle = Bundle::new(version, &case.signer, &case.signed);
                case.bundle.entries = entries;
            })
        };
        for version in Version::ALL {
            assert_eq!(of(version).accepted().times, [signed_at().rfc3339()]);
            let no_proof = of(version).entry(|entry| entry.proof = None);
            let no_promise = of(version).entry(|entry| entry.promise = None).stamped(signed_at());
            let no_checkpoint = of(version).entry(|entry| entry.proof_mut().checkpoint = None);
            if version == Version::V01 {
                no_proof.accepted();
                no_checkpoint.accepted();
                no_promise.refused("malformed");
            } else {
                no_proof.refused("malformed");
                no_checkpoint.refused("malformed");
                no_promise.accepted();
            }
        }
        let unknown = "application/vnd.dev.sigstore.bundle.v0.4+json".to_owned();
        case.clone().with(|case| case.bundle.media_type = unknown).refused("unsupported-format");
        if let Some(leaf) = case.signer.leaf() {
            let chain = vec![leaf.to_vec()];
            case.clone().with(|case| case.bundle = case.bundle.clone().chained(&chain)).refused("malformed");
            case.with(|case| {
                case.bundle.media_type = Version::V02.media_type().to_owned();
                case.bundle = case.bundle.clone().chained(&[]);
            })
            .refused("malformed");
        }
    }
}
