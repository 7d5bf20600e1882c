//! What a verification summary says, against what a rule asks of it: steps 4 to 7 of SLSA's "How to verify".
//! Signature, subject and predicate type were verified before.

use crate::code::Code;
use crate::error::{Error, Result};
use crate::layers::dependency_names;
use crate::policy::evaluate::PlatformFacts;
use crate::policy::rules::AttestationRule;
use crate::policy::vsa::SummaryRule;
use crate::policy::{AttestationType, Pattern};
use crate::statement::binding::Attestation;
use crate::statement::predicate::Predicate;
use crate::statement::slsa::is_image;
use crate::statement::vsa::Summary;

/// Whether a summary says what the rule asks.
pub(super) fn vsa(rule: &AttestationRule, one: &Attestation) -> Result<()> {
    let Some(stated) = summary(one) else {
        return Err(Error::new(Code::PredicateInvalid, "vsa")
            .expected("a verification summary that can be read")
            .found("none"));
    };
    let asked = &rule.vsa;
    let refused = |what: &str| Error::new(Code::ResultNotAllowed, format!("{what} of vsa"));
    // 4. The verifier; see `Concern`. 5. The resource.
    if !is_resource(asked, stated) {
        return Err(refused("resource")
            .expected(any_of(&asked.resources))
            .found(format!("{:?}", stated.resource))
            .hint("Have the image verified under the name that the policy wants, or change `resource`."));
    }
    // 6. The result.
    if !stated.has_passed {
        return Err(refused("result")
            .expected("PASSED")
            .found(format!("FAILED, says {:?}", stated.verifier)));
    }
    // 7. The levels.
    if let Some(level) = asked.levels.iter().find(|level| !stated.has_level(level)) {
        return Err(refused("levels").expected(level).found(stated.levels.join(", ")));
    }
    // Which policy it was is no step of the specification, and asked only by its digest.
    if !asked.policy_digests.is_empty() && !asked.policy_digests.iter().any(|one| stated.is_by_policy(one)) {
        let digests: Vec<String> = asked.policy_digests.iter().map(ToString::to_string).collect();
        return Err(refused("policy")
            .expected(digests.join(" or "))
            .found(stated.describe_policy())
            .hint("Have the image verified by that policy, or change `policy-digest`."));
    }
    Ok(())
}

/// Which summaries a rule is about. Other verifiers answer other questions, and so do summaries for other
/// resources where one for the right resource is there: an image that was copied has one for each place.
pub(super) struct Concern<'r> {
    asked: &'r SummaryRule,
    has_resource: bool,
}

impl<'r> Concern<'r> {
    /// Of all attestations those that `is_asked` says the rule could take.
    pub(super) fn of(
        rule: &'r AttestationRule,
        facts: &PlatformFacts<'_>,
        is_asked: impl Fn(&Attestation) -> bool,
    ) -> Self {
        let asked = &rule.vsa;
        let is_right = |stated: &Summary| is_verifier(asked, stated) && is_resource(asked, stated);
        let summaries = facts.vouchers.attestations.iter().filter(|one| is_asked(one)).filter_map(summary);
        Concern { asked, has_resource: summaries.into_iter().any(is_right) }
    }

    /// Whether the rule is about this one. What cannot be read may be anybody's.
    pub(super) fn has(&self, one: &Attestation) -> bool {
        summary(one).is_none_or(|stated| {
            is_verifier(self.asked, stated) && (!self.has_resource || is_resource(self.asked, stated))
        })
    }
}

/// If there are summaries by allowed signers and none by a verifier whom the rule names: who verified.
pub(super) fn by_others(
    rule: &AttestationRule,
    signers: &[String],
    what: &str,
    facts: &PlatformFacts<'_>,
) -> Option<Error> {
    let signed = facts.vouchers.attestations.iter().filter(|one| one.signer.known_as(signers).is_some());
    let mut found: Vec<&str> = signed.filter_map(summary).map(|stated| stated.verifier.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    if rule.kind != AttestationType::Vsa || found.is_empty() {
        return None;
    }
    let shown: Vec<String> = found.iter().take(SHOWN).map(|verifier| format!("{verifier:?}")).collect();
    let more = match found.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(
        Error::new(Code::AttestationMissing, format!("vsa of {what}"))
            .expected(format!("one by the verifier {}", any_of(&rule.vsa.verifiers)))
            .found(format!("only by {}{more}", shown.join(", ")))
            .hint("Attach the summary of that verifier, or add this one to `verifier` in the policy."),
    )
}

fn summary(one: &Attestation) -> Option<&Summary> {
    match &one.statement.predicate {
        Ok(Predicate::Summary(stated)) => Some(stated),
        _ => None,
    }
}

fn is_verifier(asked: &SummaryRule, stated: &Summary) -> bool {
    asked.verifiers.is_empty() || asked.verifiers.iter().any(|pattern| pattern.matches(&stated.verifier))
}

/// As it is written, and the name of an image without tag and digest.
fn is_resource(asked: &SummaryRule, stated: &Summary) -> bool {
    let names = if is_image(&stated.resource) { dependency_names(&stated.resource) } else { Vec::new() };
    let hit = |pattern: &Pattern| {
        pattern.matches(&stated.resource) || names.iter().any(|name| pattern.matches(name))
    };
    asked.resources.is_empty() || asked.resources.iter().any(hit)
}

fn any_of(patterns: &[Pattern]) -> String {
    patterns.iter().map(Pattern::as_str).collect::<Vec<_>>().join(" or ")
}

/// Verifiers that a message names.
const SHOWN: usize = 3;
