//! A report with a value in every field, for tests.

pub(crate) mod comparison;

use layertrust::report::Report;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(crate) const HEX: [&str; 3] = [
    "1111111111111111111111111111111111111111111111111111111111111111",
    "2222222222222222222222222222222222222222222222222222222222222222",
    "3333333333333333333333333333333333333333333333333333333333333333",
];

pub(crate) fn report() -> Report {
    serde_json::from_value(value()).expect("the sample is a report")
}

pub(crate) fn value() -> Value {
    let [one, two, three] = HEX.map(|hex| format!("sha256:{hex}"));
    let key = |name: &str| json!({ "name": name, "kind": "key", "key_id": three });
    let workflow = "https://github.com/acme/orders/.github/workflows/release.yml@refs/tags/v1";
    let certificate = json!({
        "name": "release", "kind": "certificate", "identity": workflow,
        "issuer": "https://token.actions.githubusercontent.com", "claims": { "build-trigger": "push" }
    });
    let root = json!({ "name": "corp", "digest": one, "as_of": "2026-10-23", "not_checked": ["revocation"] });
    json!({
        "schema": "layertrust.report/v1",
        "tool": { "name": "layertrust", "version": "0.1.0" },
        "verdict": "rejected",
        "scope": ["linux/amd64"],
        "image": { "reference": "oci:orders", "digest": one, "kind": "index" },
        "now": { "time": "2026-11-24T12:00:00Z", "source": "argument" },
        "options": { "layers": "auto", "as": "registry.example.com/orders", "bases": [two] },
        "policy": { "name": "myorg-on-dhi", "mode": "enforce", "digest": three, "roots": [root] },
        "inputs": [{ "digest": one, "role": "manifest" }],
        "exceptions_used": [
            { "code": "added-path", "path": "usr/bin/curl", "until": "2027-01-31", "reason": "OPS-1234" }
        ],
        "findings": [
            {
                "code": "signature-missing", "severity": "error",
                "message": "image signature: expected one by ci, found none",
                "hint": format!("Sign it: `cosign sign --key KEY registry.example.com/orders@{one}`, then run again."),
                "platform": "linux/amd64"
            },
            {
                "code": "label-mismatch", "severity": "warning",
                "message": "A label about the base disagrees with what was proved.",
                "hint": "Nothing, if the label was inherited.", "platform": "linux/amd64", "layer": 1, "path": "etc/os-release"
            },
            { "code": "exception-used", "severity": "info", "message": "An exception was used.", "hint": "Nothing." }
        ],
        "platforms": [{
            "platform": "linux/amd64", "digest": one, "verdict": "rejected", "signed_at": "index",
            "segments": [
                {
                    "owner": "vendor", "name": "acme", "layers": [0, 2], "image": two, "index": three, "chain_id": one,
                    "proof": "same-blob", "class": "catalog", "repository": "dhi/python", "signers": [key("dhi")],
                    "signed_at": "2026-11-01T00:00:00Z"
                },
                { "owner": "unattributed", "layers": [2, 3], "image": one, "proof": "none", "signers": [] }
            ],
            "layers": [
                {
                    "index": 0, "diff_id": one, "digest": one, "media_type": "application/vnd.oci.image.layer.v1.tar+zstd",
                    "size": 31_457_280, "owner": "vendor", "segment": 0, "proof": "same-blob",
                    "history_claim": "RUN install the system # and then a comment that is much longer than its column"
                },
                {
                    "index": 1, "diff_id": two, "digest": two, "media_type": "application/vnd.oci.image.layer.v1.tar+gzip",
                    "size": 900, "owner": "vendor", "segment": 0, "proof": "recomputed", "diff_id_checked": true
                },
                {
                    "index": 2, "diff_id": three, "digest": three, "media_type": "application/vnd.oci.image.layer.v1.tar",
                    "size": 2048, "owner": "unattributed", "segment": 1, "proof": "none", "diff_id_checked": false,
                    "history_claim": "COPY app /app"
                }
            ],
            "config": {
                "owner": "unattributed",
                "runs_as": { "user": "0", "uid": 0, "root": true },
                "changes": [
                    {
                        "field": "Env.PATH", "base": "/usr/local/bin:/usr/bin:/bin", "image": "/app/bin:/usr/bin:/bin",
                        "added": ["/app/bin"], "removed": ["/usr/local/bin"]
                    },
                    { "field": "User", "base": "65532", "image": "0" },
                    { "field": "Labels.org.opencontainers.image.source", "image": "https://github.com/acme/orders" }
                ]
            },
            "base_candidates": [{
                "digest": two, "origin": "evidence", "grade": "same-blob", "signed": true, "allowed": true, "outcome": "base"
            }],
            "signatures": [{
                "role": "org", "rule": "org.signers", "kind": "simple-signing", "signer": key("ci"), "subject_path": [one, two],
                "times": ["2026-11-02T00:00:00Z"], "checks": ["signature", "subject"], "origin": "cosign-tag"
            }, {
                "role": "org", "kind": "dsse", "signer": certificate, "subject_path": [one, two],
                "times": ["2026-11-03T00:00:00Z"], "checks": ["signature", "certificate", "subject"], "origin": "referrer"
            }],
            "attestations": [{
                "role": "base", "rule": "base.attestation[0]", "predicate_type": "https://slsa.dev/provenance/v1",
                "type": "slsa-provenance", "signer": key("dhi"), "subject_path": [two], "times": [],
                "checks": ["signature"], "origin": "referrer",
                "facts": { "builder": "https://builder.dhi.test/buildkit", "materials": ["one"], "source": "https://git.test" }
            }],
            "unverified": [{
                "what": "signature", "code": "signature-invalid", "origin": "referrer",
                "reason": "signature: expected one that verifies with a key of the policy, found another key's"
            }],
            "changes": changes(), "added": added(),
            "packages": {
                "vendor_unmodified": [{ "purl": "pkg:dhi/python@3.13.1", "layer": 0 }],
                "vendor_modified": [{ "purl": OPENSSL, "layer": 0, "changed": ["usr/lib/libssl.so.3", "usr/bin/c_rehash"] }],
                "org": [{ "purl": "pkg:pypi/requests@2.32.0", "layer": 2 }],
                "sboms": sboms()
            }
        }]
    })
}

const OPENSSL: &str = "pkg:deb/debian/openssl@3.5.1-1%2Bdeb13u1?arch=amd64&distro=trixie";

/// The base's SBOM, which misses a package.
fn sboms() -> Value {
    json!([{
        "role": "base", "matched": 1, "not_comparable": 3,
        "documents": [{ "format": "spdx", "version": "2.3", "packages": 5 }],
        "not_in_sbom": { "count": 1, "purls": [OPENSSL] },
        "not_in_layers": { "count": 2_000, "purls": ["pkg:deb/debian/libc6@2.41-12?arch=amd64"] }
    }])
}

/// One change of each kind.
fn changes() -> Value {
    let change = |kind: &str, severity: &str, path: &str| json!({ "path": path, "kind": kind, "layer": 2, "severity": severity });
    let with = |mut change: Value, more: &[(&str, &str)]| {
        for (field, value) in more {
            change[*field] = json!(value);
        }
        change
    };
    json!([
        with(change("replace", "high", "etc/passwd"), &[("reason", "users, groups and passwords")]),
        with(
            change("redirect", "medium", "usr/lib/python3"),
            &[("target", "/app/lib/python3"), ("package", "pkg:dhi/python@3.13.1")],
        ),
        change("delete", "medium", "usr/share/doc"),
        with(
            change("shadow", "high", "usr/local/bin/openssl"),
            &[("shadows", "usr/bin/openssl"), ("package", OPENSSL), ("reason", "it comes first in PATH")],
        ),
        with(
            change("privilege", "high", "usr/bin/c_rehash"),
            &[("package", OPENSSL), ("reason", "set-user-ID")]
        ),
        change("metadata", "low", "etc/hostname"),
    ])
}

/// Two layers, four folders, and more paths of a class than are shown.
fn added() -> Value {
    let folder = |path: &str, files: u64, bytes: u64| json!({ "path": path, "files": files, "bytes": bytes });
    let suspicious = |class: &str, path: &str| json!({ "class": class, "path": path, "layer": 2 });
    json!({
        "files": 14, "bytes": 3_600_000,
        "by_layer": [
            { "layer": 1, "files": 1, "bytes": 0, "folders": [] },
            {
                "layer": 2, "files": 13, "bytes": 3_600_000,
                "folders": [
                    folder("", 1, 20), folder("app", 8, 3_000_000), folder("etc", 1, 1_000), folder("usr", 3, 598_980)
                ]
            }
        ],
        "packages": [{ "purl": "pkg:pypi/requests@2.32.0", "layer": 2 }],
        "suspicious": [
            suspicious("package-cache", "root/.cache/pip/a"), suspicious("package-cache", "root/.cache/pip/b"),
            suspicious("package-cache", "root/.cache/pip/c"), suspicious("package-cache", "root/.cache/pip/d"),
            suspicious("secret", "app/.npmrc")
        ]
    })
}

/// Every string that an image may put into a report, at its worst.
pub(crate) fn hostile_strings() -> Vec<String> {
    let mut all: Vec<String> = [
        "\u{1b}[2J\u{1b}[31m\u{1b}]0;owned\u{7}",
        "\u{1b}]8;;https://evil.test\u{1b}\\click\u{1b}]8;;\u{1b}\\",
        "\u{9b}2J\u{7f}\u{0}\u{8}\u{85}",
        "\u{202e}detpecca\u{202c}\u{2066}\u{2069}\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202d}\u{2067}\u{2068}",
        "a\nACCEPTED  oci:evil\r\n\u{2028}\u{2029}\u{b}\u{c}",
        "zero\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{e0041}width",
        "::error file=app.py,line=1::no\n::stop-commands::x",
        " \u{3000}::error::no ##[error]no ##vso[task.complete]no",
        "<script>alert(1)</script> | `x` \" \\ ${{ github }}",
        "@octocat #1 GH-1 acme/orders#1 https://evil.test/x http://a www.evil.test a@evil.test mailto:b@evil.test :x:",
        "| a | b |\n|---|---|\n\n# h\n- [x](javascript:alert(1)) ![x](//evil.test/x.png) **b** _i_ ~~s~~ $m$ \\",
        "</code></details><!-- <img src=x onerror=alert(1)> &lt;b&gt; &#64;octocat --> ``` ``",
        "日本語のとても長い説明 👨‍👩‍👧",
        "",
        "`",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("x".repeat(30_000));
    all.push("long \u{1b}[2J \u{202e} words ".repeat(1_500));
    all
}

/// The report with each of its strings in turn replaced, where it still is a report.
pub(crate) fn with_each_string_replaced(replacement: &str) -> Vec<Report> {
    each_replaced(&value(), replacement)
}

/// The report with all strings replaced that may be anything.
pub(crate) fn with_all_strings_replaced(replacement: &str) -> Report {
    all_replaced(&value(), replacement)
}

/// A document with each of its strings in turn replaced, where it still is one.
fn each_replaced<T: DeserializeOwned>(value: &Value, replacement: &str) -> Vec<T> {
    let pointers = strings(value, "");
    // A megabyte in each field would take the test half a minute; every seventh field shows the same.
    let step = if replacement.len() > 1_000 { 7 } else { 1 };
    pointers.iter().step_by(step).filter_map(|pointer| replaced(value, pointer, replacement)).collect()
}

fn replaced<T: DeserializeOwned>(value: &Value, pointer: &str, replacement: &str) -> Option<T> {
    let mut changed = value.clone();
    if let Some(path) = pointer.strip_suffix("/<key>") {
        let map = changed.pointer_mut(path)?.as_object_mut()?;
        map.insert(replacement.to_owned(), json!("value"));
    } else {
        *changed.pointer_mut(pointer)? = json!(replacement);
    }
    serde_json::from_value(changed).ok()
}

/// A document with all strings replaced that may be anything.
fn all_replaced<T: DeserializeOwned>(value: &Value, replacement: &str) -> T {
    let mut all = value.clone();
    for pointer in strings(&all, "") {
        let mut changed = all.clone();
        if let Some(string) = changed.pointer_mut(&pointer) {
            *string = json!(replacement);
        }
        if serde_json::from_value::<T>(changed.clone()).is_ok() {
            all = changed;
        }
    }
    serde_json::from_value(all).expect("each step was a document")
}

/// JSON pointers to all strings, and to the objects with free keys.
fn strings(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::String(_) => vec![at.to_owned()],
        Value::Array(all) => {
            all.iter().enumerate().flat_map(|(index, one)| strings(one, &format!("{at}/{index}"))).collect()
        }
        Value::Object(map) => {
            let free = at.ends_with("/facts").then(|| format!("{at}/<key>"));
            map.iter().flat_map(|(key, one)| strings(one, &format!("{at}/{key}"))).chain(free).collect()
        }
        _ => vec![],
    }
}
