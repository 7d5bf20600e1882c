//! Every sound form verifies.

use super::oracle::{
    ARTIFACT, WORKFLOW, at, by_key, identity, judge, keyless, keyless_policy, statement, world,
};
use crate::key::{Algorithm, TestKey};
use crate::sigstore::checkpoint::NoteSigner;
use crate::sigstore::identity::GITHUB_ISSUER;
use crate::sigstore::{
    Authority, AuthorityOptions, Body, Bundle, Identity, LeafOptions, San, Sct, Signed, Signer, TokenOptions,
    Tsa, TsaOptions, Version, World, body, bundle,
};

/// The kinds of entry that Rekor v1 makes of a signature, and that the judge knows.
fn bodies(signer: &Signer) -> Vec<(Signed, Body)> {
    let (message, envelope) = (signer.message(ARTIFACT), signer.dsse(&statement()));
    let (plain, dsse, intoto) = (
        body::hashedrekord(signer, &message),
        body::dsse(signer, &envelope),
        body::intoto(signer, &envelope),
    );
    vec![(message, plain), (envelope.clone(), dsse), (envelope, intoto)]
}

/// The kinds of signature that Rekor v2 records.
fn bodies_v2(signer: &Signer) -> Vec<(Signed, Body)> {
    [signer.message(ARTIFACT), signer.dsse(&statement())]
        .map(|signed| (signed.clone(), body::hashedrekord_v2(signer, &signed)))
        .to_vec()
}

#[test]
fn every_version_and_kind_of_entry_by_a_certificate() {
    let world = world();
    let signer = world.signer(&identity(), at());
    for version in Version::ALL {
        for (signed, body) in bodies(&signer) {
            let entry = world.rekor.entry(&body, at());
            let bundle = Bundle::new(version, &signer, &signed).logged(entry.clone());
            let verified =
                keyless(&world.trust(), &bundle).unwrap_or_else(|error| panic!("{body:?}: {error}"));
            assert!(verified.certificate_verified() && verified.sct_verified() && verified.tlog_verified());
            assert_eq!(verified.integrated_time().map(|time| time.as_second()), Some(at().0));
        }
        for (signed, body) in bodies_v2(&signer) {
            let bundle = Bundle::new(version, &signer, &signed)
                .logged(world.rekor2.entry(&body))
                .timestamped(world.tsa.timestamp(&signed.signature, at()));
            match version {
                // 0.1 wants a promise, which Rekor v2 does not give.
                Version::V01 => drop(keyless(&world.trust(), &bundle).unwrap_err()),
                _ => drop(keyless(&world.trust(), &bundle).unwrap()),
            }
        }
    }
}

#[test]
fn every_kind_of_entry_by_a_key() {
    for key in [TestKey::p256("release"), TestKey::ed25519("release")] {
        let (world, signer) = (world(), Signer::key(&key));
        for (signed, body) in bodies(&signer) {
            let bundle = Bundle::new(Version::V03, &signer, &signed).logged(world.rekor.entry(&body, at()));
            by_key(&world.trust(), &bundle, &key).unwrap_or_else(|error| panic!("{body:?}: {error}"));
        }
        // The judge reads no other keys in such entries.
        for (signed, body) in bodies_v2(&signer).into_iter().filter(|_| key.algorithm() == Algorithm::P256) {
            let bundle = Bundle::new(Version::V03, &signer, &signed).logged(world.rekor2.entry(&body));
            by_key(&world.trust(), &bundle, &key).unwrap();
        }
    }
}

#[test]
fn the_ready_made_bundles() {
    let (world, key) = (world(), TestKey::p256("release"));
    let (root, statement) = (world.trust(), statement());
    for make in [bundle::keyless_dsse, bundle::keyless_dsse_v2] {
        let bundle = make(&world, &identity(), &statement, at());
        keyless(&root, &bundle).unwrap();
        assert_eq!(bundle.text(), make(&World::new("demo"), &identity(), &statement, at()).text());
    }
    keyless(&root, &bundle::keyless_message(&world, &identity(), ARTIFACT, at())).unwrap();
    by_key(&root, &bundle::key_dsse(&world, &key, &statement, at()), &key).unwrap();
    by_key(&root, &bundle::key_message(&world, &key, ARTIFACT, at()), &key).unwrap();
}

#[test]
fn a_promise_without_proof_in_version_0_1() {
    let world = world();
    let signer = world.signer(&identity(), at());
    let signed = signer.message(ARTIFACT);
    let mut entry = world.rekor.entry(&body::hashedrekord(&signer, &signed), at());
    entry.proof = None;
    let bundle = Bundle::new(Version::V01, &signer, &signed).logged(entry);
    // The judge counts a promise as no log entry, so it must be told not to want one.
    judge(&world.trust(), &bundle.text(), &keyless_policy().skip_tlog_unsafe()).unwrap();
}

#[test]
fn a_chain_that_brings_the_intermediate() {
    let world = world();
    let signer = world.signer(&identity(), at());
    let signed = signer.dsse(&statement());
    let mut root = world.trust();
    root.certificate_authorities[0].certificates.remove(0);
    let bundle = Bundle::new(Version::V02, &signer, &signed)
        .logged(world.rekor.entry(&body::dsse(&signer, &signed), at()));
    keyless(&root, &bundle).unwrap_err();
    keyless(&root, &bundle.chained(&signer.certificates[..2])).unwrap();
}

#[test]
fn authorities_with_the_keys_of_production() {
    let mut world = world();
    let validity = World::validity();
    let options = AuthorityOptions { algorithm: Algorithm::P384, ..AuthorityOptions::valid(validity) };
    world.authority = Authority::new("demo", &options);
    for intermediate in [false, true] {
        let algorithm = Algorithm::P384;
        world.tsa = Tsa::new("demo", &TsaOptions { algorithm, intermediate, ..TsaOptions::valid(validity) });
        keyless(&world.trust(), &bundle::keyless_dsse_v2(&world, &identity(), &statement(), at())).unwrap();
    }
}

#[test]
fn timestamps_in_every_spelling() {
    let world = world();
    let signer = world.signer(&identity(), at());
    let signed = signer.message(ARTIFACT);
    let sound = TokenOptions::default();
    for options in [
        sound.clone(),
        TokenOptions { bare_token: true, ..sound.clone() },
        TokenOptions { certificates: world.tsa.chain(), ..sound.clone() },
        TokenOptions { without_signing_certificate: true, ..sound.clone() },
        TokenOptions { status: 1, ..sound },
    ] {
        let stamp = world.tsa.timestamp_with(&signed.signature, at().plus(2), &options);
        let bundle = Bundle::new(Version::V03, &signer, &signed).timestamped(stamp);
        let policy = keyless_policy().skip_tlog_unsafe();
        let verified = judge(&world.trust(), &bundle.text(), &policy).unwrap();
        let times: Vec<i64> = verified.verified_timestamps().iter().map(|time| time.as_second()).collect();
        assert_eq!(times, [at().plus(2).0]);
    }
}

#[test]
fn checkpoints_with_witnesses_and_timestamps_with_extensions() {
    let mut world = world();
    world.rekor2.witnesses = vec![NoteSigner::ed25519("witness.test", &TestKey::ed25519("witness"))];
    let bundle = bundle::keyless_dsse_v2(&world, &identity(), &statement(), at());
    assert!(bundle.text().contains("witness.test"));
    keyless(&world.trust(), &bundle).unwrap();

    let sct = Sct { extensions: vec![0, 0, 5, 0, 0, 0, 1, 2], ..Sct::by(&world.ct) };
    let options = LeafOptions { scts: vec![sct], ..LeafOptions::default() };
    let signer = world.signer_with(&identity(), at(), &options);
    let signed = signer.message(ARTIFACT);
    let entry = world.rekor.entry(&body::hashedrekord(&signer, &signed), at());
    keyless(&world.trust(), &Bundle::new(Version::V03, &signer, &signed).logged(entry)).unwrap();
}

#[test]
fn the_identity_that_was_asked_for() {
    let world = world();
    let verified =
        keyless(&world.trust(), &bundle::keyless_message(&world, &identity(), ARTIFACT, at())).unwrap();
    assert_eq!(verified.identity().map(|name| name.as_str()), Some(WORKFLOW));
    assert_eq!(verified.issuer(), Some(GITHUB_ISSUER));
    let policy = |name: &str, issuer: &str| sigstore_verify::VerificationPolicy::new(name, issuer);
    let person = Identity::email("alice@example.org", "https://accounts.example.org");
    let bundle = bundle::keyless_message(&world, &person, ARTIFACT, at());
    let expected = policy("alice@example.org", "https://accounts.example.org");
    judge(&world.trust(), &bundle.text(), &expected).unwrap();
    // The judge knows no user names, but finds the issuer.
    let user = Identity::new(San::OtherName("alice".to_owned()), "https://accounts.example.org");
    let bundle = bundle::keyless_message(&world, &user, ARTIFACT, at());
    let any = sigstore_verify::VerificationPolicy::any_identity();
    let expected = any.require_issuer("https://accounts.example.org");
    judge(&world.trust(), &bundle.text(), &expected).unwrap();
}
