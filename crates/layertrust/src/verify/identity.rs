//! Who a certificate was issued to: plain data, read from certificates that verified.

use std::collections::BTreeMap;
use std::fmt;

use crate::report::SignerFact;

/// The identity in a signing certificate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    /// The OpenID Connect issuer that the authority names, or, in a certificate of a private PKI that names
    /// none, the X.509 issuer's distinguished name (RFC 4514).
    pub(crate) issuer: String,
    /// The subject alternative names: URIs, e-mail addresses, and Fulcio's user names.
    pub(crate) names: Vec<String>,
    /// What the authority says about the build, by the names of Fulcio's documentation.
    pub(crate) claims: BTreeMap<&'static str, String>,
}

/// Fulcio's extensions 1.3.6.1.4.1.57264.1.N ("oid-info.md"). Those below 8 are deprecated and hold raw text.
pub(crate) const CLAIMS: [(u8, &str); 21] = [
    (2, "github-workflow-trigger"),
    (3, "github-workflow-sha"),
    (4, "github-workflow-name"),
    (5, "github-workflow-repository"),
    (6, "github-workflow-ref"),
    (9, BUILD_SIGNER_URI),
    (10, "build-signer-digest"),
    (11, "runner-environment"),
    (12, "source-repository-uri"),
    (13, "source-repository-digest"),
    (14, "source-repository-ref"),
    (15, "source-repository-identifier"),
    (16, "source-repository-owner-uri"),
    (17, "source-repository-owner-identifier"),
    (18, BUILD_CONFIG_URI),
    (19, "build-config-digest"),
    (20, "build-trigger"),
    (21, "run-invocation-uri"),
    (22, "source-repository-visibility-at-signing"),
    (23, "deployment-environment"),
    (24, "token-subject"),
];

/// The workflow that was called; for a reusable one, not the caller's.
pub(crate) const BUILD_SIGNER_URI: &str = "build-signer-uri";
/// The workflow that started the run.
pub(crate) const BUILD_CONFIG_URI: &str = "build-config-uri";

impl Identity {
    /// As a report names it: data, no proof. Several names stand there as one.
    pub(crate) fn from_fact(fact: &SignerFact) -> Self {
        let known = |(_, name): &(u8, &'static str)| Some((*name, fact.claims.get(*name)?.clone()));
        Identity {
            issuer: fact.issuer.clone().unwrap_or_default(),
            names: fact.identity.iter().cloned().collect(),
            claims: CLAIMS.iter().filter_map(known).collect(),
        }
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).map(String::as_str)
    }

    /// The repository whose run asked for the certificate. Certificates before 2023 name it in GitHub's own
    /// claim only.
    pub(crate) fn source_repository(&self) -> Option<String> {
        let old = || {
            let name = self.claim("github-workflow-repository")?;
            is_github(&self.issuer).then(|| format!("https://github.com/{name}"))
        };
        self.claim("source-repository-uri").map(str::to_owned).or_else(old)
    }

    pub(crate) fn source_ref(&self) -> Option<&str> {
        self.claim("source-repository-ref").or_else(|| self.claim("github-workflow-ref"))
    }

    /// The commit that the run was about.
    pub(crate) fn source_digest(&self) -> Option<&str> {
        self.claim("source-repository-digest").or_else(|| self.claim("github-workflow-sha"))
    }

    pub(crate) fn trigger(&self) -> Option<&str> {
        self.claim("build-trigger").or_else(|| self.claim("github-workflow-trigger"))
    }
}

/// Whether an issuer is GitHub Actions': on github.com, for one enterprise, or of a server.
pub(crate) fn is_github(issuer: &str) -> bool {
    let hosted = issuer.strip_prefix("https://token.actions.githubusercontent.com");
    hosted.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || issuer.ends_with("/_services/token")
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (issuer {})", self.names.join(", "), self.issuer)
    }
}
