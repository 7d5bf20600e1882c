//! Rules about images between the base and the organization's: a report tells of those that its own policy meant.

use super::Trying;
use super::answer::{Answer, Answers};
use crate::policy::IntermediateRule;

pub(super) fn rules(trying: &Trying<'_>, answers: &mut Answers<'_>) {
    for rule in &trying.policy.intermediates {
        // Whoever adds a key says here who tries it. Signers and references decide which image is meant.
        let IntermediateRule { name, require, signers: _, references: _, attestations } = rule;
        let unclear =
            || Answer::Unclear("which images this policy finds between is not in the report".to_owned());
        if *require {
            answers.add(format!("[[intermediate]] {name:?} require"), unclear());
        }
        for asked in attestations {
            answers
                .add(format!("[[intermediate.attestation]] of {name:?}, {}", asked.kind.name()), unclear());
        }
    }
}
