//! What SBOMs name and what layers hold, side by side.

use serde::{Deserialize, Serialize};

use crate::report::Role;

/// The verified SBOMs of one side, joined with the packages that the databases in the layers record. Information:
/// nothing is judged by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SbomsFact {
    /// Whose they are: the base's go with the packages of the base, the organization's with those of the layers
    /// above.
    pub role: Role,
    /// The name of an image between the base and this one, for its SBOMs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub intermediate: Option<String>,
    /// The SBOMs by signers whom the policy allows. What any of them names is named.
    pub documents: Vec<SbomFact>,
    /// Packages that the layers hold and an SBOM names.
    pub matched: u64,
    /// Packages that the layers hold and no SBOM names.
    pub not_in_sbom: PackageList,
    /// Packages that an SBOM names and no database in the layers records. Those of the base may stand in an SBOM of
    /// the organization.
    pub not_in_layers: PackageList,
    /// Packages of the SBOMs that no database could record: of other kinds than deb, apk, pypi and npm, or without a
    /// package URL that can be read.
    pub not_comparable: u64,
}

/// One SBOM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SbomFact {
    /// The document that carried it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// `spdx`, `cyclonedx` or `docker-scout`.
    pub format: String,
    /// The version of the format.
    pub version: String,
    /// Packages in it.
    pub packages: u64,
}

/// Packages by their package URLs, in canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackageList {
    /// How many there are.
    pub count: u64,
    /// The first thousand, in order.
    pub purls: Vec<String>,
}
