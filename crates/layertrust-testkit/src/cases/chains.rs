//! Images on images: the vendor's base, a platform team's on it, the organization's on that.

use crate::case::{Case, Change, IntermediateFacts, PlatformFacts};
use crate::cosign::signed_bundle;
use crate::image::{Image, ImageSpec, derived_from};
use crate::key::TestKey;
use crate::layer::{Compression, Layer};
use crate::policy::Policy;
use crate::statement::{ORG_BUILDER, SLSA_V1, attest_statement, slsa_v1};
use crate::store::Layout;
use crate::vendor::TAG;

use super::scene;

const SPEC: &str = "docs/POLICY.md: Images between";
const REPOSITORY: &str = "registry.acme.test/platform/python";
/// The file of the platform team's layer.
const TOOL: &str = "opt/platform/entry";

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        three_segments(),
        four_segments(),
        not_required_and_not_there(),
        longer_unsigned(),
        unsigned(),
        by_a_stranger(),
        replaced(),
        reordered(),
        another_name(),
        base_alone(),
        dependency_skips_it(),
        its_own_dependency(),
        attestation_missing(),
        file_replaced(),
    ]
}

/// The platform team's image: one layer on the base.
fn golden() -> Image {
    golden_spec().build()
}

fn golden_spec() -> ImageSpec {
    derived_from(&scene::base().images[0].spec)
        .appended(Layer::of(Compression::Gzip, &[(TOOL, "#!entry 1\n")]))
}

/// The organization's image on any other: one layer.
fn app_on(below: &Image) -> Image {
    scene::app(below)
}

/// The platform team's key.
fn team() -> TestKey {
    scene::qa()
}

/// Provenance of an image that names what it stands on, with a name in its subject.
fn provenance(layout: &mut Layout, key: &TestKey, image: &Image, repository: &str, base: (&str, &str)) {
    let predicate = slsa_v1(ORG_BUILDER, Some((base.0, TAG, base.1)));
    let statement = attest_statement(repository, &image.digest(), SLSA_V1, predicate);
    scene::add_bundle(layout, &image.descriptor(), SLSA_V1, &signed_bundle(key, &statement));
}

/// Manifest and config of an intermediate image, without layers and signatures.
fn documents(image: &Image) -> Layout {
    let mut layout = Layout::new();
    let manifest = image.put_documents(&mut layout);
    layout.tag(&manifest, "golden");
    layout
}

/// What the platform team publishes: its image's documents with provenance that names the vendor's base.
fn published(image: &Image, key: &TestKey, repository: &str) -> Layout {
    let mut layout = documents(image);
    let base = scene::base().descriptor().digest;
    provenance(&mut layout, key, image, repository, ("dhi.io/python", &base));
    layout
}

/// The base's evidence and others'.
fn evidence(others: &[Layout]) -> Layout {
    let mut all = scene::base().evidence(&scene::vendor());
    others.iter().for_each(|other| all.merge(other));
    all
}

/// The organization's image, signed, with provenance that names the platform team's.
fn signed(app: &Image, golden: &Image) -> Layout {
    let mut layout = scene::signed(app);
    provenance(&mut layout, &scene::org(), app, scene::REPOSITORY, (REPOSITORY, &golden.digest()));
    layout
}

const RULE: [&str; 4] = [
    r#"name = "platform-team""#,
    "require = true",
    r#"signers = ["qa"]"#,
    r#"references = ["registry.acme.test/platform/**"]"#,
];

/// An image must stand on the platform team's, and each names what is right below it.
fn policy() -> Policy {
    Policy::derived()
        .with_qa()
        .table("[[intermediate]]", &RULE)
        .table("[[intermediate.attestation]]", &[r#"type = "slsa-provenance""#, "base-dependency = true"])
        .table("[[org.attestation]]", &[r#"type = "slsa-provenance""#, "base-dependency = true"])
}

fn facts(case: Case, between: &Image, name: &'static str) -> Case {
    let base = &scene::base().images[0];
    case.facts(PlatformFacts {
        org_layers: Some(1),
        config_owner: Some("org"),
        intermediate: Some(IntermediateFacts {
            name,
            image: between.digest(),
            layers: 1,
            chain_id: between.chain_id(),
        }),
        ..PlatformFacts::untouched(base)
    })
}

/// The honest chain under a case's name.
fn honest(case: Case) -> Case {
    let golden = golden();
    let app = app_on(&golden);
    case.image(signed(&app, &golden), &app.digest())
        .evidence(evidence(&[published(&golden, &team(), REPOSITORY)]))
        .policy(policy())
}

fn three_segments() -> Case {
    let about = "the vendor's base, the platform team's image on it, the organization's on that: each by its own \
                 signer, each names what it was built from";
    let case = honest(Case::accepted("chain-three-segments", about, SPEC)).layers("all");
    facts(case, &golden(), "platform-team")
}

/// Found only because the image between names it: neither the caller nor the evidence's index does.
fn four_segments() -> Case {
    let about = "two teams' images between the base and the organization's; the upper one's provenance names the lower";
    let lower = golden();
    let upper =
        derived_from(&lower.spec).appended(Layer::of(Compression::Gzip, &[("opt/lang/pip", "25\n")])).build();
    let app = app_on(&upper);
    let name = "registry.acme.test/languages/python";
    let mut languages = documents(&upper);
    provenance(&mut languages, &scene::stranger(), &upper, name, (REPOSITORY, &lower.digest()));
    let case = Case::accepted("chain-four-segments", about, SPEC)
        .image(signed(&app, &upper), &app.digest())
        .evidence(evidence(&[languages, published(&lower, &team(), REPOSITORY)]))
        .policy(
            policy()
                .with("[signers.languages]", r#"key = "../keys/stranger.pub""#)
                .table(
                    "[[intermediate]]",
                    &[r#"name = "languages""#, "require = true", r#"signers = ["languages"]"#],
                )
                .table(
                    "[[intermediate.attestation]]",
                    &[r#"type = "slsa-provenance""#, "base-dependency = true"],
                ),
        );
    facts(case, &upper, "languages")
}

fn not_required_and_not_there() -> Case {
    let about =
        "an image straight on the base, under a policy that lets a platform team's image stand between";
    let rule: Vec<&str> = RULE.into_iter().filter(|line| !line.starts_with("require")).collect();
    let case = scene::honest(Case::accepted("chain-not-required", about, SPEC))
        .policy(Policy::derived().with_qa().table("[[intermediate]]", &rule));
    let base = &scene::base().images[0];
    case.facts(PlatformFacts::derived(&app_on(base), base))
}

/// Evidence that nobody signed hides nothing.
fn longer_unsigned() -> Case {
    let about =
        "the evidence has a longer image below this one that nobody signed: the platform team's counts";
    let golden = golden();
    let longer = derived_from(&golden.spec)
        .appended(Layer::of(Compression::Gzip, &[("opt/lang/pip", "25\n")]))
        .build();
    let app = app_on(&longer);
    let base = &scene::base().images[0];
    Case::accepted("chain-longer-unsigned", about, SPEC)
        .image(signed(&app, &golden), &app.digest())
        .evidence(evidence(&[documents(&longer), published(&golden, &team(), REPOSITORY)]))
        .policy(policy())
        .facts(PlatformFacts {
            org_layers: Some(2),
            config_owner: Some("org"),
            intermediate: Some(IntermediateFacts {
                name: "platform-team",
                image: golden.digest(),
                layers: 1,
                chain_id: golden.chain_id(),
            }),
            ..PlatformFacts::untouched(base)
        })
}

/// A fault in the middle: the organization's image is as ever, and what is below it is not.
fn broken(
    name: &'static str,
    about: &'static str,
    app: &Image,
    errors: &[(&'static str, &'static str)],
    between: Layout,
) -> Case {
    Case::failing(name, about, SPEC, errors)
        .image(signed(app, &golden()), &app.digest())
        .evidence(evidence(&[between]))
        .policy(policy().without("[[org.attestation]]"))
}

const MISSING: [(&str, &str); 1] = [("base-missing", "")];

fn unsigned() -> Case {
    let about = "nobody signed the image between";
    broken("chain-middle-unsigned", about, &app_on(&golden()), &MISSING, documents(&golden()))
}

fn by_a_stranger() -> Case {
    let about = "the image between is signed by somebody whom the policy does not know";
    let between = published(&golden(), &scene::stranger(), REPOSITORY);
    broken("chain-middle-by-stranger", about, &app_on(&golden()), &MISSING, between)
}

fn replaced() -> Case {
    let about = "the layer of the image between is another one than the team's";
    let other = derived_from(&scene::base().images[0].spec)
        .appended(Layer::of(Compression::Gzip, &[(TOOL, "#!entry 1, and more\n")]))
        .build();
    let between = published(&golden(), &team(), REPOSITORY);
    broken("chain-middle-replaced", about, &app_on(&other), &MISSING, between)
}

fn reordered() -> Case {
    let about = "the organization's layer is below the team's, so that the team's image is not the bottom of this one";
    let mut spec = scene::app_spec(&golden());
    let top = spec.layers.len() - 1;
    spec.layers.swap(top - 1, top);
    let between = published(&golden(), &team(), REPOSITORY);
    broken("chain-reordered", about, &spec.build(), &MISSING, between)
}

fn another_name() -> Case {
    let about = "the team signed the image between under a name that the policy does not admit for it";
    let between = published(&golden(), &team(), "registry.acme.test/experiments/python");
    broken("chain-middle-other-name", about, &app_on(&golden()), &MISSING, between)
}

/// An image that adds no layer cannot be told from its base.
fn base_alone() -> Case {
    let about = "the team signed an image that is the base with another configuration; nothing shows that this one \
                 was built from it";
    let mut spec = derived_from(&scene::base().images[0].spec);
    spec.cmd = vec!["-m".to_owned(), "http.server".to_owned()];
    let configured = spec.build();
    let between = published(&configured, &team(), REPOSITORY);
    broken("chain-middle-without-layers", about, &app_on(&scene::base().images[0]), &MISSING, between)
}

fn dependency_skips_it() -> Case {
    let about = "the organization's provenance names the vendor's base and not the image between, on which this one stands";
    let golden = golden();
    let app = app_on(&golden);
    let mut layout = scene::signed(&app);
    let base = scene::base().descriptor().digest;
    provenance(&mut layout, &scene::org(), &app, scene::REPOSITORY, ("dhi.io/python", &base));
    Case::failing("chain-dependency-skips-middle", about, SPEC, &[("dependency-not-allowed", "")])
        .image(layout, &app.digest())
        .evidence(evidence(&[published(&golden, &team(), REPOSITORY)]))
        .policy(policy())
}

fn its_own_dependency() -> Case {
    let about = "the team's provenance names another image than the base that its layers stand on";
    let mut between = documents(&golden());
    let other = scene::plain_spec().build().digest();
    provenance(&mut between, &team(), &golden(), REPOSITORY, ("registry.acme.test/other", &other));
    let case = broken(
        "chain-middle-other-dependency",
        about,
        &app_on(&golden()),
        &[("dependency-not-allowed", "")],
        between,
    );
    case.policy(policy().without("[[org.attestation]]"))
}

fn attestation_missing() -> Case {
    let about = "the policy wants an SBOM of the image between, and there is none";
    let between = published(&golden(), &team(), REPOSITORY);
    let errors = [("attestation-missing", "")];
    let sbom = policy().table("[[intermediate.attestation]]", &[r#"type = "sbom""#]);
    broken("chain-middle-attestation-missing", about, &app_on(&golden()), &errors, between).policy(
        // Tables of an array belong to the entry before them.
        sbom.without("[[org.attestation]]"),
    )
}

fn file_replaced() -> Case {
    let about =
        "the organization's layer replaces a file of the image between, which is a lower one's as well";
    let golden = golden();
    let mut spec = derived_from(&golden.spec).appended(Layer::of(
        Compression::Gzip,
        &[("app/main.py", "print('orders')\n"), (TOOL, "#!entry 2\n")],
    ));
    spec.cmd = vec!["/app/main.py".to_owned()];
    let app = spec.build();
    Case::failing("chain-middle-file-replaced", about, SPEC, &[("layer-change", TOOL)])
        .image(signed(&app, &golden), &app.digest())
        .evidence(evidence(&[published(&golden, &team(), REPOSITORY)]))
        .policy(policy().with("[layers]", r#"deny = ["replace"]"#))
        .changes([Change::new("replace", "medium", TOOL).layer(3)])
}

/// The team published its image twice, the later one on the earlier.
pub fn two_of_one_team() -> Case {
    let first = golden();
    let second =
        derived_from(&first.spec).appended(Layer::of(Compression::Gzip, &[("opt/lang/pip", "25\n")])).build();
    let app = app_on(&second);
    let others = [published(&first, &team(), REPOSITORY), published(&second, &team(), REPOSITORY)];
    Case::accepted("case", "two images of one team below the organization's", SPEC)
        .image(signed(&app, &second), &app.digest())
        .evidence(evidence(&others))
        .policy(Policy::derived().with_qa().table("[[intermediate]]", &RULE))
}

/// The organization runs the team's image as it is, and signed it.
pub fn the_image_itself(case: Case) -> Case {
    let golden = golden();
    let mut layout = scene::signed(&golden);
    let base = scene::base().descriptor().digest;
    provenance(&mut layout, &team(), &golden, REPOSITORY, ("dhi.io/python", &base));
    case.image(layout, &golden.digest())
        .evidence(evidence(&[]))
        .policy(Policy::derived().with_qa().table("[[intermediate]]", &RULE))
}

/// Nobody signed the image between, and the policy does not require one.
pub fn not_required_and_unsigned() -> Case {
    let rule: Vec<&str> = RULE.into_iter().filter(|line| !line.starts_with("require")).collect();
    let app = app_on(&golden());
    Case::accepted("case", "an unsigned image between that is not required", SPEC)
        .image(signed(&app, &golden()), &app.digest())
        .evidence(evidence(&[documents(&golden())]))
        .policy(Policy::derived().with_qa().table("[[intermediate]]", &rule))
}

/// Everybody signed but the organization.
pub fn not_signed_by_the_organization() -> Case {
    let golden = golden();
    let app = app_on(&golden);
    Case::rejected("case", "the organization did not sign", SPEC, &["layer-unattributed"])
        .image(scene::unsigned(&app), &app.digest())
        .evidence(evidence(&[published(&golden, &team(), REPOSITORY)]))
        .policy(Policy::derived().with_qa().table("[[intermediate]]", &RULE))
}

/// The team signed its image twice, once under a name that the policy does not admit for it.
pub fn under_two_names() -> Case {
    let golden = golden();
    let app = app_on(&golden);
    let mut between = published(&golden, &team(), REPOSITORY);
    between.merge(&published(&golden, &team(), "registry.acme.test/experiments/python"));
    Case::accepted("case", "one of two names is admitted", SPEC)
        .image(signed(&app, &golden), &app.digest())
        .evidence(evidence(&[between]))
        .policy(Policy::derived().with_qa().table("[[intermediate]]", &RULE))
}
