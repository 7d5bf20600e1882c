//! Rules about attestations, for the base and for the image alike.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::evidence::{Unverified, What};
use crate::policy::evaluate::provenance::provenance;
use crate::policy::evaluate::results::results;
use crate::policy::evaluate::{Evaluation, EvidenceList, NOT_PROVED, Part, PlatformFacts, deployed_as};
use crate::policy::evaluate::{vex, vsa};
use crate::policy::rules::{AttestationRule, AttestationType};
use crate::report::{Finding, Severity};
use crate::statement::binding::Attestation;
use crate::statement::predicate::{Predicate, PredicateType};
use crate::statement::vex::Vex;

/// The attestation rules of one section of the policy.
pub(super) struct Section<'s> {
    pub(super) part: Part,
    /// The section as reports name it.
    pub(super) place: &'s str,
    pub(super) rules: &'s [AttestationRule],
    /// Who counts where a rule names nobody.
    pub(super) signers: &'s [String],
    /// What the statements must be about, as messages name it.
    pub(super) what: String,
}

/// What became of one statement by a signer whom a rule allows.
pub(super) struct Voice<'v> {
    /// Its place in the list of attestations; none if its predicate cannot be read.
    pub(super) at: Option<usize>,
    /// The first proved time of its signature.
    pub(super) signed: Option<Timestamp>,
    /// When what it tells of was done, by its signer's word.
    stated: Option<Timestamp>,
    /// What deserves a warning, or why the rule does not take it.
    pub(super) outcome: Result<Vec<Error>>,
    pub(super) describes: &'v str,
}

/// Every rule of a section must find its attestation.
pub(super) fn attestations(section: &Section<'_>, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    for (number, rule) in section.rules.iter().enumerate() {
        let signers = rule.signers_or(section.signers);
        let mut voices = voices(rule, signers, facts);
        let chosen = match &rule.kind {
            AttestationType::Vex => vex::all(&mut voices, facts),
            kind if kind.is_result() => newest(rule, &mut voices),
            _ => any_good(&mut voices),
        };
        match chosen {
            Some(Ok((used, warnings))) => {
                let name = format!("{}[{number}]", section.place);
                for at in used {
                    evaluation.used.mark(section.part, EvidenceList::Attestation, at, name.as_str());
                }
                let warning =
                    |error: Error| Finding::new(&error.about(section.place)).severity(Severity::Warning);
                evaluation.findings.extend(warnings.into_iter().map(warning));
            }
            Some(Err(error)) => evaluation.findings.push(Finding::new(&error.about(section.place))),
            None => {
                let error = vsa::by_others(rule, signers, &section.what, facts)
                    .unwrap_or_else(|| none_found(rule, signers, section, facts));
                evaluation.findings.push(Finding::new(&error.about(section.place)));
            }
        }
    }
}

/// What a rule comes to: the statements that it uses with what deserves a warning, or why it holds not.
pub(super) type Chosen = Result<(Vec<usize>, Vec<Error>)>;

/// Every statement that a rule is about, by signers whom it allows, those that cannot be read included.
fn voices<'v>(rule: &AttestationRule, signers: &[String], facts: &'v PlatformFacts<'_>) -> Vec<Voice<'v>> {
    let is_asked =
        |one: &Attestation| vex::is_of_kind(&rule.kind, one) && one.signer.known_as(signers).is_some();
    let concern = vsa::Concern::of(rule, facts, is_asked);
    let all = facts.vouchers.attestations.iter().enumerate();
    let readable = all.filter(|(_, one)| is_asked(one) && concern.has(one)).map(|(at, one)| Voice {
        at: Some(at),
        signed: one.signer.witness.times.first().copied(),
        stated: stated(rule, one),
        outcome: judge(rule, one, facts),
        describes: one.statement.predicate_type.as_str(),
    });
    let unreadable = facts.vouchers.unverified.iter().filter_map(|one| {
        let signer = one.signer.as_ref().filter(|signer| signer.known_as(signers).is_some())?;
        let kind =
            one.predicate_type.as_deref().filter(|kind| rule.kind.covers(&PredicateType::new(kind)))?;
        Some(Voice {
            at: None,
            signed: signer.witness.times.first().copied(),
            stated: None,
            outcome: Err(one.error.clone()),
            describes: kind,
        })
    });
    readable.chain(unreadable).collect()
}

/// One statement against all that a rule asks of it.
fn judge(rule: &AttestationRule, one: &Attestation, facts: &PlatformFacts<'_>) -> Result<Vec<Error>> {
    let warnings = match &rule.kind {
        AttestationType::SlsaProvenance => provenance(rule, one, facts)?,
        AttestationType::Vsa => vsa::vsa(rule, one).map(|()| Vec::new())?,
        AttestationType::Vex => vex::document(one).map(|_| Vec::new())?,
        AttestationType::TestResult
        | AttestationType::DhiFips
        | AttestationType::DhiStig
        | AttestationType::DhiSecrets
        | AttestationType::DhiVirus
        | AttestationType::DhiTests => results(rule, one, facts.now)?,
        _ => Vec::new(),
    };
    if let (
        AttestationType::Sbom | AttestationType::Spdx | AttestationType::CycloneDx,
        Ok(Predicate::Sbom(sbom)),
    ) = (&rule.kind, &one.statement.predicate)
    {
        sbom.lists_something()?;
    }
    age(rule, one, facts.now)?;
    Ok(warnings)
}

/// One good statement suffices; a bad one beside it hides nothing.
fn any_good(voices: &mut Vec<Voice<'_>>) -> Option<Chosen> {
    let good = voices.iter().position(|voice| voice.outcome.is_ok()).unwrap_or_default();
    let mut best = (good < voices.len()).then(|| voices.swap_remove(good))?;
    let at = best.at.take();
    Some(best.outcome.map(|warnings| (Vec::from_iter(at), warnings)))
}

/// What is out of date says nothing beside what is not.
pub(super) fn without_old(voices: &mut Vec<Voice<'_>>) {
    let is_old = |voice: &Voice<'_>| {
        voice.outcome.as_ref().is_err_and(|error| error.code() == Code::AttestationTooOld)
    };
    if voices.iter().any(|voice| !is_old(voice)) {
        voices.retain(|voice| !is_old(voice));
    }
}

/// Of results the newest counts. One without a proved time may be older or newer than any other.
fn newest(rule: &AttestationRule, voices: &mut Vec<Voice<'_>>) -> Option<Chosen> {
    // 1. Nothing that is out of date.
    without_old(voices);
    // 2. The newest of those that have a time, and all that have none. Anybody can have a key's signature logged or
    //    timestamped once more: what says itself that it was made later is not outdone by that.
    let latest = voices.iter().filter_map(|voice| voice.signed).max();
    let newest = voices.iter().filter(|voice| voice.signed.is_some() && voice.signed == latest);
    let made = newest.filter_map(|voice| voice.stated).min();
    voices.retain(|voice| {
        let says_later = voice.stated.zip(made).is_some_and(|(own, newest)| own > newest);
        voice.signed.is_none() || voice.signed == latest || says_later
    });
    // 3. They must agree.
    voices.sort_by_key(|voice| Reverse(voice.outcome.is_ok()));
    let (first, last) = (voices.first()?, voices.last()?);
    if let (Ok(_), Err(error)) = (&first.outcome, &last.outcome) {
        let what = format!("{} statements", rule.kind.name());
        return Some(Err(Error::new(Code::AttestationConflict, what)
            .expected("one result, or a proved time that says which is the newest")
            .found(format!(
                "{} of type {:?}, at least one of which the rule would take, and one that it would not: {error}",
                voices.len(),
                last.describes
            ))));
    }
    any_good(voices)
}

/// When what a statement tells of was done, as far as the rule asks for that.
fn stated(rule: &AttestationRule, one: &Attestation) -> Option<Timestamp> {
    match rule.kind {
        // Of an SBOM that is VEX, too, the analyses.
        AttestationType::Vex => vex::document(one).ok().and_then(Vex::time),
        _ => one.statement.predicate.as_ref().ok().and_then(Predicate::time),
    }
}

/// What a statement tells of must have been done by now, and no longer ago than the rule says.
fn age(rule: &AttestationRule, one: &Attestation, now: Timestamp) -> Result<()> {
    let what = rule.kind.name();
    let stated = stated(rule, one);
    if let Some(stated) = stated.filter(|time| *time > now) {
        return Err(Error::new(Code::PredicateInvalid, what)
            .expected(format!("something that was done by now, which is {now}"))
            .found(format!("something done at {stated}")));
    }
    let Some(max) = rule.max_age else { return Ok(()) };
    // Its signer's word, but not later than the signature was there.
    let signed = one.signer.witness.times.first().copied();
    let done = stated.into_iter().chain(signed).min();
    match done {
        Some(done) if !max.is_exceeded(done, now) => Ok(()),
        Some(done) => Err(Error::new(Code::AttestationTooOld, what)
            .expected(format!("an age of at most {max}"))
            .found(format!("one of {done}; now it is {now}"))),
        None => Err(Error::new(Code::TimeNotProved, format!("age of {what}"))
            .expected("a statement that says when, or a signature with a proved time")
            .found("neither")
            .hint("Sign with a log entry or a timestamp, or use a tool that writes the time.")),
    }
}

/// No statement by anybody whom the rule allows: the most specific reason.
fn none_found(
    rule: &AttestationRule,
    signers: &[String],
    section: &Section<'_>,
    facts: &PlatformFacts<'_>,
) -> Error {
    let what = format!("{} of {}", rule.kind.name(), section.what);
    let expected = format!("one by {}", signers.join(" or "));
    const ORDER: [Code; 6] = [
        Code::SubjectMismatch,
        Code::PredicateMismatch,
        Code::PredicateInvalid,
        Code::DuplicateKey,
        Code::KeyInactive,
        Code::SignerNotAllowed,
    ];
    let is_asked = |one: &&Unverified| {
        let kind = one.predicate_type.as_deref().map(PredicateType::new);
        one.what == What::Attestation && kind.is_some_and(|kind| rule.kind.covers(&kind))
    };
    let unverified = facts.vouchers.unverified.iter().filter(is_asked);
    let find = |code: &Code| unverified.clone().find(|one| one.error.code() == *code);
    if let Some(found) = ORDER.iter().chain(&NOT_PROVED).find_map(find) {
        let error = Error::new(found.error.code(), what).expected(expected);
        return match found.error.code() {
            Code::SubjectMismatch => error.found(format!("one about {}", found.error.found_text())),
            _ => error.found(found.error.message()),
        };
    }
    let of_kind = |one: &&Attestation| vex::is_of_kind(&rule.kind, one);
    if let Some(stranger) = facts.vouchers.attestations.iter().find(of_kind) {
        return Error::new(Code::SignerNotAllowed, what)
            .expected(expected)
            .found(format!("one by {}", stranger.signer.describe()));
    }
    if let Some(found) = [Code::SignatureInvalid, Code::AttestationUnsigned].iter().find_map(find) {
        return Error::new(found.error.code(), what).expected(expected).found(found.error.message());
    }
    let hint = match section.part {
        Part::Base | Part::Intermediate(_) => format!(
            "Bring it with --evidence: it is attached to {}, not to images that are built on it.",
            section.what
        ),
        Part::Org => {
            let (kind, file) = rule.kind.cosign();
            let image = deployed_as(facts);
            format!("Attach it: `cosign attest --key cosign.key --type {kind} --predicate {file} {image}`.")
        }
    };
    Error::new(Code::AttestationMissing, what).expected(expected).found("none").hint(hint)
}
