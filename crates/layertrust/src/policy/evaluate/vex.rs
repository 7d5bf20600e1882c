//! VEX: whether there is a document that can be read, and whether those that are there agree.

use jiff::Timestamp;

use super::attestations::{Chosen, Voice, without_old};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::evaluate::PlatformFacts;
use crate::policy::rules::AttestationType;
use crate::statement::binding::Attestation;
use crate::statement::predicate::Predicate;
use crate::statement::vex::{Spoken, Vex, answers};

/// Whether a statement is of the kind that a rule asks for. An SBOM without analyses is no VEX.
pub(super) fn is_of_kind(kind: &AttestationType, one: &Attestation) -> bool {
    let predicate_type = &one.statement.predicate_type;
    let is_plain_sbom =
        matches!(&one.statement.predicate, Ok(Predicate::Sbom(sbom)) if sbom.analyses.is_none());
    kind.covers(predicate_type) && !(*kind == AttestationType::Vex && is_plain_sbom)
}

/// The document, if it can be read.
pub(super) fn document(one: &Attestation) -> Result<&Vex> {
    match &one.statement.predicate {
        Ok(Predicate::Vex(vex)) => Ok(vex),
        Ok(Predicate::Sbom(sbom)) => match sbom.analyses.as_deref() {
            Some(vex) => vex.as_ref().map_err(Clone::clone),
            None => Err(unreadable()),
        },
        Err(error) => Err(error.clone()),
        Ok(_) => Err(unreadable()),
    }
}

fn unreadable() -> Error {
    Error::new(Code::PredicateInvalid, "vex").expected("VEX that can be read").found("none")
}

/// All documents together: each adds to the others, the newest word about a vulnerability in a product counts.
pub(super) fn all(voices: &mut Vec<Voice<'_>>, facts: &PlatformFacts<'_>) -> Option<Chosen> {
    without_old(voices);
    let (good, bad): (Vec<_>, Vec<_>) = voices.drain(..).partition(|voice| voice.outcome.is_ok());
    let mut bad = bad.into_iter();
    if good.is_empty() {
        return bad.find_map(|voice| voice.outcome.err()).map(Err);
    }
    // One that cannot be read may say otherwise, unless each of the others is known to be newer.
    let is_newer =
        |than: Timestamp| good.iter().all(|voice| voice.signed.is_some_and(|signed| signed > than));
    if let Some(voice) = bad.find(|voice| !voice.signed.is_some_and(is_newer)) {
        let error = Error::new(Code::AttestationConflict, "vex statements")
            .expected("documents that the rule takes, or proved times that say that they are the newest");
        let why = voice.outcome.err().map_or_else(String::new, |error| error.to_string());
        return Some(Err(error.found(format!("one of type {:?} that it does not: {why}", voice.describes))));
    }
    let attestations = &facts.vouchers.attestations;
    let spoken = good.iter().filter_map(|voice| {
        let document = document(attestations.get(voice.at?)?).ok()?;
        Some(Spoken { document, signed: voice.signed })
    });
    let spoken: Vec<Spoken<'_>> = spoken.collect();
    Some(answers(&spoken).and_then(|answers| match answers.is_empty() {
        true => {
            Err(Error::new(Code::PredicateInvalid, "vex").expected("at least one statement").found("none"))
        }
        false => Ok((good.iter().filter_map(|voice| voice.at).collect(), Vec::new())),
    }))
}
