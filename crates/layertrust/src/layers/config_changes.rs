//! How a configuration differs from the base's, field by field.

use std::collections::BTreeSet;

use crate::oci::config::ImageConfig;
use crate::report::ConfigChange;

/// Every field that differs, in order of name. `created`, `author` and the history decide nothing and are
/// not compared.
pub(crate) fn config_changes(base: &ImageConfig, image: &ImageConfig) -> Vec<ConfigChange> {
    let names: BTreeSet<&String> = base.settings.keys().chain(image.settings.keys()).collect();
    let differing = names.into_iter().filter(|name| base.settings.get(*name) != image.settings.get(*name));
    differing
        .map(|name| ConfigChange {
            field: name.clone(),
            base: base.settings.get(name).cloned(),
            image: image.settings.get(name).cloned(),
        })
        .collect()
}
