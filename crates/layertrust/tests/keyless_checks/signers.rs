//! Whom a rule means: identities with their claims, and keys with their periods.

use jiff::Timestamp;
use layertrust::SignerRule;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::sigstore::identity::GITHUB_ISSUER;
use layertrust_testkit::sigstore::{Identity, San, Time, Tsa, TsaOptions, World};

use crate::ask::{
    REPOSITORY, Sound, WORKFLOW, all_refused, at, by_certificate, dsse_v1, identity, key_rule, key_v1,
    release_key, rule, signed_at, signed_by, world,
};

fn certified(identity: &Identity) -> Vec<Sound> {
    signed_by(&world(), &world().signer(identity, at()))
}

fn asking(cases: Vec<Sound>, rule: &SignerRule) -> Vec<Sound> {
    cases.into_iter().map(|case| case.with(|case| case.rule = rule.clone())).collect()
}

fn all_accepted(cases: Vec<Sound>) {
    for case in cases {
        case.accepted();
    }
}

/// Everything that a rule can ask of a run of GitHub's.
fn full_rule() -> SignerRule {
    rule()
        .source_owner_id("504122770")
        .and_then(|rule| rule.source_ref("refs/tags/v1"))
        .and_then(|rule| rule.workflow(WORKFLOW))
        .and_then(|rule| rule.runner("github-hosted"))
        .and_then(|rule| rule.trigger("push"))
        .unwrap()
}

#[test]
fn each_claim_alone_differs_or_is_missing() {
    all_accepted(asking(by_certificate(), &full_rule()));
    for (claims, value) in [
        (&[12_u32, 5] as &[u32], "https://github.com/acme/other"),
        (&[17], "1"),
        (&[14, 6], "refs/heads/main"),
        (&[18], "https://github.com/acme/app/.github/workflows/other.yml@refs/tags/v1"),
        (&[11], "self-hosted"),
        (&[20, 2], "pull_request"),
        (&[1, 8], "https://token.actions.githubusercontent.com/acme"),
    ] {
        let other = claims.iter().fold(identity(), |identity, claim| identity.claim(*claim, value));
        all_refused(asking(certified(&other), &full_rule()), "signer-not-allowed");
        let none = claims.iter().fold(identity(), |identity, claim| identity.without(*claim));
        all_refused(asking(certified(&none), &full_rule()), "signer-not-allowed");
        // What a rule does not ask for does not matter.
        if !claims.contains(&1) && !claims.contains(&12) {
            all_accepted(certified(&other));
        }
    }
    // The new claim counts before the old one, whatever that says.
    let other = identity().claim(12, "https://github.com/acme/other");
    all_refused(asking(certified(&other), &full_rule()), "signer-not-allowed");
    let other = identity().claim(14, "refs/heads/main");
    all_refused(asking(certified(&other), &full_rule()), "signer-not-allowed");
    let other = identity().claim(20, "pull_request");
    all_refused(asking(certified(&other), &full_rule()), "signer-not-allowed");
    all_accepted(asking(certified(&identity().claim(5, "acme/other")), &full_rule()));
}

#[test]
fn each_part_of_the_rule_alone_differs() {
    let other = "https://github.com/acme/other";
    let with = |issuer: &str, name: &str| {
        SignerRule::certificate(issuer, name).unwrap().source_repository([REPOSITORY]).unwrap()
    };
    for rule in [
        with("https://accounts.example.org", WORKFLOW),
        with(&format!("{GITHUB_ISSUER}/"), WORKFLOW),
        with(GITHUB_ISSUER, &WORKFLOW.replace("release", "build")),
        with(GITHUB_ISSUER, &WORKFLOW[..WORKFLOW.len() - 1]),
        with(GITHUB_ISSUER, &WORKFLOW.to_uppercase()),
        rule().source_repository([other]).unwrap(),
        rule().source_repository([&REPOSITORY[..REPOSITORY.len() - 1]]).unwrap(),
        full_rule().source_owner_id("50412277").unwrap(),
        full_rule().source_ref("refs/heads/*").unwrap(),
        full_rule().workflow(&WORKFLOW.replace("release", "build")).unwrap(),
        full_rule().runner("self-hosted").unwrap(),
        full_rule().trigger("workflow_dispatch").unwrap(),
    ] {
        all_refused(asking(by_certificate(), &rule), "signer-not-allowed");
    }
    all_accepted(asking(by_certificate(), &rule().source_repository([other, REPOSITORY]).unwrap()));
    all_accepted(asking(by_certificate(), &full_rule().source_ref("refs/tags/*").unwrap()));
}

/// The names say which workflow was called, the claims which repository called it.
#[test]
fn a_workflow_that_somebody_else_calls() {
    let called = Identity::github(WORKFLOW, "https://github.com/mallory/app", "refs/heads/main");
    all_refused(certified(&called), "signer-not-allowed");
    let exact = SignerRule::exact_certificate(GITHUB_ISSUER, WORKFLOW).unwrap();
    all_accepted(asking(by_certificate(), &exact));
    all_refused(asking(certified(&called), &exact), "signer-not-allowed");
    all_accepted(asking(certified(&called), &exact.any_source_repository().unwrap()));
}

#[test]
fn names_of_every_kind() {
    let issuer = "https://accounts.example.org";
    let rule = |name: &str| SignerRule::certificate(issuer, name).unwrap();
    for (san, name) in [
        (San::Email("alice@example.org".to_owned()), "alice@example.org"),
        (San::Uri("https://example.org/alice".to_owned()), "https://example.org/alice"),
        (San::OtherName("alice!example.org".to_owned()), "alice!example.org"),
    ] {
        let alone = Identity::new(san.clone(), issuer);
        all_accepted(asking(certified(&alone), &rule(name)));
        all_refused(asking(certified(&alone), &rule("mallory@example.org")), "signer-not-allowed");
        // Any of several names will do.
        let second = Identity::email("bob@example.org", issuer).also(san);
        all_accepted(asking(certified(&second), &rule(name)));
        all_accepted(asking(certified(&second), &rule("bob@example.org")));
    }
    // Names of other kinds are nobody's identity, and neither is having none.
    let host = Identity::new(San::Dns("example.org".to_owned()), issuer);
    all_refused(asking(certified(&host), &rule("example.org")), "signer-not-allowed");
    let principal = San::Foreign("1.3.6.1.4.1.311.20.2.3", "alice!example.org".to_owned());
    let principal = Identity::new(principal, issuer);
    all_refused(asking(certified(&principal), &rule("alice!example.org")), "signer-not-allowed");
    let nameless = Identity { sans: Vec::new(), ..host };
    all_refused(asking(certified(&nameless), &rule("**")), "signer-not-allowed");
}

#[test]
fn one_issuer() {
    // The deprecated claim alone is enough.
    all_accepted(certified(&identity().without(8)));
    all_accepted(certified(&identity().without(1)));
    all_refused(certified(&identity().claim(8, "https://accounts.example.org")), "certificate-invalid");
    all_refused(certified(&identity().claim(1, "https://accounts.example.org")), "certificate-invalid");
    // A certificate without both names the authority; that is no issuer of tokens.
    all_refused(certified(&identity().without(1).without(8)), "signer-not-allowed");
}

#[test]
fn keys_have_periods() {
    let time = |time: Time| -> Timestamp { time.rfc3339().parse().unwrap() };
    let rule = || key_rule(&release_key());
    let case = key_v1();
    let ask = |rule: SignerRule| case.clone().with(|case| case.rule = rule);
    ask(rule().not_before(time(signed_at()))).accepted();
    ask(rule().not_after(time(signed_at()))).accepted();
    ask(rule().not_before(time(signed_at().plus(1)))).refused("key-inactive");
    ask(rule().not_after(time(signed_at().plus(-1)))).refused("key-inactive");
    let bounded = || rule().not_before(time(at())).not_after(time(at().plus(60)));
    let report = ask(bounded()).accepted();
    assert!(report.checks.contains(&"key-period".to_owned()), "{:?}", report.checks);
    // Every proved time must lie inside.
    ask(bounded()).stamped(at().plus(61)).refused("key-inactive");
    ask(bounded()).logged_at(at().plus(-1)).refused("key-inactive");
    // GHSA-wqqc-jjcq-vfxm: without a time nothing is inside.
    ask(bounded()).with(|case| case.bundle.entries.clear()).refused("time-not-proved");
    ask(bounded()).entry(|entry| entry.promise = None).refused("time-not-proved");
    let stranger = Tsa::new("elsewhere", &TsaOptions::valid(World::validity()));
    let stamp = stranger.timestamp(&case.signed.signature, signed_at());
    ask(bounded())
        .with(|case| (case.bundle.entries, case.bundle.timestamps) = (Vec::new(), vec![stamp]))
        .refused("time-not-proved");
    ask(bounded()).with(|case| case.bundle.entries.clear()).stamped(signed_at()).accepted();
}

#[test]
fn keys_and_certificates_do_not_stand_for_each_other() {
    let other = key_rule(&TestKey::p256("other"));
    key_v1().with(|case| case.rule = other.clone()).refused("signer-not-allowed");
    key_v1()
        .with(|case| {
            case.rule = other;
            case.bundle.public_key = Some(String::new());
        })
        .refused("signature-invalid");
    key_v1().with(|case| case.rule = rule()).refused("signer-not-allowed");
    // The very key of the certificate, but the rule means a key and the bundle brings a certificate.
    for case in by_certificate() {
        let rule = key_rule(&case.signer.key);
        case.with(|case| case.rule = rule).refused("signer-not-allowed");
    }
    // And the other way round: the certificate is left out, and the key of the rule signed it.
    let case = dsse_v1();
    let key = case.signer.key.clone();
    case.with(|case| {
        case.rule = key_rule(&key).require_tlog();
        (case.bundle.certificate, case.bundle.public_key) = (None, Some(key.hint()));
    })
    // Its entry names the certificate.
    .refused("tlog-invalid");
}
