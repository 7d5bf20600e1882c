//! `verify-blob`, and certificate identities on the command line, as a user runs them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use layertrust_testkit::cases::keyless::{WORKFLOW, release, signed_at, world};
use layertrust_testkit::cases::scene;
use layertrust_testkit::sigstore::bundle::{key_message, keyless_dsse, keyless_message};
use layertrust_testkit::sigstore::{Bundle, Identity, Signer, Version};
use layertrust_testkit::statement::{SLSA_V1, attest_statement, slsa_v1};
use layertrust_testkit::store::sha256;

const ISSUER: &str = "https://token.actions.githubusercontent.com";
const NOW: &str = "2026-11-24T12:00:00Z";
const FILE: &[u8] = b"a file that somebody signed\n";

/// A folder with the file, the root, the organization's key, and whatever bundle a test writes.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("file", FILE);
        folder.write("root.json", world().trusted_root().to_string().as_bytes());
        folder.write("key.pub", scene::org().public_pem().as_bytes());
        folder.write("stranger.pub", scene::stranger().public_pem().as_bytes());
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn bundle(&self, bundle: &Bundle) {
        self.write("bundle.json", bundle.text().as_bytes());
    }

    /// Runs `verify-blob ARTIFACT --bundle bundle.json …` in the folder.
    fn run(&self, artifact: &str, args: &[&str]) -> Output {
        let mut command = command(self.0.path());
        command.args([
            "verify-blob",
            artifact,
            "--bundle",
            "bundle.json",
            "--trusted-root",
            "root.json",
            "--now",
            NOW,
        ]);
        command.args(args).output().unwrap()
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_layertrust"));
    command.current_dir(folder).env_remove("LAYERTRUST_POLICY").env_remove("LAYERTRUST_TRUSTED_ROOT");
    command
}

fn verified(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(out.starts_with("Verified OK\n") && err.is_empty(), "{out}{err}");
    out.into_owned()
}

fn refused(output: &Output, status: i32, says: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{err}");
    assert!(err.contains(says), "expected {says}: {err}");
    assert!(err.contains("  → "), "every error ends in what to do next: {err}");
    assert_eq!(out, "", "nothing on stdout");
}

const WHO: [&str; 4] = ["--certificate-identity", WORKFLOW, "--certificate-oidc-issuer", ISSUER];

fn keyless() -> Bundle {
    keyless_message(&world(), &release(), FILE, signed_at())
}

#[test]
fn a_keyless_signature_of_a_file_or_its_digest_is_verified() {
    let folder = Folder::new();
    folder.bundle(&keyless());
    let text = verified(&folder.run("file", &WHO));
    assert!(text.contains("time     2026-11-20T09:20:04Z"), "{text}");
    assert!(text.contains("source-repository-uri: https://github.com/acme/orders-api"), "{text}");
    verified(&folder.run(&sha256(FILE), &WHO));
    // A file by the name of a digest is a file.
    folder.write(&sha256(FILE), b"another file");
    refused(&folder.run(&sha256(FILE), &WHO), 1, "error[subject-mismatch]");
}

#[test]
fn the_answer_can_be_had_as_json() {
    let folder = Folder::new();
    folder.bundle(&keyless());
    let output = folder.run("file", &[&WHO[..], &["-o", "json"]].concat());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "layertrust.blob/v1");
    assert_eq!(report["signer"]["identity"], WORKFLOW);
    assert_eq!(report["now"]["source"], "argument");
    assert_eq!(report["root"]["name"], "trusted-root");
    let output = command(folder.0.path()).args(["schema", "blob"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for member in report.as_object().unwrap().keys() {
        assert!(schema["properties"].get(member).is_some(), "{member} is in no schema");
    }
}

#[test]
fn another_file_identity_issuer_or_caller_is_refused() {
    let folder = Folder::new();
    folder.bundle(&keyless());
    folder.write("other", b"another file");
    refused(&folder.run("other", &WHO), 1, "error[subject-mismatch]");
    let other = [
        "--certificate-identity",
        "me@example.com",
        "--certificate-oidc-issuer",
        "https://accounts.google.com",
    ];
    refused(&folder.run("file", &other), 1, "error[signer-not-allowed]");
    let star = WORKFLOW.replace("v1.4.2", "*");
    let star = ["--certificate-identity", &star, "--certificate-oidc-issuer", ISSUER];
    refused(&folder.run("file", &star), 1, "error[signer-not-allowed]");
    // Somebody else's repository called the workflow.
    let called = Identity::github(WORKFLOW, "https://github.com/mallory/fork", "refs/heads/main");
    folder.bundle(&keyless_message(&world(), &called, FILE, signed_at()));
    refused(&folder.run("file", &WHO), 1, "source-repository");
    let allowed = [&WHO[..], &["--source-repository", "https://github.com/mallory/fork"]].concat();
    verified(&folder.run("file", &allowed));
}

#[test]
fn a_key_needs_a_log_entry_unless_the_caller_says_otherwise() {
    let folder = Folder::new();
    folder.bundle(&key_message(&world(), &scene::org(), FILE, signed_at()));
    verified(&folder.run("file", &["--key", "key.pub"]));
    refused(&folder.run("file", &["--key", "stranger.pub"]), 1, "error[signer-not-allowed]");
    let signer = Signer::key(&scene::org());
    folder.bundle(&Bundle::new(Version::V03, &signer, &signer.message(FILE)));
    refused(&folder.run("file", &["--key", "key.pub"]), 1, "error[tlog-missing]");
    let text = verified(&folder.run("file", &["--key", "key.pub", "--insecure-ignore-tlog"]));
    assert!(text.contains("time     none is proved"), "{text}");
}

#[test]
fn an_attestation_has_the_file_among_its_subjects_and_the_wanted_type() {
    let folder = Folder::new();
    let statement = attest_statement("file", &sha256(FILE), SLSA_V1, slsa_v1(WORKFLOW, None));
    folder.bundle(&keyless_dsse(&world(), &release(), &statement.bytes(), signed_at()));
    let text = verified(&folder.run("file", &[&WHO[..], &["--type", SLSA_V1]].concat()));
    assert!(text.contains(SLSA_V1), "{text}");
    let sbom = [&WHO[..], &["--type", "https://cyclonedx.org/bom"]].concat();
    refused(&folder.run("file", &sbom), 1, "error[predicate-mismatch]");
    folder.write("other", b"another file");
    refused(&folder.run("other", &WHO), 1, "error[subject-mismatch]");
    folder.bundle(&keyless());
    refused(&folder.run("file", &[&WHO[..], &["--type", SLSA_V1]].concat()), 1, "error[predicate-mismatch]");
}

#[test]
fn a_wrong_call_is_2_and_what_cannot_be_read_is_3() {
    let folder = Folder::new();
    folder.bundle(&keyless());
    refused(&folder.run("file", &[]), 2, "error[usage]");
    refused(&folder.run("file", &WHO[..2]), 2, "--certificate-oidc-issuer");
    refused(&folder.run("file", &["--key", "file"]), 2, "error[key-invalid]");
    let regexp = [
        "--certificate-identity-regexp",
        "^https://github.com/acme/.*$",
        "--certificate-oidc-issuer",
        ISSUER,
    ];
    refused(&folder.run("file", &regexp), 2, "identity = \"https://github.com/acme/*\"");
    refused(&folder.run("absent", &WHO), 3, "error[io]");
    folder.write("root.json", b"{}");
    refused(&folder.run("file", &WHO), 2, "error[root-invalid]");
    folder.write("root.json", world().trusted_root().to_string().as_bytes());
    folder.write("bundle.json", b"{");
    refused(&folder.run("file", &WHO), 1, "error[malformed]");
}

#[test]
fn an_image_is_verified_by_an_identity_on_the_command_line() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/cases");
    let run = |case: &str, args: &[&str]| {
        let mut command = command(&cases.join(case));
        command.args(["verify", "oci-archive:image.tar", "--evidence", "oci-archive:evidence.tar"]);
        command.args(["--base-key", "../keys/vendor.pub", "--now", NOW]).args(args);
        command.output().unwrap()
    };
    let root = ["--trusted-root", "../keys/trusted_root.json"];
    let output = run("keyless-rekor", &[&WHO[..], &root].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("  roots   trusted-root ("), "{text}");
    assert!(text.contains("Of certificates, under the root trusted-root: revocation."), "{text}");
    // The root may come from the environment; without it the public one counts, which does not know this CA.
    let mut by_environment = command(&cases.join("keyless-rekor"));
    by_environment.args(["verify", "oci-archive:image.tar", "--evidence", "oci-archive:evidence.tar", "-q"]);
    by_environment.args(["--base-key", "../keys/vendor.pub", "--now", NOW]).args(WHO);
    let output = by_environment.env("LAYERTRUST_TRUSTED_ROOT", "../keys/trusted_root.json").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(run("keyless-rekor", &WHO).status.code(), Some(1));
    for case in ["keyless-called-from-elsewhere", "keyless-foreign-entry", "keyless-no-time"] {
        assert_eq!(run(case, &[&WHO[..], &root].concat()).status.code(), Some(1), "{case}");
    }
    let regexp =
        run("keyless-rekor", &["--certificate-identity-regexp", ".*", "--certificate-oidc-issuer", ISSUER]);
    assert_eq!(regexp.status.code(), Some(2));
    let both = run("keyless-rekor", &[&WHO[..], &["--policy", "policy.toml"]].concat());
    assert_eq!(both.status.code(), Some(2));
}
