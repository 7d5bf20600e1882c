use serde_json::{Value, json};

use super::*;
use crate::statement::predicate::{Predicate, PredicateType};

const GENERATOR: &str = "https://github.com/slsa-framework/slsa-github-generator/";
const COMMIT: &str = "d37a7f740ee7404914456f24dcd90e865a0509e8";

fn read(version: &str, predicate: &Value) -> Result<Provenance> {
    let kind = PredicateType::new(&format!("https://slsa.dev/provenance/{version}"));
    match Predicate::parse(&kind, &predicate.to_string(), &Limits::default())? {
        Predicate::Provenance(read) => Ok(*read),
        other => panic!("{other:?}"),
    }
}

/// The common shape of v0.2: what was built, and what went in.
fn v0_2(build_type: &str, config: Value, materials: Value) -> Provenance {
    let predicate = json!({
        "builder": { "id": "https://builder.example/x@v1" },
        "buildType": build_type,
        "invocation": { "configSource": config, "parameters": {}, "environment": { "github_ref": "refs/heads/no" } },
        "metadata": { "buildInvocationID": "1-1", "buildStartedOn": "2026-01-01T00:00:00Z", "reproducible": false },
        "materials": materials,
    });
    read("v0.2", &predicate).unwrap()
}

fn v1(build_type: &str, parameters: Value, dependencies: Value) -> Provenance {
    let predicate = json!({
        "buildDefinition": {
            "buildType": build_type,
            "externalParameters": parameters,
            "internalParameters": { "github": { "event_name": "push" } },
            "resolvedDependencies": dependencies,
        },
        "runDetails": {
            "builder": { "id": "https://builder.example/x@v1" },
            "metadata": { "invocationId": "1", "finishedOn": "2026-01-01T00:00:00.5Z" },
        },
    });
    read("v1", &predicate).unwrap()
}

/// URI, ref and commit of the source.
fn source(provenance: &Provenance) -> (&str, Option<&str>, Option<&str>) {
    let source = provenance.source.as_ref().unwrap();
    (&source.uri, source.reference.as_deref(), source.commit())
}

fn none(provenance: &Provenance) -> NoSource {
    provenance.source.clone().unwrap_err()
}

#[test]
fn slsa_generators_name_the_repository_twice() {
    let uri = "git+https://github.com/acme/orders@refs/tags/v1.4.2";
    let config = json!({ "uri": uri, "digest": { "sha1": COMMIT }, "entryPoint": ".github/workflows/x.yml" });
    let material = json!({ "uri": uri, "digest": { "sha1": COMMIT } });
    let image = json!({ "uri": "https://github.com/actions/virtual-environments/releases/tag/ubuntu22/1" });
    for name in ["generic@v1", "container@v1", "go@v1", "delegator-generic@v0"] {
        let build_type = format!("{GENERATOR}{name}");
        let provenance = v0_2(&build_type, config.clone(), json!([material, image]));
        let expected = ("git+https://github.com/acme/orders", Some("refs/tags/v1.4.2"), Some(COMMIT));
        assert_eq!(source(&provenance), expected, "{name}");
        assert_eq!(provenance.parameters["entryPoint"], ".github/workflows/x.yml");
        let other = json!([{ "uri": "git+https://github.com/acme/other", "digest": { "sha1": COMMIT } }]);
        assert_eq!(none(&v0_2(&build_type, config.clone(), other)), NoSource::Several, "{name}");
    }
}

#[test]
fn a_delegated_generators_source_is_its_first_dependency() {
    let dependencies = json!([
        { "uri": "git+https://github.com/acme/orders@refs/tags/v1", "digest": { "gitCommit": COMMIT } },
        { "uri": "git+https://github.com/acme/other@refs/tags/v1", "digest": { "gitCommit": COMMIT } },
    ]);
    let build_type = format!("{GENERATOR}delegator-generic@v0");
    let provenance = v1(&build_type, json!({ "inputs": { "directory": "." }, "vars": {} }), dependencies);
    let expected = ("git+https://github.com/acme/orders", Some("refs/tags/v1"), Some(COMMIT));
    assert_eq!(source(&provenance), expected);
    assert_eq!(provenance.parameters["inputs"]["directory"], ".");
    assert_eq!(none(&v1(&build_type, json!({}), json!([]))), NoSource::NotNamed);
}

#[test]
fn a_container_based_build_has_its_source_among_the_parameters() {
    let parameters = json!({
        "source": { "uri": "git+https://github.com/acme/orders@refs/heads/main", "digest": { "sha1": COMMIT } },
        "builderImage": { "uri": "bash@sha256:00", "digest": { "sha256": "00" } },
        "configPath": "build.toml",
    });
    let provenance = v1("https://slsa.dev/container-based-build/v0.1?draft", parameters, json!([]));
    let expected = ("git+https://github.com/acme/orders", Some("refs/heads/main"), Some(COMMIT));
    assert_eq!(source(&provenance), expected);
}

#[test]
fn github_names_the_workflows_repository_and_the_commit_among_the_dependencies() {
    let workflow = json!({ "workflow": {
        "ref": "refs/heads/main", "repository": "https://github.com/acme/orders", "path": ".github/workflows/x.yml",
    }});
    let dependencies = json!([
        { "uri": "git+https://github.com/acme/orders@refs/heads/main", "digest": { "gitCommit": COMMIT } },
        { "uri": "oci://dhi.io/python:3.13", "digest": { "sha256": "a".repeat(64) } },
    ]);
    let kinds = [
        "https://actions.github.io/buildtypes/workflow/v1",
        "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1",
    ];
    for build_type in kinds {
        let provenance = v1(build_type, workflow.clone(), dependencies.clone());
        let expected = ("git+https://github.com/acme/orders", Some("refs/heads/main"), Some(COMMIT));
        assert_eq!(source(&provenance), expected);
        assert_eq!(provenance.source.as_ref().unwrap().written, "https://github.com/acme/orders");
        let elsewhere =
            json!([{ "uri": "git+https://github.com/acme/other", "digest": { "gitCommit": COMMIT } }]);
        let provenance = v1(build_type, workflow.clone(), elsewhere);
        assert_eq!(source(&provenance).2, None, "another repository's commit is not this one's");
        assert_eq!(none(&v1(build_type, json!({ "workflow": {} }), json!([]))), NoSource::NotNamed);
    }
}

#[test]
fn buildkit_names_a_git_context_and_no_local_one() {
    const V0_2: &str = "https://mobyproject.org/buildkit@v1";
    const V1: &str = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";
    let git = |fragment: &str| {
        let uri = format!("https://github.com/acme/orders.git{fragment}");
        json!({ "uri": uri, "digest": { "sha1": COMMIT }, "path": "Dockerfile", "entryPoint": "Dockerfile" })
    };
    let uri = "git+https://github.com/acme/orders";
    for (fragment, reference) in [
        (format!("#{COMMIT}"), None),
        ("#refs/heads/main".to_owned(), Some("refs/heads/main")),
        ("#main:services/api".to_owned(), Some("main")),
        ("#:services/api".to_owned(), None),
        (String::new(), None),
    ] {
        let both = [
            v0_2(V0_2, git(&fragment), json!([])),
            v1(
                V1,
                json!({ "configSource": git(&fragment), "request": { "frontend": "dockerfile.v0" } }),
                json!([]),
            ),
        ];
        for provenance in both {
            assert_eq!(source(&provenance), (uri, reference, Some(COMMIT)), "{fragment}");
        }
    }
    // mode=min and a local folder: the file alone, or nothing.
    assert_eq!(none(&v0_2(V0_2, json!({ "entryPoint": "Dockerfile" }), json!([]))), NoSource::NotNamed);
    let local =
        json!({ "configSource": { "path": "Dockerfile" }, "request": { "locals": [{ "name": "context" }] } });
    assert_eq!(none(&v1(V1, local, json!([]))), NoSource::NotNamed);
    assert_eq!(none(&v1(V1, json!({ "request": {} }), json!([]))), NoSource::NotNamed);
    // A tarball is no repository.
    let tarball =
        json!({ "uri": "https://example.com/context.tar.gz", "digest": { "sha256": "a".repeat(64) } });
    let provenance = v1(V1, json!({ "configSource": tarball }), json!([]));
    assert_eq!(source(&provenance), ("https://example.com/context.tar.gz", None, None));
}

#[test]
fn google_names_what_was_built_apart_where_it_differs() {
    const WORKER: &str = "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1";
    let config = json!({ "path": "cloudbuild.yaml", "ref": "refs/heads/main", "repository": "git+https://github.com/acme/ci" });
    let provenance = v1(WORKER, json!({ "substitutions": {}, "buildConfigSource": config }), json!([]));
    assert_eq!(source(&provenance), ("git+https://github.com/acme/ci", Some("refs/heads/main"), None));
    let built = json!({ "repository": "git+https://github.com/acme/orders", "ref": COMMIT });
    let both = json!({ "buildConfigSource": config, "sourceToBuild": built });
    let provenance = v1(WORKER, both, json!([]));
    assert_eq!(source(&provenance), ("git+https://github.com/acme/orders", None, Some(COMMIT)));
    // `gcloud builds submit`: files from a disk.
    assert_eq!(none(&v1(WORKER, json!({ "substitutions": {} }), json!([]))), NoSource::NotNamed);
    let builder = "https://cloud.google.com/build/gcb-buildtypes/google-builder/v1";
    assert_eq!(none(&v1(builder, json!({ "buildConfigSource": config }), json!([]))), NoSource::NotDefined);

    let yaml = "https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1";
    let uploaded = json!({ "uri": "gs://acme_cloudbuild/source/1.tgz#1665165361152729" });
    assert_eq!(
        source(&v0_2(yaml, uploaded, json!([]))),
        ("gs://acme_cloudbuild/source/1.tgz#1665165361152729", None, None)
    );
}

#[test]
fn tekton_has_the_source_among_what_tasks_reported() {
    let code = json!({ "uri": "git+https://git.example/acme/orders.git", "digest": { "sha1": COMMIT } });
    let named = |name: &str, uri: &str| json!({ "name": name, "uri": uri, "digest": { "sha1": COMMIT } });
    let image = json!({ "uri": "oci://busybox", "digest": { "sha256": "a".repeat(64) } });
    let expected = ("git+https://git.example/acme/orders", None, Some(COMMIT));
    for build_type in
        ["tekton.dev/v1beta1/TaskRun", "tekton.dev/v1beta1/PipelineRun", "tekton.dev/v1/PipelineRun"]
    {
        let definition =
            json!({ "uri": "git+https://git.example/acme/pipelines.git", "digest": { "sha1": COMMIT } });
        let provenance = v0_2(build_type, definition.clone(), json!([image, code, code]));
        assert_eq!(source(&provenance), expected, "{build_type}");
        let several = v0_2(build_type, json!({}), json!([definition, code]));
        assert_eq!(none(&several), NoSource::Several);
        assert_eq!(none(&v0_2(build_type, definition, json!([image]))), NoSource::NotNamed);
    }
    for build_type in ["https://tekton.dev/chains/v2/slsa", "https://tekton.dev/chains/v2/slsa-tekton"] {
        let pipeline = named("pipeline", "git+https://git.example/acme/pipelines.git");
        let result = named("inputs/result", "git+https://git.example/acme/orders.git");
        let provenance = v1(build_type, json!({ "runSpec": {} }), json!([pipeline, image, result]));
        assert_eq!(source(&provenance), expected, "{build_type}");
        assert_eq!(none(&v1(build_type, json!({}), json!([pipeline]))), NoSource::NotNamed);
    }
}

#[test]
fn an_unknown_build_type_has_no_source_whatever_its_fields_are_called() {
    let config =
        json!({ "uri": "git+https://github.com/acme/orders@refs/heads/main", "digest": { "sha1": COMMIT } });
    let provenance = v0_2("https://example.com/own@v1", config.clone(), json!([config]));
    assert_eq!(none(&provenance), NoSource::UnknownBuildType);
    assert!(
        provenance
            .no_source(NoSource::UnknownBuildType)
            .contains("\"https://example.com/own@v1\" is not known")
    );
    let workflow =
        json!({ "workflow": { "repository": "https://github.com/acme/orders", "ref": "refs/heads/main" } });
    assert_eq!(
        none(&v1("https://example.com/own/v1", workflow.clone(), json!([]))),
        NoSource::UnknownBuildType
    );
    // A type of one version under the other.
    let confused = v0_2("https://actions.github.io/buildtypes/workflow/v1", config, json!([]));
    assert_eq!(none(&confused), NoSource::UnknownBuildType);
    assert_eq!(
        none(&v1("https://mobyproject.org/buildkit@v1", workflow, json!([]))),
        NoSource::UnknownBuildType
    );
}

#[test]
fn refs_are_found_after_the_host_alone() {
    let of = |text: &str| {
        let field = build_types::v1(Some("https://slsa.dev/container-based-build/v0.1?draft"));
        let text = json!({ "source": { "uri": text } }).to_string();
        let node = crate::json::parse(text.as_bytes(), 8, "test").unwrap();
        let found = source::find(field, Some(&node), &[]).unwrap().unwrap();
        (found.uri, found.reference)
    };
    for (text, uri, reference) in [
        (
            "git+ssh://git@github.com/acme/x.git@refs/tags/v1",
            "git+ssh://git@github.com/acme/x",
            Some("refs/tags/v1"),
        ),
        (
            "git+https://github.com/acme/x@refs/tags/app@1.0.0",
            "git+https://github.com/acme/x",
            Some("refs/tags/app@1.0.0"),
        ),
        ("ssh://git@github.com/acme/x.git", "git+ssh://git@github.com/acme/x", None),
        ("git@github.com:acme/x.git", "git@github.com:acme/x", None),
        ("git+https://github.com@evil.example/acme/x", "git+https://github.com@evil.example/acme/x", None),
        ("git+https://github.com/acme/x/", "git+https://github.com/acme/x", None),
    ] {
        assert_eq!(of(text), (uri.to_owned(), reference.map(str::to_owned)), "{text}");
    }
}

#[test]
fn both_versions_read_alike() {
    let hex = "a".repeat(64);
    let dependencies = json!([
        { "uri": "pkg:docker/dhi/x@1", "digest": { "sha256": hex } },
        { "uri": "https://x/y.deb", "digest": { "sha256": hex } },
        { "uri": "https://git", "digest": { "sha256": "" } },
        { "uri": "gcr.io/acme/step@sha256:00" },
    ]);
    let both = [
        v0_2("T", json!({}), dependencies.clone()),
        v1("T", json!({ "a": [1, { "b": null }] }), dependencies),
    ];
    for provenance in both {
        assert_eq!(provenance.builder.as_deref(), Some("https://builder.example/x@v1"));
        assert_eq!(provenance.build_type.as_deref(), Some("T"));
        assert!(provenance.started.is_some() != provenance.finished.is_some());
        let images: Vec<_> = provenance.dependencies.iter().filter_map(Dependency::image).collect();
        assert_eq!(
            images,
            [Digest::from_hex(Algorithm::Sha256, &hex).unwrap()],
            "only image URIs name images"
        );
        let without_digest = provenance.dependencies.iter().filter(|one| one.is_image()).count();
        assert_eq!(without_digest, 2);
    }
}

/// What the builder read counts, not what a caller called by the same name.
#[test]
fn a_callers_parameter_does_not_stand_for_the_builders_own() {
    let predicate = json!({
        "builder": { "id": "B" }, "buildType": "T",
        "invocation": {
            "configSource": { "entryPoint": "real.yml" },
            "parameters": { "entryPoint": "forged.yml", "level": 3 },
        },
    });
    let provenance = read("v0.2", &predicate).unwrap();
    assert_eq!(provenance.parameters, json!({ "entryPoint": "real.yml", "level": 3 }));
}

#[test]
fn what_is_no_provenance_is_invalid() {
    let run = json!({ "builder": { "id": "B" } });
    for (version, predicate) in [
        ("v1", json!({ "buildDefinition": {} })),
        ("v1", json!({ "runDetails": { "builder": {} } })),
        ("v1", json!({ "buildDefinition": {}, "runDetails": { "builder": { "id": 7 } } })),
        ("v1", json!({ "buildDefinition": { "externalParameters": [] }, "runDetails": run })),
        ("v1", json!({ "buildDefinition": { "resolvedDependencies": {} }, "runDetails": run })),
        ("v0.2", json!({})),
        ("v0.2", json!({ "builder": { "id": "B" }, "materials": {} })),
        ("v0.2", json!({ "builder": { "id": "B" }, "metadata": { "buildFinishedOn": "yesterday" } })),
        ("v0.2", json!({ "builder": { "id": "B" }, "invocation": { "parameters": "x" } })),
    ] {
        assert_eq!(read(version, &predicate).unwrap_err().code(), Code::PredicateInvalid, "{predicate}");
    }
}

#[test]
fn drafts_are_known_and_refused() {
    for version in ["v0.1", "v1-rc1", "v1.0?draft"] {
        let error = read(version, &json!({ "builder": { "id": "B" }, "recipe": {} })).unwrap_err();
        assert_eq!(error.code(), Code::PredicateInvalid, "{version}");
        assert!(error.message().contains("an old draft"), "{}", error.message());
    }
}

#[test]
fn parameters_are_limited() {
    let kind = PredicateType::new("https://slsa.dev/provenance/v1");
    let text = json!({
        "buildDefinition": { "externalParameters": { "a": [1, 2, 3] } }, "runDetails": { "builder": {} },
    });
    for (parameters, expected) in [(5, None), (4, Some(Code::LimitExceeded))] {
        let limits = Limits { parameters, ..Limits::default() };
        let read = Predicate::parse(&kind, &text.to_string(), &limits);
        assert_eq!(read.err().map(|error| error.code()), expected);
    }
}
