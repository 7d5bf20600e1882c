use serde_json::json;

use super::*;
use crate::limits::Limits;

fn image(run: Value) -> ImageConfig {
    let json = json!({
        "architecture": "amd64", "os": "linux", "config": run,
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    ImageConfig::parse(json.to_string().as_bytes(), "config", &Limits::default()).unwrap()
}

fn user(name: &str) -> ImageConfig {
    image(json!({ "User": name }))
}

fn opened(passwd: &str) -> Contents {
    Contents { passwd: Some(passwd.as_bytes().to_vec()), ..Contents::default() }
}

type Codes = Vec<(Code, Severity)>;

fn found(
    rule: &ConfigRule,
    image: &ImageConfig,
    base: Option<&ImageConfig>,
    contents: Option<&Contents>,
) -> Codes {
    config(rule, image, base, contents).iter().map(|one| (one.code, one.severity)).collect()
}

const ROOT: (Code, Severity) = (Code::RunsAsRoot, Severity::Error);
const ROOT_WARNING: (Code, Severity) = (Code::RunsAsRoot, Severity::Warning);
const CHANGED: (Code, Severity) = (Code::ConfigChanged, Severity::Error);
const NOT_EVALUATED: (Code, Severity) = (Code::RuleNotEvaluated, Severity::Error);

#[test]
fn root_is_a_warning_without_a_rule_and_an_error_with_one() {
    let (any, non_root) = (ConfigRule::new(), ConfigRule::new().user(UserRule::NonRoot));
    let passwd = opened("nonroot:x:65532:65532::/:\nadmin:x:0:0::/:\n");
    for (name, unopened, with_files, ruled_unopened, ruled_with_files) in [
        ("", vec![ROOT_WARNING], vec![ROOT_WARNING], vec![ROOT], vec![ROOT]),
        ("0", vec![ROOT_WARNING], vec![ROOT_WARNING], vec![ROOT], vec![ROOT]),
        ("root", vec![ROOT_WARNING], vec![ROOT_WARNING], vec![ROOT], vec![ROOT]),
        ("65532:0", vec![], vec![], vec![], vec![]),
        ("nonroot", vec![], vec![], vec![NOT_EVALUATED], vec![]),
        ("admin", vec![], vec![ROOT_WARNING], vec![NOT_EVALUATED], vec![ROOT]),
        ("nobody", vec![], vec![], vec![NOT_EVALUATED], vec![ROOT]),
    ] {
        let image = user(name);
        assert_eq!(found(&any, &image, None, None), unopened, "{name:?}");
        assert_eq!(found(&any, &image, None, Some(&passwd)), with_files, "{name:?} opened");
        assert_eq!(found(&non_root, &image, None, None), ruled_unopened, "{name:?} non-root");
        assert_eq!(
            found(&non_root, &image, None, Some(&passwd)),
            ruled_with_files,
            "{name:?} non-root, opened"
        );
    }
    let findings = config(&non_root, &user("nobody"), None, Some(&passwd));
    assert!(findings[0].message.contains("does not resolve"), "{}", findings[0].message);
    let findings = config(&non_root, &user("admin"), None, Some(&passwd));
    assert!(findings[0].message.contains("\"admin\", which is user 0"), "{}", findings[0].message);
    let findings = config(&non_root, &user("nonroot"), None, None);
    assert!(findings[0].hint.contains("--layers auto"), "{}", findings[0].hint);
}

#[test]
fn an_inherited_user_is_the_bases() {
    let rule = ConfigRule::new().user(UserRule::Inherit);
    let base = user("65532");
    assert_eq!(found(&rule, &user("65532"), Some(&base), None), []);
    assert_eq!(found(&rule, &user("1000"), Some(&base), None), [CHANGED]);
    assert_eq!(found(&rule, &user(""), Some(&base), None), [ROOT_WARNING, CHANGED]);
    assert_eq!(found(&rule, &user(""), Some(&user("")), None), [ROOT_WARNING]);
    assert_eq!(found(&rule, &user("65532"), None, None), [NOT_EVALUATED]);
    let findings = config(&rule, &user("1000"), Some(&base), None);
    assert!(findings[0].message.contains("the base's, \"65532\", found \"1000\""), "{}", findings[0].message);
}

#[test]
fn an_exact_user_is_compared_as_text() {
    let rule = ConfigRule::new().user(UserRule::Exactly("65532".to_owned()));
    assert_eq!(found(&rule, &user("65532"), None, None), []);
    for other in ["65532:65532", "065532", "nonroot"] {
        assert_eq!(found(&rule, &user(other), None, None), [CHANGED], "{other}");
    }
    let root = ConfigRule::new().user(UserRule::Exactly("root".to_owned()));
    assert_eq!(found(&root, &user("root"), None, None), [ROOT_WARNING]);
}

#[test]
fn an_inherited_entrypoint_is_the_bases_whatever_the_command() {
    let rule = ConfigRule::new().inherit_entrypoint();
    let run = |entrypoint: Value, command: &str| {
        image(json!({ "User": "1", "Entrypoint": entrypoint, "Cmd": [command] }))
    };
    let base = run(json!(["/entry", "x"]), "a");
    assert_eq!(found(&rule, &run(json!(["/entry", "x"]), "b"), Some(&base), None), []);
    for other in [json!(["/entry"]), json!(["x", "/entry"]), json!([]), json!(null)] {
        assert_eq!(found(&rule, &run(other.clone(), "a"), Some(&base), None), [CHANGED], "{other}");
    }
    assert_eq!(found(&rule, &run(json!(null), "b"), Some(&run(json!(null), "a")), None), []);
    assert_eq!(found(&rule, &base, None, None), [NOT_EVALUATED]);
}

#[test]
fn a_denied_variable_may_be_set_by_the_base_alone() {
    let rule = ConfigRule::new().deny_env(["LD_PRELOAD", "API_KEY"]);
    let env = |variables: &[&str]| image(json!({ "User": "1", "Env": variables }));
    let set = (Code::EnvSet, Severity::Error);
    let base = env(&["LD_PRELOAD=/base.so"]);
    assert_eq!(found(&rule, &env(&["PATH=/bin", "LD_PRELOADS=x", "ld_preload=x"]), Some(&base), None), []);
    assert_eq!(found(&rule, &env(&["LD_PRELOAD=/base.so"]), Some(&base), None), []);
    for (variables, base, expected) in [
        (&["LD_PRELOAD=/evil.so"][..], Some(&base), vec![set]),
        (&["LD_PRELOAD=/base.so"], None, vec![set]),
        (&["LD_PRELOAD="], Some(&base), vec![set]),
        (&["LD_PRELOAD"], None, vec![set]),
        // Twice: some runtimes take the first.
        (&["LD_PRELOAD=/evil.so", "LD_PRELOAD=/base.so"], Some(&base), vec![set]),
        (&["LD_PRELOAD=/a", "API_KEY=x"], None, vec![set, set]),
    ] {
        assert_eq!(found(&rule, &env(variables), base, None), expected, "{variables:?}");
    }
    let findings = config(&rule, &env(&["LD_PRELOAD=/evil.so"]), Some(&base), None);
    assert!(findings[0].message.contains("/base.so") && findings[0].message.contains("/evil.so"));
}

#[test]
fn what_may_be_a_credential_is_never_shown() {
    for name in ["API_KEY", "github_token", "DB_PASSWORD", "MY_SECRET_X"] {
        let rule = ConfigRule::new().deny_env([name]);
        let run = |value: &str| image(json!({ "User": "1", "Env": [format!("{name}={value}")] }));
        let findings = config(&rule, &run("hunter2"), Some(&run("hunter1")), None);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert!(!finding.message.contains("hunter") && finding.message.contains("(a value)"), "{finding:?}");
    }
}
