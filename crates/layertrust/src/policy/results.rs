//! What a rule asks of Docker's certificates and scores besides their signer.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::{AttestationRule, AttestationType};

/// The status of a module in force, as Docker writes it.
const ACTIVE: &str = "active";

/// Each part asks what its documentation calls the default where it is not set.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResultRule {
    /// What the status of a cryptographic module may be.
    statuses: Option<Vec<String>>,
    /// The day that a module's certificate must outlast.
    pub(crate) sunset_after: Option<Date>,
    /// Percent that every profile of a hardening guide must reach.
    pub(crate) minimum_score: Option<u8>,
}

impl ResultRule {
    pub(crate) fn statuses(&self) -> Vec<&str> {
        match &self.statuses {
            Some(statuses) => statuses.iter().map(String::as_str).collect(),
            None => vec![ACTIVE],
        }
    }

    /// Every part that was set, by the policy's words.
    pub(crate) fn summary(&self) -> Map<String, Value> {
        let parts = [
            ("status", self.statuses.as_ref().map(|statuses| Value::from(statuses.as_slice()))),
            ("sunset-after", self.sunset_after.map(|day| Value::from(day.to_string()))),
            ("minimum-score", self.minimum_score.map(Value::from)),
        ];
        parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

impl AttestationRule {
    /// What the status of every cryptographic module may be, in any letter case; `active` by default.
    ///
    /// # Errors
    /// `policy-invalid` for no status or an empty one, or if the kind is not [`AttestationType::DhiFips`].
    pub fn status<S: Into<String>>(self, statuses: impl IntoIterator<Item = S>) -> Result<Self> {
        let statuses: Vec<String> = statuses.into_iter().map(Into::into).collect();
        if statuses.is_empty() || statuses.iter().any(|status| status.trim().is_empty()) {
            return Err(Error::new(Code::PolicyInvalid, "status")
                .expected("at least one status, none of them empty")
                .found(format!("{statuses:?}")));
        }
        self.asks_of(AttestationType::DhiFips, "status", |rule| rule.statuses = Some(statuses))
    }

    /// The day, `2027-01-01`, that the certificate of every cryptographic module must outlast, and today too. By
    /// default it is today, and a certificate that names no day is fine; with a day it must name one.
    ///
    /// # Errors
    /// `policy-invalid` for what is no day, or if the kind is not [`AttestationType::DhiFips`].
    pub fn sunset_after(self, day: &str) -> Result<Self> {
        let parsed = day.parse().map_err(|_| {
            Error::new(Code::PolicyInvalid, "sunset-after")
                .expected("a day such as \"2027-01-01\"")
                .found(format!("{day:?}"))
        })?;
        self.asks_of(AttestationType::DhiFips, "sunset-after", |rule| rule.sunset_after = Some(parsed))
    }

    /// Percent that every profile of a hardening guide must reach; any by default.
    ///
    /// # Errors
    /// `policy-invalid` for more than 100, or if the kind is not [`AttestationType::DhiStig`].
    pub fn minimum_score(self, percent: u8) -> Result<Self> {
        if percent > 100 {
            return Err(Error::new(Code::PolicyInvalid, "minimum-score")
                .expected("at most 100 percent")
                .found(percent));
        }
        self.asks_of(AttestationType::DhiStig, "minimum-score", |rule| rule.minimum_score = Some(percent))
    }

    fn asks_of(
        mut self,
        kind: AttestationType,
        key: &str,
        change: impl FnOnce(&mut ResultRule),
    ) -> Result<Self> {
        if self.kind != kind {
            return Err(Error::new(Code::PolicyInvalid, format!("{key} of type {}", self.kind.name()))
                .expected(format!("type {}, which alone has one", kind.name()))
                .found(format!("type {}", self.kind.name())));
        }
        change(&mut self.results);
        Ok(self)
    }
}
