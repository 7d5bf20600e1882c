//! R4: the proof of a base.

use layertrust::Severity;
use layertrust::report::{CandidateOutcome, OwnerKind, Proof};
use layertrust_testkit::case::Case;
use layertrust_testkit::cases::scene;
use layertrust_testkit::policy::Policy;
use layertrust_testkit::vendor::VendorImage;

use crate::ask::{accepted, ask_new, first, no, no_because, rejected, warns, yes};
use crate::scenario::codes;

#[test]
fn r4_1_manifest_and_config_are_at_hand() {
    no("base-index-at-hand-child-not", "base-unavailable");
    // Nothing names it either: then it is not unavailable but missing.
    no("base-evidence-absent", "base-missing");
}

#[test]
fn r4_2_the_base_is_for_the_same_platform() {
    let report = no("base-other-platform", "base-missing");
    let other = |one: &layertrust::report::BaseCandidate| one.outcome == CandidateOutcome::OtherPlatform;
    assert!(first(&report).base_candidates.iter().any(other));
}

#[test]
fn r4_3_the_complete_diff_ids_are_the_images_first() {
    no("base-not-prefix", "base-not-proved");
    no("base-builder-stage-only", "base-not-proved");
}

#[test]
fn r4_4_a_base_is_not_only_empty_layers() {
    no("base-only-empty-layers", "base-not-proved");
}

/// The child is named alone; the signature is on an index that lies beside it.
#[test]
fn r4_5_index_and_child_are_resolved_both_ways() {
    let base = scene::base();
    let image = scene::app(&base.images[0]);
    let mut evidence = base.documents();
    base.sign_index(&scene::vendor(), &mut evidence);
    let mut case = Case::accepted("case", "the child is named, its index is signed", "-")
        .image(scene::signed(&image), &image.digest())
        .evidence(evidence)
        .policy(Policy::derived().without("[[base.attestation]]"));
    case = case.base_ref(&base.images[0].digest());
    let report = accepted(ask_new(&case));
    let segment = &first(&report).segments[0];
    assert_eq!(segment.image, base.images[0].digest());
    assert_eq!(segment.index.as_deref(), Some(base.descriptor().digest.as_str()));
    yes("base-platform-manifest-only");
}

#[test]
fn r4_6_the_same_blob_is_the_same_digest_and_no_second_view() {
    let proofs = |case: &str| first(&yes(case)).layers.iter().map(|layer| layer.proof).collect::<Vec<_>>();
    assert!(proofs("derived-bundle").iter().all(|proof| *proof == Proof::SameBlob));
    no("base-same-blob-required", "base-not-proved");
    // The same bytes under a descriptor that names a table of contents must be opened, and then prove nothing.
    let case = |annotation: &str| {
        let case =
            Case::rejected("case", "a table of contents that the base lacks", "-", &["base-not-proved"]);
        let image = scene::app(&scene::base().images[0]);
        let manifest = String::from_utf8(image.manifest.clone()).unwrap();
        let at = manifest.find("\"layers\":[{").unwrap() + "\"layers\":[{".len();
        let named = format!("{}{annotation},{}", &manifest[..at], &manifest[at..]);
        let image = image.with_manifest(named.into_bytes());
        scene::signed_image(case, &image)
    };
    let table = r#""annotations":{"containerd.io/snapshot/stargz/toc.digest":"sha256:00"}"#;
    rejected(ask_new(&case(table)), "base-not-proved");
    let foreign = accepted(ask_new(&case(r#""urls":["https://evil.test/layer"]"#)));
    assert_eq!(
        first(&foreign).layers[0].proof,
        Proof::Recomputed,
        "opened, because the descriptor names another place"
    );
    let unopened = ask_new(&case(r#""urls":["https://evil.test/layer"]"#).layers("none"));
    let unopened = rejected(unopened, "rule-not-evaluated");
    assert!(first(&unopened).layers.iter().all(|layer| layer.owner != OwnerKind::Vendor));
}

#[test]
fn r4_7_other_blobs_are_opened() {
    let report = yes("derived-recompressed");
    let vendor: Vec<_> =
        first(&report).layers.iter().filter(|layer| layer.owner == OwnerKind::Vendor).collect();
    assert!(
        vendor.iter().any(|layer| layer.proof == Proof::Recomputed && layer.diff_id_checked == Some(true))
    );
    no("diff-ids-lie", "diff-id-mismatch");
    no("org-diff-id-lies", "diff-id-mismatch");
    yes("derived-two-gzip-members");
    yes("derived-plain-layer");
}

#[test]
fn r4_8_claimed_never_makes_a_base() {
    let report = no("base-recompressed-not-opened", "rule-not-evaluated");
    assert!(first(&report).layers.iter().all(|layer| layer.owner != OwnerKind::Vendor));
}

#[test]
fn r4_9_equal_blobs_with_unequal_diff_ids_refute() {
    no("equal-blobs-other-diff-ids", "diff-id-mismatch");
}

#[test]
fn r4_10_one_stream_and_nothing_else() {
    no("base-layer-trailing-data", "layer-inconsistent");
}

#[test]
fn r4_11_labels_are_never_a_grade() {
    no("base-forged-annotation", "base-not-proved");
    warns(&yes("chain-id-label-changed"), "label-mismatch");
}

#[test]
fn r4_12_filter_first_then_the_longest() {
    let outcomes = |case: &str| {
        let report = yes(case);
        first(&report).base_candidates.iter().map(|one| one.outcome).collect::<Vec<_>>()
    };
    let longest = outcomes("longest-base-wins");
    assert!(
        longest.contains(&CandidateOutcome::Base) && longest.contains(&CandidateOutcome::Shorter),
        "{longest:?}"
    );
    let masked = outcomes("unsigned-longer-base-does-not-mask");
    assert!(
        masked.contains(&CandidateOutcome::Base) && masked.contains(&CandidateOutcome::Unsigned),
        "{masked:?}"
    );
}

/// Two manifests of the same layers, both the vendor's: the label of one differs.
#[test]
fn r4_13_two_equally_long_bases_are_a_warning() {
    let base = scene::base();
    let twin = base.images[0].spec.clone().labelled("twin", "yes").build();
    let image = scene::app(&base.images[0]);
    let mut evidence = base.evidence(&scene::vendor());
    evidence.merge(&VendorImage::of("dhi/python", vec![twin]).evidence(&scene::vendor()));
    let case =
        Case::accepted("case", "two bases of one length", "-").image(scene::signed(&image), &image.digest());
    warns(&accepted(ask_new(&case.evidence(evidence))), "base-ambiguous");
}

#[test]
fn r4_14_a_squashed_image_has_no_base() {
    let case = Case::rejected("case", "squashed, and nothing names a base", "-", &["base-missing"]);
    let image = scene::plain_spec().build();
    let case = case.image(scene::signed(&image), &image.digest());
    let report = rejected(ask_new(&case), "base-missing");
    let finding = report.findings.iter().find(|one| one.code.name() == "base-missing").unwrap();
    assert!(finding.hint.contains("squash"), "{}", finding.hint);
    no("base-missing-squashed", "base-not-proved");
}

#[test]
fn r4_15_segments_partition_the_layers() {
    for case in
        ["derived-bundle", "catalog-untouched", "no-base-org-only", "config-only-signed", "longest-base-wins"]
    {
        let report = yes(case);
        for platform in &report.platforms {
            let mut next = 0;
            for (at, segment) in platform.segments.iter().enumerate() {
                assert_eq!(segment.layers[0], next, "{case}");
                assert!(segment.layers[1] > next, "{case}: an empty segment");
                next = segment.layers[1];
                let own = platform.layers.iter().filter(|layer| layer.segment == at).count();
                assert_eq!(own, segment.layers[1] - segment.layers[0], "{case}");
            }
            assert_eq!(next, platform.layers.len(), "{case}");
        }
    }
}

#[test]
fn r4_16_without_a_base_the_organization_owns_all_or_nobody_does() {
    let report = no("base-not-prefix", "base-not-proved");
    assert!(first(&report).layers.iter().all(|layer| layer.owner == OwnerKind::Org));
    assert!(!codes(&report, Severity::Error).contains(&"layer-unattributed"));
    let report = no("base-sbom-only", "base-unsigned");
    assert!(first(&report).layers.iter().all(|layer| layer.owner == OwnerKind::Org));
    no("layers-forbidden-unsigned-catalog", "layer-unattributed");
    no("unsigned", "layer-unattributed");
}

#[test]
fn r4_17_the_configuration_has_an_owner() {
    no("config-changed-unsigned", "config-unattributed");
    no("layers-forbidden-config-changed", "config-unattributed");
    assert_eq!(first(&yes("config-only-signed")).config.owner, OwnerKind::Org);
    assert_eq!(first(&yes("catalog-untouched")).config.owner, OwnerKind::Vendor);
    assert!(first(&yes("catalog-untouched")).config.changes.is_empty());
    no_because("base-index-at-hand-child-not", "base-unavailable");
}

#[test]
fn r4_18_where_layers_are_forbidden_a_signature_does_not_help() {
    no("org-layers-forbidden", "layer-unattributed");
}
