//! `compare`, Markdown and progress, as a user runs them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use layertrust_testkit::cases::scene;
use layertrust_testkit::image::{ImageSpec, Platform, Writer};
use layertrust_testkit::root;
use layertrust_testkit::tar::Entry;
use serde_json::Value;

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// Runs the command in `testdata`, in an environment of its own.
fn layertrust(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_layertrust"));
    command.args(args).current_dir(testdata()).env_remove("LAYERTRUST_POLICY").env_remove("NO_COLOR");
    command.output().unwrap()
}

const DEMO: [&str; 5] =
    ["--evidence", "oci:demo/base", "--policy", "demo/policy.toml", "--now=2026-11-24T12:00:00Z"];

fn compare(more: &[&str]) -> Output {
    layertrust(&[&["compare"], more, &DEMO].concat())
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

const TAMPERED_PATH: &str = "app/node_modules/lodash.pick/index.js";

#[test]
fn the_tampered_twin_differs_in_one_file() {
    let output = compare(&["oci:demo/image", "oci:demo/tampered"]);
    assert_eq!((status(&output), err(&output).as_str()), (0, ""));
    let text = out(&output);
    assert!(text.starts_with("from  oci:demo/image\nto    oci:demo/tampered\n\nlinux/amd64\n"), "{text}");
    assert!(text.contains("  6 layers in common, lowest first\n"), "{text}");
    assert!(text.contains("1 changed, 0 of them high; 54 the same\n"), "{text}");
    assert!(text.contains(&format!("    ~ replace {TAMPERED_PATH} (layer 6, unattributed)\n")), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let quiet = out(&compare(&["oci:demo/image", "oci:demo/tampered", "-q"]));
    assert!(text.starts_with(&quiet) && quiet.len() < text.len(), "{quiet}");
    assert!(!quiet.contains(TAMPERED_PATH), "{quiet}");
}

#[test]
fn json_has_every_fact_and_is_the_same_every_time() {
    let ask = || compare(&["oci:demo/image", "oci:demo/tampered", "-o", "json"]);
    let output = ask();
    assert_eq!(status(&output), 0, "{}", err(&output));
    assert_eq!(output.stdout, ask().stdout);
    let comparison: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(comparison["schema"], "layertrust.comparison/v1");
    assert!(comparison.get("verdict").is_none());
    let platform = &comparison["platforms"][0];
    assert_eq!(platform["common_layers"], 6);
    assert_eq!(platform["from"]["segments"][1]["owner"], "org");
    assert_eq!(platform["to"]["segments"][1]["owner"], "unattributed");
    let changed = platform["files"]["changed"].as_array().unwrap();
    assert_eq!((changed.len(), &changed[0]["path"]), (1, &TAMPERED_PATH.into()));
    // The schema knows every field of it.
    let output = layertrust(&["schema", "comparison"]);
    assert_eq!(status(&output), 0);
    let schema: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((&schema["title"], &schema["type"]), (&"Comparison".into(), &"object".into()));
    for field in comparison.as_object().unwrap().keys() {
        assert!(schema["properties"].get(field).is_some(), "{field}");
    }
    for field in platform.as_object().unwrap().keys() {
        assert!(schema["$defs"]["PlatformComparison"]["properties"].get(field).is_some(), "{field}");
    }
}

#[test]
fn markdown_is_for_comments_and_goes_where_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("comparison.md");
    let spec = format!("markdown={}", file.display());
    let output = compare(&["oci:demo/image", "oci:demo/tampered", "-o", "text", "-o", &spec]);
    assert_eq!((status(&output), err(&output).as_str()), (0, ""));
    assert!(out(&output).starts_with("from  "));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.starts_with("## <code>oci:demo/image</code> → <code>oci:demo/tampered</code>\n"),
        "{written}"
    );
    assert!(
        written.contains(
            "| medium | replace | <code>app/node&#95;modules/lodash.pick/index.js</code> | 6 | unattributed |"
        ),
        "{written}"
    );
    assert_eq!(out(&compare(&["oci:demo/image", "oci:demo/tampered", "-o", "markdown"])), written);
    let verified = layertrust(&[&["verify", "oci:demo/image", "-o", "markdown"], DEMO.as_slice()].concat());
    assert_eq!(status(&verified), 0);
    assert!(out(&verified).starts_with("## ✅ ACCEPTED <code>oci:demo/image</code>\n"), "{}", out(&verified));
    let rejected =
        layertrust(&[&["verify", "oci:demo/tampered", "-o", "markdown"], DEMO.as_slice()].concat());
    assert_eq!(status(&rejected), 1);
    let text = out(&rejected);
    assert!(text.starts_with("## ❌ REJECTED <code>oci:demo/tampered</code>\n"), "{text}");
    assert!(text.contains("subject-mismatch"), "{text}");
}

#[test]
fn an_image_is_compared_with_its_base_if_somebody_brings_the_layers() {
    let key = ["--base-key", "demo/keys/demo-vendor.pub"];
    let ask =
        |more: &[&str]| layertrust(&[&["compare", "oci:demo/base", "oci:demo/image"], more, &key].concat());
    let output = ask(&["--evidence", "oci:demo/image", "--evidence", "oci:demo/base"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let text = out(&output);
    assert!(text.contains("only in from: linux/arm64\n"), "{text}");
    assert!(text.contains("  5 layers in common, lowest first\n"), "{text}");
    let row = text.lines().find(|line| line.contains("vendor layers")).unwrap();
    assert!(row.ends_with("5 proved               5 proved"), "{row}");
    // The demo's base has no layers of its own.
    let output = ask(&[]);
    assert_eq!((status(&output), out(&output).as_str()), (1, ""));
    assert!(err(&output).starts_with("error[blob-missing]: "), "{}", err(&output));
}

/// An error on stderr, nothing on stdout.
fn refused(args: &[&str], expected: i32, code: &str) {
    let output = layertrust(args);
    assert_eq!(status(&output), expected, "{args:?}: {}", err(&output));
    assert!(err(&output).starts_with(&format!("error[{code}]: ")), "{args:?}: {}", err(&output));
    assert!(err(&output).contains("\n  → "), "{args:?}: {}", err(&output));
    assert_eq!(out(&output), "", "{args:?}");
}

#[test]
fn what_cannot_be_compared_has_its_own_status() {
    let folder = tempfile::tempdir().unwrap();
    // A layer's bytes changed.
    let image = scene::rooted_spec([Entry::file("app/main", b"orders\n")]).build();
    let mut layout = scene::signed(&image);
    layout.blobs.insert(image.spec.layers[2].digest(), b"something else".to_vec());
    layout.write_dir(&folder.path().join("tampered"));
    let tampered = format!("oci:{}", folder.path().join("tampered").display());
    // Another platform.
    let other = ImageSpec::new(Writer::Crane, Platform::of("linux/riscv64"))
        .appended(root::layer([Entry::file("app/main", b"orders\n")]))
        .build();
    scene::unsigned(&other).write_dir(&folder.path().join("other"));
    let other = format!("oci:{}", folder.path().join("other").display());

    refused(&["compare", "oci:demo/image", &tampered], 1, "digest-mismatch");
    refused(&["compare", &tampered, "oci:demo/image"], 1, "digest-mismatch");
    refused(&["compare", "oci:demo/image", &other], 1, "platform-missing");
    refused(
        &["compare", "oci:demo/image", "oci:demo/image", "--platform", "linux/arm64"],
        1,
        "platform-missing",
    );
    refused(&["compare", "oci:demo/image"], 2, "usage");
    refused(&["compare", "oci:demo/image", "oci:demo/image", "-o", "jsonl"], 2, "usage");
    refused(&["compare", "-", "-"], 2, "usage");
    refused(&["compare", "oci:demo/image", "oci:demo/image", "--key", "/nonexistent"], 2, "key-invalid");
    refused(&["compare", "oci:demo/image", "oci:absent"], 3, "not-found");
    refused(&["compare", "oci:absent", "oci:demo/image"], 3, "not-found");
    refused(&["compare", "oci:demo/image", "oci:demo/image", "--evidence", "oci:absent"], 3, "not-found");
    // What cannot be written is said, and the other output goes on.
    let output = compare(&["oci:demo/image", "oci:demo/tampered", "-o", "json=/nonexistent/comparison.json"]);
    assert_eq!(status(&output), 3, "{}", err(&output));
}

/// What is left of a line on a terminal after it was wiped.
fn shown_at_the_end(stderr: &str) -> &str {
    stderr.rsplit("\r\u{1b}[2K").next().unwrap()
}

#[test]
fn progress_is_shown_while_something_is_opened_and_leaves_nothing_behind() {
    // Nothing to open: nothing to say, even when asked to.
    for args in [["--layers", "none"], ["--layers", "auto"]] {
        let output = layertrust(
            &[&["verify", "oci:demo/image", "--progress", "always"], args.as_slice(), &DEMO].concat(),
        );
        assert_eq!((status(&output), err(&output).as_str()), (0, ""), "{args:?}");
    }
    // A second of work.
    let folder = tempfile::tempdir().unwrap();
    let large = Entry::file("app/data", &vec![0; 32 << 20]);
    let image =
        ImageSpec::new(Writer::Crane, Platform::of("linux/amd64")).appended(root::layer([large])).build();
    scene::unsigned(&image).write_dir(folder.path());
    let name = format!("oci:{}", folder.path().display());
    let ask = |when: &str| {
        let started = std::time::Instant::now();
        let output = layertrust(&["compare", &name, &name, "-q", "--progress", when]);
        assert_eq!(status(&output), 0, "{}", err(&output));
        (output, started.elapsed())
    };
    let (always, elapsed) = ask("always");
    let text = err(&always);
    assert_eq!(shown_at_the_end(&text), "", "{text:?}");
    assert!(text.is_empty() || text.contains("opening layers: "), "{text:?}");
    // On a fast machine it may be over before the line would have come.
    assert!(!text.is_empty() || elapsed.as_secs() < 2, "no line in {elapsed:?}");
    let (never, _) = ask("never");
    let (auto, _) = ask("auto");
    assert_eq!((err(&never), err(&auto)), (String::new(), String::new()), "a pipe is no terminal");
    assert_eq!((&always.stdout, &always.stdout), (&never.stdout, &auto.stdout));
}
