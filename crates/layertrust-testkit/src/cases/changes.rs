//! What the organization's layer does to the base's paths, one kind of change each: `[layers] deny` and `allow`.

use crate::case::{Case, Change};
use crate::policy::Policy;
use crate::root::{
    DOCUMENTATION, LIBSSL, LIBSSL_CONTENT, LIBSSL_PURL, PASSWD, PYTHON, PYTHON_CONTENT, PYTHON_PURL,
};
use crate::tar::Entry;

use super::scene;

/// What decides the cases of this file, if nothing else does.
const KINDS: &str = "docs/POLICY.md: What layers do, the kinds of [layers] deny";

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    [replaced(), removed(), privileges(), shadows(), allowed()].concat()
}

/// The usual policy, and that kind of change is denied.
pub(super) fn denying(kind: &str) -> Policy {
    Policy::derived().with("[layers]", &format!("deny = [{kind:?}]"))
}

/// A case that fails by one change alone.
fn failing(
    name: &'static str,
    about: &'static str,
    kind: &'static str,
    path: &'static str,
    entries: Vec<Entry>,
) -> Case {
    let case = Case::failing(name, about, KINDS, &[("layer-change", path)]);
    scene::rooted(case, entries).policy(denying(kind))
}

fn library(content: &[u8]) -> Entry {
    Entry::file(LIBSSL, content)
}

fn replaced() -> Vec<Case> {
    let content = failing(
        "layer-replaces-library",
        "the organization's layer brings its own libssl at the base's path",
        "replace",
        LIBSSL,
        vec![library(b"\x7fELF ssl 3.5.1 of ours\n")],
    );
    let narrower = failing(
        "layer-narrows-mode",
        "the base's list of authorities is written again as it was, but only root may read it",
        "replace",
        "etc/ssl/certs/ca-certificates.crt",
        vec![Entry::file("etc/ssl/certs/ca-certificates.crt", b"the vendor's authorities\n").mode(0o600)],
    );
    let repeated = failing(
        "layer-repeats-file",
        "the base's libssl is written again with another time: nothing a process can notice",
        "metadata",
        LIBSSL,
        vec![library(LIBSSL_CONTENT).mtime(1)],
    );
    vec![
        content.changes([Change::new("replace", "high", LIBSSL)]).modified(LIBSSL_PURL, LIBSSL),
        narrower.changes([Change::new("replace", "high", "etc/ssl/certs/ca-certificates.crt")]),
        repeated.changes([Change::new("metadata", "low", LIBSSL)]),
    ]
}

fn removed() -> Vec<Case> {
    let deleted = failing(
        "layer-deletes-file",
        "a whiteout of the base's file of users",
        "delete",
        "etc/passwd",
        vec![Entry::whiteout("etc/passwd")],
    );
    let opaque = failing(
        "layer-empties-folder",
        "an opaque marker hides all that the base has in a folder: one deletion, at the folder's path",
        "delete",
        DOCUMENTATION,
        vec![Entry::directory(DOCUMENTATION), Entry::opaque(DOCUMENTATION)],
    );
    let folder = failing(
        "layer-redirects-folder",
        "the base's folder of modules becomes a link to another folder",
        "redirect",
        "usr/lib/python3.13",
        vec![
            Entry::symlink("usr/lib/python3.13", "/opt/acme/python"),
            Entry::file("opt/acme/python/ssl.py", b"evil = 1\n"),
        ],
    );
    let link = failing(
        "layer-redirects-link",
        "the base's link to its libraries leads elsewhere",
        "redirect",
        "lib",
        vec![Entry::symlink("lib", "opt/lib"), Entry::directory("opt/lib")],
    );
    vec![
        deleted.changes([Change::new("delete", "high", "etc/passwd")]),
        opaque
            .changes([Change::new("delete", "medium", DOCUMENTATION)])
            .modified(LIBSSL_PURL, "usr/share/doc/libssl3t64/changelog"),
        folder
            .changes([Change::new("redirect", "high", "usr/lib/python3.13").target("/opt/acme/python")])
            .modified(PYTHON_PURL, "usr/lib/python3.13/ssl.py"),
        link.changes([Change::new("redirect", "high", "lib").target("opt/lib")]),
    ]
}

fn privileges() -> Vec<Case> {
    let setuid = failing(
        "layer-sets-setuid",
        "the base's program is written again with the set-user-ID bit",
        "privilege",
        PYTHON,
        vec![Entry::file(PYTHON, PYTHON_CONTENT).mode(0o4755)],
    );
    // VFS_CAP_REVISION_2 with cap_net_raw permitted and effective.
    let net_raw = [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let capability = failing(
        "layer-adds-capability",
        "the base's program is written again with a file capability",
        "privilege",
        PYTHON,
        vec![Entry::file(PYTHON, PYTHON_CONTENT).mode(0o755).xattr("security.capability", &net_raw)],
    );
    let mode = failing(
        "layer-widens-mode",
        "the base's file of users is written again so that everybody may write it",
        "privilege",
        "etc/passwd",
        vec![Entry::file("etc/passwd", PASSWD.as_bytes()).mode(0o666)],
    );
    let folder = failing(
        "layer-widens-folder",
        "the base's folder of temporary files is written again without the sticky bit",
        "privilege",
        "tmp",
        vec![Entry::directory("tmp").mode(0o777)],
    );
    let owner = failing(
        "layer-changes-owner",
        "the base's libssl is written again and belongs to the user that the process runs as",
        "privilege",
        LIBSSL,
        vec![library(LIBSSL_CONTENT).owner(65532, 65532)],
    );
    vec![
        setuid.changes([Change::new("privilege", "high", PYTHON)]).modified(PYTHON_PURL, PYTHON),
        capability.changes([Change::new("privilege", "high", PYTHON)]),
        mode.changes([Change::new("privilege", "high", "etc/passwd")]),
        folder.changes([Change::new("privilege", "high", "tmp")]),
        owner.changes([Change::new("privilege", "high", LIBSSL)]),
    ]
}

/// A module that Python finds before the base's, by a variable of the config.
const MODULE: &str = "opt/acme/python/ssl.py";

fn shadows() -> Vec<Case> {
    let program = failing(
        "layer-shadows-program",
        "a new file of the base's program's name stands in a folder that PATH names earlier",
        "shadow",
        "usr/local/bin/python3.13",
        vec![Entry::file("usr/local/bin/python3.13", b"#!/app/run\n").mode(0o755)],
    );
    let library = failing(
        "layer-shadows-library",
        "a new file of ld.so.conf.d names a folder with another libssl, which the loader then finds first",
        "shadow",
        "opt/acme/lib/libssl.so.3",
        vec![
            Entry::file("etc/ld.so.conf.d/00-acme.conf", b"/opt/acme/lib\n"),
            Entry::file("opt/acme/lib/libssl.so.3", b"\x7fELF ssl of ours\n"),
        ],
    );
    let module = Case::failing(
        "layer-shadows-module",
        "PYTHONPATH names a folder with a module of the standard library's name",
        KINDS,
        &[("layer-change", MODULE)],
    );
    let mut spec = scene::rooted_spec([Entry::file(MODULE, b"evil = 1\n")]);
    spec.env.push("PYTHONPATH=/opt/acme/python".to_owned());
    let module = scene::signed_rooted(module, spec).policy(denying("shadow"));
    vec![
        program.changes([Change::new("shadow", "high", "usr/local/bin/python3.13").shadows(PYTHON)]),
        library
            .changes([Change::new("shadow", "high", "opt/acme/lib/libssl.so.3").shadows(LIBSSL)])
            .modified(LIBSSL_PURL, LIBSSL),
        module.changes([Change::new("shadow", "high", MODULE).shadows("usr/lib/python3.13/ssl.py")]),
    ]
}

fn allowed() -> Vec<Case> {
    vec![allow_covers(), allow_of_other_kind(), allow_below_emptied_folder(), not_denied()]
}

/// One change of each kind.
fn one_of_each() -> (Vec<Entry>, Vec<Change>) {
    let entries = vec![
        library(b"\x7fELF ssl 3.5.1 of ours\n"),
        Entry::whiteout("usr/share/doc/libssl3t64/changelog"),
        Entry::symlink("home/nonroot", "/srv"),
        Entry::file("etc/passwd", PASSWD.as_bytes()).mode(0o664),
        Entry::file("usr/local/bin/python3", b"#!/app/run\n").mode(0o755),
        Entry::file("etc/group", b"root:x:0:\nnonroot:x:65532:\n").mtime(1),
    ];
    let changes = vec![
        Change::new("replace", "high", LIBSSL),
        Change::new("delete", "medium", "usr/share/doc/libssl3t64/changelog"),
        Change::new("redirect", "high", "home/nonroot").target("/srv"),
        Change::new("privilege", "high", "etc/passwd"),
        Change::new("shadow", "high", "usr/local/bin/python3").shadows("usr/bin/python3"),
        Change::new("metadata", "low", "etc/group"),
    ];
    (entries, changes)
}

const ALL: &str = r#"deny = ["replace", "delete", "redirect", "privilege", "shadow", "metadata"]"#;

fn allow_covers() -> Case {
    let case = Case::accepted(
        "layer-changes-allowed",
        "one change of each kind, all kinds are denied, and for each an entry of allow matches path and kind",
        "docs/POLICY.md: [layers] allow",
    );
    let (entries, changes) = one_of_each();
    let allow = r#"allow = [
    { path = "usr/lib/*/libssl.so.3", kinds = ["replace"] },
    { path = "usr/share/doc/**", kinds = ["delete"] },
    { path = "home/nonroot", kinds = ["redirect"] },
    { path = "etc/passwd", kinds = ["privilege"] },
    { path = "usr/local/bin/*", kinds = ["shadow"] },
    { path = "etc/*", kinds = ["metadata"] },
]"#;
    let policy = Policy::derived().with("[layers]", ALL).with("[layers]", allow);
    scene::rooted_facts(scene::rooted(case, entries).policy(policy).changes(changes), 1)
}

fn allow_of_other_kind() -> Case {
    let case = Case::failing(
        "layer-change-allowed-for-another-kind",
        "the entry of allow matches the path and lets it be deleted; it was replaced",
        "docs/POLICY.md: [layers] allow",
        &[("layer-change", LIBSSL)],
    );
    let allow = r#"allow = [{ path = "usr/lib/**", kinds = ["delete"] }]"#;
    scene::rooted(case, [library(b"\x7fELF ssl 3.5.1 of ours\n")])
        .policy(denying("replace").with("[layers]", allow))
        .changes([Change::new("replace", "high", LIBSSL)])
}

fn allow_below_emptied_folder() -> Case {
    let case = Case::failing(
        "layer-change-allowed-below-emptied-folder",
        "allow lets a file be deleted; the opaque folder takes it away together with everything else in it",
        "docs/POLICY.md: to allow a path below a deleted folder does not allow that change",
        &[("layer-change", DOCUMENTATION)],
    );
    let allow = r#"allow = [{ path = "usr/share/doc/libssl3t64/**", kinds = ["delete"] }]"#;
    scene::rooted(case, [Entry::directory(DOCUMENTATION), Entry::opaque(DOCUMENTATION)])
        .policy(denying("delete").with("[layers]", allow))
        .changes([Change::new("delete", "medium", DOCUMENTATION)])
}

fn not_denied() -> Case {
    let case = Case::accepted(
        "layer-changes-not-denied",
        "one change of each kind and no rule about them: those of high severity are warnings",
        "docs/POLICY.md: high-severity changes are warnings whatever the policy says",
    );
    let (entries, changes) = one_of_each();
    scene::rooted_facts(scene::rooted(case, entries).layers("all").changes(changes), 1)
        .warns(&["layer-change"])
}
