//! The policy that a question is asked by: a file, or one made from the options.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use layertrust::limits::{KEY_SIZE, POLICY_SIZE};
use layertrust::{BaseRule, Code, Error, Files, OrgRule, Policy, PublicKey, SignerKey};

use crate::args::Trust;

/// The environment variable that stands for `--policy`.
const VARIABLE: &str = "LAYERTRUST_POLICY";

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
    let from_environment = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let options = trust.base_key.is_some()
        || trust.no_base
        || trust.no_org
        || !trust.key.is_empty()
        || !trust.accept_customization.is_empty();
    match (&trust.policy, from_environment) {
        (Some(file), _) => read(file),
        (None, Some(file)) if !options => read(&file),
        (None, Some(_)) => Err(Error::new(Code::Usage, "signer options")
            .expected("a policy or signer options")
            .found(format!("signer options beside the policy that {VARIABLE} names"))
            .hint(format!("Unset {VARIABLE}, or leave the options out."))),
        (None, None) => from_options(trust, unsaid),
    }
}

/// Reads a policy file; the keys that it names are relative to it.
pub(crate) fn read(file: &Path) -> Result<Policy, Error> {
    let bytes = read_bounded(file, POLICY_SIZE, Code::PolicyInvalid)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::new(Code::PolicyInvalid, file.display().to_string())
            .expected("UTF-8")
            .found(error.utf8_error())
    })?;
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    Policy::from_toml(&text, &Beside(folder)).map_err(|error| error.about(file.display()))
}

struct Beside<'f>(&'f Path);

impl Files for Beside<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        read_bounded(&self.0.join(path), KEY_SIZE, Code::KeyInvalid)
    }
}

/// Reads a small file. Whatever is wrong with it, the call is: these are the caller's own files.
fn read_bounded(path: &Path, limit: u64, code: Code) -> Result<Vec<u8>, Error> {
    let wrong = |found: &dyn std::fmt::Display| Error::new(code, path.display().to_string()).found(found);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| wrong(&error))?;
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(wrong(&"no regular file"));
    }
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| wrong(&error))?;
    if bytes.len() as u64 > limit {
        return Err(wrong(&format!("more than {limit} bytes")));
    }
    Ok(bytes)
}

fn from_options(trust: &Trust, unsaid: Unsaid) -> Result<Policy, Error> {
    if trust.key.is_empty() && !trust.no_org && unsaid == Unsaid::Error {
        return Err(Error::new(Code::Usage, "organization")
            .expected("--policy FILE, --key FILE or --no-org")
            .found("none of them")
            .hint("Say who may sign the layers above the base: --policy FILE, --key FILE, or --no-org if there may be none."));
    }
    let vendor = match trust.base_key.as_deref().unwrap_or("docker-dhi") {
        "docker-dhi" => SignerKey::DockerDhi,
        name => match name.strip_prefix("docker-dhi-").and_then(|number| number.parse().ok()) {
            Some(number) => SignerKey::DockerDhiPinned(number),
            None => public_key(Path::new(name))?,
        },
    };
    let optional = trust.no_base || unsaid == Unsaid::Nobody;
    let base = if optional { BaseRule::optional(["vendor"]) } else { BaseRule::signed_by(["vendor"]) };
    let base = base.accept_customizations(trust.accept_customization.clone());
    let mut builder = Policy::builder().name("command line").signer("vendor", vendor);
    let mut names = Vec::new();
    for (number, path) in trust.key.iter().enumerate() {
        let name = if trust.key.len() == 1 { "org".to_owned() } else { format!("org-{}", number + 1) };
        builder = builder.signer(name.clone(), public_key(path)?);
        names.push(name);
    }
    let org = if names.is_empty() { OrgRule::layers_forbidden() } else { OrgRule::signed_by(names) };
    builder.base(base).org(org).build()
}

fn public_key(path: &Path) -> Result<SignerKey, Error> {
    let bytes = read_bounded(path, KEY_SIZE, Code::KeyInvalid)?;
    PublicKey::from_file(&bytes).map(SignerKey::Key).map_err(|error| error.about(path.display()))
}
