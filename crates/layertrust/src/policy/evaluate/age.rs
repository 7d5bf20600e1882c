//! How old the base and the image are, as far as that is proved.

use jiff::{SignedDuration, Timestamp};

use crate::code::Code;
use crate::error::Error;
use crate::layers::Base;
use crate::policy::evaluate::{Evaluation, EvidenceList, Part, PlatformFacts};
use crate::policy::rules::{AttestationRule, AttestationType};
use crate::policy::{MaxAge, Policy};
use crate::report::Finding;
use crate::statement::binding::{Attestation, Vouchers};
use crate::statement::predicate::Predicate;

/// The base must be no older than the policy says.
pub(super) fn base(policy: &Policy, base: &Base, now: Timestamp, evaluation: &mut Evaluation) {
    let Some(max) = policy.base.max_age else { return };
    let question = Question {
        part: Part::Base,
        rule: "base.max-age",
        key: "[base] max-age",
        what: format!("base {}", base.below.image.digest),
        too_old: Code::BaseTooOld,
        hint: "Bring the vendor's provenance of this base with --evidence; it says when the build finished.",
        max,
        signers: signers(&policy.base.signers, &policy.base.attestations),
        now,
    };
    question.answer(&base.below.vouchers, evaluation);
}

/// The image that the organization signed must be no older than the policy says.
pub(super) fn image(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    let Some(max) = policy.org.max_age else { return };
    let question = Question {
        part: Part::Org,
        rule: "org.max-age",
        key: "[org] max-age",
        what: format!("image {}", facts.target.image.digest),
        too_old: Code::ImageTooOld,
        hint: "Attach provenance that says when the build finished, or sign with a log entry or a timestamp; a key \
               alone proves no time.",
        max,
        signers: signers(&policy.org.all_signers(), &policy.org.attestations),
        now: facts.now,
    };
    question.answer(facts.vouchers, evaluation);
}

/// Who may say when something was built: the section's signers, and those of its rules about provenance.
pub(in crate::policy) fn signers(section: &[String], rules: &[AttestationRule]) -> Vec<String> {
    let provenance = rules.iter().filter(|rule| rule.kind == AttestationType::SlsaProvenance);
    let mut all: Vec<String> =
        section.iter().chain(provenance.flat_map(|rule| &rule.signers)).cloned().collect();
    all.sort_unstable();
    all.dedup();
    all
}

struct Question {
    part: Part,
    rule: &'static str,
    key: &'static str,
    what: String,
    too_old: Code,
    /// What would prove a time.
    hint: &'static str,
    max: MaxAge,
    signers: Vec<String>,
    now: Timestamp,
}

/// A time at which the thing was there, and what says so.
struct Made {
    time: Timestamp,
    by: &'static str,
}

/// What one provenance tells about time.
#[derive(Debug, Clone, Copy)]
pub(in crate::policy) struct Told {
    pub(in crate::policy) finished: Option<Timestamp>,
    /// The first proved time of its signature.
    pub(in crate::policy) signed: Option<Timestamp>,
}

/// The newest finish that can be true, and which provenance tells it. Where none is stated, the oldest proved time
/// of a signature: signing again makes nothing younger.
pub(in crate::policy) fn made(told: &[Told], now: Timestamp) -> Option<(usize, Timestamp)> {
    let stated = told.iter().enumerate().filter_map(|(at, one)| {
        let finished = one.finished.filter(|time| *time <= now)?;
        // It was signed after it finished. Clocks differ, so the earlier one counts and neither is refused.
        Some((one.signed.map_or(finished, |signed| signed.min(finished)), at))
    });
    let signed = told.iter().enumerate().filter(|(_, one)| one.finished.is_none());
    let signed = signed.filter_map(|(at, one)| Some((one.signed?, at)));
    stated.max().or_else(|| signed.min()).map(|(time, at)| (at, time))
}

impl Question {
    fn answer(&self, vouchers: &Vouchers, evaluation: &mut Evaluation) {
        let provenance: Vec<(usize, &Attestation)> =
            vouchers.attestations.iter().enumerate().filter(|(_, one)| self.may_say(one)).collect();
        let made = match provenance.is_empty() {
            true => self.by_signature(vouchers, evaluation),
            false => self.by_provenance(&provenance, evaluation),
        };
        match made {
            Some(made) if !self.max.is_exceeded(made.time, self.now) => {}
            Some(made) => evaluation.findings.push(Finding::new(&self.too_old(&made))),
            None => evaluation.findings.push(Finding::new(&self.not_proved(&provenance))),
        }
    }

    /// Provenance by an allowed signer; of a base it names the platform manifest itself, as what vouches does.
    fn may_say(&self, one: &Attestation) -> bool {
        AttestationType::SlsaProvenance.covers(&one.statement.predicate_type)
            && one.signer.known_as(&self.signers).is_some()
            && (one.names_platform || self.part == Part::Org)
    }

    fn by_provenance(
        &self,
        provenance: &[(usize, &Attestation)],
        evaluation: &mut Evaluation,
    ) -> Option<Made> {
        let told: Vec<Told> = provenance
            .iter()
            .map(|(_, one)| Told { finished: finished(one), signed: witnessed(one) })
            .collect();
        let (place, time) = made(&told, self.now)?;
        let (at, one) = provenance.get(place)?;
        let by = match finished(one) {
            Some(_) => "its provenance says that it was finished",
            None => "its provenance was signed",
        };
        evaluation.used.mark(self.part, EvidenceList::Attestation, *at, self.rule);
        Some(Made { time, by })
    }

    /// The oldest proved time of an image signature that counted.
    fn by_signature(&self, vouchers: &Vouchers, evaluation: &Evaluation) -> Option<Made> {
        let counted = vouchers.signatures.iter().enumerate();
        let counted = counted.filter(|(at, _)| evaluation.used.signature(self.part, *at).is_some());
        let time = counted.filter_map(|(_, one)| one.signer.witness.times.first()).min();
        time.map(|time| Made { time: *time, by: "it was signed" })
    }

    fn too_old(&self, made: &Made) -> Error {
        let age = ago(self.now.duration_since(made.time));
        Error::new(self.too_old, &self.what)
            .expected(format!("an age of at most {}, as {} says", self.max, self.key))
            .found(format!("{age}: {} at {}; now it is {}", made.by, made.time, self.now))
    }

    fn not_proved(&self, provenance: &[(usize, &Attestation)]) -> Error {
        let future = provenance.iter().filter_map(|(_, one)| finished(one)).min();
        let found = match (provenance, future) {
            ([], _) => "no provenance by them, and no proved time of an image signature".to_owned(),
            (_, Some(time)) => {
                format!("provenance that is finished at {time}, after now, which is {}", self.now)
            }
            (_, None) => "provenance that says no finish, and whose signature has no proved time".to_owned(),
        };
        Error::new(Code::TimeNotProved, format!("age of {}, for {}", self.what, self.key))
            .expected(format!(
                "provenance that says when it was finished, or a signature with a proved time, by {}",
                self.signers.join(" or ")
            ))
            .found(found)
            .hint(self.hint)
    }
}

fn finished(one: &Attestation) -> Option<Timestamp> {
    match &one.statement.predicate {
        Ok(Predicate::Provenance(provenance)) => provenance.finished,
        _ => None,
    }
}

/// Each proved time says that the signature was there by then; the first one says most.
fn witnessed(one: &Attestation) -> Option<Timestamp> {
    one.signer.witness.times.first().copied()
}

fn ago(age: SignedDuration) -> String {
    match age.as_hours() {
        hours @ 0..48 => format!("{hours} hours"),
        hours => format!("{} days and {} hours", hours / 24, hours % 24),
    }
}
