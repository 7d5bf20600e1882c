//! Provenance as a report shows it.

use serde_json::{Value, json};

use crate::report::Facts;
use crate::statement::slsa::Provenance;

impl Provenance {
    pub(crate) fn facts(&self) -> Facts {
        let source = self.source.as_ref().ok();
        let revision = source.and_then(|source| source.revision.as_ref());
        let texts = [
            ("builder", self.builder.clone()),
            ("build-type", self.build_type.clone()),
            ("source", source.map(|source| source.uri.clone())),
            ("source-ref", source.and_then(|source| source.reference.clone())),
            ("source-digest", revision.map(|one| format!("{}:{}", one.algorithm, one.hex))),
            ("started", self.started.map(|time| time.to_string())),
            ("finished", self.finished.map(|time| time.to_string())),
        ];
        let mut facts: Facts = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?))))
            .collect();
        let images = self.dependencies.iter().filter_map(|one| one.image().map(|digest| (one, digest)));
        let images: Vec<Value> =
            images.map(|(one, digest)| json!({ "uri": one.uri, "digest": digest.to_string() })).collect();
        facts.insert("dependencies".to_owned(), Value::from(self.dependencies.len()));
        if !images.is_empty() {
            facts.insert("images".to_owned(), Value::from(images));
        }
        facts
    }
}
