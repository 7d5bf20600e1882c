//! Log entries: promises, times, and that an entry is about this very signature.

use layertrust_testkit::json::Json;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::sigstore::{Body, RekorV1, Signed, Signer, Time, Window, World, body};

use crate::ask::{
    Sound, all_refused, at, dsse_v1, dsse_v2, identity, in_rekor_v1, key_v1, message_v1, release_key,
    signed_at, sound, statement, timestamp_alone, world,
};

fn elsewhere() -> RekorV1 {
    RekorV1::new("elsewhere", World::validity().not_before)
}

/// CVE-2024-55655, CVE-2026-48816: only the promise covers the time.
#[test]
fn a_time_without_promise_proves_nothing() {
    let stripped =
        |case: Sound, time| case.entry(|entry| (entry.promise, entry.integrated_time) = (None, Some(time)));
    for case in [dsse_v1(), message_v1()] {
        stripped(case.clone(), signed_at()).refused("time-not-proved");
        stripped(case.clone(), at().plus(1)).refused("time-not-proved");
        // Beside a timestamp the entry still is one; what it says of the time is not believed.
        let report = stripped(case.stamped(at().plus(9)), Time(1)).accepted();
        assert_eq!(report.times, [at().plus(9).rfc3339()]);
    }
    // A key whose use no period bounds needs no time.
    assert!(stripped(key_v1(), Time(1)).accepted().times.is_empty());
    // Rekor v2 states no time, and one that is written there is nobody's.
    let report = dsse_v2().entry(|entry| entry.integrated_time = Some(Time(1))).accepted();
    assert_eq!(report.times, [signed_at().rfc3339()]);
}

#[test]
fn promises_by_others_and_over_other_entries() {
    for case in in_rekor_v1() {
        let forged = elsewhere().promise(&case.bundle.entries[0]);
        case.clone().entry(|entry| entry.promise = Some(forged)).refused("tlog-invalid");
        case.clone().entry(|entry| entry.promise = Some(Vec::new())).refused("tlog-invalid");
        case.clone().entry(|entry| entry.integrated_time = Some(at().plus(5))).refused("tlog-invalid");
        case.clone().entry(|entry| entry.integrated_time = None).refused("tlog-invalid");
        case.clone().entry(|entry| entry.integrated_time = Some(Time(0))).refused("tlog-invalid");
        case.clone().entry(|entry| entry.log_index += 1).refused("tlog-invalid");
        // Another log of the root promised nothing.
        case.with(|case| {
            case.trust.tlogs.push((&elsewhere()).into());
            case.bundle.entries[0].log_id = elsewhere().id();
        })
        .refused("tlog-invalid");
    }
}

#[test]
fn entries_of_a_log_outside_the_root() {
    for case in in_rekor_v1() {
        let body = case.body();
        let case = case.with(|case| case.bundle.entries = vec![elsewhere().entry(&body, signed_at())]);
        case.refused("tlog-invalid");
        case.with(|case| case.trust.tlogs.push((&elsewhere()).into())).accepted();
    }
    let none = |case: Sound| case.with(|case| case.trust.tlogs.clear());
    all_refused(sound().into_iter().filter(|case| case.tlog).map(none), "tlog-invalid");
}

#[test]
fn each_entry_counts_once_and_none_is_passed_over() {
    for case in sound().into_iter().filter(|case| case.tlog) {
        let entry = case.bundle.entries[0].clone();
        case.clone().with(|case| case.bundle.entries.push(entry.clone())).refused("tlog-invalid");
        let mut broken = entry;
        broken.log_id = elsewhere().id();
        for position in [0, 1] {
            let broken = broken.clone();
            case.clone().with(|case| case.bundle.entries.insert(position, broken)).refused("tlog-invalid");
        }
    }
    // One signature may stand in several logs, and several times in one.
    let case = dsse_v1().with(|case| {
        case.bundle.entries.push(case.world.rekor2.entry(&body::hashedrekord_v2(&case.signer, &case.signed)));
        let intoto = body::intoto(&case.signer, &case.signed);
        case.bundle.entries.push(case.world.rekor.entry(&intoto, at().plus(7)));
    });
    assert_eq!(case.accepted().times, [signed_at().rfc3339(), at().plus(7).rfc3339()]);
}

#[test]
fn a_root_that_wants_entries_gets_one() {
    let without = |case: Sound| case.with(|case| case.bundle.entries.clear());
    without(dsse_v1()).refused("time-not-proved");
    without(dsse_v1()).stamped(signed_at()).refused("tlog-missing");
    without(message_v1()).stamped(signed_at()).refused("tlog-missing");
    without(dsse_v2()).refused("tlog-missing");
    without(key_v1()).refused("tlog-missing");
    without(key_v1()).stamped(signed_at()).refused("tlog-missing");
    timestamp_alone().with(|case| case.tlog = true).refused("tlog-missing");
    // Where the root says so, a timestamp is enough.
    without(dsse_v1()).stamped(signed_at()).with(|case| case.tlog = false).accepted();
    without(key_v1()).with(|case| case.rule = crate::ask::key_rule(&release_key())).accepted();
}

#[test]
fn times_of_logs_lie_in_their_period_and_in_the_past() {
    let later = Time::parse("2026-11-24T12:00:01Z");
    for case in in_rekor_v1() {
        case.clone().logged_at(later).refused("tlog-invalid");
        let start = World::validity().not_before;
        let within = |window| case.clone().with(|case| case.trust.tlogs[0].window = window);
        within(Window::between(start, signed_at().plus(-1))).refused("tlog-invalid");
        within(Window::from(signed_at().plus(1))).refused("tlog-invalid");
        within(Window::from(later)).refused("tlog-invalid");
        within(Window::between(signed_at(), signed_at())).accepted();
    }
    dsse_v2().with(|case| case.trust.tlogs[1].window = Window::from(later)).refused("tlog-invalid");
    // Nothing says when an entry without promise was made: a log whose period has ended still proves old ones.
    let ended = Window::between(World::validity().not_before, signed_at().plus(-1));
    dsse_v2().with(|case| case.trust.tlogs[1].window = ended).accepted();
}

/// The kinds and versions stand beside the body and in it.
#[test]
fn entries_of_kinds_that_do_not_go_with_the_signature() {
    for case in in_rekor_v1() {
        case.clone().entry(|entry| entry.version = "0.0.2".to_owned()).refused("tlog-invalid");
        case.clone().entry(|entry| entry.kind = "intoto".to_owned()).refused("tlog-invalid");
        // Rekor v2 does not repeat index, size and root of the proof: under its name nobody compares them.
        case.clone()
            .entry(|entry| {
                (entry.kind, entry.version) = ("hashedrekord".to_owned(), "0.0.2".to_owned());
                entry.promise = None;
                entry.log_index = entry.proof_mut().log_index;
            })
            .stamped(signed_at())
            .refused("tlog-invalid");
    }
    let case = dsse_v1();
    for body in [
        body::hashedrekord(&case.signer, &case.signed),
        body::rekord(&case.signer, &case.signed),
        body::intoto_001(&case.signer, &case.signed),
    ] {
        case.clone().logging(&body).refused("tlog-invalid");
    }
    let case = message_v1();
    case.clone().logging(&body::rekord(&case.signer, &case.signed)).refused("tlog-invalid");
    let envelope = case.signer.dsse(&statement());
    case.clone().logging(&body::dsse(&case.signer, &envelope)).refused("tlog-invalid");
}

/// A signature over something else by somebody else, of the same form.
fn strangers(case: &Sound) -> (Signer, Signed) {
    let key = TestKey::p256("stranger");
    let signer = match case.signer.leaf() {
        Some(_) => world().signer(&identity(), at().plus(60)),
        None => Signer::key(&key),
    };
    let signed = match case.bundle.message {
        Some(_) => signer.message(b"another artifact\n"),
        None => signer.dsse(br#"{"_type":"https://in-toto.io/Statement/v1"}"#),
    };
    (signer, signed)
}

/// Replaces the `rest`-th text in which the two differ. Its path, or nothing if there are fewer.
fn swap(own: &mut Json, other: &Json, rest: &mut usize, path: &str) -> Option<String> {
    match (own, other) {
        (Json::Object(own), Json::Object(other)) => own
            .iter_mut()
            .zip(other)
            .find_map(|((name, own), (_, other))| swap(own, other, rest, &format!("{path}/{name}"))),
        (Json::Array(own), Json::Array(other)) => {
            own.iter_mut().zip(other).find_map(|(own, other)| swap(own, other, rest, path))
        }
        (Json::Text(own), Json::Text(other)) if own != other => match rest.checked_sub(1) {
            Some(less) => {
                *rest = less;
                None
            }
            None => {
                own.clone_from(other);
                Some(path.to_owned())
            }
        },
        _ => None,
    }
}

/// CVE-2022-36056, CVE-2026-22703: a sound entry of the right log, about another signature; and about this one
/// but for a single field.
#[test]
fn entries_about_another_signature() {
    type Make = fn(&Signer, &Signed) -> Body;
    let v1 = |case: &mut Sound, body: &Body| {
        case.bundle.entries = vec![case.world.rekor.entry(body, signed_at())];
    };
    let v2 = |case: &mut Sound, body: &Body| case.bundle.entries = vec![case.world.rekor2.entry(body)];
    let mut swapped = Vec::new();
    for (case, make, log) in [
        (message_v1(), body::hashedrekord as Make, v1 as fn(&mut Sound, &Body)),
        (dsse_v1(), body::dsse, v1),
        (dsse_v1(), body::intoto, v1),
        (key_v1(), body::dsse, v1),
        (key_v1(), body::intoto, v1),
        (key_v1(), body::hashedrekord_v2, v2),
        (dsse_v2(), body::hashedrekord_v2, v2),
        (message_v1().stamped(signed_at()), body::hashedrekord_v2, v2),
    ] {
        let own = make(&case.signer, &case.signed);
        let (signer, signed) = strangers(&case);
        let foreign = make(&signer, &signed);
        case.clone().with(|case| log(case, &own)).accepted();
        case.clone().with(|case| log(case, &foreign)).refused("tlog-invalid");
        for number in 0.. {
            let mut body = own.clone();
            let Some(path) = swap(&mut body.json, &foreign.json, &mut { number }, "") else { break };
            let case = case.clone().with(|case| log(case, &body));
            match path.as_str() {
                // Over whatever spelling of the envelope the client sent to the log; nobody can compute it.
                "/spec/envelopeHash/value" | "/spec/content/hash/value" => drop(case.accepted()),
                _ => drop(case.refused("tlog-invalid")),
            }
            swapped.push(path);
        }
    }
    swapped.sort_unstable();
    swapped.dedup();
    println!("{}", swapped.join("\n"));
    assert_eq!(swapped.len(), 15, "{swapped:?}");
}

/// What is signed under another name: digests as of another algorithm or of none, a payload of another type.
#[test]
fn names_of_algorithms_and_types() {
    let (message, v1, v2) = (message_v1(), dsse_v1(), dsse_v2());
    let named = |body: &Body, path: &[&str], name: &str, text: &str| {
        let mut body = body.clone();
        path.iter().fold(&mut body.json, |json, name| json.get_mut(name)).set(name, text);
        body
    };
    for name in ["sha512", "sha1", "SHA256", ""] {
        let body = body::hashedrekord(&message.signer, &message.signed);
        let body = named(&body, &["spec", "data", "hash"], "algorithm", name);
        message.clone().logging(&body).refused("tlog-invalid");
        let body = named(&v1.body(), &["spec", "payloadHash"], "algorithm", name);
        v1.clone().logging(&body).refused("tlog-invalid");
        let body = body::intoto(&v1.signer, &v1.signed);
        let body = named(&body, &["spec", "content", "payloadHash"], "algorithm", name);
        v1.clone().logging(&body).refused("tlog-invalid");
    }
    let (intoto, of) = (body::intoto(&v1.signer, &v1.signed), ["spec", "content", "envelope"]);
    v1.clone().logging(&named(&intoto, &of, "payloadType", "text/plain")).refused("tlog-invalid");
    let data = ["spec", "hashedRekordV002", "data"];
    let sound = body::hashedrekord_v2(&v2.signer, &v2.signed);
    for name in ["SHA2_512", "SHA3_256", "sha256"] {
        let body = named(&sound, &data, "algorithm", name);
        // No digest is not the digest of an unknown algorithm.
        for body in [named(&body, &data, "digest", ""), body] {
            let entry = v2.world.rekor2.entry(&body);
            v2.clone().with(|case| case.bundle.entries = vec![entry]).refused("tlog-invalid");
        }
    }
}
