use super::*;
use base64::Engine as _;
use layertrust::Code;

fn password(username: &str, password: &str) -> Credential {
    Credential::Password { username: username.to_owned(), password: password.to_owned() }
}

fn find(credentials: &Credentials, name: &str) -> Option<Credential> {
    credentials.find(&Repository::new(name).unwrap()).unwrap()
}

#[test]
fn files_of_docker_and_podman_are_read() {
    let auth = base64::engine::general_purpose::STANDARD.encode("me:secret:with:colons");
    let file = format!(
        r#"{{"auths": {{
            "https://index.docker.io/v1/": {{"auth": "{auth}"}},
            "registry.example.com/team": {{"username": "team", "password": "one"}},
            "registry.example.com": {{"username": "all", "password": "two"}},
            "https://token.example.com/v2/": {{"identitytoken": "id"}},
            "kept.example.com": {{}}
        }}, "HttpHeaders": {{"x": "y"}}}}"#
    );
    let credentials = Credentials::anonymous().with_auth_file(file.as_bytes()).unwrap();
    assert_eq!(find(&credentials, "alpine"), Some(password("me", "secret:with:colons")));
    assert_eq!(find(&credentials, "registry.example.com/team/app"), Some(password("team", "one")));
    assert_eq!(find(&credentials, "registry.example.com/teams/app"), Some(password("all", "two")));
    assert_eq!(find(&credentials, "token.example.com/a"), Some(Credential::IdentityToken("id".to_owned())));
    assert_eq!(find(&credentials, "kept.example.com/a"), None);
    assert_eq!(find(&credentials, "other.example.com/a"), None);
}

#[test]
fn dockers_registries_take_docker_hubs_credentials_where_they_have_none_of_their_own() {
    let credentials = Credentials::anonymous().with("docker.io", password("hub", "x"));
    assert_eq!(find(&credentials, "dhi.io/node"), Some(password("hub", "x")));
    assert_eq!(find(&credentials, "registry.scout.docker.com/dhi/node"), Some(password("hub", "x")));
    assert_eq!(find(&credentials, "ghcr.io/a/b"), None);
    let own = credentials.with("dhi.io", password("dhi", "y"));
    assert_eq!(find(&own, "dhi.io/node"), Some(password("dhi", "y")));
}

#[test]
fn nothing_secret_is_shown() {
    let credentials = Credentials::anonymous().with("a.example.com", password("user", "hidden"));
    let token = Credential::IdentityToken("hidden".to_owned());
    let shown = format!("{credentials:?} {token:?}");
    assert!(
        shown.contains("a.example.com") && !shown.contains("hidden") && !shown.contains("user"),
        "{shown}"
    );
    for wrong in [&b"hidden"[..], br#"{"auths": {"a": {"auth": "hidden!"}}}"#, br#"{"auths": ["hidden"]}"#] {
        let error = Credentials::anonymous().with_auth_file(wrong).unwrap_err();
        assert_eq!(error.code(), Code::Usage);
        assert!(!format!("{error} {}", error.advice()).contains("hidden"), "{error}");
    }
}

#[test]
fn a_helper_is_named_and_no_path() {
    for wrong in ["../evil", "a/b", "", "a b"] {
        let file = format!(r#"{{"credHelpers": {{"a.example.com": "{wrong}"}}}}"#);
        let credentials = Credentials::anonymous().with_auth_file(file.as_bytes()).unwrap();
        let error = credentials.find(&Repository::new("a.example.com/x").unwrap()).unwrap_err();
        assert_eq!(error.code(), Code::Unauthorized, "{wrong}");
    }
}
