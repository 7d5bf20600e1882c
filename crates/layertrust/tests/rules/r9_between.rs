//! R9: images between the base and the organization's.

use layertrust::report::{CandidateOutcome, OwnerKind, PlatformReport};
use layertrust_testkit::case::Case;
use layertrust_testkit::cases::chains;

use crate::ask::{accepted, ask_new, first, no, rejected, yes};

fn owners(platform: &PlatformReport) -> Vec<(OwnerKind, Option<&str>, [usize; 2])> {
    platform.segments.iter().map(|one| (one.owner, one.name.as_deref(), one.layers)).collect()
}

#[test]
fn r9_1_a_signer_of_its_entry_vouches_under_an_admitted_name() {
    for case in ["chain-middle-unsigned", "chain-middle-by-stranger", "chain-middle-other-name"] {
        let report = no(case, "base-missing");
        let error = report.errors().next().unwrap();
        assert!(error.message.contains("platform-team"), "{}", error.message);
    }
    // The vendor's base and the organization are as they were: it is only not there.
    let report = no("chain-middle-unsigned", "base-missing");
    let stated = [(OwnerKind::Vendor, None, [0, 2]), (OwnerKind::Org, None, [2, 4])];
    assert_eq!(owners(first(&report)), stated);
}

/// What was signed under another name vouches for nothing, and no rule uses it.
#[test]
fn r9_1b_each_signature_speaks_for_its_own_names() {
    let report = accepted(ask_new(&chains::under_two_names()));
    let of_team = first(&report).attestations.iter().filter(|one| one.intermediate.is_some());
    let rules: Vec<_> = of_team.map(|one| one.rule.as_deref()).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == Some("intermediate[0].signers")).count(), 1, "{rules:?}");
    assert_eq!(rules.len(), 2);
}

#[test]
fn r9_2_it_is_proved_as_a_base_is() {
    no("chain-middle-replaced", "base-missing");
    no("chain-reordered", "base-missing");
}

#[test]
fn r9_3_of_each_entry_the_longest_counts_and_what_nobody_signed_hides_nothing() {
    let report = yes("chain-longer-unsigned");
    let platform = first(&report);
    let stated = [
        (OwnerKind::Vendor, None, [0, 2]),
        (OwnerKind::Intermediate, Some("platform-team"), [2, 3]),
        (OwnerKind::Org, None, [3, 5]),
    ];
    assert_eq!(owners(platform), stated);
    let outcomes: Vec<_> = platform.base_candidates.iter().map(|one| one.outcome).collect();
    assert!(
        outcomes.contains(&CandidateOutcome::Intermediate) && outcomes.contains(&CandidateOutcome::Unsigned)
    );
    // Two of the team's: its later image stands on its earlier one.
    let report = accepted(ask_new(&chains::two_of_one_team()));
    let stated = [
        (OwnerKind::Vendor, None, [0, 2]),
        (OwnerKind::Intermediate, Some("platform-team"), [2, 4]),
        (OwnerKind::Org, None, [4, 5]),
    ];
    assert_eq!(owners(first(&report)), stated);
}

#[test]
fn r9_4_it_brings_a_layer_and_is_not_the_image_itself() {
    no("chain-middle-without-layers", "base-missing");
    rejected(
        ask_new(&chains::the_image_itself(Case::rejected("case", "-", "-", &["base-missing"]))),
        "base-missing",
    );
}

#[test]
fn r9_5_each_image_names_the_nearest_below_and_the_search_follows() {
    let report = yes("chain-four-segments");
    let stated = [
        (OwnerKind::Vendor, None, [0, 2]),
        (OwnerKind::Intermediate, Some("platform-team"), [2, 3]),
        (OwnerKind::Intermediate, Some("languages"), [3, 4]),
        (OwnerKind::Org, None, [4, 5]),
    ];
    assert_eq!(owners(first(&report)), stated);
    no("chain-dependency-skips-middle", "dependency-not-allowed");
    no("chain-middle-other-dependency", "dependency-not-allowed");
}

#[test]
fn r9_6_its_attestations_are_asked_of_itself() {
    let report = no("chain-middle-attestation-missing", "attestation-missing");
    let error = report.errors().next().unwrap();
    assert!(error.message.contains("intermediate sha256:"), "{}", error.message);
}

#[test]
fn r9_7_what_upper_layers_do_to_its_files_is_a_change() {
    let report = no("chain-middle-file-replaced", "layer-change");
    let changes = first(&report).changes.as_ref().unwrap();
    assert_eq!(changes.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["opt/platform/entry"]);
}

#[test]
fn r9_8_where_it_is_not_required_the_organization_vouches_for_its_layers() {
    yes("chain-not-required");
    let report = accepted(ask_new(&chains::not_required_and_unsigned()));
    let stated = [(OwnerKind::Vendor, None, [0, 2]), (OwnerKind::Org, None, [2, 4])];
    assert_eq!(owners(first(&report)), stated);
}

/// Its own signers vouch for its layers: only those above it are nobody's.
#[test]
fn r9_8b_where_the_organization_did_not_sign_only_its_own_layers_are_nobodys() {
    let report = rejected(ask_new(&chains::not_signed_by_the_organization()), "layer-unattributed");
    let error = report.errors().find(|one| one.code.name() == "layer-unattributed").unwrap();
    assert!(error.message.contains("layers 3 to 3"), "{}", error.message);
}
