//! What a report says about one platform.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::oci::Origin;
use crate::report::{AddedFact, ChangeFact, PackagesFact, RunsAs, Verdict};

/// One platform's image: who owns what, and by which proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlatformReport {
    /// `os/arch[/variant]`, from the config.
    pub platform: String,
    /// The platform manifest.
    pub digest: String,
    /// This platform's verdict; absent where only facts were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Whether the organization signed this manifest itself, or an index that contains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<SignedAt>,
    /// Runs of layers with one owner, bottom up. They partition the layers.
    pub segments: Vec<SegmentFact>,
    /// Every layer, bottom up.
    pub layers: Vec<LayerFact>,
    /// The owner of the configuration, and how it differs from the base's.
    pub config: ConfigFact,
    /// Every digest that something called the base, with what came of it.
    pub base_candidates: Vec<BaseCandidate>,
    /// Image signatures that verified under a signer of the policy.
    pub signatures: Vec<SignatureFact>,
    /// Attestations that verified under a signer of the policy.
    pub attestations: Vec<AttestationFact>,
    /// Everything else that was found.
    pub unverified: Vec<UnverifiedFact>,
    /// What upper layers did to the base's paths; absent if the layers were not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ChangeFact>>,
    /// What upper layers brought; absent if the layers were not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added: Option<AddedFact>,
    /// Packages by who vouches for their bytes; absent if the layers were not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<PackagesFact>,
}

/// Where the organization's signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SignedAt {
    /// On the platform manifest (and perhaps on an index too).
    Platform,
    /// Only on an index that contains it.
    Index,
}

/// Who owns a run of layers, or the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OwnerKind {
    /// The vendor's catalog product.
    Vendor,
    /// Built by the vendor for an organization, which chose the content.
    VendorCustomization,
    /// Another image between the vendor's and this one.
    Intermediate,
    /// The organization that signed the image.
    Org,
    /// Nobody who is allowed to.
    Unattributed,
}

/// How the equality of a layer with the base's is known. Only the last two make a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Not, or refuted.
    None,
    /// The configs list the same diff ID; nobody opened the blob.
    Claimed,
    /// The image's blob was opened and hashes to the diff ID.
    Recomputed,
    /// The very same blob.
    SameBlob,
}

/// A run of layers with one owner. Half-open: `[0, 5]` is five layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SegmentFact {
    /// Who owns them.
    pub owner: OwnerKind,
    /// The intermediate's name, or the organization a vendor built for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// From and to, to excluded.
    pub layers: [usize; 2],
    /// The platform manifest that was proved; for the organization, this image's own.
    pub image: String,
    /// The index through which it was found or signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// The chain ID of all layers below `to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain_id: Option<String>,
    /// The weakest proof among the layers.
    pub proof: Proof,
    /// The class of a vendor image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<VendorClass>,
    /// The repository that the vendor's signed data names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Further repositories that the same signed data names; mostly none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub further_repositories: Vec<String>,
    /// Who vouches.
    pub signers: Vec<SignerFact>,
    /// A proved time of signing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
}

/// What a vendor's signed data says an image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum VendorClass {
    /// The vendor's product, `dhi/X`.
    Catalog,
    /// Built by the vendor for an organization, `<org>/dhi-X`.
    Customization,
    /// Anything else; never admitted.
    Other,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignerFact {
    /// The signer's name in the policy.
    pub name: String,
    /// Key or certificate.
    pub kind: SignerKind,
    /// SHA-256 of the key's SubjectPublicKeyInfo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// The names in the certificate: a URI, an e-mail address or another name; mostly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The OpenID Connect issuer that the certificate names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What the authority says about the build, by the names of Fulcio's documentation.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub claims: BTreeMap<String, String>,
}

/// What a signer is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SignerKind {
    /// A public key.
    Key,
    /// A certificate that an authority issued to an identity.
    Certificate,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LayerFact {
    /// Counted from 0, bottom up.
    pub index: usize,
    /// Digest of the uncompressed tar, as the config claims it.
    pub diff_id: String,
    /// Digest of the blob.
    pub digest: String,
    /// Media type of the blob.
    pub media_type: String,
    /// Size of the blob in bytes.
    pub size: u64,
    /// Who owns it.
    pub owner: OwnerKind,
    /// The index of its segment.
    pub segment: usize,
    /// How its equality with the base's layer is known; for layers above the base, whether the signed
    /// manifest names this blob.
    pub proof: Proof,
    /// `true` if the blob was opened and hashes to the diff ID; absent if it was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff_id_checked: Option<bool>,
    /// What the config's history says about it: a claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_claim: Option<String>,
}

/// The configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfigFact {
    /// Who vouches for it: the vendor only if the platform manifest is the vendor's own.
    pub owner: OwnerKind,
    /// The user that the process starts as.
    #[serde(default)]
    pub runs_as: RunsAs,
    /// Every field that differs from the base's.
    pub changes: Vec<ConfigChange>,
    /// What became of the vendor's labels; absent if neither the base nor the image has any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vendor_labels: Option<VendorLabels>,
}

/// Labels in the vendor's namespace, by what became of the base's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorLabels {
    /// How many are as the base has them.
    pub kept: usize,
    /// Those with another value.
    pub changed: Vec<String>,
    /// Those of the base that are gone.
    pub removed: Vec<String>,
    /// Those that the base does not have; without a proved base all of them, because nothing shows that the
    /// image may bear them.
    pub added: Vec<String>,
}

/// A field of the configuration that differs from the base's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfigChange {
    /// `User`, `Env.NAME`, `Labels.NAME`, … as in the OCI config. A variable that is set twice has a list of values.
    pub field: String,
    /// The base's value; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<serde_json::Value>,
    /// The image's value; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<serde_json::Value>,
    /// Of a search path such as `Env.PATH`: entries that the base's does not have.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub added: Vec<String>,
    /// Of a search path: entries of the base's that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub removed: Vec<String>,
}

/// A digest that something called the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BaseCandidate {
    /// The platform manifest, or what could not be resolved to one.
    pub digest: String,
    /// Who named it.
    pub origin: CandidateOrigin,
    /// The weakest layer's proof; absent if it was not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Proof>,
    /// Whether an allowed signer, the vendor's or an intermediate's, vouches for it; absent if that was not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
    /// Whether the policy admits it; absent if that was not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<bool>,
    /// What came of it.
    pub outcome: CandidateOutcome,
}

/// Who named a base candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CandidateOrigin {
    /// Provenance that verified.
    Provenance,
    /// The caller, by `--base`.
    Caller,
    /// It lies in a source of evidence.
    Evidence,
    /// The image itself may be the vendor's own.
    Itself,
    /// Annotations or provenance that nobody we know signed.
    Unsigned,
}

/// What came of a base candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CandidateOutcome {
    /// It is the base.
    Base,
    /// It is an image between the base and this one.
    Intermediate,
    /// It is a base too, but a longer one (or an equal one, by a fixed order) was chosen.
    Shorter,
    /// Its layers are not proved to be the bottom of this image.
    NotPrefix,
    /// It is for another platform.
    OtherPlatform,
    /// No allowed signer vouches for it.
    Unsigned,
    /// The policy does not admit it.
    NotAllowed,
    /// The policy revokes it.
    Revoked,
    /// Its manifest or config is not there, or not readable.
    NotAtHand,
}

/// What a signature or attestation counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// For the base.
    Base,
    /// For an image between the base and the organization's.
    Intermediate,
    /// For the organization's image.
    Org,
}

/// An image signature that verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignatureFact {
    /// For the base, for an image between, or for the image.
    pub role: Role,
    /// The intermediate's name, for one of those.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub intermediate: Option<String>,
    /// The rule that it satisfied; absent if none used it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Its form.
    pub kind: SignatureKind,
    /// Who signed.
    pub signer: SignerFact,
    /// Signed digest → … → platform manifest; every step was read from checked bytes.
    pub subject_path: Vec<String>,
    /// Proved times of signing, UTC.
    pub times: Vec<String>,
    /// What was verified.
    pub checks: Vec<String>,
    /// How it was found.
    pub origin: Origin,
}

/// The form of an image signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SignatureKind {
    /// cosign's simple signing.
    SimpleSigning,
    /// A DSSE statement of cosign's image-signature type.
    Dsse,
}

/// An attestation that verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttestationFact {
    /// For the base, for an image between, or for the image.
    pub role: Role,
    /// The intermediate's name, for one of those.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub intermediate: Option<String>,
    /// The rule that it satisfied; absent if none used it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The signed predicate type.
    pub predicate_type: String,
    /// The policy's word for the type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who signed.
    pub signer: SignerFact,
    /// Signed digest → … → platform manifest.
    pub subject_path: Vec<String>,
    /// Proved times of signing, UTC.
    pub times: Vec<String>,
    /// What was verified.
    pub checks: Vec<String>,
    /// How it was found.
    pub origin: Origin,
    /// What the predicate says: its author's word.
    pub facts: BTreeMap<String, serde_json::Value>,
}

/// Something that was found and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnverifiedFact {
    /// Signature or attestation.
    pub what: UnverifiedKind,
    /// Why it proves nothing.
    pub code: Code,
    /// How it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The reason in words.
    pub reason: String,
}

/// What something unverified would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum UnverifiedKind {
    /// A signature.
    Signature,
    /// An attestation.
    Attestation,
}
