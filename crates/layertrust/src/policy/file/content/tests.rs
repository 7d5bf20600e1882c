use serde_json::json;

use crate::code::Code;
use crate::policy::file::tests::{ORG, policy};
use crate::report::{ChangeKind, SuspiciousClass};

fn with(section: &str) -> crate::Result<crate::Policy> {
    policy(&format!("{ORG}{section}"))
}

const ALL: &str = r#"
[layers]
deny = ["shadow", "replace", "replace"]
allow = [{ path = "etc/passwd", kinds = ["replace"] }, { path = "srv/**", kinds = ["delete", "redirect"] }]
deny-added = ["var/lib/apt/lists/**", "**/.npmrc"]
deny-suspicious = ["secret", "package-cache"]
max-added-size = "200MiB"
[config]
user = "non-root"
entrypoint = "inherit"
deny-env = ["LD_PRELOAD"]
"#;

#[test]
fn every_key_is_read_and_stands_in_the_summary() {
    let policy = with(ALL).unwrap();
    let summary = policy.summary();
    assert_eq!(
        summary["layers"],
        json!({
            "deny": ["replace", "shadow"],
            "allow": [
                { "path": "etc/passwd", "kinds": ["replace"] },
                { "path": "srv/**", "kinds": ["delete", "redirect"] },
            ],
            "deny-added": ["var/lib/apt/lists/**", "**/.npmrc"],
            "deny-suspicious": ["package-cache", "secret"],
            "max-added-size": 200 << 20,
        })
    );
    assert_eq!(
        summary["config"],
        json!({ "user": "non-root", "entrypoint": "inherit", "deny-env": ["LD_PRELOAD"] })
    );
    let rule = policy.layers.as_ref().unwrap();
    assert!(rule.denies_added("var/lib/apt/lists/a/b") && rule.denies_added(".npmrc"));
    assert!(!rule.denies_added("var/lib/apt/lists") && !rule.denies_added("app/npmrc"));
    assert!(rule.allows("srv/a/b", ChangeKind::Delete) && !rule.allows("srv", ChangeKind::Delete));
    assert!(!rule.allows("etc/passwd", ChangeKind::Delete));
    assert!(rule.denies_suspicious(SuspiciousClass::Secret));
    assert!(policy.needs_contents());
}

#[test]
fn a_section_that_is_not_there_is_no_rule() {
    let policy = with("").unwrap();
    let summary = policy.summary();
    assert!(summary.get("layers").is_none() && summary.get("config").is_none());
    assert_eq!(summary["base"]["end-of-life"], "warn");
    assert_eq!(summary["base"]["variants"], json!([]));
    assert!(!policy.needs_contents());
}

#[test]
fn only_what_files_decide_needs_them() {
    for (section, needed) in [
        ("[layers]\ndeny = [\"metadata\"]", true),
        ("[layers]\nallow = [{ path = \"a\", kinds = [\"replace\"] }]", true),
        ("[layers]\nmax-added-size = 0", true),
        ("[config]\nuser = \"non-root\"", true),
        ("[config]\nuser = \"inherit\"", false),
        ("[config]\nuser = \"65532\"", false),
        ("[config]\nentrypoint = \"any\"", false),
        ("[config]\ndeny-env = [\"A\"]", false),
    ] {
        assert_eq!(with(section).unwrap().needs_contents(), needed, "{section}");
    }
}

#[test]
fn a_user_is_a_word_or_exact() {
    for user in ["any", "inherit", "non-root", "65532", "app:app", "root"] {
        let policy = with(&format!("[config]\nuser = \"{user}\"")).unwrap();
        assert_eq!(policy.summary()["config"]["user"], user);
        assert_eq!(policy.summary()["config"]["entrypoint"], "any");
    }
}

#[test]
fn every_bad_value_is_refused_with_what_is_allowed() {
    for (section, allowed) in [
        ("[layers]", "at least one of deny, allow"),
        ("[layers]\ndeny = []", "replace, delete, redirect, privilege, shadow, metadata"),
        ("[layers]\ndeny = [\"add\"]", "`replace`"),
        ("[layers]\ndeny = \"replace\"", "expected a sequence"),
        ("[layers]\nallow = []", "path = "),
        ("[layers]\nallow = [{ path = \"a\" }]", "replace, delete"),
        ("[layers]\nallow = [{ path = \"a\", kinds = [] }]", "replace, delete"),
        ("[layers]\nallow = [{ path = \"a\", kinds = [\"x\"] }]", "`replace`"),
        ("[layers]\nallow = [{ kinds = [\"replace\"] }]", "text in which"),
        ("[layers]\nallow = [{ path = \"/a\", kinds = [\"replace\"] }]", "slash"),
        ("[layers]\nallow = [{ path = \"a\", kind = [\"replace\"] }]", "`kinds`"),
        ("[layers]\ndeny-added = []", "at least one pattern"),
        ("[layers]\ndeny-added = [\"\"]", "text in which"),
        ("[layers]\ndeny-added = [\"a***b\"]", "text in which"),
        ("[layers]\ndeny-added = [\"/usr/bin/curl\"]", "slash"),
        ("[layers]\ndeny-added = [\"usr/bin/\"]", "slash"),
        ("[layers]\ndeny-suspicious = []", "package-cache, build-tool"),
        ("[layers]\ndeny-suspicious = [\"secrets\"]", "`package-cache`"),
        ("[layers]\nmax-added-size = \"200 parsecs\"", "64MiB"),
        ("[layers]\nmax-added-size = -1", "policy"),
        ("[layers]\nmax-size = 1", "`max-added-size`"),
        ("[config]", "at least one of user, entrypoint, deny-env"),
        ("[config]\nuser = \"\"", "any, inherit, non-root"),
        ("[config]\nuser = 0", "expected a string"),
        ("[config]\nentrypoint = \"none\"", "`any`"),
        ("[config]\ndeny-env = []", "at least one name"),
        ("[config]\ndeny-env = [\"\"]", "at least one name"),
        ("[config]\ndeny-env = [\"A=b\"]", "at least one name"),
        ("[config]\nshell = \"any\"", "`entrypoint`"),
        ("[base]\nvariants = []", "at least one variant"),
        ("[base]\nvariants = [\" \"]", "at least one variant"),
        ("[base]\ncompliance = []", "fips, stig or cis"),
        ("[base]\ncompliance = [\"fips,stig\"]", "fips, stig or cis"),
        ("[base]\nend-of-life = \"never\"", "`deny`"),
    ] {
        let error = with(section).unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid, "{section}");
        assert!(error.to_string().contains(allowed), "{section}: {error}");
    }
}

/// A rule made in code is checked like one from a file.
#[test]
fn rules_made_in_code_are_checked_as_well() {
    use crate::{BaseRule, ConfigRule, LayersRule, OrgRule, Policy, SignerKey, UserRule};
    let complete = || {
        let policy = Policy::builder().signer("dhi", SignerKey::DockerDhi).signer("ci", SignerKey::DockerDhi);
        policy.base(BaseRule::signed_by(["dhi"])).org(OrgRule::signed_by(["ci"]))
    };
    let rule = LayersRule::new()
        .deny([ChangeKind::Replace])
        .allow("etc/passwd", [ChangeKind::Replace])
        .unwrap()
        .deny_added(["**/.npmrc"])
        .unwrap()
        .deny_suspicious([SuspiciousClass::Secret])
        .max_added_size(5);
    let config = ConfigRule::new().user(UserRule::NonRoot).inherit_entrypoint().deny_env(["LD_PRELOAD"]);
    let made = complete().layers(rule.clone()).config(config).build().unwrap().summary();
    assert_eq!((&made["layers"]["max-added-size"], &made["config"]["user"]), (&json!(5), &json!("non-root")));

    for wrong in [rule.clone().deny([]), rule.clone().deny_suspicious([]), rule.deny_added([]).unwrap()] {
        assert_eq!(complete().layers(wrong).build().unwrap_err().code(), Code::PolicyInvalid);
    }
    for wrong in ["", "any", "non-root"] {
        let config = ConfigRule::new().user(UserRule::Exactly(wrong.to_owned()));
        assert_eq!(complete().config(config).build().unwrap_err().code(), Code::PolicyInvalid, "{wrong:?}");
    }
}
