//! Archives on stdin and Docker's archives, as a user gives them to the command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The demo image in one tar.
fn demo_tar(folder: &Path) -> PathBuf {
    let file = folder.join("image.tar");
    let status = Command::new("tar")
        .arg("-cf")
        .arg(&file)
        .arg("-C")
        .arg(testdata().join("demo/image"))
        .arg(".")
        .status();
    assert!(status.unwrap().success());
    file
}

fn spawn(args: &[&str], temporary: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_layertrust"))
        .args(args)
        .current_dir(testdata())
        .env_remove("LAYERTRUST_POLICY")
        .env("TMPDIR", temporary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

const DEMO: [&str; 5] = ["verify", "-q", "--policy", "demo/policy.toml", "--now=2026-11-24T12:00:00Z"];

fn ask(args: &[&str], stdin: &[u8], temporary: &Path) -> Output {
    let mut child = spawn(&[&DEMO, args].concat(), temporary);
    let mut pipe = child.stdin.take().unwrap();
    // Whoever refuses an archive stops reading.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    child.wait_with_output().unwrap()
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn an_archive_on_stdin_is_an_image_or_evidence_and_leaves_nothing_behind() {
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tar = std::fs::read(demo_tar(folder.path())).unwrap();
    let gzip = {
        let output = Command::new("gzip").arg("-c").arg(folder.path().join("image.tar")).output().unwrap();
        output.stdout
    };
    for bytes in [&tar, &gzip] {
        let output = ask(&["-", "--evidence", "oci:demo/base"], bytes, temporary.path());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(output.stdout.starts_with(b"ACCEPTED"));
    }
    let output =
        ask(&["oci:demo/image", "--evidence", "oci:demo/base", "--evidence", "-"], &tar, temporary.path());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    for (bytes, code) in [(&tar[..tar.len() / 2], 1), (&gzip[..gzip.len() / 2], 1), (&[], 1)] {
        let output = ask(&["-"], bytes, temporary.path());
        assert_eq!(output.status.code(), Some(code), "{}", err(&output));
        assert!(err(&output).starts_with("error[malformed]"), "{}", err(&output));
    }
    assert!(is_empty(temporary.path()));
}

/// The organisation's signature, taken out of the image's layout into a file beside it.
#[test]
fn a_bundle_in_a_file_is_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let demo = testdata().join("demo/image");
    let (image, bundles) = (folder.path().join("image"), folder.path().join("bundles.jsonl"));
    let blobs = image.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    for file in ["oci-layout", "index.json"] {
        std::fs::copy(demo.join(file), image.join(file)).unwrap();
    }
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(demo.join("blobs/sha256")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(14).any(|part| part == b"\"dsseEnvelope\"") {
            lines.extend(bytes);
            lines.push(b'\n');
        } else {
            std::fs::write(blobs.join(path.file_name().unwrap()), bytes).unwrap();
        }
    }
    std::fs::write(&bundles, lines).unwrap();
    let (image, bundles) = (format!("oci:{}", image.display()), format!("bundle:{}", bundles.display()));
    let ask = |more: &[&str]| {
        let args = [&[image.as_str(), "--evidence", "oci:demo/base"], more].concat();
        ask(&args, b"", folder.path())
    };
    let without = ask(&[]);
    assert_eq!(without.status.code(), Some(1), "{}", err(&without));
    let with = ask(&["--evidence", &bundles]);
    assert_eq!(with.status.code(), Some(0), "{}{}", String::from_utf8_lossy(&with.stdout), err(&with));
}

#[test]
fn a_killed_run_leaves_nothing_behind() {
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tar = std::fs::read(demo_tar(folder.path())).unwrap();
    let mut child = spawn(&[&DEMO[..], &["-"]].concat(), temporary.path());
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&tar[..tar.len() / 2]).unwrap();
    pipe.flush().unwrap();
    // The pipe stays open, so the run waits for more with its temporary file open.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none());
    #[cfg(target_os = "linux")]
    assert!(holds_a_file_below(child.id(), temporary.path()), "what was read so far is in the folder");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(is_empty(temporary.path()));
}

/// Whether a process has a file open that is or was in a folder.
#[cfg(target_os = "linux")]
fn holds_a_file_below(process: u32, folder: &Path) -> bool {
    let open = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let mut targets = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    targets.any(|target| target.starts_with(folder))
}

/// Everything below a folder, by path and size.
fn listing(folder: &Path, found: &mut Vec<(PathBuf, u64)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        found.push((entry.path(), entry.metadata().unwrap().len()));
        if entry.file_type().unwrap().is_dir() {
            listing(&entry.path(), found);
        }
    }
    found.sort();
}

/// One entry of an archive as raw bytes, so that it can be what no tool writes.
fn entry(name: &str, kind: u8, target: &str, content: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    let mut put = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(124, format!("{:011o}\0", content.len()).as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(157, target.as_bytes());
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = [&header[..], content].concat();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// Whatever an archive says, nothing is written beside it: not into the working folder, not above it, not
/// where its names and links lead, and no temporary file remains.
#[test]
fn hostile_archives_are_refused_with_a_code_and_write_nothing() {
    let outer = tempfile::tempdir().unwrap();
    let at = |name: &str| outer.path().join(name);
    for folder in ["work", "temporary", "target"] {
        std::fs::create_dir(at(folder)).unwrap();
    }
    std::fs::write(at("target/file"), "untouched").unwrap();
    let absolute = at("target/file").display().to_string();
    let list = |config: &str| format!(r#"[{{"Config":"{config}","RepoTags":null,"Layers":["l.tar"]}}]"#);
    let named = |config: &str| entry("manifest.json", b'0', "", list(config).as_bytes());
    let plain = || entry("oci-layout", b'0', "", br#"{"imageLayoutVersion":"1.0.0"}"#);
    let end = vec![0; 1024];
    let long = entry("././@LongLink", b'L', "", &vec![b'x'; 8 << 20]);
    let archives = [
        ("an absolute name", entry(&absolute, b'0', "", b"evil"), "malformed"),
        ("a name that climbs out", entry("../target/file", b'0', "", b"evil"), "malformed"),
        ("a link out", entry("index.json", b'2', &absolute, b""), "malformed"),
        (
            "a file through a link",
            [entry("a", b'2', "../target", b""), entry("a/file", b'0', "", b"evil")].concat(),
            "malformed",
        ),
        ("a hard link", entry("index.json", b'1', "../target/file", b""), "malformed"),
        ("a device", entry("index.json", b'3', "", b""), "malformed"),
        ("a pipe", entry("index.json", b'6', "", b""), "malformed"),
        ("a sparse file", entry("index.json", b'S', "", b""), "malformed"),
        ("a name twice", [plain(), plain()].concat(), "malformed"),
        ("entries after the end", [plain(), end.clone(), plain()].concat(), "malformed"),
        ("headers of megabytes", [long, plain()].concat(), "limit-exceeded"),
        ("a list that climbs out", named("../target/file"), "malformed"),
        ("a list of absolute names", named(&absolute), "malformed"),
        ("half a download", plain()[..700].to_vec(), "malformed"),
    ];
    let elsewhere = tempfile::tempdir().unwrap();
    let policy = limited_policy(elsewhere.path(), "layout-entries = 1000");
    let run = |image: &str, bytes: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_layertrust"))
            .args(["verify", "-q", image, "--policy", policy.to_str().unwrap(), "--now=2026-11-24T12:00:00Z"])
            .current_dir(at("work"))
            .env_remove("LAYERTRUST_POLICY")
            .env("TMPDIR", at("temporary"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(bytes);
        child.wait_with_output().unwrap()
    };
    let mut before = Vec::new();
    listing(outer.path(), &mut before);
    let file = elsewhere.path().join("image.tar");
    for (what, bytes, code) in &archives {
        let bytes = if *what == "half a download" { bytes.clone() } else { [&bytes[..], &end].concat() };
        std::fs::write(&file, &bytes).unwrap();
        for image in ["-".to_owned(), format!("docker-archive:{}", file.display())] {
            let output = run(&image, &bytes);
            assert_eq!(output.status.code(), Some(1), "{what}: {}", err(&output));
            assert!(err(&output).starts_with(&format!("error[{code}]")), "{what}: {}", err(&output));
            let mut after = Vec::new();
            listing(outer.path(), &mut after);
            assert_eq!(after, before, "{what}");
        }
    }
    assert_eq!(std::fs::read_to_string(at("target/file")).unwrap(), "untouched");
}

#[test]
fn stdin_is_read_once() {
    let temporary = tempfile::tempdir().unwrap();
    for args in [
        ["-", "-"].as_slice(),
        &["-", "--evidence", "-"],
        &["-", "--base", "-"],
        &["-", "--images-from", "-"],
    ] {
        let output = ask(args, b"", temporary.path());
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", err(&output));
    }
}

/// The demo's policy with a limit.
fn limited_policy(folder: &Path, limit: &str) -> PathBuf {
    let policy = folder.join("policy.toml");
    let text = std::fs::read_to_string(testdata().join("demo/policy.toml")).unwrap();
    let keys = testdata().join("demo/keys").canonicalize().unwrap();
    let text = text.replace("keys/", &format!("{}/", keys.display()));
    std::fs::write(&policy, format!("{text}\n[limits]\n{limit}\n")).unwrap();
    policy
}

#[test]
fn a_limit_of_the_policy_bounds_what_is_unpacked() {
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tar = std::fs::read(demo_tar(folder.path())).unwrap();
    let policy = limited_policy(folder.path(), "archive-size = 4096");
    let mut child = spawn(&["verify", "-", "--policy", policy.to_str().unwrap()], temporary.path());
    let mut pipe = child.stdin.take().unwrap();
    let _ = pipe.write_all(&tar);
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains("limit archive-size"), "{}", err(&output));
}

#[test]
fn a_docker_archive_of_the_old_form_asks_for_its_manifest() {
    let Some(folder) = shared_images() else { return };
    let folder = folder.join("derived-docker-archive");
    let (image, evidence) = (
        format!("docker-archive:{}", folder.join("image.tar").display()),
        format!("oci:{}", folder.join("evidence").display()),
    );
    let policy = folder.join("policy.toml");
    let verify = |more: &[&str]| {
        let args = ["verify", &image, "--policy", policy.to_str().unwrap(), "--now=2026-11-24T12:00:00Z"];
        Command::new(env!("CARGO_BIN_EXE_layertrust"))
            .args([&args, more].concat())
            .env_remove("LAYERTRUST_POLICY")
            .output()
            .unwrap()
    };
    let alone = verify(&[]);
    assert_eq!(alone.status.code(), Some(3));
    assert!(err(&alone).contains("bring the signed manifest with --evidence"), "{}", err(&alone));
    let bound = verify(&["--evidence", &evidence, "--platform", "linux/amd64"]);
    assert_eq!(bound.status.code(), Some(0), "{}", err(&bound));
}

/// Images made with real tools; skipped where everybody sees it, and never where skipping is forbidden.
fn shared_images() -> Option<PathBuf> {
    let path = std::env::var_os("LAYERTRUST_IMAGES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/images"), PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(), "{} is missing", path.display());
    println!("SKIPPED: {} is not there; set LAYERTRUST_IMAGES", path.display());
    None
}
