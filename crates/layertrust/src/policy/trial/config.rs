//! Rules about the configuration.

use super::Trying;
use super::answer::{Answer, Answers};
use super::base::Outlook;
use crate::code::Code;
use crate::error::Error;
use crate::policy::{ConfigRule, UserRule};
use crate::report::ConfigChange;

/// Every rule of `[config]`.
pub(super) fn rules(trying: &Trying<'_>, outlook: &Outlook<'_>, answers: &mut Answers<'_>) {
    let Some(rule) = &trying.policy.config else { return };
    // Whoever adds a key says here who tries it.
    let ConfigRule { user, inherit_entrypoint, deny_env } = rule;
    answers.add("[config] user", user_is(trying, outlook, user));
    if *inherit_entrypoint {
        answers.add("[config] entrypoint", inherited(trying, outlook, "Entrypoint"));
    }
    if let Some(names) = deny_env {
        answers.add("[config] deny-env", variables(trying, outlook, names.iter()));
    }
}

fn user_is(trying: &Trying<'_>, outlook: &Outlook<'_>, rule: &UserRule) -> Answer {
    let runs_as = &trying.platform.config.runs_as;
    let fails = |code: Code, expected: String| {
        Answer::fails(
            &Error::new(code, "config User").expected(expected).found(format!("{:?}", runs_as.user)),
        )
    };
    match rule {
        UserRule::Any => Answer::Holds,
        UserRule::Inherit => inherited(trying, outlook, "User"),
        UserRule::Exactly(user) if *user == runs_as.user => Answer::Holds,
        UserRule::Exactly(user) => fails(Code::ConfigChanged, format!("{user:?}")),
        UserRule::NonRoot => match runs_as.root {
            Some(false) => Answer::Holds,
            None if trying.platform.changes.is_none() => Answer::Unclear(
                "a name that only etc/passwd resolves; save the report with --layers all".to_owned(),
            ),
            Some(true) | None => fails(Code::RunsAsRoot, "a user other than root".to_owned()),
        },
    }
}

/// Changes to the base's configuration, if the report's base is this policy's.
fn changes<'t>(trying: &Trying<'t>, outlook: &Outlook<'_>) -> Option<&'t [ConfigChange]> {
    let is_compared = outlook.is_as_reported(trying) && outlook.base.is_some();
    is_compared.then_some(trying.platform.config.changes.as_slice())
}

fn inherited(trying: &Trying<'_>, outlook: &Outlook<'_>, field: &str) -> Answer {
    let Some(changes) = changes(trying, outlook) else {
        return Answer::Unclear("which configuration is the base's is not sure under this policy".to_owned());
    };
    match changes.iter().any(|one| one.field == field) {
        false => Answer::Holds,
        true => Answer::fails(
            &Error::new(Code::ConfigChanged, format!("config {field}"))
                .expected("the base's")
                .found("another in the report"),
        ),
    }
}

/// A variable that neither is set nor differs stands in no report: it is the base's, or there is none.
fn variables<'n>(
    trying: &Trying<'_>,
    outlook: &Outlook<'_>,
    mut names: impl Iterator<Item = &'n String>,
) -> Answer {
    let Some(changes) = changes(trying, outlook) else {
        return Answer::Unclear("which variables are the base's is not sure under this policy".to_owned());
    };
    let is_set = |name: &&String| {
        let field = format!("Env.{name}");
        changes.iter().any(|one| one.field == field && one.image.is_some())
    };
    match names.find(is_set) {
        None => Answer::Holds,
        Some(name) => Answer::fails(
            &Error::new(Code::EnvSet, format!("variable {name}"))
                .expected("not set, or the base's value")
                .found("another in the report"),
        ),
    }
}
