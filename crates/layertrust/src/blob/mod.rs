//! Signatures and attestations of files: `verify-blob`.

mod artifact;

use jiff::Timestamp;

pub use artifact::Artifact;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::evidence::{Bundle, BundleContent, Envelope, MessageSignature};
use crate::limits::Limits;
use crate::policy::{SignerRule, trusted};
use crate::report::{BLOB_SCHEMA, BlobReport, Now, NowSource, Tool};
use crate::statement::Statement;
use crate::verifier::{signer_fact, witnessed};
use crate::verify::{By, Content, Material, Message, PublicKey, Signed, Signer, Signers, TrustedRoot};
use artifact::Read;

/// Verifies Sigstore bundles of files by one signer. Keys and roots are prepared once.
#[derive(Debug)]
pub struct BlobVerifier {
    trusted: Signers,
    root: (String, TrustedRoot),
    limits: Limits,
}

/// The proof that a bundle's signature is about a file, by the signer. Only [`BlobVerifier::verify`] makes one.
#[derive(Debug)]
#[must_use]
pub struct VerifiedBlob(BlobReport);

impl VerifiedBlob {
    /// What was verified.
    #[must_use]
    pub fn report(&self) -> &BlobReport {
        &self.0
    }

    /// What was verified, which by itself proves nothing.
    #[must_use]
    pub fn into_report(self) -> BlobReport {
        self.0
    }
}

impl BlobVerifier {
    /// Takes a signer and the root whose certificates, logs and timestamps count.
    ///
    /// A key counts without a log entry unless the rule says [`SignerRule::require_tlog`]; for certificates
    /// the root decides.
    ///
    /// # Errors
    /// `policy-invalid` for a rule that says too little, `key-invalid` for an unusable key,
    /// `no-crypto-provider` if the library was built without one.
    pub fn new(signer: impl Into<SignerRule>, root: TrustedRoot) -> Result<Self> {
        crate::verify::provider()?;
        const NAME: &str = "root";
        let trusted = trusted("signer", &signer.into().root(NAME), (NAME, &root))?;
        Ok(BlobVerifier { trusted, root: (NAME.to_owned(), root), limits: Limits::default() })
    }

    /// Names the root in reports.
    #[must_use]
    pub fn root_name(mut self, name: impl Into<String>) -> Self {
        self.root.0 = name.into();
        self
    }

    /// Verifies that the bundle is a signature of the file, or an attestation that has it among its subjects.
    ///
    /// Not checked: what an attestation says; its predicate type is in the report, for the caller to compare.
    ///
    /// # Errors
    /// The code of what failed, most specific first; `io` if the file could not be read.
    pub fn verify(&self, artifact: Artifact<'_>, bundle: &[u8], now: Timestamp) -> Result<VerifiedBlob> {
        Limits::check("statement-size", self.limits.statement_size, bundle.len() as u64, "Sigstore bundle")?;
        let Bundle { content, material } = Bundle::parse(bundle, &self.limits)?;
        let (signer, predicate_type) = match &content {
            BundleContent::Message(message) => (self.message(artifact, message, &material, now)?, None),
            BundleContent::Envelope(envelope) => {
                let (signer, kind) = self.envelope(artifact, envelope, &material, now)?;
                (signer, Some(kind))
            }
        };
        let (times, checks) = witnessed(&signer, &["subject"]);
        Ok(VerifiedBlob(BlobReport {
            schema: BLOB_SCHEMA.to_owned(),
            tool: Tool::this(),
            now: Now { time: now.to_string(), source: NowSource::Argument },
            root: crate::report::RootFact::new(&self.root.0, &self.root.1),
            signer: signer_fact(&signer),
            times,
            checks,
            timestamps_ignored: signer.witness.ignored,
            predicate_type,
        }))
    }

    fn message(
        &self,
        artifact: Artifact<'_>,
        message: &MessageSignature,
        material: &Material,
        now: Timestamp,
    ) -> Result<Signer> {
        // 1. The digests that the key, the log entry and the bundle itself are about.
        let mut kinds = self.trusted.key_kinds();
        if let By::Certificate { leaf, .. } = &material.by {
            kinds.extend(TrustedRoot::key_of(leaf).map(|key: PublicKey| key.kind()));
        }
        let listed = message.digest.as_ref().map(|(algorithm, _)| algorithm.as_str());
        let read = Read::for_message(artifact, &kinds, listed)?;

        // 2. The digest in the bundle is a claim, and a wrong one a fault.
        if let Some((algorithm, digest)) = &message.digest {
            let own = read.hash(algorithm);
            if own.as_ref() != Some(digest) {
                return Err(Error::new(Code::SubjectMismatch, "Sigstore bundle: messageDigest")
                    .expected(format!(
                        "{algorithm} {}",
                        own.map_or_else(|| "of a known kind".to_owned(), |hash| crate::digest::hex(&hash))
                    ))
                    .found(crate::digest::hex(digest)));
            }
        }

        // 3. The signature, with everything beside it.
        let parts = read.parts();
        let signed = Signed {
            message: parts.as_ref().map_or(Message::Hashes(read.hashes()), |parts| Message::Parts(parts)),
            signature: &message.signature,
            content: Content::Message,
            stamped: &message.signature,
        };
        let verified = self.trusted.verify(&signed, material, now, || Ok(()))?;
        Ok(verified.signer().clone())
    }

    fn envelope(
        &self,
        artifact: Artifact<'_>,
        envelope: &Envelope,
        material: &Material,
        now: Timestamp,
    ) -> Result<(Signer, String)> {
        // 1. The signature over the statement.
        let header = envelope.pae_header();
        let signed = Signed {
            message: Message::Parts(&[header.as_bytes(), &envelope.payload]),
            signature: &envelope.signature,
            content: Content::Envelope { payload: &envelope.payload, envelope: None },
            stamped: &envelope.signature,
        };
        let verified = self
            .trusted
            .verify(&signed, material, now, || Statement::parse(&envelope.payload, &self.limits))?;

        // 2. One of its subjects is the file.
        let statement = verified.value();
        let read = Read::for_subjects(artifact, &statement.digest_algorithms())?;
        if !statement.subjects.iter().any(|subject| subject.is_file(read.hashes())) {
            let found: Vec<String> =
                statement.subjects.iter().take(3).map(crate::statement::Subject::describe).collect();
            return Err(Error::new(Code::SubjectMismatch, "statement")
                .expected(format!("a subject {}", read.describe()))
                .found(if found.is_empty() { "no subject".to_owned() } else { found.join(", ") }));
        }
        Ok((verified.signer().clone(), statement.predicate_type.to_string()))
    }
}
