//! A comparison with a value in every field.

use layertrust::report::Comparison;
use serde_json::{Value, json};

use super::{HEX, OPENSSL};

pub(crate) fn comparison() -> Comparison {
    serde_json::from_value(value()).expect("the sample is a comparison")
}

/// The comparison with each of its strings in turn replaced, where it still is one.
pub(crate) fn with_each_string_replaced(replacement: &str) -> Vec<Comparison> {
    super::each_replaced(&value(), replacement)
}

/// The comparison with all strings replaced that may be anything.
pub(crate) fn with_all_strings_replaced(replacement: &str) -> Comparison {
    super::all_replaced(&value(), replacement)
}

fn value() -> Value {
    let [one, two, three] = HEX.map(|hex| format!("sha256:{hex}"));
    let package =
        |purl: &str, layer: usize, owner: &str| json!({ "purl": purl, "layer": layer, "owner": owner });
    let folder = |path: &str, files: u64, bytes: u64| json!({ "path": path, "files": files, "bytes": bytes });
    let change = |path: &str, kind: &str, severity: &str, layer: usize, owner: &str| json!({ "path": path, "kind": kind, "severity": severity, "layer": layer, "owner": owner });
    json!({
        "schema": "layertrust.comparison/v1",
        "tool": { "name": "layertrust", "version": "0.1.0" },
        "now": { "time": "2026-11-24T12:00:00Z", "source": "argument" },
        "from": { "reference": "oci:orders-on-debian", "digest": one, "kind": "manifest" },
        "to": { "reference": "oci:orders-on-dhi", "digest": two, "kind": "index" },
        "platforms": [{
            "platform": "linux/amd64",
            "from": {
                "digest": one, "layers": 4, "blob_bytes": 47_185_920, "files": 9_120, "file_bytes": 131_072_000,
                "segments": [{ "owner": "unattributed", "layers": [0, 4], "image": one, "proof": "none", "signers": [] }],
                "packages": 92, "runs_as": { "user": "", "uid": 0, "root": true },
                "setuid": ["usr/bin/passwd", "usr/bin/su"], "shells": ["usr/bin/bash", "usr/bin/dash"],
                "package_managers": ["usr/bin/apt-get", "usr/bin/dpkg"], "users": ["root", "daemon", "www-data"]
            },
            "to": {
                "digest": two, "layers": 3, "blob_bytes": 12_582_912, "files": 1_204, "file_bytes": 41_943_040,
                "segments": [
                    {
                        "owner": "vendor", "name": "acme", "layers": [0, 2], "image": three, "chain_id": one,
                        "proof": "same-blob", "class": "catalog", "repository": "dhi/python",
                        "signers": [{ "name": "dhi", "kind": "key", "key_id": three }]
                    },
                    { "owner": "org", "layers": [2, 3], "image": two, "proof": "same-blob", "signers": [] }
                ],
                "packages": 31, "runs_as": { "user": "app", "uid": 1000, "root": false },
                "setuid": [], "shells": ["opt/debug/bin/sh"], "package_managers": [], "users": ["root", "app"]
            },
            "common_layers": 1,
            "packages": {
                "added": [package("pkg:pypi/requests@2.32.0", 2, "org")],
                "removed": [
                    package("pkg:deb/debian/apt@3.0.3?arch=amd64&distro=debian-13", 0, "unattributed"),
                    package("pkg:deb/debian/bash@5.2.37-2?arch=amd64&distro=debian-13", 0, "unattributed")
                ],
                "changed": [{
                    "from": package("pkg:deb/debian/openssl@3.4.0-2?arch=amd64&distro=debian-13", 0, "unattributed"),
                    "to": package(OPENSSL, 1, "vendor")
                }],
                "same": 28
            },
            "files": {
                "added": { "files": 40, "bytes": 400_000, "folders": [folder("", 1, 20), folder("app", 39, 399_980)] },
                "removed": {
                    "files": 7_956, "bytes": 89_528_960,
                    "folders": [
                        folder("bin", 1, 10), folder("etc", 5, 50), folder("home", 1, 1), folder("lib", 1, 2),
                        folder("opt", 1, 3), folder("usr", 7_900, 89_000_000), folder("var", 47, 528_894)
                    ]
                },
                "changed": [
                    change("usr/share/doc/readme", "replace", "medium", 2, "org"),
                    change("etc/passwd", "replace", "high", 1, "vendor")
                ],
                "same": 1_122
            },
            "config": [
                {
                    "field": "Env.PATH", "base": "/usr/local/bin:/usr/bin:/bin", "image": "/app/bin:/usr/bin:/bin",
                    "added": ["/app/bin"], "removed": ["/usr/local/bin"]
                },
                { "field": "Labels.org.opencontainers.image.source", "base": "https://github.com/acme/orders" },
                { "field": "User", "image": "app" }
            ]
        }],
        "only_from": ["linux/ppc64le"],
        "only_to": ["linux/arm64/v8"]
    })
}
