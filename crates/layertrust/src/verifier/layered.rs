//! One image's layers, all of them opened.

use crate::code::Code;
use crate::error::Error;
use crate::files::LayerReader;
use crate::image::Target;
use crate::layers::{Bases, Contents, check_all};
use crate::policy::LayersRule;
use crate::report::{Finding, Severity};

/// What opening every layer brought to light.
#[derive(Default)]
pub(super) struct Layered {
    /// For each layer whether it was opened and holds; empty if none was.
    pub(super) held: Vec<Option<bool>>,
    pub(super) findings: Vec<Finding>,
    /// Why layers could not be looked at.
    pub(super) incomplete: Vec<Error>,
    /// What the files come to; none if not every layer could be opened.
    pub(super) contents: Option<Contents>,
}

impl Layered {
    /// Opens every blob; whatever is wrong with one is an error.
    pub(super) fn open(
        target: &Target,
        bases: &Bases,
        reader: &LayerReader<'_, '_>,
        rule: Option<&LayersRule>,
    ) -> Self {
        let mut layered = Layered::default();
        let mut opened = Vec::new();
        for (layer, result) in check_all(&target.image, reader).into_iter().enumerate() {
            layered.held.push(result.is_ok().then_some(true));
            match result {
                Ok(one) => opened.push(one),
                Err(error) => layered.fault(&error, Some(layer)),
            }
        }
        if layered.findings.is_empty() {
            match Contents::of(&target.image, bases, &opened, &reader.limits(), rule) {
                Ok(contents) => {
                    layered.findings.extend(contents.through_links.iter().map(|link| {
                        let error = Error::new(Code::LayerInconsistent, format!("path {:?}", link.path))
                            .expected("files by the path that they really have")
                            .found(format!(
                                "layer {} puts some through this link of a lower layer; overlayfs would make it a \
                                 directory with these alone",
                                link.layer
                            ))
                            .hint("Copy to the path that the link leads to.");
                        let finding = Finding::new(&error).severity(Severity::Warning);
                        finding.layer(Some(link.layer)).path(&link.path)
                    }));
                    layered.contents = Some(contents);
                }
                Err(error) => layered.fault(&error, None),
            }
        }
        reader.release();
        layered
    }

    fn fault(&mut self, error: &Error, layer: Option<usize>) {
        self.findings.push(Finding::new(error).layer(layer));
        self.incomplete.extend(error.is_source_failure().then(|| error.clone()));
    }
}
