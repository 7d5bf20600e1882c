//! Lists of vulnerabilities: in-toto's v0.1 and v0.2, cosign's and Docker Scout's, seen alike. Everything in one
//! is its author's word.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::{Part, array, parts};

const WHAT: &str = "vulnerability list";

/// What a scan says.
#[derive(Debug)]
pub(crate) struct Scan {
    /// A URI; none if it is empty, as cosign allows.
    scanner: Option<String>,
    scanner_version: Option<String>,
    database: Database,
    /// None where the list is in the scanner's own format.
    found: Option<Vec<Found>>,
    started: Option<Timestamp>,
    pub(crate) finished: Option<Timestamp>,
}

/// What the scanner knew.
#[derive(Debug, Default)]
struct Database {
    uri: Option<String>,
    version: Option<String>,
    updated: Option<Timestamp>,
}

/// A vulnerability that was found.
#[derive(Debug)]
struct Found {
    id: String,
    /// The package URL of what has it. in-toto's lists do not say.
    affected: Option<String>,
    severities: Vec<Severity>,
}

#[derive(Debug)]
struct Severity {
    method: String,
    score: String,
}

impl Scan {
    /// <https://github.com/in-toto/attestation/blob/main/spec/predicates/vuln.md>. Its text has a finding in a
    /// member `vulnerability`, its example has not: both are read.
    pub(crate) fn in_toto_v0_1(predicate: &Node<'_>) -> Result<Self> {
        Self::in_toto(predicate, |part| match (part.get("id"), part.part("vulnerability")?) {
            (Some(_), Some(_)) => Err(part.invalid("vulnerability", "none beside an id")),
            (_, wrapped) => found(wrapped.as_ref().unwrap_or(part)),
        })
    }

    /// <https://github.com/in-toto/attestation/blob/main/spec/predicates/vulns_02.md>
    pub(crate) fn in_toto_v0_2(predicate: &Node<'_>) -> Result<Self> {
        Self::in_toto(predicate, found)
    }

    fn in_toto(predicate: &Node<'_>, read: impl Fn(&Part<'_, '_>) -> Result<Found>) -> Result<Self> {
        let predicate = Part::of(predicate, WHAT)?;
        let scanner = predicate.require_part("scanner")?;
        scanner.require_text("uri")?;
        // No list is not an empty one, which says that nothing was found.
        scanner.require_list("result")?;
        let result = scanner.parts("result")?.iter().map(read).collect::<Result<_>>()?;
        let scan = Self::read(&predicate, &scanner, Some(result))?;
        let database = scanner.require_part("db")?;
        database.require_time("lastUpdate")?;
        Ok(scan)
    }

    /// cosign's own type, as `cosign attest --type vuln` writes it. Its specification calls the scanners a
    /// list, which cosign itself neither reads nor writes. The result is the scanner's own report.
    pub(crate) fn cosign(predicate: &Node<'_>) -> Result<Self> {
        let predicate = Part::of(predicate, WHAT)?;
        let scanner = predicate.require_part("scanner")?;
        if scanner.get("result").is_none() {
            return Err(scanner.invalid("result", "what was found"));
        }
        Self::read(&predicate, &scanner, None)
    }

    fn read(predicate: &Part<'_, '_>, scanner: &Part<'_, '_>, found: Option<Vec<Found>>) -> Result<Self> {
        let metadata = predicate.require_part("metadata")?;
        let (started, finished) =
            (metadata.require_time("scanStartedOn")?, metadata.require_time("scanFinishedOn")?);
        if finished < started {
            return Err(Error::new(Code::PredicateInvalid, metadata.path("scanFinishedOn"))
                .expected(format!("a time that is not before the start, {started}"))
                .found(finished));
        }
        let database = match scanner.part("db")? {
            Some(database) => Database {
                uri: database.owned("uri")?,
                version: database.owned("version")?,
                updated: database.time("lastUpdate")?,
            },
            None => Database::default(),
        };
        Ok(Scan {
            scanner: scanner.owned("uri")?,
            scanner_version: scanner.owned("version")?,
            database,
            found,
            started: Some(started),
            finished: Some(finished),
        })
    }

    /// Docker Scout's v0.1, as Docker's own policies read it (`fixable-vulnerabilities`): packages, each with
    /// what was found in it. It says neither when nor by what.
    pub(crate) fn scout(predicate: &Node<'_>) -> Result<Self> {
        let mut found = Vec::new();
        for package in parts(array(predicate, WHAT)?, WHAT)? {
            let purl = package.owned("purl")?;
            for part in package.parts("vulnerabilities")? {
                let severities = part.part("cvss")?.iter().map(cvss).collect::<Result<Vec<_>>>()?;
                found.push(Found {
                    id: part.require_text("source_id")?.to_owned(),
                    affected: purl.clone(),
                    severities: severities.into_iter().flatten().collect(),
                });
            }
        }
        Ok(Scan {
            scanner: None,
            scanner_version: None,
            database: Database::default(),
            found: Some(found),
            started: None,
            finished: None,
        })
    }

    /// The scan as a report shows it: counts, for the list may be long.
    pub(crate) fn facts(&self) -> Facts {
        let texts = [
            ("scanner", self.scanner.clone()),
            ("scanner-version", self.scanner_version.clone()),
            ("database", self.database.uri.clone()),
            ("database-version", self.database.version.clone()),
            ("database-updated", self.database.updated.map(|time| time.to_string())),
            ("started", self.started.map(|time| time.to_string())),
            ("finished", self.finished.map(|time| time.to_string())),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?))));
        let mut facts: Facts = texts.collect();
        if let Some(found) = &self.found {
            let ids: BTreeSet<&str> = found.iter().map(|one| one.id.as_str()).collect();
            facts.insert("vulnerabilities".to_owned(), Value::from(ids.len()));
            let affected: BTreeSet<&str> = found.iter().filter_map(|one| one.affected.as_deref()).collect();
            if !affected.is_empty() {
                facts.insert("affected".to_owned(), Value::from(affected.len()));
            }
            facts.extend(severities(found).map(|counts| ("severities".to_owned(), counts)));
        }
        facts
    }
}

/// How many findings have which severity, method by method. Of scores that are numbers only words are made
/// of counts that mean something.
fn severities(found: &[Found]) -> Option<Value> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let words = found.iter().flat_map(|one| &one.severities).filter(|one| one.score.parse::<f64>().is_err());
    for severity in words {
        *counts.entry(format!("{} {}", severity.method, severity.score.to_lowercase())).or_default() += 1;
    }
    (!counts.is_empty()).then(|| counts.into_iter().map(|(word, count)| (word, Value::from(count))).collect())
}

fn found(part: &Part<'_, '_>) -> Result<Found> {
    let id = part.require_text("id")?.to_owned();
    let severities = match part.get("severity") {
        // Its text says object, its example is a list.
        Some(Node::Object(_)) => vec![part.require_part("severity")?],
        Some(_) => part.parts("severity")?,
        None => return Err(part.invalid("severity", "one or more of { method, score }")),
    };
    Ok(Found { id, affected: None, severities: severities.iter().map(severity).collect::<Result<_>>()? })
}

fn severity(part: &Part<'_, '_>) -> Result<Severity> {
    let score = match part.get("score") {
        Some(Node::Integer(score)) => score.to_string(),
        Some(Node::Number(score)) => score.to_string(),
        _ => part.require_text("score")?.to_owned(),
    };
    Ok(Severity { method: part.require_text("method")?.to_owned(), score })
}

fn cvss(part: &Part<'_, '_>) -> Result<Option<Severity>> {
    let score = part.owned("severity")?;
    Ok(score.map(|score| Severity { method: "cvss".to_owned(), score }))
}

#[cfg(test)]
mod tests;
