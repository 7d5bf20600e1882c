//! Rules about the image as a whole, and what makes it none.

use super::answer::{Answer, Answers};
use crate::code::{Code, Family, Severity};
use crate::error::Error;
use crate::limits::Limits;
use crate::oci::Platform;
use crate::report::{Finding, Report, Scope};

pub(super) fn image(platforms: &[Platform], limits: &Limits, report: &Report, answers: &mut Answers<'_>) {
    answers.add("(bytes)", bytes(report));
    // With --platform the question is about those alone.
    if matches!(report.scope, Scope::All(_)) && !platforms.is_empty() {
        answers.add("[image] platforms", all_there(platforms, report));
    }
    if *limits != Limits::default() {
        let why = "a report does not say how far it stays below other limits";
        answers.add("[limits]", Answer::Unclear(why.to_owned()));
    }
}

/// What is wrong with the bytes is wrong whatever a policy says; but what was only met on the way to a base, a
/// layer or an attestation, this policy may never meet.
fn bytes(report: &Report) -> Answer {
    let readable = |finding: &Finding| {
        finding.platform.as_ref().is_some_and(|name| report.platforms.iter().any(|one| one.platform == *name))
    };
    let mut definite = Vec::new();
    for finding in &report.findings {
        let is_about_scope = finding.code == Code::PlatformMissing && matches!(report.scope, Scope::All(_));
        match finding.code.family() {
            Family::Source => return Answer::Unclear("something could not be looked at".to_owned()),
            _ if finding.code == Code::LimitExceeded => {
                return Answer::Unclear("a limit of the report's policy was exceeded".to_owned());
            }
            Family::Input if finding.severity != Severity::Error || is_about_scope => {}
            Family::Input if readable(finding) => {
                return Answer::Unclear(format!(
                    "{} was found under the report's policy; whether this one meets it is not known",
                    finding.code
                ));
            }
            Family::Input => definite.push(finding.clone()),
            _ => {}
        }
    }
    if definite.is_empty() && report.platforms.is_empty() {
        return Answer::Unclear("the report is about no platform".to_owned());
    }
    Answer::unless(definite)
}

fn all_there(platforms: &[Platform], report: &Report) -> Answer {
    let there: Vec<Platform> =
        report.platforms.iter().filter_map(|platform| platform.platform.parse().ok()).collect();
    let absent = platforms.iter().filter(|asked| !there.iter().any(|have| have.answers(asked)));
    let errors = absent.map(|platform| {
        Error::new(Code::PlatformMissing, format!("platform {platform}"))
            .expected("an image for it")
            .found("none in the report")
    });
    Answer::unless(errors.map(|error| Finding::new(&error)).collect())
}
