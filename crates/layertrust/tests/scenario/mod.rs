//! Scenarios on disk: how they are asked, and whether the answer is the one that is stated.
#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use layertrust::report::{Finding, Layers, OwnerKind, PlatformReport, Report};
use layertrust::{
    Code, Error, Failure, Files, ImageReference, Limits, LocalSource, Policy, Request, Selector, Severity,
    Source, Stack, Verifier,
};
use serde::Deserialize;

/// What a scenario says about itself: `case.toml` or `expected.toml`.
#[derive(Debug, Deserialize, Clone)]
pub(crate) struct Scenario {
    #[serde(alias = "scenario")]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) needs: Option<String>,
    pub(crate) expect: String,
    pub(crate) now: String,
    pub(crate) image: String,
    /// Why another clean answer is right as well.
    #[serde(default)]
    pub(crate) optional: Option<String>,
    #[serde(default)]
    pub(crate) codes: Vec<String>,
    #[serde(default)]
    pub(crate) warnings: Vec<String>,
    #[serde(default)]
    pub(crate) unverified: Vec<String>,
    #[serde(default)]
    pub(crate) evidence: Vec<String>,
    #[serde(default)]
    pub(crate) base_refs: Vec<String>,
    #[serde(default)]
    pub(crate) platforms: Vec<String>,
    #[serde(default)]
    pub(crate) layers: Option<String>,
    #[serde(default, rename = "as")]
    pub(crate) name_as: Option<String>,
    #[serde(default)]
    pub(crate) platform: BTreeMap<String, PlatformExpectation>,
    #[serde(default)]
    pub(crate) error: Vec<ErrorExpectation>,
    #[serde(default)]
    pub(crate) config: Vec<ConfigExpectation>,
    #[serde(default)]
    pub(crate) change: Vec<ChangeExpectation>,
    #[serde(default)]
    pub(crate) added: Vec<AddedExpectation>,
    #[serde(default)]
    pub(crate) package: Vec<PackageExpectation>,
    #[serde(default)]
    pub(crate) sboms: Vec<SbomsExpectation>,
}

/// One error finding; if any are stated, there are no others.
#[derive(Debug, Deserialize, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorExpectation {
    pub(crate) code: String,
    pub(crate) path: Option<String>,
}

#[derive(Debug, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeExpectation {
    pub(crate) path: String,
    pub(crate) kind: String,
    pub(crate) layer: Option<usize>,
    pub(crate) severity: Option<String>,
    pub(crate) shadows: Option<String>,
    pub(crate) target: Option<String>,
}

/// A path among `added.suspicious`, or among the changes.
#[derive(Debug, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddedExpectation {
    pub(crate) path: String,
    pub(crate) class: String,
    pub(crate) layer: Option<usize>,
}

/// A package of the vendor's that is no longer the vendor's bytes, or one that has a vulnerability.
#[derive(Debug, Deserialize, Clone)]
pub(crate) struct PackageExpectation {
    pub(crate) class: Option<String>,
    pub(crate) purl: String,
    pub(crate) path: Option<String>,
}

/// The SBOMs of one side, joined with the packages of the layers.
#[derive(Debug, Deserialize, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct SbomsExpectation {
    pub(crate) role: String,
    pub(crate) matched: u64,
    pub(crate) not_in_sbom: Vec<String>,
    pub(crate) not_in_layers: Vec<String>,
    pub(crate) not_comparable: u64,
}

#[derive(Debug, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlatformExpectation {
    pub(crate) base: Option<String>,
    pub(crate) base_layers: Option<usize>,
    pub(crate) chain_id: Option<String>,
    pub(crate) org_layers: Option<usize>,
    pub(crate) class: Option<String>,
    pub(crate) config_owner: Option<String>,
    pub(crate) intermediate: Option<IntermediateExpectation>,
}

#[derive(Debug, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntermediateExpectation {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) layers: usize,
    pub(crate) chain_id: String,
}

#[derive(Debug, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigExpectation {
    pub(crate) field: String,
    pub(crate) base: Option<toml::Value>,
    pub(crate) image: Option<toml::Value>,
}

/// Key files beside a policy.
pub(crate) struct Beside(pub PathBuf);

impl Files for Beside {
    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        std::fs::read(self.0.join(path)).map_err(|error| Error::new(Code::Io, path).found(error))
    }
}

impl Scenario {
    pub(crate) fn load(file: &Path) -> Scenario {
        let text = std::fs::read_to_string(file).unwrap();
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    pub(crate) fn policy(&self, folder: &Path) -> Result<Policy, Error> {
        let text = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
        Policy::from_toml(&text, &Beside(folder.to_owned()))
    }

    /// The question, with what to take of its source.
    pub(crate) fn request(&self, folder: &Path) -> Request {
        self.request_for(self.open(folder).map_or(Selector::Only, |(_, selector)| selector))
    }

    /// The question about what is selected in a source.
    pub(crate) fn request_for(&self, selector: Selector) -> Request {
        let mut request = Request::new(&self.image, selector, self.now.parse().unwrap())
            .platforms(self.platforms.iter().map(|text| text.parse().unwrap()).collect())
            .layers(match self.layers.as_deref() {
                Some("all") => Layers::All,
                Some("none") => Layers::None,
                _ => Layers::Auto,
            });
        if let Some(name) = &self.name_as {
            request = request.name(name);
        }
        for base in self.base_refs.iter().filter_map(|base| base.parse().ok()) {
            request = request.base(base);
        }
        request
    }

    pub(crate) fn source(&self, folder: &Path) -> Result<Stack, Error> {
        self.open(folder).map(|(stack, _)| stack)
    }

    /// The image with its evidence on it, and what to take of it.
    fn open(&self, folder: &Path) -> Result<(Stack, Selector), Error> {
        let limits = Limits::default();
        let reference = open_name(folder, &self.image);
        let image = LocalSource::open(&reference, &limits)?;
        let evidence = self.evidence.iter().map(|name| LocalSource::open(&open_name(folder, name), &limits));
        let evidence = evidence.map(|source| source.map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        let selector =
            image.select(&reference.selector, evidence.iter().map(|one| one as &dyn Source), &limits)?;
        let stack = Stack::new(Box::new(image));
        Ok((evidence.into_iter().fold(stack, |stack, one| stack.evidence(Box::new(one))), selector))
    }

    /// Asks the question.
    pub(crate) fn run(&self, folder: &Path) -> Result<Report, Failure> {
        let policy = self.policy(folder).map_err(Failure::Error)?;
        let source = self.source(folder).map_err(Failure::Error)?;
        let verifier = Verifier::new(policy).map_err(Failure::Error)?;
        verifier.verify(&source, &self.request(folder)).map(layertrust::Accepted::into_report)
    }

    /// Everything in which an answer differs from what the scenario states.
    pub(crate) fn differences(&self, outcome: &Result<Report, Failure>) -> Vec<String> {
        let (verdict, report) = match outcome {
            Ok(report) => ("accepted", report),
            Err(Failure::Rejected(report)) => ("rejected", &**report),
            Err(Failure::Error(error)) => return vec![format!("no answer: {error}")],
        };
        let mut differences = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                differences.push(what);
            }
        };
        // The other answer must do without what the stated one denies.
        let is_other = self.optional.is_some() && verdict != self.expect;
        let is_as_stated = verdict == self.expect || is_other;
        expect(is_as_stated, format!("{verdict}, {:?}", codes(report, Severity::Error)));
        let segments = report.platforms.iter().flat_map(|platform| &platform.segments);
        let between = segments.filter(|segment| segment.owner == OwnerKind::Intermediate).count();
        expect(!is_other || between == 0, format!("no intermediate segment, found {between}"));
        if !self.codes.is_empty() && !is_other {
            let found = codes(report, Severity::Error);
            let hit = self.codes.iter().any(|code| found.contains(&code.as_str()));
            expect(hit, format!("codes {:?}, found {found:?}", self.codes));
        }
        if !self.error.is_empty() {
            let errors = report.errors().map(|finding| ErrorExpectation {
                code: finding.code.name().to_owned(),
                path: finding.path.clone(),
            });
            let (mut found, mut stated): (Vec<_>, _) = (errors.collect(), self.error.clone());
            found.sort();
            stated.sort();
            expect(found == stated, format!("exactly the errors {stated:?}, found {found:?}"));
        }
        for code in &self.warnings {
            let found = codes(report, Severity::Warning);
            expect(found.contains(&code.as_str()), format!("warning {code}, found {found:?}"));
        }
        if !self.unverified.is_empty() {
            let found: Vec<_> =
                report.platforms.iter().flat_map(|one| &one.unverified).map(|one| one.code.name()).collect();
            let hit = self.unverified.iter().any(|code| found.contains(&code.as_str()));
            expect(hit, format!("unverified {:?}, found {found:?}", self.unverified));
        }
        for (name, expected) in &self.platform {
            match report.platforms.iter().find(|platform| platform.platform == *name) {
                None => expect(false, format!("no platform {name}")),
                Some(platform) => {
                    platform_differences(expected, platform).into_iter().for_each(|text| expect(false, text))
                }
            }
        }
        let is_about_layers = self.needs.as_deref() == Some("layers");
        for platform in report.platforms.iter().filter(|_| is_about_layers) {
            files::differences(self, platform).into_iter().for_each(|text| expect(false, text));
        }
        for expected in &self.config {
            let changes: Vec<_> =
                report.platforms.iter().flat_map(|platform| &platform.config.changes).collect();
            let same = |value: &Option<serde_json::Value>, expected: &Option<toml::Value>| match expected {
                Some(expected) => value.as_ref() == Some(&serde_json::to_value(expected).unwrap()),
                None => value.is_none(),
            };
            let hit = changes.iter().any(|change| {
                change.field == expected.field
                    && same(&change.base, &expected.base)
                    && same(&change.image, &expected.image)
            });
            expect(hit, format!("config change {expected:?}, found {changes:?}"));
        }
        differences
    }
}

fn platform_differences(expected: &PlatformExpectation, platform: &PlatformReport) -> Vec<String> {
    let mut differences = Vec::new();
    let vendor = platform
        .segments
        .iter()
        .find(|segment| matches!(segment.owner, OwnerKind::Vendor | OwnerKind::VendorCustomization));
    let mut same = |what: &str, expected: Option<String>, found: Option<String>| {
        if expected.is_some() && expected != found {
            differences.push(format!("{what}: expected {expected:?}, found {found:?}"));
        }
    };
    same("base", expected.base.clone(), vendor.map(|segment| segment.image.clone()));
    let base_layers = vendor.map_or(0, |segment| segment.layers[1] - segment.layers[0]);
    same("base layers", expected.base_layers.map(|n| n.to_string()), Some(base_layers.to_string()));
    same("chain ID", expected.chain_id.clone(), vendor.and_then(|segment| segment.chain_id.clone()));
    let org = platform.layers.iter().filter(|layer| layer.owner == OwnerKind::Org).count();
    same("org layers", expected.org_layers.map(|n| n.to_string()), Some(org.to_string()));
    let word = |value: serde_json::Value| value.as_str().map(str::to_owned);
    let class =
        vendor.and_then(|segment| segment.class).and_then(|class| word(serde_json::to_value(class).unwrap()));
    same("class", expected.class.clone(), class);
    same(
        "config owner",
        expected.config_owner.clone(),
        word(serde_json::to_value(platform.config.owner).unwrap()),
    );
    if let Some(stated) = &expected.intermediate {
        let found = platform.segments.iter().find(|one| one.name.as_deref() == Some(&stated.name));
        same("intermediate", Some(stated.image.clone()), found.map(|one| one.image.clone()));
        let layers = found.map(|one| (one.layers[1] - one.layers[0]).to_string());
        same("its layers", Some(stated.layers.to_string()), layers);
        same("its chain ID", Some(stated.chain_id.clone()), found.and_then(|one| one.chain_id.clone()));
    }
    differences
}

pub(crate) fn codes(report: &Report, severity: Severity) -> Vec<&'static str> {
    let of_severity = |finding: &&Finding| finding.severity == severity;
    report.findings.iter().filter(of_severity).map(|finding| finding.code.name()).collect()
}

/// A reference in a scenario, its path relative to the scenario's folder.
pub(crate) fn open_name(folder: &Path, text: &str) -> ImageReference {
    let (transport, rest) = text.split_once(':').unwrap();
    format!("{transport}:{}", folder.join(rest).display()).parse().unwrap()
}

/// A folder of shared data: from the variable, else beside the repository. Absent data is skipped where
/// everybody sees it, and fails where skipping is forbidden.
pub(crate) fn shared(variable: &str, folder: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder),
        PathBuf::from,
    );
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_none(),
        "{} is missing and skips are forbidden",
        path.display()
    );
    println!("SKIPPED: {} is not there; set {variable}", path.display());
    None
}

pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}
