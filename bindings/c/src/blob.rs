//! Files and their Sigstore bundles.

use std::ffi::c_char;
use std::fs::File;

use layertrust_core::report::BlobReport;
use layertrust_core::{Artifact, BlobVerifier, Code, Error, Result, TrustedRoot};

use crate::error::layertrust_error;
use crate::ffi::{bytes, free, handle, optional, out, text};
use crate::panic::{fallible, infallible};
use crate::report::one_line;
use crate::request::seconds;
use crate::result::layertrust_result;
use crate::signer::{layertrust_root, layertrust_signer};
use crate::strings::Strings;

/// What was verified about a file.
pub struct layertrust_blob_report {
    report: BlobReport,
    strings: Strings,
}

impl layertrust_blob_report {
    fn new(report: BlobReport) -> Self {
        layertrust_blob_report { report, strings: Strings::default() }
    }
}

fn verifier(signer: &layertrust_signer, root: Option<&layertrust_root>) -> Result<BlobVerifier> {
    let verifier = match root {
        Some(root) => BlobVerifier::new(signer.rule(), root.get())?.root_name("given"),
        None => BlobVerifier::new(signer.rule(), TrustedRoot::sigstore_public_good())?
            .root_name("sigstore-public-good"),
    };
    Ok(verifier)
}

/// Verifies that a Sigstore bundle is the signer's signature of these bytes, or an attestation that has them among its
/// subjects: compare layertrust_blob_report_predicate_type with what you expect. `root` is whose certificates, logs and
/// timestamps count; NULL means sigstore-public-good. Nothing can have been signed after `now`, in seconds since 1970-01-01 UTC.
/// The signer's own root (layertrust_signer_set_root) is for policies and plays no part here.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_verify_blob(
    signer: *const layertrust_signer,
    root: *const layertrust_root,
    data: *const u8,
    length: usize,
    bundle: *const u8,
    bundle_length: usize,
    now: i64,
    report: *mut *mut layertrust_blob_report,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let report = out(report, "report")?;
        let verifier = verifier(handle(signer, "signer")?, optional(root))?;
        let artifact = Artifact::Bytes(bytes(data, length, "data")?);
        let bundle = bytes(bundle, bundle_length, "bundle")?;
        let verified = verifier.verify(artifact, bundle, seconds(now)?)?;
        report.fill(layertrust_blob_report::new(verified.into_report()));
        Ok(())
    })
}

/// The same for a file, which is read once and not kept.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_verify_blob_file(
    signer: *const layertrust_signer,
    root: *const layertrust_root,
    path: *const c_char,
    bundle: *const u8,
    bundle_length: usize,
    now: i64,
    report: *mut *mut layertrust_blob_report,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let report = out(report, "report")?;
        let verifier = verifier(handle(signer, "signer")?, optional(root))?;
        let path = crate::ffi::path(path, "path")?;
        let mut file = File::open(path)
            .map_err(|error| Error::new(Code::Io, path.display().to_string()).found(error))?;
        let artifact = Artifact::Reader(&mut file);
        let bundle = bytes(bundle, bundle_length, "bundle")?;
        let verified = verifier.verify(artifact, bundle, seconds(now)?)?;
        report.fill(layertrust_blob_report::new(verified.into_report()));
        Ok(())
    })
}

/// The same for a file of which only the digest is at hand ("sha256:…" or "sha512:…"). Ed25519 signs the file itself, so that its
/// signatures cannot be verified so.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_verify_blob_digest(
    signer: *const layertrust_signer,
    root: *const layertrust_root,
    digest: *const c_char,
    bundle: *const u8,
    bundle_length: usize,
    now: i64,
    report: *mut *mut layertrust_blob_report,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let report = out(report, "report")?;
        let verifier = verifier(handle(signer, "signer")?, optional(root))?;
        let artifact = Artifact::Digest(text(digest, "digest")?.parse()?);
        let bundle = bytes(bundle, bundle_length, "bundle")?;
        let verified = verifier.verify(artifact, bundle, seconds(now)?)?;
        report.fill(layertrust_blob_report::new(verified.into_report()));
        Ok(())
    })
}

/// The signed predicate type of an attestation; NULL for a signature.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_blob_report_predicate_type(
    report: *const layertrust_blob_report,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.report.predicate_type.as_ref().map(|text| report.strings.lend(text))
    })
}

/// The fingerprint of the key that signed; NULL for a certificate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_blob_report_key_id(
    report: *const layertrust_blob_report,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.report.signer.key_id.as_ref().map(|text| report.strings.lend(text))
    })
}

/// The identity in the certificate that signed; NULL for a key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_blob_report_identity(
    report: *const layertrust_blob_report,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.report.signer.identity.as_ref().map(|text| report.strings.lend(text))
    })
}

/// The issuer in the certificate that signed; NULL for a key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_blob_report_issuer(
    report: *const layertrust_blob_report,
) -> *const c_char {
    infallible!(std::ptr::null(), {
        let report = optional(report)?;
        report.report.signer.issuer.as_ref().map(|text| report.strings.lend(text))
    })
}

/// All that was verified as JSON (docs/blob.schema.json), on one line. The caller frees it with layertrust_string_free.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_blob_report_to_json(
    report: *const layertrust_blob_report,
    json: *mut *mut c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let json = out(json, "json")?;
        let report = &handle(report, "report")?.report;
        json.fill_text(&one_line(|out| ::layertrust_report::json::write_value_line(out, report))?);
        Ok(())
    })
}

/// Frees a report with every string that was asked of it; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_blob_report_free(report: *mut layertrust_blob_report) {
    infallible!((), {
        free(report);
        None
    });
}
