//! Certificates: their periods, the chain above them, what they may be used for, and certificate transparency.

use layertrust_testkit::key::TestKey;
use layertrust_testkit::sigstore::x509::{
    CERTIFICATE_SIGNING, CODE_SIGNING, Extension, Name, SERVER_AUTHENTICATION, TIME_STAMPING,
};
use layertrust_testkit::sigstore::{
    Authority, AuthorityOptions, Chain, CtLog, LeafOptions, RekorV1, Sct, Signer, Time, Validity, Version,
    Window, World, ct, der,
};

use crate::ask::{
    NOW, all_refused, at, by_certificate, dsse_v1, dsse_v2, identity, message_v1, signed_at, signed_by,
    timestamp_alone, with_leaf, world,
};

fn sound_leaf() -> LeafOptions {
    LeafOptions::logged(&world().ct)
}

fn start() -> Time {
    World::validity().not_before
}

/// The world whose authority has other periods.
fn world_with(authority: &AuthorityOptions) -> World {
    World { authority: Authority::new("demo", authority), ..world() }
}

#[test]
fn a_leaf_lives_for_minutes() {
    for outside in [at().plus(-1), at().plus(601)] {
        dsse_v1().logged_at(outside).refused("certificate-expired");
        message_v1().logged_at(outside).refused("certificate-expired");
        // One time that is right helps no other.
        dsse_v1().stamped(outside).refused("certificate-expired");
        dsse_v2().stamped(outside).refused("certificate-expired");
        timestamp_alone().stamped(outside).refused("certificate-expired");
    }
    for inside in [at(), at().plus(600)] {
        dsse_v1().logged_at(inside).accepted();
        dsse_v2().stamped(inside).accepted();
    }
}

/// CVE-2026-24122: what stands above the leaf must be valid at the same time.
#[test]
fn an_intermediate_that_had_expired() {
    let validity = World::validity();
    let expired = Validity { not_before: start(), not_after: signed_at().plus(-1) };
    let late = Validity { not_before: signed_at().plus(1), not_after: validity.not_after };
    for intermediate in [expired, late] {
        let world = world_with(&AuthorityOptions { intermediate, ..AuthorityOptions::valid(validity) });
        let signer = world.signer(&identity(), at());
        // In the trusted root: it is no anchor at that time, and nothing else leads to the root.
        all_refused(signed_by(&world, &signer), "certificate-invalid");
        // In the bundle's own chain.
        for case in signed_by(&world, &signer) {
            let case = case.with(|case| {
                case.trust.certificate_authorities[0].certificates.remove(0);
                case.bundle.media_type = Version::V02.media_type().to_owned();
                case.bundle = case.bundle.clone().chained(&case.signer.certificates[..2]);
            });
            case.refused("certificate-expired");
        }
    }
    // A root that had expired takes its intermediate along.
    let options = AuthorityOptions { root: expired, ..AuthorityOptions::valid(validity) };
    let world = world_with(&options);
    let mut cases = signed_by(&world, &world.signer(&identity(), at()));
    for case in &mut cases {
        case.trust.certificate_authorities[0].window = Window::from(start());
    }
    all_refused(cases, "certificate-invalid");
}

#[test]
fn an_intermediate_that_the_bundle_brings() {
    for case in by_certificate() {
        let case = case.with(|case| {
            case.trust.certificate_authorities[0].certificates.remove(0);
            case.bundle.media_type = Version::V02.media_type().to_owned();
        });
        let chained = |count: usize| {
            case.clone().with(|case| {
                case.bundle = case.bundle.clone().chained(&case.signer.certificates[..count]);
            })
        };
        chained(1).refused("certificate-invalid");
        chained(2).accepted();
        // What the bundle brings leads somewhere, but is no anchor.
        let mut own = chained(3);
        own.trust.certificate_authorities = vec![(&Authority::new("other", &valid())).into()];
        own.refused("certificate-invalid");
    }
}

fn valid() -> AuthorityOptions {
    AuthorityOptions::valid(World::validity())
}

#[test]
fn authorities_count_in_their_period_only() {
    let windows = [
        Window::between(start(), signed_at().plus(-1)),
        Window::from(signed_at().plus(1)),
        Window::between(start(), start()),
    ];
    for case in by_certificate() {
        for window in windows {
            let case = case.clone().with(|case| case.trust.certificate_authorities[0].window = window);
            case.refused("certificate-invalid");
            // Another authority's period is not this one's.
            case.with(|case| {
                case.trust.certificate_authorities.push((&Authority::new("other", &valid())).into());
            })
            .refused("certificate-invalid");
        }
        let case = case.with(|case| {
            case.trust.certificate_authorities[0].window = Window::between(signed_at(), signed_at());
        });
        case.accepted();
        // At every proved time, not only at the first.
        case.stamped(signed_at().plus(1)).refused("certificate-invalid");
    }
}

#[test]
fn certificates_of_another_authority() {
    let other = World { authority: Authority::new("other", &valid()), ..world() };
    // Of the same names, too.
    let region = AuthorityOptions { region: " 2", ..valid() };
    let namesake = World { authority: Authority::new("demo", &region), ..world() };
    for stranger in [other, namesake] {
        let mut cases = signed_by(&stranger, &stranger.signer(&identity(), at()));
        for case in &mut cases {
            case.trust.certificate_authorities = vec![(&world().authority).into()];
            case.trust.certificate_authorities[0].certificates.truncate(1);
        }
        all_refused(cases, "certificate-invalid");
    }
    let forged = LeafOptions { forged_by: Some(TestKey::p256("forger")), ..sound_leaf() };
    all_refused(with_leaf(&forged), "certificate-invalid");
}

/// Whoever holds a certificate is no authority.
#[test]
fn a_leaf_that_issues() {
    all_refused(with_leaf(&LeafOptions { is_ca: true, ..sound_leaf() }), "certificate-invalid");
    for is_ca in [false, true] {
        // A leaf, issued to some workflow, issues another one for itself.
        let key_usage = if is_ca { CERTIFICATE_SIGNING | 0x80 } else { 0x80 };
        let subject = Name::new("demo", "a leaf");
        let options = LeafOptions { is_ca, key_usage, subject: subject.clone(), ..sound_leaf() };
        let holder = world().signer_with(&identity(), at(), &options);
        let mut rogue = world();
        let issuer = &mut rogue.authority.intermediate;
        issuer.certificate.subject = subject;
        (issuer.key, issuer.der) = (holder.key.clone(), holder.certificates[0].clone());
        for case in signed_by(&rogue, &rogue.signer(&identity(), at())) {
            let chained = |anchors: &[Vec<u8>], between: &[Vec<u8>]| {
                case.clone().with(|case| {
                    let mut authority = Chain::from(&world().authority);
                    authority.certificates = anchors.to_vec();
                    case.trust.certificate_authorities = vec![authority];
                    case.bundle.media_type = Version::V02.media_type().to_owned();
                    let chain = [&case.signer.certificates[..2], between].concat();
                    case.bundle = case.bundle.clone().chained(&chain);
                })
            };
            let above = world().authority.chain();
            // The intermediate allows no authority below it (`pathLenConstraint` 0), as a part of the chain and as
            // an anchor of the root alike.
            chained(&above[1..], &above[..1]).refused("certificate-invalid");
            chained(&above, &[]).refused("certificate-invalid");
        }
    }
}

#[test]
fn certificates_for_another_use() {
    let (signing, sound) = (vec![CODE_SIGNING], sound_leaf());
    for options in [
        LeafOptions { purposes: Vec::new(), ..sound.clone() },
        LeafOptions { purposes: vec![SERVER_AUTHENTICATION], ..sound.clone() },
        LeafOptions { purposes: vec![TIME_STAMPING], ..sound.clone() },
        LeafOptions { key_usage: CERTIFICATE_SIGNING, ..sound.clone() },
        LeafOptions { key_usage: 0x20, ..sound.clone() },
        LeafOptions { extra: vec![Extension::new("1.2.3.4", true, der::null())], ..sound.clone() },
        LeafOptions { extra: vec![Extension::extended_key_usage(false, &signing)], ..sound.clone() },
        LeafOptions { extra: vec![Extension::key_usage(0x80)], ..sound.clone() },
        LeafOptions { extra: identity().extensions(), ..sound.clone() },
        // A claim twice, which no library that checks chains looks at.
        LeafOptions { extra: identity().extensions().drain(5..6).collect(), ..sound.clone() },
    ] {
        all_refused(with_leaf(&options), "certificate-invalid");
    }
    for options in [
        LeafOptions { purposes: vec![SERVER_AUTHENTICATION, CODE_SIGNING], ..sound.clone() },
        LeafOptions { key_usage: 0xc0, ..sound.clone() },
        LeafOptions { extra: vec![Extension::new("1.2.3.4", false, der::null())], ..sound },
    ] {
        for case in with_leaf(&options) {
            case.accepted();
        }
    }
}

#[test]
fn certificate_transparency() {
    let log = world().ct;
    let elsewhere = CtLog::new("elsewhere", start());
    let sound = Sct::by(&log);
    let milliseconds = |time: Time| Some(u64::try_from(time.0).unwrap() * 1000);
    for scts in [
        vec![],
        vec![sound.clone(), sound.clone()],
        vec![Sct::by(&elsewhere)],
        vec![Sct { log: CtLog { key: elsewhere.key.clone(), ..log.clone() }, ..sound.clone() }],
        vec![Sct { of_another_certificate: true, ..sound.clone() }],
        vec![Sct { issuer_spki: Some(elsewhere.key.spki_der()), ..sound.clone() }],
        vec![Sct { milliseconds: milliseconds(start().plus(-1)), ..sound.clone() }],
        vec![Sct { milliseconds: Some(u64::MAX), ..sound.clone() }],
        vec![Sct { version: 1, ..sound.clone() }],
        vec![Sct { trailing: vec![0], ..sound.clone() }],
    ] {
        let mut cases = with_leaf(&LeafOptions { scts, ..LeafOptions::default() });
        // The last form is under a root that wants no certificate log.
        cases.pop().unwrap().accepted();
        for case in cases {
            case.clone().refused("certificate-invalid");
            case.with(|case| case.sct = false).accepted();
        }
    }
    // One that says it is by the log of the root, signed by another; one that was altered.
    let genuine = sound.bytes(b"a precertificate", &world().authority.intermediate.key.spki_der(), at());
    for list in [vec![genuine.clone()], vec![genuine[..40].to_vec()], vec![]] {
        let extra = vec![ct::extension(&list)];
        let mut cases = with_leaf(&LeafOptions { extra, ..LeafOptions::default() });
        cases.pop().unwrap().accepted();
        all_refused(cases, "certificate-invalid");
    }
    for case in by_certificate().into_iter().filter(|case| case.sct) {
        case.clone().with(|case| case.trust.ctlogs.clear()).refused("certificate-invalid");
        let within = |window| case.clone().with(|case| case.trust.ctlogs[0].window = window);
        within(Window::between(start(), at().plus(-1))).refused("certificate-invalid");
        within(Window::from(at().plus(1))).refused("certificate-invalid");
        within(Window::between(at(), at())).accepted();
        case.clone().with(|case| case.trust.ctlogs.insert(0, (&elsewhere).into())).accepted();
        // A signature log is no certificate log.
        case.with(|case| case.trust.ctlogs = vec![case.trust.tlogs[0].clone()])
            .refused("certificate-invalid");
    }
    let extended = Sct { extensions: vec![0, 0, 5, 0, 0, 0, 1, 2], ..sound };
    for case in with_leaf(&LeafOptions { scts: vec![extended], ..LeafOptions::default() }) {
        case.accepted();
    }
}

/// An authority of one's own that logs nothing and stamps nothing: valid now is all that can be asked.
#[test]
fn a_root_with_certificates_only() {
    let now = Time::parse(NOW);
    let made_at = |time: Time, lifetime: i64| {
        let world = world();
        let key = TestKey::p256("long-lived");
        let options = LeafOptions::default();
        let leaf = world.authority.issue(&identity(), &key.spki_der(), time, time.plus(lifetime), &options);
        let signer = Signer { key, certificates: vec![leaf] };
        signed_by(&world, &signer).remove(3).with(|case| {
            case.bundle.timestamps.clear();
            case.trust.timestamp_authorities.clear();
        })
    };
    let report = made_at(now.plus(-3600), 7200).accepted();
    assert!(report.times.is_empty(), "{:?}", report.times);
    assert_eq!(report.checks, ["signature", "certificate", "identity", "subject"]);
    made_at(now.plus(-3600), 3600).accepted();
    made_at(now.plus(-3600), 3599).refused("certificate-expired");
    made_at(now.plus(1), 3600).refused("certificate-expired");
    // Wherever a root knows a clock, it is asked.
    let sound = made_at(now.plus(-3600), 7200);
    sound.clone().with(|case| case.tlog = true).refused("time-not-proved");
    sound.clone().with(|case| case.sct = true).refused("certificate-invalid");
    let log = RekorV1::new("demo", start());
    sound.clone().with(|case| case.trust.tlogs.push((&log).into())).refused("time-not-proved");
    sound
        .clone()
        .with(|case| case.trust.timestamp_authorities.push((&case.world.tsa).into()))
        .refused("time-not-proved");
    // A timestamp by nobody of the root proves nothing, and does not make the certificate older.
    let report = sound.stamped(now.plus(-60)).accepted();
    assert_eq!((report.times.len(), report.timestamps_ignored), (0, 1));
}
