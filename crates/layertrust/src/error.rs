//! One error type: a code, what was looked at, what was expected and found, and what to do next.

use std::fmt;

use crate::code::{Code, Family};

/// Why something failed. Cheap to move; compare by [`Error::code`], never by text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    code: Code,
    what: String,
    expected: Option<String>,
    found: Option<String>,
    hint: Option<String>,
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error about `what`, for instance "manifest sha256:…".
    #[must_use]
    pub fn new(code: Code, what: impl Into<String>) -> Self {
        Error(Box::new(Inner { code, what: what.into(), expected: None, found: None, hint: None }))
    }

    /// Adds what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.0.expected = Some(expected.to_string());
        self
    }

    /// Adds what was found instead.
    #[must_use]
    pub fn found(mut self, found: impl fmt::Display) -> Self {
        self.0.found = Some(found.to_string());
        self
    }

    /// Replaces the code's general advice by a better one.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Says what was being looked at when the error arose: `what` goes in front.
    #[must_use]
    pub fn about(mut self, what: impl fmt::Display) -> Self {
        self.0.what =
            if self.0.what.is_empty() { what.to_string() } else { format!("{what}: {}", self.0.what) };
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What to do next.
    #[must_use]
    pub fn advice(&self) -> &str {
        self.0.hint.as_deref().unwrap_or(self.0.code.advice())
    }

    /// Whether this says "could not look" rather than "looked and found this".
    #[must_use]
    pub fn is_source_failure(&self) -> bool {
        self.0.code.family() == Family::Source
    }

    /// What was found, in words.
    pub(crate) fn found_text(&self) -> &str {
        self.0.found.as_deref().unwrap_or("another")
    }

    /// The sentence without code and advice.
    #[must_use]
    pub fn message(&self) -> String {
        let inner = &self.0;
        let mut message = inner.what.clone();
        for (label, value) in [("expected", &inner.expected), ("found", &inner.found)] {
            if let Some(value) = value {
                message.push_str(if label == "expected" { ": expected " } else { ", found " });
                message.push_str(value);
            }
        }
        message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.message())
    }
}

impl std::error::Error for Error {}
