//! Scores of hardening guides, `https://docker.com/dhi/stig/v0.1`.

use serde_json::{Value, json};

use crate::error::Result;
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::{Part, array, parts};

const WHAT: &str = "STIG";

/// The profiles that the image was held against.
#[derive(Debug)]
pub(crate) struct Stig {
    pub(crate) profiles: Vec<Profile>,
}

#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    score: f64,
    maximum: f64,
}

impl Stig {
    /// An array, as Docker's policy `stig-scan-score` reads it.
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        let profiles = parts(array(predicate, WHAT)?, WHAT)?;
        Ok(Stig { profiles: profiles.iter().map(Profile::read).collect::<Result<_>>()? })
    }

    pub(crate) fn facts(&self) -> Facts {
        let score = |profile: &Profile| json!({ "name": profile.name, "score": profile.shown() });
        super::facts([("profiles", self.profiles.iter().map(score).collect())])
    }
}

impl Profile {
    fn read(part: &Part<'_, '_>) -> Result<Self> {
        let summary = part.require_part("summary")?;
        let (score, maximum) = (number(&summary, "defaultScore")?, number(&summary, "maxDefaultScore")?);
        if maximum <= 0.0 {
            return Err(summary.invalid("maxDefaultScore", "more than 0").found(maximum));
        }
        if !(0.0..=maximum).contains(&score) {
            let expected = format!("between 0 and the maximum, {maximum}");
            return Err(summary.invalid("defaultScore", &expected).found(score));
        }
        Ok(Profile { name: part.require_text("name")?.to_owned(), score, maximum })
    }

    /// Its score, if that is below so many percent of what can be reached.
    pub(crate) fn below(&self, percent: u8) -> Option<Value> {
        (self.score * 100.0 < f64::from(percent) * self.maximum).then(|| self.shown())
    }

    /// Percent, cut off after two digits: rounding must not seem to reach what was not reached.
    fn shown(&self) -> Value {
        Value::from((self.score / self.maximum * 10_000.0).floor() / 100.0)
    }
}

#[allow(clippy::cast_precision_loss, reason = "scores are far below 2^53")]
fn number(part: &Part<'_, '_>, name: &str) -> Result<f64> {
    match part.get(name) {
        Some(Node::Integer(number)) => Ok(*number as f64),
        Some(Node::Number(number)) => Ok(*number),
        _ => Err(part.invalid(name, "a number")),
    }
}
