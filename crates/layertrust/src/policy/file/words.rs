//! The words that keys of a policy file choose between, and sizes.

use serde::Deserialize;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:ident),* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub(super) enum $name { $($word),* }
    )*};
}

words! {
    /// `[roots.*] sct` and `tlog`
    Required { Required, None }
    /// `[signers.*] tlog`
    SignerTlog { Any, Required }
    /// `[base] min-proof`
    MinProof { Recomputed, SameBlob }
    /// `[base] end-of-life`
    EndOfLifeWord { Deny, Warn, Allow }
    /// `[config] entrypoint`
    EntrypointWord { Any, Inherit }
    /// `[org] layers`
    OrgLayers { Signed, Forbidden }
    /// `[org] require`
    OrgRequire { Derived, Always }
    /// `[org] signature`
    OrgSignatureWord { Image, Provenance }
    /// `[org] cover`
    CoverWord { Platform, Index }
}

/// A number, or a size such as `"200MiB"`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Limit {
    Number(u64),
    Size(String),
}
