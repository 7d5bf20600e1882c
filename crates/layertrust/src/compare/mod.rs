//! Two images side by side, whether or not they share a layer.

mod files;
mod packages;
mod side;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::files::LayerReader;
use crate::image::{Target, resolve};
use crate::layers::config_changes;
use crate::limits::Limits;
use crate::oci::Source;
use crate::oci::documents::Documents;
use crate::report::{COMPARISON_SCHEMA, Comparison, Layers, PlatformComparison, PlatformReport, Report};
use crate::verifier::{Request, Verifier};
use side::Opened;

impl Verifier {
    /// What `to` adds to, removes from and changes in `from`, with the owner of every layer by this policy.
    ///
    /// Every layer of both is opened. Not checked: whether the policy would accept either image.
    ///
    /// # Errors
    /// Of family 10xx if an image is malformed or tampered with; of another if something could not be looked at.
    pub fn compare(&self, from: (&dyn Source, &Request), to: (&dyn Source, &Request)) -> Result<Comparison> {
        let (old, new) = (Examined::new(self, from)?, Examined::new(self, to)?);
        let (old_documents, new_documents) = (old.documents(self), new.documents(self));
        let (old_targets, new_targets) = (old.targets(&old_documents)?, new.targets(&new_documents)?);
        let mut comparison = Comparison {
            schema: COMPARISON_SCHEMA.to_owned(),
            tool: new.report.tool.clone(),
            now: new.report.now.clone(),
            from: old.report.image.clone(),
            to: new.report.image.clone(),
            platforms: Vec::new(),
            only_from: Vec::new(),
            only_to: Vec::new(),
        };
        let name = |target: &Target| target.image.platform().to_string();
        for target in &new_targets {
            let Some(other) = old_targets.iter().find(|other| name(other) == name(target)) else {
                comparison.only_to.push(name(target));
                continue;
            };
            let old = old.open(other, &old_documents)?;
            let new = new.open(target, &new_documents)?;
            comparison.platforms.push(platform(name(target), &old, &new, self.policy().limits())?);
        }
        let is_new = |target: &&Target| new_targets.iter().all(|other| name(other) != name(target));
        comparison.only_from = old_targets.iter().filter(is_new).map(name).collect();
        if comparison.platforms.is_empty() {
            return Err(Error::new(Code::PlatformMissing, "the two images")
                .expected("a platform that both have")
                .found(format!(
                    "{} and {}",
                    comparison.only_from.join(", "),
                    comparison.only_to.join(", ")
                )));
        }
        Ok(comparison)
    }
}

/// One of the two images, owners known, layers not opened yet.
struct Examined<'s> {
    source: &'s dyn Source,
    request: &'s Request,
    report: Report,
}

impl<'s> Examined<'s> {
    fn new(verifier: &Verifier, (source, request): (&'s dyn Source, &'s Request)) -> Result<Self> {
        // Owners need what proof needs. The layers are opened once, below.
        let owners = request.clone().layers(Layers::Auto);
        let report = verifier.inspect(source, &owners)?;
        if let Some(fault) = report.errors().next() {
            return Err(Error::new(fault.code, fault.message.as_str()).hint(fault.hint.as_str()));
        }
        Ok(Examined { source, request, report })
    }

    fn documents(&self, verifier: &Verifier) -> Documents<'s> {
        Documents::new(self.source, *verifier.policy().limits())
    }

    fn targets(&self, documents: &Documents<'s>) -> Result<Vec<Target>> {
        let descriptor = documents.resolve(&self.request.selector)?.ok_or_else(|| {
            Error::new(Code::NotFound, self.request.reference.as_str())
                .expected("an image of that name")
                .found("none")
        })?;
        let resolved = resolve(documents, &descriptor, &self.request.platforms)?;
        match resolved.faults.into_iter().next() {
            Some((_, error)) => Err(error),
            None => Ok(resolved.targets),
        }
    }

    fn open(&self, target: &Target, documents: &Documents<'s>) -> Result<Opened<'_>> {
        let reader = LayerReader::new(documents, self.request.opening(true));
        let digest = target.image.digest.to_string();
        let facts: Option<&PlatformReport> = self.report.platforms.iter().find(|one| one.digest == digest);
        Opened::new(target, facts, &reader)
    }
}

fn platform(name: String, from: &Opened<'_>, to: &Opened<'_>, limits: &Limits) -> Result<PlatformComparison> {
    let layers = from.image.layers.iter().zip(&*to.image.layers);
    Ok(PlatformComparison {
        platform: name,
        from: from.side(),
        to: to.side(),
        common_layers: layers.take_while(|(old, new)| old.diff_id == new.diff_id).count(),
        packages: packages::changes(from, to),
        files: files::changes(from, to, limits)?,
        config: config_changes(&from.image.config, &to.image.config),
    })
}
