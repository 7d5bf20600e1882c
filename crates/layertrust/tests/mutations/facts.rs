//! The verified facts of a report, so that those of a mutant can be compared with those of the original.

use std::collections::BTreeMap;

use layertrust::report::{PlatformReport, Report};
use serde_json::{Value, json};

/// What a report says is verified. Left out is what nobody vouches for: candidates, what is unverified, and
/// how a piece of evidence was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    /// Owners, proofs, base and configuration of each platform.
    pub(crate) owners: Vec<String>,
    /// Signatures and attestations, each as often as it was found.
    pub(crate) evidence: BTreeMap<String, usize>,
}

impl Facts {
    /// The facts, with digests as they were called before the change.
    pub(crate) fn of(report: &Report, renamed: &BTreeMap<String, String>) -> Facts {
        let original = |value: &Value| {
            let text = value.to_string();
            renamed.iter().fold(text, |text, (old, new)| text.replace(new, old))
        };
        let mut facts = Facts { owners: Vec::new(), evidence: BTreeMap::new() };
        for platform in &report.platforms {
            facts.owners.push(original(&owners(platform)));
            let signatures = platform.signatures.iter().map(|one| json!(one));
            let attestations = platform.attestations.iter().map(|one| json!(one));
            for mut one in signatures.chain(attestations) {
                let members = one.as_object_mut().unwrap();
                // A different way to the same signed bytes is no different fact. Which of two equals a rule
                // took depends on the order of digests.
                members.remove("origin");
                members.remove("rule");
                members.insert("platform".to_owned(), json!(platform.platform));
                // Each time and each check is a fact of its own: a mutant may lose one, and gain none.
                let proved = ["times", "checks"].map(|name| members.remove(name));
                let whole = original(&one);
                for value in proved.iter().flatten().filter_map(Value::as_array).flatten() {
                    *facts.evidence.entry(format!("{whole} {value}")).or_default() += 1;
                }
                *facts.evidence.entry(whole).or_default() += 1;
            }
        }
        facts
    }

    /// Whether every signature and attestation here is also there, as often.
    pub(crate) fn claims_no_more_than(&self, other: &Facts) -> bool {
        self.evidence.iter().all(|(one, count)| other.evidence.get(one).is_some_and(|most| count <= most))
    }
}

/// Without the index of a segment, which says how its image was found; if somebody signed that index, the
/// subject path of the signature names it.
fn owners(platform: &PlatformReport) -> Value {
    let mut segments = json!(platform.segments);
    for segment in segments.as_array_mut().unwrap() {
        segment.as_object_mut().unwrap().remove("index");
        // In the order in which evidence was found, which nobody signs.
        segment["signers"].as_array_mut().unwrap().sort_by_key(Value::to_string);
    }
    json!({
        "platform": platform.platform,
        "digest": platform.digest,
        "signed_at": platform.signed_at,
        "segments": segments,
        "layers": platform.layers,
        "config": platform.config,
    })
}
