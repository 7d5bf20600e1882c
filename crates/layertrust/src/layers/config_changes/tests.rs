use serde_json::json;

use super::*;
use crate::limits::Limits;

fn config(run: serde_json::Value) -> ImageConfig {
    let json = json!({
        "architecture": "amd64", "os": "linux", "config": run,
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    ImageConfig::parse(json.to_string().as_bytes(), "config", &Limits::default()).unwrap()
}

fn env(variables: &[&str]) -> ImageConfig {
    config(json!({ "Env": variables }))
}

#[test]
fn search_paths_are_compared_entry_by_entry() {
    let base = env(&["PATH=/usr/local/bin:/usr/bin", "LANG=C"]);
    let change = |image: &ImageConfig| {
        let mut changes = config_changes(&base, image);
        assert_eq!(changes.len(), 1, "{changes:?}");
        let change = changes.remove(0);
        assert_eq!(change.base, Some(json!("/usr/local/bin:/usr/bin")));
        (change.added, change.removed)
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    for (path, added, removed) in [
        ("PATH=/app/bin:/usr/local/bin:/usr/bin", words(&["/app/bin"]), words(&[])),
        ("PATH=/usr/bin:/x:/x", words(&["/x"]), words(&["/usr/local/bin"])),
        // The working directory comes first.
        ("PATH=:/usr/local/bin:/usr/bin", words(&[""]), words(&[])),
        // Only the order differs.
        ("PATH=/usr/bin:/usr/local/bin", words(&[]), words(&[])),
        ("PATH=", words(&[]), words(&["/usr/local/bin", "/usr/bin"])),
    ] {
        assert_eq!(change(&env(&[path, "LANG=C"])), (added, removed), "{path}");
    }
    assert_eq!(change(&env(&["LANG=C"])), (words(&[]), words(&["/usr/local/bin", "/usr/bin"])));
}

#[test]
fn a_variable_that_the_base_does_not_have_is_all_added_and_other_fields_have_no_entries() {
    let base = env(&["LANG=a:b"]);
    let changes = config_changes(&base, &env(&["LANG=b:c", "PYTHONPATH=/app:/lib"]));
    assert_eq!(changes[0].field, "Env.LANG");
    assert!(changes[0].added.is_empty() && changes[0].removed.is_empty());
    assert_eq!((changes[1].field.as_str(), changes[1].base.as_ref()), ("Env.PYTHONPATH", None));
    assert_eq!(changes[1].added, ["/app", "/lib"]);
}

/// A list with a variable twice is read differently by runtimes: neither value may hide the other.
#[test]
fn a_variable_that_is_set_twice_shows_both_values() {
    let base = env(&["LD_PRELOAD=/a.so"]);
    let changes = config_changes(&base, &env(&["LD_PRELOAD=/evil.so", "LD_PRELOAD=/a.so"]));
    assert_eq!(changes[0].image, Some(json!(["/evil.so", "/a.so"])));
    assert!(config_changes(&base, &env(&["LD_PRELOAD=/a.so", "LD_PRELOAD=/a.so"])).is_empty());
}

#[test]
fn vendor_labels_are_inherited_changed_removed_or_claimed() {
    let labels = |labels: serde_json::Value| config(json!({ "Labels": labels }));
    let base = labels(json!({
        "com.docker.dhi.name": "dhi/python", "com.docker.dhi.variant": "runtime", "com.docker.dhi.shell": "",
        "other": "x",
    }));
    let image = labels(json!({
        "com.docker.dhi.name": "dhi/python", "com.docker.dhi.variant": "dev", "com.docker.dhi.compliance": "fips",
        "com.docker.dhim": "x", "other": "y",
    }));
    let found = vendor_labels(Some(&base), &image).unwrap();
    assert_eq!(found.kept, 1);
    assert_eq!(found.changed, ["com.docker.dhi.variant"]);
    assert_eq!(found.removed, ["com.docker.dhi.shell"]);
    assert_eq!(found.added, ["com.docker.dhi.compliance"]);

    let unproved = vendor_labels(None, &image).unwrap();
    assert_eq!((unproved.kept, unproved.added.len()), (0, 3));
    assert!(unproved.changed.is_empty() && unproved.removed.is_empty());

    let plain = labels(json!({ "other": "x" }));
    assert_eq!(vendor_labels(None, &plain), None);
    assert_eq!(vendor_labels(Some(&plain), &plain), None);
    assert_eq!(vendor_labels(Some(&base), &plain).unwrap().removed.len(), 3);
}
