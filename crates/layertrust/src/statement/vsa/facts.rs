//! A verification summary as a report shows it.

use serde_json::{Value, json};

use crate::report::Facts;
use crate::statement::vsa::{FAILED, PASSED, Summary};

impl Summary {
    pub(crate) fn facts(&self) -> Facts {
        let texts = [
            ("verifier", Some(self.verifier.clone())),
            ("verified", self.verified.map(|time| time.to_string())),
            ("resource", Some(self.resource.clone())),
            ("policy", Some(self.policy.clone())),
            ("result", Some(if self.has_passed { PASSED } else { FAILED }.to_owned())),
            ("slsa-version", self.slsa_version.clone()),
        ];
        let lists = [
            ("verifier-version", (!self.version.is_empty()).then(|| json!(self.version))),
            ("policy-digest", (!self.policy_digest.is_empty()).then(|| json!(self.policy_digest))),
            ("levels", Some(json!(self.levels))),
            ("dependency-levels", self.dependency_levels.as_ref().map(|levels| json!(levels))),
            ("input-attestations", self.inputs.map(Value::from)),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text?))));
        let lists = lists.into_iter().filter_map(|(name, value)| Some((name, value?)));
        texts.chain(lists).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
