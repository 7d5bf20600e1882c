//! A verdict as a SLSA verification summary: an in-toto statement for somebody to sign.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    ImageKind, InputRole, OwnerKind, PlatformReport, Proof, REPORT_SCHEMA, Report, Scope, SegmentFact,
    Verdict,
};
use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::layers::image_name;
use crate::statement::vsa::{FAILED, PASSED};

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://slsa.dev/verification_summary/v1";
/// The specification that the predicate follows.
const SLSA_VERSION: &str = "1.2";

impl Report {
    /// The statement of this verdict, unsigned: SLSA's verification summary, v1. None if there is no verdict that
    /// says yes or no, or nothing that it is about.
    ///
    /// `verifier` is a URI for whoever runs this program and signs what it says. The image must have been asked
    /// about under a name ([`Request::name`](crate::Request::name)): that, without tag and digest, is what it was
    /// verified as.
    ///
    /// A report is data: whoever signs the summary of one that somebody else handed over vouches for that
    /// somebody.
    ///
    /// # Errors
    /// `usage` if `verifier` is no URI, or the image has no name.
    pub fn to_vsa(&self, verifier: &str) -> Result<Option<Value>> {
        // 1. Who verified, and what it was verified as.
        if !is_uri(verifier) {
            return Err(Error::new(Code::Usage, "verifier")
                .expected("a URI for who runs this, such as https://ci.example.com/verifier")
                .found(format!("{verifier:?}")));
        }
        let name = self.options.name.as_deref().map(image_name).filter(|name| is_name(name));
        let name = name.ok_or_else(|| {
            Error::new(Code::Usage, "verification summary")
                .expected("the name under which the image will be deployed")
                .found(
                    self.options.name.as_ref().map_or_else(|| "none".to_owned(), |name| format!("{name:?}")),
                )
                .hint("Give it with --as: a path says nothing about where others get the image from.")
        })?;
        // 2. The result, and what it is about.
        let has_passed = match self.verdict {
            Some(Verdict::Accepted) => true,
            Some(Verdict::Rejected) => false,
            Some(Verdict::Unknown) | None => return Ok(None),
        };
        let subjects = self.subjects(has_passed);
        let policy = self.policy.as_ref().filter(|_| self.schema == REPORT_SCHEMA && !subjects.is_empty());
        let Some(policy) = policy else { return Ok(None) };
        let subjects =
            subjects.into_iter().map(|digest| json!({ "name": name, "digest": digest_set(digest) }));
        // 3. What it rests on.
        let is_evidence = |role: InputRole| {
            matches!(
                role,
                InputRole::Carrier
                    | InputRole::Signed
                    | InputRole::AttestationManifest
                    | InputRole::Statement
            )
        };
        let inputs = self.inputs.iter().filter(|input| is_evidence(input.role));
        let inputs = inputs.map(|input| {
            json!({ "digest": digest_set(&input.digest), "annotations": { "layertrust:role": input.role } })
        });
        let mut predicate = json!({
            "verifier": { "id": verifier, "version": { (self.tool.name.as_str()): self.tool.version } },
            "timeVerified": self.now.time,
            "resourceUri": format!("oci://{name}"),
            "policy": {
                "uri": format!("layertrust:policy/{}", percent_encoded(&policy.name)),
                "digest": digest_set(&policy.digest),
            },
            "inputAttestations": inputs.collect::<Value>(),
            "verificationResult": if has_passed { PASSED } else { FAILED },
            "verifiedLevels": if has_passed { self.levels() } else { vec![FAILED] },
            "slsaVersion": SLSA_VERSION,
        });
        // 4. What the specification has no field for, under names that are URIs; readers must ignore these.
        if let Some(fields) = predicate.as_object_mut() {
            fields.insert("layertrust:platforms".to_owned(), self.platforms.iter().map(platform).collect());
            if !self.exceptions_used.is_empty() {
                fields.insert("layertrust:exceptions".to_owned(), json!(self.exceptions_used));
            }
        }
        Ok(Some(json!({
            "_type": STATEMENT,
            "subject": subjects.collect::<Value>(),
            "predicateType": PREDICATE,
            "predicate": predicate,
        })))
    }

    /// The digests that the result is about. Where only some platforms were judged, the index is not among them;
    /// where the image failed, a platform that did not fail by itself is not.
    fn subjects(&self, has_passed: bool) -> Vec<&str> {
        let failed = |one: &&PlatformReport| has_passed || one.verdict == Some(Verdict::Rejected);
        let platforms = self.platforms.iter().filter(failed).map(|one| one.digest.as_str());
        let whole = match (&self.scope, self.image.kind) {
            (Scope::All(_), Some(ImageKind::Index)) => self.image.digest.as_deref(),
            // What could not be read is known by the digest that was asked for alone.
            (Scope::All(_), _) if self.platforms.is_empty() => self.image.digest.as_deref(),
            _ => None,
        };
        let mut subjects: Vec<&str> = whole.into_iter().chain(platforms).collect();
        let mut seen = std::collections::BTreeSet::new();
        subjects.retain(|digest| digest.parse::<Digest>().is_ok() && seen.insert(*digest));
        subjects
    }

    /// What holds of every platform that was judged. No level of SLSA: nothing here evaluates one.
    fn levels(&self) -> Vec<&'static str> {
        let all = |holds: fn(&PlatformReport) -> bool| self.platforms.iter().all(holds);
        let words = [
            ("SLSA_BUILD_LEVEL_UNEVALUATED", true),
            ("LAYERTRUST_OWNED", all(is_owned)),
            ("LAYERTRUST_VENDOR_BASE", all(|one| base(one).is_some())),
            (
                "LAYERTRUST_VENDOR_BASE_SAME_BLOB",
                all(|one| base(one).is_some_and(|base| base.proof == Proof::SameBlob)),
            ),
            ("LAYERTRUST_ORG_SIGNED", all(|one| one.signed_at.is_some())),
        ];
        words.into_iter().filter(|(_, holds)| *holds).map(|(word, _)| word).collect()
    }
}

/// The results of one platform, segment by segment.
fn platform(one: &PlatformReport) -> Value {
    json!({
        "platform": one.platform,
        "digest": digest_set(&one.digest),
        "verdict": one.verdict,
        "segments": one.segments,
        "configOwner": one.config.owner,
    })
}

/// Whether somebody who is allowed to vouches for every layer and for the configuration.
fn is_owned(one: &PlatformReport) -> bool {
    let owners = one.segments.iter().map(|segment| segment.owner).chain([one.config.owner]);
    owners.into_iter().all(|owner| owner != OwnerKind::Unattributed)
}

/// The vendor's base at the bottom.
fn base(one: &PlatformReport) -> Option<&SegmentFact> {
    let bottom = one.segments.first()?;
    let is_vendors = matches!(bottom.owner, OwnerKind::Vendor | OwnerKind::VendorCustomization);
    (is_vendors && bottom.proof >= Proof::Recomputed).then_some(bottom)
}

/// `sha256:…` as in-toto writes it; nothing for what is no digest.
fn digest_set(digest: &str) -> BTreeMap<String, String> {
    let digest = digest.parse::<Digest>().ok();
    digest.map(|digest| (digest.algorithm().name().to_owned(), digest.hex())).into_iter().collect()
}

/// A scheme, and text without blanks behind it.
fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// `HOST/REPOSITORY`, in letters that need no encoding.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:".contains(&byte))
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
