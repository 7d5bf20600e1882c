//! `policy try`: what another policy would say about saved reports.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn layertrust(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_layertrust"))
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata"))
        .env_remove("LAYERTRUST_POLICY")
        .output()
        .unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A case's report, in this format.
fn saved(folder: &Path, case: &str, format: &str) -> (PathBuf, String) {
    let policy = format!("cases/{case}/policy.toml");
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../testdata/cases/{case}/case.toml")),
    )
    .unwrap();
    let image = text.lines().find_map(|line| line.strip_prefix("image = \"oci-archive:")).unwrap();
    let image = format!("oci-archive:cases/{case}/{}", image.trim_end_matches('"'));
    let file = folder.join(format!("{case}.{format}"));
    let to = format!("{format}={}", file.display());
    let evidence = format!("oci-archive:cases/{case}/evidence.tar");
    let verified = layertrust(&[
        "verify",
        &image,
        "--evidence",
        &evidence,
        "--policy",
        &policy,
        "--now=2026-11-24T12:00:00Z",
        "--layers=all",
        "-o",
        &to,
    ]);
    assert!(status(&verified) < 2, "{}", String::from_utf8_lossy(&verified.stderr));
    (file, policy)
}

#[test]
fn it_answers_and_says_that_it_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["json", "jsonl"] {
        let (good, policy) = saved(folder.path(), "derived-plain-layer", format);
        let (bad, _) = saved(folder.path(), "added-file-denied", format);
        let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());

        // What would be rejected is an answer, too.
        let text = layertrust(&["policy", "try", &policy, good, bad]);
        assert_eq!(status(&text), 0);
        assert!(out(&text).starts_with("NOT A VERDICT"), "{}", out(&text));
        assert_eq!(out(&text).matches("would be accepted as far as the report tells:").count(), 2);
        let strict = layertrust(&["policy", "try", "cases/added-file-denied/policy.toml", bad, "-q"]);
        assert_eq!(status(&strict), 0);
        assert!(out(&strict).starts_with("not a verdict: would be rejected  "), "{}", out(&strict));

        let json = layertrust(&["policy", "try", &policy, good, bad, "-o", "json"]);
        let value: serde_json::Value = serde_json::from_str(&out(&json)).unwrap();
        assert_eq!(value["schema"], "layertrust.trial/v1");
        assert_eq!(value["not_a_verdict"], true);
        assert_eq!(value["reports"].as_array().unwrap().len(), 2);
        assert!(value.get("verdict").is_none());
        assert_eq!(value["reports"][1]["verdict"], "rejected");
        assert_eq!(value["reports"][1]["outcome"], "would-be-accepted-as-far-as-told");
    }
}

#[test]
fn files_that_cannot_be_read_are_a_wrong_call() {
    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("facts.json");
    std::fs::write(&facts, "{\"schema\": \"layertrust.facts/v1\"}").unwrap();
    let facts = facts.to_str().unwrap();
    let policy = "cases/derived-plain-layer/policy.toml";
    for args in [
        &["policy", "try", policy][..],
        &["policy", "try", policy, "not-there.json"],
        &["policy", "try", policy, facts],
        &["policy", "try", policy, policy],
        &["policy", "try", "not-there.toml", facts],
        &["policy", "try", policy, facts, "-o", "markdown"],
    ] {
        let output = layertrust(args);
        assert_eq!(status(&output), 2, "{args:?}");
        assert_eq!(out(&output), "", "{args:?}");
        assert!(!output.stderr.is_empty());
    }
}
