//! A Sigstore made from code: certificate authority, logs, timestamp authority, and what they produce.
//!
//! Everything is derived from a label and from times that are arguments. Nothing is checked and every part
//! can be replaced, so that a test can break one thing and leave the others sound.

pub mod authority;
pub mod body;
pub mod checkpoint;
pub mod ct;
pub mod der;
pub mod entry;
pub mod identity;
pub mod merkle;
pub mod pem;
pub mod rekor;
pub mod signer;
pub mod time;
pub mod timestamp;
pub mod tsa;
pub mod x509;

pub use authority::{Authority, AuthorityOptions, LeafOptions};
pub use body::Body;
pub use ct::{CtLog, Sct};
pub use entry::{Entry, Proof};
pub use identity::{Identity, San};
pub use rekor::{RekorV1, RekorV2};
pub use signer::{Form, Signed, Signer};
pub use time::{Time, Validity, Window};
pub use timestamp::TokenOptions;
pub use tsa::{Tsa, TsaOptions};
