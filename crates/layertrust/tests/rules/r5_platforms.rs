//! R5: platforms.

use layertrust::report::{Scope, SignedAt};

use crate::ask::{first, no, yes};

#[test]
fn r5_1_every_child_is_verified() {
    no("one-child-unsigned", "signature-missing");
    no("base-one-platform-unsigned", "base-unsigned");
    no("index-child-missing", "blob-missing");
    assert_eq!(yes("nested-index-signed").platforms.len(), 1);
    assert_eq!(yes("multiarch-index-signed").platforms.len(), 2);
}

#[test]
fn r5_2_a_child_is_skipped_by_content_and_never_by_annotation() {
    no("disguised-child", "signature-missing");
    no("disguised-child-unknown-platform", "platform-mismatch");
    assert_eq!(yes("buildkit-attestation-child-skipped").platforms.len(), 1);
    assert_eq!(yes("buildkit-attestation-child-old-form").platforms.len(), 1);
}

#[test]
fn r5_3_the_platform_is_the_configs() {
    no("config-empty-os", "malformed");
}

#[test]
fn r5_4_an_image_is_offered_as_what_it_is() {
    no("platform-mismatch", "platform-mismatch");
}

#[test]
fn r5_5_one_platform_one_image() {
    no("platform-ambiguous", "platform-ambiguous");
}

#[test]
fn r5_6_platforms_must_be_there() {
    for case in ["platform-missing", "platform-asked-for-missing", "empty-index"] {
        no(case, "platform-missing");
    }
}

#[test]
fn r5_7_the_scope_is_what_was_asked() {
    let report = no("platform-asked-for-missing", "platform-missing");
    assert!(matches!(&report.scope, Scope::Platforms(asked) if asked.len() == 1));
    assert!(matches!(yes("derived-bundle").scope, Scope::All(_)));
}

#[test]
fn r5_8_each_platform_says_where_it_was_signed() {
    let signed_at = |case: &str| yes(case).platforms.iter().map(|one| one.signed_at).collect::<Vec<_>>();
    assert_eq!(signed_at("multiarch-index-signed"), [Some(SignedAt::Index), Some(SignedAt::Index)]);
    assert!(signed_at("multiarch-child-signed").iter().all(|at| *at == Some(SignedAt::Platform)));
    assert_eq!(first(&yes("catalog-untouched")).signed_at, None);
    no("cover-index-but-only-platform-signed", "signature-missing");
}
