//! What the organization's layers bring: `[layers] deny-added`, `deny-suspicious`, `max-added-size`, layers that
//! nobody opened, and exceptions for single paths.

use crate::case::{Case, Change};
use crate::policy::Policy;
use crate::root::{self, LIBSSL, PYTHON};
use crate::tar::Entry;

use super::changes::denying;
use super::scene;

/// One path of each class, with the name of the case that denies the class.
const SUSPICIOUS: [(&str, &str, &str); 13] = [
    ("package-cache", "added-package-cache", "var/lib/apt/lists/deb.acme.test_InRelease"),
    ("build-tool", "added-build-tool", "usr/bin/curl"),
    ("shell", "added-shell", "usr/bin/bash"),
    ("package-manager", "added-package-manager", "usr/bin/apt-get"),
    ("vcs", "added-vcs", "app/.git"),
    ("secret", "added-secret", "app/.env"),
    ("core-dump", "added-core-dump", "app/core.4711"),
    ("world-writable", "added-world-writable", "app/spool"),
    ("setuid", "added-setuid", "usr/bin/acme-mount"),
    ("loader-config", "added-loader-config", "etc/ld.so.preload"),
    ("account-db", "added-account-db", "etc/sudoers.d/acme"),
    ("package-db", "added-package-db", "var/lib/dpkg/status"),
    ("ca-store", "added-ca-store", "usr/local/share/ca-certificates/acme.crt"),
];

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> =
        SUSPICIOUS.iter().map(|(class, name, path)| suspicious(class, name, path)).collect();
    cases.extend([
        suspicious_not_denied(),
        secret_deleted_later(),
        file_denied(),
        folder_denied(),
        shadow_denied(),
        too_many_bytes(),
        layers_not_opened(),
        everything_denied(),
        exceptions_used(),
        exception_for_other_path(),
        exception_for_change_expired(),
        exception_for_addition_expired(),
    ]);
    cases
}

/// A layer with one path of each class.
fn one_of_each_class() -> Vec<Entry> {
    let entry = |(class, _, path): &(&str, &str, &'static str)| match *class {
        "vcs" => Entry::directory(path),
        "world-writable" => Entry::directory(path).mode(0o777),
        "setuid" => Entry::file(path, b"\x7fELF\n").mode(0o4755),
        "shell" | "build-tool" | "package-manager" => Entry::file(path, b"\x7fELF\n").mode(0o755),
        _ => Entry::file(path, b"acme\n"),
    };
    SUSPICIOUS.iter().map(entry).collect()
}

fn suspicious(class: &'static str, name: &'static str, path: &'static str) -> Case {
    let code = if class == "secret" { "secret-added" } else { "added-path" };
    let case = Case::failing(
        name,
        "the layer adds one path of each suspicious class; the policy denies one class",
        "docs/POLICY.md: [layers] deny-suspicious",
        &[(code, path)],
    );
    scene::rooted(case, one_of_each_class())
        .policy(Policy::derived().with("[layers]", &format!("deny-suspicious = [{class:?}]")))
        .changes([])
        .added(&[(class, path, 2)])
}

fn suspicious_not_denied() -> Case {
    let case = Case::accepted(
        "added-and-not-denied",
        "the layer adds one path of each suspicious class and no rule denies them: credentials and new privileges are warnings",
        "docs/POLICY.md: credentials, and new set-user-ID or world-writable paths are warnings whatever the policy says",
    );
    let added = SUSPICIOUS.map(|(class, _, path)| (class, path, 2));
    scene::rooted_facts(scene::rooted(case, one_of_each_class()).layers("all"), 1)
        .warns(&["secret-added", "added-path"])
        .changes([])
        .added(&added)
}

fn secret_deleted_later() -> Case {
    let case = Case::failing(
        "secret-deleted-by-later-layer",
        "one layer adds a credential and the next deletes it: whoever has the image still has it",
        "OCI image-spec v1.1 layer.md: whiteouts hide, they do not remove",
        &[("secret-added", "app/.env")],
    );
    let spec = scene::rooted_spec([
        Entry::file("app/.env", b"PASSWORD=hunter2\n"),
        Entry::file("app/main", b"orders\n"),
    ])
    .appended(root::layer([Entry::whiteout("app/.env")]));
    scene::signed_rooted(case, spec)
        .policy(Policy::derived().with("[layers]", r#"deny-suspicious = ["secret"]"#))
        .changes([])
        .added(&[("secret", "app/.env", 2)])
}

const DENY_ADDED: &str = "docs/POLICY.md: [layers] deny-added";

fn denying_added(patterns: &str) -> Policy {
    Policy::derived().with("[layers]", &format!("deny-added = [{patterns}]"))
}

fn file_denied() -> Case {
    let case = Case::failing(
        "added-file-denied",
        "the layer adds a file that the policy names",
        DENY_ADDED,
        &[("added-path", "usr/bin/curl")],
    );
    scene::rooted(
        case,
        [
            Entry::file("usr/bin/curl", b"\x7fELF\n").mode(0o755),
            Entry::file("usr/bin/curl-config", b"#!/app/run\n").mode(0o755),
        ],
    )
    .policy(denying_added(r#""usr/bin/curl""#))
    .changes([])
}

fn folder_denied() -> Case {
    let case = Case::failing(
        "added-folder-denied",
        "the layer adds a folder that a pattern matches whole; what is in it is matched by itself, and is not",
        DENY_ADDED,
        &[("added-path", "app/.git")],
    );
    scene::rooted(
        case,
        [Entry::directory("app/.git"), Entry::file("app/.git/HEAD", b"ref: refs/heads/main\n")],
    )
    .policy(denying_added(r#""**/.git""#))
    .changes([])
}

fn shadow_denied() -> Case {
    let path = "usr/local/bin/python3";
    let case = Case::failing(
        "added-shadow-denied",
        "a new file hides the base's of that name and matches two patterns: one path, one finding",
        "docs/POLICY.md: [layers] deny-added, paths of shadow changes too",
        &[("added-path", path)],
    );
    scene::rooted(case, [Entry::file(path, b"#!/app/run\n").mode(0o755)])
        .policy(denying_added(r#""usr/local/bin/*", "**/python3""#))
        .warns(&["layer-change"])
        .changes([Change::new("shadow", "high", path).shadows("usr/bin/python3")])
}

fn too_many_bytes() -> Case {
    let case = Case::failing(
        "added-size-exceeded",
        "new and replaced files come to one byte more than the policy lets them",
        "docs/POLICY.md: [layers] max-added-size",
        &[("size-limit", "")],
    );
    scene::rooted(case, [Entry::file("app/data", &[b'.'; 1000]), Entry::file(LIBSSL, &[b'.'; 25])])
        .policy(Policy::derived().with("[layers]", r#"max-added-size = "1KiB""#))
        .changes([Change::new("replace", "high", LIBSSL)])
}

fn layers_not_opened() -> Case {
    let case = Case::failing(
        "layers-rules-not-evaluated",
        "every key of [layers] denies something, and the caller opens no layer",
        "docs/POLICY.md: where layers were not opened, every key is rule-not-evaluated",
        &[("rule-not-evaluated", ""); 4],
    );
    scene::rooted(case, [Entry::file("app/main", b"orders\n")]).policy(strict()).layers("none")
}

/// Every key of `[layers]` with everything in it that it can deny.
fn strict() -> Policy {
    let classes = SUSPICIOUS.map(|(class, ..)| format!("{class:?}")).join(", ");
    denying_added(r#""usr/**", "etc/**", "**/.git", "**/.npmrc""#)
        .with("[layers]", r#"deny = ["replace", "delete", "redirect", "privilege", "shadow", "metadata"]"#)
        .with("[layers]", &format!("deny-suspicious = [{classes}]"))
        .with("[layers]", r#"max-added-size = "1KiB""#)
}

fn everything_denied() -> Case {
    let case = Case::accepted(
        "everything-denied-and-nothing-done",
        "every key of [layers], [config] and about the base's labels at its strictest; the layer adds exactly as many bytes as it may, and repeats a folder",
        "docs/POLICY.md: [layers], [config], [base] variants, compliance, end-of-life",
    );
    let policy = strict()
        .with("[config]", r#"user = "non-root""#)
        .with("[config]", r#"entrypoint = "inherit""#)
        .with("[config]", r#"deny-env = ["LD_PRELOAD", "PATH"]"#)
        .with("[base]", r#"variants = ["dev", "runtime"]"#)
        .with("[base]", r#"compliance = ["cis"]"#)
        .with("[base]", r#"end-of-life = "deny""#);
    let mut spec = scene::rooted_spec([
        Entry::directory("usr/local/bin").mtime(1),
        Entry::directory("app"),
        Entry::file("app/main.py", &[b'#'; 1024]),
    ]);
    spec.user = Some("nonroot".to_owned());
    spec.cmd = vec!["/app/main.py".to_owned()];
    scene::rooted_facts(scene::signed_rooted(case, spec), 1).policy(policy).changes([])
}

const EXCEPTION: &str = "docs/POLICY.md: [[exception]]";
const REASON: &str = r#"reason = "OPS-1234""#;
const OPEN: &str = r#"until = "2027-01-31""#;
/// The day before the cases' now.
const EXPIRED: &str = r#"until = "2026-11-23""#;

/// Another library and a new program.
fn library_and_program() -> [Entry; 2] {
    [
        Entry::file(LIBSSL, b"\x7fELF ssl 3.5.1 of ours\n"),
        Entry::file("usr/bin/curl", b"\x7fELF\n").mode(0o755),
    ]
}

fn exceptions_used() -> Case {
    let case = Case::accepted(
        "exceptions-for-paths",
        "a denied change and a denied addition, each with an open exception for its path",
        EXCEPTION,
    );
    let policy = denying("replace")
        .with("[layers]", r#"deny-added = ["usr/bin/curl"]"#)
        .table("[[exception]]", &[r#"code = "layer-change""#, r#"path = "usr/lib/**""#, OPEN, REASON])
        .table("[[exception]]", &[r#"code = "added-path""#, r#"path = "usr/bin/curl""#, OPEN, REASON]);
    scene::rooted_facts(scene::rooted(case, library_and_program()), 1)
        .policy(policy)
        .warns(&["layer-change", "added-path"])
        .changes([Change::new("replace", "high", LIBSSL)])
}

fn exception_for_other_path() -> Case {
    let case = Case::failing(
        "exception-for-another-path",
        "two denied changes, and an exception that covers the path of one of them",
        EXCEPTION,
        &[("layer-change", PYTHON)],
    );
    let policy = denying("replace")
        .table("[[exception]]", &[r#"code = "layer-change""#, r#"path = "usr/lib/**""#, OPEN, REASON]);
    let entries =
        [Entry::file(LIBSSL, b"ssl of ours\n"), Entry::file(PYTHON, b"python of ours\n").mode(0o755)];
    scene::rooted(case, entries)
        .policy(policy)
        .warns(&["layer-change"])
        .changes([Change::new("replace", "high", LIBSSL), Change::new("replace", "high", PYTHON)])
}

fn exception_for_change_expired() -> Case {
    let case = Case::failing(
        "exception-for-change-expired",
        "the exception for the denied change ended the day before",
        EXCEPTION,
        &[("exception-expired", ""), ("layer-change", LIBSSL)],
    );
    let policy = denying("replace")
        .table("[[exception]]", &[r#"code = "layer-change""#, r#"path = "usr/lib/**""#, EXPIRED, REASON]);
    scene::rooted(case, library_and_program())
        .policy(policy)
        .changes([Change::new("replace", "high", LIBSSL)])
}

fn exception_for_addition_expired() -> Case {
    let case = Case::failing(
        "exception-for-addition-expired",
        "the exception for the denied addition ended the day before",
        EXCEPTION,
        &[("added-path", "usr/bin/curl"), ("exception-expired", "")],
    );
    let policy = denying_added(r#""usr/bin/curl""#)
        .table("[[exception]]", &[r#"code = "added-path""#, r#"path = "usr/bin/curl""#, EXPIRED, REASON]);
    scene::rooted(case, library_and_program())
        .policy(policy)
        .changes([Change::new("replace", "high", LIBSSL)])
}
