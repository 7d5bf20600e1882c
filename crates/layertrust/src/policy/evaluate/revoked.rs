//! What the policy revokes. More evidence takes none of it back.

use crate::code::Code;
use crate::error::Error;
use crate::policy::Policy;
use crate::policy::evaluate::{Evaluation, PlatformFacts};
use crate::report::Finding;

/// A revoked image, or one that stands on a revoked base, whichever base was chosen.
pub(super) fn revoked(policy: &Policy, facts: &PlatformFacts<'_>, evaluation: &mut Evaluation) {
    let image = &facts.target.image;
    let mut add = |error: Error| evaluation.findings.push(Finding::new(&error));
    for (entry, candidate) in &facts.bases.revoked {
        add(Error::new(Code::BaseRevoked, format!("image {}", image.digest))
            .expected("no base that [base] revoked lists")
            .found(match entry == candidate {
                true => format!("platform {entry} at its bottom"),
                false => format!("{candidate} of the index {entry} at its bottom"),
            }));
    }
    // A base is below the image whether or not anything names it: the chain IDs need no candidate.
    for (at, chain_id) in image.chain_ids().enumerate() {
        if policy.base.revoked_chain_ids.contains(&chain_id.digest()) {
            add(Error::new(Code::BaseRevoked, format!("image {}", image.digest))
                .expected("no layers that [base] revoked lists")
                .found(format!("chain-id {chain_id}, its layers 0 to {at}")));
        }
    }
    for digest in facts.target.path.iter().filter(|digest| policy.org.revoked.contains(digest)) {
        add(Error::new(Code::ImageRevoked, format!("image {}", image.digest))
            .expected("nothing that [org] revoked lists")
            .found(digest));
    }
}
