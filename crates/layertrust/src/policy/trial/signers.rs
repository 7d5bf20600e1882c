//! Which of the tried policy's signers the signers of a report are. The other policy's names mean nothing: keys are
//! recognized by their fingerprint, identities by issuer, name and claims.

use jiff::Timestamp;

use super::Trying;
use crate::policy::SignerRule;
use crate::report::{AttestationFact, RootFact, SignatureFact, SignerFact};
use crate::verify::TrustedRoot;

/// Yes, no, or it cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    No,
    Unclear,
    Yes,
}

impl Known {
    pub(super) fn any(all: impl IntoIterator<Item = Known>) -> Known {
        all.into_iter().max().unwrap_or(Known::No)
    }
}

/// A signature or attestation as a report has it.
#[derive(Clone, Copy)]
pub(super) struct Made<'f> {
    pub(super) signer: &'f SignerFact,
    pub(super) times: &'f [String],
    pub(super) checks: &'f [String],
    pub(super) subject_path: &'f [String],
}

impl<'f> From<&'f SignatureFact> for Made<'f> {
    fn from(one: &'f SignatureFact) -> Self {
        let SignatureFact { signer, times, checks, subject_path, .. } = one;
        Made { signer, times, checks, subject_path }
    }
}

impl<'f> From<&'f AttestationFact> for Made<'f> {
    fn from(one: &'f AttestationFact) -> Self {
        let AttestationFact { signer, times, checks, subject_path, .. } = one;
        Made { signer, times, checks, subject_path }
    }
}

impl Made<'_> {
    /// The first proved time of the signature.
    pub(super) fn signed(&self) -> Option<Timestamp> {
        self.times.first().and_then(|time| time.parse().ok())
    }

    fn checked(&self, check: &str) -> bool {
        self.checks.iter().any(|one| one == check)
    }
}

impl Trying<'_> {
    /// Whether one of these signers of the policy made it.
    pub(super) fn is_by(&self, names: &[String], made: Made<'_>) -> Known {
        Known::any(names.iter().map(|name| self.is_signer(name, made)))
    }

    /// Whether this signer of the policy made it.
    pub(super) fn is_signer(&self, name: &str, made: Made<'_>) -> Known {
        let Some(rule) = self.policy.signers.get(name) else { return Known::No };
        if !rule.is_named_by(made.signer).unwrap_or(false) {
            // Several names of a certificate stand in a report as one text.
            let several = made.signer.identity.as_ref().is_some_and(|names| names.contains(", "));
            return if several && !rule.is_key() { Known::Unclear } else { Known::No };
        }
        let same_root = self.is_same_root(rule);
        let rooted = ["log-entry", "signed-entry-timestamp", "inclusion-proof", "timestamp"];
        let is_rooted = !rule.is_key() || rooted.iter().any(|check| made.checked(check));
        let (from, to) = rule.period();
        let is_bounded = from.is_some() || to.is_some() || rule.wants_log_entry();
        match (same_root, is_rooted || is_bounded) {
            // What a log or an authority proved, it proved under another root.
            (false, true) => Known::Unclear,
            (false, false) => Known::Yes,
            (true, _) => in_period(rule, made),
        }
    }

    /// Whether what the report's policy took for proved is proved under this signer's root.
    fn is_same_root(&self, rule: &SignerRule) -> bool {
        let name = rule.root_name();
        let builtin = || TrustedRoot::builtin(name);
        let root = self.policy.roots.get(name).cloned().or_else(builtin);
        let Some(own) = root.map(|root| RootFact::new(name, &root)) else { return false };
        let theirs = self.report.policy.as_ref().map(|policy| policy.roots.as_slice()).unwrap_or_default();
        let same = |one: &RootFact| one.digest == own.digest && one.not_checked == own.not_checked;
        !theirs.is_empty() && theirs.iter().all(same)
    }
}

/// Whether a key's signature has the time and the log entry that its signer must have.
fn in_period(rule: &SignerRule, made: Made<'_>) -> Known {
    if rule.wants_log_entry() && !made.checked("log-entry") {
        return Known::No;
    }
    let (from, to) = rule.period();
    if from.is_none() && to.is_none() {
        return Known::Yes;
    }
    let inside = |time: &String| {
        let time: Timestamp = time.parse().ok()?;
        Some(from.is_none_or(|from| from <= time) && to.is_none_or(|to| time <= to))
    };
    let inside: Vec<Option<bool>> = made.times.iter().map(inside).collect();
    if !inside.is_empty() && inside.iter().all(|one| *one == Some(true)) {
        Known::Yes
    } else if inside.iter().all(|one| *one == Some(false)) {
        Known::No
    } else {
        Known::Unclear
    }
}
