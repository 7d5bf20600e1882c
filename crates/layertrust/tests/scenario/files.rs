//! What a scenario states about the files: exactly these changes, and at least these additions.

use std::collections::BTreeSet;

use layertrust::report::{ChangeFact, PlatformReport};

use super::{SbomsExpectation, Scenario};

/// Everything in which a platform's files differ from what the scenario states.
pub(crate) fn differences(scenario: &Scenario, platform: &PlatformReport) -> Vec<String> {
    let (Some(changes), Some(added), Some(packages)) =
        (&platform.changes, &platform.added, &platform.packages)
    else {
        return vec!["the layers were not opened".to_owned()];
    };
    let mut differences = Vec::new();
    let expected: BTreeSet<(&str, &str)> =
        scenario.change.iter().map(|change| (change.path.as_str(), change.kind.as_str())).collect();
    let found: BTreeSet<(&str, &str)> =
        changes.iter().map(|change| (change.path.as_str(), change.kind.name())).collect();
    if expected != found {
        differences.push(format!("changes: expected {expected:?}, found {found:?}"));
    }
    for expected in &scenario.change {
        let same = |own: &Option<String>, found: &Option<String>| own.is_none() || own == found;
        let severity =
            |change: &ChangeFact| serde_json::to_value(change.severity).ok()?.as_str().map(str::to_owned);
        let hit = changes.iter().any(|change| {
            change.path == expected.path
                && change.kind.name() == expected.kind
                && expected.layer.is_none_or(|layer| layer == change.layer)
                && same(&expected.severity, &severity(change))
                && same(&expected.shadows, &change.shadows)
                && same(&expected.target, &change.target)
        });
        if !hit {
            differences.push(format!("change {expected:?}, found {changes:?}"));
        }
    }
    for expected in &scenario.added {
        let suspicious = added.suspicious.iter().any(|one| {
            one.path == expected.path
                && one.class.name() == expected.class
                && expected.layer.is_none_or(|layer| layer == one.layer)
        });
        if !suspicious && !changes.iter().any(|change| change.path == expected.path) {
            differences.push(format!("added {expected:?}, found {:?}", added.suspicious));
        }
    }
    for expected in &scenario.package {
        let hit = packages.vendor_modified.iter().any(|package| {
            package.purl == expected.purl
                && expected.path.as_ref().is_none_or(|path| package.changed.contains(path))
        });
        if !hit {
            differences.push(format!("modified {expected:?}, found {:?}", packages.vendor_modified));
        }
    }
    let joined = packages.sboms.iter().map(|side| SbomsExpectation {
        role: serde_json::to_value(side.role).unwrap().as_str().unwrap().to_owned(),
        matched: side.matched,
        not_in_sbom: side.not_in_sbom.purls.clone(),
        not_in_layers: side.not_in_layers.purls.clone(),
        not_comparable: side.not_comparable,
    });
    let joined: Vec<_> = joined.collect();
    // Scenarios that others made say nothing of SBOMs.
    if !scenario.sboms.is_empty() && joined != scenario.sboms {
        differences.push(format!("SBOMs {:?}, found {joined:?}", scenario.sboms));
    }
    differences
}
