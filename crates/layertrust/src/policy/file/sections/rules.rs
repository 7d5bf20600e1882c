//! The sections whose keys are rules about attestations, content and exceptions.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Later, not_supported};
use crate::error::Result;
use crate::policy::file::words::{EntrypointWord, Limit};
use crate::report::{ChangeKind, SuspiciousClass};

section! {
    /// `[[base.attestation]]`, `[[intermediate.attestation]]` and `[[org.attestation]]`
    AttestationSection "attestation rule" {
        /// The kind of attestation that must be there: slsa-provenance, sbom, spdx, cyclonedx, vsa, vex, vulns,
        /// test-result, dhi-fips, dhi-stig, dhi-secrets, dhi-virus, dhi-tests, dhi-source, dhi-provenance, or
        /// the URI of another predicate type.
        /// - default: required
        /// - example: `type = "sbom"`
        /// - code: `attestation-missing`, `attestation-unsigned`, `signer-not-allowed`, `predicate-invalid`
        r#type: Option<String>,
        /// Who must have signed it: any of these.
        /// - default: the section's
        /// - example: `signers = ["ci"]`
        /// - code: `attestation-missing`, `signer-not-allowed`
        signers: Vec<String>,
        /// The builder's identity. Of provenance only.
        /// - default: any
        /// - example: `builder = ["https://github.com/myorg/**@refs/tags/*"]`
        /// - code: `builder-not-allowed`, `predicate-mismatch`
        builder: Option<Vec<String>>,
        /// The build type. Of provenance only.
        /// - default: any
        /// - example: `build-type = ["https://mobyproject.org/buildkit@v1"]`
        /// - code: `builder-not-allowed`
        build_type: Option<Vec<String>>,
        /// What was built, its ref left out. Of provenance only.
        /// - default: any
        /// - example: `source = ["git+https://github.com/myorg/*"]`
        /// - code: `source-not-allowed`, `predicate-mismatch`
        source: Option<Vec<String>>,
        /// Its branch or tag. Of provenance only.
        /// - default: any
        /// - example: `source-ref = ["refs/tags/*"]`
        /// - code: `source-not-allowed`, `predicate-mismatch`
        source_ref: Option<Vec<String>>,
        /// Values that must be there and equal, by type too; dots lead into objects. Of provenance only.
        /// - default: any
        /// - example: `external-parameters = { inputs.environment = "production" }`
        /// - code: `source-not-allowed`
        external_parameters: Option<BTreeMap<String, serde_json::Value>>,
        /// Whether the proved image right below, the base or an intermediate, must be among the image
        /// dependencies, by digest. Not for `[[base.attestation]]`.
        /// - default: `false`
        /// - example: `base-dependency = true`
        /// - code: `dependency-not-allowed`
        base_dependency: Option<bool>,
        /// Names of which every other image dependency must have one; `[]` allows none.
        /// - default: any
        /// - example: `builder-images = ["debian", "dhi/**"]`
        /// - code: `dependency-not-allowed`
        builder_images: Option<Vec<String>>,
        /// How long ago what it tells of may have been done: hours, days or weeks.
        /// - default: any age
        /// - example: `max-age = "30d"`
        /// - code: `attestation-too-old`, `time-not-proved`
        max_age: Option<String>,
        /// The verifier's identity. Summaries of others do not concern the rule. Of vsa only.
        /// - default: any
        /// - example: `verifier = ["https://ci.example.com/verifier"]`
        /// - code: `attestation-missing`
        verifier: Option<Vec<String>>,
        /// What the image was verified as: as it is written, or an image's name without tag and digest. Of vsa only.
        /// - default: any
        /// - example: `resource = ["registry.example.com/orders/**"]`
        /// - code: `result-not-allowed`
        resource: Option<Vec<String>>,
        /// Levels that the image must all have been verified at. Of vsa only.
        /// - default: none
        /// - example: `levels = ["SLSA_BUILD_LEVEL_3"]`
        /// - code: `result-not-allowed`
        levels: Option<Vec<String>>,
        /// Digests of policies, by one of which the image must have been verified. Of vsa only.
        /// - default: any
        /// - example: `policy-digest = ["sha256:0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d"]`
        /// - code: `result-not-allowed`
        policy_digest: Option<Vec<String>>,
        /// Statuses of which every cryptographic module must have one; letter case is free. Of dhi-fips only.
        /// - default: `["active"]`
        /// - example: `status = ["active", "historical"]`
        /// - code: `result-not-allowed`
        status: Option<Vec<String>>,
        /// A day that the certificate of every cryptographic module outlasts, as it must outlast today. Of
        /// dhi-fips only.
        /// - default: today
        /// - example: `sunset-after = "2027-06-30"`
        /// - code: `result-not-allowed`
        sunset_after: Option<String>,
        /// The score that every profile must reach, in percent. Of dhi-stig only.
        /// - default: any score
        /// - example: `minimum-score = 90`
        /// - code: `result-not-allowed`
        minimum_score: Option<u64>,
    } later { }
}

section! {
    /// `[layers]`
    LayersSection "[layers]" {
        /// Kinds of change to paths of the base that are denied: replace, delete, redirect, privilege, shadow,
        /// metadata.
        /// - default: none
        /// - example: `deny = ["replace", "delete", "redirect", "privilege", "shadow"]`
        /// - code: `layer-change`
        deny: Option<Vec<ChangeKind>>,
        allow: Option<Vec<AllowSection>>,
        /// New paths that are denied, folders and paths of `shadow` changes included.
        /// - default: none
        /// - example: `deny-added = ["**/.npmrc", "usr/bin/curl"]`
        /// - code: `added-path`
        deny_added: Option<Vec<String>>,
        /// Classes of new paths that are denied.
        /// - default: none
        /// - example: `deny-suspicious = ["secret", "package-cache"]`
        /// - code: `added-path`, `secret-added`
        deny_suspicious: Option<Vec<SuspiciousClass>>,
        /// The most bytes of files that were added or replaced, as the merged tree has them.
        /// - default: any size
        /// - example: `max-added-size = "200MiB"`
        /// - code: `size-limit`
        max_added_size: Option<Limit>,
    } later { }
}

section! {
    /// An entry of `[layers] allow`
    AllowSection "[layers] allow" {
        /// The paths whose changes are fine, as a pattern.
        /// - default: required
        /// - example: `path = "etc/passwd"`
        /// - code: `layer-change`
        path: Option<String>,
        /// The kinds of change that are fine there.
        /// - default: required
        /// - example: `kinds = ["replace"]`
        /// - code: `layer-change`
        kinds: Vec<ChangeKind>,
    } later { }
}

section! {
    /// `[config]`
    ConfigSection "[config]" {
        /// Who the process may run as: any, inherit (the base's text), non-root, or a user exactly as the
        /// config spells it.
        /// - default: `any`
        /// - example: `user = "non-root"`
        /// - code: `runs-as-root`, `config-changed`
        user: Option<String>,
        /// Whether the entrypoint must be the base's.
        /// - default: `any`
        /// - example: `entrypoint = "inherit"`
        /// - code: `config-changed`
        entrypoint: Option<EntrypointWord>,
        /// Variables, by exact name, that only the base may set.
        /// - default: none
        /// - example: `deny-env = ["LD_PRELOAD", "LD_LIBRARY_PATH"]`
        /// - code: `env-set`
        deny_env: Option<Vec<String>>,
    } later { }
}

section! {
    /// `[[exception]]`
    ExceptionSection "[[exception]]" {
        /// The code of the findings that pass: one about content or quality.
        /// - default: required
        /// - example: `code = "added-path"`
        /// - code: that code, without it
        code: Option<String>,
        /// The paths that pass, as a pattern.
        /// - default: all
        /// - example: `path = "usr/bin/curl"`
        /// - code: the code, at other paths
        path: Option<String>,
        /// The last day (UTC) that it holds.
        /// - default: required
        /// - example: `until = "2027-01-31"`
        /// - code: `exception-expired`
        until: Option<String>,
        /// Why it was granted.
        /// - default: required
        /// - example: `reason = "OPS-1234"`
        /// - code: none: it is for people
        reason: Option<String>,
    } later { }
}
