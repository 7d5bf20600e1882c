//! Rules about what the layers above the base did and brought, and about the configuration.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::{Flavor, Pattern};
use crate::report::{ChangeKind, SuspiciousClass};

/// What the layers above the base may do to the base's paths, and what they may bring.
#[derive(Debug, Clone, Default)]
pub struct LayersRule {
    pub(crate) deny: Option<BTreeSet<ChangeKind>>,
    pub(crate) allow: Vec<Allowed>,
    pub(crate) deny_added: Option<Vec<Pattern>>,
    pub(crate) deny_suspicious: Option<BTreeSet<SuspiciousClass>>,
    pub(crate) max_added_size: Option<u64>,
}

/// Changes that are fine although their kind is denied.
#[derive(Debug, Clone)]
pub(crate) struct Allowed {
    path: Pattern,
    kinds: BTreeSet<ChangeKind>,
}

impl LayersRule {
    /// Nothing is denied yet.
    #[must_use]
    pub fn new() -> Self {
        LayersRule::default()
    }

    /// The kinds of change that are denied.
    #[must_use]
    pub fn deny(mut self, kinds: impl IntoIterator<Item = ChangeKind>) -> Self {
        self.deny = Some(kinds.into_iter().collect());
        self
    }

    /// Lets changes of these kinds pass at the paths that match. A folder that was deleted or redirected is one
    /// change at its own path: to allow a path below it does not allow it.
    ///
    /// # Errors
    /// `policy-invalid` for an empty or wrong pattern, or without kinds.
    pub fn allow(mut self, path: &str, kinds: impl IntoIterator<Item = ChangeKind>) -> Result<Self> {
        let kinds: BTreeSet<ChangeKind> = kinds.into_iter().collect();
        if kinds.is_empty() {
            return Err(invalid(&format!("[layers] allow {path:?} kinds"), at_least_one(&ChangeKind::ALL)));
        }
        let path = Pattern::new(path, Flavor::Path).map_err(|error| error.about("[layers] allow"))?;
        self.allow.push(Allowed { path, kinds });
        Ok(self)
    }

    /// Paths that nobody may add, as patterns without a leading slash.
    ///
    /// # Errors
    /// `policy-invalid` for an empty or wrong pattern.
    pub fn deny_added<'p>(mut self, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let patterns = patterns.into_iter().map(|text| Pattern::new(text, Flavor::Path));
        let patterns: Result<_> = patterns.collect();
        self.deny_added = Some(patterns.map_err(|error| error.about("[layers] deny-added"))?);
        Ok(self)
    }

    /// The classes of suspicious paths that nobody may add.
    #[must_use]
    pub fn deny_suspicious(mut self, classes: impl IntoIterator<Item = SuspiciousClass>) -> Self {
        self.deny_suspicious = Some(classes.into_iter().collect());
        self
    }

    /// The most bytes of files that the layers above the base may add.
    #[must_use]
    pub fn max_added_size(mut self, bytes: u64) -> Self {
        self.max_added_size = Some(bytes);
        self
    }

    /// Whether an added path is denied by `deny-added`. For whoever walks the files: the list of all added paths
    /// is too long to keep. Folders are asked about as well; each path is matched as a whole.
    pub(crate) fn denies_added(&self, path: &str) -> bool {
        self.denied_by(path).is_some()
    }

    /// The pattern of `deny-added` that a path matches.
    pub(crate) fn denied_by(&self, path: &str) -> Option<&Pattern> {
        self.deny_added.iter().flatten().find(|pattern| pattern.matches(path))
    }

    pub(crate) fn denies(&self, kind: ChangeKind) -> bool {
        self.deny.as_ref().is_some_and(|kinds| kinds.contains(&kind))
    }

    pub(crate) fn allows(&self, path: &str, kind: ChangeKind) -> bool {
        self.allow.iter().any(|allowed| allowed.kinds.contains(&kind) && allowed.path.matches(path))
    }

    pub(crate) fn denies_suspicious(&self, class: SuspiciousClass) -> bool {
        self.deny_suspicious.as_ref().is_some_and(|classes| classes.contains(&class))
    }

    /// The keys that deny something, by their names in a policy file.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        [
            ("deny", self.deny.is_some()),
            ("deny-added", self.deny_added.is_some()),
            ("deny-suspicious", self.deny_suspicious.is_some()),
            ("max-added-size", self.max_added_size.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, used)| used.then_some(name))
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.deny.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(invalid("[layers] deny", at_least_one(&ChangeKind::ALL)));
        }
        if self.deny_added.as_ref().is_some_and(Vec::is_empty) {
            return Err(invalid("[layers] deny-added", "at least one pattern"));
        }
        if self.deny_suspicious.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(invalid("[layers] deny-suspicious", at_least_one(SuspiciousClass::ALL)));
        }
        Ok(())
    }

    pub(crate) fn summary(&self) -> Value {
        let kinds = |kinds: &BTreeSet<ChangeKind>| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>();
        let allow = self
            .allow
            .iter()
            .map(|allowed| json!({ "path": allowed.path.as_str(), "kinds": kinds(&allowed.kinds) }));
        let classes = self.deny_suspicious.iter().flatten().map(|class| class.name());
        let mut summary = json!({
            "deny": self.deny.as_ref().map(kinds).unwrap_or_default(),
            "allow": allow.collect::<Vec<_>>(),
            "deny-added": self.deny_added.iter().flatten().map(Pattern::as_str).collect::<Vec<_>>(),
            "deny-suspicious": classes.collect::<Vec<_>>(),
        });
        if let (Some(bytes), Some(keys)) = (self.max_added_size, summary.as_object_mut()) {
            keys.insert("max-added-size".to_owned(), bytes.into());
        }
        summary
    }
}

/// Who the image's process may run as.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum UserRule {
    /// Anybody; root is a warning all the same.
    #[default]
    Any,
    /// What the base's config says.
    Inherit,
    /// Anybody but root, names resolved through the image's own `etc/passwd`.
    NonRoot,
    /// Exactly this text in the config.
    Exactly(String),
}

impl UserRule {
    /// The rules that have a word of their own in a policy file.
    pub(crate) const WORDS: [(UserRule, &'static str); 3] =
        [(UserRule::Any, "any"), (UserRule::Inherit, "inherit"), (UserRule::NonRoot, "non-root")];

    /// What a policy file says.
    pub(crate) fn new(text: &str) -> Self {
        let word = Self::WORDS.into_iter().find(|(_, word)| *word == text);
        word.map_or_else(|| UserRule::Exactly(text.to_owned()), |(rule, _)| rule)
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            UserRule::Any => "any",
            UserRule::Inherit => "inherit",
            UserRule::NonRoot => "non-root",
            UserRule::Exactly(user) => user,
        }
    }
}

/// What the configuration may be.
#[derive(Debug, Clone, Default)]
pub struct ConfigRule {
    pub(crate) user: UserRule,
    pub(crate) inherit_entrypoint: bool,
    pub(crate) deny_env: Option<BTreeSet<String>>,
}

impl ConfigRule {
    /// Anything goes yet.
    #[must_use]
    pub fn new() -> Self {
        ConfigRule::default()
    }

    /// Who the process may run as.
    #[must_use]
    pub fn user(mut self, rule: UserRule) -> Self {
        self.user = rule;
        self
    }

    /// The entrypoint must be the base's.
    #[must_use]
    pub fn inherit_entrypoint(mut self) -> Self {
        self.inherit_entrypoint = true;
        self
    }

    /// Environment variables, by exact name, that nobody but the vendor's base may set.
    #[must_use]
    pub fn deny_env<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.deny_env = Some(names.into_iter().map(Into::into).collect());
        self
    }

    pub(crate) fn needs_contents(&self) -> bool {
        self.user == UserRule::NonRoot
    }

    pub(crate) fn check(&self) -> Result<()> {
        if let UserRule::Exactly(user) = &self.user
            && (user.is_empty() || UserRule::new(user) != self.user)
        {
            return Err(invalid(
                "[config] user",
                "any, inherit, non-root, or a user as the config spells it",
            )
            .found(format!("{user:?}")));
        }
        let is_name = |name: &String| !name.is_empty() && !name.contains('=');
        if self.deny_env.as_ref().is_some_and(|names| names.is_empty() || !names.iter().all(is_name)) {
            return Err(invalid(
                "[config] deny-env",
                "at least one name of a variable, none empty or with =",
            ));
        }
        Ok(())
    }

    pub(crate) fn summary(&self) -> Value {
        json!({
            "user": self.user.name(),
            "entrypoint": if self.inherit_entrypoint { "inherit" } else { "any" },
            "deny-env": self.deny_env.iter().flatten().collect::<Vec<_>>(),
        })
    }
}

fn invalid(what: &str, expected: impl std::fmt::Display) -> Error {
    Error::new(Code::PolicyInvalid, what).expected(expected)
}

/// What a list of words must hold.
fn at_least_one<T>(words: &[(T, &'static str)]) -> String {
    let words: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
    format!("at least one of {}", words.join(", "))
}
