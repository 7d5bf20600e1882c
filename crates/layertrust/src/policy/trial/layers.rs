//! Rules about what the layers above the base did and brought.

use std::collections::BTreeSet;

use super::Trying;
use super::answer::{Answer, Answers};
use super::base::Outlook;
use crate::code::{Code, Severity};
use crate::error::Error;
use crate::policy::LayersRule;
use crate::policy::evaluate::layers::{change, size, suspicious};
use crate::report::{AddedFact, ChangeFact, ChangeKind, Finding};

/// Every rule of `[layers]`.
pub(super) fn rules(trying: &Trying<'_>, outlook: &Outlook<'_>, answers: &mut Answers<'_>) {
    let Some(rule) = &trying.policy.layers else { return };
    // Whoever adds a key says here who tries it.
    let LayersRule { deny: _, allow: _, deny_added: _, deny_suspicious: _, max_added_size: _ } = rule;
    let nothing_above = outlook.base.is_some_and(|base| base.layers[1] == trying.platform.layers.len());
    for key in rule.keys() {
        let answer = match (&trying.platform.changes, &trying.platform.added) {
            _ if !outlook.is_as_reported(trying) => {
                Answer::Unclear("what the changes are changes to is not sure under this policy".to_owned())
            }
            (Some(changes), Some(added)) => answer(trying, rule, key, changes, added),
            _ if nothing_above => Answer::Holds,
            _ => Answer::Unclear("the layers were not opened; save the report with --layers all".to_owned()),
        };
        answers.add(format!("[layers] {key}"), answer);
    }
}

fn answer(
    trying: &Trying<'_>,
    rule: &LayersRule,
    key: &str,
    changes: &[ChangeFact],
    added: &AddedFact,
) -> Answer {
    let errors = |findings: &mut dyn Iterator<Item = Finding>| {
        Answer::unless(findings.filter(|one| one.severity == Severity::Error).collect())
    };
    match key {
        "deny" => errors(&mut changes.iter().filter_map(|one| change(rule, one))),
        "deny-suspicious" => errors(&mut added.suspicious.iter().filter_map(|one| suspicious(rule, one))),
        "max-added-size" => errors(&mut size(rule, added).into_iter()),
        "deny-added" => denied(trying, rule, changes, added),
        _ => Answer::Unclear("this version cannot try it".to_owned()),
    }
}

/// A report names few of the added paths: what deserves a look, what shadows, and what its own policy denied.
fn denied(trying: &Trying<'_>, rule: &LayersRule, changes: &[ChangeFact], added: &AddedFact) -> Answer {
    let of_platform = |one: &&Finding| {
        one.code == Code::AddedPath && one.platform.as_ref() == Some(&trying.platform.platform)
    };
    let shadows = changes.iter().filter(|one| one.kind == ChangeKind::Shadow).map(|one| one.path.as_str());
    let found = trying.report.findings.iter().filter(of_platform).filter_map(|one| one.path.as_deref());
    let known: BTreeSet<&str> =
        added.suspicious.iter().map(|one| one.path.as_str()).chain(shadows).chain(found).collect();
    let findings = known.into_iter().filter_map(|path| {
        let pattern = rule.denied_by(path)?;
        let error = Error::new(Code::AddedPath, format!("path {path:?}"))
            .expected(format!("no path that matches {:?}", pattern.as_str()))
            .found("one that was added");
        Some(Finding::new(&error).severity(Severity::Error).path(path))
    });
    match findings.collect::<Vec<_>>() {
        // With nothing above the base there is nothing that could match.
        none if none.is_empty() && !added.by_layer.is_empty() => {
            Answer::Unclear("a report does not name every path that was added".to_owned())
        }
        findings => Answer::unless(findings),
    }
}
