//! Names in registries, as a user gives them to the command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use layertrust::{ImageReference, Limits, LocalSource, Selector, Source as _};
use layertrust_testkit::registry::{Auth, Builder, Registry};
use layertrust_testkit::store::Layout;

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The demo image as `acme/app:1.2`, the vendor's as `dhi/base:22`.
fn demo() -> Builder {
    let digest = |folder: &Path| {
        let reference: ImageReference = format!("oci:{}", folder.display()).parse().unwrap();
        let source = LocalSource::open(&reference, &Limits::default()).unwrap();
        source.resolve(&Selector::Only).unwrap().unwrap().digest.to_string()
    };
    let (image, base) = (testdata().join("demo/image"), testdata().join("demo/base"));
    Registry::new()
        .repository("acme/app", &Layout::load_dir(&image))
        .repository("dhi/base", &Layout::load_dir(&base))
        .tag("acme/app", "1.2", &digest(&image))
        .tag("dhi/base", "22", &digest(&base))
}

/// Asks without anything of the environment but what is given.
fn ask(home: &Path, variables: &[(&str, &str)], args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_layertrust"))
        .args(["verify", "--policy", "demo/policy.toml", "--now=2026-11-24T12:00:00Z"])
        .args(args)
        .current_dir(testdata())
        .env_clear()
        .env("HOME", home)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn status(output: &Output) -> (i32, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn a_name_is_read_where_it_is_and_without_a_network_not_at_all() {
    let (server, home) = (demo().start(), tempfile::tempdir().unwrap());
    let (app, base) = (server.reference("acme/app", "1.2"), server.reference("dhi/base", "22"));
    let asked = [app.as_str(), "--evidence", &base];

    let (code, text) = status(&ask(home.path(), &[], &asked));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(&format!("ACCEPTED  {app}")), "{text}");
    assert!(text.contains("5-7     org"), "{text}");
    let (code, text) = status(&ask(home.path(), &[], &[&format!("docker://{app}"), "--base", &base]));
    assert_eq!(code, 0, "{text}");

    server.forget();
    let connections = server.connections();
    for (variables, offline) in [(vec![], Some("--offline")), (vec![("LAYERTRUST_OFFLINE", "1")], None)] {
        let args: Vec<&str> = asked.into_iter().chain(offline).collect();
        let (code, text) = status(&ask(home.path(), &variables, &args));
        assert_eq!(code, 3, "{text}");
        assert!(text.contains("unreachable") && text.contains("offline"), "{text}");
    }
    assert_eq!(server.connections(), connections);
}

#[test]
fn a_mirror_is_asked_instead_and_what_is_not_there_is_no_answer() {
    let (server, home) = (demo().start(), tempfile::tempdir().unwrap());
    let base = server.reference("dhi/base", "22");
    let mirror = format!("registry.example.com={}", server.host());
    let image = "registry.example.com/acme/app:1.2";
    let (code, text) = status(&ask(home.path(), &[], &[image, "--evidence", &base, "--mirror", &mirror]));
    assert_eq!(code, 0, "{text}");
    let (code, text) =
        status(&ask(home.path(), &[], &[&server.reference("acme/app", "9"), "--evidence", &base]));
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("not-found"), "{text}");
    let (code, text) = status(&ask(home.path(), &[], &[image, "--mirror", "nothing"]));
    assert_eq!(code, 2, "{text}");
    // What is meant as a path and is none.
    let (code, text) = status(&ask(home.path(), &[], &["./absent"]));
    assert_eq!(code, 2, "{text}");
}

#[test]
fn credentials_are_those_of_docker_login_and_podman_login() {
    let server = demo().auth(Auth::bearer().login("robot", "hunter-2-x")).start();
    let home = tempfile::tempdir().unwrap();
    let (app, base) = (server.reference("acme/app", "1.2"), server.reference("dhi/base", "22"));
    let asked = [app.as_str(), "--evidence", &base];
    let (code, text) = status(&ask(home.path(), &[], &asked));
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("unauthorized"), "{text}");

    let file = format!(r#"{{"auths": {{"{}": {{"auth": "cm9ib3Q6aHVudGVyLTIteA=="}}}}}}"#, server.host());
    let (code, text) = status(&ask(home.path(), &[("DOCKER_AUTH_CONFIG", &file)], &asked));
    assert_eq!(code, 0, "{text}");
    let named = home.path().join("auth.json");
    std::fs::write(&named, &file).unwrap();
    let (code, text) = status(&ask(home.path(), &[("REGISTRY_AUTH_FILE", named.to_str().unwrap())], &asked));
    assert_eq!(code, 0, "{text}");
    std::fs::create_dir(home.path().join(".docker")).unwrap();
    std::fs::write(home.path().join(".docker/config.json"), &file).unwrap();
    let (code, text) = status(&ask(home.path(), &[], &asked));
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains("hunter-2") && !text.contains("cm9ib3Q6aHVudGVyLTIteA=="), "{text}");
}
