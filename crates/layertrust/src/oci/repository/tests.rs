use super::*;

fn read(text: &str) -> (String, Selector) {
    let (name, selector) = Repository::with_selector(text).unwrap();
    (name.to_string(), selector)
}

#[test]
fn names_are_completed_as_docker_completes_them() {
    for (text, name) in [
        ("alpine", "docker.io/library/alpine"),
        ("dhi/node", "docker.io/dhi/node"),
        ("docker.io/alpine", "docker.io/library/alpine"),
        ("index.docker.io/dhi/node", "docker.io/dhi/node"),
        ("dhi.io/node", "dhi.io/node"),
        ("localhost/app", "localhost/app"),
        ("localhost:5000/a/b/c", "localhost:5000/a/b/c"),
        ("127.0.0.1:5000/app", "127.0.0.1:5000/app"),
        ("[::1]:5000/app", "[::1]:5000/app"),
        ("Registry/app", "Registry/app"),
        ("a--b_c__d/e.f", "docker.io/a--b_c__d/e.f"),
    ] {
        assert_eq!(Repository::new(text).unwrap().to_string(), name, "{text}");
    }
}

#[test]
fn a_digest_counts_before_a_tag_and_nothing_is_selected_where_neither_is_said() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let by_digest = Selector::Digest(digest.parse().unwrap());
    assert_eq!(read("app"), ("docker.io/library/app".to_owned(), Selector::Only));
    assert_eq!(read("app:1.2").1, Selector::Tag("1.2".to_owned()));
    assert_eq!(read(&format!("app@{digest}")).1, by_digest);
    assert_eq!(
        read(&format!("localhost:5000/app:1.2@{digest}")),
        ("localhost:5000/app".to_owned(), by_digest)
    );
    assert_eq!(read("localhost:5000/app"), ("localhost:5000/app".to_owned(), Selector::Only));
}

#[test]
fn what_docker_refuses_is_refused() {
    let long = format!("example.com/{}", "a".repeat(256));
    let digits = "0".repeat(64);
    for wrong in [
        "",
        "/",
        "App",
        "app/",
        "/app",
        "a//b",
        "app:",
        "app:-x",
        "app@latest",
        "app@sha256:00",
        "-app",
        "app-",
        "a_b.c/d",
        "a___b",
        "a._b",
        "example.com:port/app",
        "example.com:0/app",
        "example.com:99999/app",
        "example..com/app",
        "-example.com/app",
        "[::1/app",
        "[x]/app",
        "exa mple.com/app",
        "app:a b",
        &long,
        &digits,
        "user@example.com/app",
        "https://example.com/app",
    ] {
        let refused = Repository::with_selector(wrong).unwrap_err();
        assert_eq!(refused.code(), Code::Usage, "{wrong}");
    }
}
