use layertrust_testkit::tar::Entry;
use serde_json::json;

use super::*;
use crate::files::{made::tree, shown};
use crate::layers::changes::{Change, shadows};
use crate::limits::Limits;

/// Every search path, of however many directories.
fn all_paths(tree: &Tree, config: &ImageConfig, base: Option<&ImageConfig>) -> SearchPaths {
    let limits = Limits { search_path: u64::MAX, ..Limits::default() };
    search_paths(tree, config, base, &limits).unwrap()
}

#[test]
fn a_search_of_too_many_directories_is_refused() {
    let tree = tree(vec![file("usr/bin/x")], [vec![]]);
    let config = config(&json!({ "Env": [format!("PATH={}", "/usr/bin:".repeat(1000))] }));
    let error = search_paths(&tree, &config, None, &Limits::default()).err().unwrap();
    assert_eq!(error.code(), crate::code::Code::LimitExceeded);
}

fn file(name: &str) -> Entry {
    Entry::file(name, b"x").mode(0o755)
}

fn config(settings: &serde_json::Value) -> ImageConfig {
    let json = json!({
        "architecture": "amd64", "os": "linux", "config": settings,
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    ImageConfig::parse(json.to_string().as_bytes(), "config", &Limits::default()).unwrap()
}

fn env(variable: &str) -> ImageConfig {
    config(&json!({ "Env": [variable] }))
}

fn names(tree: &Tree, places: &Places) -> Vec<String> {
    places.all.iter().map(|id| shown(&tree.path(*id))).collect()
}

/// What hides what.
fn hidden(tree: &Tree, config: &ImageConfig) -> Vec<(String, String)> {
    let path = |id| shown(&tree.path(id));
    let pair = |change: Change| (path(change.node), path(change.shadows.unwrap()));
    let mut pairs: Vec<_> = shadows(tree, &all_paths(tree, config, None)).into_iter().map(pair).collect();
    pairs.sort();
    pairs
}

fn programs(tree: &Tree, config: &ImageConfig) -> Vec<String> {
    names(tree, &all_paths(tree, config, None).programs)
}

#[test]
fn path_is_searched_in_its_order() {
    let tree = tree(
        vec![
            file("usr/bin/tool"),
            file("usr/local/bin/x"),
            file("srv/app/bin/y"),
            Entry::symlink("bin", "usr/bin"),
        ],
        [],
    );
    assert_eq!(
        programs(&tree, &config(&json!({}))),
        ["usr/local/bin", "usr/bin"],
        "the default; /bin is /usr/bin"
    );
    assert_eq!(programs(&tree, &env("PATH=/bin:/usr/local/bin:/none")), ["usr/bin", "usr/local/bin"]);
    assert_eq!(programs(&tree, &env("PATH=/usr/bin:/bin:/usr/bin")), ["usr/bin"], "each once");
    assert_eq!(programs(&tree, &env("PATH=/usr/bin/tool:/usr/bin")), ["usr/bin"], "no file");
    // Relative and empty entries are the working directory's.
    let within = |path: &str, folder: &str| {
        programs(&tree, &config(&json!({ "Env": [format!("PATH={path}")], "WorkingDir": folder })))
    };
    assert_eq!(within("bin:/usr/bin", "/srv/app"), ["srv/app/bin", "usr/bin"]);
    assert_eq!(within(":/usr/bin", "/srv/app/bin"), ["srv/app/bin", "usr/bin"]);
    assert_eq!(within("/usr/bin:", "/srv/app/bin"), ["usr/bin", "srv/app/bin"]);
    assert_eq!(within(".:../../usr/bin", "/srv/app"), ["srv/app", "usr/bin"]);
    assert_eq!(within("bin", "/none"), [""; 0]);
    assert_eq!(within("bin", "/"), ["usr/bin"]);
    assert_eq!(
        programs(&tree, &env("PATH=:/usr/bin")),
        ["", "usr/bin"],
        "without a working directory the root"
    );
}

#[test]
fn new_programs_hide_later_ones() {
    let base = || vec![file("usr/bin/tool"), file("usr/bin/other"), Entry::directory("usr/local/bin")];
    let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
    let tree = tree(base(), [vec![file("usr/local/bin/tool"), file("usr/local/bin/new"), file("opt/other")]]);
    let shadow = pair("usr/local/bin/tool", "usr/bin/tool");
    assert_eq!(hidden(&tree, &config(&json!({}))), std::slice::from_ref(&shadow));
    assert_eq!(
        hidden(&tree, &env("PATH=/opt:/usr/local/bin:/usr/bin")),
        [pair("opt/other", "usr/bin/other"), shadow]
    );
    assert_eq!(hidden(&tree, &env("PATH=/usr/bin:/usr/local/bin:/opt")), [], "behind the base's");
    let paths = all_paths(&tree, &config(&json!({})), None);
    assert!(paths.base_has_program(b"tool") && paths.base_has_program(b"other"));
    assert!(!paths.base_has_program(b"new") && !paths.base_has_program(b"local"));
    let place = |path: &str| tree.lookup(path.as_bytes(), View::Now).unwrap();
    assert!(
        paths.has_program(&tree, place("usr/local/bin/new")) && !paths.has_program(&tree, place("opt/other"))
    );
}

/// A directory of the path that was redirected is one change, and what is in it is not listed.
#[test]
fn redirected_directories_hide_nothing_one_by_one() {
    let base = vec![file("usr/local/bin/x"), file("usr/bin/tool")];
    let upper = vec![Entry::symlink("usr/local/bin", "/evil"), file("evil/tool")];
    let tree = tree(base, [upper]);
    let paths = all_paths(&tree, &config(&json!({})), None);
    assert_eq!(names(&tree, &paths.programs), ["evil", "usr/bin"]);
    assert_eq!(hidden(&tree, &config(&json!({}))), []);
    // Named by its own path too it is a directory like any other.
    assert_eq!(hidden(&tree, &env("PATH=/usr/local/bin:/evil:/usr/bin")).len(), 1);
}

#[test]
fn what_is_started_is_known_in_both_states() {
    let base = vec![file("usr/bin/python3.13"), Entry::symlink("usr/bin/python", "python3.13")];
    let tree = tree(base, [vec![file("app/main")]]);
    let started = |config: &ImageConfig, base: Option<&ImageConfig>| {
        let paths = all_paths(&tree, config, base);
        let mut names: Vec<String> = paths.started.iter().map(|id| shown(&tree.path(*id))).collect();
        names.sort();
        names
    };
    let python = config(&json!({ "Entrypoint": ["python", "-V"] }));
    let main = config(&json!({ "Entrypoint": [], "Cmd": ["/app/main"] }));
    assert_eq!(started(&python, None), ["usr/bin/python", "usr/bin/python3.13"]);
    assert_eq!(started(&main, None), ["app/main"]);
    assert_eq!(started(&main, Some(&python)), ["app/main", "usr/bin/python", "usr/bin/python3.13"]);
    assert_eq!(started(&config(&json!({ "Cmd": ["none"] })), None), [""; 0]);
}

fn libraries(tree: &Tree, config: &ImageConfig) -> Vec<String> {
    names(tree, &all_paths(tree, config, None).libraries)
}

#[test]
fn libraries_are_looked_for_as_the_loader_does() {
    let conf = |name: &str, text: &str| Entry::file(name, text.as_bytes());
    let base = vec![
        conf(
            "etc/ld.so.conf",
            "# comment\ninclude /etc/ld.so.conf.d/*.conf\n/opt/last/lib # here\nrelative\n",
        ),
        conf("etc/ld.so.conf.d/b.conf", "/opt/b/lib\n"),
        conf("etc/ld.so.conf.d/a.conf", "\n  /opt/a/lib  \n/none\n"),
        conf("etc/ld.so.conf.d/c.txt", "/opt/c/lib\n"),
        file("opt/a/lib/x.so"),
        file("opt/b/lib/x.so"),
        file("opt/c/lib/x.so"),
        file("opt/last/lib/x.so"),
        file("usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2/x.so"),
        file("usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/x.so"),
        file("usr/lib/x86_64-linux-gnu/x.so"),
        Entry::symlink("lib", "usr/lib"),
        Entry::directory("srv/lib"),
    ];
    let tree = tree(base, []);
    let usual = [
        "opt/a/lib",
        "opt/b/lib",
        "opt/last/lib",
        "usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3",
        "usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2",
        "usr/lib/x86_64-linux-gnu",
        "usr/lib",
    ];
    assert_eq!(libraries(&tree, &config(&json!({}))), usual);
    let first = |first: &[&'static str]| [first, &usual].concat();
    assert_eq!(
        libraries(&tree, &env("LD_LIBRARY_PATH=/srv/lib;/opt/c/lib")),
        first(&["srv/lib", "opt/c/lib"])
    );
    // Empty it is as if there was none; an empty entry is the working directory.
    assert_eq!(libraries(&tree, &env("LD_LIBRARY_PATH=")), usual);
    let within = config(&json!({ "Env": ["LD_LIBRARY_PATH=lib:"], "WorkingDir": "/srv" }));
    assert_eq!(libraries(&tree, &within), first(&["srv/lib", "srv"]));
}

/// Fedora's form: what is not absolute is beside the file.
#[test]
fn includes_are_relative_to_their_file() {
    for include in
        ["include ld.so.conf.d/*.conf", "include\t/etc/ld.so.conf.d/x.conf", "include   ld.so.conf.d/x*"]
    {
        let base = vec![
            Entry::file("etc/ld.so.conf", include.as_bytes()),
            Entry::file("etc/ld.so.conf.d/x.conf", b"/opt/lib"),
            file("opt/lib/x.so"),
        ];
        assert_eq!(libraries(&tree(base, []), &config(&json!({}))), ["opt/lib"], "{include}");
    }
    let musl = vec![
        Entry::file("etc/ld-musl-x86_64.path", b"/opt/b:/opt/a\n/lib\n"),
        file("opt/a/x"),
        file("opt/b/x"),
        file("lib/x"),
    ];
    assert_eq!(libraries(&tree(musl, []), &config(&json!({}))), ["opt/b", "opt/a", "lib"]);
}

#[test]
fn new_libraries_hide_later_ones() {
    let base = vec![
        Entry::file("etc/ld.so.conf", b"/opt/lib\n"),
        file("usr/lib/x86_64-linux-gnu/libssl.so.3"),
        file("usr/lib/x86_64-linux-gnu/libz.so"),
        Entry::directory("opt/lib"),
    ];
    let upper = vec![
        file("opt/lib/libssl.so.3"),
        file("opt/lib/libssl.so"),
        file("opt/lib/README"),
        file("usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2/libz.so"),
        file("usr/lib/libssl.so.3"),
    ];
    let tree = tree(base, [upper]);
    let pair = |one: &str, two: &str| (one.to_owned(), format!("usr/lib/x86_64-linux-gnu/{two}"));
    assert_eq!(
        hidden(&tree, &config(&json!({}))),
        [
            pair("opt/lib/libssl.so.3", "libssl.so.3"),
            pair("usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2/libz.so", "libz.so"),
        ]
    );
}

#[test]
fn modules_are_looked_for_as_python_does() {
    let base = vec![
        file("usr/lib/python3.13/ssl.py"),
        file("usr/lib/python3.13/json/__init__.py"),
        file("usr/lib/python3.13/site-packages/requests/__init__.py"),
        Entry::directory("srv/app"),
    ];
    let upper = vec![
        file("srv/app/ssl.cpython-313-x86_64-linux-gnu.so"),
        file("srv/app/json.txt"),
        file("usr/lib/python3.13/requests.py"),
        file("usr/lib/python3.13/site-packages/ssl.py"),
    ];
    let tree = tree(base, [upper]);
    let requests =
        ("usr/lib/python3.13/requests.py".to_owned(), "usr/lib/python3.13/site-packages/requests".to_owned());
    assert_eq!(hidden(&tree, &config(&json!({}))), std::slice::from_ref(&requests));
    let ssl =
        ("srv/app/ssl.cpython-313-x86_64-linux-gnu.so".to_owned(), "usr/lib/python3.13/ssl.py".to_owned());
    let within = |path: &str| config(&json!({ "Env": [format!("PYTHONPATH={path}")], "WorkingDir": "/srv" }));
    for path in ["/srv/app", "app", "/none:./app"] {
        assert_eq!(hidden(&tree, &within(path)), [ssl.clone(), requests.clone()], "{path}");
    }
    assert_eq!(hidden(&tree, &within("")), [requests]);
}

/// A variable may list very many directories, and a stranger chooses both.
#[test]
fn very_many_directories_are_no_square() {
    let folders: Vec<String> = (0..20_000).map(|at| format!("d{at}")).collect();
    let tree = tree(vec![file("usr/bin/sh")], [folders.iter().map(Entry::directory).collect()]);
    let variable = folders.iter().map(|name| format!("/{name}")).collect::<Vec<_>>().join(":");
    let paths = all_paths(&tree, &env(&format!("PATH={variable}:{variable}:/usr/bin")), None);
    assert_eq!(paths.programs.all.len(), 20_001);
    assert!(paths.base_has_program(b"sh"));
}
