//! A client of sigstore-conformance ("docs/cli_protocol.md"): the verifying half of it.
//!
//! ```text
//! layertrust-conformance verify-bundle --bundle FILE --certificate-identity ID --certificate-oidc-issuer URL
//!                                      [--trusted-root FILE] FILE_OR_DIGEST
//! layertrust-conformance verify-bundle --bundle FILE --key PEM [--trusted-root FILE] FILE_OR_DIGEST
//! ```
//!
//! Exit status 0 is a yes and everything else a no; why stands on stderr. With `LAYERTRUST_NO_SOCKETS` set the
//! process is killed by the kernel if it asks for a socket.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use layertrust::{
    Artifact, BlobVerifier, Code, Digest, Error, PublicKey, SignerKey, SignerRule, TrustedRoot,
};

fn main() -> ExitCode {
    if let Err(text) = no_sockets() {
        eprintln!("{text}");
        return ExitCode::from(3);
    }
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<(), Error> {
    let usage = |found: &str| {
        Error::new(Code::Usage, "sigstore-conformance").expected("verify-bundle …").found(found)
    };
    match args.next().as_deref() {
        Some("verify-bundle") => {}
        // A way to see that the filter works.
        Some("open-socket") => {
            return std::net::TcpListener::bind("127.0.0.1:0")
                .map(drop)
                .map_err(|error| usage(&error.to_string()));
        }
        other => return Err(usage(other.unwrap_or("nothing"))),
    }
    let (mut options, mut artifact) = (BTreeMap::new(), None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bundle"
            | "--certificate-identity"
            | "--certificate-oidc-issuer"
            | "--trusted-root"
            | "--key" => {
                let value = args.next().ok_or_else(|| usage(&arg))?;
                options.insert(arg, value);
            }
            other if other.starts_with("--") => return Err(usage(other)),
            _ => artifact = Some(arg),
        }
    }
    let artifact = artifact.ok_or_else(|| usage("no file or digest"))?;
    verify(&options, &artifact)
}

fn verify(options: &BTreeMap<String, String>, artifact: &str) -> Result<(), Error> {
    let option = |name: &str| options.get(name).map(String::as_str);
    let missing = |name: &str| Error::new(Code::Usage, name).expected("a value").found("none");
    let root = match option("--trusted-root") {
        Some(path) => TrustedRoot::from_json(&read(path)?)?,
        None => TrustedRoot::sigstore_public_good(),
    };
    let rule: SignerRule = match option("--key") {
        Some(path) => SignerRule::from(SignerKey::Key(PublicKey::from_file(&read(path)?)?)).require_tlog(),
        None => {
            let identity =
                option("--certificate-identity").ok_or_else(|| missing("--certificate-identity"))?;
            let issuer =
                option("--certificate-oidc-issuer").ok_or_else(|| missing("--certificate-oidc-issuer"))?;
            // The protocol knows no source repository.
            SignerRule::exact_certificate(issuer, identity)?.any_source_repository()?
        }
    };
    let bundle = read(option("--bundle").ok_or_else(|| missing("--bundle"))?)?;
    let verifier = BlobVerifier::new(rule, root)?;
    let now = jiff::Timestamp::now();
    let digest = artifact.parse::<Digest>().ok().filter(|_| !Path::new(artifact).exists());
    let verified = match digest {
        Some(digest) => verifier.verify(Artifact::Digest(digest), &bundle, now)?,
        None => {
            let mut file = std::fs::File::open(artifact).map_err(|error| unreadable(artifact, &error))?;
            verifier.verify(Artifact::Reader(&mut file), &bundle, now)?
        }
    };
    drop(verified);
    Ok(())
}

fn read(path: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &str, error: &std::io::Error) -> Error {
    Error::new(Code::Io, path).found(error)
}

/// Has the kernel kill this process if it ever asks for a socket.
#[cfg(target_os = "linux")]
fn no_sockets() -> Result<(), String> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    /// socket(2).
    const SOCKET: i64 = if cfg!(target_arch = "x86_64") { 41 } else { 198 };
    if std::env::var_os("LAYERTRUST_NO_SOCKETS").is_none() {
        return Ok(());
    }
    let arch = std::env::consts::ARCH.try_into().map_err(|_| "no filter for this machine".to_owned())?;
    let filter = SeccompFilter::new(
        BTreeMap::from([(SOCKET, Vec::new())]),
        SeccompAction::Allow,
        SeccompAction::KillProcess,
        arch,
    );
    let program: BpfProgram =
        filter.and_then(TryInto::try_into).map_err(|error| format!("no filter: {error}"))?;
    seccompiler::apply_filter_all_threads(&program).map_err(|error| format!("no filter: {error}"))
}

#[cfg(not(target_os = "linux"))]
fn no_sockets() -> Result<(), String> {
    match std::env::var_os("LAYERTRUST_NO_SOCKETS") {
        None => Ok(()),
        Some(_) => Err("filters for system calls are Linux's".to_owned()),
    }
}
