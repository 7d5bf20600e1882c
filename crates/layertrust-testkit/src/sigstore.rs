//! A Sigstore made from code: certificate authority, logs, timestamp authority, and what they produce.
//!
//! Everything is derived from a label and from times that are arguments. Nothing is checked and every part
//! can be replaced, so that a test can break one thing and leave the others sound.

pub mod authority;
pub mod ct;
pub mod der;
pub mod identity;
pub mod pem;
pub mod time;
pub mod x509;

pub use authority::{Authority, AuthorityOptions, LeafOptions};
pub use ct::{CtLog, Sct};
pub use identity::{Identity, San};
pub use time::{Time, Validity, Window};
