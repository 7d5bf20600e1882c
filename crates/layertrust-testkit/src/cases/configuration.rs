//! What the image's configuration says: each key of `[config]`.

use crate::case::{Case, Change, PlatformFacts};
use crate::image::ImageSpec;
use crate::policy::Policy;
use crate::root::PASSWD;
use crate::tar::Entry;

use super::scene;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        root("user-is-number-0", "the image says user 0", Some("0")),
        root("user-is-root", "the image says user root, which etc/passwd gives the number 0", Some("root")),
        root("user-is-nobody-said", "the image names no user, which is root", None),
        root("user-is-only-a-group", "the image names a group and no user, which is root", Some(":1000")),
        root(
            "user-wraps-around",
            "the image's number does not fit 32 bits; the lowest 32 are 0",
            Some("4294967296"),
        ),
        root(
            "user-unknown",
            "the image names a user that etc/passwd does not list: runtimes refuse to start it",
            Some("orders"),
        ),
    ];
    cases.extend([
        name_of_root(),
        name_not_opened(),
        user_by_name(),
        user_not_inherited(),
        user_not_exact(),
        entrypoint_not_inherited(),
        variable_set(),
        variable_changed(),
        inherited(),
        inherited_of_nothing(),
    ]);
    cases
}

const USER: &str = "docs/POLICY.md: [config] user";

fn with_config(line: &str) -> Policy {
    Policy::derived().with("[config]", line)
}

fn non_root() -> Policy {
    with_config(r#"user = "non-root""#)
}

fn spec(edit: impl FnOnce(&mut ImageSpec)) -> ImageSpec {
    let mut spec = scene::rooted_spec([Entry::file("app/main.py", b"print('orders')\n")]);
    edit(&mut spec);
    spec
}

fn root(name: &'static str, about: &'static str, user: Option<&str>) -> Case {
    let case = Case::failing(name, about, USER, &[("runs-as-root", "")]);
    let spec = spec(|spec| spec.user = user.map(str::to_owned));
    scene::signed_rooted(case, spec).policy(non_root()).changes([])
}

/// The organization's own file of users.
fn with_users(lines: &str, user: &str) -> ImageSpec {
    let mut spec = scene::rooted_spec([Entry::file("etc/passwd", format!("{PASSWD}{lines}").as_bytes())]);
    spec.user = Some(user.to_owned());
    spec
}

fn name_of_root() -> Case {
    let case = Case::failing(
        "user-is-another-name-of-root",
        "the image's layer adds a user of another name with the number 0, and the image runs as that",
        USER,
        &[("runs-as-root", "")],
    );
    scene::signed_rooted(case, with_users("orders:x:0:0::/:/bin/false\n", "orders"))
        .policy(non_root())
        .warns(&["layer-change"])
        .changes([Change::new("replace", "high", "etc/passwd")])
}

fn name_not_opened() -> Case {
    let case = Case::failing(
        "user-name-not-looked-up",
        "the image names a user, and the caller opens no layer to look it up in",
        USER,
        &[("rule-not-evaluated", "")],
    );
    scene::signed_rooted(case, spec(|spec| spec.user = Some("nonroot".to_owned())))
        .policy(non_root())
        .layers("none")
}

fn user_by_name() -> Case {
    let case = Case::accepted(
        "user-by-name",
        "the image's layer adds a user with a number of its own, and the image runs as that",
        USER,
    );
    let policy = non_root()
        .with("[layers]", r#"deny = ["replace"]"#)
        .with("[layers]", r#"allow = [{ path = "etc/passwd", kinds = ["replace"] }]"#);
    let spec = with_users("orders:x:1000:1000::/:/bin/false\n", "orders:0");
    scene::rooted_facts(scene::signed_rooted(case, spec), 1).policy(policy).changes([Change::new(
        "replace",
        "high",
        "etc/passwd",
    )])
}

fn user_not_inherited() -> Case {
    let case = Case::failing(
        "user-not-the-bases",
        "the base says user 65532; the image says nonroot, which is the same user by another spelling",
        USER,
        &[("config-changed", "")],
    );
    scene::signed_rooted(case, spec(|spec| spec.user = Some("nonroot".to_owned())))
        .policy(with_config(r#"user = "inherit""#))
        .config("User", Some(r#""65532""#), Some(r#""nonroot""#))
}

fn user_not_exact() -> Case {
    let case = Case::failing(
        "user-not-the-wanted",
        "the policy wants user 1000, and the image kept the base's",
        USER,
        &[("config-changed", "")],
    );
    scene::signed_rooted(case, spec(|_| {})).policy(with_config(r#"user = "1000""#))
}

fn entrypoint_not_inherited() -> Case {
    let case = Case::failing(
        "entrypoint-not-the-bases",
        "the image has an entrypoint of its own",
        "docs/POLICY.md: [config] entrypoint",
        &[("config-changed", "")],
    );
    scene::signed_rooted(case, spec(|spec| spec.entrypoint = vec!["/app/main.py".to_owned()]))
        .policy(with_config(r#"entrypoint = "inherit""#))
        .config("Entrypoint", Some(r#"["/usr/bin/python3.13"]"#), Some(r#"["/app/main.py"]"#))
}

const DENY_ENV: &str = "docs/POLICY.md: [config] deny-env";

fn variable_set() -> Case {
    let case = Case::failing(
        "variable-denied",
        "the image sets LD_PRELOAD, and another variable that nobody denies",
        DENY_ENV,
        &[("env-set", "")],
    );
    let spec = spec(|spec| spec.env.extend(["LD_PRELOAD=/app/x.so".to_owned(), "PORT=8080".to_owned()]));
    scene::signed_rooted(case, spec)
        .policy(with_config(r#"deny-env = ["LD_PRELOAD", "LD_LIBRARY_PATH"]"#))
        .config("Env.LD_PRELOAD", None, Some(r#""/app/x.so""#))
}

fn variable_changed() -> Case {
    let case = Case::failing(
        "variable-not-the-bases",
        "the base sets PATH, which is denied to others, and the image puts a folder before it",
        DENY_ENV,
        &[("env-set", "")],
    );
    let spec = spec(|spec| spec.env = vec!["PATH=/app/bin:/usr/local/bin:/usr/bin:/bin".to_owned()]);
    scene::signed_rooted(case, spec).policy(with_config(r#"deny-env = ["PATH"]"#)).config(
        "Env.PATH",
        Some(r#""/usr/local/bin:/usr/bin:/bin""#),
        Some(r#""/app/bin:/usr/local/bin:/usr/bin:/bin""#),
    )
}

fn inherit() -> Policy {
    with_config(r#"user = "inherit""#)
        .with("[config]", r#"entrypoint = "inherit""#)
        .with("[config]", r#"deny-env = ["PATH", "LD_PRELOAD"]"#)
}

fn inherited() -> Case {
    let case = Case::accepted(
        "configuration-inherited",
        "user, entrypoint and PATH are the base's; the command and another variable are the image's",
        "docs/POLICY.md: [config]",
    );
    let spec = spec(|spec| {
        spec.cmd = vec!["/app/main.py".to_owned()];
        spec.env.push("PORT=8080".to_owned());
    });
    scene::rooted_facts(scene::signed_rooted(case, spec), 1).policy(inherit())
}

fn inherited_of_nothing() -> Case {
    let case = Case::failing(
        "configuration-inherited-without-a-base",
        "user and entrypoint must be the base's, no base is required, and there is none",
        "docs/POLICY.md: inherit without a proved base is rule-not-evaluated",
        &[("rule-not-evaluated", ""); 2],
    );
    let mut spec = scene::plain_spec();
    spec.user = Some("1000".to_owned());
    let image = spec.build();
    case.image(scene::signed(&image), &image.digest())
        .policy(inherit().with("[base]", "require = false"))
        .facts(PlatformFacts::org_only(&image))
}
