//! A whole deployment: authority, logs, timestamps, and the root that trusts them.

use super::authority::{Authority, AuthorityOptions, LeafOptions};
use super::ct::CtLog;
use super::identity::Identity;
use super::rekor::{RekorV1, RekorV2};
use super::signer::Signer;
use super::time::{Time, Validity};
use super::trust::{Chain, Log, TrustedRoot};
use super::tsa::{Tsa, TsaOptions};
use crate::json::Json;
use crate::key::TestKey;

/// How long a leaf certificate lives, in seconds.
pub const LEAF_LIFETIME: i64 = 600;

/// A deployment of Sigstore. Every part may be replaced before it signs.
#[derive(Clone)]
pub struct World {
    /// The name from which all keys are derived.
    pub label: String,
    /// The certificate authority.
    pub authority: Authority,
    /// The certificate transparency log.
    pub ct: CtLog,
    /// The first log.
    pub rekor: RekorV1,
    /// The log of the second kind.
    pub rekor2: RekorV2,
    /// The timestamp authority.
    pub tsa: Tsa,
}

impl World {
    /// How long the authorities of a world are valid when nothing else is asked for.
    pub fn validity() -> Validity {
        Validity::new("2021-01-01T00:00:00Z", "2051-01-01T00:00:00Z")
    }

    /// The world of that name: the same name gives the same keys and bytes.
    pub fn new(label: &str) -> Self {
        let validity = Self::validity();
        let start = validity.not_before;
        Self {
            label: label.to_owned(),
            authority: Authority::new(label, &AuthorityOptions::valid(validity)),
            ct: CtLog::new(label, start),
            rekor: RekorV1::new(label, start),
            rekor2: RekorV2::new(label, start),
            tsa: Tsa::new(label, &TsaOptions::valid(validity)),
        }
    }

    /// The root that trusts this world, to be changed.
    pub fn trust(&self) -> TrustedRoot {
        TrustedRoot {
            tlogs: vec![Log::from(&self.rekor), Log::from(&self.rekor2)],
            certificate_authorities: vec![Chain::from(&self.authority)],
            ctlogs: vec![Log::from(&self.ct)],
            timestamp_authorities: vec![Chain::from(&self.tsa)],
            ..TrustedRoot::empty()
        }
    }

    /// The root that trusts this world, as `trusted_root.json` holds it.
    pub fn trusted_root(&self) -> Json {
        self.trust().json()
    }

    /// A key with a sound certificate for ten minutes from `at`.
    pub fn signer(&self, identity: &Identity, at: Time) -> Signer {
        self.signer_with(identity, at, &LeafOptions::logged(&self.ct))
    }

    /// A key with a certificate of any soundness for ten minutes from `at`.
    pub fn signer_with(&self, identity: &Identity, at: Time, options: &LeafOptions) -> Signer {
        let key = TestKey::p256(&format!("sigstore {} key of {identity:?} at {}", self.label, at.0));
        let leaf = self.authority.issue(identity, &key.spki_der(), at, at.plus(LEAF_LIFETIME), options);
        Signer { key, certificates: [vec![leaf], self.authority.chain()].concat() }
    }
}
