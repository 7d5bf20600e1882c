//! `[layers]` and `[config]`.

use super::{ConfigSection, EntrypointWord, LayersSection, bytes};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::{ConfigRule, LayersRule, UserRule};

pub(super) fn layers(section: &LayersSection) -> Result<LayersRule> {
    section.check_supported()?;
    let LayersSection { deny, allow, deny_added, deny_suspicious, max_added_size } = section;
    if deny.is_none()
        && allow.is_none()
        && deny_added.is_none()
        && deny_suspicious.is_none()
        && max_added_size.is_none()
    {
        return Err(says_nothing(
            "[layers]",
            "at least one of deny, allow, deny-added, deny-suspicious, max-added-size",
        ));
    }
    let mut rule = LayersRule::new();
    if let Some(kinds) = deny {
        rule = rule.deny(kinds.iter().copied());
    }
    if allow.as_ref().is_some_and(Vec::is_empty) {
        return Err(says_nothing("[layers] allow", "at least one { path = \"…\", kinds = [\"…\"] }"));
    }
    for allowed in allow.iter().flatten() {
        allowed.check_supported()?;
        rule = rule.allow(allowed.path.as_deref().unwrap_or_default(), allowed.kinds.iter().copied())?;
    }
    if let Some(patterns) = deny_added {
        rule = rule.deny_added(patterns.iter().map(String::as_str))?;
    }
    if let Some(classes) = deny_suspicious {
        rule = rule.deny_suspicious(classes.iter().copied());
    }
    if let Some(size) = max_added_size {
        rule = rule.max_added_size(bytes(size, "[layers] max-added-size")?);
    }
    Ok(rule)
}

pub(super) fn config(section: &ConfigSection) -> Result<ConfigRule> {
    section.check_supported()?;
    let ConfigSection { user, entrypoint, deny_env } = section;
    if user.is_none() && entrypoint.is_none() && deny_env.is_none() {
        return Err(says_nothing("[config]", "at least one of user, entrypoint, deny-env"));
    }
    let mut rule = ConfigRule::new();
    if let Some(user) = user {
        rule = rule.user(UserRule::new(user));
    }
    if *entrypoint == Some(EntrypointWord::Inherit) {
        rule = rule.inherit_entrypoint();
    }
    if let Some(names) = deny_env {
        rule = rule.deny_env(names.iter().cloned());
    }
    Ok(rule)
}

fn says_nothing(what: &str, expected: &str) -> Error {
    Error::new(Code::PolicyInvalid, what).expected(expected).found("nothing")
}

#[cfg(test)]
mod tests;
