//! Who the caller is, and who learns it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod kit;

use kit::{demo, impatient, outcome, verify};
use layertrust_registry::{Credential, Credentials};
use layertrust_testkit::registry::{Auth, Registry};

fn robot(server: &Registry) -> Credentials {
    let password = Credential::Password { username: "robot".to_owned(), password: "secret".to_owned() };
    Credentials::anonymous().with(&server.host(), password)
}

fn ask(server: &Registry, credentials: Credentials) -> String {
    outcome(&verify(&impatient().credentials(credentials).build().unwrap(), server))
}

#[test]
fn credentials_are_given_as_the_registry_wants_them() {
    for auth in [
        Auth::basic("robot", "secret"),
        Auth::bearer().login("robot", "secret"),
        Auth::bearer().login("robot", "secret").token_field("access_token"),
        Auth::bearer().login("robot", "secret").uses(40),
    ] {
        let server = demo().auth(auth.clone()).start();
        assert_eq!(ask(&server, robot(&server)), "accepted", "{auth:?}");
    }
    let server = demo().auth(Auth::bearer()).start();
    assert_eq!(ask(&server, Credentials::anonymous()), "accepted");
    let server = demo().auth(Auth::bearer().identity_token("refresh")).start();
    let token = Credential::IdentityToken("refresh".to_owned());
    assert_eq!(ask(&server, Credentials::anonymous().with(&server.host(), token)), "accepted");
}

#[test]
fn wrong_ones_and_none_are_no_answer() {
    for auth in [Auth::basic("robot", "other"), Auth::bearer().login("robot", "other")] {
        let server = demo().auth(auth).start();
        for credentials in [robot(&server), Credentials::anonymous()] {
            assert_eq!(ask(&server, credentials), "no answer unauthorized");
        }
        let elsewhere = Credential::Password { username: "robot".to_owned(), password: "other".to_owned() };
        let others = Credentials::anonymous().with("registry.example.com", elsewhere);
        assert_eq!(ask(&server, others), "no answer unauthorized");
        assert!(
            server.asked().iter().all(|asked| {
                asked
                    .header("authorization")
                    .is_none_or(|header| header.starts_with("Basic cm9ib3Q6c2VjcmV0"))
            }),
            "only what was given for this host is sent to it"
        );
    }
}

#[test]
fn one_token_for_each_repository_and_for_reading_alone() {
    let server = demo().auth(Auth::bearer().login("robot", "secret")).start();
    assert_eq!(ask(&server, robot(&server)), "accepted");
    assert_eq!(server.count("/token*"), 2);
    for repository in ["acme/app", "dhi/base"] {
        let scope = format!("scope=repository%3A{}%3Apull", repository.replace('/', "%2F"));
        assert_eq!(server.count(&format!("/token*{scope}")), 1, "{repository}");
    }
    // The first request of each repository learns how to ask; no other is refused.
    assert_eq!(server.asked().iter().filter(|asked| asked.status == 401).count(), 2);
}

#[test]
fn a_token_endpoint_that_is_not_safe_is_not_told_who_asks() {
    let other = Registry::new().start();
    for realm in
        ["http://registry.example.com/token", "ftp://x/token", "https://me:secret@registry.example.com/token"]
    {
        let server = demo().auth(Auth::bearer().login("robot", "secret").realm(realm)).start();
        assert_eq!(ask(&server, robot(&server)), "no answer unauthorized", "{realm}");
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn offline_nothing_is_contacted() {
    let server = demo().start();
    let client = impatient().offline(true).build().unwrap();
    assert_eq!(outcome(&verify(&client, &server)), "no answer unreachable");
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_mirror_is_contacted_instead() {
    let server = demo().start();
    let mirror = format!("registry.example.com={}", server.host()).parse().unwrap();
    let client = impatient().mirror(mirror).build().unwrap();
    let name = layertrust::Repository::new("registry.example.com/acme/app").unwrap();
    let tag = layertrust::Selector::Tag("1.2".to_owned());
    let source = client.source(&name, tag, &layertrust::Limits::default()).unwrap();
    let found = layertrust::Source::resolve(&source, &layertrust::Selector::Only).unwrap();
    assert_eq!(found.unwrap().digest, kit::image_in(&kit::testdata().join("demo/image")));
}
