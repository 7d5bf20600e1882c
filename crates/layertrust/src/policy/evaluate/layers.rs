//! Rules about what the layers above the base did to its paths, and what they brought.

use std::collections::BTreeSet;

use crate::code::Code;
use crate::error::Error;
use crate::layers::Contents;
use crate::policy::LayersRule;
use crate::report::{
    AddedFact, ChangeFact, ChangeKind, ChangeSeverity, Finding, Severity, SuspiciousClass, SuspiciousFact,
};

/// Every rule that denies something, on layers that nobody opened.
pub(super) fn not_opened(rule: &LayersRule) -> Vec<Finding> {
    rule.keys().map(|key| Finding::new(&unopened(&format!("[layers] {key}")))).collect()
}

/// A rule that needs the files of the image.
pub(super) fn unopened(rule: &str) -> Error {
    Error::new(Code::RuleNotEvaluated, format!("rule {rule}"))
        .expected("all layers opened")
        .found("layers that were not")
        .hint("Run again with --layers auto or --layers all, and with every layer at hand.")
}

/// What the rule denies is an error. High-severity changes, credentials and new privileges are worth a warning
/// whatever it says; the rest stands in the report alone.
pub(super) fn layers(rule: &LayersRule, contents: &Contents) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        contents.changes.iter().filter_map(|change| self::change(rule, change)).collect();

    // A file that comes first in a search path is a new path too.
    let added = contents.denied.iter().map(|added| (added.path.as_str(), added.layer));
    let shadows = contents.changes.iter().filter(|change| change.kind == ChangeKind::Shadow);
    let shadows = shadows.map(|change| (change.path.as_str(), change.layer));
    let mut denied = BTreeSet::new();
    for (path, layer) in added.chain(shadows) {
        if let Some(pattern) = rule.denied_by(path)
            && denied.insert((path, layer))
        {
            let error = Error::new(Code::AddedPath, format!("path {path:?}"))
                .expected(format!("no path that matches {:?}, as [layers] deny-added says", pattern.as_str()))
                .found(format!("one added by layer {layer}"));
            findings.push(error_finding(&error).layer(Some(layer)).path(path));
        }
    }

    for one in &contents.added.suspicious {
        // Two rules may deny one path; it is one thing to remove.
        let is_repeated = one.class != SuspiciousClass::Secret
            && rule.denies_suspicious(one.class)
            && !denied.insert((one.path.as_str(), one.layer));
        if !is_repeated {
            findings.extend(suspicious(rule, one));
        }
    }
    findings.extend(size(rule, &contents.added));
    findings
}

pub(in crate::policy) fn change(rule: &LayersRule, change: &ChangeFact) -> Option<Finding> {
    let ChangeFact { path, kind, layer, severity, .. } = change;
    let denied = rule.denies(*kind);
    if rule.allows(path, *kind) || !denied && *severity != ChangeSeverity::High {
        return None;
    }
    let name = kind.name();
    let expected = match denied {
        true => format!("no change of kind {name}, as [layers] deny says"),
        false => {
            "the base's own, where it decides what runs, who may do what or whom programs trust".to_owned()
        }
    };
    let mut found = format!("{name} by layer {layer}");
    let details = [
        ("of package", &change.package),
        ("before the base's", &change.shadows),
        ("a link to", &change.target),
        ("because", &change.reason),
    ];
    for (label, detail) in details {
        if let Some(detail) = detail {
            found.push_str(&format!(", {label} {detail:?}"));
        }
    }
    let mut error = Error::new(Code::LayerChange, format!("path {path:?}")).expected(expected).found(found);
    // The root itself has no path that a pattern could name.
    if !path.is_empty() {
        error = error.hint(format!(
            "Build without it; or, if it is meant, let [layers] say: allow = [{{ path = {}, kinds = [\"{name}\"] }}]",
            toml_text(&as_pattern(path))
        ));
    }
    let finding = if denied { error_finding(&error) } else { warning(&error) };
    Some(finding.layer(Some(*layer)).path(path))
}

pub(in crate::policy) fn suspicious(rule: &LayersRule, one: &SuspiciousFact) -> Option<Finding> {
    let denied = rule.denies_suspicious(one.class);
    let code = match one.class {
        SuspiciousClass::Secret => Code::SecretAdded,
        SuspiciousClass::Setuid | SuspiciousClass::WorldWritable => Code::AddedPath,
        _ if denied => Code::AddedPath,
        _ => return None,
    };
    let name = one.class.name();
    let expected = match denied {
        true => format!("nothing of class {name}, as [layers] deny-suspicious says"),
        false => format!("nothing of class {name}"),
    };
    let error = Error::new(code, format!("path {:?}", one.path))
        .expected(expected)
        .found(format!("one added by layer {}", one.layer));
    let finding = if denied { error_finding(&error) } else { warning(&error) };
    Some(finding.layer(Some(one.layer)).path(&one.path))
}

pub(in crate::policy) fn size(rule: &LayersRule, added: &AddedFact) -> Option<Finding> {
    let limit = rule.max_added_size.filter(|limit| added.bytes > *limit)?;
    let mut folders: Vec<(u64, usize, &str)> = Vec::new();
    for layer in &added.by_layer {
        folders.extend(layer.folders.iter().map(|folder| (folder.bytes, layer.layer, folder.path.as_str())));
    }
    folders.sort_unstable_by_key(|(bytes, layer, path)| (std::cmp::Reverse(*bytes), *layer, *path));
    let largest: Vec<String> = folders
        .iter()
        .take(3)
        .map(|(bytes, layer, path)| format!("{bytes} below {path:?} in layer {layer}"))
        .collect();
    let largest = match largest.as_slice() {
        [] => String::new(),
        largest => format!("; the most: {}", largest.join(", ")),
    };
    let error = Error::new(Code::SizeLimit, "added files")
        .expected(format!("at most {limit} bytes, as [layers] max-added-size says"))
        .found(format!("{} bytes{largest}", added.bytes));
    Some(error_finding(&error))
}

fn error_finding(error: &Error) -> Finding {
    Finding::new(error).severity(Severity::Error)
}

fn warning(error: &Error) -> Finding {
    Finding::new(error).severity(Severity::Warning)
}

/// A pattern that matches the path; three stars in a row are none, and one does for them.
fn as_pattern(path: &str) -> String {
    let mut pattern = path.to_owned();
    while pattern.contains("***") {
        pattern = pattern.replace("***", "*");
    }
    pattern
}

/// Text as a TOML string. JSON's escapes are TOML's, but for one character that JSON does not escape.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests;
