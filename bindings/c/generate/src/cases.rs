//! The cases of `testdata/cases` for C, which reads no TOML: a table of rows, and for each case the report that the
//! Rust library gives, which C must give byte for byte.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use layertrust::report::{Layers, Report};
use layertrust::{Accepted, Evidence, Failure, ImageReference, LocalSource, Policy, Request, Verifier};
use layertrust_report::json;
use serde::Deserialize;

/// Where the cases lie, seen from the root of the repository.
const CASES: &str = "testdata/cases";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Case {
    name: String,
    expect: String,
    now: String,
    image: String,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default, rename = "base_refs")]
    bases: Vec<String>,
    #[serde(default)]
    platforms: Vec<String>,
    layers: Option<String>,
    #[serde(rename = "as")]
    deployed_as: Option<String>,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    error: Vec<Expected>,
    #[serde(default)]
    platform: BTreeMap<String, BTreeMap<String, toml::Value>>,
}

#[derive(Deserialize)]
struct Expected {
    code: String,
    path: Option<String>,
}

/// Writes `cases.tsv` and a report for each case. To be run in the root of the repository.
pub(crate) fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(CASES)? {
        let entry = entry?;
        if entry.path().join("case.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    let mut table = String::new();
    for name in &names {
        let place = format!("{CASES}/{name}");
        let case: Case = toml::from_str(&fs::read_to_string(format!("{place}/case.toml"))?)?;
        rows(&case, &place, &mut table);
        let mut bytes = Vec::new();
        let report = case.ask(&place).map_err(|error| format!("{name}: {error}"))?;
        json::write_line(&mut bytes, &report)?;
        fs::write(folder.join(format!("{name}.json")), bytes.trim_ascii_end())?;
    }
    fs::write(folder.join("cases.tsv"), table)?;
    println!("{} cases", names.len());
    Ok(())
}

/// One row for each thing that C must know, `end` after the last.
fn rows(case: &Case, place: &str, table: &mut String) {
    let mut row = |cells: &[&str]| {
        table.push_str(&cells.join("\t"));
        table.push('\n');
    };
    row(&["case", &case.name, &case.expect, &case.now]);
    row(&["policy", &format!("{place}/policy.toml")]);
    row(&["image", &located(place, &case.image)]);
    case.evidence.iter().for_each(|name| row(&["evidence", &located(place, name)]));
    case.bases.iter().filter(|base| base.starts_with("sha256:")).for_each(|base| row(&["base", base]));
    case.platforms.iter().for_each(|platform| row(&["platform", platform]));
    case.layers.iter().for_each(|layers| row(&["layers", layers]));
    case.deployed_as.iter().for_each(|name| row(&["as", name]));
    case.codes.iter().for_each(|code| row(&["code", code]));
    case.warnings.iter().for_each(|code| row(&["warning", code]));
    for error in &case.error {
        row(&["error", &error.code, error.path.as_deref().unwrap_or("-")]);
    }
    for (platform, facts) in &case.platform {
        for (fact, value) in facts {
            match value {
                toml::Value::String(text) => row(&["on", platform, fact, text]),
                toml::Value::Integer(number) => row(&["on", platform, fact, &number.to_string()]),
                // An intermediate: its facts, by its name.
                toml::Value::Table(inner) => {
                    let of = |key: &str| {
                        inner.get(key).map(|value| match value {
                            toml::Value::String(text) => text.clone(),
                            other => other.to_string(),
                        })
                    };
                    let all = ["name", "image", "layers", "chain_id"].map(|key| of(key).unwrap_or_default());
                    let cells: Vec<&str> =
                        ["on", platform, fact].into_iter().chain(all.iter().map(String::as_str)).collect();
                    row(&cells);
                }
                _ => {}
            }
        }
    }
    row(&["end"]);
}

/// A reference of a case, seen from the root of the repository.
fn located(place: &str, reference: &str) -> String {
    match reference.split_once(':') {
        Some((transport, rest)) => format!("{transport}:{place}/{rest}"),
        None => reference.to_owned(),
    }
}

impl Case {
    /// Asks the Rust library.
    fn ask(&self, place: &str) -> Result<Report, Box<dyn Error>> {
        let policy = Policy::from_file(format!("{place}/policy.toml").as_ref())?;
        let limits = policy.limits();
        let mut evidence = Evidence::default();
        for name in &self.evidence {
            evidence = evidence.open(&located(place, name).parse()?, limits)?;
        }
        let image = located(place, &self.image);
        let reference: ImageReference = image.parse()?;
        let source = LocalSource::open(&reference, limits)?;
        let (stack, selector) = evidence.stack(source, &reference.selector, limits)?;
        let mut request =
            Request::new(&image, selector, self.now.parse()?).layers(match self.layers.as_deref() {
                Some("all") => Layers::All,
                Some("none") => Layers::None,
                _ => Layers::Auto,
            });
        let platforms = self.platforms.iter().map(|text| text.parse());
        request = request.platforms(platforms.collect::<Result<_, _>>()?);
        if let Some(name) = &self.deployed_as {
            request = request.name(name);
        }
        for base in self.bases.iter().filter_map(|base| base.parse().ok()) {
            request = request.base(base);
        }
        match Verifier::new(policy)?.verify(&stack, &request).map(Accepted::into_report) {
            Ok(report) => Ok(report),
            Err(Failure::Rejected(report)) => Ok(*report),
            Err(Failure::Error(error)) => Err(error.into()),
        }
    }
}
