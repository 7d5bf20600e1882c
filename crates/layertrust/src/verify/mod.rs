//! Stage 4: signature arithmetic, and the only place where something becomes [`Verified`].

mod crypto;
mod key;
mod keyring;
mod verified;

pub(crate) use crypto::provider;
pub use key::{KeyAlgorithm, KeyId, PublicKey};
pub(crate) use keyring::{Hint, Keyring};
pub(crate) use verified::{Signer, Verified};
