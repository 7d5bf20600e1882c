//! The policy that a question is asked by: a file, or one made from the options.

use std::path::{Path, PathBuf};

use layertrust::limits::{KEY_SIZE, ROOT_SIZE};
use layertrust::{
    BaseRule, Code, Error, Folder, OrgRule, Policy, PublicKey, SignerKey, SignerRule, TrustedRoot,
};

use crate::args::{Certificate, Trust};

/// The environment variable that stands for `--policy`.
const VARIABLE: &str = "LAYERTRUST_POLICY";
/// The environment variable that stands for `--trusted-root`.
const ROOT_VARIABLE: &str = "LAYERTRUST_TRUSTED_ROOT";

/// What stands for the organization where nothing is said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsaid {
    /// An error that names the ways to say it.
    Error,
    /// Nobody; a base is not required either. For facts without a verdict.
    Nobody,
}

/// The policy of these options, or of the environment.
pub(crate) fn policy(trust: &Trust, unsaid: Unsaid) -> Result<Policy, Error> {
    refuse_regexps(&trust.certificate)?;
    let from_environment = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let options = trust.base_key.is_some()
        || trust.no_base
        || trust.no_org
        || !trust.key.is_empty()
        || trust.certificate.certificate_identity.is_some()
        || trust.certificate.certificate_oidc_issuer.is_some()
        || trust.certificate.trusted_root.is_some()
        || !trust.accept_customization.is_empty();
    match (&trust.policy, from_environment) {
        (Some(file), _) => Policy::from_file(file),
        (None, Some(file)) if !options => Policy::from_file(&file),
        (None, Some(_)) => Err(Error::new(Code::Usage, "signer options")
            .expected("a policy or signer options")
            .found(format!("signer options beside the policy that {VARIABLE} names"))
            .hint(format!("Unset {VARIABLE}, or leave the options out."))),
        (None, None) => from_options(trust, unsaid),
    }
}

fn from_options(trust: &Trust, unsaid: Unsaid) -> Result<Policy, Error> {
    let identity = certificate_rule(&trust.certificate)?;
    if trust.key.is_empty() && identity.is_none() && !trust.no_org && unsaid == Unsaid::Error {
        return Err(Error::new(Code::Usage, "organization")
            .expected("--policy FILE, --key FILE, --certificate-identity ID or --no-org")
            .found("none of them")
            .hint("Say who may sign the layers above the base: --policy FILE, --key FILE, --certificate-identity ID with --certificate-oidc-issuer URL, or --no-org if there may be none."));
    }
    let vendor = key(trust.base_key.as_deref().unwrap_or("docker-dhi"))?;
    let optional = trust.no_base || unsaid == Unsaid::Nobody;
    let base = if optional { BaseRule::optional(["vendor"]) } else { BaseRule::signed_by(["vendor"]) };
    let base = base.accept_customizations(trust.accept_customization.clone());
    let (root_name, root) = root(&trust.certificate)?;
    let mut builder = Policy::builder().name("command line");
    let place = |rule: SignerRule| rule.root(root_name.as_str());
    builder = builder.signer("vendor", place(vendor.into()));
    let mut names = Vec::new();
    let count = trust.key.len() + usize::from(identity.is_some());
    let keys = trust.key.iter().map(|path| public_key(path).map(SignerRule::from));
    for (number, rule) in keys.chain(identity.map(Ok)).enumerate() {
        let name = if count == 1 { "org".to_owned() } else { format!("org-{}", number + 1) };
        builder = builder.signer(name.clone(), place(rule?));
        names.push(name);
    }
    if let Some(root) = root {
        builder = builder.root(root_name, root);
    }
    let org = if names.is_empty() { OrgRule::layers_forbidden() } else { OrgRule::signed_by(names) };
    builder.base(base).org(org).build()
}

/// A key by its file, or Docker's by name.
pub(crate) fn key(name: &str) -> Result<SignerKey, Error> {
    match name {
        "docker-dhi" => Ok(SignerKey::DockerDhi),
        name => match name.strip_prefix("docker-dhi-").and_then(|number| number.parse().ok()) {
            Some(number) => Ok(SignerKey::DockerDhiPinned(number)),
            None => public_key(Path::new(name)),
        },
    }
}

/// The signer that `--certificate-identity` names.
pub(crate) fn certificate_rule(options: &Certificate) -> Result<Option<SignerRule>, Error> {
    let (identity, issuer) = match (&options.certificate_identity, &options.certificate_oidc_issuer) {
        (Some(identity), Some(issuer)) => (identity, issuer),
        (None, None) => return Ok(None),
        _ => {
            return Err(Error::new(Code::Usage, "certificate")
                .expected("--certificate-identity and --certificate-oidc-issuer, both of them")
                .found("only one")
                .hint("An identity means nothing without who vouches for it, and the reverse."));
        }
    };
    let rule = SignerRule::exact_certificate(issuer, identity)
        .map_err(|error| Error::new(Code::Usage, "--certificate-identity").found(error.message()))?;
    if options.source_repository.is_empty() {
        return Ok(Some(rule));
    }
    rule.exact_source_repository(options.source_repository.iter().map(String::as_str)).map(Some)
}

/// The root that `--trusted-root` names, and its definition if it is not built in.
pub(crate) fn root(options: &Certificate) -> Result<(String, Option<TrustedRoot>), Error> {
    let from_environment = || std::env::var(ROOT_VARIABLE).ok().filter(|value| !value.is_empty());
    let name = options.trusted_root.clone().or_else(from_environment);
    match name.as_deref().unwrap_or("sigstore-public-good") {
        name @ ("sigstore-public-good" | "github") => Ok((name.to_owned(), None)),
        file => {
            let bytes = Folder::read_file(Path::new(file), ROOT_SIZE, Code::RootInvalid)?;
            let root = TrustedRoot::from_json(&bytes).map_err(|error| error.about(file))?;
            Ok(("trusted-root".to_owned(), Some(root)))
        }
    }
}

/// An unanchored expression admits more than its author thinks; policies have patterns for the whole text.
pub(crate) fn refuse_regexps(options: &Certificate) -> Result<(), Error> {
    let given =
        options.certificate_identity_regexp.as_ref().or(options.certificate_oidc_issuer_regexp.as_ref());
    let Some(text) = given else { return Ok(()) };
    // What most expressions mean, in the pattern dialect: a proposal to be read, not a translation.
    let pattern = text.trim_start_matches('^').trim_end_matches('$').replace(".*", "*").replace("\\.", ".");
    Err(Error::new(Code::Usage, "--certificate-identity-regexp")
        .expected("--certificate-identity, which is exact, or a policy")
        .found("a regular expression, which matches more than it seems to")
        .hint(format!(
            "In a policy: [signers.ci] issuer = \"…\", identity = {:?}; * stays inside a segment, ** crosses /.",
            pattern
        )))
}

fn public_key(path: &Path) -> Result<SignerKey, Error> {
    let bytes = Folder::read_file(path, KEY_SIZE, Code::KeyInvalid)?;
    PublicKey::from_file(&bytes).map(SignerKey::Key).map_err(|error| error.about(path.display()))
}
