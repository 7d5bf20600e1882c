//! The client of sigstore-conformance as a process of its own, which the kernel kills if it asks for a socket:
//! the library verifies from bytes alone.
#![cfg(all(feature = "conformance", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

const IDENTITY: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const ISSUER: &str = "https://token.actions.githubusercontent.com";

fn client() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_layertrust-conformance"));
    command.env("LAYERTRUST_NO_SOCKETS", "1");
    command
}

fn suite() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/upstream");
    let upstream = std::env::var_os("LAYERTRUST_UPSTREAM").map_or_else(beside, PathBuf::from);
    let own = std::env::var_os("LAYERTRUST_CONFORMANCE").map(PathBuf::from);
    let suite = own.unwrap_or_else(|| upstream.join("sigstore-sigstore-conformance"));
    if suite.is_dir() {
        return Some(suite.join("test/assets/bundle-verify"));
    }
    assert!(std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(), "{} is missing", suite.display());
    println!("SKIPPED: {} is not there; set LAYERTRUST_UPSTREAM or LAYERTRUST_CONFORMANCE", suite.display());
    None
}

#[test]
fn the_filter_kills_whoever_asks_for_a_socket() {
    use std::os::unix::process::ExitStatusExt as _;
    let free =
        Command::new(env!("CARGO_BIN_EXE_layertrust-conformance")).arg("open-socket").output().unwrap();
    assert!(free.status.success(), "a socket can be had without the filter");
    let status = client().arg("open-socket").output().unwrap().status;
    /// SIGSYS.
    const BAD_SYSTEM_CALL: i32 = 31;
    assert_eq!(status.signal(), Some(BAD_SYSTEM_CALL), "{status}");
}

#[test]
fn all_bundle_cases_pass_as_files_and_as_digests_without_a_socket() {
    let Some(suite) = suite() else { return };
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(&suite).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    let (mut passed, mut wrong) = (0, Vec::new());
    for case in &cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        let own = case.join("artifact");
        let artifact = if own.is_file() { own } else { suite.join("a.txt") };
        let digest = layertrust::Digest::sha256(&std::fs::read(&artifact).unwrap()).to_string();
        for argument in [artifact.to_str().unwrap(), &digest] {
            let text =
                |name: &str| std::fs::read_to_string(case.join(name)).ok().map(|text| text.trim().to_owned());
            let mut command = client();
            command.args(["verify-bundle", "--bundle"]).arg(case.join("bundle.sigstore.json"));
            if case.join("key.pub").is_file() {
                command.arg("--key").arg(case.join("key.pub"));
            } else {
                command.args([
                    "--certificate-identity",
                    &text("identity").unwrap_or_else(|| IDENTITY.to_owned()),
                ]);
                command.args([
                    "--certificate-oidc-issuer",
                    &text("issuer").unwrap_or_else(|| ISSUER.to_owned()),
                ]);
            }
            if case.join("trusted_root.json").is_file() {
                command.arg("--trusted-root").arg(case.join("trusted_root.json"));
            }
            let status = command.arg(argument).output().unwrap().status;
            let expected = if name.ends_with("_fail") { Some(1) } else { Some(0) };
            match status.code() == expected {
                true => passed += 1,
                false => wrong.push(format!("{name} {argument}: {status}")),
            }
        }
    }
    println!("{passed} of {}", 2 * cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(passed >= 140, "{passed}");
}
