//! Rules about the configuration.

use serde_json::Value;

use crate::code::Code;
use crate::error::Error;
use crate::layers::{Contents, Passwd, runs_as};
use crate::oci::config::ImageConfig;
use crate::policy::evaluate::layers::unopened;
use crate::policy::{ConfigRule, UserRule};
use crate::report::{Finding, RunsAs, Severity};

/// What the rule denies is an error. That an image runs as root is a warning whatever it says.
pub(super) fn config(
    rule: &ConfigRule,
    image: &ImageConfig,
    base: Option<&ImageConfig>,
    contents: Option<&Contents>,
) -> Vec<Finding> {
    let runs_as = runs_as(image, contents.map_or(Passwd::NotOpened, Contents::passwd));
    let mut findings: Vec<Finding> = root(rule, &runs_as, contents).into_iter().collect();
    let mut errors = Vec::new();
    match &rule.user {
        UserRule::Any | UserRule::NonRoot => {}
        UserRule::Inherit => errors.extend(inherited("User", "user", image, base)),
        UserRule::Exactly(user) if *user == runs_as.user => {}
        UserRule::Exactly(user) => errors.push(
            Error::new(Code::ConfigChanged, "config User")
                .expected(format!("{user:?}, as [config] user says"))
                .found(format!("{:?}", runs_as.user)),
        ),
    }
    if rule.inherit_entrypoint {
        errors.extend(inherited("Entrypoint", "entrypoint", image, base));
    }
    let denied = rule.deny_env.iter().flatten();
    errors.extend(denied.filter_map(|name| variable(name, image, base)));
    findings.extend(errors.iter().map(|error| Finding::new(error).severity(Severity::Error)));
    findings
}

fn root(rule: &ConfigRule, runs_as: &RunsAs, contents: Option<&Contents>) -> Option<Finding> {
    let user = match runs_as.user.as_str() {
        "" => "no user, which is root".to_owned(),
        user => format!("{user:?}"),
    };
    let error = |found: String| {
        Error::new(Code::RunsAsRoot, "config User").expected("a user other than root").found(found)
    };
    let as_root = match runs_as.user.as_str() {
        "" => user.clone(),
        _ => format!("{user}, which is user 0"),
    };
    match (rule.user == UserRule::NonRoot, runs_as.root) {
        (_, Some(false)) | (false, None) => None,
        (false, Some(true)) => Some(Finding::new(&error(as_root)).severity(Severity::Warning)),
        (true, Some(true)) => Some(Finding::new(&error(as_root)).severity(Severity::Error)),
        (true, None) if contents.is_none() => {
            let error = unopened("[config] user = \"non-root\"").found(format!(
                "{user}, a name that only etc/passwd in a layer resolves, and layers that were not opened"
            ));
            Some(Finding::new(&error))
        }
        (true, None) => {
            let error =
                error(format!("{user}, which etc/passwd does not resolve; runtimes refuse to start it"));
            let error = error.hint("Add the user to etc/passwd in the build, or set USER to a number.");
            Some(Finding::new(&error).severity(Severity::Error))
        }
    }
}

/// A field that must be the base's.
fn inherited(field: &str, key: &str, image: &ImageConfig, base: Option<&ImageConfig>) -> Option<Error> {
    let Some(base) = base else {
        return Some(
            Error::new(Code::RuleNotEvaluated, format!("rule [config] {key} = \"inherit\""))
                .expected("a proved base to compare with")
                .found("none")
                .hint("Build on a base of the vendor's, or remove the rule."),
        );
    };
    let (expected, found) = (base.settings.get(field), image.settings.get(field));
    (expected != found).then(|| {
        Error::new(Code::ConfigChanged, format!("config {field}"))
            .expected(format!("the base's, {}", shown(field, expected)))
            .found(shown(field, found))
    })
}

/// A variable that only the base may set.
fn variable(name: &str, image: &ImageConfig, base: Option<&ImageConfig>) -> Option<Error> {
    let field = format!("Env.{name}");
    let found = image.settings.get(&field)?;
    let of_base = base.and_then(|base| base.settings.get(&field));
    (of_base != Some(found)).then(|| {
        let allowed = match of_base {
            Some(_) => format!("the base's, {}", shown(name, of_base)),
            None => "not set, as [config] deny-env says".to_owned(),
        };
        Error::new(Code::EnvSet, format!("variable {name}")).expected(allowed).found(shown(name, Some(found)))
    })
}

/// A value for a message. Of what may be a credential, by its name, only that it is there.
fn shown(name: &str, value: Option<&Value>) -> String {
    const CREDENTIALS: [&str; 6] = ["TOKEN", "PASSWORD", "PASSWD", "SECRET", "KEY", "CREDENTIAL"];
    let name = name.to_ascii_uppercase();
    match value {
        None => "none".to_owned(),
        Some(_) if CREDENTIALS.iter().any(|part| name.contains(part)) => "(a value)".to_owned(),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
