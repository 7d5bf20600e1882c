//! What a report says about a file and its bundle.

use serde::{Deserialize, Serialize};

use crate::report::{Now, RootFact, SignerFact, Tool};

/// The schema of [`BlobReport`].
pub const BLOB_SCHEMA: &str = "layertrust.blob/v1";

/// What was verified about a file. Carries no proof: whoever needs one verifies again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlobReport {
    /// [`BLOB_SCHEMA`].
    pub schema: String,
    /// The program that wrote this.
    pub tool: Tool,
    /// The time after which nothing can have been signed.
    pub now: Now,
    /// Whose certificates, logs and timestamps counted.
    pub root: RootFact,
    /// Who signed.
    pub signer: SignerFact,
    /// Proved times of signing, UTC.
    pub times: Vec<String>,
    /// What was verified.
    pub checks: Vec<String>,
    /// Timestamps by authorities outside the root.
    pub timestamps_ignored: usize,
    /// The signed predicate type, of an attestation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate_type: Option<String>,
}
