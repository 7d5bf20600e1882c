//! What a rule asks of SLSA provenance besides its signer.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::policy::{Flavor, Pattern};

/// Each part asks nothing where it is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProvenanceRule {
    pub(crate) builders: Vec<Pattern>,
    pub(crate) build_types: Vec<Pattern>,
    /// Over the source without its ref.
    pub(crate) sources: Vec<Pattern>,
    pub(crate) source_refs: Vec<Pattern>,
    /// Keys of objects within objects, and the value that must be there.
    pub(crate) parameters: BTreeMap<Vec<String>, Value>,
    /// Whether the proved base must be among the dependencies.
    pub(crate) base_dependency: bool,
    /// Names of the images that may be among the dependencies beside the base; an empty list allows none.
    pub(crate) builder_images: Option<Vec<Pattern>>,
}

impl ProvenanceRule {
    /// Every part that asks something, by the policy's words. One that asks nothing is not there, so that the
    /// digest of a policy does not change with what a later version can ask.
    pub(crate) fn summary(&self) -> Map<String, Value> {
        let texts = |patterns: &[Pattern]| patterns.iter().map(Pattern::as_str).collect::<Value>();
        let lists =
            [("build-type", &self.build_types), ("source", &self.sources), ("source-ref", &self.source_refs)];
        let lists = lists.into_iter().filter(|(_, patterns)| !patterns.is_empty());
        let mut summary: Map<String, Value> =
            lists.map(|(name, patterns)| (name.to_owned(), texts(patterns))).collect();
        if !self.parameters.is_empty() {
            let asked = self.parameters.iter().map(|(path, value)| json!({ "path": path, "value": value }));
            summary.insert("external-parameters".to_owned(), asked.collect());
        }
        if self.base_dependency {
            summary.insert("base-dependency".to_owned(), Value::Bool(true));
        }
        if let Some(images) = &self.builder_images {
            summary.insert("builder-images".to_owned(), texts(images));
        }
        summary
    }
}

/// Patterns of one kind.
pub(crate) fn patterns<'p>(texts: impl IntoIterator<Item = &'p str>, flavor: Flavor) -> Result<Vec<Pattern>> {
    texts.into_iter().map(|text| Pattern::new(text, flavor)).collect()
}
