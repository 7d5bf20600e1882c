//! Results of tests and scans, and certificates: whether what a statement says is good enough.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::results::ResultRule;
use crate::policy::rules::AttestationRule;
use crate::statement::binding::Attestation;
use crate::statement::dhi::{Dhi, Fips, Module, Secrets, Stig, Sunset, TestsRun, Virus};
use crate::statement::predicate::Predicate;
use crate::statement::test_result::{Outcome, TestResult};

/// Whether a result is one that the rule takes; also what about it deserves a warning.
pub(super) fn results(rule: &AttestationRule, one: &Attestation, now: Timestamp) -> Result<Vec<Error>> {
    let what = rule.kind.name();
    match &one.statement.predicate {
        Ok(Predicate::TestResult(result)) => test_result(result, what),
        Ok(Predicate::Dhi(dhi)) => {
            match dhi.as_ref() {
                Dhi::Fips(fips) => modules(&rule.results, fips, what, now),
                Dhi::Stig(stig) => scores(&rule.results, stig, what),
                Dhi::Secrets(secrets) => no_secrets(secrets, what),
                Dhi::Virus(virus) => no_malware(virus, what),
                Dhi::Tests(tests) => none_failed(tests, what),
                // Where an image comes from is good or bad by other rules.
                Dhi::Source(_) | Dhi::Provenance(_) => Ok(()),
            }?;
            Ok(Vec::new())
        }
        _ => {
            Err(Error::new(Code::PredicateInvalid, what).expected("a result that can be read").found("none"))
        }
    }
}

fn refused(what: &str) -> Error {
    Error::new(Code::ResultNotAllowed, what)
}

/// A list of failures beside a word that says otherwise is believed.
fn test_result(result: &TestResult, what: &str) -> Result<Vec<Error>> {
    let error = refused(what).expected("PASSED, and no test that failed");
    if !result.failed.is_empty() {
        let word = result.outcome.word();
        return Err(error.found(format!("{word}, and failed: {}", listed(&result.failed))));
    }
    match result.outcome {
        Outcome::Passed => Ok(Vec::new()),
        Outcome::Warned => Ok(vec![error.found(Outcome::Warned.word())]),
        Outcome::Failed => Err(error.found(Outcome::Failed.word())),
    }
}

/// Every module has a status that counts, and a certificate that outlasts the day.
fn modules(asked: &ResultRule, fips: &Fips, what: &str, now: Timestamp) -> Result<()> {
    if fips.modules.is_empty() {
        return Err(refused(what).expected("a validated cryptographic module").found("none"));
    }
    // A day in a policy passes, too: what has expired by today outlasts nothing.
    let today = now.to_zoned(TimeZone::UTC).date();
    let last = asked.sunset_after.map_or(today, |day| day.max(today));
    for module in &fips.modules {
        let what = || format!("{what}: module {:?}", module.name);
        in_force(asked, module).map_err(|error| error.about(what()))?;
        let found = match &module.sunset {
            Sunset::On(day) if *day > last => continue,
            Sunset::Unstated if asked.sunset_after.is_none() => continue,
            Sunset::On(day) => day.to_string(),
            Sunset::Unstated => "none".to_owned(),
            Sunset::Unreadable(text) => format!("{text:?}"),
        };
        return Err(refused("sunset date")
            .expected(format!("a day after {last}"))
            .found(found)
            .about(what()));
    }
    Ok(())
}

fn in_force(asked: &ResultRule, module: &Module) -> Result<()> {
    let statuses = asked.statuses();
    let status = module.status.as_deref();
    if status.is_some_and(|status| statuses.iter().any(|one| one.eq_ignore_ascii_case(status))) {
        return Ok(());
    }
    let found = status.map_or_else(|| "none".to_owned(), |status| format!("{status:?}"));
    Err(refused("status").expected(statuses.join(" or ")).found(found))
}

/// Every profile reaches the score that is asked for.
fn scores(asked: &ResultRule, stig: &Stig, what: &str) -> Result<()> {
    if stig.profiles.is_empty() {
        return Err(refused(what).expected("a profile with its score").found("none"));
    }
    let Some(minimum) = asked.minimum_score else { return Ok(()) };
    let mut below = stig.profiles.iter().filter_map(|profile| Some((profile, profile.below(minimum)?)));
    match below.next() {
        None => Ok(()),
        Some((profile, score)) => Err(refused(what)
            .expected(format!("at least {minimum} percent in every profile"))
            .found(format!("{score} in {:?}", profile.name))),
    }
}

fn no_secrets(secrets: &Secrets, what: &str) -> Result<()> {
    match secrets.found {
        0 => Ok(()),
        found => Err(refused(what).expected("no credential in the image").found(found)),
    }
}

/// A scan of nothing found nothing.
fn no_malware(virus: &Virus, what: &str) -> Result<()> {
    let error = refused(what).expected("no infected file among those scanned");
    match (virus.infected, virus.scanned) {
        (0, Some(0)) => Err(error.found("no file scanned")),
        (0, _) => Ok(()),
        (infected, _) => Err(error.found(infected)),
    }
}

/// Tests that were skipped say nothing; at least one must have passed. What a tool calls neither may be a
/// failure.
fn none_failed(tests: &TestsRun, what: &str) -> Result<()> {
    if tests.failed == 0 && tests.other == 0 && tests.passed > 0 {
        return Ok(());
    }
    let TestsRun { tests, passed, failed, other, .. } = tests;
    Err(refused(what)
        .expected("tests that passed, and none that did not")
        .found(format!("{passed} of {tests} passed, {failed} failed, {other} of unknown outcome")))
}

fn listed(names: &[String]) -> String {
    match names {
        [one, two, three, rest @ ..] if !rest.is_empty() => {
            format!("{one:?}, {two:?}, {three:?} and {} more", rest.len())
        }
        few => few.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", "),
    }
}
