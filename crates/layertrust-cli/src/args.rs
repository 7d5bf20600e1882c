//! The command line.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use layertrust::report::Layers;
use layertrust::{Code, Platform};
use layertrust_registry::Mirror;

/// Who vouches for each layer of a container image, and is that good enough to run it?
#[derive(Debug, Parser)]
#[command(name = "layertrust", version, disable_help_subcommand = true, max_term_width = 100)]
#[command(after_help = "Exit status: 0 accepted or done, 1 no, 2 the call is wrong, 3 could not answer.")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// One line for each image; of a comparison the table alone
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Every candidate that was tried and why it failed
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// How far the opening of layers has come, on stderr
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) progress: ProgressWhen,
    /// Contacts no registry: a name in one cannot be answered
    #[arg(long, global = true, env = "LAYERTRUST_OFFLINE", value_parser = FalseyValueParser::new())]
    pub(crate) offline: bool,
    /// Asks for names under FROM at TO and nowhere else, such as docker.io=mirror.example.com/hub
    /// (repeat; the longest FROM wins)
    #[arg(long, global = true, value_name = "FROM=TO", value_parser = parse_mirror)]
    pub(crate) mirror: Vec<Mirror>,
    /// Colors in text on stdout
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set; also where CLICOLOR_FORCE is
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressWhen {
    /// On a terminal, after a second
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Gives a verdict by a policy
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Box<Verify>),
    /// Shows the facts without a verdict; unverified things stand apart
    #[command(after_help = "Example:\n  layertrust inspect oci:app --evidence oci:base")]
    Inspect(Box<Ask>),
    /// Shows what TO adds to, removes from and changes in FROM, whether or not they share a layer
    #[command(after_help = "Example:\n  layertrust compare oci:old oci:new --evidence oci:base")]
    Compare(Box<Compare>),
    /// Verifies a Sigstore bundle of a file, as `cosign verify-blob --bundle` does
    #[command(after_help = BLOB_EXAMPLES)]
    VerifyBlob(Box<Blob>),
    /// Writes, checks and shows policies
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Explains a code, or lists all of them
    Explain {
        /// Its name or number, for instance signature-missing
        #[arg(value_parser = parse_code)]
        code: Option<String>,
    },
    /// Prints the JSON Schema of a report or of the policy file
    Schema {
        /// Which one
        document: Document,
    },
}

const VERIFY_EXAMPLES: &str = "\
Examples:
  layertrust verify registry.example.com/app:1.2 --evidence dhi.io/python --policy policy.toml
  layertrust verify oci:app --evidence oci:base --policy policy.toml
  layertrust verify oci:app:1.2 --evidence oci-archive:base.tar --key cosign.pub
  docker save app:1.2 | layertrust verify - --evidence oci:app --key cosign.pub
  layertrust verify oci:app --evidence oci:base \\
      --certificate-identity https://github.com/myorg/app/.github/workflows/release.yml@refs/tags/v1.2 \\
      --certificate-oidc-issuer https://token.actions.githubusercontent.com
  layertrust verify oci:app --evidence oci:base --policy policy.toml --as registry.example.com/app \\
      --vsa vsa.json --vsa-verifier-id https://ci.example.com/verifier
  layertrust verify oci:base --no-org                       an untouched vendor image";

const BLOB_EXAMPLES: &str = "\
Examples:
  layertrust verify-blob app.tar.gz --bundle app.tar.gz.sigstore.json \\
      --certificate-identity me@example.com --certificate-oidc-issuer https://accounts.google.com
  layertrust verify-blob advisory.json --bundle advisory.json.sig --key docker-dhi
  layertrust verify-blob sha256:… --bundle app.sigstore.json --key cosign.pub --insecure-ignore-tlog";

const TRY_EXAMPLE: &str = "\
Example:
  layertrust verify --images-from fleet.txt --policy policy.toml --layers all -o jsonl=fleet.jsonl
  layertrust policy try stricter.toml fleet.jsonl -q";

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Document {
    /// What `verify` and `inspect` say
    Report,
    /// What `compare` says
    Comparison,
    /// What `verify-blob` says
    Blob,
    /// What `policy try` says
    Trial,
    /// The policy file
    Policy,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) ask: Ask,
    #[command(flatten)]
    pub(crate) summary: Summary,
}

/// The verdict for others.
#[derive(Debug, ClapArgs)]
pub(crate) struct Summary {
    /// Writes the verdict as an unsigned in-toto statement, SLSA's verification summary, to sign with
    /// `cosign attest-blob --statement FILE`. Wants one image and --as; without a verdict the file
    /// stays empty
    #[arg(long, value_name = "FILE", requires = "vsa_verifier_id")]
    pub(crate) vsa: Option<PathBuf>,
    /// Who verifies, in the summary: a URI of yours, such as https://ci.example.com/verifier
    #[arg(long, value_name = "URI", requires = "vsa")]
    pub(crate) vsa_verifier_id: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Ask {
    /// Images: NAME[:TAG][@DIGEST] in a registry, as `docker pull` reads it (a path that exists
    /// wins), oci:DIR[:TAG|@DIGEST], oci-archive:FILE[:TAG|@DIGEST],
    /// docker-archive:FILE[:REF|@DIGEST], dir:DIR (skopeo's), or - (an archive on stdin).
    /// Archives may be gzip or zstd
    #[arg(value_name = "IMAGE", required_unless_present = "images_from")]
    pub(crate) images: Vec<String>,
    /// Reads further images from a file, one a line; - is stdin
    #[arg(long, value_name = "FILE|-")]
    pub(crate) images_from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) given: Given,
    /// The name under which an image will be deployed; by default that of its repository, for an
    /// image in a registry
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Which layers are opened: those that proof and policy need, all, or none
    #[arg(long, value_name = "auto|all|none", default_value = "auto", value_parser = parse_layers)]
    pub(crate) layers: Layers,
    /// text, json, jsonl or markdown, to stdout or to a file (repeat); default text
    #[arg(short, long, value_name = "FORMAT[=FILE]")]
    pub(crate) output: Vec<String>,
}

/// What every question about an image is asked with.
#[derive(Debug, ClapArgs)]
pub(crate) struct Given {
    /// More signatures, attestations and bases, in the forms of IMAGE or bundle:FILE|DIR
    /// (repeat)
    #[arg(long, value_name = "SOURCE")]
    pub(crate) evidence: Vec<String>,
    /// Names a base candidate: a digest, or an image that is also evidence (repeat)
    #[arg(long, value_name = "REF")]
    pub(crate) base: Vec<String>,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// Only these platforms (repeat); default all
    #[arg(long, value_name = "OS/ARCH[/VARIANT]", value_parser = parse_platform)]
    pub(crate) platform: Vec<Platform>,
    /// The time at which rules are evaluated; default the clock's
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    pub(crate) now: Option<jiff::Timestamp>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Compare {
    /// The image compared with, in the forms of `verify`
    #[arg(value_name = "FROM")]
    pub(crate) from: String,
    /// The image compared
    #[arg(value_name = "TO")]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) given: Given,
    /// text, json or markdown, to stdout or to a file (repeat); default text
    #[arg(short, long, value_name = "FORMAT[=FILE]")]
    pub(crate) output: Vec<String>,
}

/// Who may sign: a policy file, or these options.
#[derive(Debug, ClapArgs)]
pub(crate) struct Trust {
    /// The policy file; conflicts with the other options of this section
    #[arg(long, value_name = "FILE", help_heading = "Trust", conflicts_with_all = ["base_key", "no_base", "accept_customization", "key", "no_org", "certificate_identity", "certificate_oidc_issuer", "source_repository", "trusted_root"])]
    pub(crate) policy: Option<PathBuf>,
    /// The vendor's key: docker-dhi, docker-dhi-N or a PEM file [default: docker-dhi]
    #[arg(long, value_name = "KEY", help_heading = "Trust")]
    pub(crate) base_key: Option<String>,
    /// An image without a vendor base is fine
    #[arg(long, help_heading = "Trust")]
    pub(crate) no_base: bool,
    /// Admits images that the vendor built for this organization (repeat)
    #[arg(long, value_name = "ORG", help_heading = "Trust")]
    pub(crate) accept_customization: Vec<String>,
    /// A public key of the organization, any of which may have signed (repeat)
    #[arg(long, value_name = "FILE", help_heading = "Trust")]
    pub(crate) key: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) certificate: Certificate,
    /// No layers above the vendor's are allowed
    #[arg(long, help_heading = "Trust", conflicts_with_all = ["key", "certificate_identity"])]
    pub(crate) no_org: bool,
}

/// Whose certificate signed, and under which root. Identities are exact; policies have patterns.
#[derive(Debug, ClapArgs)]
pub(crate) struct Certificate {
    /// The identity in the signing certificate, exactly: a URI, an e-mail address or another name
    #[arg(long, value_name = "ID", help_heading = "Trust")]
    pub(crate) certificate_identity: Option<String>,
    /// The OpenID Connect issuer in the signing certificate, exactly
    #[arg(long, value_name = "URL", help_heading = "Trust")]
    pub(crate) certificate_oidc_issuer: Option<String>,
    /// The repository whose run may sign (repeat) [default: the one that a GitHub identity names]
    #[arg(long, value_name = "URL", help_heading = "Trust", requires = "certificate_identity")]
    pub(crate) source_repository: Vec<String>,
    /// Whose certificates, logs and timestamps count: a trusted_root.json, sigstore-public-good or
    /// github [default: sigstore-public-good, or LAYERTRUST_TRUSTED_ROOT]
    #[arg(long, value_name = "FILE|NAME", help_heading = "Trust")]
    pub(crate) trusted_root: Option<String>,
    /// Refused: see the message
    #[arg(long, hide = true, value_name = "PATTERN")]
    pub(crate) certificate_identity_regexp: Option<String>,
    /// Refused: see the message
    #[arg(long, hide = true, value_name = "PATTERN")]
    pub(crate) certificate_oidc_issuer_regexp: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Blob {
    /// The file, or its digest (sha256:… where no file has that name)
    #[arg(value_name = "FILE|DIGEST")]
    pub(crate) artifact: String,
    /// The Sigstore bundle
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: PathBuf,
    /// The public key that must have signed: a file, docker-dhi or docker-dhi-N
    #[arg(long, value_name = "KEY", help_heading = "Trust", conflicts_with = "certificate_identity")]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) certificate: Certificate,
    /// The predicate type that an attestation must have, as a URI
    #[arg(long = "type", value_name = "URI")]
    pub(crate) predicate_type: Option<String>,
    /// Accepts a signature that no transparency log has
    #[arg(long, help_heading = "Trust")]
    pub(crate) insecure_ignore_tlog: bool,
    /// Accepts a certificate that no certificate transparency log has
    #[arg(long, help_heading = "Trust")]
    pub(crate) insecure_ignore_sct: bool,
    /// The time after which nothing can have been signed; default the clock's
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    pub(crate) now: Option<jiff::Timestamp>,
    /// text or json
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: BlobFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlobFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Writes a commented policy to start from
    Init {
        /// The file to write; default stdout
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The organization's public key, relative to the policy
        #[arg(long, value_name = "FILE", default_value = "cosign.pub")]
        key: String,
    },
    /// Says whether a policy is complete and its keys are usable
    Check {
        /// The policy
        file: PathBuf,
    },
    /// Prints a policy with every default filled in and keys by fingerprint
    Show {
        /// The policy
        file: PathBuf,
    },
    /// Says what a policy would say about saved reports; not a verdict, for a report proves nothing
    #[command(after_help = TRY_EXAMPLE)]
    Try {
        /// The policy
        file: PathBuf,
        /// Reports of `verify`, as -o json or -o jsonl writes them
        #[arg(value_name = "REPORT", required = true)]
        reports: Vec<PathBuf>,
        /// text or json, to stdout or to a file (repeat); default text
        #[arg(short, long, value_name = "FORMAT[=FILE]")]
        output: Vec<String>,
    },
}

fn parse_mirror(text: &str) -> Result<Mirror, String> {
    text.parse().map_err(|error: layertrust::Error| error.message())
}

fn parse_platform(text: &str) -> Result<Platform, String> {
    text.parse().map_err(|error: layertrust::Error| error.message())
}

fn parse_time(text: &str) -> Result<jiff::Timestamp, String> {
    text.parse().map_err(|_| "expected a time such as 2026-11-24T12:00:00Z".to_owned())
}

fn parse_layers(text: &str) -> Result<Layers, String> {
    match text {
        "auto" => Ok(Layers::Auto),
        "all" => Ok(Layers::All),
        "none" => Ok(Layers::None),
        _ => Err("expected auto, all or none".to_owned()),
    }
}

fn parse_code(text: &str) -> Result<String, String> {
    let by_number = || Code::ALL.iter().copied().find(|code| code.number().to_string() == text);
    match Code::from_name(text).or_else(by_number) {
        Some(code) => Ok(code.name().to_owned()),
        None => Err("no such code; `layertrust explain` lists them".to_owned()),
    }
}
