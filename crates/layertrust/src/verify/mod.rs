//! Stage 4: signature arithmetic, and the only place where something becomes [`Verified`].

mod check;
mod crypto;
mod identity;
mod key;
mod signed;
mod signers;
#[cfg(not(feature = "keyless"))]
#[path = "no_sigstore.rs"]
mod sigstore;
#[cfg(feature = "keyless")]
mod sigstore;
mod verified;

pub use crypto::KeyType;
pub(crate) use identity::{BUILD_CONFIG_URI, BUILD_SIGNER_URI, Identity, is_github};
pub use key::{KeyId, PublicKey};
pub(crate) use signed::{By, Content, Hashes, InclusionProof, LogEntry, Material, Message, Signed};
pub(crate) use signers::{Admits, KeyTerms, Signers};
#[cfg(feature = "keyless")]
pub use sigstore::TrustedRoot;
#[cfg(not(feature = "keyless"))]
pub(crate) use sigstore::TrustedRoot;
pub(crate) use verified::{Signer, SignerId, Verified, Who};

/// Makes signature arithmetic ready; `no-crypto-provider` if the library was built without any.
pub(crate) fn provider() -> crate::error::Result<&'static str> {
    let name = crypto::provider()?;
    sigstore::prepare();
    Ok(name)
}
