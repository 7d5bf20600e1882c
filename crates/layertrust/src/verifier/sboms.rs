//! Which SBOMs are joined with the packages of the layers: those by signers whom the policy allows.

use crate::layers::{Described, joined};
use crate::policy::{AttestationRule, AttestationType, Policy};
use crate::report::{PackagesFact, Role};
use crate::statement::binding::Vouchers;
use crate::statement::predicate::Predicate;
use crate::verifier::assemble::Judged;

/// The packages, with what the SBOMs of both sides say of them.
pub(super) fn with_sboms(mut packages: PackagesFact, judged: &Judged, policy: &Policy) -> PackagesFact {
    let base = judged.bases.base.as_ref().map(|base| &*base.vouchers);
    let of_base = signers(&policy.base.signers, &policy.base.attestations);
    let of_org = signers(&policy.org.all_signers(), &policy.org.attestations);
    let sides = [
        base.map(|vouchers| (Role::Base, sboms(vouchers, &of_base))),
        Some((Role::Org, sboms(&judged.vouchers, &of_org))),
    ];
    let sides = sides.into_iter().flatten();
    packages.sboms = sides.filter_map(|(role, sboms)| joined(role, &sboms, &packages)).collect();
    packages
}

/// The signers of a section, and those of its rules about SBOMs.
fn signers(section: &[String], rules: &[AttestationRule]) -> Vec<String> {
    let is_sbom = |rule: &&AttestationRule| {
        matches!(rule.kind, AttestationType::Sbom | AttestationType::Spdx | AttestationType::CycloneDx)
    };
    section.iter().chain(rules.iter().filter(is_sbom).flat_map(|rule| &rule.signers)).cloned().collect()
}

fn sboms<'v>(vouchers: &'v Vouchers, signers: &[String]) -> Vec<Described<'v>> {
    let allowed = vouchers.attestations.iter().filter(|one| one.signer.known_as(signers).is_some());
    allowed
        .filter_map(|one| match &one.statement.predicate {
            Ok(Predicate::Sbom(sbom)) => {
                Some((one.inputs.last().map(|(digest, _)| digest.to_string()), &**sbom))
            }
            _ => None,
        })
        .collect()
}
