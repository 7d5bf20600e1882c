//! The whole question, on one page.

mod assemble;
mod batch;
mod layered;
mod request;
#[cfg(feature = "layers")]
mod sboms;
mod segments;

use std::rc::Rc;

#[cfg(feature = "keyless")]
pub(crate) use assemble::{signer as signer_fact, witnessed};
pub use batch::Batch;
pub use request::Request;

use crate::code::{Code, Family, Severity};
use crate::error::{Error, Result};
use crate::evidence::{Attached, Examiner, Kept};
use crate::files::LayerReader;
use crate::image::{Resolved, platform_faults, resolve};
use crate::layers::{Bases, Search, find};
use crate::oci::Source;
use crate::oci::documents::Documents;
use crate::policy::{PlatformFacts, Policy, evaluate_platform, except};
use crate::report::{FACTS_SCHEMA, Finding, Layers, REPORT_SCHEMA, Report, Verdict};
use crate::statement::binding::{Vouchers, bind};
use assemble::{Judged, assemble, empty_report};
use layered::Layered;

/// Answers questions by one policy. Keys are prepared once; it can be used from several threads.
#[derive(Debug)]
pub struct Verifier {
    policy: Policy,
}

/// The proof that an image was accepted. Only [`Verifier::verify`] makes one.
#[derive(Debug)]
#[must_use]
pub struct Accepted(Report);

impl Accepted {
    /// The report.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.0
    }

    /// The report, which by itself proves nothing.
    #[must_use]
    pub fn into_report(self) -> Report {
        self.0
    }
}

/// Why an image was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The answer is no. Malformed and tampered images are rejected too; their report may be short.
    #[error("rejected: {}", .0.errors().next().map(|finding| finding.message.as_str()).unwrap_or_default())]
    Rejected(Box<Report>),
    /// There is no answer: something could not be looked at, or the call is wrong.
    #[error(transparent)]
    Error(#[from] Error),
}

impl Verifier {
    /// Takes a policy.
    ///
    /// # Errors
    /// `no-crypto-provider` if the library was built without one.
    pub fn new(policy: Policy) -> Result<Self> {
        crate::verify::provider()?;
        Ok(Verifier { policy })
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Verifies an image and judges it.
    ///
    /// Not checked: that nothing newer was withheld (an offline source cannot show that), and layer blobs that
    /// neither proof nor policy needs, unless the request says [`Layers::All`]; a runtime checks those when
    /// it unpacks them. Signatures by bare keys prove no time.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with a report if the answer is no; [`Failure::Error`] if there is none.
    pub fn verify(&self, source: &dyn Source, request: &Request) -> Result<Accepted, Failure> {
        self.judge(source, request, &Kept::default())
    }

    fn judge(&self, source: &dyn Source, request: &Request, kept: &Kept) -> Result<Accepted, Failure> {
        let (mut report, incomplete) = self.examine(source, request, kept)?;
        report.verdict = Some(verdict(&report.findings, &incomplete));
        match (report.verdict, incomplete.into_iter().find(Error::is_source_failure)) {
            (Some(Verdict::Accepted), _) => Ok(Accepted(report)),
            (Some(Verdict::Unknown), Some(error)) => Err(Failure::Error(error)),
            _ => Err(Failure::Rejected(Box::new(report))),
        }
    }

    /// Collects the same facts without judging them. Findings about the policy are left out; what is
    /// unverified stands apart.
    ///
    /// # Errors
    /// Only if something could not be looked at. A malformed image is a report with error findings.
    pub fn inspect(&self, source: &dyn Source, request: &Request) -> Result<Report> {
        self.collect(source, request, &Kept::default())
    }

    fn collect(&self, source: &dyn Source, request: &Request, kept: &Kept) -> Result<Report> {
        let (mut report, incomplete) = self.examine(source, request, kept)?;
        if let Some(error) = incomplete.into_iter().find(Error::is_source_failure) {
            return Err(error);
        }
        report.schema = FACTS_SCHEMA.to_owned();
        report.policy = None;
        report.exceptions_used.clear();
        report.platforms.iter_mut().for_each(|platform| platform.verdict = None);
        report.findings.retain(|finding| is_fact(finding.code));
        for finding in &mut report.findings {
            if finding.code.family() == Family::Base {
                finding.severity = Severity::Info;
            }
        }
        Ok(report)
    }

    /// The report about a question that ended in an error: `unknown`, or `rejected` if the error is about the
    /// image's bytes. For whoever must write a report in any case.
    #[must_use]
    pub fn unanswered(&self, request: &Request, error: &Error) -> Report {
        let mut report = refused(empty_report(REPORT_SCHEMA, request, &self.policy), error);
        report.verdict = Some(if is_about_bytes(error) { Verdict::Rejected } else { Verdict::Unknown });
        report
    }

    /// Everything but the verdict. Also returns why something may be missing.
    fn examine(&self, source: &dyn Source, request: &Request, kept: &Kept) -> Result<(Report, Vec<Error>)> {
        let documents = Documents::new(source, self.policy.limits);
        let mut report = empty_report(REPORT_SCHEMA, request, &self.policy);

        // 1. Resolve the name, once. From here on only digests count.
        let descriptor = match documents.resolve(&request.selector) {
            Err(error) if is_about_bytes(&error) => return Ok((refused(report, &error), Vec::new())),
            descriptor => descriptor?.ok_or_else(|| {
                Error::new(Code::NotFound, request.reference.as_str())
                    .expected("an image of that name")
                    .found("none")
            })?,
        };
        report.image.digest = Some(descriptor.digest.to_string());

        // 2. Read index, manifests and configs, and zip them into images. What is malformed is a finding.
        let resolved = match resolve(&documents, &descriptor, &request.platforms) {
            Ok(resolved) => resolved,
            Err(error) if is_about_bytes(&error) => return Ok((refused(report, &error), Vec::new())),
            Err(error) => return Err(error),
        };
        report.findings.extend(self.structure_findings(&resolved, request));

        // 3. For each platform: evidence, base, rules, owners.
        let examiner = Examiner::new(&documents, &self.policy.trusted, request.now, kept);
        let opens_all = match request.layers {
            Layers::All => true,
            Layers::Auto => self.policy.needs_contents(),
            Layers::None => false,
        };
        let reader = LayerReader::new(&documents, request.opening(opens_all));
        let children: Vec<Rc<Attached>> = resolved
            .attestations
            .iter()
            .map(|child| Rc::new(examiner.attestation_child(&child.descriptor)))
            .collect();
        let unreadable =
            resolved.faults.iter().map(|(_, error)| error).filter(|error| error.is_source_failure());
        let mut incomplete: Vec<Error> = unreadable.cloned().collect();
        let mut judged = Vec::new();
        for target in &resolved.targets {
            let vouchers = Rc::new(bind(&examiner, std::slice::from_ref(&target.path), &children));
            let search = Search {
                examiner: &examiner,
                reader: &reader,
                rule: &self.policy.base,
                intermediates: &self.policy.intermediates,
                mode: request.layers,
                named: &request.bases,
            };
            let bases = match find(&search, target, &vouchers) {
                Err(error) if is_about_bytes(&error) => Bases::none_because(error),
                bases => bases?,
            };
            let rule = self.policy.layers.as_ref();
            let opened = match opens_all {
                true => Layered::open(target, &bases, &reader, rule),
                false => Layered::default(),
            };
            let facts = PlatformFacts {
                target,
                vouchers: &vouchers,
                bases: &bases,
                below: &bases.below(),
                contents: opened.contents.as_ref(),
                name: request.name.as_deref(),
                now: request.now,
            };
            let mut evaluation = evaluate_platform(&self.policy, &facts);
            evaluation.findings.extend(opened.findings);
            incomplete.extend(opened.incomplete);
            incomplete.extend(missing_pieces(&vouchers, &bases));
            judged.push(Judged {
                target: target.clone(),
                vouchers,
                bases,
                evaluation,
                opened: opened.held,
                contents: opened.contents,
            });
        }

        // 4. Exceptions, then the report.
        assemble(&mut report, &resolved, judged, &self.policy);
        settle_incomplete(&mut report.findings, &incomplete);
        report.exceptions_used = except(&self.policy.exceptions, request.now, &mut report.findings);
        report.findings.sort_by(|one, two| order(one).cmp(&order(two)));
        report.findings.dedup();
        for platform in &mut report.platforms {
            let name = Some(&platform.platform);
            let own =
                report.findings.iter().filter(|one| one.platform.is_none() || one.platform.as_ref() == name);
            platform.verdict = Some(verdict(own, &incomplete));
        }
        Ok((report, incomplete))
    }

    fn structure_findings(&self, resolved: &Resolved, request: &Request) -> Vec<Finding> {
        let faults = resolved.faults.iter().map(|(platform, error)| {
            Finding::new(error).platform(platform.as_ref().map(ToString::to_string))
        });
        // With --platform the question is about those alone.
        let asked = !request.platforms.is_empty();
        let required = if asked { &request.platforms } else { &self.policy.platforms };
        faults.chain(platform_faults(resolved, required).iter().map(Finding::new)).collect()
    }
}

/// Errors first, then by platform, code and layer.
fn order(finding: &Finding) -> impl Ord + '_ {
    (finding.severity, &finding.platform, finding.code, finding.layer, &finding.message)
}

/// Whether an error is an answer about the image, and so a finding, rather than a failure to answer.
fn is_about_bytes(error: &Error) -> bool {
    error.code().family() == Family::Input
}

/// The report about an image that could not even be read as one.
fn refused(mut report: Report, error: &Error) -> Report {
    report.findings.push(Finding::new(error));
    report
}

fn missing_pieces(vouchers: &Vouchers, bases: &Bases) -> Vec<Error> {
    let of_base = bases.others.iter().flat_map(|others| others.incomplete.iter());
    let unreadable = bases.failures.iter().filter(|_| bases.base.is_none()).map(|failed| &failed.error);
    let unreadable = unreadable.filter(|error| error.is_source_failure());
    vouchers.incomplete.iter().chain(of_base).chain(unreadable).cloned().collect()
}

/// A flood of referrers is a warning if every rule is satisfied without them, and an error otherwise. What
/// could not be looked at changes no finding: it leaves the question open.
fn settle_incomplete(findings: &mut Vec<Finding>, incomplete: &[Error]) {
    let satisfied = findings.iter().all(|finding| finding.severity != Severity::Error);
    for error in incomplete.iter().filter(|error| !error.is_source_failure()) {
        let severity = if satisfied { Severity::Warning } else { Severity::Error };
        findings.push(Finding::new(error).severity(severity));
    }
}

/// A definite no about the bytes beats "could not look"; what could not be looked at beats the rest.
fn verdict<'f>(findings: impl IntoIterator<Item = &'f Finding>, incomplete: &[Error]) -> Verdict {
    let errors: Vec<&Finding> =
        findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Verdict::Accepted;
    }
    let could_change = incomplete.iter().any(Error::is_source_failure);
    if could_change && errors.iter().all(|finding| is_absence(finding.code)) {
        return Verdict::Unknown;
    }
    Verdict::Rejected
}

/// Codes that more evidence might take back.
fn is_absence(code: Code) -> bool {
    match code {
        Code::RuleNotEvaluated => true,
        Code::BaseRevoked | Code::ImageRevoked => false,
        code => !matches!(code.family(), Family::Input | Family::Policy),
    }
}

/// What `inspect` reports: the bytes, and what is known of the base.
fn is_fact(code: Code) -> bool {
    matches!(code.family(), Family::Input)
        || (matches!(code.family(), Family::Base)
            && !matches!(
                code,
                Code::LayerUnattributed | Code::ConfigUnattributed | Code::BaseRevoked | Code::BaseTooOld
            ))
}

#[cfg(test)]
mod tests;
