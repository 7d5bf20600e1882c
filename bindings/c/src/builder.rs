//! Policies made in code: what the command's options can say. Everything else is said in TOML.

use std::ffi::c_char;
use std::sync::Mutex;

use layertrust_core::{
    BaseRule, Code, Error, Limits, OrgRule, Platform, Policy, Result, SignerRule, TrustedRoot,
};

use crate::error::layertrust_error;
use crate::ffi::{free, handle, lock, out, text};
use crate::panic::{fallible, infallible};
use crate::policy::layertrust_policy;
use crate::result::layertrust_result;
use crate::signer::{layertrust_root, layertrust_signer};

/// A policy being made.
pub struct layertrust_policy_builder(Mutex<Wishes>);

#[derive(Default)]
struct Wishes {
    name: Option<String>,
    signers: Vec<(String, SignerRule)>,
    roots: Vec<(String, TrustedRoot)>,
    platforms: Vec<Platform>,
    limits: Limits,
    base_signers: Vec<String>,
    base_optional: bool,
    base_repositories: Vec<String>,
    customizations: Vec<String>,
    org_signers: Vec<String>,
    org_threshold: Option<usize>,
    org_references: Vec<String>,
    org_layers_forbidden: bool,
}

impl layertrust_policy_builder {
    fn change(&self, step: impl FnOnce(&mut Wishes)) {
        step(&mut lock(&self.0));
    }
}

impl Wishes {
    fn build(&self) -> Result<Policy> {
        if self.base_signers.is_empty() {
            return Err(Error::new(Code::PolicyInvalid, "base")
                .expected("a signer of the base, also where a base is optional")
                .found("none")
                .hint("Call layertrust_policy_builder_add_base_signer; no signer is ever implied."));
        }
        let signers = self.base_signers.iter().cloned();
        let mut base =
            if self.base_optional { BaseRule::optional(signers) } else { BaseRule::signed_by(signers) };
        base = base.accept_customizations(self.customizations.iter().cloned());
        if !self.base_repositories.is_empty() {
            base = base.repositories(self.base_repositories.iter().map(String::as_str))?;
        }
        let mut org = OrgRule::signed_by(self.org_signers.iter().cloned());
        if self.org_layers_forbidden {
            if !self.org_signers.is_empty() {
                return Err(Error::new(Code::PolicyInvalid, "organization")
                    .expected("signers, or that it may add no layers")
                    .found("both"));
            }
            org = OrgRule::layers_forbidden();
        }
        if let Some(threshold) = self.org_threshold {
            org = org.threshold(threshold);
        }
        if !self.org_references.is_empty() {
            org = org.references(self.org_references.iter().map(String::as_str))?;
        }
        let mut builder = Policy::builder().limits(self.limits);
        if let Some(name) = &self.name {
            builder = builder.name(name);
        }
        for (name, signer) in &self.signers {
            builder = builder.signer(name, signer.clone());
        }
        for (name, root) in &self.roots {
            builder = builder.root(name, root.clone());
        }
        for platform in &self.platforms {
            builder = builder.platform(platform.clone());
        }
        builder.base(base).org(org).build()
    }
}

/// Starts a policy. Before it is built it needs a signer of the base, and signers of the organization or
/// layertrust_policy_builder_forbid_org_layers: there is no default.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_new(
    builder: *mut *mut layertrust_policy_builder,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        out(builder, "builder")?.fill(layertrust_policy_builder(Mutex::default()));
        Ok(())
    })
}

/// The policy's name in reports.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_set_name(
    builder: *mut layertrust_policy_builder,
    name: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let name = text(name, "name")?.to_owned();
        builder.change(|wishes| wishes.name = Some(name));
        Ok(())
    })
}

/// Defines a signer, which the rules refer to by this name. The same name again replaces it.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_add_signer(
    builder: *mut layertrust_policy_builder,
    name: *const c_char,
    signer: *const layertrust_signer,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let name = text(name, "name")?.to_owned();
        let rule = handle(signer, "signer")?.rule();
        builder.change(|wishes| wishes.signers.push((name, rule)));
        Ok(())
    })
}

/// Defines a root, which signers refer to by this name. The same name again replaces it.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_add_root(
    builder: *mut layertrust_policy_builder,
    name: *const c_char,
    root: *const layertrust_root,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let name = text(name, "name")?.to_owned();
        let root = handle(root, "root")?.get();
        builder.change(|wishes| wishes.roots.push((name, root)));
        Ok(())
    })
}

/// A signer, by its name, who may sign the base.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_add_base_signer(
    builder: *mut layertrust_policy_builder,
    signer: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let signer = text(signer, "signer")?.to_owned();
        builder.change(|wishes| wishes.base_signers.push(signer));
        Ok(())
    })
}

/// An image without a base of the vendor's is fine.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_set_base_optional(
    builder: *mut layertrust_policy_builder,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        builder.change(|wishes| wishes.base_optional = true);
        Ok(())
    })
}

/// A pattern of catalog repositories that are admitted, for instance "dhi/python"; all of dhi if none is added.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_add_base_repository(
    builder: *mut layertrust_policy_builder,
    pattern: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let pattern = text(pattern, "pattern")?.to_owned();
        builder.change(|wishes| wishes.base_repositories.push(pattern));
        Ok(())
    })
}

/// An organization for which the vendor's own builds are admitted; none by default.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_accept_customization(
    builder: *mut layertrust_policy_builder,
    organization: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let organization = text(organization, "organization")?.to_owned();
        builder.change(|wishes| wishes.customizations.push(organization));
        Ok(())
    })
}

/// A signer, by its name, who may sign for the organization.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_add_org_signer(
    builder: *mut layertrust_policy_builder,
    signer: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let signer = text(signer, "signer")?.to_owned();
        builder.change(|wishes| wishes.org_signers.push(signer));
        Ok(())
    })
}

/// How many of the organization's signers must have signed, by distinct keys; 1 by default.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_set_org_threshold(
    builder: *mut layertrust_policy_builder,
    count: usize,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        builder.change(|wishes| wishes.org_threshold = Some(count));
        Ok(())
    })
}

/// A pattern of names under which the image may go, for instance "registry.example.com/orders-*"; any if none is added.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_add_org_reference(
    builder: *mut layertrust_policy_builder,
    pattern: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let pattern = text(pattern, "pattern")?.to_owned();
        builder.change(|wishes| wishes.org_references.push(pattern));
        Ok(())
    })
}

/// Only the vendor's own images, untouched or built by the vendor.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_forbid_org_layers(
    builder: *mut layertrust_policy_builder,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        builder.change(|wishes| wishes.org_layers_forbidden = true);
        Ok(())
    })
}

/// A platform that must be there, for instance "linux/amd64".
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_add_platform(
    builder: *mut layertrust_policy_builder,
    platform: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let platform = text(platform, "platform")?.parse()?;
        builder.change(|wishes| wishes.platforms.push(platform));
        Ok(())
    })
}

/// Another limit than the built-in one, by its name in docs/LIMITS.md, for instance "layer-size".
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_set_limit(
    builder: *mut layertrust_policy_builder,
    name: *const c_char,
    value: u64,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let builder = handle(builder, "builder")?;
        let name = text(name, "name")?;
        let mut limits = lock(&builder.0).limits;
        limits.set(name, value)?;
        builder.change(|wishes| wishes.limits = limits);
        Ok(())
    })
}

/// Checks the whole and makes the policy. The builder stays as it is.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_builder_build(
    builder: *const layertrust_policy_builder,
    policy: *mut *mut layertrust_policy,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let policy = out(policy, "policy")?;
        let built = lock(&handle(builder, "builder")?.0).build()?;
        policy.fill(layertrust_policy::new(built)?);
        Ok(())
    })
}

/// Frees a builder; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_policy_builder_free(builder: *mut layertrust_policy_builder) {
    infallible!((), {
        free(builder);
        None
    });
}
