//! What another policy would say about saved reports, for people.

use anstyle::Style;
use layertrust::report::{RuleAnswer, Trial, TrialOutcome, TriedReport, TriedRule, Verdict};

use crate::escape::shorten;
use crate::text::page::{self, Page};
use crate::text::{TextOptions, words};

/// The most characters of what is said about a rule.
const WHY: usize = 600;

/// The trial as text, with a newline at the end. The first line says that it is no verdict.
#[must_use]
pub fn render_trial(trial: &Trial, options: &TextOptions) -> String {
    let mut page = Page::new(options.color);
    let name = shorten(&trial.policy.name, 100);
    if !options.quiet {
        page.line(page::UNSURE, "NOT A VERDICT: a report is data and proves nothing");
        page.paragraph("  policy  ", &format!("{name} ({})", words::short_digest(&trial.policy.digest)));
    }
    for report in &trial.reports {
        if options.quiet {
            line(&mut page, report);
        } else {
            page.blank();
            write(&mut page, report, options);
        }
    }
    page.finish()
}

/// The words that stand for an outcome.
fn outcome(outcome: TrialOutcome) -> (Style, &'static str) {
    match outcome {
        TrialOutcome::WouldBeRejected => (page::BAD, "would be rejected"),
        TrialOutcome::CannotBeTold => (page::UNSURE, "cannot be told"),
        TrialOutcome::WouldBeAcceptedAsFarAsTold => {
            (page::GOOD, "would be accepted as far as the report tells")
        }
    }
}

fn line(page: &mut Page, report: &TriedReport) {
    let (style, words) = outcome(report.outcome);
    let text = format!("not a verdict: {words}  {}", shorten(&report.image.reference, 2_000));
    page.line(style, &text);
}

fn write(page: &mut Page, report: &TriedReport, options: &TextOptions) {
    let (style, words) = outcome(report.outcome);
    page.wrapped("", style, style, &format!("{words}: {}", shorten(&report.image.reference, 2_000)));
    if let Some(policy) = &report.judged_by {
        let said = match report.verdict {
            Some(Verdict::Accepted) => "accepted",
            Some(Verdict::Rejected) => "rejected",
            Some(Verdict::Unknown) | None => "no verdict",
        };
        let (name, time) = (shorten(&policy.name, 100), shorten(&report.now.time, 40));
        page.paragraph("  report  ", &format!("{said} by {name} at {time}"));
    }
    for (answer, style, tag) in [
        (RuleAnswer::WouldNotHold, page::BAD, "would not hold"),
        (RuleAnswer::CannotBeTold, page::UNSURE, "cannot be told"),
        (RuleAnswer::WouldHold, page::GOOD, "would hold"),
    ] {
        let rules: Vec<&TriedRule> = report.rules.iter().filter(|rule| rule.answer == answer).collect();
        if answer == RuleAnswer::WouldHold && !options.verbose {
            if !rules.is_empty() {
                page.paragraph("  ", &format!("{tag}: {} rules", rules.len()));
            }
            continue;
        }
        for rule in rules {
            let platform = rule.platform.as_ref().map(|name| format!(" {}", shorten(name, 40)));
            let code = rule.code.map(|code| format!(" [{code}]")).unwrap_or_default();
            let text = format!("{tag}: {}{}{code}", shorten(&rule.rule, 100), platform.unwrap_or_default());
            page.wrapped("  ", page::PLAIN, style, &text);
            if !rule.why.is_empty() {
                page.paragraph("    ", &shorten(&rule.why, WHY));
            }
        }
    }
}

#[cfg(test)]
mod tests;
