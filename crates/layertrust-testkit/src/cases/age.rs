//! How old base and image may be, and what proves it. The base was finished 21 days before the cases' `now`, the
//! image 4 days before it.

use crate::case::{Case, Expect, PlatformFacts};
use crate::cosign::signed_bundle;
use crate::json::Json;
use crate::policy::Policy;
use crate::sigstore::bundle::key_dsse;
use crate::statement::{COSIGN_SIGN, ORG_BUILDER, SLSA_V1, attest_statement, sign_statement, slsa_v1};
use crate::store::{Descriptor, Layout};

use super::accepted_rules::app_facts;
use super::keyless;
use super::scene::{self, REPOSITORY};

const SPEC: &str = "docs/POLICY.md: Age and revocation";

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        base_young_enough(),
        base_too_old(),
        base_too_old_excepted(),
        base_age_not_proved(),
        image_young_enough(),
        image_too_old(),
        image_too_old_excepted(),
        image_newest_provenance(),
        image_provenance_of_a_stranger(),
        image_age_not_proved(),
        image_age_by_log(),
        image_too_old_by_log(),
        image_signed_again(),
        image_finished_after_now(),
        image_finished_after_it_was_signed(),
        image_provenance_by_its_signature(),
        image_provenance_without_time(),
    ]
}

fn base_young_enough() -> Case {
    let about = "the vendor's provenance of the base says that it was finished 21 days ago; 22 are allowed";
    app_facts(scene::honest(Case::accepted("base-young-enough", about, SPEC))).policy(base("22d"))
}

fn base_too_old() -> Case {
    let about = "the base was finished 21 days and some hours ago, 21 days are allowed; the vendor's word for it is \
                 its provenance";
    scene::honest(Case::rejected("base-too-old", about, SPEC, &["base-too-old"])).policy(base("21d"))
}

fn base_too_old_excepted() -> Case {
    let about = "the base is too old, and an exception for that is still open";
    app_facts(scene::honest(Case::accepted("base-too-old-excepted", about, SPEC)))
        .policy(excepted(base("21d"), "base-too-old"))
        .warns(&["base-too-old"])
}

fn base_age_not_proved() -> Case {
    let about =
        "the vendor signed the base's index with a key and attested nothing: nothing says how old it is";
    let base_image = scene::base();
    let mut evidence = base_image.documents();
    base_image.sign_index(&scene::vendor(), &mut evidence);
    scene::honest(Case::rejected("base-age-not-proved", about, SPEC, &["time-not-proved"]))
        .evidence(evidence)
        .policy(base("180d"))
}

fn image_young_enough() -> Case {
    let about = "the organization's provenance says that the image was finished 4 days ago; 5 are allowed";
    let case = Case::accepted("image-young-enough", about, SPEC);
    with_provenance(case, &[provenance(Some("2026-11-20T09:15:00Z"))]).policy(image("5d"))
}

fn image_too_old() -> Case {
    let about = "the organization's provenance says that the image was finished 4 days and some hours ago; 4 days \
                 are allowed";
    let case = Case::rejected("image-too-old", about, SPEC, &["image-too-old"]);
    with_provenance(case, &[provenance(Some("2026-11-20T09:15:00Z"))]).policy(image("4d"))
}

fn image_too_old_excepted() -> Case {
    let about = "the image is too old, and an exception for that is still open";
    let case = Case::accepted("image-too-old-excepted", about, SPEC);
    with_provenance(case, &[provenance(Some("2026-11-20T09:15:00Z"))])
        .policy(excepted(image("4d"), "image-too-old"))
        .warns(&["image-too-old"])
}

fn image_newest_provenance() -> Case {
    let about = "two builds came to the same image; the newer one counts";
    let case = Case::accepted("image-newest-provenance-counts", about, SPEC);
    let both = ["2026-11-20T09:15:00Z", "2026-01-20T09:15:00Z"].map(|finished| provenance(Some(finished)));
    with_provenance(case, &both).policy(image("5d"))
}

fn image_provenance_of_a_stranger() -> Case {
    let about = "only a stranger says when the image was finished, and the organization signed with a key";
    let case = Case::rejected("image-age-by-a-stranger", about, SPEC, &["time-not-proved"]);
    scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        scene::attest(layout, &scene::stranger(), image, SLSA_V1, provenance(Some("2026-11-20T09:15:00Z")));
    })
    .policy(image("5d"))
}

fn image_age_not_proved() -> Case {
    let about = "the organization signed with a key, without log entry, timestamp or provenance";
    scene::honest(Case::rejected("image-age-not-proved", about, SPEC, &["time-not-proved"]))
        .policy(image("30d"))
}

fn image_age_by_log() -> Case {
    let about = "there is no provenance; a log of the signer's root proves when the image was signed";
    signed_and_logged(Case::accepted("image-age-by-log", about, SPEC), "5d", |_, _| {})
}

fn image_too_old_by_log() -> Case {
    let about = "there is no provenance; a log proves that the image was signed more than 4 days ago";
    let case = Case::rejected("image-too-old-by-log", about, SPEC, &["image-too-old"]);
    signed_and_logged(case, "4d", |_, _| {})
}

fn image_signed_again() -> Case {
    let about = "a log proves that the image was signed 4 days ago, its provenance says that it was finished in June: \
                 signing again makes nothing younger";
    let case = Case::rejected("image-signed-again", about, SPEC, &["image-too-old"]);
    signed_and_logged(case, "30d", |layout, image| logged(layout, image, Some("2026-06-20T09:15:00Z")))
}

fn image_finished_after_now() -> Case {
    let about = "the only provenance says that the image is finished tomorrow; that proves nothing, although a log \
                 proves when it was said";
    let case = Case::rejected("image-finished-after-now", about, SPEC, &["time-not-proved"]);
    signed_and_logged(case, "30d", |layout, image| logged(layout, image, Some("2026-11-25T09:15:00Z")))
}

fn image_finished_after_it_was_signed() -> Case {
    let about = "the provenance says that the image was finished yesterday, and a log proves that this was said 4 \
                 days ago: the proved time counts";
    let case = Case::rejected("image-finished-after-it-was-signed", about, SPEC, &["image-too-old"]);
    signed_and_logged(case, "3d", |layout, image| logged(layout, image, Some("2026-11-23T09:15:00Z")))
}

fn image_provenance_by_its_signature() -> Case {
    let about =
        "the provenance does not say when the image was finished, and a log proves when it was signed";
    let case = Case::accepted("image-age-by-provenance-signature", about, SPEC);
    signed_and_logged(case, "5d", |layout, image| logged(layout, image, None))
}

fn image_provenance_without_time() -> Case {
    let about = "the provenance does not say when the image was finished, and was signed with a key alone; that the \
                 image signature has a proved time does not help where there is provenance";
    let case = Case::rejected("image-provenance-without-time", about, SPEC, &["time-not-proved"]);
    signed_and_logged(case, "30d", |layout, image| {
        scene::attest(layout, &scene::org(), image, SLSA_V1, provenance(None));
    })
}

fn base(max_age: &str) -> Policy {
    Policy::derived().with("[base]", &format!("max-age = {max_age:?}"))
}

fn image(max_age: &str) -> Policy {
    Policy::derived().with("[org]", &format!("max-age = {max_age:?}"))
}

fn excepted(policy: Policy, code: &str) -> Policy {
    let lines = [&format!("code = {code:?}"), r#"until = "2027-01-31""#, r#"reason = "OPS-1234""#];
    policy.table("[[exception]]", &lines)
}

/// SLSA provenance that was finished then, or does not say when.
fn provenance(finished: Option<&str>) -> Json {
    let mut predicate = slsa_v1(ORG_BUILDER, None);
    let metadata = predicate.get_mut("runDetails").get_mut("metadata");
    match finished {
        Some(time) => metadata.set("finishedOn", time),
        None => metadata.remove("finishedOn"),
    }
    predicate
}

/// The image signed by the organization's key, with provenance by it.
fn with_provenance(case: Case, predicates: &[Json]) -> Case {
    stated(scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        for predicate in predicates {
            let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, predicate.clone());
            scene::add_bundle(layout, image, SLSA_V1, &signed_bundle(&scene::org(), &statement));
        }
    }))
}

/// The image signed by the organization's key, which a log proves, with more evidence.
fn signed_and_logged(case: Case, max_age: &str, more: impl FnOnce(&mut Layout, &Descriptor)) -> Case {
    let case = scene::app_with(case, |layout, image| {
        let statement = sign_statement(&image.digest).bytes();
        keyless::add(layout, image, COSIGN_SIGN, &logged_bundle(&statement));
        more(layout, image);
    });
    stated(case).policy(keyless::key_policy().with("[org]", &format!("max-age = {max_age:?}")))
}

/// Adds provenance by the organization's key, which a log proves.
fn logged(layout: &mut Layout, image: &Descriptor, finished: Option<&str>) {
    let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, provenance(finished));
    keyless::add(layout, image, SLSA_V1, &logged_bundle(&statement.bytes()));
}

fn logged_bundle(statement: &[u8]) -> crate::sigstore::Bundle {
    key_dsse(&keyless::world(), &scene::org(), statement, keyless::signed_at())
}

/// With the facts of the organization's image, if it is accepted.
fn stated(case: Case) -> Case {
    if case.expect != Expect::Accepted {
        return case;
    }
    let base = scene::base();
    case.facts(PlatformFacts::derived(&scene::app(&base.images[0]), &base.images[0]))
}
