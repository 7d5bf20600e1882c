//! Stage 4: signature arithmetic, and the only place where something becomes [`Verified`].

mod crypto;
mod key;
mod keyring;
mod verified;

pub use crypto::KeyType;
pub(crate) use crypto::provider;
pub use key::{KeyId, PublicKey};
pub(crate) use keyring::{Hint, Keyring};
pub(crate) use verified::{Signer, Verified};
