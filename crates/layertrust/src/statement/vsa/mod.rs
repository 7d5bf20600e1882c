//! SLSA verification summaries, v1 (1.0 to 1.2). Everything in one is its verifier's word.

mod facts;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::Node;
use crate::limits::SUMMARY_LEVELS;

const WHAT: &str = "verification summary";
/// The word for "the policy was not met", as a result and as a level.
pub(crate) const FAILED: &str = "FAILED";
/// The result of an artifact that met the policy.
pub(crate) const PASSED: &str = "PASSED";

/// What a verification summary says.
#[derive(Debug)]
pub(crate) struct Summary {
    /// Who verified.
    pub(crate) verifier: String,
    /// The versions of what it verified with.
    version: BTreeMap<String, String>,
    /// When; specified as optional since 1.1.
    pub(crate) verified: Option<Timestamp>,
    /// What the subject was verified as, mostly where it is fetched from.
    pub(crate) resource: String,
    policy: String,
    policy_digest: BTreeMap<String, String>,
    pub(crate) has_passed: bool,
    pub(crate) levels: Vec<String>,
    /// How many dependencies have each level; none: nothing is said of them.
    dependency_levels: Option<BTreeMap<String, u64>>,
    /// How many attestations it rests on; none: nothing is said of them.
    inputs: Option<usize>,
    slsa_version: Option<String>,
}

impl Summary {
    /// <https://slsa.dev/spec/v1.2/verification_summary>; 1.0 to 1.2 share the type.
    pub(crate) fn v1(predicate: &Node<'_>) -> Result<Self> {
        let at = |path: &[&str]| path.iter().try_fold(predicate, |node, key| node.get(key));
        // 1. What must be there.
        let verifier = text(at(&["verifier", "id"]), "verifier.id")?;
        let resource = text(at(&["resourceUri"]), "resourceUri")?;
        let policy = text(at(&["policy", "uri"]), "policy.uri")?;
        let result = text(at(&["verificationResult"]), "verificationResult")?;
        let levels = array(at(&["verifiedLevels"]), "verifiedLevels")?;
        let (Some(verifier), Some(resource), Some(policy), Some(result), Some(levels)) =
            (&verifier, &resource, &policy, &result, levels)
        else {
            let missing = [
                ("verifier.id", verifier.is_none()),
                ("resourceUri", resource.is_none()),
                ("policy.uri", policy.is_none()),
                ("verificationResult", result.is_none()),
                ("verifiedLevels", levels.is_none()),
            ];
            let names: Vec<&str> =
                missing.iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| *name).collect();
            return Err(invalid(&format!("the fields {}", names.join(", "))).found("none, or empty ones"));
        };
        // 2. The result, and levels that do not contradict it or each other.
        let has_passed = match result.as_str() {
            PASSED => true,
            FAILED => false,
            other => return Err(invalid("verificationResult PASSED or FAILED").found(format!("{other:?}"))),
        };
        let levels = words(levels)?;
        if has_passed && levels.is_empty() {
            return Err(invalid("a word in verifiedLevels that says what was passed")
                .found("none")
                .hint("A verifier that evaluates no level writes SLSA_BUILD_LEVEL_UNEVALUATED or a word of its own."));
        }
        if has_passed && levels.iter().any(|level| level == FAILED) {
            return Err(invalid("one result").found("verificationResult PASSED with the level FAILED"));
        }
        one_level_a_track(&levels)?;
        // 3. What may be there.
        let version =
            map(at(&["verifier", "version"]), "verifier.version", |node| node.as_str().map(str::to_owned))?;
        let digest =
            map(at(&["policy", "digest"]), "policy.digest", |node| node.as_str().map(str::to_owned))?;
        let inputs = array(at(&["inputAttestations"]), "inputAttestations")?;
        if !inputs.unwrap_or_default().iter().all(|input| matches!(input, Node::Object(_))) {
            return Err(invalid("objects in inputAttestations").found("something else"));
        }
        Ok(Summary {
            verifier: verifier.clone(),
            version: version.unwrap_or_default(),
            verified: time(at(&["timeVerified"]))?,
            resource: resource.clone(),
            policy: policy.clone(),
            policy_digest: digest.unwrap_or_default(),
            has_passed,
            levels,
            dependency_levels: map(at(&["dependencyLevels"]), "dependencyLevels", |node| match node {
                Node::Integer(count) => Some(*count),
                _ => None,
            })?,
            inputs: inputs.map(<[_]>::len),
            slsa_version: text(at(&["slsaVersion"]), "slsaVersion")?,
        })
    }

    /// Whether the subject was verified at this level. A level of a track implies those below it; any other
    /// word is itself alone.
    pub(crate) fn has_level(&self, wanted: &str) -> bool {
        let implies = |level: &String| match (Level::of(level), Level::of(wanted)) {
            (Some(level), Some(wanted)) => level.track == wanted.track && level.number >= wanted.number,
            _ => false,
        };
        self.levels.iter().any(|level| level == wanted || implies(level))
    }

    /// Whether it was verified by the policy with this digest.
    pub(crate) fn is_by_policy(&self, digest: &Digest) -> bool {
        self.policy_digest.get(digest.algorithm().name()).is_some_and(|hex| *hex == digest.hex())
    }

    /// The policy as a message shows it.
    pub(crate) fn describe_policy(&self) -> String {
        let digests = self.policy_digest.iter().map(|(algorithm, hex)| format!("{algorithm}:{hex}"));
        match digests.collect::<Vec<_>>() {
            none if none.is_empty() => format!("{:?} without a digest", self.policy),
            digests => digests.join(" "),
        }
    }
}

/// `SLSA_<TRACK>_LEVEL_<N>`.
struct Level<'w> {
    track: &'w str,
    number: u32,
}

impl<'w> Level<'w> {
    /// None for any other word, `…_LEVEL_UNEVALUATED` and numbers in another spelling among them.
    fn of(word: &'w str) -> Option<Self> {
        let (track, number) = of_track(word)?;
        let is_plain =
            number.bytes().all(|byte| byte.is_ascii_digit()) && (number == "0" || !number.starts_with('0'));
        is_plain.then_some(Level { track, number: number.parse().ok()? })
    }
}

/// A track, and what is said of it: a number, or `UNEVALUATED`.
fn of_track(word: &str) -> Option<(&str, &str)> {
    word.strip_prefix("SLSA_")?.rsplit_once("_LEVEL_").filter(|(track, _)| !track.is_empty())
}

/// "Users MUST NOT include more than one level per SLSA track": readers would disagree about which counts.
fn one_level_a_track(levels: &[String]) -> Result<()> {
    let mut tracks = BTreeMap::new();
    for (track, level) in levels.iter().filter_map(|word| of_track(word)) {
        if let Some(other) = tracks.insert(track, level).filter(|other| *other != level) {
            return Err(invalid("one level of each track in verifiedLevels")
                .found(format!("{other} and {level} of {track}")));
        }
    }
    Ok(())
}

fn invalid(expected: &str) -> Error {
    Error::new(Code::PredicateInvalid, WHAT).expected(expected)
}

/// Text that says something. Null is none, as Go's reader treats it.
fn text(node: Option<&Node<'_>>, name: &str) -> Result<Option<String>> {
    match node {
        None | Some(Node::Null) => Ok(None),
        Some(Node::String(text)) => Ok(Some(text.to_string()).filter(|text| !text.is_empty())),
        Some(_) => Err(invalid(&format!("{name} to be a string")).found("something else")),
    }
}

fn time(node: Option<&Node<'_>>) -> Result<Option<Timestamp>> {
    text(node, "timeVerified")?
        .map(|text| {
            text.parse().map_err(|_| invalid("an RFC 3339 time in timeVerified").found(format!("{text:?}")))
        })
        .transpose()
}

fn array<'n, 'a>(node: Option<&'n Node<'a>>, name: &str) -> Result<Option<&'n [Node<'a>]>> {
    match node {
        None | Some(Node::Null) => Ok(None),
        Some(Node::Array(items)) => Ok(Some(items)),
        Some(_) => Err(invalid(&format!("{name} to be an array")).found("something else")),
    }
}

fn words(items: &[Node<'_>]) -> Result<Vec<String>> {
    bounded(items.len(), "verifiedLevels")?;
    let word = |item: &Node<'_>| match item.as_str() {
        Some(word) if !word.is_empty() => Ok(word.to_owned()),
        _ => Err(invalid("words in verifiedLevels").found("something else, or an empty one")),
    };
    items.iter().map(word).collect()
}

fn map<T>(
    node: Option<&Node<'_>>,
    name: &str,
    value: impl Fn(&Node<'_>) -> Option<T>,
) -> Result<Option<BTreeMap<String, T>>> {
    let members = match node {
        None | Some(Node::Null) => return Ok(None),
        Some(Node::Object(members)) => members,
        Some(_) => return Err(invalid(&format!("{name} to be an object")).found("something else")),
    };
    bounded(members.len(), name)?;
    let member = |(key, node): &(std::borrow::Cow<'_, str>, Node<'_>)| match value(node) {
        Some(value) => Ok((key.to_string(), value)),
        None => Err(invalid(&format!("another value in {name}")).found(format!("that of {key:?}"))),
    };
    members.iter().map(member).collect::<Result<_>>().map(Some)
}

fn bounded(found: usize, name: &str) -> Result<()> {
    if found <= SUMMARY_LEVELS {
        return Ok(());
    }
    Err(Error::new(Code::LimitExceeded, format!("{WHAT}: {name}"))
        .expected(format!("at most {SUMMARY_LEVELS}"))
        .found(found)
        .hint("No verifier writes so many; ask for a summary of this image alone."))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod upstream_tests;
