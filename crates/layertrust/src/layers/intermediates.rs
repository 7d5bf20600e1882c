//! Images between the vendor's base and the one that is asked about, each vouched for by signers of its own.

use std::cmp::Reverse;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::Error;
use crate::layers::below::{Below, distinct};
use crate::layers::names::image_name;
use crate::policy::{IntermediateRule, Pattern};
use crate::report::{BaseCandidate, CandidateOutcome};
use crate::statement::binding::Vouchers;
use crate::statement::predicate::Kind;
use crate::verify::Signer;

/// An intermediate image that was proved.
#[derive(Debug)]
pub(crate) struct Intermediate {
    /// The rule whose signers vouch for it, by its place in the policy.
    pub(crate) rule: usize,
    pub(crate) below: Below,
}

/// Why an image that is the bottom of this one is not the intermediate that a rule means.
#[derive(Debug)]
pub(crate) struct PassedOver {
    pub(crate) rule: usize,
    /// How many layers it has: what is no longer than the base is no candidate.
    pub(crate) len: usize,
    pub(crate) error: Error,
}

/// The signers of a rule who vouch for an image under a name that the rule admits, or why there are none.
pub(super) fn vouch(
    rule: &IntermediateRule,
    digest: &Digest,
    vouchers: &Vouchers,
) -> Result<Vec<Signer>, Error> {
    // As for a base: an image signature, or provenance that names the platform manifest. All else describes.
    let signatures = vouchers.signatures.iter().map(|one| (&one.signer, &one.names));
    let provenance = vouchers
        .attestations
        .iter()
        .filter(|one| one.names_platform && one.statement.predicate_type.kind() == Kind::SlsaProvenance);
    let said = signatures.chain(provenance.map(|one| (&one.signer, &one.names)));
    let said: Vec<(&Signer, &Vec<String>)> =
        said.filter(|(signer, _)| signer.known_as(&rule.signers).is_some()).collect();
    let what = format!("intermediate {digest}");
    if said.is_empty() {
        let found = vouchers.unverified.first();
        return Err(Error::new(Code::BaseUnsigned, what)
            .expected(format!("an image signature or provenance by {}", rule.signers.join(" or ")))
            .found(
                found.map_or_else(|| "none".to_owned(), |one| format!("none that holds; {}", one.error)),
            ));
    }
    let admitted = |(_, names): &&(&Signer, &Vec<String>)| is_admitted(rule, names);
    let signers = distinct(said.iter().filter(admitted).map(|(signer, _)| *signer));
    if !signers.is_empty() {
        return Ok(signers);
    }
    let mut names: Vec<&str> = said.iter().flat_map(|(_, names)| names.iter()).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let patterns: Vec<&str> = rule.references.iter().map(Pattern::as_str).collect();
    Err(Error::new(Code::BaseNotAllowed, what)
        .expected(format!("signed names that match {}", patterns.join(" or ")))
        .found(if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") }))
}

/// Whether a rule admits what one signature calls an image: all of its names, and there is one, unless any will do.
pub(crate) fn is_admitted(rule: &IntermediateRule, names: &[String]) -> bool {
    let matches = |name: &String| {
        let name = image_name(name);
        rule.references.iter().any(|pattern| pattern.matches(&name))
    };
    rule.references.is_empty() || (!names.is_empty() && names.iter().all(matches))
}

/// The chain of intermediates, bottom up: of each rule the longest image that is longer than the base. Of equal
/// ones what verified provenance names comes first.
pub(super) fn chain(
    mut proved: Vec<(usize, Intermediate)>,
    base: usize,
    candidates: &mut [BaseCandidate],
) -> Vec<Intermediate> {
    proved.sort_by_key(|(_, one)| {
        (Reverse(one.below.len()), one.rule, one.below.origin, one.below.image.digest)
    });
    let mut chain: Vec<Intermediate> = Vec::new();
    for (place, one) in proved {
        if one.below.len() > base && chain.iter().all(|known| known.rule != one.rule) {
            if let Some(entry) = candidates.get_mut(place) {
                entry.outcome = CandidateOutcome::Intermediate;
            }
            chain.push(one);
        }
    }
    chain.sort_by_key(|one| (one.below.len(), one.rule));
    chain
}
