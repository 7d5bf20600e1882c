//! Stage 5: in-toto statements and the predicates that rules ask about.

pub(crate) mod binding;
pub(crate) mod dhi;
mod fields;
mod one_pass;
pub(crate) mod predicate;
pub(crate) mod sbom;
pub(crate) mod scan;
pub(crate) mod slsa;
pub(crate) mod test_result;
pub(crate) mod vex;
pub(crate) mod vsa;

use std::collections::{BTreeMap, BTreeSet};

use sha2::Digest as _;

use crate::code::Code;
use crate::digest::{Digest, hex};
use crate::error::{Error, Result};
use crate::json::{self, Node};
use crate::limits::Limits;
use crate::verify::Hashes;
use one_pass::PredicateReader;
use predicate::{Predicate, PredicateType};

/// An in-toto statement, v0.1 or v1 (in-toto attestation "statement.md").
///
/// The type says nothing about who signed it; see `Verified`.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) subjects: Vec<Subject>,
    pub(crate) predicate_type: PredicateType,
    /// What the predicate says, or why it is not what its type requires.
    pub(crate) predicate: Result<Predicate>,
}

/// What a statement is about.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) name: Option<String>,
    /// Text beside the digests: cosign's `-a KEY=VALUE`.
    pub(crate) annotations: BTreeMap<String, String>,
    digests: BTreeMap<String, String>,
}

/// The digest algorithms that are compared, by their names in digest sets.
const KNOWN: [&str; 3] = ["sha256", "sha384", "sha512"];

const TYPES: [&str; 2] = ["https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"];

impl Statement {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let what = "statement";
        let (node, predicate) = PredicateReader::read(bytes, limits)?;
        let fields = node.structure(what, &["_type", "subject", "predicateType", "predicate"])?;
        let kind = fields.require_string("_type")?;
        if !TYPES.contains(&kind) {
            return Err(Error::new(Code::Malformed, what)
                .expected(format!("_type {}", TYPES.join(" or ")))
                .found(format!("{kind:?}")));
        }
        let subjects = fields.require_array("subject")?;
        Limits::check("subjects", limits.subjects, subjects.len() as u64, "statement: subject")?;
        let subjects = subjects.iter().map(Subject::parse).collect::<Result<Vec<_>>>()?;
        let predicate_type = PredicateType::new(fields.require_string("predicateType")?);
        let predicate = predicate.finish(&predicate_type);
        Ok(Statement { subjects, predicate, predicate_type })
    }

    /// The digest algorithms of its subjects that are compared.
    pub(crate) fn digest_algorithms(&self) -> BTreeSet<&'static str> {
        let listed =
            |algorithm: &&str| self.subjects.iter().any(|subject| subject.digests.contains_key(*algorithm));
        KNOWN.into_iter().filter(listed).collect()
    }

    /// The subjects that are this document. `raw` are its bytes, for digests by other algorithms.
    ///
    /// Names are never compared. A digest set matches only if all its known algorithms match.
    pub(crate) fn subjects_matching(&self, digest: &Digest, raw: &[u8]) -> Vec<&Subject> {
        self.subjects.iter().filter(|subject| subject.is(digest, raw)).collect()
    }
}

impl Subject {
    fn parse(node: &Node<'_>) -> Result<Self> {
        let what = "statement: subject";
        let fields = node.structure(
            what,
            &["name", "uri", "digest", "content", "downloadLocation", "mediaType", "annotations"],
        )?;
        Ok(Subject {
            name: fields.string("name")?.filter(|name| !name.is_empty()).map(str::to_owned),
            annotations: match fields.get("annotations") {
                Some(annotations) => json::texts(annotations.map("statement: subject: annotations")?),
                None => BTreeMap::new(),
            },
            digests: fields.string_map("digest")?,
        })
    }

    fn is(&self, digest: &Digest, raw: &[u8]) -> bool {
        let own = digest.algorithm().name();
        self.has(own, |algorithm| match algorithm {
            known if known == own => Some(digest.hex()),
            "sha256" => Some(hex(&sha2::Sha256::digest(raw))),
            "sha384" => Some(hex(&sha2::Sha384::digest(raw))),
            "sha512" => Some(hex(&sha2::Sha512::digest(raw))),
            _ => None,
        })
    }

    /// Whether the digest set names `own`, and every algorithm of it that we know agrees with `hash`. One that
    /// we know and cannot compute agrees with nothing.
    fn has(&self, own: &str, hash: impl Fn(&str) -> Option<String>) -> bool {
        self.digests.contains_key(own)
            && self.digests.iter().all(|(algorithm, value)| {
                !KNOWN.contains(&algorithm.as_str()) || hash(algorithm).as_ref() == Some(value)
            })
    }

    /// Whether this is a file with these hashes.
    pub(crate) fn is_file(&self, hashes: &Hashes) -> bool {
        KNOWN.iter().any(|own| hashes.hex(own).is_some() && self.has(own, |algorithm| hashes.hex(algorithm)))
    }

    /// The subject as a message shows it.
    pub(crate) fn describe(&self) -> String {
        let digests = self.digests.iter().map(|(algorithm, value)| format!("{algorithm}:{value}"));
        digests.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests;
