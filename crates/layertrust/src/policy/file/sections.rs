//! The sections of a policy file and their keys, as TOML has them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words::{
    CoverWord, EndOfLifeWord, Limit, MinProof, OrgLayers, OrgRequire, OrgSignatureWord, Required, SignerTlog,
};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::report::Mode;

/// A key that a later version brings.
type Later = Option<toml::Value>;

/// A section. What is said of each key is the reference in docs/POLICY-KEYS.md and the description in the JSON
/// Schema: its meaning, then one line each of `default`, `example` (in backticks what may stand in the section) and
/// `code` (of the findings when it fails, or `none` and why).
macro_rules! section {
    ($(#[$doc:meta])* $name:ident $key:literal {
        $($(#[$about:meta])* $field:ident : $kind:ty,)*
    } later { $($later:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, Default)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        pub(in crate::policy::file) struct $name {
            $($(#[$about])* pub(in crate::policy::file) $field: $kind,)*
            $(#[cfg_attr(feature = "schema", schemars(skip))] $later: Later,)*
        }

        impl $name {
            /// Refuses what a later version brings, by name.
            pub(in crate::policy::file) fn check_supported(&self) -> Result<()> {
                let later: &[(&str, &Later)] = &[$((stringify!($later), &self.$later),)*];
                match later.iter().find(|(_, value)| value.is_some()) {
                    Some((name, _)) => Err(not_supported(&format!("{} {}", $key, name.replace('_', "-")))),
                    None => Ok(()),
                }
            }
        }
    };
}

section! {
    /// A policy file.
    File "" {
        /// The version of the format.
        /// - default: required
        /// - example: `version = 1`
        /// - code: none: another version is no policy
        version: Option<u64>,
        /// What reports call the policy.
        /// - default: `unnamed`
        /// - example: `name = "myorg-on-dhi"`
        /// - code: none: a name asks nothing
        name: Option<String>,
        /// Whether a rejection counts. `audit` gives the same verdict and findings, and exit status 0.
        /// - default: `enforce`
        /// - example: `mode = "audit"`
        /// - code: none: it changes no finding
        mode: Option<Mode>,
        roots: BTreeMap<String, RootSection>,
        signers: BTreeMap<String, SignerSection>,
        image: ImageSection,
        base: BaseSection,
        intermediate: Vec<IntermediateSection>,
        org: Option<OrgSection>,
        layers: Option<LayersSection>,
        config: Option<ConfigSection>,
        /// The built-in limits, lowered or raised: docs/LIMITS.md lists them.
        /// - default: docs/LIMITS.md
        /// - example: `limits = { layer-size = "8GiB" }`
        /// - code: `limit-exceeded`
        limits: BTreeMap<String, Limit>,
        exception: Vec<ExceptionSection>,
    } later { vulnerabilities, }
}

section! {
    /// `[signers.NAME]`
    SignerSection "[signers.*]" {
        /// Whose key signs: `docker-dhi` (Docker's, each active or not), one of these by its number, or a file
        /// in PEM or DER, relative to the policy. Not beside `issuer` and `identity`.
        /// - default: none
        /// - example: `key = "docker-dhi-2"`
        /// - code: `signature-invalid`, `signer-not-allowed`, `key-inactive`, `base-unsigned`
        key: Option<String>,
        /// Whose certificates, logs and timestamps count.
        /// - default: `sigstore-public-good`
        /// - example: `root = "github"`
        /// - code: `certificate-invalid`, `tlog-invalid`, `time-not-proved`
        root: Option<String>,
        /// The issuer in the certificate, exactly; of a private authority that names none, the distinguished
        /// name of who issued it.
        /// - default: none
        /// - example: `issuer = "https://accounts.google.com"`
        /// - code: `signer-not-allowed`
        issuer: Option<String>,
        /// A name in the certificate: a URI, an e-mail address or another name.
        /// - default: none
        /// - example: `identity = "https://github.com/myorg/*/.github/workflows/release.yml@refs/tags/*"`
        /// - code: `signer-not-allowed`
        identity: Option<String>,
        /// The repositories whose runs count. Never empty; needed with GitHub's issuer, because the identity
        /// names the workflow that was called.
        /// - default: any, but for GitHub's issuer
        /// - example: `source-repository = ["https://github.com/myorg/*"]`
        /// - code: `signer-not-allowed`
        source_repository: Option<Vec<String>>,
        /// The number of the repository's owner, exactly; a taken-over name has another.
        /// - default: any
        /// - example: `source-owner-id = "12345"`
        /// - code: `signer-not-allowed`
        source_owner_id: Option<String>,
        /// The ref that was built.
        /// - default: any
        /// - example: `source-ref = "refs/tags/*"`
        /// - code: `signer-not-allowed`
        source_ref: Option<String>,
        /// The workflow that was started, with its ref; not one that it called.
        /// - default: any
        /// - example: `workflow = "https://github.com/myorg/**@refs/tags/*"`
        /// - code: `signer-not-allowed`
        workflow: Option<String>,
        /// The environment of the run, exactly.
        /// - default: any
        /// - example: `runner = "github-hosted"`
        /// - code: `signer-not-allowed`
        runner: Option<String>,
        /// What started the run, exactly.
        /// - default: any
        /// - example: `trigger = "push"`
        /// - code: `signer-not-allowed`
        trigger: Option<String>,
        /// From when the key counts. A key with a period needs a proved time inside it.
        /// - default: none
        /// - example: `not-before = "2026-01-01T00:00:00Z"`
        /// - code: `key-inactive`, `time-not-proved`
        not_before: Option<String>,
        /// Until when the key counts.
        /// - default: none
        /// - example: `not-after = "2027-06-30T00:00:00Z"`
        /// - code: `key-inactive`, `time-not-proved`
        not_after: Option<String>,
        /// Whether the key's signature must be in a log of its root. An entry that is there must hold in any
        /// case.
        /// - default: `any`
        /// - example: `tlog = "required"`
        /// - code: `tlog-missing`
        tlog: Option<SignerTlog>,
    } later { }
}

section! {
    /// `[roots.NAME]`
    RootSection "[roots.*]" {
        /// A `trusted_root.json`, relative to the policy.
        /// - default: required
        /// - example: `file = "trusted_root.json"`
        /// - code: `certificate-invalid`, `tlog-invalid`
        file: Option<String>,
        /// Whether certificates must be known to a certificate log of the root.
        /// - default: `required`
        /// - example: `sct = "none"`
        /// - code: `certificate-invalid`
        sct: Option<Required>,
        /// Whether signatures by certificates must be in a log of the root.
        /// - default: `required`
        /// - example: `tlog = "none"`
        /// - code: `tlog-missing`, `time-not-proved`
        tlog: Option<Required>,
    } later { }
}

section! {
    /// `[image]`
    ImageSection "[image]" {
        /// Platforms that must all be there; with `--platform` only those asked for.
        /// - default: none
        /// - example: `platforms = ["linux/amd64", "linux/arm64"]`
        /// - code: `platform-missing`
        platforms: Vec<String>,
    } later { }
}

section! {
    /// `[base]`
    BaseSection "[base]" {
        /// Whether an image must stand on a vendor's.
        /// - default: `true`
        /// - example: `require = false`
        /// - code: `base-missing`, `base-not-proved`, `base-unavailable`
        require: Option<bool>,
        /// Who vouches for bases: one of these.
        /// - default: `["dhi"]`, Docker's keys
        /// - example: `signers = ["dhi"]`
        /// - code: `base-unsigned`
        signers: Option<Vec<String>>,
        /// The weakest proof that makes a base.
        /// - default: `recomputed`
        /// - example: `min-proof = "same-blob"`
        /// - code: `base-not-proved`
        min_proof: Option<MinProof>,
        /// Catalog names that the vendor's signed data gives; `dhi/pkg-*` never counts.
        /// - default: `["dhi/*"]`
        /// - example: `repositories = ["dhi/python", "dhi/node"]`
        /// - code: `base-not-allowed`
        repositories: Option<Vec<String>>,
        /// Organizations for which the vendor's own builds are admitted.
        /// - default: none
        /// - example: `accept-customizations = ["myorg"]`
        /// - code: `base-not-allowed`
        accept_customizations: Vec<String>,
        attestation: Vec<AttestationSection>,
        /// What the variant in the proved base's own config must be one of.
        /// - default: any
        /// - example: `variants = ["runtime"]`
        /// - code: `base-not-allowed`
        variants: Option<Vec<String>>,
        /// Words that must all be in the proved base's own config.
        /// - default: none
        /// - example: `compliance = ["fips", "stig"]`
        /// - code: `base-not-allowed`
        compliance: Option<Vec<String>>,
        /// What it comes to that the base's support has ended.
        /// - default: `warn`
        /// - example: `end-of-life = "deny"`
        /// - code: `base-end-of-life`; `rule-not-evaluated` without a readable day
        end_of_life: Option<EndOfLifeWord>,
        /// How long ago the base may have been finished: hours, days or weeks.
        /// - default: any age
        /// - example: `max-age = "180d"`
        /// - code: `base-too-old`, `time-not-proved`
        max_age: Option<String>,
        revoked: Vec<RevokedSection>,
    } later { outdated, }
}

section! {
    /// `[[intermediate]]`
    IntermediateSection "[[intermediate]]" {
        /// What reports call the layers of such an image by.
        /// - default: required
        /// - example: `name = "platform-team"`
        /// - code: none: a name asks nothing
        name: Option<String>,
        /// Whether every image must stand on one.
        /// - default: `false`
        /// - example: `require = true`
        /// - code: `base-missing`
        require: Option<bool>,
        /// Who vouches for such images: one of these.
        /// - default: required
        /// - example: `signers = ["platform"]`
        /// - code: `base-missing`, where one is required
        signers: Vec<String>,
        /// What all names in the signed data must match, of which there must be one.
        /// - default: any, or none
        /// - example: `references = ["registry.example.com/platform/**"]`
        /// - code: `base-missing`, where one is required
        references: Option<Vec<String>>,
        attestation: Vec<AttestationSection>,
    } later { }
}

section! {
    /// `[org]`
    OrgSection "[org]" {
        /// Whether there may be layers above the vendor's. `forbidden` goes without signers.
        /// - default: `signed`
        /// - example: `layers = "signed"`
        /// - code: `layer-unattributed`, `config-unattributed`
        layers: Option<OrgLayers>,
        /// Whether an untouched vendor image needs the organization's signature, too.
        /// - default: `derived`
        /// - example: `require = "always"`
        /// - code: `signature-missing`
        require: Option<OrgRequire>,
        /// What counts as the signature; with `provenance` verified SLSA provenance does as well.
        /// - default: `image`
        /// - example: `signature = "provenance"`
        /// - code: `signature-missing`, `signer-not-allowed`
        signature: Option<OrgSignatureWord>,
        /// What must be signed: the platform manifest or an index above it, or the index itself.
        /// - default: `platform`
        /// - example: `cover = "index"`
        /// - code: `signature-missing`
        cover: Option<CoverWord>,
        /// Who may sign: any of these.
        /// - default: required, or `require-all`
        /// - example: `signers = ["ci", "qa"]`
        /// - code: `signature-missing`, `signature-invalid`, `signer-not-allowed`
        signers: Vec<String>,
        /// Who must all have signed.
        /// - default: none
        /// - example: `require-all = ["ci", "qa"]`
        /// - code: `signature-missing`
        require_all: Vec<String>,
        /// How many of `signers` must have signed, by distinct keys and identities.
        /// - default: `1`
        /// - example: `threshold = 1`
        /// - code: `signature-missing`
        threshold: Option<usize>,
        /// A name in what the organization signed, or `--as`, must match.
        /// - default: any
        /// - example: `references = ["registry.example.com/orders/**"]`
        /// - code: `image-not-allowed`
        references: Vec<String>,
        /// What a signature must state to count, as `cosign sign -a` notes it.
        /// - default: none
        /// - example: `annotations = { env = "production" }`
        /// - code: `signature-missing`
        annotations: BTreeMap<String, String>,
        attestation: Vec<AttestationSection>,
        /// How long ago the image may have been finished: hours, days or weeks.
        /// - default: any age
        /// - example: `max-age = "30d"`
        /// - code: `image-too-old`, `time-not-proved`
        max_age: Option<String>,
        /// Platform manifests, or indexes through which they are reached, that may not run.
        /// - default: none
        /// - example: `revoked = ["sha256:0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"]`
        /// - code: `image-revoked`
        revoked: Vec<String>,
    } later { }
}

section! {
    /// An entry of `[base] revoked`: a platform manifest or a chain ID
    RevokedSection "[base] revoked" {
        /// A platform manifest, or an index of it, that nothing may stand on. Its manifest and config must be
        /// at hand.
        /// - default: none
        /// - example: `platform = "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"`
        /// - code: `base-revoked`
        platform: Option<String>,
        /// A chain ID that no image may have at its bottom.
        /// - default: none
        /// - example: `chain-id = "sha256:0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"`
        /// - code: `base-revoked`
        chain_id: Option<String>,
    } later { }
}

mod rules;

pub(in crate::policy::file) use rules::{AttestationSection, ConfigSection, ExceptionSection, LayersSection};

fn not_supported(what: &str) -> Error {
    Error::new(Code::PolicyInvalid, what.trim())
        .expected("a key of this version")
        .found("one that is not supported yet")
        .hint(
            "Remove it, or use a version that knows it; a rule that is not evaluated must not seem to hold.",
        )
}
