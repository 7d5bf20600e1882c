//! Signers and trusted roots, for policies made in code and for files.

use std::ffi::c_char;
use std::sync::Mutex;

use layertrust_core::{PublicKey, Result, SignerKey, SignerRule, TrustedRoot};

use crate::error::layertrust_error;
use crate::ffi::{bytes, free, handle, lock, out, text, usage};
use crate::panic::{fallible, infallible};
use crate::result::layertrust_result;

/// Who may sign: a key, or an identity that certificates are issued to.
pub struct layertrust_signer(Mutex<Named>);

struct Named {
    rule: SignerRule,
    /// `SignerRule` takes the whole list at once.
    repositories: Vec<String>,
}

impl layertrust_signer {
    fn new(rule: impl Into<SignerRule>) -> Self {
        layertrust_signer(Mutex::new(Named { rule: rule.into(), repositories: Vec::new() }))
    }

    pub(crate) fn rule(&self) -> SignerRule {
        lock(&self.0).rule.clone()
    }

    /// The rule as it was stays where the step fails.
    fn change(&self, step: impl FnOnce(SignerRule) -> Result<SignerRule>) -> Result<()> {
        let mut named = lock(&self.0);
        named.rule = step(named.rule.clone())?;
        Ok(())
    }
}

/// Whoever has the private half of this key. `pem` holds one public key: "PUBLIC KEY", or a certificate's.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_signer_new_key(
    pem: *const u8,
    length: usize,
    signer: *mut *mut layertrust_signer,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let signer = out(signer, "signer")?;
        let key = PublicKey::from_file(bytes(pem, length, "pem")?)?;
        signer.fill(layertrust_signer::new(SignerKey::Key(key)));
        Ok(())
    })
}

/// Docker, by the built-in list of its keys for Hardened Images.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_signer_new_docker_dhi(
    signer: *mut *mut layertrust_signer,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        out(signer, "signer")?.fill(layertrust_signer::new(SignerKey::DockerDhi));
        Ok(())
    })
}

/// Whoever holds a certificate of this OpenID Connect issuer for exactly this identity: no pattern. If the identity is
/// a workflow of GitHub's, the run must be of that very repository, unless another one is added.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_signer_new_identity(
    issuer: *const c_char,
    identity: *const c_char,
    signer: *mut *mut layertrust_signer,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let signer = out(signer, "signer")?;
        let rule = SignerRule::exact_certificate(text(issuer, "issuer")?, text(identity, "identity")?)?;
        signer.fill(layertrust_signer::new(rule));
        Ok(())
    })
}

/// Adds a repository, exactly, whose runs may ask for the certificate, for instance "https://github.com/myorg/app".
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_signer_add_source_repository(
    signer: *mut layertrust_signer,
    url: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let signer = handle(signer, "signer")?;
        let url = text(url, "url")?;
        let mut named = lock(&signer.0);
        let all = named.repositories.iter().map(String::as_str).chain([url]);
        named.rule = named.rule.clone().exact_source_repository(all)?;
        named.repositories.push(url.to_owned());
        Ok(())
    })
}

/// Names the root whose certificates, logs and timestamps count for this signer in a policy:
/// "sigstore-public-good" (the default), "github", or one that the builder was given.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_signer_set_root(
    signer: *mut layertrust_signer,
    name: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let name = text(name, "name")?;
        handle(signer, "signer")?.change(|rule| Ok(rule.root(name)))?;
        Ok(())
    })
}

/// A key counts only with an entry in a transparency log of its root. (For certificates the root says so.)
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_signer_require_tlog(
    signer: *mut layertrust_signer,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        handle(signer, "signer")?.change(|rule| Ok(rule.require_tlog()))?;
        Ok(())
    })
}

/// Frees a signer; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_signer_free(signer: *mut layertrust_signer) {
    infallible!((), {
        free(signer);
        None
    });
}

/// Whose certificates, logs and timestamps count.
pub struct layertrust_root(Mutex<TrustedRoot>);

impl layertrust_root {
    pub(crate) fn get(&self) -> TrustedRoot {
        lock(&self.0).clone()
    }
}

/// Reads a trusted_root.json, as Sigstore defines it.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_root_from_json(
    json: *const u8,
    length: usize,
    root: *mut *mut layertrust_root,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let root = out(root, "root")?;
        let given = TrustedRoot::from_json(bytes(json, length, "json")?)?;
        root.fill(layertrust_root(Mutex::new(given)));
        Ok(())
    })
}

/// A root that the library carries: "sigstore-public-good" or "github".
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_root_builtin(
    name: *const c_char,
    root: *mut *mut layertrust_root,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let root = out(root, "root")?;
        let builtin = match text(name, "name")? {
            "sigstore-public-good" => TrustedRoot::sigstore_public_good(),
            "github" => TrustedRoot::github(),
            other => return Err(usage("name", "sigstore-public-good or github", format!("{other:?}")).into()),
        };
        root.fill(layertrust_root(Mutex::new(builtin)));
        Ok(())
    })
}

/// Certificates under this root need no entry in a transparency log.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_root_without_tlog(
    root: *mut layertrust_root,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let mut root = lock(&handle(root, "root")?.0);
        *root = root.clone().without_tlog();
        Ok(())
    })
}

/// Certificates under this root need no signed certificate timestamp.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_root_without_sct(
    root: *mut layertrust_root,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let mut root = lock(&handle(root, "root")?.0);
        *root = root.clone().without_sct();
        Ok(())
    })
}

/// Frees a root; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_root_free(root: *mut layertrust_root) {
    infallible!((), {
        free(root);
        None
    });
}
