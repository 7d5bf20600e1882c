use std::collections::BTreeSet;

use super::all;
use crate::case::Expect;
use crate::store::{Layout, sha256};

#[test]
fn names_are_unique_and_plain() {
    let cases = all();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len());
    for name in names {
        assert!(
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{name}"
        );
    }
}

#[test]
fn accepted_cases_expect_no_code_and_name_an_image_that_is_there() {
    for case in all().iter().filter(|case| case.expect == Expect::Accepted) {
        assert!(case.codes.is_empty(), "{}", case.name);
        assert!(case.image.blobs.contains_key(&case.digest), "{}", case.name);
        assert!(!case.facts.is_empty(), "{} says nothing about a platform", case.name);
    }
}

#[test]
fn blobs_have_their_digests_except_where_the_digest_is_the_fault() {
    let faults = ["manifest-digest-mismatch", "layer-corrupt"];
    for case in all().iter().filter(|case| !faults.contains(&case.name)) {
        let honest = |layout: &Layout| layout.blobs.iter().all(|(digest, bytes)| *digest == sha256(bytes));
        assert!(honest(&case.image), "{}", case.name);
        assert!(case.evidence.iter().all(honest), "{}", case.name);
    }
}
