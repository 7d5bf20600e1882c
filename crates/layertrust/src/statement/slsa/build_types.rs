//! Which field of a predicate is the source: every build type defines that for itself, so there is a table.
//!
//! `docs/FORMATS.md` says for each row which specification or which real file shows it. A build type that is
//! not here has no source: a field of the same name may mean something else.

/// Where a build type has what was built. In v0.2 fields are members of `invocation.configSource`, in v1 of
/// the external parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// `invocation.configSource` itself, `{ uri, digest }`.
    Config,
    /// The same, and the first material must be the same again (slsa-verifier's contract with its builders).
    ConfigAndMaterial,
    /// A member, `{ uri, digest }`.
    Descriptor(&'static str),
    /// The first of these members that is there: `{ repository, ref }`, a git repository.
    Repository(&'static [&'static str]),
    /// The first dependency (slsa-verifier's contract with its builders).
    FirstDependency,
    /// The one git repository among the dependencies, or among those of this name.
    OnlyRepository(Option<&'static str>),
    /// Nothing says what was built, only how.
    Undefined,
}

const V0_2: [(&str, Field); 19] = [
    ("https://github.com/slsa-framework/slsa-github-generator/generic@v1", Field::ConfigAndMaterial),
    ("https://github.com/slsa-framework/slsa-github-generator/container@v1", Field::ConfigAndMaterial),
    ("https://github.com/slsa-framework/slsa-github-generator/go@v1", Field::ConfigAndMaterial),
    (
        "https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0",
        Field::ConfigAndMaterial,
    ),
    // Before the generators had names of their own.
    ("https://github.com/slsa-framework/slsa-github-generator@v1", Field::ConfigAndMaterial),
    ("https://github.com/slsa-framework/slsa-github-generator-go@v1", Field::ConfigAndMaterial),
    ("https://mobyproject.org/buildkit@v1", Field::Config),
    ("https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1", Field::Config),
    ("https://cloudbuild.googleapis.com/CloudBuildSteps@v0.1", Field::Undefined),
    // Tekton's configSource is where the pipeline's definition is, mostly another repository.
    ("tekton.dev/v1beta1/TaskRun", Field::OnlyRepository(None)),
    ("tekton.dev/v1beta1/PipelineRun", Field::OnlyRepository(None)),
    ("tekton.dev/v1/TaskRun", Field::OnlyRepository(None)),
    ("tekton.dev/v1/PipelineRun", Field::OnlyRepository(None)),
    ("https://tekton.dev/attestations/chains@v2", Field::OnlyRepository(None)),
    ("https://tekton.dev/attestations/chains/pipelinerun@v2", Field::OnlyRepository(None)),
    (
        "https://chains.tekton.dev/format/slsa/v2alpha1/type/tekton.dev/v1/TaskRun",
        Field::OnlyRepository(None),
    ),
    (
        "https://chains.tekton.dev/format/slsa/v2alpha1/type/tekton.dev/v1/PipelineRun",
        Field::OnlyRepository(None),
    ),
    (
        "https://chains.tekton.dev/format/slsa/v2alpha1/type/tekton.dev/v1beta1/TaskRun",
        Field::OnlyRepository(None),
    ),
    (
        "https://chains.tekton.dev/format/slsa/v2alpha1/type/tekton.dev/v1beta1/PipelineRun",
        Field::OnlyRepository(None),
    ),
];

const V1: [(&str, Field); 9] = [
    ("https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0", Field::FirstDependency),
    ("https://slsa.dev/container-based-build/v0.1?draft", Field::Descriptor("source")),
    ("https://actions.github.io/buildtypes/workflow/v1", Field::Repository(&["workflow"])),
    (
        "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1",
        Field::Repository(&["workflow"]),
    ),
    (
        "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
        Field::Descriptor("configSource"),
    ),
    // What was built stands apart only where it is not where the build's definition is.
    (
        "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1",
        Field::Repository(&["sourceToBuild", "buildConfigSource"]),
    ),
    // Its buildConfigSource is where the pipeline's definition is.
    ("https://cloud.google.com/build/gcb-buildtypes/google-builder/v1", Field::Undefined),
    ("https://tekton.dev/chains/v2/slsa", Field::OnlyRepository(Some("inputs/result"))),
    ("https://tekton.dev/chains/v2/slsa-tekton", Field::OnlyRepository(Some("inputs/result"))),
];

/// The field of a build type of v0.2; none if it is not known.
pub(super) fn v0_2(build_type: Option<&str>) -> Option<Field> {
    find(&V0_2, build_type)
}

/// The same of v1.
pub(super) fn v1(build_type: Option<&str>) -> Option<Field> {
    find(&V1, build_type)
}

fn find(table: &[(&str, Field)], build_type: Option<&str>) -> Option<Field> {
    let build_type = build_type?;
    table.iter().find(|(uri, _)| *uri == build_type).map(|(_, field)| *field)
}
