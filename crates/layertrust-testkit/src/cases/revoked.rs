//! Bases and images that the policy revokes. Everything else about them is right.

use crate::case::{Case, PlatformFacts};
use crate::layer::chain_id;
use crate::policy::Policy;
use crate::statement::{ORG_BUILDER, SLSA_V1, slsa_v1};
use crate::vendor::TAG;

use super::accepted_bases::longer_base;
use super::accepted_rules::{app_facts, two_platforms};
use super::scene;

const SPEC: &str = "docs/POLICY.md: Age and revocation";

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        platform(),
        chain(),
        index(),
        masked(),
        shorter(),
        below_the_base(),
        nothing_names_it(),
        not_at_hand(),
        other_bases(),
        image_platform(),
        image_index(),
        image_of_the_vendor(),
        other_images(),
    ]
}

fn platform() -> Case {
    let about = "the policy revokes the platform manifest of the base";
    let entry = format!("{{ platform = {:?} }}", scene::base().images[0].digest());
    scene::honest(rejected("base-revoked-platform", about)).policy(base(&entry))
}

fn chain() -> Case {
    let about = "the policy revokes the chain ID of the base";
    let entry = format!("{{ chain-id = {:?} }}", scene::base().images[0].chain_id());
    scene::honest(rejected("base-revoked-chain-id", about)).policy(base(&entry))
}

fn index() -> Case {
    let about = "the policy revokes, as a platform, the index that lists the base";
    let entry = format!("{{ platform = {:?} }}", scene::base().descriptor().digest);
    scene::honest(rejected("base-revoked-index", about)).policy(base(&entry))
}

/// Without its signatures the revoked base is no base, and the one below it is.
fn masked() -> Case {
    let about = "the image stands on a revoked base, whose signatures are withheld; a shorter base below it is \
                 signed and not revoked";
    let (short, long) = (scene::base(), longer_base());
    let mut evidence = long.documents();
    evidence.merge(&short.evidence(&scene::vendor()));
    let app = scene::app(&long.images[0]);
    let entry = format!("{{ platform = {:?} }}", long.images[0].digest());
    rejected("base-revoked-and-masked", about)
        .image(scene::signed(&app), &app.digest())
        .evidence(evidence)
        .policy(base(&entry))
}

fn shorter() -> Case {
    let about = "two bases are below the image; the shorter one, which is not the image's base, is revoked";
    let (short, long) = (scene::base(), longer_base());
    let mut evidence = short.evidence(&scene::vendor());
    evidence.merge(&long.evidence(&scene::vendor()));
    let app = scene::app(&long.images[0]);
    let entry = format!("{{ platform = {:?} }}", short.images[0].digest());
    rejected("base-revoked-shorter", about)
        .image(scene::signed(&app), &app.digest())
        .evidence(evidence)
        .policy(base(&entry))
}

fn below_the_base() -> Case {
    let about =
        "the policy revokes the chain ID of the lowest layer alone, which is no base that anybody names";
    let lowest = chain_id(&scene::base().images[0].spec.diff_ids()[..1]).unwrap_or_default();
    scene::honest(rejected("base-revoked-below-the-base", about))
        .policy(base(&format!("{{ chain-id = {lowest:?} }}")))
}

fn nothing_names_it() -> Case {
    let about = "no base is required and none is at hand; the image's own layers have the revoked chain ID";
    let app = scene::app(&scene::base().images[0]);
    let entry = format!("{{ chain-id = {:?} }}", scene::base().images[0].chain_id());
    scene::signed_plain(rejected("base-revoked-not-named", about), &app)
        .policy(base(&entry).with("[base]", "require = false"))
}

fn not_at_hand() -> Case {
    let case = Case::rejected(
        "base-revoked-not-at-hand",
        "verified provenance names the revoked platform manifest, which is not at hand: whether the image stands on \
         it is unknown",
        SPEC,
        &["rule-not-evaluated"],
    );
    let base_image = scene::base();
    let app = scene::app(&base_image.images[0]);
    let digest = base_image.images[0].digest();
    let mut layout = scene::signed(&app);
    let named = slsa_v1(ORG_BUILDER, Some(("dhi.io/python", TAG, &digest)));
    scene::attest(&mut layout, &scene::org(), &app.descriptor(), SLSA_V1, named);
    case.image(layout, &app.digest())
        .policy(base(&format!("{{ platform = {digest:?} }}")).with("[base]", "require = false"))
}

fn other_bases() -> Case {
    let about =
        "the policy revokes a base that is at hand and not below the image, and a chain ID of other layers";
    let (short, long) = (scene::base(), longer_base());
    let mut evidence = short.evidence(&scene::vendor());
    evidence.merge(&long.evidence(&scene::vendor()));
    let (platform, chain) = (long.images[0].digest(), long.images[0].chain_id());
    let entries = format!("{{ platform = {platform:?} }}, {{ chain-id = {chain:?} }}");
    app_facts(scene::honest(Case::accepted("base-revoked-is-another", about, SPEC)))
        .evidence(evidence)
        .policy(base(&entries))
}

fn image_platform() -> Case {
    let about = "the policy revokes the image's platform manifest";
    let app = scene::app(&scene::base().images[0]);
    scene::honest(image_rejected("image-revoked-platform", about)).policy(images(&app.digest()))
}

fn image_index() -> Case {
    let about = "the policy revokes the index through which the image is reached";
    let (base, built) = two_platforms();
    let (mut layout, index) = scene::index_of(&[&built[0], &built[1]]);
    scene::sign(&mut layout, &scene::org(), &index);
    image_rejected("image-revoked-index", about)
        .image(layout, &index.digest)
        .evidence(base.evidence(&scene::vendor()))
        .policy(images(&index.digest))
}

fn image_of_the_vendor() -> Case {
    let about = "the policy revokes an untouched image of the vendor's, which needs nobody else's signature";
    let base = scene::base();
    let mut layout = base.evidence(&scene::vendor());
    base.put_layers(&mut layout);
    let revoked = format!("revoked = [{:?}]", base.images[0].digest());
    image_rejected("image-revoked-of-the-vendor", about)
        .image(layout, &base.descriptor().digest)
        .policy(Policy::vendor_only().with("[org]", &revoked))
}

fn other_images() -> Case {
    let about = "the policy revokes the base's digest as an image, and an image that this is not";
    let base = scene::base();
    let (platform, other) = (base.images[0].digest(), longer_base().images[0].digest());
    let revoked = format!("revoked = [{platform:?}, {other:?}]");
    let facts = PlatformFacts::derived(&scene::app(&base.images[0]), &base.images[0]);
    scene::honest(Case::accepted("image-revoked-is-another", about, SPEC))
        .policy(Policy::derived().with("[org]", &revoked))
        .facts(facts)
}

fn rejected(name: &'static str, about: &'static str) -> Case {
    Case::rejected(name, about, SPEC, &["base-revoked"])
}

fn image_rejected(name: &'static str, about: &'static str) -> Case {
    Case::rejected(name, about, SPEC, &["image-revoked"])
}

fn base(entries: &str) -> Policy {
    Policy::derived().with("[base]", &format!("revoked = [{entries}]"))
}

fn images(digest: &str) -> Policy {
    Policy::derived().with("[org]", &format!("revoked = [{digest:?}]"))
}
