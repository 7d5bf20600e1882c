//! Which candidates the policy revokes, whoever signed them and whichever becomes the base.

use crate::code::Code;
use crate::error::Error;
use crate::image::Target;
use crate::layers::base::{Bases, Failed};
use crate::layers::candidates::{Candidate, LedTo};
use crate::layers::proof::{Claim, claim};
use crate::policy::BaseRule;
use crate::report::CandidateOrigin;

/// Whether a candidate is revoked; notes the digests that say so.
///
/// The policy names the digest itself, so no signature is needed, and the image's own config says that its layers
/// are the lowest here: whether they are is the question of a proof, and a lie is refused there.
pub(super) fn is_revoked(rule: &BaseRule, target: &Target, candidate: &Candidate, bases: &mut Bases) -> bool {
    let (image, paths) = match &candidate.led_to {
        LedTo::Image { image, paths } => (image, paths),
        LedTo::OtherPlatform => return false,
        LedTo::NotAtHand(error) => {
            bases.failures.extend(left_open(rule, candidate, error));
            return false;
        }
    };
    let is_itself = candidate.digest == target.image.digest;
    if !is_itself && !matches!(claim(&target.image, image), Claim::Prefix) {
        return false;
    }
    let known = bases.revoked.len();
    // An index stands for its images; whoever lists one means them.
    let named = paths.iter().flatten().filter(|digest| rule.revoked_platforms.contains(digest));
    bases.revoked.extend(named.map(|digest| (*digest, candidate.digest)));
    bases.revoked.len() > known || image.chain_ids().any(|id| rule.revoked_chain_ids.contains(&id.digest()))
}

/// A revoked image that verified provenance or the caller names, or that the evidence has and cannot give, so that
/// nobody can compare it. Unsigned hints change no verdict: those are passed over.
fn left_open(rule: &BaseRule, candidate: &Candidate, cause: &Error) -> Option<Failed> {
    let is_named = match candidate.origin {
        CandidateOrigin::Provenance | CandidateOrigin::Caller => true,
        CandidateOrigin::Evidence => cause.is_source_failure(),
        CandidateOrigin::Itself | CandidateOrigin::Unsigned => false,
    };
    (is_named && rule.revoked_platforms.contains(&candidate.digest)).then(|| Failed {
        error: Error::new(Code::RuleNotEvaluated, "rule [base] revoked")
            .expected(format!("manifest and config of the revoked platform {}", candidate.digest))
            .found(format!("nothing that shows whether it is below the image; {}", cause.message()))
            .hint("Bring it with --evidence, or revoke its chain-id, which needs nothing at hand."),
        layer: None,
        about_image: true,
    })
}
