//! An image whose every string is hostile: nothing of it reaches an output as it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The images made with real tools; skipped where everybody sees it, and required where skipping is forbidden.
fn images() -> Option<PathBuf> {
    let folder = std::env::var_os("LAYERTRUST_IMAGES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/images"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(), "{} is missing", folder.display());
    println!("SKIPPED: {} is not there; set LAYERTRUST_IMAGES", folder.display());
    None
}

#[test]
fn strings_that_an_image_controls_are_escaped_in_every_format() {
    let Some(folder) = images() else { return };
    let folder = folder.join("hostile-strings");
    let text = std::fs::read_to_string(folder.join("expected.toml")).unwrap();
    let expected: toml::Table = text.parse().unwrap();
    let hostile = |name: &str| -> Vec<String> {
        let list = expected["hostile"][name].as_array().expect("a list");
        list.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let everywhere = hostile("forbidden_in_output");
    let in_html = hostile("forbidden_in_html");
    let image = expected["image"].as_str().unwrap();
    let mut looks = vec![
        vec!["verify", image, "--policy", "policy.toml"],
        vec!["inspect", image],
        vec!["compare", image, image],
    ];
    for ask in &mut looks {
        ask.extend(["--evidence", "oci:evidence", "--now", expected["now"].as_str().unwrap()]);
        if ask.first() != Some(&"compare") {
            ask.extend(["--layers", "all"]);
        }
        for format in ["text", "json", "markdown"] {
            let output = Command::new(env!("CARGO_BIN_EXE_layertrust"))
                .args(ask.iter())
                .args(["-v", "-o", format])
                .current_dir(&folder)
                .env_remove("LAYERTRUST_POLICY")
                .output()
                .unwrap();
            let (out, err) =
                (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
            assert!(output.status.success(), "{ask:?} {format}: {err}");
            assert!(out.len() > 200, "{ask:?} {format} says nothing: {out}");
            // JSON is no page: whoever makes one of it escapes for that.
            let forbidden = everywhere.iter().chain(in_html.iter().filter(|_| format == "markdown"));
            for string in forbidden {
                assert!(!out.contains(string.as_str()), "{ask:?} {format} holds {string:?}");
                assert!(!err.contains(string.as_str()), "{ask:?} {format} says {string:?}");
            }
        }
    }
}
