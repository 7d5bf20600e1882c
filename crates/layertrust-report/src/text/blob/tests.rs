use layertrust::report::BlobReport;
use serde_json::json;

use super::*;
use crate::escape::is_hidden;
use crate::sample;

fn report(text: &str) -> BlobReport {
    serde_json::from_value(json!({
        "schema": "layertrust.blob/v1",
        "tool": { "name": "layertrust", "version": "0.1.0" },
        "now": { "time": "2026-11-24T12:00:00Z", "source": "argument" },
        "root": { "name": text, "digest": format!("sha256:{}", sample::HEX[0]), "as_of": "2026-10-23", "not_checked": [] },
        "signer": {
            "name": text, "kind": "certificate", "identity": text, "issuer": text,
            "claims": { "build-trigger": text }
        },
        "times": ["2026-11-02T00:00:00Z"],
        "checks": ["signature", "certificate"],
        "timestamps_ignored": 1,
        "predicate_type": text,
    }))
    .unwrap()
}

fn written(text: &str) -> String {
    let mut out = Vec::new();
    write_blob(&mut out, &report(text)).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_first_line_is_cosigns_and_the_rest_says_what_was_verified() {
    let text = written("me@example.com");
    assert!(text.starts_with("Verified OK\n"), "{text}");
    for part in [
        "identity me@example.com",
        "claim    build-trigger: me@example.com",
        "time     2026-11-02T00:00:00Z",
        "checked  signature, certificate",
        "as of 2026-10-23",
        "ignored  1 timestamps",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let undated = BlobReport { times: Vec::new(), ..report("x") };
    let mut out = Vec::new();
    write_blob(&mut out, &undated).unwrap();
    assert!(String::from_utf8(out).unwrap().contains("time     none is proved"));
}

#[test]
fn hostile_names_are_escaped() {
    for hostile in sample::hostile_strings() {
        let text = written(&hostile);
        assert!(!text.chars().any(|character| character != '\n' && is_hidden(character)), "{hostile:.80?}");
        assert!(text.lines().count() <= 12, "{text}");
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
    }
}
