//! `[base] revoked` and `[org] revoked`.

use super::RevokedSection;
use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::policy::{BaseRule, OrgRule};

pub(super) fn bases(rule: BaseRule, entries: &[RevokedSection]) -> Result<BaseRule> {
    entries.iter().try_fold(rule, |rule, entry| {
        entry.check_supported()?;
        let invalid = |found: &str| {
            Error::new(Code::PolicyInvalid, "[base] revoked")
                .expected("platform or chain-id, one of them in each entry")
                .found(found)
        };
        match (&entry.platform, &entry.chain_id) {
            (Some(platform), None) => Ok(rule.revoked_platform(digest(platform, "[base] revoked platform")?)),
            (None, Some(chain_id)) => Ok(rule.revoked_chain_id(digest(chain_id, "[base] revoked chain-id")?)),
            (None, None) => Err(invalid("neither")),
            (Some(_), Some(_)) => Err(invalid("both")),
        }
    })
}

pub(super) fn images(rule: OrgRule, entries: &[String]) -> Result<OrgRule> {
    entries.iter().try_fold(rule, |rule, entry| Ok(rule.revoked(digest(entry, "[org] revoked")?)))
}

pub(super) fn digest(text: &str, place: &str) -> Result<Digest> {
    text.parse().map_err(|_| {
        Error::new(Code::PolicyInvalid, place)
            .expected("a digest, sha256: and 64 lower-case hexadecimal digits")
            .found(format!("{text:?}"))
    })
}

#[cfg(test)]
mod tests;
