//! Every bound on what a stranger controls, in one place, each with its reason.
//!
//! Exceeding one is the error `limit-exceeded`; nothing is cut off and then judged.

use std::fmt;

use crate::code::Code;
use crate::error::{Error, Result};

macro_rules! limits {
    ($($(#[$doc:meta])* $field:ident $name:literal $unit:ident $default:expr;)*) => {
        /// The limits of one verification. Counts, or bytes where the name ends in "size".
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits { $($(#[$doc])* pub $field: u64,)* }

        impl Default for Limits {
            fn default() -> Self {
                Limits { $($field: $default,)* }
            }
        }

        impl Limits {
            /// The names of all limits, as the policy file spells them, with unit and default.
            pub const NAMES: &'static [(&'static str, Unit, u64)] = &[$(($name, Unit::$unit, $default),)*];

            /// Sets the limit of this name; unknown names change nothing and are an error.
            pub fn set(&mut self, name: &str, value: u64) -> Result<()> {
                match name {
                    $($name => self.$field = value,)*
                    _ => return Err(Error::new(Code::PolicyInvalid, format!("[limits] {name} is no limit"))
                        .hint(format!("The limits are: {}.",
                            Self::NAMES.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", ")))),
                }
                Ok(())
            }

            /// Every limit with its value, in a fixed order.
            pub(crate) fn values(&self) -> Vec<(&'static str, u64)> {
                vec![$(($name, self.$field),)*]
            }
        }
    };
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Bytes.
    Bytes,
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

limits! {
    /// Referrers of one digest. cosign reads at most 1,000 signatures (CVE-2023-46737 came of none).
    referrers "referrers" Count 1_000;
    /// Layers of one manifest. Runtimes stop at 127; some builders write more before they squash.
    layers "layers" Count 512;
    /// One layer, unpacked. Large machine-learning layers stay below.
    layer_size "layer-size" Bytes 8 * GIB;
    /// Unpacked bytes for each byte of a blob, from 64 MiB on. Deflate cannot reach 1,032; zstd packs files of
    /// zeros tighter, but no real layer is mostly that.
    layer_ratio "layer-ratio" Count 2_000;
    /// Entries of one layer. Large images have some 200,000 files in all; each costs some 150 bytes of memory.
    layer_entries "layer-entries" Count 2_000_000;
    /// Entries of all layers of one image whose files are compared.
    image_entries "image-entries" Count 4_000_000;
    /// One path or link target in a layer. Linux takes no longer one.
    path_size "path-size" Bytes 4 * KIB;
    /// Folders within folders in a layer. Modules within modules reach some sixty.
    path_depth "path-depth" Count 256;
    /// Steps on the way to put all layers on each other: looking a name up, passing one on a removal. Four million
    /// entries of fifteen parts each take sixty million; entries that remove or follow the same again and again take
    /// the square.
    tree_steps "tree-steps" Count 1 << 28;
    /// Directories of one search for programs, libraries or modules. Real ones have some ten.
    search_path "search-path" Count 1_000;
    /// Paths that are named one by one: changes, suspicious ones and denied ones. An upgrade of a whole
    /// distribution changes some 20,000.
    listed_paths "listed-paths" Count 200_000;
    /// Paths of one layer, together.
    names_size "names-size" Bytes 512 * MIB;
    /// The extended attributes of one file that are compared. Linux takes no larger value.
    attribute_size "attribute-size" Bytes 64 * KIB;
    /// One extended header in a layer's tar. It must hold the longest path and attributes.
    header_size "header-size" Bytes MIB;
    /// What is held of one layer to read packages and users from. Debian's status of a large image has 5 MB,
    /// the package.json files of a large application 100 MB.
    contents_size "contents-size" Bytes 256 * MIB;
    /// The table of contents that a layer carries beside its tar.
    table_size "table-size" Bytes 32 * MIB;
    /// One statement, envelope or bundle. SBOMs of 20 MB are real; base64 adds a third.
    statement_size "statement-size" Bytes 64 * MIB;
    /// One manifest or index. The distribution specification asks registries for 4 MiB.
    manifest_size "manifest-size" Bytes 4 * MIB;
    /// One image config. History and labels of real images stay below 1 MiB.
    config_size "config-size" Bytes 4 * MIB;
    /// One simple-signing payload. Real ones have 250 to 500 bytes.
    payload_size "payload-size" Bytes 64 * KIB;
    /// Entries of one index. Official images list some 30.
    index_entries "index-entries" Count 1_000;
    /// Indexes within indexes. Tools write two levels.
    index_depth "index-depth" Count 4;
    /// JSON values within JSON values. serde_json itself stops at 128.
    json_depth "json-depth" Count 64;
    /// Subjects of one statement. Provenance of a release lists some hundred files.
    subjects "subjects" Count 10_000;
    /// Values in the external parameters of one provenance. Those of large pipelines have some thousand.
    parameters "parameters" Count 100_000;
    /// Packages of one SBOM, counted together with the licences, hashes and package URLs that are kept of each.
    /// Large images have some ten thousand packages, with five of these each.
    sbom_entries "sbom-entries" Count 1_000_000;
    /// What one VEX document answers: each name of a vulnerability in each name of a product or of a part of one.
    /// Docker's have some thousand for an image; each costs some 200 bytes while documents are compared.
    vex_answers "vex-answers" Count 500_000;
    /// Signatures and attestations of all kinds looked at for one digest.
    evidence "evidence" Count 2_000;
    /// Bytes of all evidence of one digest. Twenty SBOMs of 20 MB stay below.
    evidence_size "evidence-size" Bytes 512 * MIB;
    /// Base candidates looked at for one platform. A multi-stage build names some ten.
    base_candidates "base-candidates" Count 1_000;
    /// Files of one layout or archive. A shared layout of a hundred images has some thousand.
    layout_entries "layout-entries" Count 100_000;
    /// One archive that is unpacked or spooled: what a stranger may fill of the disk for temporary files.
    /// Images for machine learning stay below.
    archive_size "archive-size" Bytes 32 * GIB;
}

/// The largest policy file read.
pub const POLICY_SIZE: u64 = MIB;
/// The largest file of saved reports read. One of an image with many changes has some megabytes.
pub const REPORTS_SIZE: u64 = 256 * MIB;
/// The largest key file read. An RSA 4096 key in PEM has 800 bytes.
pub const KEY_SIZE: u64 = 64 * KIB;
/// The largest file held in memory to verify a signature by Ed25519, which covers the file itself.
pub const BLOB_SIZE: u64 = GIB;
/// The largest `trusted_root.json` read. The public instance's has 10 KB.
pub const ROOT_SIZE: u64 = 4 * MIB;
/// Packages named one by one where SBOMs and layers differ. Nothing is judged by them, so the list is cut, and their
/// number stands beside it.
#[cfg(feature = "layers")]
pub(crate) const LISTED_PACKAGES: usize = 1_000;
/// Signed documents that a batch keeps, twice this many of each kind. A base has some twenty; a fleet stands on some
/// fifty bases.
pub(crate) const KEPT_DOCUMENTS: usize = 4_096;
/// Bytes of these documents, likewise: what is kept of a document takes less than the document.
pub(crate) const KEPT_SIZE: u64 = 128 * MIB;
/// Log entries, timestamps and certificates beside one signature, each: as sigstore-go bounds the first two
/// (CVE-2024-45395). Real bundles have one or two.
pub const WITNESSES: usize = 32;
/// JSON values within JSON values in the body of a log entry. Real ones have six levels.
pub(crate) const LOG_ENTRY_DEPTH: u64 = 16;
/// Levels, dependency levels, components and digests of one verification summary, each. SLSA has two tracks of at
/// most five levels, to which a verifier adds words of its own.
pub(crate) const SUMMARY_LEVELS: usize = 1_000;
/// The most keys one policy may name: every signature is tried with each.
pub const KEYS: usize = 100;

impl Limits {
    /// Refuses `found` things where the limit `name` allows fewer.
    pub(crate) fn check(name: &'static str, limit: u64, found: u64, what: impl fmt::Display) -> Result<()> {
        if found <= limit {
            return Ok(());
        }
        Err(Error::new(Code::LimitExceeded, what.to_string())
            .expected(format!("at most {limit} (limit {name})"))
            .found(found)
            .hint(format!("If it is legitimate, raise `{name}` in [limits] of the policy.")))
    }
}
