//! How a configuration differs from the base's, field by field.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::oci::config::ImageConfig;
use crate::report::{ConfigChange, VendorLabels};

/// The vendor's namespace of labels. Everything built on its images inherits them.
const VENDOR: &str = "com.docker.dhi.";

/// Variables that are lists of folders or files, divided by colons: what is looked up, loaded or run comes from
/// the first that has it.
const SEARCH_PATHS: [&str; 18] = [
    "PATH",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LD_AUDIT",
    "GCONV_PATH",
    "PYTHONPATH",
    "NODE_PATH",
    "PERL5LIB",
    "PERLLIB",
    "RUBYLIB",
    "GEM_PATH",
    "GOPATH",
    "CLASSPATH",
    "PKG_CONFIG_PATH",
    "GI_TYPELIB_PATH",
    "MANPATH",
    "XDG_DATA_DIRS",
    "XDG_CONFIG_DIRS",
];

/// Every field that differs, in order of name. `created`, `author` and the history decide nothing and are
/// not compared.
pub(crate) fn config_changes(base: &ImageConfig, image: &ImageConfig) -> Vec<ConfigChange> {
    let names: BTreeSet<&String> = base.settings.keys().chain(image.settings.keys()).collect();
    let differing = names.into_iter().filter(|name| base.settings.get(*name) != image.settings.get(*name));
    differing
        .map(|name| {
            let (from, to) = (base.settings.get(name), image.settings.get(name));
            let is_list = name.strip_prefix("Env.").is_some_and(|name| SEARCH_PATHS.contains(&name));
            let (before, after) = if is_list { (entries(from), entries(to)) } else { Default::default() };
            ConfigChange {
                field: name.clone(),
                base: from.cloned(),
                image: to.cloned(),
                // Where only the order differs, neither has entries.
                added: missing_in(&before, &after),
                removed: missing_in(&after, &before),
            }
        })
        .collect()
}

/// The entries of a search path. An empty one is the working directory, and stands as such.
fn entries(value: Option<&Value>) -> Vec<&str> {
    match value.and_then(Value::as_str) {
        None | Some("") => Vec::new(),
        Some(list) => list.split(':').collect(),
    }
}

/// What `list` has and `other` has not, each once.
fn missing_in(other: &[&str], list: &[&str]) -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    for entry in list {
        if !other.contains(entry) && missing.iter().all(|known| known != entry) {
            missing.push((*entry).to_owned());
        }
    }
    missing
}

/// What became of the vendor's labels; none if neither the base nor the image has any. Without a proved base
/// nothing shows that the image may bear them: all of them are added.
pub(crate) fn vendor_labels(base: Option<&ImageConfig>, image: &ImageConfig) -> Option<VendorLabels> {
    let mut labels = VendorLabels::default();
    let of_base = base.map(|base| &base.settings);
    for (name, value) in image.settings.iter() {
        let Some(own) = label(name) else { continue };
        match of_base.and_then(|settings| settings.get(name)) {
            Some(inherited) if inherited == value => labels.kept += 1,
            Some(_) => labels.changed.push(own),
            None => labels.added.push(own),
        }
    }
    let gone = of_base.into_iter().flatten().filter(|(name, _)| !image.settings.contains_key(*name));
    labels.removed = gone.filter_map(|(name, _)| label(name)).collect();
    (labels != VendorLabels::default()).then_some(labels)
}

/// The name of a vendor's label, as the config spells it.
fn label(setting: &str) -> Option<String> {
    setting.strip_prefix("Labels.").filter(|name| name.starts_with(VENDOR)).map(str::to_owned)
}

#[cfg(test)]
mod tests;
