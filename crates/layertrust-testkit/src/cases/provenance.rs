//! What a policy asks of provenance: each key once kept and once broken, everything else being right.

use crate::case::Case;
use crate::json::Json;
use crate::object;
use crate::policy::Policy;
use crate::sigstore::Identity;
use crate::sigstore::bundle::keyless_dsse;
use crate::statement::{
    COSIGN_SIGN, ORG_BUILDER, SLSA_V1, SLSA_V02, attest_statement, image_purl, sign_statement,
};
use crate::store::hex_of;
use crate::vendor::TAG;

use super::accepted_rules::app_facts;
use super::keyless::{self, WORKFLOW, release, signed_at, world};
use super::scene::{self, REPOSITORY};

const BUILDKIT: &str = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";
const TYPE: &str = r#"type = "slsa-provenance""#;
const SOURCE: &str = "https://github.com/acme/orders-api.git";
const COMMIT: &str = "667e09ddaa1fa790308c246b3e1721e60ee7e41a";
const OTHER: &str = "sha256:81d32f2c1a0c0ab7ea3f4a3a0ee7b9a2bd9bcb4cf3aa2f1b9a6dbdc9e42bb8d7";

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    [asked_of_all(), dependencies(), build_types(), certificates()].concat()
}

/// A build by BuildKit from a git repository.
struct Build {
    builder: &'static str,
    build_type: &'static str,
    fragment: String,
    repository: &'static str,
    commit: String,
    dependencies: Vec<Json>,
}

impl Build {
    fn usual() -> Self {
        Build {
            builder: ORG_BUILDER,
            build_type: BUILDKIT,
            fragment: "#refs/heads/main".to_owned(),
            repository: SOURCE,
            commit: COMMIT.to_owned(),
            dependencies: vec![base_index()],
        }
    }

    fn from(dependencies: Vec<Json>) -> Self {
        Build { dependencies, ..Self::usual() }
    }

    fn predicate(&self) -> Json {
        object! {
            "buildDefinition": object! {
                "buildType": self.build_type,
                "externalParameters": object! {
                    "configSource": object! {
                        "digest": object! { "sha1": self.commit.as_str() },
                        "path": "Dockerfile",
                        "uri": format!("{}{}", self.repository, self.fragment),
                    },
                    "request": object! {
                        "args": object! { "build-arg:DEBUG": "0" }, "frontend": "dockerfile.v0",
                    },
                },
                "resolvedDependencies": self.dependencies.clone(),
            },
            "runDetails": object! {
                "builder": object! { "id": self.builder },
                "metadata": object! {
                    "finishedOn": crate::statement::ORG_TIME, "startedOn": crate::statement::ORG_TIME,
                },
            },
        }
    }
}

fn dependency(uri: &str, digest: Option<&str>) -> Json {
    match digest {
        Some(digest) => object! { "digest": object! { "sha256": hex_of(digest) }, "uri": uri },
        None => object! { "uri": uri },
    }
}

/// The base as BuildKit names it: by its index.
fn base_index() -> Json {
    let digest = scene::base().descriptor().digest;
    dependency(&image_purl("dhi.io/python", TAG, &digest, "linux/amd64"), Some(&digest))
}

/// The organization's signed image on its base, with this provenance, under a policy that asks these lines.
fn attested(case: Case, kind: &str, predicate: &Json, lines: &[&str]) -> Case {
    let case = scene::app_with(case, |layout, image| {
        scene::sign(layout, &scene::org(), image);
        scene::attest(layout, &scene::org(), image, kind, predicate.clone());
    });
    let lines = [&[TYPE], lines].concat();
    let case = case.policy(Policy::derived().table("[[org.attestation]]", &lines));
    if case.codes.is_empty() { app_facts(case) } else { case }
}

/// Name, what it is about, the line of the policy, and the code if it does not hold.
type Asked = (&'static str, &'static str, &'static str, Option<&'static str>);

fn case((name, about, line, code): Asked, predicate: &Json) -> Case {
    let spec = "docs/POLICY.md: What provenance says";
    let case = match code {
        None => Case::accepted(name, about, spec),
        Some(code) => Case::rejected(name, about, spec, &[code]),
    };
    attested(case, SLSA_V1, predicate, &[line])
}

fn asked_of_all() -> Vec<Case> {
    const SOURCE_CODE: Option<&str> = Some("source-not-allowed");
    let asked: [Asked; 13] = [
        (
            "provenance-source",
            "the source is a repository of the organization, as SPDX spells it",
            r#"source = ["git+https://github.com/acme/*"]"#,
            None,
        ),
        (
            "provenance-source-as-written",
            "the policy spells the source as BuildKit does",
            r#"source = ["https://github.com/acme/orders-api.git"]"#,
            None,
        ),
        (
            "provenance-source-not-allowed",
            "the source is a repository that the policy does not name",
            r#"source = ["git+https://github.com/globex/*"]"#,
            SOURCE_CODE,
        ),
        (
            "provenance-source-ref",
            "the source is the branch that the policy names",
            r#"source-ref = ["refs/heads/main"]"#,
            None,
        ),
        (
            "provenance-source-ref-not-allowed",
            "the source is a branch; the policy wants a tag",
            r#"source-ref = ["refs/tags/*"]"#,
            SOURCE_CODE,
        ),
        (
            "provenance-build-type",
            "the build type is the one that the policy names",
            r#"build-type = ["https://github.com/moby/buildkit/**"]"#,
            None,
        ),
        (
            "provenance-build-type-not-allowed",
            "the build type is not the one that the policy names",
            r#"build-type = ["https://actions.github.io/buildtypes/workflow/v1"]"#,
            Some("builder-not-allowed"),
        ),
        (
            "provenance-parameters",
            "the external parameters have the values that the policy names; others are free",
            r#"external-parameters = { configSource.path = "Dockerfile", request.args."build-arg:DEBUG" = "0" }"#,
            None,
        ),
        (
            "provenance-parameter-differs",
            "an external parameter has another value",
            r#"external-parameters = { configSource.path = "Dockerfile.debug" }"#,
            SOURCE_CODE,
        ),
        (
            "provenance-parameter-of-another-type",
            "an external parameter is the text \"0\"; the policy wants the number",
            r#"external-parameters = { request.args."build-arg:DEBUG" = 0 }"#,
            SOURCE_CODE,
        ),
        (
            "provenance-parameter-absent",
            "an external parameter that the policy names is not there",
            r#"external-parameters = { request.target = "runtime" }"#,
            SOURCE_CODE,
        ),
        (
            "provenance-base-dependency",
            "the dependencies name the index of the proved base",
            "base-dependency = true",
            None,
        ),
        (
            "provenance-builder-images-none",
            "no image but the base went into the build, and the policy allows no other",
            "builder-images = []",
            None,
        ),
    ];
    asked.into_iter().map(|asked| case(asked, &Build::usual().predicate())).collect()
}

fn dependencies() -> Vec<Case> {
    const CODE: Option<&str> = Some("dependency-not-allowed");
    let platform = scene::base().images[0].digest();
    let debian = dependency(&image_purl("debian", "12", OTHER, "linux/amd64"), Some(OTHER));
    let elsewhere = dependency("oci://registry.evil.test/debian:12", Some(OTHER));
    let bare = dependency("pkg:docker/busybox@1.36", None);
    let deb = dependency("https://deb.debian.org/debian/pool/main/l/libc6.deb", Some(OTHER));
    let named_otherwise = dependency("pkg:docker/dhi.io/python@3.13", Some(OTHER));
    let image = |name, about, line, code, dependencies: &[&Json]| {
        let dependencies = dependencies.iter().map(|one| (*one).clone()).collect();
        case((name, about, line, code), &Build::from(dependencies).predicate())
    };
    let base = base_index();
    let on_platform = dependency("oci://mirror.acme.test/dhi/python", Some(&platform));
    let (wanted, debian_only) = ("base-dependency = true", r#"builder-images = ["debian"]"#);
    vec![
        image(
            "provenance-base-dependency-by-platform",
            "the dependencies name the platform manifest of the proved base, under a mirror's name",
            wanted,
            None,
            &[&debian, &on_platform],
        ),
        // The caller brings the base, so that it is found without the provenance.
        image(
            "provenance-base-dependency-other-digest",
            "the dependencies name the base's repository with another digest",
            wanted,
            CODE,
            &[&named_otherwise],
        ),
        image(
            "provenance-base-dependency-absent",
            "the dependencies name no image at all",
            wanted,
            CODE,
            &[&deb],
        ),
        image(
            "provenance-builder-images",
            "beside the base only an image went into the build that the policy names; packages are no images",
            debian_only,
            None,
            &[&base, &debian, &deb],
        ),
        image(
            "provenance-builder-images-other",
            "an image of another registry went into the build",
            debian_only,
            CODE,
            &[&base, &debian, &elsewhere],
        ),
        image(
            "provenance-builder-images-without-digest",
            "an image that the policy does not name went into the build, and no digest of it is known",
            debian_only,
            CODE,
            &[&base, &bare],
        ),
        image(
            "provenance-builder-images-not-even-one",
            "the policy allows no image but the base, and another went into the build",
            "builder-images = []",
            CODE,
            &[&base, &debian],
        ),
    ]
}

fn build_types() -> Vec<Case> {
    let source = r#"source = ["git+https://github.com/acme/*"]"#;
    let unknown = Build { build_type: "https://acme.test/own-builder/v1", ..Build::usual() };
    let unknown = case(
        (
            "provenance-build-type-unknown",
            "the build type is not known, so nothing says which field is the source",
            source,
            Some("source-not-allowed"),
        ),
        &unknown.predicate(),
    );
    let local = Case::rejected(
        "provenance-source-local",
        "BuildKit built from a local folder: the predicate names no source",
        "BuildKit docs/attestations/slsa-definitions.md: configSource",
        &["source-not-allowed"],
    );
    let predicate = object! {
        "builder": object! { "id": ORG_BUILDER },
        "buildType": "https://mobyproject.org/buildkit@v1",
        "materials": [base_index()],
        "invocation": object! {
            "configSource": object! { "entryPoint": "Dockerfile" },
            "parameters": object! { "frontend": "dockerfile.v0", "locals": [object! { "name": "context" }] },
            "environment": object! { "platform": "linux/amd64" },
        },
    };
    let draft = Case::rejected(
        "provenance-draft",
        "the only provenance is of the draft v0.1, which is known and not read",
        "SLSA provenance v0.1: superseded",
        &["predicate-invalid"],
    );
    let old = object! {
        "builder": object! { "id": ORG_BUILDER },
        "recipe": object! { "type": "https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1" },
    };
    vec![
        unknown,
        attested(local, SLSA_V02, &predicate, &[source]),
        attested(draft, "https://slsa.dev/provenance/v0.1", &old, &[]).unverified(&["predicate-invalid"]),
    ]
}

/// The image with a keyless signature and provenance by that identity, under a policy that asks these lines.
fn keyless(case: Case, identity: &Identity, build: &Build, lines: &[&str]) -> Case {
    let case = scene::app_with(case, |layout, image| {
        let statement = sign_statement(&image.digest).bytes();
        let bundle = keyless_dsse(&world(), &release(), &statement, signed_at());
        keyless::add(layout, image, COSIGN_SIGN, &bundle);
        let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, build.predicate());
        let bundle = keyless_dsse(&world(), identity, &statement.bytes(), signed_at());
        keyless::add(layout, image, SLSA_V1, &bundle);
    });
    let lines = [&[TYPE], lines].concat();
    let case = case.policy(keyless::policy().table("[[org.attestation]]", &lines));
    if case.codes.is_empty() { app_facts(case) } else { case }
}

fn certificates() -> Vec<Case> {
    let spec = "docs/RULES.md R6.18";
    let source = r#"source = ["git+https://github.com/acme/*"]"#;
    let tags = r#"source-ref = ["refs/tags/*"]"#;
    let commit = release().claims[&13].clone();
    // As BuildKit on GitHub names it: by its commit.
    let usual = || Build {
        builder: WORKFLOW,
        fragment: format!("#{commit}"),
        commit: commit.clone(),
        ..Build::usual()
    };
    let certified = |number, value: &str| release().claim(number, value);
    let accepted = |name, about| Case::accepted(name, about, spec);
    let rejected = |name, about, code| Case::rejected(name, about, spec, &[code]);
    vec![
        keyless(
            accepted(
                "keyless-source",
                "the certificate's repository and tag are allowed, and the predicate names that commit of it",
            ),
            &release(),
            &usual(),
            &[source, tags],
        ),
        keyless(
            rejected(
                "keyless-source-contradicts",
                "the predicate names another repository, which is allowed, than the certificate",
                "predicate-mismatch",
            ),
            &release(),
            &Build { repository: "https://github.com/acme/other", ..usual() },
            &[source],
        ),
        keyless(
            rejected(
                "keyless-source-not-allowed",
                "the predicate names an allowed repository, the certificate one that is not",
                "source-not-allowed",
            ),
            &release(),
            &Build { repository: "https://github.com/acme/other", ..usual() },
            &[r#"source = ["git+https://github.com/acme/other"]"#],
        ),
        keyless(
            rejected(
                "keyless-source-commit-contradicts",
                "the predicate names another commit than the certificate",
                "predicate-mismatch",
            ),
            &release(),
            &Build { fragment: String::new(), commit: COMMIT.to_owned(), ..usual() },
            &[source],
        ),
        keyless(
            rejected(
                "keyless-source-ref-contradicts",
                "the predicate names a branch, the certificate a tag",
                "predicate-mismatch",
            ),
            &release(),
            &Build { fragment: "#refs/heads/main".to_owned(), ..usual() },
            &[source],
        ),
        keyless(
            rejected(
                "keyless-source-ref-not-allowed",
                "the predicate names an allowed branch, the certificate a tag",
                "source-not-allowed",
            ),
            &release(),
            &Build { fragment: "#refs/heads/main".to_owned(), ..usual() },
            &[r#"source-ref = ["refs/heads/main"]"#],
        ),
        keyless(
            rejected(
                "keyless-source-of-unknown-build-type",
                "the certificate's repository is allowed; the predicate's build type is not known",
                "source-not-allowed",
            ),
            &release(),
            &Build { build_type: "https://acme.test/own-builder/v1", ..usual() },
            &[source],
        ),
        keyless(
            accepted(
                "keyless-source-is-the-started-workflows",
                "the predicate names the repository of the file that started the run, the certificate another; \
                 both are certified",
            ),
            &certified(18, "https://github.com/acme/ci/.github/workflows/main.yml@refs/tags/v1.4.2"),
            &Build { repository: "https://github.com/acme/ci", ..usual() },
            &[source],
        )
        .warns(&["predicate-mismatch"]),
    ]
}
