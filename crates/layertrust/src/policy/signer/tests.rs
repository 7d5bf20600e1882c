use layertrust_testkit::key::TestKey;

use super::*;
use crate::policy::{BaseRule, OrgRule, Policy};

const GITHUB: &str = "https://token.actions.githubusercontent.com";
const WORKFLOW: &str = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1";

/// A certificate as GitHub's runs get them, some claims changed.
fn identity(changes: &[(&'static str, &str)]) -> Identity {
    let mut claims = BTreeMap::from([
        ("build-signer-uri", WORKFLOW.to_owned()),
        ("build-config-uri", WORKFLOW.to_owned()),
        ("source-repository-uri", "https://github.com/acme/app".to_owned()),
        ("source-repository-owner-identifier", "77".to_owned()),
        ("source-repository-ref", "refs/tags/v1".to_owned()),
        ("runner-environment", "github-hosted".to_owned()),
        ("build-trigger", "push".to_owned()),
    ]);
    for (name, value) in changes {
        match value.is_empty() {
            true => drop(claims.remove(name)),
            false => drop(claims.insert(name, (*value).to_owned())),
        }
    }
    Identity { issuer: GITHUB.to_owned(), names: vec![WORKFLOW.to_owned()], claims }
}

fn rule() -> SignerRule {
    SignerRule::certificate(GITHUB, "https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*")
        .unwrap()
        .source_repository(["https://github.com/acme/*"])
        .unwrap()
}

fn admits(rule: &SignerRule, identity: &Identity) -> Result<()> {
    match &rule.kind {
        Kind::Certificate(rule) => rule.admits(identity),
        Kind::Key(_) => panic!("no rule about certificates"),
    }
}

fn build(rule: SignerRule) -> Result<Policy> {
    Policy::builder()
        .signer("ci", rule)
        .base(BaseRule::optional(["ci"]))
        .org(OrgRule::signed_by(["ci"]))
        .build()
}

fn key() -> SignerRule {
    let key = PublicKey::from_pem(TestKey::p256("a").public_pem().as_bytes()).unwrap();
    SignerKey::Key(key).into()
}

/// Each rule must be able to fail alone (CVE-2025-29778), by another value and by none.
#[test]
fn every_claim_alone_can_refuse() {
    let all = rule()
        .source_owner_id("77")
        .and_then(|rule| rule.source_ref("refs/tags/*"))
        .and_then(|rule| rule.workflow("https://github.com/acme/**@refs/tags/*"))
        .and_then(|rule| rule.runner("github-hosted"))
        .and_then(|rule| rule.trigger("push"))
        .unwrap();
    admits(&all, &identity(&[])).unwrap();
    for (claim, other, says) in [
        ("source-repository-uri", "https://github.com/mallory/app", "source-repository"),
        ("source-repository-owner-identifier", "78", "source-owner-id"),
        ("source-repository-ref", "refs/heads/main", "source-ref"),
        ("build-config-uri", "https://github.com/mallory/x/.github/workflows/y.yml@refs/tags/v1", "workflow"),
        ("runner-environment", "self-hosted", "runner"),
        ("build-trigger", "pull_request", "trigger"),
    ] {
        for value in [other, ""] {
            let error = admits(&all, &identity(&[(claim, value)])).unwrap_err();
            assert_eq!(error.code(), Code::SignerNotAllowed, "{claim} {value:?}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
    let other_issuer = Identity { issuer: "https://accounts.example".to_owned(), ..identity(&[]) };
    assert!(admits(&all, &other_issuer).unwrap_err().to_string().contains("issuer"));
    let other_name = Identity { names: vec!["https://github.com/acme/app".to_owned()], ..identity(&[]) };
    assert!(admits(&all, &other_name).unwrap_err().to_string().contains("identity"));
    assert!(admits(&all, &Identity { names: Vec::new(), ..identity(&[]) }).is_err(), "no name at all");
}

#[test]
fn any_name_of_a_certificate_may_be_the_one() {
    let two = Identity { names: vec!["mail@example.com".to_owned(), WORKFLOW.to_owned()], ..identity(&[]) };
    admits(&rule(), &two).unwrap();
}

#[test]
fn certificates_before_2023_name_their_repository_in_githubs_own_claim() {
    let old = identity(&[("source-repository-uri", ""), ("github-workflow-repository", "acme/app")]);
    admits(&rule(), &old).unwrap();
    let strange = identity(&[("source-repository-uri", ""), ("github-workflow-repository", "mallory/app")]);
    assert!(admits(&rule(), &strange).is_err());
    let both = identity(&[
        ("source-repository-uri", "https://github.com/mallory/app"),
        ("github-workflow-repository", "acme/app"),
    ]);
    assert!(admits(&rule(), &both).is_err(), "the newer claim counts");
}

#[test]
fn an_empty_list_of_repositories_is_refused() {
    let rule = || SignerRule::certificate("https://gitlab.com", "https://gitlab.com/acme/**").unwrap();
    for empty in [rule().source_repository([]), rule().exact_source_repository([])] {
        let error = empty.unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid);
        assert!(error.to_string().contains("an empty list"), "{error}");
    }
}

#[test]
fn githubs_issuer_needs_a_source_repository() {
    let bare = |issuer: &str| build(SignerRule::certificate(issuer, "**").unwrap());
    for issuer in
        [GITHUB, "https://token.actions.githubusercontent.com/acme", "https://ghe.acme.test/_services/token"]
    {
        let error = bare(issuer).unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid);
        assert!(error.to_string().contains("source-repository"), "{error}");
    }
    bare("https://accounts.google.com").unwrap();
    bare("https://token.actions.githubusercontent.com.example.org").unwrap();
    build(rule()).unwrap();
    build(SignerRule::certificate(GITHUB, "**").unwrap().any_source_repository().unwrap()).unwrap();
}

#[test]
fn an_exact_identity_has_no_wildcards_and_its_own_repository() {
    let exact = SignerRule::exact_certificate(GITHUB, WORKFLOW).unwrap();
    admits(&exact, &identity(&[])).unwrap();
    let called = identity(&[("source-repository-uri", "https://github.com/mallory/app")]);
    assert!(admits(&exact, &called).is_err(), "a called workflow counts only for its own repository");
    let stars = SignerRule::exact_certificate("https://accounts.google.com", "*@example.com").unwrap();
    let google = |name: &str| Identity {
        issuer: "https://accounts.google.com".to_owned(),
        names: vec![name.to_owned()],
        claims: BTreeMap::new(),
    };
    assert!(admits(&stars, &google("me@example.com")).is_err());
    admits(&stars, &google("*@example.com")).unwrap();
    assert!(SignerRule::exact_certificate(GITHUB, "").is_err());
    assert!(SignerRule::certificate("", "x").is_err());
    // Nothing names the repository here, so it must be said.
    assert!(build(SignerRule::exact_certificate(GITHUB, "me@example.com").unwrap()).is_err());
}

#[test]
fn rules_about_certificates_and_about_keys_do_not_mix() {
    let refused = |rule: Result<SignerRule>| {
        let error = rule.and_then(build).unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid, "{error}");
    };
    refused(key().source_repository(["x"]));
    refused(key().any_source_repository());
    refused(key().source_owner_id("1"));
    refused(key().source_ref("x"));
    refused(key().workflow("x"));
    refused(key().runner("x"));
    refused(key().trigger("x"));
    let time: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    refused(Ok(rule().not_before(time)));
    refused(Ok(rule().not_after(time)));
    refused(Ok(rule().require_tlog()));
    let earlier: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    refused(Ok(key().not_before(time).not_after(earlier)));
    build(key().not_before(earlier).not_after(time).require_tlog()).unwrap();
}

#[test]
#[cfg(feature = "keyless")]
fn roots_are_defined_or_built_in_and_never_redefined() {
    build(rule().root("github")).unwrap();
    let error = build(rule().root("corp")).unwrap_err();
    assert!(error.to_string().contains("corp"), "{error}");
    let redefined = Policy::builder()
        .root("github", TrustedRoot::sigstore_public_good())
        .signer("ci", rule())
        .base(BaseRule::optional(["ci"]))
        .org(OrgRule::signed_by(["ci"]))
        .build();
    assert_eq!(redefined.unwrap_err().code(), Code::PolicyInvalid);
}
