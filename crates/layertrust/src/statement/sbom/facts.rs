//! An SBOM as a report shows it.

use serde_json::Value;

use super::{Package, Sbom};
use crate::report::Facts;

/// Tools that are named one by one.
const TOOLS: usize = 10;
/// Characters of a text that are shown.
const LONGEST: usize = 200;

impl Sbom {
    pub(crate) fn facts(&self) -> Facts {
        let mut facts = Facts::new();
        let mut add = |name: &str, value: Value| drop(facts.insert(name.to_owned(), value));
        add("format", Value::from(self.format.name()));
        add("format-version", Value::from(self.version));
        if let Some(id) = &self.id {
            add("id", Value::from(cut(id)));
        }
        if let Some(created) = &self.created {
            add("created", Value::from(created.to_string()));
        }
        add("tools", self.tools.iter().take(TOOLS).map(|tool| cut(tool)).collect());
        if self.unread > 0 {
            add("unread", Value::from(self.unread));
            return facts;
        }
        let having =
            |is: fn(&Package) -> bool| Value::from(self.packages.iter().filter(|one| is(one)).count());
        add("packages", Value::from(self.packages.len()));
        add("with-version", having(|one| one.version.is_some()));
        add("with-purl", having(|one| !one.purls.is_empty()));
        add("with-licence", having(|one| !one.licences.is_empty()));
        add("with-hash", having(|one| !one.hashes.is_empty()));
        add("files", Value::from(self.files));
        if let Some(Ok(vex)) = self.analyses.as_deref() {
            add("vex", Value::Object(vex.facts().into_iter().collect()));
        }
        facts
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
