//! What the proved base's own labels say: `[base]` variants, compliance and end-of-life.

use crate::case::{Case, PlatformFacts};
use crate::image::derived_from;
use crate::policy::Policy;
use crate::root;
use crate::tar::Entry;
use crate::vendor::VendorImage;

use super::scene;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        variant(),
        variant_claimed_by_the_image(),
        variant_not_labelled(),
        compliance(),
        compliance_by_part_of_a_word(),
        ended_denied(),
        ended_warned(),
        ended_allowed(),
        ends_today(),
        end_not_readable(),
    ]
}

const LABELS: &str = "docs/POLICY.md: The base's labels";
const VARIANT: &str = "com.docker.dhi.variant";
const COMPLIANCE: &str = "com.docker.dhi.compliance";
const END_OF_LIFE: &str = "com.docker.dhi.date.end-of-life";

/// The organization's image on a base with another label, or without it.
fn on(case: Case, label: &str, value: Option<&str>) -> Case {
    let mut spec = root::spec("dhi/python", "linux/amd64");
    match value {
        Some(value) => spec = spec.labelled(label, value),
        None => spec.labels.retain(|(name, _)| name != label),
    }
    let base = VendorImage::of("dhi/python", vec![spec.build()]);
    let app = derived_from(&base.images[0].spec)
        .appended(root::layer([Entry::file("app/main", b"orders\n")]))
        .build();
    let facts = PlatformFacts::derived(&app, &base.images[0]);
    case.image(scene::signed(&app), &app.digest()).evidence(base.evidence(&scene::vendor())).facts(facts)
}

fn failing(name: &'static str, about: &'static str, code: &'static str) -> Case {
    Case::failing(name, about, LABELS, &[(code, "")])
}

fn with_base(line: &str) -> Policy {
    Policy::derived().with("[base]", line)
}

fn variant() -> Case {
    let case = failing(
        "base-variant-not-allowed",
        "the base is a dev variant, the policy wants runtime",
        "base-not-allowed",
    );
    on(case, VARIANT, Some("dev")).policy(with_base(r#"variants = ["runtime"]"#))
}

fn variant_claimed_by_the_image() -> Case {
    let case = failing(
        "base-variant-claimed-by-the-image",
        "the base is a dev variant; the image's own label says runtime, which proves nothing",
        "base-not-allowed",
    );
    let mut spec = root::spec("dhi/python", "linux/amd64").labelled(VARIANT, "dev");
    let base = VendorImage::of("dhi/python", vec![spec.clone().build()]);
    spec = derived_from(&spec).labelled(VARIANT, "runtime");
    let app = spec.appended(root::layer([Entry::file("app/main", b"orders\n")])).build();
    case.image(scene::signed(&app), &app.digest())
        .evidence(base.evidence(&scene::vendor()))
        .policy(with_base(r#"variants = ["runtime"]"#))
        .warns(&["label-mismatch"])
}

fn variant_not_labelled() -> Case {
    let case = failing(
        "base-variant-not-labelled",
        "the base says no variant, the policy wants one of two",
        "base-not-allowed",
    );
    on(case, VARIANT, None).policy(with_base(r#"variants = ["runtime", "dev"]"#))
}

fn compliance() -> Case {
    let case = failing(
        "base-compliance-missing",
        "the base is labelled cis, the policy wants fips as well",
        "base-not-allowed",
    );
    on(case, COMPLIANCE, Some("cis")).policy(with_base(r#"compliance = ["cis", "fips"]"#))
}

fn compliance_by_part_of_a_word() -> Case {
    let case = failing(
        "base-compliance-only-part-of-a-word",
        "the base is labelled with a longer word that begins like the one the policy wants",
        "base-not-allowed",
    );
    on(case, COMPLIANCE, Some("cis,fips-ready")).policy(with_base(r#"compliance = ["fips"]"#))
}

fn ended_denied() -> Case {
    let case =
        failing("base-end-of-life-denied", "the base's support ended the day before", "base-end-of-life");
    on(case, END_OF_LIFE, Some("2026-11-23")).policy(with_base(r#"end-of-life = "deny""#))
}

fn ended_warned() -> Case {
    let case = Case::accepted(
        "base-end-of-life-warned",
        "the base's support has ended, and the policy does not say what then",
        LABELS,
    );
    on(case, END_OF_LIFE, Some("2026-11-23")).warns(&["base-end-of-life"])
}

fn ended_allowed() -> Case {
    let case = Case::accepted(
        "base-end-of-life-allowed",
        "the base's support has ended, and the policy lets it",
        LABELS,
    );
    on(case, END_OF_LIFE, Some("2026-11-23")).policy(with_base(r#"end-of-life = "allow""#))
}

fn ends_today() -> Case {
    let case = Case::accepted(
        "base-end-of-life-today",
        "support lasts through the day that the label names, which is today",
        LABELS,
    );
    on(case, END_OF_LIFE, Some("2026-11-24")).policy(with_base(r#"end-of-life = "deny""#))
}

fn end_not_readable() -> Case {
    let case = failing(
        "base-end-of-life-not-readable",
        "the policy denies bases whose support has ended, and the base's label is no day",
        "rule-not-evaluated",
    );
    on(case, END_OF_LIFE, Some("in autumn")).policy(with_base(r#"end-of-life = "deny""#))
}
