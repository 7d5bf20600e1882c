//! How old something may be.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::code::Code;
use crate::error::{Error, Result};

/// The greatest age that a policy lets pass, in whole hours. A policy file spells it `12h`, `180d` or `2w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxAge {
    hours: u32,
}

impl MaxAge {
    /// So many hours.
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        MaxAge { hours }
    }

    /// So many days of 24 hours.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        MaxAge { hours: days.saturating_mul(24) }
    }

    pub(crate) fn is_exceeded(self, made: Timestamp, now: Timestamp) -> bool {
        now.duration_since(made) > SignedDuration::from_hours(i64::from(self.hours))
    }

    /// Nothing is younger than no hours, so that such a rule is a mistake.
    pub(crate) fn check(self, place: &str) -> Result<()> {
        if self.hours == 0 {
            return Err(Error::new(Code::PolicyInvalid, place).expected("at least one hour").found("none"));
        }
        Ok(())
    }
}

impl FromStr for MaxAge {
    type Err = Error;

    /// A whole number without zeros in front, and one letter. Months and years have no fixed length.
    fn from_str(text: &str) -> Result<Self> {
        let hours = || {
            let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
            let unit = match unit {
                "h" => 1,
                "d" => 24,
                "w" => 7 * 24,
                _ => return None,
            };
            let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
            number.parse::<u32>().ok().filter(|_| is_plain)?.checked_mul(unit)
        };
        hours().map(MaxAge::hours).ok_or_else(|| {
            Error::new(Code::PolicyInvalid, "max-age")
                .expected("a whole number of hours, days or weeks, such as \"12h\", \"180d\" or \"2w\"")
                .found(format!("{text:?}"))
        })
    }
}

/// One spelling for each age, so that equal rules have equal summaries.
impl fmt::Display for MaxAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hours {
            hours if hours.is_multiple_of(24) => write!(f, "{}d", hours / 24),
            hours => write!(f, "{hours}h"),
        }
    }
}

#[cfg(test)]
mod tests;
