//! Provenance as a report shows it.

use serde_json::{Value, json};

use crate::digest::Digest;
use crate::report::Facts;
use crate::statement::slsa::{Dependency, NoSource, Provenance, Revision, Source};

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

    /// What [`Provenance::facts`] kept of it; none if it could not be read. Without parameters, and of the
    /// dependencies only the images that have a digest.
    pub(crate) fn from_facts(facts: &Facts) -> Option<Self> {
        let text = |name: &str| facts.get(name).and_then(Value::as_str).map(str::to_owned);
        let time = |name: &str| text(name).and_then(|text| text.parse().ok());
        facts.get("dependencies")?;
        let revision = || {
            let (algorithm, hex) = text("source-digest").and_then(|text| {
                text.split_once(':').map(|(algorithm, hex)| (algorithm.to_owned(), hex.to_owned()))
            })?;
            Some(Revision { algorithm, hex })
        };
        let source = text("source").map(|uri| Source {
            written: uri.clone(),
            uri,
            reference: text("source-ref"),
            revision: revision(),
        });
        let image = |image: &Value| {
            let digest = image.get("digest").and_then(Value::as_str)?.parse::<Digest>().ok()?;
            let uri = image.get("uri").and_then(Value::as_str)?.to_owned();
            Some(Dependency { uri, name: None, digest: Some(digest), revision: None })
        };
        let images = facts.get("images").and_then(Value::as_array).into_iter().flatten();
        Some(Provenance {
            builder: text("builder"),
            build_type: text("build-type"),
            source: source.ok_or(NoSource::NotNamed),
            parameters: Value::Null,
            dependencies: images.filter_map(image).collect(),
            started: time("started"),
            finished: time("finished"),
        })
    }
}
