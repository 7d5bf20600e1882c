//! Words of the report as numbers. 0 is "nothing" in each, and never a good answer.

use std::ffi::CStr;

use layertrust_core::report::{OwnerKind, Proof, Severity, Verdict};

/// Yes, no, or could not answer.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum layertrust_verdict {
    /// Nothing was judged.
    LAYERTRUST_VERDICT_NONE = 0,
    /// No error finding.
    LAYERTRUST_VERDICT_ACCEPTED = 1,
    /// At least one error finding.
    LAYERTRUST_VERDICT_REJECTED = 2,
    /// Something could not be looked at, and nothing seen decides the question.
    LAYERTRUST_VERDICT_UNKNOWN = 3,
}

/// Who owns a run of layers, or the configuration.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum layertrust_owner {
    /// There is no such layer.
    LAYERTRUST_OWNER_NONE = 0,
    /// The vendor's catalog product.
    LAYERTRUST_OWNER_VENDOR = 1,
    /// Built by the vendor for an organization, which chose the content.
    LAYERTRUST_OWNER_VENDOR_CUSTOMIZATION = 2,
    /// Another image between the vendor's and this one.
    LAYERTRUST_OWNER_INTERMEDIATE = 3,
    /// The organization that signed the image.
    LAYERTRUST_OWNER_ORG = 4,
    /// Nobody who is allowed to.
    LAYERTRUST_OWNER_UNATTRIBUTED = 5,
}

/// How the equality of a layer with the base's is known.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum layertrust_proof {
    /// Not, or refuted; or there is no such layer.
    LAYERTRUST_PROOF_NONE = 0,
    /// The configs list the same diff ID; nobody opened the blob.
    LAYERTRUST_PROOF_CLAIMED = 1,
    /// The image's blob was opened and hashes to the diff ID.
    LAYERTRUST_PROOF_RECOMPUTED = 2,
    /// The very same blob.
    LAYERTRUST_PROOF_SAME_BLOB = 3,
}

/// How much a finding weighs. Only errors decide a verdict.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum layertrust_severity {
    /// There is no such finding.
    LAYERTRUST_SEVERITY_NONE = 0,
    /// The image is rejected.
    LAYERTRUST_SEVERITY_ERROR = 1,
    /// Worth a look; changes no verdict.
    LAYERTRUST_SEVERITY_WARNING = 2,
    /// A fact worth naming.
    LAYERTRUST_SEVERITY_INFO = 3,
}

pub(crate) const VERDICTS: [&CStr; 4] = [c"none", c"accepted", c"rejected", c"unknown"];
pub(crate) const OWNERS: [&CStr; 6] =
    [c"none", c"vendor", c"vendor-customization", c"intermediate", c"org", c"unattributed"];
pub(crate) const PROOFS: [&CStr; 4] = [c"none", c"claimed", c"recomputed", c"same-blob"];
pub(crate) const SEVERITIES: [&CStr; 4] = [c"none", c"error", c"warning", c"info"];

impl From<Verdict> for layertrust_verdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::LAYERTRUST_VERDICT_ACCEPTED,
            Verdict::Rejected => Self::LAYERTRUST_VERDICT_REJECTED,
            Verdict::Unknown => Self::LAYERTRUST_VERDICT_UNKNOWN,
        }
    }
}

impl From<OwnerKind> for layertrust_owner {
    fn from(owner: OwnerKind) -> Self {
        match owner {
            OwnerKind::Vendor => Self::LAYERTRUST_OWNER_VENDOR,
            OwnerKind::VendorCustomization => Self::LAYERTRUST_OWNER_VENDOR_CUSTOMIZATION,
            OwnerKind::Intermediate => Self::LAYERTRUST_OWNER_INTERMEDIATE,
            OwnerKind::Org => Self::LAYERTRUST_OWNER_ORG,
            OwnerKind::Unattributed => Self::LAYERTRUST_OWNER_UNATTRIBUTED,
        }
    }
}

impl From<Proof> for layertrust_proof {
    fn from(proof: Proof) -> Self {
        match proof {
            Proof::None => Self::LAYERTRUST_PROOF_NONE,
            Proof::Claimed => Self::LAYERTRUST_PROOF_CLAIMED,
            Proof::Recomputed => Self::LAYERTRUST_PROOF_RECOMPUTED,
            Proof::SameBlob => Self::LAYERTRUST_PROOF_SAME_BLOB,
        }
    }
}

impl From<Severity> for layertrust_severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::LAYERTRUST_SEVERITY_ERROR,
            Severity::Warning => Self::LAYERTRUST_SEVERITY_WARNING,
            Severity::Info => Self::LAYERTRUST_SEVERITY_INFO,
        }
    }
}
