//! `verify-blob`: a file, its bundle, and who must have signed.

use std::fs::File;
use std::path::Path;

use jiff::Timestamp;
use layertrust::report::{BlobReport, NowSource};
use layertrust::{Artifact, BlobVerifier, Code, Digest, Error, Folder, Limits, SignerRule, TrustedRoot};
use layertrust_report::{json, text};

use crate::Streams;
use crate::args::{Blob, BlobFormat, Global};
use crate::exit::Status;
use crate::output::write_stdout;
use crate::signers::{certificate_rule, key, refuse_regexps, root};

pub(crate) fn verify(ask: &Blob, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Error> {
    // 1. Who must have signed, and whose logs and timestamps count.
    let (name, verifier) = verifier(ask)?;

    // 2. The bundle and the file. A digest is one only where no file has that name.
    let limits = Limits::default();
    let bundle = Folder::read_file(&ask.bundle, limits.statement_size, Code::Usage)?;
    let now = ask.now.unwrap_or_else(Timestamp::now);
    let path = Path::new(&ask.artifact);
    let digest = ask.artifact.parse::<Digest>().ok().filter(|_| !path.exists());
    let verified = match digest {
        Some(digest) => verifier.root_name(name).verify(Artifact::Digest(digest), &bundle, now)?,
        None => {
            let mut file = File::open(path)
                .map_err(|error| Error::new(Code::Io, path.display().to_string()).found(error))?;
            verifier.root_name(name).verify(Artifact::Reader(&mut file), &bundle, now)?
        }
    };

    // 3. What kind of statement it is, if the caller wants one.
    let mut report = verified.into_report();
    if ask.now.is_none() {
        report.now.source = NowSource::Clock;
    }
    if ask.predicate_type.is_some() && ask.predicate_type != report.predicate_type {
        let shown = |kind: &Option<String>| {
            kind.clone().unwrap_or_else(|| "a signature, which has no type".to_owned())
        };
        return Err(Error::new(Code::PredicateMismatch, ask.bundle.display().to_string())
            .expected(shown(&ask.predicate_type))
            .found(shown(&report.predicate_type)));
    }
    write(ask, global, &report, streams)?;
    Ok(Status::Done)
}

fn verifier(ask: &Blob) -> Result<(String, BlobVerifier), Error> {
    refuse_regexps(&ask.certificate)?;
    let rule: SignerRule = match (&ask.key, certificate_rule(&ask.certificate)?) {
        (Some(name), None) => {
            let rule = SignerRule::from(key(name)?);
            if ask.insecure_ignore_tlog { rule } else { rule.require_tlog() }
        }
        (None, Some(rule)) => rule,
        _ => {
            return Err(Error::new(Code::Usage, "signer")
                .expected("--key KEY, or --certificate-identity ID with --certificate-oidc-issuer URL")
                .found("neither")
                .hint("Say who must have signed; no signer is ever implied."));
        }
    };
    let (name, given) = root(&ask.certificate)?;
    let mut root = given.unwrap_or_else(|| match name.as_str() {
        "github" => TrustedRoot::github(),
        _ => TrustedRoot::sigstore_public_good(),
    });
    if ask.insecure_ignore_tlog {
        root = root.without_tlog();
    }
    if ask.insecure_ignore_sct {
        root = root.without_sct();
    }
    Ok((name, BlobVerifier::new(rule, root)?))
}

fn write(ask: &Blob, global: &Global, report: &BlobReport, streams: &mut Streams<'_>) -> Result<(), Error> {
    write_stdout(streams, |mut out| match ask.output {
        BlobFormat::Json => json::write_value_pretty(&mut out, report),
        BlobFormat::Text if global.quiet => writeln!(out, "Verified OK"),
        BlobFormat::Text => text::write_blob(&mut out, report),
    })
}
