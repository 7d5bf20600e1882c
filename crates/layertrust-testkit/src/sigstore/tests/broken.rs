//! Every broken form is refused, and for its own reason.

use sigstore_verify::{CertificateError, Error, TimestampError, TransparencyLogError};

use super::oracle::{ARTIFACT, at, identity, judge, keyless, keyless_policy, statement, world};
use crate::key::TestKey;
use crate::sigstore::x509::{CERTIFICATE_SIGNING, Extension, SERVER_AUTHENTICATION, TIME_STAMPING};
use crate::sigstore::{
    Authority, AuthorityOptions, Bundle, CtLog, Entry, LeafOptions, RekorV1, Sct, Time, TokenOptions, Tsa,
    TsaOptions, Validity, Version, Window, World, body, bundle,
};

/// What the judge says about a bundle whose log entry was changed.
fn with_entry(change: impl FnOnce(&World, &mut Entry)) -> Error {
    let world = world();
    let mut bundle = bundle::keyless_dsse(&world, &identity(), &statement(), at());
    change(&world, &mut bundle.entries[0]);
    keyless(&world.trust(), &bundle).unwrap_err()
}

/// What the judge says about a leaf of any soundness, everything else being sound.
fn with_leaf(options: &LeafOptions) -> Result<(), Error> {
    let world = world();
    let signer = world.signer_with(&identity(), at(), options);
    let signed = signer.message(ARTIFACT);
    let entry = world.rekor.entry(&body::hashedrekord(&signer, &signed), at());
    keyless(&world.trust(), &Bundle::new(Version::V03, &signer, &signed).logged(entry)).map(drop)
}

/// What the judge says about a timestamp of any soundness, without a log.
fn with_token(world: &World, options: &TokenOptions) -> Error {
    let signer = world.signer(&identity(), at());
    let signed = signer.message(ARTIFACT);
    let stamp = world.tsa.timestamp_with(&signed.signature, at().plus(2), options);
    let bundle = Bundle::new(Version::V03, &signer, &signed).timestamped(stamp);
    judge(&world.trust(), &bundle.text(), &keyless_policy().skip_tlog_unsafe()).unwrap_err()
}

macro_rules! refused {
    ($error:expr, $variant:pat) => {{
        let error = $error;
        assert!(matches!(error, $variant), "{error:?}");
    }};
}

#[test]
fn log_entries() {
    use TransparencyLogError as Log;
    let stranger = RekorV1::new("elsewhere", World::validity().not_before);
    let no_promise = with_entry(|_, entry| entry.promise = None);
    refused!(no_promise, Error::Timestamp(TimestampError::NoVerifiedTimestamp(_)));
    let forged = with_entry(|_, entry| entry.promise = Some(stranger.promise(entry)));
    refused!(forged, Error::TransparencyLog(Log::InclusionPromise(_)));
    let later = with_entry(|_, entry| entry.integrated_time = Some(at().plus(60)));
    refused!(later, Error::TransparencyLog(Log::InclusionPromise(_)));
    let moved = with_entry(|_, entry| entry.proof_mut().log_index ^= 1);
    refused!(moved, Error::TransparencyLog(Log::InclusionProof(_)));
    let hashes = with_entry(|_, entry| entry.proof_mut().hashes[3][0] ^= 1);
    refused!(hashes, Error::TransparencyLog(Log::InclusionProof(_)));
    let size = with_entry(|_, entry| entry.proof_mut().tree_size *= 2);
    refused!(size, Error::TransparencyLog(Log::InclusionProof(_)));
    // Another root than the checkpoint's is found before anything is computed.
    refused!(with_entry(|_, entry| entry.proof_mut().root[0] ^= 1), Error::Bundle(_));
    refused!(with_entry(|_, entry| entry.proof = None), Error::Bundle(_));
    let foreign = with_entry(|world, entry| {
        let (signer, key) = (world.signer(&identity(), at()), TestKey::p256("somebody"));
        let signed = crate::sigstore::Signer { key, ..signer.clone() }.dsse(&statement());
        *entry = world.rekor.entry(&body::dsse(&signer, &signed), at());
    });
    refused!(foreign, Error::TransparencyLog(Log::EntryMismatch(_)));
    let unknown = with_entry(|world, entry| {
        let log = RekorV1 { host: world.rekor.host.clone(), ..stranger.clone() };
        let signer = world.signer(&identity(), at());
        *entry = log.entry(&body::dsse(&signer, &signer.dsse(&statement())), at());
    });
    // The judge knows no log of that name, at that time or any other.
    refused!(unknown, Error::TransparencyLog(Log::InclusionPromise(_)));
}

#[test]
fn certificates() {
    let log = world().ct;
    let sound = LeafOptions::logged(&log);
    with_leaf(&sound).unwrap();
    for options in [
        LeafOptions { purposes: vec![SERVER_AUTHENTICATION], ..sound.clone() },
        LeafOptions { purposes: Vec::new(), ..sound.clone() },
        LeafOptions { is_ca: true, ..sound.clone() },
        LeafOptions { forged_by: Some(TestKey::p256("forger")), ..sound.clone() },
    ] {
        let error = with_leaf(&options).unwrap_err();
        assert!(matches!(error, Error::Certificate(CertificateError::ChainInvalid(_))), "{error:?}");
    }
    let critical = vec![Extension::new("1.2.3.4", true, vec![5, 0])];
    refused!(
        with_leaf(&LeafOptions { extra: critical, ..sound.clone() }).unwrap_err(),
        Error::Certificate(CertificateError::Malformed(_))
    );
    // The judge reads purposes, but leaves key usage to others.
    with_leaf(&LeafOptions { key_usage: CERTIFICATE_SIGNING, ..sound.clone() }).unwrap();
    let twice = vec![Extension::extended_key_usage(false, &[TIME_STAMPING])];
    with_leaf(&LeafOptions { extra: twice, ..sound }).unwrap_err();

    let elsewhere = CtLog::new("elsewhere", World::validity().not_before);
    let by_stranger = Sct { log: CtLog { key: elsewhere.key.clone(), ..log.clone() }, ..Sct::by(&log) };
    for scts in [
        vec![],
        vec![Sct::by(&log), Sct::by(&log)],
        vec![by_stranger],
        vec![Sct { of_another_certificate: true, ..Sct::by(&log) }],
        vec![Sct { issuer_spki: Some(elsewhere.key.spki_der()), ..Sct::by(&log) }],
        vec![Sct { milliseconds: Some(0), ..Sct::by(&log) }],
    ] {
        let error = with_leaf(&LeafOptions { scts, ..LeafOptions::default() }).unwrap_err();
        assert!(matches!(error, Error::Certificate(CertificateError::Sct(_))), "{error:?}");
    }
}

#[test]
fn periods() {
    use CertificateError as Of;
    let mut world = world();
    let sound = bundle::keyless_dsse(&world, &identity(), &statement(), at());
    let judged = |world: &World, bundle: &Bundle| keyless(&world.trust(), bundle).unwrap_err();
    let early = Time::parse("2023-01-01T00:00:00Z");

    world.authority.window = Window::between(World::validity().not_before, early);
    refused!(judged(&world, &sound), Error::Certificate(Of::NoValidAuthority { .. }));
    world.authority.window = Window::from(World::validity().not_before);
    world.rekor.window = Window::between(World::validity().not_before, early);
    refused!(judged(&world, &sound), Error::TransparencyLog(TransparencyLogError::InclusionPromise(_)));
    world.rekor.window = Window::from(World::validity().not_before);

    let signer = world.signer(&identity(), at());
    let signed = signer.message(ARTIFACT);
    let logged_at = |time: Time| {
        let entry = world.rekor.entry(&body::hashedrekord(&signer, &signed), time);
        judged(&world, &Bundle::new(Version::V03, &signer, &signed).logged(entry))
    };
    refused!(logged_at(at().plus(601)), Error::Certificate(Of::ChainInvalid(_) | Of::Expired { .. }));
    refused!(logged_at(at().plus(-1)), Error::Certificate(Of::ChainInvalid(_) | Of::NotYetValid { .. }));

    let short = Validity { not_before: World::validity().not_before, not_after: early };
    let options = AuthorityOptions { intermediate: short, ..AuthorityOptions::valid(World::validity()) };
    world.authority = Authority::new("demo", &options);
    let mut root = world.trust();
    root.certificate_authorities[0].certificates.remove(0);
    let signer = world.signer(&identity(), at());
    let signed = signer.message(ARTIFACT);
    let bundle = Bundle::new(Version::V02, &signer, &signed)
        .logged(world.rekor.entry(&body::hashedrekord(&signer, &signed), at()))
        .chained(&signer.certificates[..2]);
    refused!(keyless(&root, &bundle).unwrap_err(), Error::Certificate(Of::ChainInvalid(_)));
}

#[test]
fn timestamps() {
    let mut world = world();
    let sound = TokenOptions::default();
    for options in [
        TokenOptions { wrong_message_digest: true, ..sound.clone() },
        TokenOptions { forged_by: Some(TestKey::p256("forger")), ..sound.clone() },
        TokenOptions { status: 2, ..sound.clone() },
    ] {
        refused!(with_token(&world, &options), Error::Timestamp(TimestampError::Invalid(_)));
    }
    let start = World::validity().not_before;
    world.tsa.window = Window::between(start, at().plus(1));
    refused!(with_token(&world, &sound), Error::Timestamp(TimestampError::OutsideAuthorityValidity { .. }));
    let short = Validity { not_before: start, not_after: at().plus(1) };
    for options in [
        TsaOptions { leaf: short, ..TsaOptions::valid(World::validity()) },
        TsaOptions { root: short, intermediate: true, ..TsaOptions::valid(World::validity()) },
        TsaOptions { purposes: vec![SERVER_AUTHENTICATION], ..TsaOptions::valid(World::validity()) },
    ] {
        world.tsa = Tsa::new("demo", &options);
        refused!(with_token(&world, &sound), Error::Timestamp(TimestampError::Invalid(_)));
    }
}

#[test]
fn contents() {
    let world = world();
    let sound = bundle::keyless_dsse(&world, &identity(), &statement(), at());
    let mut two = sound.clone();
    let envelope = two.envelope.as_mut().unwrap();
    let again = envelope.get("signatures").elements()[0].clone();
    envelope.get_mut("signatures").push(again);
    keyless(&world.trust(), &two).unwrap_err();

    let mut other = bundle::keyless_message(&world, &identity(), ARTIFACT, at());
    let digest = other.message.as_mut().unwrap().get_mut("messageDigest");
    digest.set("digest", "3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8=");
    refused!(keyless(&world.trust(), &other).unwrap_err(), Error::ArtifactMismatch(_));

    let mut labelled = sound;
    labelled.entries[0].version = "0.0.2".to_owned();
    keyless(&world.trust(), &labelled).unwrap_err();
}
