//! Predicate types, matched version by version and never by prefix, and what is read of each.

use std::fmt;

use jiff::Timestamp;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::{self, Node};
use crate::limits::Limits;
use crate::report::Facts;
use crate::statement::dhi::{BuiltFrom, Dhi, Fips, ScoutProvenance, Secrets, Stig, TestsRun, Virus};
use crate::statement::one_pass::Passing;
use crate::statement::sbom::Sbom;
use crate::statement::scan::Scan;
use crate::statement::slsa::Provenance;
use crate::statement::test_result::TestResult;
use crate::statement::vex::{self, Vex};
use crate::statement::vsa::Summary;

const WHAT: &str = "predicate";

/// A predicate type URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PredicateType(String);

/// What kind of statement a type announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// cosign's image signature in DSSE form.
    ImageSignature,
    SlsaProvenance,
    /// A verification summary (SLSA).
    Vsa,
    Spdx,
    CycloneDx,
    /// Docker Scout's own SBOM.
    ScoutSbom,
    /// OpenVEX. CycloneDX can hold VEX, too.
    OpenVex,
    /// Vulnerabilities that a scanner found: in-toto's, cosign's or Docker Scout's list.
    Vulnerabilities,
    /// in-toto's test result.
    TestResult,
    /// Docker's: validated cryptographic modules.
    DhiFips,
    /// Docker's: scores of hardening guides.
    DhiStig,
    /// Docker's: credentials that a scanner found.
    DhiSecrets,
    /// Docker's: malware that a scanner found.
    DhiVirus,
    /// Docker's: results of the vendor's own tests.
    DhiTests,
    /// Docker's: the image that this one was made from.
    DhiSource,
    /// Docker Scout's own provenance.
    DhiProvenance,
    Other,
}

/// Every type that is known, drafts included, by exact URI.
#[rustfmt::skip]
const TYPES: [(&str, Kind); 44] = [
    ("https://sigstore.dev/cosign/sign/v1", Kind::ImageSignature),
    ("https://slsa.dev/provenance/v0.1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v0.2", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1-rc1", Kind::SlsaProvenance),
    ("https://slsa.dev/provenance/v1.0?draft", Kind::SlsaProvenance),
    ("https://slsa.dev/verification_summary/v0.1", Kind::Vsa),
    ("https://slsa.dev/verification_summary/v0.2", Kind::Vsa),
    ("https://slsa.dev/verification_summary/v1", Kind::Vsa),
    ("https://spdx.dev/Document", Kind::Spdx),
    ("https://spdx.dev/Document/v2.2", Kind::Spdx),
    ("https://spdx.dev/Document/v2.3", Kind::Spdx),
    ("https://spdx.dev/Document/v3", Kind::Spdx),
    ("https://spdx.dev/Document/v3.0", Kind::Spdx),
    ("https://spdx.dev/Document/v3.0.1", Kind::Spdx),
    ("https://cyclonedx.org/bom", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.0", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.1", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.2", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.3", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.4", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.5", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.6", Kind::CycloneDx),
    ("https://cyclonedx.org/bom/v1.7", Kind::CycloneDx),
    ("https://scout.docker.com/sbom/v0.1", Kind::ScoutSbom),
    ("https://openvex.dev/ns", Kind::OpenVex),
    ("https://openvex.dev/ns/v0.0.1", Kind::OpenVex),
    ("https://openvex.dev/ns/v0.2.0", Kind::OpenVex),
    ("https://in-toto.io/attestation/vulns", Kind::Vulnerabilities),
    ("https://in-toto.io/attestation/vulns/v0.1", Kind::Vulnerabilities),
    ("https://in-toto.io/attestation/vulns/v0.2", Kind::Vulnerabilities),
    ("https://cosign.sigstore.dev/attestation/vuln/v1", Kind::Vulnerabilities),
    ("https://scout.docker.com/vulnerabilities/v0.1", Kind::Vulnerabilities),
    ("https://in-toto.io/attestation/test-result/v0.1", Kind::TestResult),
    ("https://docker.com/dhi/fips/v0.1", Kind::DhiFips),
    ("https://docker.com/dhi/stig/v0.1", Kind::DhiStig),
    ("https://docker.com/dhi/source/v0.1", Kind::DhiSource),
    ("https://scout.docker.com/secrets/v0.1", Kind::DhiSecrets),
    ("https://scout.docker.com/virus/v0.1", Kind::DhiVirus),
    ("https://scout.docker.com/tests/v0.1", Kind::DhiTests),
    ("https://scout.docker.com/provenance/v0.1", Kind::DhiProvenance),
    // Not statements about an image's content: known, so that nobody takes them for one of the above.
    ("https://scout.docker.com/health/v0.1", Kind::Other),
    ("https://cosign.sigstore.dev/attestation/v1", Kind::Other),
];

impl PredicateType {
    pub(crate) fn new(uri: &str) -> Self {
        PredicateType(uri.to_owned())
    }

    pub(crate) fn kind(&self) -> Kind {
        TYPES.iter().find(|(uri, _)| *uri == self.0).map_or(Kind::Other, |(_, kind)| *kind)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a tree is made of such predicates: they are small, and much of them is wanted. Drafts are among
    /// them, which are refused for being drafts.
    pub(super) fn needs_tree(&self) -> bool {
        !matches!(
            self.kind(),
            Kind::ImageSignature | Kind::Spdx | Kind::CycloneDx | Kind::ScoutSbom | Kind::Other
        )
    }
}

impl fmt::Display for PredicateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is read of a predicate.
#[derive(Debug)]
pub(crate) enum Predicate {
    /// An image signature: its predicate says nothing.
    ImageSignature,
    Provenance(Box<Provenance>),
    Summary(Box<Summary>),
    Sbom(Box<Sbom>),
    Vex(Box<Vex>),
    Scan(Box<Scan>),
    TestResult(Box<TestResult>),
    Dhi(Box<Dhi>),
    /// Recognized by type; only checked to be JSON without duplicate keys.
    Other,
}

impl Predicate {
    /// What it says, as a report shows it: its author's word.
    pub(crate) fn facts(&self) -> Facts {
        match self {
            Predicate::Provenance(provenance) => provenance.facts(),
            Predicate::Summary(summary) => summary.facts(),
            Predicate::Sbom(sbom) => sbom.facts(),
            Predicate::Vex(vex) => vex.facts(),
            Predicate::Scan(scan) => scan.facts(),
            Predicate::TestResult(result) => result.facts(),
            Predicate::Dhi(dhi) => dhi.facts(),
            Predicate::ImageSignature | Predicate::Other => Facts::new(),
        }
    }

    /// When what it tells of was done, by its author's word.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        match self {
            Predicate::Provenance(provenance) => provenance.finished,
            Predicate::Summary(summary) => summary.verified,
            Predicate::Sbom(sbom) => sbom.created,
            Predicate::Vex(vex) => vex.time(),
            Predicate::Scan(scan) => scan.finished,
            Predicate::Dhi(dhi) => dhi.time(),
            Predicate::TestResult(_) | Predicate::ImageSignature | Predicate::Other => None,
        }
    }

    /// Reads a predicate from its text. Predicates are maps: exact duplicate keys are refused, keys that
    /// differ by case are not.
    pub(crate) fn parse(kind: &PredicateType, text: &str, limits: &Limits) -> Result<Self> {
        let (bytes, depth) = (text.as_bytes(), limits.json_depth);
        if !kind.needs_tree() {
            let mut passing = Passing::new(kind, limits);
            json::stream(bytes, depth, WHAT, Code::PredicateInvalid, &mut passing)?;
            return passing.finish();
        }
        let node = json::parse(bytes, depth, WHAT)?;
        let dhi = |dhi: Dhi| Predicate::Dhi(Box::new(dhi));
        match kind.kind() {
            Kind::Vsa => summary(kind, &node).map(|read| Predicate::Summary(Box::new(read))),
            Kind::OpenVex => openvex(kind, &node, limits).map(|vex| Predicate::Vex(Box::new(vex))),
            Kind::Vulnerabilities => scan(kind, &node).map(|scan| Predicate::Scan(Box::new(scan))),
            Kind::TestResult => TestResult::read(&node).map(|read| Predicate::TestResult(Box::new(read))),
            Kind::DhiFips => Fips::read(&node).map(|read| dhi(Dhi::Fips(read))),
            Kind::DhiStig => Stig::read(&node).map(|read| dhi(Dhi::Stig(read))),
            Kind::DhiSecrets => Secrets::read(&node).map(|read| dhi(Dhi::Secrets(read))),
            Kind::DhiVirus => Virus::read(&node).map(|read| dhi(Dhi::Virus(read))),
            Kind::DhiTests => TestsRun::read(&node).map(|read| dhi(Dhi::Tests(read))),
            Kind::DhiSource => BuiltFrom::read(&node).map(|read| dhi(Dhi::Source(read))),
            Kind::DhiProvenance => ScoutProvenance::read(&node).map(|read| dhi(Dhi::Provenance(read))),
            _ => provenance(kind, &node, limits).map(|read| Predicate::Provenance(Box::new(read))),
        }
    }
}

fn provenance(kind: &PredicateType, node: &Node<'_>, limits: &Limits) -> Result<Provenance> {
    match kind.as_str() {
        "https://slsa.dev/provenance/v0.2" => Provenance::v0_2(node, limits),
        "https://slsa.dev/provenance/v1" => Provenance::v1(node, limits),
        draft => Err(old_draft(draft, "SLSA provenance v0.2 or v1")
            .hint("Generate it again with a builder that writes v0.2 or v1.")),
    }
}

fn summary(kind: &PredicateType, node: &Node<'_>) -> Result<Summary> {
    match kind.as_str() {
        "https://slsa.dev/verification_summary/v1" => Summary::v1(node),
        draft => Err(old_draft(draft, "a verification summary v1")
            .hint("Have it verified again by a verifier that writes v1.")),
    }
}

/// The type without a version is cosign's, for documents of any: their own context tells.
fn openvex(kind: &PredicateType, node: &Node<'_>, limits: &Limits) -> Result<Vex> {
    match kind.as_str() {
        "https://openvex.dev/ns" | "https://openvex.dev/ns/v0.2.0" => Vex::openvex(node, limits),
        draft => Err(vex::draft(draft)),
    }
}

fn scan(kind: &PredicateType, node: &Node<'_>) -> Result<Scan> {
    match kind.as_str() {
        "https://in-toto.io/attestation/vulns/v0.2" => Scan::in_toto_v0_2(node),
        "https://cosign.sigstore.dev/attestation/vuln/v1" => Scan::cosign(node),
        "https://scout.docker.com/vulnerabilities/v0.1" => Scan::scout(node),
        // The type without a version is both documents'; what v0.1 allows includes v0.2.
        _ => Scan::in_toto_v0_1(node),
    }
}

/// Known for what it is, so that nobody takes it for something else, and not read: its fields have other names
/// and meanings.
fn old_draft(draft: &str, expected: &str) -> Error {
    Error::new(Code::PredicateInvalid, WHAT).expected(expected).found(format!("an old draft, {draft}"))
}
