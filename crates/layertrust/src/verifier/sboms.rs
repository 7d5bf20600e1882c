//! Which SBOMs are joined with the packages of the layers: those by signers whom the policy allows.

use crate::layers::{Described, Packages, joined};
use crate::policy::{AttestationRule, AttestationType, Policy};
use crate::report::{PackageFact, PackagesFact, Role};
use crate::statement::binding::Vouchers;
use crate::statement::predicate::Predicate;
use crate::verifier::assemble::Judged;

/// The packages, with what the SBOMs of each side say of them.
pub(super) fn with_sboms(mut packages: PackagesFact, judged: &Judged, policy: &Policy) -> PackagesFact {
    let mut facts = Vec::new();
    let mut below: Vec<&PackageFact> = Vec::new();

    // 1. The vendor's, with the base's packages.
    let of_base = packages.vendor_unmodified.iter().chain(&packages.vendor_modified).collect();
    if let Some(base) = &judged.bases.base {
        let signers = signers(&policy.base.signers, &policy.base.attestations);
        let side = Packages { role: Role::Base, intermediate: None, own: of_base, below: Vec::new() };
        below.extend(&side.own);
        facts.extend(joined(&sboms(&base.below.vouchers, &signers), side));
    }

    // 2. Those of the images between, each with its own layers'.
    let mut from = 0;
    for one in &judged.bases.intermediates {
        let Some(rule) = policy.intermediates.get(one.rule) else { continue };
        let layers = from..one.below.len();
        let own = packages.intermediate.iter().filter(|package| layers.contains(&package.layer)).collect();
        let (role, intermediate) = (Role::Intermediate, Some(rule.name.clone()));
        let signers = signers(&rule.signers, &rule.attestations);
        let side = Packages { role, intermediate, own, below: below.clone() };
        below.extend(&side.own);
        facts.extend(joined(&sboms(&one.below.vouchers, &signers), side));
        from = one.below.len();
    }

    // 3. The organization's, with those of the upper layers.
    let signers = signers(&policy.org.all_signers(), &policy.org.attestations);
    let own = packages.org.iter().collect();
    let side = Packages { role: Role::Org, intermediate: None, own, below };
    facts.extend(joined(&sboms(&judged.vouchers, &signers), side));
    packages.sboms = facts;
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
