use layertrust_testkit::tar::Entry;
use serde_json::json;

use super::*;
use crate::files::made::tree;
use crate::layers::changes::{search_paths, shadows, walk};
use crate::limits::Limits;
use crate::oci::config::ImageConfig;

fn file(name: &str, content: &str) -> Entry {
    Entry::file(name, content.as_bytes())
}

/// What an image comes to: unmodified, modified with the changed files, new.
fn read<const N: usize>(base: Vec<Entry>, upper: [Vec<Entry>; N]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let tree = tree(base, upper);
    let json = json!({
        "architecture": "amd64", "os": "linux", "config": {}, "rootfs": { "type": "layers", "diff_ids": [] },
    });
    let config = ImageConfig::parse(json.to_string().as_bytes(), "config", &Limits::default()).unwrap();
    let mut changes = walk(&tree).changes;
    changes.extend(shadows(&tree, &search_paths(&tree, &config, None, &Limits::default()).unwrap()));
    let vouched = vouched(&tree, &changes);
    let name = |fact: &PackageFact| {
        let short = fact.purl.rsplit('/').next().unwrap_or_default();
        short.split('?').next().unwrap_or_default().to_owned()
    };
    let modified =
        |fact: &PackageFact| format!("{} {}", name(fact), fact.changed.join(" ")).trim_end().to_owned();
    let facts = &vouched.facts;
    (
        facts.vendor_unmodified.iter().map(name).collect(),
        facts.vendor_modified.iter().map(modified).collect(),
        facts.org.iter().map(name).collect(),
    )
}

fn status(names: &[&str]) -> String {
    let record = |name: &&str| {
        format!("Package: {name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n")
    };
    names.iter().map(record).collect()
}

/// Two Debian packages: `ssl` with a library and a program, and `tz` whose files nobody lists.
fn debian() -> Vec<Entry> {
    vec![
        file("etc/os-release", "ID=debian\nVERSION_ID=13\n"),
        file("var/lib/dpkg/status", &status(&["ssl", "doc"])),
        file(
            "var/lib/dpkg/info/ssl.list",
            "/.\n/usr\n/usr/lib\n/usr/lib/libssl.so.3\n/usr/bin/openssl\n/lib/libcrypto.so.3\n",
        ),
        file("var/lib/dpkg/info/doc.list", "/usr/share/doc/readme\n"),
        file("usr/lib/libssl.so.3", "ssl"),
        file("usr/lib/libcrypto.so.3", "crypto"),
        file("usr/bin/openssl", "openssl"),
        file("usr/share/doc/readme", "read me"),
        Entry::symlink("lib", "usr/lib"),
        Entry::directory("usr/local/bin"),
    ]
}

fn text(list: &[&str]) -> Vec<String> {
    list.iter().map(|one| (*one).to_owned()).collect()
}

#[test]
fn untouched_packages_are_the_vendors() {
    let (unmodified, modified, org) = read(debian(), [vec![file("app/main", "")]]);
    assert_eq!((unmodified, modified, org), (text(&["doc@1", "ssl@1"]), vec![], vec![]));
    // Written again as it was.
    let same = vec![file("usr/bin/openssl", "openssl"), Entry::directory("usr/lib")];
    assert_eq!(read(debian(), [same]).1, [""; 0]);
}

#[test]
fn a_package_with_another_file_is_modified() {
    for (upper, changed) in [
        (vec![file("usr/bin/openssl", "evil")], "ssl@1 usr/bin/openssl"),
        (vec![Entry::whiteout("usr/bin/openssl")], "ssl@1 usr/bin/openssl"),
        (vec![file("usr/bin/openssl", "openssl").mode(0o4755)], "ssl@1 usr/bin/openssl"),
        // The list says `lib`, which is a link in the base.
        (vec![file("usr/lib/libcrypto.so.3", "evil")], "ssl@1 usr/lib/libcrypto.so.3"),
        (vec![file("lib/libcrypto.so.3", "evil")], "ssl@1 usr/lib/libcrypto.so.3"),
        // A file that comes first.
        (vec![file("usr/local/bin/openssl", "evil")], "ssl@1 usr/bin/openssl"),
        (vec![file("usr/local/lib/libssl.so.3", "evil")], "ssl@1 usr/lib/libssl.so.3"),
        (vec![Entry::whiteout("usr/bin")], "ssl@1 usr/bin/openssl"),
    ] {
        let (unmodified, modified, org) = read(debian(), [upper]);
        assert_eq!((unmodified, modified, org), (text(&["doc@1"]), text(&[changed]), vec![]));
    }
}

#[test]
fn a_redirected_parent_modifies_what_is_below() {
    let all = "ssl@1 usr/bin/openssl usr/lib/libcrypto.so.3 usr/lib/libssl.so.3";
    let redirected = vec![
        Entry::symlink("usr", "evil"),
        file("evil/bin/openssl", "openssl"),
        file("evil/lib/libssl.so.3", "ssl"),
        file("evil/lib/libcrypto.so.3", "crypto"),
        file("evil/share/doc/readme", "read me"),
    ];
    let (unmodified, modified, _) = read(debian(), [redirected]);
    assert_eq!((unmodified, modified), (vec![], text(&["doc@1 usr/share/doc/readme", all])));
    let libraries = vec![Entry::symlink("usr/lib", "/evil")];
    let (unmodified, modified, _) = read(debian(), [libraries]);
    assert_eq!(unmodified, ["doc@1"]);
    assert_eq!(modified, ["ssl@1 usr/lib/libcrypto.so.3 usr/lib/libssl.so.3"]);
}

#[test]
fn a_package_without_a_list_is_modified_by_anything() {
    let base = || {
        let mut base = debian();
        base.push(file("var/lib/dpkg/status", &status(&["ssl", "doc", "tz"])));
        base
    };
    assert_eq!(read(base(), [vec![file("app/main", "")]]).0, ["doc@1", "ssl@1", "tz@1"]);
    let (unmodified, modified, _) = read(base(), [vec![file("etc/os-release", "ID=debian\nX=1\n")]]);
    assert_eq!((unmodified, modified), (text(&["doc@1", "ssl@1"]), text(&["tz@1"])));
}

#[test]
fn new_packages_are_the_organizations() {
    let more = vec![file("var/lib/dpkg/status", &status(&["ssl", "doc", "curl"]))];
    assert_eq!(read(debian(), [more]).2, ["curl@1"]);
    // Records of another version are of another package; the base's is gone with its files' vendor or not.
    let other =
        vec![file("var/lib/dpkg/status", &status(&["ssl", "doc"]).replace("Version: 1", "Version: 2"))];
    let (unmodified, modified, org) = read(debian(), [other]);
    assert_eq!((unmodified, modified, org), (text(&["doc@1", "ssl@1"]), vec![], text(&["doc@2", "ssl@2"])));
    let removed = vec![Entry::whiteout("var/lib/dpkg")];
    assert_eq!(read(debian(), [removed]).0, ["doc@1", "ssl@1"], "the record is no file of the package");
}

fn module(folder: &str, name: &str) -> Vec<Entry> {
    let manifest = json!({ "name": name, "version": "1.0.0" }).to_string();
    vec![file(&format!("{folder}/package.json"), &manifest), file(&format!("{folder}/index.js"), name)]
}

fn node() -> Vec<Entry> {
    let outer = "app/node_modules/outer";
    [
        module(outer, "outer"),
        module(&format!("{outer}/node_modules/inner"), "inner"),
        module("app/node_modules/@s/scoped", "@s/scoped"),
    ]
    .concat()
}

#[test]
fn nested_modules_are_packages_of_their_own() {
    assert_eq!(read(node(), []).0.len(), 3);
    let inner = vec![file("app/node_modules/outer/node_modules/inner/index.js", "evil")];
    let (unmodified, modified, _) = read(node(), [inner]);
    assert_eq!(unmodified.len(), 2);
    assert_eq!(modified, ["inner@1.0.0 app/node_modules/outer/node_modules/inner/index.js"]);
    let outer = vec![file("app/node_modules/outer/index.js", "evil")];
    assert_eq!(read(node(), [outer]).1, ["outer@1.0.0 app/node_modules/outer/index.js"]);
    // Without its folder both are.
    assert_eq!(read(node(), [vec![Entry::whiteout("app/node_modules/outer")]]).1.len(), 2);
    // The same name and version in another folder is another module.
    assert_eq!(read(node(), [module("srv/node_modules/outer", "outer")]).2, ["outer@1.0.0"]);
}

/// Node finds a file that is put into a module's folder; what the folder had is still the vendor's.
#[test]
fn a_new_file_in_a_module_changes_no_file_of_it() {
    let new = vec![file("app/node_modules/outer/more.js", "")];
    assert_eq!(read(node(), [new]).1, [""; 0]);
}
