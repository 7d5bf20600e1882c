//! OpenVEX 0.2 (openvex/spec "OPENVEX-SPEC.md", "ATTESTING.md").

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Component, Justification, Product, Status, Vex, VexStatement, Vulnerability};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::Node;
use crate::limits::Limits;
use crate::statement::fields::{Part, parts};

const WHAT: &str = "OpenVEX";
const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";
/// A context without a version means the first one, whatever the predicate type says.
const DRAFTS: [&str; 2] = ["https://openvex.dev/ns", "https://openvex.dev/ns/v0.0.1"];

impl Vex {
    pub(crate) fn openvex(predicate: &Node<'_>, limits: &Limits) -> Result<Self> {
        let document = Part::of(predicate, WHAT)?;
        let context = document.require_text("@context")?;
        if DRAFTS.contains(&context) {
            return Err(draft(context));
        }
        if context != CONTEXT {
            return Err(document.invalid("@context", CONTEXT).found(format!("{context:?}")));
        }
        let issued = document.require_time("timestamp")?;
        let version = document.require_count("version")?;
        if version == 0 {
            return Err(document.invalid("version", "1 or more").found("0"));
        }
        let statements = document.require_list("statements")?;
        if statements.is_empty() {
            return Err(document.invalid("statements", "at least one").found("none"));
        }
        let statements = parts(statements, &document.path("statements"))?;
        Vex {
            id: Some(document.require_text("@id")?.to_owned()),
            author: Some(document.require_text("author")?.to_owned()),
            version: Some(version),
            issued: Some(issued),
            updated: document.time("last_updated")?,
            statements: statements.iter().map(|one| statement(one, issued)).collect::<Result<_>>()?,
        }
        .within(limits)
    }
}

/// Known for what it is, so that nobody takes it for something else, and not read: vulnerabilities and
/// products are texts in it.
pub(crate) fn draft(found: &str) -> Error {
    Error::new(Code::PredicateInvalid, WHAT)
        .expected(format!("OpenVEX 0.2, of context {CONTEXT}"))
        .found(format!("an old draft, {found}"))
        .hint("Generate it again with a tool that writes OpenVEX 0.2.")
}

fn statement(part: &Part<'_, '_>, issued: Timestamp) -> Result<VexStatement> {
    let status = Status::read(part, "status")?.ok_or_else(|| part.invalid("status", "a status"))?;
    let justification = Justification::read(part, "justification")?;
    let impact = part.owned("impact_statement")?;
    let action = part.owned("action_statement")?;
    match status {
        Status::NotAffected if justification.is_none() && impact.is_none() => {
            return Err(part.invalid("justification", "one, or an impact_statement, with not_affected"));
        }
        Status::Affected if action.is_none() => {
            return Err(part.invalid("action_statement", "one, with affected"));
        }
        _ => {}
    }
    Ok(VexStatement {
        vulnerability: vulnerability(&part.require_part("vulnerability")?)?,
        products: products(part)?,
        status,
        justification,
        impact,
        action,
        notes: part.owned("status_notes")?,
        at: Some(part.time("timestamp")?.unwrap_or(issued)),
    })
}

fn vulnerability(part: &Part<'_, '_>) -> Result<Vulnerability> {
    Ok(Vulnerability {
        name: part.require_text("name")?.to_owned(),
        id: part.owned("@id")?,
        aliases: part.texts("aliases")?,
    })
}

/// A list that is there and empty would seem to speak of everything.
fn products(part: &Part<'_, '_>) -> Result<Vec<Product>> {
    if part.get("products").is_some() && part.list("products")?.is_empty() {
        return Err(part.invalid("products", "at least one, or no such member").found("none"));
    }
    let product = |part: &Part<'_, '_>| {
        let subcomponents = part.parts("subcomponents")?;
        Ok(Product {
            component: component(part)?,
            subcomponents: subcomponents.iter().map(component).collect::<Result<_>>()?,
            versions: Vec::new(),
        })
    };
    part.parts("products")?.iter().map(product).collect()
}

fn component(part: &Part<'_, '_>) -> Result<Component> {
    let component = Component {
        id: part.owned("@id")?,
        identifiers: texts(part, "identifiers")?,
        hashes: texts(part, "hashes")?,
    };
    if component.is_nameless() {
        return Err(part.invalid("@id", "one, or an identifier or a hash"));
    }
    Ok(component)
}

/// A map from labels to texts.
fn texts(part: &Part<'_, '_>, name: &str) -> Result<BTreeMap<String, String>> {
    let Some(node) = part.get(name) else { return Ok(BTreeMap::new()) };
    let Node::Object(members) = node else { return Err(part.invalid(name, "an object")) };
    let text = |(label, value): &(std::borrow::Cow<'_, str>, Node<'_>)| match value.as_str() {
        Some(text) if !text.trim().is_empty() => Ok((label.to_string(), text.to_owned())),
        _ => Err(part.invalid(name, &format!("text as {label:?}"))),
    };
    members.iter().map(text).collect()
}
