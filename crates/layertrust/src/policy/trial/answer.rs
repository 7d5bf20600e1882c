//! What is said of each rule.

use jiff::Timestamp;

use crate::code::{Code, Severity};
use crate::error::Error;
use crate::policy::{Exception, except};
use crate::report::{Finding, RuleAnswer, TriedRule};

/// What is said of one rule.
pub(super) enum Answer {
    Holds,
    /// With the findings that a verdict would have, as far as the report tells them.
    Fails(Vec<Finding>),
    /// Why it cannot be told.
    Unclear(String),
}

impl Answer {
    pub(super) fn fails(error: &Error) -> Self {
        Answer::Fails(vec![Finding::new(error).severity(Severity::Error)])
    }

    /// Holds, unless there are findings.
    pub(super) fn unless(findings: Vec<Finding>) -> Self {
        if findings.is_empty() { Answer::Holds } else { Answer::Fails(findings) }
    }

    /// A failure that something unknown may take back.
    pub(super) fn failing_only_if(self, reason: &str) -> Self {
        match self {
            Answer::Fails(_) => Answer::Unclear(reason.to_owned()),
            other => other,
        }
    }

    /// An answer about something that may not be what is judged.
    pub(super) fn only_if(self, reason: &str) -> Self {
        Answer::Unclear(match self {
            Answer::Unclear(first) => first,
            _ => reason.to_owned(),
        })
    }
}

/// The rules of a policy with what is said of each.
pub(super) struct Answers<'p> {
    exceptions: &'p [Exception],
    now: Timestamp,
    platform: Option<String>,
    rules: Vec<TriedRule>,
}

impl<'p> Answers<'p> {
    /// An exception that has expired is an error, whether it is needed or not.
    pub(super) fn new(exceptions: &'p [Exception], now: Timestamp) -> Self {
        let mut answers = Answers { exceptions, now, platform: None, rules: Vec::new() };
        for exception in exceptions {
            let answer = match exception.has_expired(now) {
                false => Answer::Holds,
                true => Answer::fails(
                    &Error::new(Code::ExceptionExpired, format!("exception for {}", exception.code))
                        .expected(format!("today no later than {}", exception.until))
                        .found(now.to_string()),
                ),
            };
            answers.add("[[exception]]", answer);
        }
        answers
    }

    /// What comes now is about this platform.
    pub(super) fn about(&mut self, platform: Option<&str>) {
        self.platform = platform.map(str::to_owned);
    }

    /// Takes an answer, with the policy's exceptions.
    pub(super) fn add(&mut self, rule: impl Into<String>, answer: Answer) {
        let (answer, code, why) = match answer {
            Answer::Holds => (RuleAnswer::WouldHold, None, String::new()),
            Answer::Unclear(why) => (RuleAnswer::CannotBeTold, None, why),
            Answer::Fails(findings) => self.excepted(findings),
        };
        self.rules.push(TriedRule { rule: rule.into(), platform: self.platform.clone(), answer, code, why });
    }

    fn excepted(&self, mut findings: Vec<Finding>) -> (RuleAnswer, Option<Code>, String) {
        let in_force: Vec<Exception> =
            self.exceptions.iter().filter(|one| !one.has_expired(self.now)).cloned().collect();
        except(&in_force, self.now, &mut findings);
        let errors: Vec<&Finding> = findings.iter().filter(|one| one.severity == Severity::Error).collect();
        let Some(first) = errors.first() else {
            return (RuleAnswer::WouldHold, None, "by an exception".to_owned());
        };
        let more = match errors.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        (RuleAnswer::WouldNotHold, Some(first.code), format!("{}{more}", first.message))
    }

    pub(super) fn finish(self) -> Vec<TriedRule> {
        self.rules
    }
}
