//! Who asked for a certificate: the subject's names and the claims of its token (Fulcio's oid-info.md).

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::der;
use super::x509::Extension;
use crate::store::hex;

/// Fulcio's arc; claims are its children.
pub const FULCIO: &str = "1.3.6.1.4.1.57264.1";
/// GitHub's token issuer.
pub const GITHUB_ISSUER: &str = "https://token.actions.githubusercontent.com";

/// One subject alternative name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum San {
    /// A workflow or another workload.
    Uri(String),
    /// A person.
    Email(String),
    /// Fulcio's own kind for user names (`1.3.6.1.4.1.57264.1.7`).
    OtherName(String),
    /// A name of yet another kind, by its identifier.
    Foreign(&'static str, String),
    /// A host name, which Sigstore has no use for.
    Dns(String),
}

impl San {
    fn der(&self) -> Vec<u8> {
        match self {
            San::Uri(uri) => der::tagged_primitive(6, uri.as_bytes()),
            San::Email(address) => der::tagged_primitive(1, address.as_bytes()),
            San::Dns(name) => der::tagged_primitive(2, name.as_bytes()),
            San::OtherName(name) => other_name(&format!("{FULCIO}.7"), name),
            San::Foreign(kind, name) => other_name(kind, name),
        }
    }
}

fn other_name(kind: &str, name: &str) -> Vec<u8> {
    der::tagged(0, &[der::oid(kind), der::tagged(0, &der::utf8(name))].concat())
}

/// An identity as a certificate carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The subject alternative names; Fulcio writes exactly one.
    pub sans: Vec<San>,
    /// The claims by the last arc of their identifier: 1 to 6 as bare text, the others as `UTF8String`.
    /// 1 and 8 are the issuer.
    pub claims: BTreeMap<u32, String>,
}

impl Identity {
    /// A name and the issuer of its token, in the old extension and the new one.
    pub fn new(san: San, issuer: &str) -> Self {
        Self { sans: vec![san], claims: BTreeMap::new() }.claim(1, issuer).claim(8, issuer)
    }

    /// A person.
    pub fn email(address: &str, issuer: &str) -> Self {
        Self::new(San::Email(address.to_owned()), issuer)
    }

    /// A GitHub workflow: its address with the reference (`https://github.com/O/R/.github/workflows/W@refs/…`),
    /// the repository it ran in (`https://github.com/O/R`; another one when the workflow is reused) and the
    /// reference of that.
    pub fn github(workflow: &str, source_repository: &str, source_ref: &str) -> Self {
        let (owner, _) = source_repository.rsplit_once('/').expect("https://github.com/owner/repository");
        let short = source_repository.trim_start_matches("https://github.com/");
        let commit_of = |what: &str| hex(&Sha256::digest(format!("commit of {what}")))[..40].to_owned();
        let commit = commit_of(&format!("{source_repository}@{source_ref}"));
        // A workflow reused from another repository: what GitHub ran is the caller's own file.
        let own = workflow.starts_with(&format!("{source_repository}/"));
        let called_by = format!("{source_repository}/.github/workflows/caller.yml@{source_ref}");
        let (build_config, signer_commit) =
            if own { (workflow, commit.clone()) } else { (called_by.as_str(), commit_of(workflow)) };
        let claims = [
            (2, "push"),
            (3, &commit),
            (4, "release"),
            (5, short),
            (6, source_ref),
            (9, workflow),
            (10, &signer_commit),
            (11, "github-hosted"),
            (12, source_repository),
            (13, &commit),
            (14, source_ref),
            (15, "7319044550"),
            (16, owner),
            (17, "504122770"),
            (18, build_config),
            (19, &commit),
            (20, "push"),
            (21, &format!("{source_repository}/actions/runs/11838204417/attempts/1")),
            (22, "public"),
        ];
        let identity = Self::new(San::Uri(workflow.to_owned()), GITHUB_ISSUER);
        claims.into_iter().fold(identity, |identity, (number, value)| identity.claim(number, value))
    }

    /// With a claim set.
    #[must_use]
    pub fn claim(mut self, number: u32, value: &str) -> Self {
        self.claims.insert(number, value.to_owned());
        self
    }

    /// Without a claim.
    #[must_use]
    pub fn without(mut self, number: u32) -> Self {
        self.claims.remove(&number);
        self
    }

    /// With another name beside those it has.
    #[must_use]
    pub fn also(mut self, san: San) -> Self {
        self.sans.push(san);
        self
    }

    /// The names and claims as extensions of a certificate whose subject is empty.
    pub fn extensions(&self) -> Vec<Extension> {
        let mut extensions = Vec::new();
        if !self.sans.is_empty() {
            let names: Vec<Vec<u8>> = self.sans.iter().map(San::der).collect();
            extensions.push(Extension::new("2.5.29.17", true, der::sequence(&names)));
        }
        for (number, text) in &self.claims {
            let value = if *number <= 6 { text.as_bytes().to_vec() } else { der::utf8(text) };
            extensions.push(Extension::new(&format!("{FULCIO}.{number}"), false, value));
        }
        extensions
    }
}
