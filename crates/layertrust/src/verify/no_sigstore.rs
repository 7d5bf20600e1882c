//! A build without the feature `keyless`: there are no roots, so no certificate can verify, and log entries
//! and timestamps beside a key's signature are not read.

use jiff::Timestamp;

use crate::error::Result;
use crate::verify::check::Witness;
use crate::verify::identity::Identity;
use crate::verify::key::PublicKey;
use crate::verify::signed::{Material, Signed};

pub(crate) fn prepare() {}

/// Nothing can be one.
#[derive(Debug, Clone)]
pub(crate) enum TrustedRoot {}

impl TrustedRoot {
    pub(crate) fn builtin(_: &str) -> Option<Self> {
        None
    }

    pub(crate) fn claimed_identity(_: &[u8]) -> Option<Identity> {
        None
    }

    pub(crate) fn digest(&self) -> String {
        match *self {}
    }

    pub(crate) fn as_of(&self) -> Option<&'static str> {
        match *self {}
    }

    pub(crate) fn requires_sct(&self) -> bool {
        match *self {}
    }

    pub(crate) fn requires_tlog(&self) -> bool {
        match *self {}
    }

    pub(crate) fn certificate(
        &self,
        _: &Signed<'_>,
        _: (&[u8], &[Vec<u8>]),
        _: &Material,
        _: Timestamp,
    ) -> Result<(Identity, Witness)> {
        match *self {}
    }

    pub(crate) fn key(&self, _: &Signed<'_>, _: &PublicKey, _: &Material, _: Timestamp) -> Result<Witness> {
        match *self {}
    }
}
