//! `verify --vsa`: what is written, and when nothing is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

fn layertrust(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_layertrust"))
        .args(args)
        .current_dir(testdata())
        .env_remove("LAYERTRUST_POLICY")
        .output()
        .unwrap()
}

const COMMON: [&str; 6] = [
    "--evidence",
    "oci:demo/base",
    "--now=2026-11-24T12:00:00Z",
    "--as=registry.example.com/orders:1.2",
    "--vsa-verifier-id=https://ci.example.com/verifier",
    "-q",
];

fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Verifies with a summary in a file that had something in it; its status and what the file then holds.
fn summary(more: &[&str]) -> (Output, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vsa.json");
    std::fs::write(&file, "of an earlier run").unwrap();
    let option = format!("--vsa={}", file.display());
    let output = layertrust(&[&["verify", &option], &COMMON[..], more].concat());
    (output, std::fs::read_to_string(&file).unwrap())
}

const DEMO: [&str; 2] = ["--policy", "demo/policy.toml"];

#[test]
fn an_accepted_image_has_passed() {
    let (output, text) = summary(&[&["oci:demo/image"], &DEMO[..]].concat());
    assert_eq!(status(&output), 0, "{}", err(&output));
    let statement: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://slsa.dev/verification_summary/v1");
    let digest = "b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99";
    assert_eq!(statement["subject"].as_array().unwrap().len(), 1);
    assert_eq!(statement["subject"][0]["digest"]["sha256"], digest);
    let predicate = &statement["predicate"];
    assert_eq!(predicate["verificationResult"], "PASSED");
    assert_eq!(predicate["verifier"]["id"], "https://ci.example.com/verifier");
    assert_eq!(predicate["resourceUri"], "oci://registry.example.com/orders");
    assert_eq!(predicate["timeVerified"], "2026-11-24T12:00:00Z");
    assert_eq!(predicate["layertrust:platforms"][0]["segments"][0]["owner"], "vendor");
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let ask = || summary(&[&["oci:demo/image"], &DEMO[..]].concat()).1;
    assert_eq!(ask(), ask());
}

#[test]
fn a_rejected_image_has_failed_in_audit_mode_as_well() {
    let (output, text) = summary(&[&["oci:demo/tampered"], &DEMO[..]].concat());
    assert_eq!(status(&output), 1, "{}", err(&output));
    let statement: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(statement["predicate"]["verificationResult"], "FAILED");
    assert_eq!(statement["predicate"]["verifiedLevels"], serde_json::json!(["FAILED"]));

    let folder = testdata().join("demo").canonicalize().unwrap();
    let policy = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
    let policy = policy.replace("key = \"", &format!("key = \"{}/", folder.display())).replacen(
        "version = 1\n",
        "version = 1\nmode = \"audit\"\n",
        1,
    );
    let audit = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(audit.path(), policy).unwrap();
    let (output, text) = summary(&["oci:demo/tampered", "--policy", audit.path().to_str().unwrap()]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let statement: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(statement["predicate"]["verificationResult"], "FAILED", "the verdict counts, not the status");
}

#[test]
fn without_a_verdict_the_file_stays_empty() {
    let (output, text) = summary(&[&["oci:demo/absent"], &DEMO[..]].concat());
    assert_eq!(status(&output), 3, "{}", err(&output));
    assert_eq!(text, "", "nothing of an earlier run is left");
    assert!(err(&output).contains("stays empty"), "{}", err(&output));
}

#[test]
fn what_a_summary_needs_is_asked_for_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vsa.json");
    let (file, now) = (format!("--vsa={}", file.display()), "--now=2026-11-24T12:00:00Z");
    let id = "--vsa-verifier-id=https://ci.example.com/verifier";
    let named = "--as=registry.example.com/orders";
    let image = "oci:demo/image";
    for (args, says) in [
        (vec!["verify", image, &file, named, now], "--vsa-verifier-id"),
        (vec!["verify", image, id, named, now], "--vsa"),
        (vec!["verify", image, &file, id, now], "--as"),
        (vec!["verify", image, image, &file, id, named, now], "one image"),
        (vec!["inspect", image, &file, id, named, now], "--vsa"),
    ] {
        let output = layertrust(&[&args[..], &DEMO[..]].concat());
        assert_eq!(status(&output), 2, "{args:?}: {}", err(&output));
        assert!(err(&output).contains(says), "{args:?}: {}", err(&output));
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "no file was made");
    let output = layertrust(
        &[
            &["verify", image, &file, "--vsa-verifier-id=ci", named, now, "--evidence=oci:demo/base"],
            &DEMO[..],
        ]
        .concat(),
    );
    assert_eq!(status(&output), 2, "{}", err(&output));
    assert!(err(&output).contains("a URI"), "{}", err(&output));
}

#[test]
fn a_summary_that_cannot_be_written_is_no_answer() {
    for place in ["/nowhere/vsa.json", "/dev/full"] {
        let option = format!("--vsa={place}");
        let output = layertrust(&[&["verify", "oci:demo/image", &option], &COMMON[..], &DEMO[..]].concat());
        assert_eq!(status(&output), 3, "{place}: {}", err(&output));
        assert!(err(&output).contains(&format!("error[io]: {place}: ")), "{}", err(&output));
    }
    // A definite no stays one.
    let output =
        layertrust(&[&["verify", "oci:demo/tampered", "--vsa=/dev/full"], &COMMON[..], &DEMO[..]].concat());
    assert_eq!(status(&output), 1, "{}", err(&output));
}

/// `vsa/vsa.sigstore.json` is what cosign 3.1.3 made of what was written about the demo.
#[test]
fn what_cosign_signed_of_it_is_what_a_deployment_asks_for() {
    let ask = |evidence: &[&str], policy: &str| {
        let common =
            ["verify", "oci:demo/image", "--evidence=oci:demo/base", "--now=2026-11-25T12:00:00Z", "-q"];
        layertrust(&[&common[..], evidence, &["--policy", policy]].concat())
    };
    let signed = ["--evidence=bundle:vsa/vsa.sigstore.json"];
    let accepted = ask(&signed, "vsa/policy.toml");
    assert_eq!(status(&accepted), 0, "{}", err(&accepted));
    assert_eq!(status(&ask(&[], "vsa/policy.toml")), 1, "without the summary");

    let folder = testdata().canonicalize().unwrap();
    let policy = std::fs::read_to_string(folder.join("vsa/policy.toml")).unwrap();
    let policy = policy
        .replace("key = \"../demo/", &format!("key = \"{}/demo/", folder.display()))
        .replace("key = \"verifier.pub", &format!("key = \"{}/vsa/verifier.pub", folder.display()));
    let changed = tempfile::NamedTempFile::new().unwrap();
    let ask_with = |from: &str, to: &str| {
        assert!(policy.contains(from), "{from}");
        std::fs::write(changed.path(), policy.replace(from, to)).unwrap();
        status(&ask(&signed, changed.path().to_str().unwrap()))
    };
    assert_eq!(ask_with("deploy", "deployment"), 0);
    for (from, to) in [
        ("ci.example.com/verifier", "ci.example.com/another"),
        ("registry.example.com/orders", "registry.example.com/payments"),
        ("LAYERTRUST_VENDOR_BASE", "SLSA_BUILD_LEVEL_1"),
        ("sha256:f46f", "sha256:f47f"),
        ("signers = [\"verifier\"]", "signers = [\"ci\"]"),
    ] {
        assert_eq!(ask_with(from, to), 1, "{from} to {to}");
    }
}
