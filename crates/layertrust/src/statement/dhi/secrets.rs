//! Credentials that a scanner found, `https://scout.docker.com/secrets/v0.1`.

use serde_json::Value;

use crate::error::Result;
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::array;

/// How many were found. What one looks like is not public.
#[derive(Debug)]
pub(crate) struct Secrets {
    pub(crate) found: usize,
}

impl Secrets {
    /// An array, as Docker's policy `no-embedded-secrets` reads it: empty is clean.
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        Ok(Secrets { found: array(predicate, "secrets")?.len() })
    }

    pub(crate) fn facts(&self) -> Facts {
        super::facts([("clean", Value::from(self.found == 0)), ("found", Value::from(self.found))])
    }
}
