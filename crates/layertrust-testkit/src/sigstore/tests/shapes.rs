//! Strangers, and bundles of an odd shape. Some of these the judge lets pass; that is written down here, for
//! a verifier that must not.

use sigstore_verify::{CertificateError, Error, TimestampError, TransparencyLogError};

use super::oracle::{ARTIFACT, at, identity, judge, keyless, keyless_policy, statement, world};
use crate::object;
use crate::sigstore::checkpoint::{self, NoteSigner};
use crate::sigstore::{
    Authority, AuthorityOptions, Bundle, Entry, TrustedRoot, Validity, Version, World, body, bundle,
};

fn elsewhere() -> World {
    World::new("elsewhere")
}

/// Today's usual bundle and the root that trusts it.
fn sound() -> (Bundle, TrustedRoot) {
    (bundle::keyless_dsse(&world(), &identity(), &statement(), at()), world().trust())
}

#[test]
fn a_certificate_by_a_strangers_authority() {
    let mut mixed = world();
    mixed.authority = elsewhere().authority;
    let bundle = bundle::keyless_dsse(&mixed, &identity(), &statement(), at());
    let error = keyless(&world().trust(), &bundle).unwrap_err();
    assert!(matches!(error, Error::Certificate(CertificateError::ChainInvalid(_))), "{error:?}");
}

#[test]
fn checkpoints_that_no_trusted_log_signed() {
    let strangers = elsewhere().rekor;
    let resigned = |signer: &NoteSigner| {
        let (mut bundle, root) = sound();
        let proof = bundle.entries[0].proof_mut();
        let note = proof.checkpoint.clone().unwrap();
        let (text, _) = note.split_once("\n\n").unwrap();
        proof.checkpoint = Some(checkpoint::note(&format!("{text}\n"), std::slice::from_ref(signer)));
        keyless(&root, &bundle)
    };
    resigned(&world().rekor.note_signer()).unwrap();
    // Under its own hint, and under that of the trusted log.
    let own = strangers.note_signer();
    let borrowed = NoteSigner { hint: world().rekor.note_signer().hint, ..own.clone() };
    for signer in [own, borrowed] {
        let error = resigned(&signer).unwrap_err();
        assert!(matches!(error, Error::TransparencyLog(TransparencyLogError::Checkpoint(_))), "{error:?}");
    }
}

#[test]
fn a_root_hash_that_nobody_computed() {
    // Proof and note agree on a root that the log signed for another tree.
    let (mut bundle, root) = sound();
    let proof = bundle.entries[0].proof_mut();
    proof.root[0] ^= 1;
    let log = world().rekor;
    let text = checkpoint::text(&format!("{} - {}", log.host, log.tree_id), 387, &proof.root);
    proof.checkpoint = Some(checkpoint::note(&text, &[log.note_signer()]));
    let error = keyless(&root, &bundle).unwrap_err();
    assert!(matches!(error, Error::TransparencyLog(TransparencyLogError::InclusionProof(_))), "{error:?}");
}

#[test]
fn a_backdated_entry_without_promise() {
    let world = world();
    let signer = world.signer(&identity(), at());
    let signed = signer.dsse(&statement());
    // Logged a year after the certificate expired.
    let late = at().plus(365 * 86_400);
    let mut entry: Entry = world.rekor.entry(&body::dsse(&signer, &signed), late);
    let bundle = |entry: &Entry| Bundle::new(Version::V03, &signer, &signed).logged(entry.clone());
    let expired = keyless(&world.trust(), &bundle(&entry)).unwrap_err();
    assert!(matches!(expired, Error::Certificate(_)), "{expired:?}");
    entry.integrated_time = Some(at());
    let changed = keyless(&world.trust(), &bundle(&entry)).unwrap_err();
    assert!(
        matches!(changed, Error::TransparencyLog(TransparencyLogError::InclusionPromise(_))),
        "{changed:?}"
    );
    entry.promise = None;
    let stripped = keyless(&world.trust(), &bundle(&entry)).unwrap_err();
    assert!(matches!(stripped, Error::Timestamp(TimestampError::NoVerifiedTimestamp(_))), "{stripped:?}");
}

#[test]
fn no_time_at_all() {
    let mut bundle = bundle::keyless_dsse_v2(&world(), &identity(), &statement(), at());
    bundle.timestamps.clear();
    let error = keyless(&world().trust(), &bundle).unwrap_err();
    assert!(matches!(error, Error::Timestamp(TimestampError::NoVerifiedTimestamp(_))), "{error:?}");
}

#[test]
fn a_strangers_timestamp_beside_a_valid_time() {
    let world = world();
    let signer = world.signer(&identity(), at());
    let signed = signer.dsse(&statement());
    let bundle = Bundle::new(Version::V03, &signer, &signed)
        .logged(world.rekor.entry(&body::dsse(&signer, &signed), at()))
        .timestamped(elsewhere().tsa.timestamp(&signed.signature, at()));
    // The judge is strict; sigstore-go and sigstore-python overlook such a token.
    let error = keyless(&world.trust(), &bundle).unwrap_err();
    assert!(matches!(error, Error::Timestamp(TimestampError::Invalid(_))), "{error:?}");
}

#[test]
fn a_window_lent_by_another_timestamp_authority() {
    let mut world = world();
    world.tsa.window.end = Some(at().plus(-1));
    let bundle = bundle::keyless_dsse_v2(&world, &identity(), &statement(), at());
    let mut root = world.trust();
    root.timestamp_authorities.push((&elsewhere().tsa).into());
    let error = keyless(&root, &bundle).unwrap_err();
    assert!(matches!(error, Error::Timestamp(TimestampError::OutsideAuthorityValidity { .. })), "{error:?}");
}

#[test]
fn a_timestamp_of_another_signature() {
    let world = world();
    let mut bundle = bundle::keyless_dsse_v2(&world, &identity(), &statement(), at());
    bundle.timestamps = vec![world.tsa.timestamp(b"another signature", at())];
    let error = keyless(&world.trust(), &bundle).unwrap_err();
    assert!(matches!(error, Error::Timestamp(TimestampError::Invalid(_))), "{error:?}");
}

#[test]
fn a_root_that_knows_no_logs_or_authorities() {
    let bundle = bundle::keyless_dsse_v2(&world(), &identity(), &statement(), at());
    let refused = |change: fn(&mut TrustedRoot)| {
        let mut root = world().trust();
        change(&mut root);
        keyless(&root, &bundle).unwrap_err()
    };
    let error = refused(|root| root.ctlogs.clear());
    assert!(matches!(error, Error::InvalidTrustRoot(_)), "{error:?}");
    let error = refused(|root| root.tlogs.clear());
    assert!(matches!(error, Error::TransparencyLog(TransparencyLogError::Checkpoint(_))), "{error:?}");
    let error = refused(|root| root.timestamp_authorities.clear());
    assert!(matches!(error, Error::Timestamp(TimestampError::Invalid(_))), "{error:?}");
    let error = refused(|root| root.certificate_authorities.clear());
    assert!(matches!(error, Error::Certificate(CertificateError::NoValidAuthority { .. })), "{error:?}");
}

#[test]
fn two_signatures_in_an_envelope_are_refused_by_the_format() {
    let (mut bundle, root) = sound();
    let envelope = bundle.envelope.as_mut().unwrap();
    let again = envelope.get("signatures").elements()[0].clone();
    envelope.get_mut("signatures").push(again);
    let error = keyless(&root, &bundle).unwrap_err();
    assert!(matches!(error, Error::Types(_)), "{error:?}");
}

/// What the judge lets pass and a strict verifier must refuse: sound as these bundles are otherwise, a test
/// of that verifier meets nothing but the one fault.
#[test]
fn what_the_judge_overlooks() {
    let (sound, root) = sound();
    let pass = |bundle: &Bundle| drop(keyless(&root, bundle).unwrap());

    let mut twice = sound.clone();
    twice.entries.push(twice.entries[0].clone());
    pass(&twice);

    let mut unknown = sound.clone();
    unknown.unknown.push(("surprise".to_owned(), object! {}));
    pass(&unknown);

    let mut without_digest = bundle::keyless_message(&world(), &identity(), ARTIFACT, at());
    without_digest.message.as_mut().unwrap().remove("messageDigest");
    pass(&without_digest);

    let mut both_contents = without_digest;
    both_contents.envelope = sound.envelope.clone();
    pass(&both_contents);

    let mut both_materials = sound.clone();
    both_materials.chain = Some(vec![sound.certificate.clone().unwrap()]);
    pass(&both_materials);

    // An intermediate in the trusted root is an anchor, and nobody looks at an anchor's validity.
    let mut expired = world();
    let short = Validity { not_after: at().plus(-1), ..World::validity() };
    let options = AuthorityOptions { intermediate: short, ..AuthorityOptions::valid(World::validity()) };
    expired.authority = Authority::new("demo", &options);
    let bundle = bundle::keyless_dsse(&expired, &identity(), &statement(), at());
    keyless(&expired.trust(), &bundle).unwrap();
}

#[test]
fn a_window_without_a_start_is_written_as_asked() {
    let (bundle, mut root) = sound();
    root.tlogs[0].window.start = None;
    assert!(root.text().contains("\"validFor\":{}"));
    assert!(sigstore_verify::trust_root::TrustedRoot::from_json(&root.text()).is_err());
    // The judge's entrance of these tests wants a readable root.
    root.tlogs.remove(0);
    judge(&root, &bundle.text(), &keyless_policy()).unwrap_err();
}
