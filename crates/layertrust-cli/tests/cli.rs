//! The command as a user runs it: exit statuses, streams, options.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs the command in `testdata`, in an environment of its own.
fn layertrust(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_layertrust"));
    command
        .args(args)
        .current_dir(root().join("testdata"))
        .env_remove("LAYERTRUST_POLICY")
        .env_remove("NO_COLOR");
    command
}

const DEMO: [&str; 5] =
    ["--evidence", "oci:demo/base", "--policy", "demo/policy.toml", "--now=2026-11-24T12:00:00Z"];

fn verify(more: &[&str]) -> Output {
    layertrust(&[&["verify"], more, &DEMO].concat())
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// An error on stderr with this code, something to do next, and nothing on stdout.
fn refused(args: &[&str], expected: i32, says: &str) {
    let output = layertrust(args);
    assert_eq!(status(&output), expected, "{args:?}: {}", err(&output));
    assert!(err(&output).contains(says), "{args:?}: {}", err(&output));
    assert_eq!(out(&output), "", "{args:?}");
}

#[test]
fn the_replaced_library_of_the_demo_is_named_and_a_strict_policy_refuses_it() {
    let ask = |policy: &'static str| {
        let common = ["oci:demo/replaced", "--evidence", "oci:demo/base", "--now=2026-11-24T12:00:00Z"];
        layertrust(&[&["verify"], &common[..], &["--layers", "all", "--policy", policy]].concat())
    };
    let (lax, strict) = (ask("demo/policy.toml"), ask("demo/strict.toml"));
    assert_eq!((status(&lax), status(&strict)), (0, 1), "{}{}", out(&lax), err(&strict));
    for (output, says) in [(lax, "warning[layer-change]"), (strict, "error[layer-change]")] {
        let text = out(&output);
        assert!(text.contains(says), "{text}");
        assert!(text.contains("usr/lib/x86_64-linux-gnu/libssl.so.3 (libssl3t64@3.5.1-1)"), "{text}");
    }
}

#[test]
fn the_demo_is_accepted_and_says_who_vouches_for_what() {
    let output = verify(&["oci:demo/image"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let text = out(&output);
    assert!(text.starts_with("ACCEPTED  oci:demo/image\n"), "{text}");
    assert!(text.contains("0-4     vendor: demo-vendor (key 4c9b1c557dad)"), "{text}");
    assert!(text.contains("5-7     org: ci (key 336e5692867b)"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "wider than 100 columns");
    assert_eq!(err(&output), "");
}

#[test]
fn the_tampered_twin_is_rejected_and_says_what_is_wrong() {
    let output = verify(&["oci:demo/tampered"]);
    assert_eq!(status(&output), 1);
    let text = out(&output);
    assert!(text.starts_with("REJECTED  oci:demo/tampered\n"), "{text}");
    for says in ["error[subject-mismatch]", "error[layer-unattributed]", "error[config-unattributed]"] {
        assert!(text.contains(says), "{says}: {text}");
    }
}

#[test]
fn several_images_each_get_their_answer_and_no_beats_the_rest() {
    let output = verify(&["-q", "oci:demo/image", "oci:demo/tampered", "oci:absent"]);
    assert_eq!(status(&output), 1);
    let lines: Vec<String> =
        out(&output).lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(lines, ["ACCEPTED", "REJECTED", "UNKNOWN"]);
    assert!(err(&output).contains("error[not-found]"));
    assert_eq!(status(&verify(&["-q", "oci:demo/image", "oci:absent"])), 3);
    assert_eq!(status(&verify(&["-q", "oci:demo/image", "oci:demo/image"])), 0);
}

#[test]
fn images_are_read_from_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("images");
    std::fs::write(&list, "# the demo\noci:demo/image\n\noci:demo/tampered\n").unwrap();
    let output = verify(&["-q", "--images-from", list.to_str().unwrap()]);
    assert_eq!((status(&output), out(&output).lines().count()), (1, 2));
    std::fs::write(&list, "\n").unwrap();
    assert_eq!(status(&verify(&["--images-from", list.to_str().unwrap()])), 2);
    assert_eq!(status(&verify(&["--images-from", "/nonexistent"])), 3);
}

#[test]
fn json_is_one_report_or_one_document_of_several_or_a_line_each() {
    let one: serde_json::Value =
        serde_json::from_str(&out(&verify(&["oci:demo/image", "-o", "json"]))).unwrap();
    assert_eq!(one["schema"], "layertrust.report/v1");
    assert_eq!(one["verdict"], "accepted");
    assert_eq!(one["platforms"][0]["segments"][0]["layers"], serde_json::json!([0, 5]));
    assert_eq!(one["platforms"][0]["segments"][1]["owner"], "org");
    let several = out(&verify(&["oci:demo/image", "oci:demo/tampered", "-o", "json"]));
    let several: serde_json::Value = serde_json::from_str(&several).unwrap();
    assert_eq!(several["schema"], "layertrust.reports/v1");
    assert_eq!(several["reports"][1]["verdict"], "rejected");
    let lines = out(&verify(&["oci:demo/image", "oci:absent", "-o", "jsonl"]));
    let verdicts: Vec<_> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["accepted", "unknown"]);
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let ask = || verify(&["oci:demo/image", "-o", "json"]).stdout;
    assert_eq!(ask(), ask());
}

#[test]
fn outputs_go_where_they_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let spec = format!("json={}", file.display());
    let output = verify(&["oci:demo/image", "-o", "text", "-o", &spec]);
    assert_eq!(status(&output), 0);
    assert!(out(&output).starts_with("ACCEPTED"));
    let saved: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(saved["verdict"], "accepted");
    assert_eq!(status(&verify(&["oci:demo/image", "-o", "json=/nonexistent/report.json"])), 3);
    assert_eq!(status(&verify(&["oci:demo/image", "-o", "yaml"])), 2);
    assert_eq!(status(&verify(&["oci:demo/image", "-o", "json", "-o", "text"])), 2);
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_written_takes_no_verdict_back() {
    for (image, expected) in [("oci:demo/image", 3), ("oci:demo/tampered", 1)] {
        let output = verify(&[image, "-q", "-o", "text", "-o", "json=/dev/full"]);
        assert_eq!(status(&output), expected, "{image}");
        assert_eq!(out(&output).lines().count(), 1, "the other output goes on");
        assert!(err(&output).starts_with("error[io]: /dev/full: "), "{}", err(&output));
    }
}

#[test]
fn evidence_that_cannot_be_read_leaves_every_image_without_an_answer() {
    let ask = |more: &[&str]| {
        let args = ["oci:demo/image", "oci:demo/tampered", "-o", "jsonl", "--policy", "demo/policy.toml"];
        layertrust(&[&["verify"], args.as_slice(), more].concat())
    };
    let output = ask(&["--evidence", "oci:absent"]);
    assert_eq!(status(&output), 3);
    assert_eq!(err(&output).matches("error[").count(), 1, "{}", err(&output));
    for line in out(&output).lines() {
        let report: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(report["verdict"], "unknown");
        assert_eq!(report["findings"][0]["code"], "not-found");
    }
    assert_eq!(out(&output).lines().count(), 2);
    // A wrong call is no question: there is nothing to report about.
    let output = ask(&["--evidence", "no//name"]);
    assert_eq!((status(&output), out(&output).as_str()), (2, ""));
}

#[test]
fn what_clap_refuses_is_said_as_every_error() {
    for args in
        [&["verify", "--polcy", "x"][..], &["verify", "oci:x", "--now", "yesterday"], &["nonsense"], &[]]
    {
        let output = layertrust(args);
        assert_eq!(status(&output), 2, "{args:?}");
        assert!(err(&output).starts_with("error[usage]: "), "{args:?}: {}", err(&output));
        assert!(err(&output).ends_with("\n  → See --help.\n"), "{args:?}: {}", err(&output));
    }
    for args in [&["--help"][..], &["--version"], &["verify", "--help"], &["policy", "init", "--help"]] {
        let output = layertrust(args);
        assert_eq!((status(&output), err(&output).as_str()), (0, ""), "{args:?}");
        assert!(out(&output).lines().all(|line| line.chars().count() <= 100), "{args:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let mut child = command(&[&["verify", "oci:demo/image", "-o", "json"], DEMO.as_slice()].concat())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(status(&output), 0, "{}", err(&output));
    assert!(!err(&output).contains("panic"), "{}", err(&output));
}

#[test]
fn signers_must_be_named_and_only_once() {
    refused(
        &["verify", "oci:demo/image"],
        2,
        "--policy FILE, --key FILE, --certificate-identity ID or --no-org",
    );
    refused(
        &["verify", "oci:demo/image", "--policy", "demo/policy.toml", "--key", "demo/keys/ci.pub"],
        2,
        "cannot be used with",
    );
    refused(&["verify", "oci:demo/image", "--no-org", "--key", "demo/keys/ci.pub"], 2, "cannot be used with");
    let by_environment = command(&["verify", "oci:demo/image", "--evidence", "oci:demo/base", "-q"])
        .env("LAYERTRUST_POLICY", "demo/policy.toml")
        .output()
        .unwrap();
    assert_eq!(status(&by_environment), 0, "{}", err(&by_environment));
    let both = command(&["verify", "oci:demo/image", "--no-org"])
        .env("LAYERTRUST_POLICY", "demo/policy.toml")
        .output()
        .unwrap();
    assert_eq!(status(&both), 2);
    assert!(err(&both).contains("LAYERTRUST_POLICY"));
}

#[test]
fn options_stand_for_a_policy() {
    let key = [
        "--key",
        "demo/keys/ci.pub",
        "--base-key",
        "demo/keys/demo-vendor.pub",
        "--evidence",
        "oci:demo/base",
    ];
    let ask = |more: &[&str]| layertrust(&[&["verify", "-q"], more, &key].concat());
    assert_eq!(status(&ask(&["oci:demo/image"])), 0);
    assert_eq!(status(&ask(&["oci:demo/tampered"])), 1);
    let untouched = [
        "verify",
        "-q",
        "oci:demo/base",
        "--no-org",
        "--base-key",
        "demo/keys/demo-vendor.pub",
        "--platform",
        "linux/amd64",
    ];
    assert_eq!(status(&layertrust(&untouched)), 0, "{}", out(&layertrust(&untouched)));
    // Docker's key did not sign the demo.
    let dockers =
        ["verify", "-q", "oci:demo/image", "--key", "demo/keys/ci.pub", "--evidence", "oci:demo/base"];
    let output = layertrust(&dockers);
    assert_eq!(status(&output), 1);
    assert!(out(&output).contains("base-unsigned"), "{}", out(&output));
    let no_base = ["verify", "-q", "oci:demo/image", "--key", "demo/keys/ci.pub", "--no-base"];
    assert_eq!(status(&layertrust(&no_base)), 0);
}

#[test]
fn a_base_can_be_named_by_digest_or_by_its_place() {
    let ask = |base: &str| {
        let args = [
            "verify",
            "-q",
            "oci:demo/image",
            "--key",
            "demo/keys/ci.pub",
            "--base-key",
            "demo/keys/demo-vendor.pub",
            "--base",
            base,
        ];
        status(&layertrust(&args))
    };
    assert_eq!(ask("oci:demo/base"), 0);
    assert_eq!(ask("oci:demo/base:3.13-debian13"), 0);
    // Named, but nobody brought it.
    assert_eq!(ask("sha256:360cb91a1a0f0690d8f6a177259c5a0a64ac407afcaa3623a9fac4e4618160f7"), 1);
    assert_eq!(ask("oci:demo/base:absent"), 3);
}

#[test]
fn keys_and_policies_that_are_none_are_the_callers_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let pem = |kind: &str| format!("-----BEGIN {kind}-----\nMAA=\n-----END {kind}-----\n");
    let key = |path: &str, says: &str| refused(&["verify", "oci:demo/image", "--key", path], 2, says);
    key("/nonexistent", "error[key-invalid]");
    key(&file("certificate", &pem("CERTIFICATE")), "a certificate");
    key(&file("private", &pem("PRIVATE KEY")), "a private key");
    key(&file("empty", ""), "error[key-invalid]");
    key("demo", "error[key-invalid]");
    let policy = |text: &str, says: &str| {
        let path = file("policy.toml", text);
        refused(&["verify", "oci:demo/image", "--policy", &path], 2, says);
        refused(&["policy", "check", &path], 2, says);
    };
    policy("version = 1\n[org]\nsigner = [\"ci\"]\n", "unknown field `signer`");
    policy("version = 1\n[org]\nlayers = \"forbidden\"\n[vulnerabilities]\nvex = []\n", "not supported yet");
    policy("version = 1\n[org]\nsigners = [\"ci\"]\n", "[org] signers");
    policy("", "error[policy-invalid]");
    refused(&["policy", "check", "/nonexistent"], 2, "error[policy-invalid]");
}

#[test]
fn what_is_no_image_is_said_with_the_right_status() {
    let folder = tempfile::tempdir().unwrap();
    let noise = folder.path().join("noise.tar");
    std::fs::write(&noise, [0x5a; 4096]).unwrap();
    let archive = format!("oci-archive:{}", noise.display());
    let empty = format!("oci:{}", folder.path().display());
    for (image, expected, code) in [
        ("oci:demo/policy.toml", 2, "usage"),
        ("oci-archive:demo", 2, "usage"),
        ("docker-archive:absent.tar:app:1", 3, "not-found"),
        ("dir:demo/image", 1, "malformed"),
        ("https://docker.io/library/debian", 2, "usage"),
        ("Debian", 2, "usage"),
        ("oci:absent", 3, "not-found"),
        ("oci:demo/image:absent", 3, "not-found"),
        (archive.as_str(), 1, "malformed"),
        (empty.as_str(), 1, "malformed"),
        ("oci:demo/image@sha256:xyz", 2, "usage"),
    ] {
        let output = verify(&[image]);
        assert_eq!(status(&output), expected, "{image}: {}", err(&output));
        let line = format!("error[{code}]: ");
        assert!(err(&output).starts_with(&line), "{image}: {}", err(&output));
        assert!(err(&output).contains("\n  → "), "{image}: {}", err(&output));
    }
    refused(&["verify", "oci:demo/image", "--now", "yesterday", "--no-org"], 2, "2026-11-24T12:00:00Z");
    refused(&["verify", "oci:demo/image", "--platform", "linux", "--no-org"], 2, "linux/amd64");
    refused(&["verify", "oci:demo/image", "--layers", "some", "--no-org"], 2, "auto, all or none");
    refused(&["verify"], 2, "IMAGE");
}

#[test]
fn an_audit_rejects_and_exits_with_0() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(root().join("testdata/demo/policy.toml")).unwrap();
    let demo = root().join("testdata/demo/keys").canonicalize().unwrap();
    let text = text
        .replace("version = 1", "version = 1\nmode = \"audit\"")
        .replace("keys/", &format!("{}/", demo.display()));
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, text).unwrap();
    let ask = |image: &str| {
        layertrust(&["verify", image, "--evidence", "oci:demo/base", "--policy", policy.to_str().unwrap()])
    };
    let output = ask("oci:demo/tampered");
    assert_eq!(status(&output), 0);
    assert!(out(&output).starts_with("REJECTED (audit)"), "{}", out(&output));
    assert_eq!(status(&ask("oci:absent")), 3);
    // An archive that cannot even be opened as one is rejected just so.
    let noise = folder.path().join("noise.tar");
    std::fs::write(&noise, [0x5a; 4096]).unwrap();
    let output = ask(&format!("oci-archive:{}", noise.display()));
    assert_eq!(status(&output), 0, "{}", err(&output));
    assert!(out(&output).starts_with("REJECTED (audit)"), "{}", out(&output));
}

#[test]
fn inspect_shows_facts_and_no_verdict() {
    let output = layertrust(&[
        "inspect",
        "oci:demo/image",
        "--evidence",
        "oci:demo/base",
        "--base-key",
        "demo/keys/demo-vendor.pub",
        "-o",
        "json",
    ]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let facts: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(facts["schema"], "layertrust.facts/v1");
    assert!(facts.get("verdict").is_none() && facts.get("policy").is_none());
    assert_eq!(facts["platforms"][0]["segments"][0]["owner"], "vendor");
    assert_eq!(facts["platforms"][0]["segments"][1]["owner"], "unattributed");
    let text = out(&layertrust(&["inspect", "oci:demo/image"]));
    assert!(text.starts_with("FACTS (no verdict)"), "{text}");
    let absent = layertrust(&["inspect", "oci:absent", "-o", "json"]);
    assert_eq!(status(&absent), 3);
    let facts: serde_json::Value = serde_json::from_str(&out(&absent)).unwrap();
    assert_eq!(
        (&facts["schema"], &facts["findings"][0]["code"]),
        (&"layertrust.facts/v1".into(), &"not-found".into())
    );
    assert!(facts.get("verdict").is_none() && facts.get("policy").is_none());
}

#[test]
fn policy_init_writes_what_policy_check_accepts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let path = path.to_str().unwrap();
    let written = layertrust(&["policy", "init", "-o", path, "--key", "ci.pub"]);
    assert_eq!(status(&written), 0);
    assert!(err(&written).contains("ci.pub"), "{}", err(&written));
    refused(&["policy", "check", path], 2, "error[key-invalid]");
    std::fs::copy(root().join("testdata/demo/keys/ci.pub"), folder.path().join("ci.pub")).unwrap();
    assert_eq!(status(&layertrust(&["policy", "check", path])), 0);
    let shown: serde_json::Value =
        serde_json::from_str(&out(&layertrust(&["policy", "show", path]))).unwrap();
    assert_eq!(shown["base"]["repositories"], serde_json::json!(["dhi/*"]));
    assert_eq!(shown["signers"]["dhi"]["keys"].as_array().unwrap().len(), 2);
    refused(&["policy", "init", "-o", path], 2, "left as it is");
}

#[test]
fn codes_and_schemas_are_explained() {
    let one = out(&layertrust(&["explain", "base-not-proved"]));
    assert!(one.starts_with("base-not-proved (3003)"), "{one}");
    let all = out(&layertrust(&["explain"]));
    assert_eq!(all.lines().count(), layertrust::Code::ALL.len());
    assert_eq!(out(&layertrust(&["explain", "3003"])), one);
    refused(&["explain", "nonsense"], 2, "no such code");
    for document in ["report", "policy", "blob", "comparison"] {
        let schema: serde_json::Value =
            serde_json::from_str(&out(&layertrust(&["schema", document]))).unwrap();
        assert_eq!(schema["type"], "object", "{document}");
    }
}

#[test]
fn color_is_asked_for_or_left_out() {
    let colored = |args: &[&str]| out(&verify(&[&["oci:demo/image"], args].concat())).contains('\u{1b}');
    assert!(colored(&["--color", "always"]));
    assert!(!colored(&["--color", "never"]));
    assert!(!colored(&[]), "a pipe is no terminal");
}
