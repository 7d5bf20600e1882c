//! Signed timestamps.

use layertrust_testkit::key::TestKey;
use layertrust_testkit::sigstore::x509::{CODE_SIGNING, TIME_STAMPING};
use layertrust_testkit::sigstore::{Time, TokenOptions, Tsa, TsaOptions, Validity, Window, World};

use crate::ask::{
    Sound, all_refused, at, by_certificate, dsse_v1, dsse_v2, key_v1, message_v1, signed_at, sound,
    timestamp_alone,
};

fn elsewhere() -> Tsa {
    Tsa::new("elsewhere", &valid())
}

fn valid() -> TsaOptions {
    TsaOptions::valid(World::validity())
}

/// Nothing but this timestamp.
fn only(case: Sound, stamp: Vec<u8>) -> Sound {
    case.with(|case| case.bundle.timestamps = vec![stamp])
}

/// The forms whose time a timestamp proves.
fn stamped() -> Vec<Sound> {
    vec![dsse_v2(), timestamp_alone()]
}

/// Every form, with a timestamp of that soundness beside what it has.
fn beside(options: &TokenOptions) -> Vec<Sound> {
    let add = |case: Sound| {
        case.with(|case| {
            let stamp = case.world.tsa.timestamp_with(&case.signed.signature, at().plus(9), options);
            case.bundle.timestamps.push(stamp);
        })
    };
    sound().into_iter().map(add).collect()
}

/// The authority is another one, in the root as in the timestamp.
fn by(case: Sound, options: &TsaOptions, window: Window) -> Sound {
    let tsa = Tsa { window, ..Tsa::new("demo", options) };
    let stamp = tsa.timestamp(&case.signed.signature, signed_at());
    only(case, stamp).with(|case| case.trust.timestamp_authorities = vec![(&tsa).into()])
}

#[test]
fn an_unknown_authority_proves_nothing_and_harms_nothing() {
    let theirs = |case: &Sound| elsewhere().timestamp(&case.signed.signature, at().plus(-9999));
    for case in stamped() {
        only(case.clone(), theirs(&case)).refused("time-not-proved");
        only(case.clone(), Vec::new()).refused("timestamp-invalid");
        case.clone().with(|case| case.trust.timestamp_authorities.clear()).refused(match case.tlog {
            true => "time-not-proved",
            // No clock at all is left, and the certificate has expired by now.
            false => "certificate-expired",
        });
    }
    for case in sound() {
        let report = case.clone().with(|case| case.bundle.timestamps.push(theirs(case))).accepted();
        assert_eq!(report.timestamps_ignored, 1, "{}", case.name);
        assert_eq!(report.times, [signed_at().rfc3339()], "{}", case.name);
        let report = case.clone().with(|case| case.bundle.timestamps.insert(0, theirs(case))).accepted();
        assert_eq!(report.times, [signed_at().rfc3339()], "{}", case.name);
    }
    // The old name of a known authority with another key: it names itself as known, so it must hold.
    let forged = TokenOptions { forged_by: Some(TestKey::p256("forger")), ..TokenOptions::default() };
    all_refused(beside(&forged), "timestamp-invalid");
}

#[test]
fn timestamps_over_something_else() {
    for case in sound() {
        let other = case.world.tsa.timestamp(b"another signature", signed_at());
        case.clone().with(|case| case.bundle.timestamps.push(other)).refused("timestamp-invalid");
        // Over the artifact, or over the statement: what was signed, and not the signature.
        let message = case.world.tsa.timestamp(case.artifact, signed_at());
        case.clone().with(|case| case.bundle.timestamps.push(message)).refused("timestamp-invalid");
    }
}

#[test]
fn tokens_that_are_not_sound() {
    let sound = TokenOptions::default();
    for options in [
        TokenOptions { wrong_message_digest: true, ..sound.clone() },
        TokenOptions { status: 2, ..sound.clone() },
    ] {
        all_refused(beside(&options), "timestamp-invalid");
    }
    for options in [
        TokenOptions { bare_token: true, ..sound.clone() },
        TokenOptions { certificates: elsewhere().chain(), ..sound.clone() },
        TokenOptions { status: 1, ..sound.clone() },
        sound,
    ] {
        for case in beside(&options) {
            let times = case.accepted().times;
            assert_eq!(times, [signed_at().rfc3339(), at().plus(9).rfc3339()], "{}", case.name);
        }
    }
}

/// TOB-SIGSTORE-11: the period of one authority is not another's.
#[test]
fn authorities_count_in_their_period_only() {
    let start = World::validity().not_before;
    for case in stamped() {
        for window in [Window::between(start, signed_at().plus(-1)), Window::from(signed_at().plus(1))] {
            let outside = by(case.clone(), &valid(), window);
            outside.refused("timestamp-invalid");
            outside
                .clone()
                .with(|case| case.trust.timestamp_authorities.push((&elsewhere()).into()))
                .refused("timestamp-invalid");
            outside
                .with(|case| case.trust.timestamp_authorities.insert(0, (&elsewhere()).into()))
                .refused("timestamp-invalid");
        }
        by(case.clone(), &valid(), Window::between(signed_at(), signed_at())).accepted();
        // One authority listed with two periods: each of them counts.
        by(case, &valid(), Window::between(start, start))
            .with(|case| case.trust.timestamp_authorities.push((&case.world.tsa).into()))
            .accepted();
    }
}

#[test]
fn authorities_whose_certificates_do_not_hold() {
    let start = World::validity().not_before;
    let window = Window::from(start);
    let expired = Validity { not_before: start, not_after: signed_at().plus(-1) };
    let late = Validity { not_before: signed_at().plus(1), not_after: World::validity().not_after };
    for case in stamped() {
        for options in [
            TsaOptions { leaf: expired, ..valid() },
            TsaOptions { leaf: late, ..valid() },
            TsaOptions { root: expired, intermediate: true, ..valid() },
            TsaOptions { purposes: vec![CODE_SIGNING], ..valid() },
            TsaOptions { purposes: Vec::new(), ..valid() },
        ] {
            by(case.clone(), &options, window).refused("timestamp-invalid");
        }
        by(case.clone(), &TsaOptions { intermediate: true, ..valid() }, window).accepted();
        // A root that does not lead to the leaf.
        by(case.clone(), &valid(), window)
            .with(|case| {
                case.trust.timestamp_authorities[0].certificates[1] = elsewhere().above[0].der.clone();
            })
            .refused("timestamp-invalid");
    }
}

/// RFC 3161 asks more of an authority's certificate and of a token: that the purpose be critical and the only
/// one (2.3), that the token name its signer's certificate (2.4.2) and its own content (RFC 5652, 11.1). The
/// root lists the very certificate that signs, so nothing of this is asked.
#[test]
fn what_is_not_asked_of_timestamps() {
    let window = Window::from(World::validity().not_before);
    for case in stamped() {
        by(case.clone(), &TsaOptions { purposes_critical: false, ..valid() }, window).accepted();
        let both = TsaOptions { purposes: vec![TIME_STAMPING, CODE_SIGNING], ..valid() };
        by(case, &both, window).accepted();
    }
    for options in [
        TokenOptions { without_signing_certificate: true, ..TokenOptions::default() },
        TokenOptions { without_content_type: true, ..TokenOptions::default() },
    ] {
        for case in beside(&options) {
            case.accepted();
        }
    }
}

#[test]
fn times_after_now() {
    let later = Time::parse("2026-11-24T12:00:01Z");
    let now = Time::parse(crate::ask::NOW);
    for case in by_certificate() {
        case.stamped(later).refused("timestamp-invalid");
    }
    key_v1().stamped(later).refused("timestamp-invalid");
    assert_eq!(key_v1().stamped(now).accepted().times, [signed_at().rfc3339(), now.rfc3339()]);
    dsse_v1().stamped(now).refused("certificate-expired");
    message_v1().logged_at(later).refused("tlog-invalid");
}
