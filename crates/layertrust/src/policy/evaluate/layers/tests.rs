use super::*;
use crate::layers::AddedPath;
use crate::policy::{Exception, Flavor, Pattern, except};
use crate::report::{AddedFolder, AddedLayer};

fn changed(path: &str, kind: ChangeKind, severity: ChangeSeverity) -> Contents {
    let change = ChangeFact {
        path: path.to_owned(),
        kind,
        layer: 6,
        severity,
        reason: None,
        package: None,
        shadows: None,
        target: None,
    };
    Contents { changes: vec![change], ..Contents::default() }
}

fn suspected(class: SuspiciousClass, path: &str) -> Contents {
    let mut contents = Contents::default();
    contents.added.suspicious.push(SuspiciousFact { class, path: path.to_owned(), layer: 6, shape: None });
    contents
}

fn deny(kinds: &[ChangeKind]) -> LayersRule {
    LayersRule::new().deny(kinds.iter().copied())
}

/// Code, severity and path of every finding.
fn found(rule: &LayersRule, contents: &Contents) -> Vec<(Code, Severity, Option<String>)> {
    layers(rule, contents).into_iter().map(|one| (one.code, one.severity, one.path)).collect()
}

fn at(code: Code, severity: Severity, path: &str) -> Vec<(Code, Severity, Option<String>)> {
    vec![(code, severity, Some(path.to_owned()))]
}

#[test]
fn every_kind_is_denied_for_itself_alone() {
    for (kind, name) in ChangeKind::ALL {
        let contents = changed("usr/lib/x.so", kind, ChangeSeverity::Medium);
        for (denied, word) in ChangeKind::ALL {
            let found = found(&deny(&[denied]), &contents);
            if kind == denied {
                assert_eq!(found, at(Code::LayerChange, Severity::Error, "usr/lib/x.so"), "{name}");
            } else {
                assert_eq!(found, [], "{name} where {word} is denied");
            }
        }
    }
}

#[test]
fn a_change_of_high_severity_is_a_warning_where_nothing_denies_it() {
    let high = changed("usr/bin/python3", ChangeKind::Replace, ChangeSeverity::High);
    assert_eq!(found(&LayersRule::new(), &high), at(Code::LayerChange, Severity::Warning, "usr/bin/python3"));
    for severity in [ChangeSeverity::Medium, ChangeSeverity::Low] {
        assert_eq!(found(&LayersRule::new(), &changed("a", ChangeKind::Replace, severity)), []);
    }
    let allowed = LayersRule::new().allow("usr/bin/*", [ChangeKind::Replace]).unwrap();
    assert_eq!(found(&allowed, &high), []);
}

#[test]
fn what_is_allowed_covers_its_kinds_and_its_whole_path() {
    let rule = deny(&[ChangeKind::Replace, ChangeKind::Delete, ChangeKind::Redirect]);
    let rule = rule.allow("etc/passwd", [ChangeKind::Replace]).unwrap();
    let rule = rule.allow("srv/**", [ChangeKind::Delete, ChangeKind::Redirect]).unwrap();
    for (path, kind, covered) in [
        ("etc/passwd", ChangeKind::Replace, true),
        ("etc/passwd", ChangeKind::Delete, false),
        ("etc/passwd-", ChangeKind::Replace, false),
        ("etc", ChangeKind::Replace, false),
        ("srv/data", ChangeKind::Delete, true),
        ("srv/data/deep", ChangeKind::Redirect, true),
        // The folder itself takes with it what nobody allowed.
        ("srv", ChangeKind::Delete, false),
        ("srv", ChangeKind::Redirect, false),
        ("", ChangeKind::Delete, false),
    ] {
        let found = found(&rule, &changed(path, kind, ChangeSeverity::High));
        assert_eq!(found.is_empty(), covered, "{kind:?} of {path:?}: {found:?}");
    }
}

#[test]
fn a_finding_names_kind_layer_path_and_the_entry_that_would_allow_it() {
    let mut contents = changed("usr/local/bin/a\"b\u{202e}", ChangeKind::Shadow, ChangeSeverity::High);
    contents.changes[0].shadows = Some("usr/bin/python3".to_owned());
    contents.changes[0].package = Some("pkg:deb/dhi/python".to_owned());
    contents.changes[0].target = Some("/tmp/x".to_owned());
    let findings = layers(&deny(&[ChangeKind::Shadow]), &contents);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.layer, Some(6));
    for part in ["shadow by layer 6", "usr/bin/python3", "pkg:deb/dhi/python", "/tmp/x", "[layers] deny"] {
        assert!(finding.message.contains(part), "{part}: {}", finding.message);
    }
    let (_, entry) = finding.hint.split_once("say: ").unwrap();
    let parsed: toml::Table = entry.parse().unwrap();
    assert_eq!(parsed["allow"][0]["path"].as_str(), Some("usr/local/bin/a\"b\u{202e}"));
    assert_eq!(parsed["allow"][0]["kinds"][0].as_str(), Some("shadow"));
}

/// Whatever an image calls its files, the entry in the hint can be read and allows the change.
#[test]
fn the_entry_of_the_hint_allows_the_change() {
    for path in
        ["a", "a b", "a\\xFF", "tab\there", "del\u{7f}", "a*b", "a***b****c", "it's \"x\"", "**/a", "@x/y"]
    {
        let contents = changed(path, ChangeKind::Replace, ChangeSeverity::High);
        let rule = deny(&[ChangeKind::Replace]);
        let findings = layers(&rule, &contents);
        let (_, entry) = findings[0].hint.split_once("say: ").unwrap();
        let parsed: toml::Table = entry.parse().unwrap();
        let pattern = parsed["allow"][0]["path"].as_str().unwrap();
        assert_eq!(found(&rule.allow(pattern, [ChangeKind::Replace]).unwrap(), &contents), [], "{path:?}");
    }
}

#[test]
fn denied_added_paths_are_one_finding_each_shadows_included() {
    let rule = LayersRule::new().deny_added(["usr/bin/curl", "usr/local/bin/*", "**/.npmrc"]).unwrap();
    let mut contents = changed("usr/local/bin/python3", ChangeKind::Shadow, ChangeSeverity::Medium);
    // The walk may list the shadow as well.
    for path in ["usr/bin/curl", "usr/local/bin/python3", "app/.npmrc"] {
        contents.denied.push(AddedPath { path: path.to_owned(), layer: 6 });
    }
    let paths: Vec<_> = found(&rule, &contents);
    assert_eq!(paths.len(), 3, "{paths:?}");
    assert!(paths.iter().all(|(code, severity, _)| (*code, *severity) == (Code::AddedPath, Severity::Error)));

    contents.denied.clear();
    assert_eq!(found(&rule, &contents), at(Code::AddedPath, Severity::Error, "usr/local/bin/python3"));
    assert_eq!(found(&LayersRule::new(), &contents), []);
    // A path that is replaced is not new.
    let replaced = changed("usr/bin/curl", ChangeKind::Replace, ChangeSeverity::Medium);
    assert_eq!(found(&rule, &replaced), []);
}

#[test]
fn every_class_is_denied_for_itself_alone() {
    for (class, name) in SuspiciousClass::ALL {
        let contents = suspected(*class, "app/x");
        let code = if *class == SuspiciousClass::Secret { Code::SecretAdded } else { Code::AddedPath };
        for (denied, word) in SuspiciousClass::ALL {
            let expected = match class {
                _ if class == denied => at(code, Severity::Error, "app/x"),
                SuspiciousClass::Secret | SuspiciousClass::Setuid | SuspiciousClass::WorldWritable => {
                    at(code, Severity::Warning, "app/x")
                }
                _ => Vec::new(),
            };
            let rule = LayersRule::new().deny_suspicious([*denied]);
            assert_eq!(found(&rule, &contents), expected, "{name} where {word} is denied");
        }
    }
}

#[test]
fn a_path_that_two_rules_deny_is_one_finding_unless_it_is_a_secret() {
    let rule = LayersRule::new()
        .deny_added(["**"])
        .unwrap()
        .deny_suspicious([SuspiciousClass::PackageCache, SuspiciousClass::Secret]);
    for (class, count) in [(SuspiciousClass::PackageCache, 1), (SuspiciousClass::Secret, 2)] {
        let mut contents = suspected(class, "a");
        contents.denied.push(AddedPath { path: "a".to_owned(), layer: 6 });
        assert_eq!(found(&rule, &contents).len(), count, "{class:?}");
    }
}

#[test]
fn the_size_limit_names_both_numbers_and_the_largest_folders() {
    let mut contents = Contents::default();
    contents.added.bytes = 101;
    let folder = |path: &str, bytes| AddedFolder { path: path.to_owned(), files: 1, bytes };
    contents.added.by_layer = vec![
        AddedLayer { layer: 5, files: 2, bytes: 30, folders: vec![folder("usr", 10), folder("var", 20)] },
        AddedLayer { layer: 6, files: 2, bytes: 71, folders: vec![folder("app", 70), folder("opt", 1)] },
    ];
    assert_eq!(found(&LayersRule::new().max_added_size(101), &contents), []);
    let findings = layers(&LayersRule::new().max_added_size(100), &contents);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code, finding.severity), (Code::SizeLimit, Severity::Error));
    for part in
        ["at most 100 bytes", "101 bytes", "70 below \"app\" in layer 6", "20 below \"var\" in layer 5"]
    {
        assert!(finding.message.contains(part), "{part}: {}", finding.message);
    }
    assert!(finding.message.contains("10 below") && !finding.message.contains("opt"), "{}", finding.message);
}

#[test]
fn a_rule_on_layers_that_were_not_opened_is_not_evaluated_key_by_key() {
    let all = deny(&[ChangeKind::Replace])
        .allow("a", [ChangeKind::Replace])
        .unwrap()
        .deny_added(["a"])
        .unwrap()
        .deny_suspicious([SuspiciousClass::Secret])
        .max_added_size(1);
    let findings = not_opened(&all);
    let keys = ["deny", "deny-added", "deny-suspicious", "max-added-size"];
    assert_eq!(findings.len(), keys.len());
    for (finding, key) in findings.iter().zip(keys) {
        assert_eq!((finding.code, finding.severity), (Code::RuleNotEvaluated, Severity::Error));
        assert!(finding.message.contains(&format!("[layers] {key}:")), "{}", finding.message);
        assert!(finding.hint.contains("--layers auto"), "{}", finding.hint);
    }
    let allowed = LayersRule::new().allow("a", [ChangeKind::Replace]).unwrap();
    assert_eq!(not_opened(&allowed).len(), 0);
}

#[test]
fn exceptions_cover_added_paths_by_path_until_they_expire() {
    let rule = LayersRule::new().deny_added(["usr/bin/**"]).unwrap();
    let mut contents = Contents::default();
    for path in ["usr/bin/gcc", "usr/bin/curl"] {
        contents.denied.push(AddedPath { path: path.to_owned(), layer: 6 });
    }
    let exception = |until: &str| Exception {
        code: Code::AddedPath,
        path: Some(Pattern::new("usr/bin/*cc", Flavor::Path).unwrap()),
        until: until.parse().unwrap(),
        reason: "OPS-1234".to_owned(),
    };
    let now = "2026-11-24T12:00:00Z".parse().unwrap();

    let mut findings = layers(&rule, &contents);
    let used = except(&[exception("2026-11-24")], now, &mut findings);
    assert_eq!(used.len(), 1);
    let errors = |findings: &[Finding]| -> Vec<_> {
        let errors = findings.iter().filter(|one| one.severity == Severity::Error);
        errors.map(|one| (one.code, one.path.clone())).collect()
    };
    assert_eq!(errors(&findings), [(Code::AddedPath, Some("usr/bin/curl".to_owned()))]);
    assert!(findings.iter().any(|one| one.code == Code::ExceptionUsed));

    let mut findings = layers(&rule, &contents);
    assert!(except(&[exception("2026-11-23")], now, &mut findings).is_empty());
    assert_eq!(errors(&findings).len(), 3);
    assert!(findings.iter().any(|one| one.code == Code::ExceptionExpired));
}
