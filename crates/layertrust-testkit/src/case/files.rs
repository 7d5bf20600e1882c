//! What a case states about the files and the configuration of its image.

use super::Case;

/// Exactly these changes, and at least the rest.
#[derive(Clone, Debug, Default)]
pub struct FileFacts {
    /// All changes to the base's paths.
    pub changes: Vec<Change>,
    /// Suspicious paths: class, path and layer.
    pub added: Vec<(&'static str, &'static str, usize)>,
    /// Packages that are no longer the vendor's, with one path of each.
    pub modified: Vec<(&'static str, &'static str)>,
    /// What SBOMs and layers name of each other, if the case is about that.
    pub sboms: Vec<Sboms>,
}

/// The SBOMs of one side, joined with the packages of the layers.
#[derive(Clone, Debug)]
pub struct Sboms {
    /// `base` or `org`.
    pub role: &'static str,
    /// Packages in both.
    pub matched: usize,
    /// Packages in the layers alone.
    pub not_in_sbom: Vec<&'static str>,
    /// Packages in the SBOMs alone.
    pub not_in_layers: Vec<&'static str>,
    /// Packages in the SBOMs that no database could record.
    pub not_comparable: usize,
}

/// A change to a path of the base.
#[derive(Clone, Debug)]
pub struct Change {
    kind: &'static str,
    path: &'static str,
    layer: usize,
    severity: &'static str,
    shadows: Option<&'static str>,
    target: Option<&'static str>,
}

impl Change {
    /// A change of that kind by layer 2, the first above the base that these cases stand on.
    pub fn new(kind: &'static str, severity: &'static str, path: &'static str) -> Self {
        Self { kind, path, layer: 2, severity, shadows: None, target: None }
    }

    /// By another layer.
    pub fn layer(self, layer: usize) -> Self {
        Self { layer, ..self }
    }

    /// The base's path that is found later.
    pub fn shadows(self, path: &'static str) -> Self {
        Self { shadows: Some(path), ..self }
    }

    /// What the new link leads to.
    pub fn target(self, target: &'static str) -> Self {
        Self { target: Some(target), ..self }
    }
}

/// A field of the configuration, its values as TOML.
#[derive(Clone, Debug)]
pub struct ConfigChange {
    field: &'static str,
    base: Option<&'static str>,
    image: Option<&'static str>,
}

impl ConfigChange {
    /// The table for `case.toml`.
    pub(super) fn toml(&self) -> String {
        let value = |name: &str, value: Option<&str>| {
            value.map(|value| format!("\n{name} = {value}")).unwrap_or_default()
        };
        let (base, image) = (value("base", self.base), value("image", self.image));
        format!("\n[[config]]\nfield = {:?}{base}{image}", self.field)
    }
}

impl Case {
    /// With all changes to the base's paths.
    pub fn changes(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.files.get_or_insert_default().changes.extend(changes);
        self
    }

    /// With suspicious paths that must be listed: class, path and layer. Without more nothing was changed.
    pub fn added(mut self, added: &[(&'static str, &'static str, usize)]) -> Self {
        self.files.get_or_insert_default().added.extend(added);
        self
    }

    /// With a package that is no longer the vendor's, because of that path.
    pub fn modified(mut self, purl: &'static str, path: &'static str) -> Self {
        self.files.get_or_insert_default().modified.push((purl, path));
        self
    }

    /// With SBOMs that are joined with the packages.
    pub fn sboms(mut self, sboms: Sboms) -> Self {
        self.files.get_or_insert_default().sboms.push(sboms);
        self
    }

    /// With a field of the configuration that differs from the base's, its values as TOML.
    pub fn config(
        mut self,
        field: &'static str,
        base: Option<&'static str>,
        image: Option<&'static str>,
    ) -> Self {
        self.config.push(ConfigChange { field, base, image });
        self
    }
}

impl FileFacts {
    /// The tables for `case.toml`.
    pub(super) fn toml(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for change in &self.changes {
            let Change { kind, path, layer, severity, shadows, target } = change;
            lines.push(format!("\n[[change]]\npath = {path:?}\nkind = {kind:?}\nlayer = {layer}"));
            lines.push(format!("severity = {severity:?}"));
            lines.extend(shadows.map(|path| format!("shadows = {path:?}")));
            lines.extend(target.map(|target| format!("target = {target:?}")));
        }
        for (class, path, layer) in &self.added {
            lines.push(format!("\n[[added]]\npath = {path:?}\nclass = {class:?}\nlayer = {layer}"));
        }
        for (purl, path) in &self.modified {
            lines.push(format!("\n[[package]]\npurl = {purl:?}\npath = {path:?}"));
        }
        for Sboms { role, matched, not_in_sbom, not_in_layers, not_comparable } in &self.sboms {
            lines.push(format!("\n[[sboms]]\nrole = {role:?}\nmatched = {matched}"));
            lines.push(format!("not_in_sbom = {not_in_sbom:?}\nnot_in_layers = {not_in_layers:?}"));
            lines.push(format!("not_comparable = {not_comparable}"));
        }
        lines
    }
}
