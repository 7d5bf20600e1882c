//! A conformance case: an image, its evidence, a policy, and the verdict that the specifications give.

mod files;

use crate::image::Image;
use crate::policy::Policy;
use crate::store::Layout;

pub use files::{Change, ConfigChange, FileFacts, Sboms};

/// The time at which every case is judged.
pub const NOW: &str = "2026-11-24T12:00:00Z";

/// The verdict of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The policy holds.
    Accepted,
    /// At least one error finding.
    Rejected,
}

impl Expect {
    /// As the report writes the verdict.
    pub fn word(self) -> &'static str {
        match self {
            Expect::Accepted => "accepted",
            Expect::Rejected => "rejected",
        }
    }
}

/// What must be reported about one platform.
#[derive(Clone, Debug, Default)]
pub struct PlatformFacts {
    /// `linux/amd64`
    pub platform: String,
    /// The platform manifest of the proved base.
    pub base: Option<String>,
    /// How many layers the base has.
    pub base_layers: Option<usize>,
    /// The chain ID of the base's layers.
    pub chain_id: Option<String>,
    /// How many layers are the organization's.
    pub org_layers: Option<usize>,
    /// The class of the vendor's image: `catalog`, `customization`.
    pub class: Option<&'static str>,
    /// The owner of the config.
    pub config_owner: Option<&'static str>,
    /// The image between the base and this one.
    pub intermediate: Option<IntermediateFacts>,
}

/// What must be reported about an image between.
#[derive(Clone, Debug)]
pub struct IntermediateFacts {
    /// Its name in the policy.
    pub name: &'static str,
    /// Its platform manifest.
    pub image: String,
    /// How many layers it brings.
    pub layers: usize,
    /// The chain ID of its layers and all below them.
    pub chain_id: String,
}

impl PlatformFacts {
    /// An image of the organization on a catalog image.
    pub fn derived(image: &Image, base: &Image) -> Self {
        Self {
            org_layers: Some(image.spec.layers.len() - base.spec.layers.len()),
            config_owner: Some("org"),
            ..Self::untouched(base)
        }
    }

    /// An image of the organization that stands on nothing.
    pub fn org_only(image: &Image) -> Self {
        Self {
            platform: image.spec.platform.name(),
            org_layers: Some(image.spec.layers.len()),
            config_owner: Some("org"),
            ..Self::default()
        }
    }

    /// A catalog image as the vendor made it.
    pub fn untouched(base: &Image) -> Self {
        Self {
            platform: base.spec.platform.name(),
            base: Some(base.digest()),
            base_layers: Some(base.spec.layers.len()),
            chain_id: Some(base.chain_id()),
            org_layers: Some(0),
            class: Some("catalog"),
            config_owner: Some("vendor"),
            intermediate: None,
        }
    }
}

impl IntermediateFacts {
    fn toml(&self) -> String {
        let Self { name, image, layers, chain_id } = self;
        format!(
            "intermediate = {{ name = {name:?}, image = {image:?}, layers = {layers}, chain_id = {chain_id:?} }}"
        )
    }
}

/// A conformance case. It has one fault, or none.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: &'static str,
    /// What is wrong, or what makes it right, in one sentence.
    pub about: &'static str,
    /// The paragraph of a specification that decides it.
    pub spec: &'static str,
    /// The policy.
    pub policy: Policy,
    /// The layout that holds the image.
    pub image: Layout,
    /// The digest under which the image is asked for.
    pub digest: String,
    /// A further layout, mostly the base's documents and attestations.
    pub evidence: Option<Layout>,
    /// `--base`
    pub base_refs: Vec<String>,
    /// `--platform`
    pub platforms: Vec<String>,
    /// `--layers`
    pub layers: Option<&'static str>,
    /// `--now`
    pub now: &'static str,
    /// `--as`
    pub as_name: Option<&'static str>,
    /// The verdict.
    pub expect: Expect,
    /// At least one of these is among the error findings.
    pub codes: Vec<&'static str>,
    /// If any are stated, exactly these are the error findings: code, and path or nothing.
    pub errors: Vec<(&'static str, &'static str)>,
    /// All of these are among the warning findings.
    pub warnings: Vec<&'static str>,
    /// At least one of these is among the codes of `unverified[]`.
    pub unverified: Vec<&'static str>,
    /// What must be reported.
    pub facts: Vec<PlatformFacts>,
    /// What must be reported about the files, if the case is about them.
    pub files: Option<FileFacts>,
    /// Fields of the configuration that differ from the base's.
    pub config: Vec<ConfigChange>,
}

impl Case {
    /// A case that must be accepted, with the usual policy.
    pub fn accepted(name: &'static str, about: &'static str, spec: &'static str) -> Self {
        Self {
            name,
            about,
            spec,
            policy: Policy::derived(),
            image: Layout::new(),
            digest: String::new(),
            evidence: None,
            base_refs: Vec::new(),
            platforms: Vec::new(),
            layers: None,
            now: NOW,
            as_name: None,
            expect: Expect::Accepted,
            codes: Vec::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
            unverified: Vec::new(),
            facts: Vec::new(),
            files: None,
            config: Vec::new(),
        }
    }

    /// A case that must be rejected with one of these codes, the most specific first.
    pub fn rejected(
        name: &'static str,
        about: &'static str,
        spec: &'static str,
        codes: &[&'static str],
    ) -> Self {
        Self { expect: Expect::Rejected, codes: codes.to_vec(), ..Self::accepted(name, about, spec) }
    }

    /// A case that must be rejected with exactly these error findings: code, and path or nothing.
    pub fn failing(
        name: &'static str,
        about: &'static str,
        spec: &'static str,
        errors: &[(&'static str, &'static str)],
    ) -> Self {
        let mut codes: Vec<_> = errors.iter().map(|(code, _)| *code).collect();
        codes.dedup();
        Self { errors: errors.to_vec(), ..Self::rejected(name, about, spec, &codes) }
    }

    /// The layout and the digest asked for in it.
    pub fn image(self, image: Layout, digest: &str) -> Self {
        Self { image, digest: digest.to_owned(), ..self }
    }

    /// With an evidence archive.
    pub fn evidence(self, evidence: Layout) -> Self {
        Self { evidence: Some(evidence), ..self }
    }

    /// With another policy.
    pub fn policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// With `--platform`.
    pub fn platform(mut self, platform: &str) -> Self {
        self.platforms.push(platform.to_owned());
        self
    }

    /// With `--layers`.
    pub fn layers(self, layers: &'static str) -> Self {
        Self { layers: Some(layers), ..self }
    }

    /// With `--as`.
    pub fn named(self, name: &'static str) -> Self {
        Self { as_name: Some(name), ..self }
    }

    /// With `--base`.
    pub fn base_ref(mut self, reference: &str) -> Self {
        self.base_refs.push(reference.to_owned());
        self
    }

    /// With warnings that must be there.
    pub fn warns(self, codes: &[&'static str]) -> Self {
        Self { warnings: codes.to_vec(), ..self }
    }

    /// With codes of which one must be in `unverified[]`.
    pub fn unverified(self, codes: &[&'static str]) -> Self {
        Self { unverified: codes.to_vec(), ..self }
    }

    /// With facts of one platform.
    pub fn facts(mut self, facts: PlatformFacts) -> Self {
        self.facts.push(facts);
        self
    }

    /// The text of `case.toml`.
    pub fn toml(&self) -> String {
        let mut lines = vec![
            format!("name = {:?}", self.name),
            format!("about = {:?}", self.about),
            format!("spec = {:?}", self.spec),
            format!("expect = {:?}", self.expect.word()),
        ];
        let list = |name: &str, values: &[String]| format!("{name} = {values:?}");
        let words = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        if !self.codes.is_empty() {
            lines.push(list("codes", &words(&self.codes)));
        }
        if !self.warnings.is_empty() {
            lines.push(list("warnings", &words(&self.warnings)));
        }
        if !self.unverified.is_empty() {
            lines.push(list("unverified", &words(&self.unverified)));
        }
        lines.push(format!("now = {:?}", self.now));
        lines.push(format!("image = \"oci-archive:image.tar@{}\"", self.digest));
        if self.evidence.is_some() {
            lines.push(list("evidence", &words(&["oci-archive:evidence.tar"])));
        }
        if !self.base_refs.is_empty() {
            lines.push(list("base_refs", &self.base_refs));
        }
        if !self.platforms.is_empty() {
            lines.push(list("platforms", &self.platforms));
        }
        lines.extend(self.layers.map(|layers| format!("layers = {layers:?}")));
        lines.extend(self.as_name.map(|name| format!("as = {name:?}")));
        lines.extend(self.files.iter().map(|_| r#"needs = "layers""#.to_owned()));
        for facts in &self.facts {
            lines.push(format!("\n[platform.{:?}]", facts.platform));
            lines.extend(facts.base.iter().map(|digest| format!("base = {digest:?}")));
            lines.extend(facts.base_layers.map(|count| format!("base_layers = {count}")));
            lines.extend(facts.chain_id.iter().map(|chain| format!("chain_id = {chain:?}")));
            lines.extend(facts.org_layers.map(|count| format!("org_layers = {count}")));
            lines.extend(facts.class.map(|class| format!("class = {class:?}")));
            lines.extend(facts.config_owner.map(|owner| format!("config_owner = {owner:?}")));
            lines.extend(facts.intermediate.iter().map(IntermediateFacts::toml));
        }
        for (code, path) in &self.errors {
            lines.push(format!("\n[[error]]\ncode = {code:?}"));
            lines.extend((!path.is_empty()).then(|| format!("path = {path:?}")));
        }
        lines.extend(self.config.iter().map(ConfigChange::toml));
        lines.extend(self.files.iter().flat_map(FileFacts::toml));
        lines.join("\n") + "\n"
    }
}
