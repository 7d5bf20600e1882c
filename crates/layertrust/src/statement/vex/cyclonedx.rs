//! VEX in CycloneDX: the vulnerabilities of a document that have an analysis (CycloneDX 1.4 to 1.7).
//!
//! The words are CycloneDX's own. `docs/FORMATS.md` has the table of what each is taken for.

use jiff::Timestamp;

use super::{AffectedVersion, Component, Justification, Product, Status, Vex, VexStatement, Vulnerability};
use crate::error::Result;
use crate::json::Node;
use crate::limits::Limits;
use crate::statement::fields::{Part, array, parts};

const WHAT: &str = "CycloneDX";

/// A state, what it is taken for, and whether it needs a reason.
#[rustfmt::skip]
const STATES: [(&str, Status, bool); 6] = [
    ("resolved", Status::Fixed, false),
    ("resolved_with_pedigree", Status::Fixed, false),
    ("exploitable", Status::Affected, false),
    ("in_triage", Status::UnderInvestigation, false),
    ("not_affected", Status::NotAffected, true),
    // The scanner was wrong, and why does not follow: no justification is made up.
    ("false_positive", Status::NotAffected, false),
];

/// What cannot be reached without a setting, a dependency or an environment that this product lacks may be
/// reached in a derived one: none of them says that the code is not there.
#[rustfmt::skip]
const JUSTIFICATIONS: [(&str, Justification); 9] = [
    ("code_not_present", Justification::VulnerableCodeNotPresent),
    ("code_not_reachable", Justification::NotInExecutePath),
    ("requires_configuration", Justification::NotInExecutePath),
    ("requires_dependency", Justification::NotInExecutePath),
    ("requires_environment", Justification::NotInExecutePath),
    ("protected_by_compiler", Justification::InlineMitigations),
    ("protected_at_runtime", Justification::InlineMitigations),
    ("protected_at_perimeter", Justification::InlineMitigations),
    ("protected_by_mitigating_control", Justification::InlineMitigations),
];

/// What a CycloneDX document says about itself.
#[derive(Debug, Default)]
pub(crate) struct About {
    pub(crate) serial: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) version: Option<u64>,
    pub(crate) issued: Option<Timestamp>,
}

impl Vex {
    /// The analyses in the member `vulnerabilities`; none if no vulnerability has one. `resolve` finds the
    /// package URL of a component of the document by its reference.
    pub(crate) fn analyses(
        vulnerabilities: &Node<'_>,
        about: About,
        resolve: &dyn Fn(&str) -> Option<String>,
        limits: &Limits,
    ) -> Result<Option<Self>> {
        let place = format!("{WHAT}: vulnerabilities");
        let mut statements = Vec::new();
        for part in parts(array(vulnerabilities, &place)?, &place)? {
            if let Some(analysis) = part.part("analysis")? {
                statements.push(statement(&part, &analysis, about.issued, resolve)?);
            }
        }
        if statements.is_empty() {
            return Ok(None);
        }
        let About { serial, author, version, issued } = about;
        Vex { id: serial, author, version, issued, updated: None, statements }.within(limits).map(Some)
    }
}

fn statement(
    part: &Part<'_, '_>,
    analysis: &Part<'_, '_>,
    issued: Option<Timestamp>,
    resolve: &dyn Fn(&str) -> Option<String>,
) -> Result<VexStatement> {
    let state = analysis.require_text("state")?;
    let known = STATES.iter().find(|(word, ..)| *word == state);
    let (_, status, needs_reason) = known.ok_or_else(|| {
        let words: Vec<&str> = STATES.iter().map(|(word, ..)| *word).collect();
        analysis.invalid("state", &words.join(", ")).found(format!("{state:?}"))
    })?;
    let justification = justification(analysis)?;
    let detail = analysis.owned("detail")?;
    if *needs_reason && justification.is_none() && detail.is_none() {
        return Err(analysis.invalid("justification", "one, or a detail, with not_affected"));
    }
    let responses = analysis.texts("response")?;
    let action = part.owned("recommendation")?.or((!responses.is_empty()).then(|| responses.join(", ")));
    let (impact, notes) = match status {
        Status::NotAffected => (detail, None),
        _ => (None, detail),
    };
    let at = analysis.time("lastUpdated")?.or(analysis.time("firstIssued")?).or(issued);
    Ok(VexStatement {
        vulnerability: vulnerability(part)?,
        products: affects(part, resolve)?,
        status: *status,
        justification,
        impact,
        action,
        notes,
        at,
    })
}

fn justification(analysis: &Part<'_, '_>) -> Result<Option<Justification>> {
    let Some(text) = analysis.text("justification")? else { return Ok(None) };
    let known = JUSTIFICATIONS.iter().find(|(word, _)| *word == text);
    known.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| {
        let words: Vec<&str> = JUSTIFICATIONS.iter().map(|(word, _)| *word).collect();
        analysis.invalid("justification", &words.join(", ")).found(format!("{text:?}"))
    })
}

/// Its own name and those that other databases have for it.
fn vulnerability(part: &Part<'_, '_>) -> Result<Vulnerability> {
    let mut names = Vec::from_iter(part.owned("id")?);
    for reference in part.parts("references")? {
        names.extend(reference.owned("id")?);
    }
    let mut names = names.into_iter();
    let name = names.next().ok_or_else(|| part.invalid("id", "a name"))?;
    Ok(Vulnerability { name, id: None, aliases: names.collect() })
}

fn affects(part: &Part<'_, '_>, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Product>> {
    if part.get("affects").is_some() && part.list("affects")?.is_empty() {
        return Err(part.invalid("affects", "at least one, or no such member").found("none"));
    }
    let product = |part: &Part<'_, '_>| {
        let reference = part.require_text("ref")?;
        let version = |part: &Part<'_, '_>| {
            let version = part.owned("version")?.or(part.owned("range")?);
            Ok(AffectedVersion {
                version: version.ok_or_else(|| part.invalid("version", "one, or a range"))?,
                status: part.owned("status")?,
            })
        };
        Ok(Product {
            component: Component {
                id: Some(resolve(reference).unwrap_or_else(|| reference.to_owned())),
                ..Component::default()
            },
            subcomponents: Vec::new(),
            versions: part.parts("versions")?.iter().map(version).collect::<Result<_>>()?,
        })
    };
    part.parts("affects")?.iter().map(product).collect()
}
