//! What functions return. Generated from the table of codes by `make generate`.

use std::ffi::CStr;

use layertrust_core::Code;

/// What functions return: 0 is good, and everything else is not.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum layertrust_result {
    /// Done; of a verification: accepted.
    LAYERTRUST_OK = 0,
    /// The image is rejected. There is a report.
    LAYERTRUST_REJECTED = 1,
    /// A document is not what its specification allows.
    LAYERTRUST_ERROR_MALFORMED = 1001,
    /// A JSON object names one key twice, exactly or but for letter case.
    LAYERTRUST_ERROR_DUPLICATE_KEY = 1002,
    /// Bytes do not hash to the digest that names them, or have another size.
    LAYERTRUST_ERROR_DIGEST_MISMATCH = 1003,
    /// A blob that the image refers to is not there.
    LAYERTRUST_ERROR_BLOB_MISSING = 1004,
    /// A document is of another kind than the descriptor that led to it says.
    LAYERTRUST_ERROR_MEDIA_TYPE_MISMATCH = 1005,
    /// A layer does not unpack to the diff ID that the config lists for it.
    LAYERTRUST_ERROR_DIFF_ID_MISMATCH = 1006,
    /// A layer blob can be read in two ways that differ.
    LAYERTRUST_ERROR_LAYER_INCONSISTENT = 1007,
    /// The format is known or unknown, but not read by this version.
    LAYERTRUST_ERROR_UNSUPPORTED_FORMAT = 1008,
    /// Something is larger or more numerous than the limit allows.
    LAYERTRUST_ERROR_LIMIT_EXCEEDED = 1009,
    /// A platform that was asked for, or that the policy names, is not in the image.
    LAYERTRUST_ERROR_PLATFORM_MISSING = 1010,
    /// An index offers an image under another platform than its config states.
    LAYERTRUST_ERROR_PLATFORM_MISMATCH = 1011,
    /// Two images of one index claim the same platform; which one runs depends on the runtime.
    LAYERTRUST_ERROR_PLATFORM_AMBIGUOUS = 1012,
    /// The source has no image of this name.
    LAYERTRUST_ERROR_NOT_FOUND = 1201,
    /// A file or stream could not be read or written.
    LAYERTRUST_ERROR_IO = 1202,
    /// The registry refused the credentials.
    LAYERTRUST_ERROR_UNAUTHORIZED = 1203,
    /// The registry asked to slow down.
    LAYERTRUST_ERROR_RATE_LIMITED = 1204,
    /// The registry could not be reached.
    LAYERTRUST_ERROR_UNREACHABLE = 1205,
    /// No image signature was found.
    LAYERTRUST_ERROR_SIGNATURE_MISSING = 2001,
    /// A signature does not verify.
    LAYERTRUST_ERROR_SIGNATURE_INVALID = 2002,
    /// The signature is by somebody whom the policy does not allow.
    LAYERTRUST_ERROR_SIGNER_NOT_ALLOWED = 2003,
    /// The signature is by a key that is no longer in use.
    LAYERTRUST_ERROR_KEY_INACTIVE = 2004,
    /// The signing certificate does not chain to the root.
    LAYERTRUST_ERROR_CERTIFICATE_INVALID = 2005,
    /// The signing certificate was not valid at the proved time.
    LAYERTRUST_ERROR_CERTIFICATE_EXPIRED = 2006,
    /// A transparency log entry does not verify.
    LAYERTRUST_ERROR_TLOG_INVALID = 2007,
    /// The policy wants a transparency log entry and there is none.
    LAYERTRUST_ERROR_TLOG_MISSING = 2008,
    /// A signed timestamp does not verify.
    LAYERTRUST_ERROR_TIMESTAMP_INVALID = 2009,
    /// A timestamp by an authority outside the root was ignored.
    LAYERTRUST_ERROR_TIMESTAMP_IGNORED = 2010,
    /// No verified time says when this was signed.
    LAYERTRUST_ERROR_TIME_NOT_PROVED = 2011,
    /// An attestation that the policy wants was not found.
    LAYERTRUST_ERROR_ATTESTATION_MISSING = 2201,
    /// The statement is there, but nobody signed it.
    LAYERTRUST_ERROR_ATTESTATION_UNSIGNED = 2202,
    /// The signed data is about another image.
    LAYERTRUST_ERROR_SUBJECT_MISMATCH = 2203,
    /// The statement is of another type than its annotation or signature says, or contradicts the signer.
    LAYERTRUST_ERROR_PREDICATE_MISMATCH = 2204,
    /// The predicate is not what its type requires.
    LAYERTRUST_ERROR_PREDICATE_INVALID = 2205,
    /// The provenance names a builder or build type that the policy does not allow.
    LAYERTRUST_ERROR_BUILDER_NOT_ALLOWED = 2206,
    /// The provenance names a source, ref or parameter that the policy does not allow, or none.
    LAYERTRUST_ERROR_SOURCE_NOT_ALLOWED = 2207,
    /// Two verified statements contradict each other and no time says which is newer.
    LAYERTRUST_ERROR_ATTESTATION_CONFLICT = 2208,
    /// The provenance names a dependency that the policy does not allow.
    LAYERTRUST_ERROR_DEPENDENCY_NOT_ALLOWED = 2209,
    /// A verified statement says that the image did not pass, or not well enough.
    LAYERTRUST_ERROR_RESULT_NOT_ALLOWED = 2210,
    /// What an attestation tells of was done longer ago than the policy allows.
    LAYERTRUST_ERROR_ATTESTATION_TOO_OLD = 2211,
    /// No vendor base was found under this image.
    LAYERTRUST_ERROR_BASE_MISSING = 3001,
    /// A base is named, but its manifest or config is not at hand.
    LAYERTRUST_ERROR_BASE_UNAVAILABLE = 3002,
    /// The named base is not proved to be the bottom of this image.
    LAYERTRUST_ERROR_BASE_NOT_PROVED = 3003,
    /// The base is not signed by an allowed vendor key.
    LAYERTRUST_ERROR_BASE_UNSIGNED = 3004,
    /// The base is the vendor's, but the policy does not admit it.
    LAYERTRUST_ERROR_BASE_NOT_ALLOWED = 3005,
    /// Two equally long bases are proved; one was chosen by a fixed order.
    LAYERTRUST_ERROR_BASE_AMBIGUOUS = 3006,
    /// The policy revokes this base.
    LAYERTRUST_ERROR_BASE_REVOKED = 3007,
    /// The base is older than the policy allows.
    LAYERTRUST_ERROR_BASE_TOO_OLD = 3008,
    /// The vendor has a newer base under the same tag.
    LAYERTRUST_ERROR_BASE_OUTDATED = 3009,
    /// The base's own config says that its support has ended.
    LAYERTRUST_ERROR_BASE_END_OF_LIFE = 3010,
    /// A label about the base disagrees with what was proved.
    LAYERTRUST_ERROR_LABEL_MISMATCH = 3011,
    /// Nobody who is allowed to vouches for these layers.
    LAYERTRUST_ERROR_LAYER_UNATTRIBUTED = 3012,
    /// Nobody who is allowed to vouches for the image's configuration.
    LAYERTRUST_ERROR_CONFIG_UNATTRIBUTED = 3013,
    /// No name of the image matches the references that the policy allows.
    LAYERTRUST_ERROR_IMAGE_NOT_ALLOWED = 3201,
    /// The policy revokes this image.
    LAYERTRUST_ERROR_IMAGE_REVOKED = 3202,
    /// The image is older than the policy allows.
    LAYERTRUST_ERROR_IMAGE_TOO_OLD = 3203,
    /// An upper layer changed a path of a lower one.
    LAYERTRUST_ERROR_LAYER_CHANGE = 4001,
    /// An upper layer added a path that the policy does not want.
    LAYERTRUST_ERROR_ADDED_PATH = 4002,
    /// An upper layer added what looks like a credential.
    LAYERTRUST_ERROR_SECRET_ADDED = 4003,
    /// The configuration differs from the base in a way that the policy does not want.
    LAYERTRUST_ERROR_CONFIG_CHANGED = 4004,
    /// The image runs as root.
    LAYERTRUST_ERROR_RUNS_AS_ROOT = 4005,
    /// The configuration sets a variable that the policy does not want.
    LAYERTRUST_ERROR_ENV_SET = 4006,
    /// The upper layers add more than the policy allows.
    LAYERTRUST_ERROR_SIZE_LIMIT = 4007,
    /// More vulnerabilities than the policy allows.
    LAYERTRUST_ERROR_VULNERABILITY_LIMIT = 4201,
    /// The policy has a vulnerability rule and there is no scan of this image.
    LAYERTRUST_ERROR_SCAN_MISSING = 4202,
    /// The scan is of another image.
    LAYERTRUST_ERROR_SCAN_MISMATCH = 4203,
    /// A VEX statement does not carry over to this package.
    LAYERTRUST_ERROR_VEX_IGNORED = 4204,
    /// A rule of the policy could not be evaluated.
    LAYERTRUST_ERROR_RULE_NOT_EVALUATED = 4401,
    /// An exception of the policy was used.
    LAYERTRUST_ERROR_EXCEPTION_USED = 4402,
    /// An exception of the policy has expired.
    LAYERTRUST_ERROR_EXCEPTION_EXPIRED = 4403,
    /// The call is wrong.
    LAYERTRUST_ERROR_USAGE = 9001,
    /// The policy is wrong.
    LAYERTRUST_ERROR_POLICY_INVALID = 9002,
    /// The key cannot be used.
    LAYERTRUST_ERROR_KEY_INVALID = 9003,
    /// The trusted root cannot be used.
    LAYERTRUST_ERROR_ROOT_INVALID = 9004,
    /// The library was built without signature arithmetic.
    LAYERTRUST_ERROR_NO_CRYPTO_PROVIDER = 9005,
    /// A defect in this program.
    LAYERTRUST_ERROR_PANIC = 9006,
    /// A null pointer was passed.
    LAYERTRUST_ERROR_NULL_POINTER = 9007,
}

impl layertrust_result {
    /// The result for a code.
    pub(crate) const fn of(code: Code) -> Self {
        match code {
            Code::Malformed => Self::LAYERTRUST_ERROR_MALFORMED,
            Code::DuplicateKey => Self::LAYERTRUST_ERROR_DUPLICATE_KEY,
            Code::DigestMismatch => Self::LAYERTRUST_ERROR_DIGEST_MISMATCH,
            Code::BlobMissing => Self::LAYERTRUST_ERROR_BLOB_MISSING,
            Code::MediaTypeMismatch => Self::LAYERTRUST_ERROR_MEDIA_TYPE_MISMATCH,
            Code::DiffIdMismatch => Self::LAYERTRUST_ERROR_DIFF_ID_MISMATCH,
            Code::LayerInconsistent => Self::LAYERTRUST_ERROR_LAYER_INCONSISTENT,
            Code::UnsupportedFormat => Self::LAYERTRUST_ERROR_UNSUPPORTED_FORMAT,
            Code::LimitExceeded => Self::LAYERTRUST_ERROR_LIMIT_EXCEEDED,
            Code::PlatformMissing => Self::LAYERTRUST_ERROR_PLATFORM_MISSING,
            Code::PlatformMismatch => Self::LAYERTRUST_ERROR_PLATFORM_MISMATCH,
            Code::PlatformAmbiguous => Self::LAYERTRUST_ERROR_PLATFORM_AMBIGUOUS,
            Code::NotFound => Self::LAYERTRUST_ERROR_NOT_FOUND,
            Code::Io => Self::LAYERTRUST_ERROR_IO,
            Code::Unauthorized => Self::LAYERTRUST_ERROR_UNAUTHORIZED,
            Code::RateLimited => Self::LAYERTRUST_ERROR_RATE_LIMITED,
            Code::Unreachable => Self::LAYERTRUST_ERROR_UNREACHABLE,
            Code::SignatureMissing => Self::LAYERTRUST_ERROR_SIGNATURE_MISSING,
            Code::SignatureInvalid => Self::LAYERTRUST_ERROR_SIGNATURE_INVALID,
            Code::SignerNotAllowed => Self::LAYERTRUST_ERROR_SIGNER_NOT_ALLOWED,
            Code::KeyInactive => Self::LAYERTRUST_ERROR_KEY_INACTIVE,
            Code::CertificateInvalid => Self::LAYERTRUST_ERROR_CERTIFICATE_INVALID,
            Code::CertificateExpired => Self::LAYERTRUST_ERROR_CERTIFICATE_EXPIRED,
            Code::TlogInvalid => Self::LAYERTRUST_ERROR_TLOG_INVALID,
            Code::TlogMissing => Self::LAYERTRUST_ERROR_TLOG_MISSING,
            Code::TimestampInvalid => Self::LAYERTRUST_ERROR_TIMESTAMP_INVALID,
            Code::TimestampIgnored => Self::LAYERTRUST_ERROR_TIMESTAMP_IGNORED,
            Code::TimeNotProved => Self::LAYERTRUST_ERROR_TIME_NOT_PROVED,
            Code::AttestationMissing => Self::LAYERTRUST_ERROR_ATTESTATION_MISSING,
            Code::AttestationUnsigned => Self::LAYERTRUST_ERROR_ATTESTATION_UNSIGNED,
            Code::SubjectMismatch => Self::LAYERTRUST_ERROR_SUBJECT_MISMATCH,
            Code::PredicateMismatch => Self::LAYERTRUST_ERROR_PREDICATE_MISMATCH,
            Code::PredicateInvalid => Self::LAYERTRUST_ERROR_PREDICATE_INVALID,
            Code::BuilderNotAllowed => Self::LAYERTRUST_ERROR_BUILDER_NOT_ALLOWED,
            Code::SourceNotAllowed => Self::LAYERTRUST_ERROR_SOURCE_NOT_ALLOWED,
            Code::AttestationConflict => Self::LAYERTRUST_ERROR_ATTESTATION_CONFLICT,
            Code::DependencyNotAllowed => Self::LAYERTRUST_ERROR_DEPENDENCY_NOT_ALLOWED,
            Code::ResultNotAllowed => Self::LAYERTRUST_ERROR_RESULT_NOT_ALLOWED,
            Code::AttestationTooOld => Self::LAYERTRUST_ERROR_ATTESTATION_TOO_OLD,
            Code::BaseMissing => Self::LAYERTRUST_ERROR_BASE_MISSING,
            Code::BaseUnavailable => Self::LAYERTRUST_ERROR_BASE_UNAVAILABLE,
            Code::BaseNotProved => Self::LAYERTRUST_ERROR_BASE_NOT_PROVED,
            Code::BaseUnsigned => Self::LAYERTRUST_ERROR_BASE_UNSIGNED,
            Code::BaseNotAllowed => Self::LAYERTRUST_ERROR_BASE_NOT_ALLOWED,
            Code::BaseAmbiguous => Self::LAYERTRUST_ERROR_BASE_AMBIGUOUS,
            Code::BaseRevoked => Self::LAYERTRUST_ERROR_BASE_REVOKED,
            Code::BaseTooOld => Self::LAYERTRUST_ERROR_BASE_TOO_OLD,
            Code::BaseOutdated => Self::LAYERTRUST_ERROR_BASE_OUTDATED,
            Code::BaseEndOfLife => Self::LAYERTRUST_ERROR_BASE_END_OF_LIFE,
            Code::LabelMismatch => Self::LAYERTRUST_ERROR_LABEL_MISMATCH,
            Code::LayerUnattributed => Self::LAYERTRUST_ERROR_LAYER_UNATTRIBUTED,
            Code::ConfigUnattributed => Self::LAYERTRUST_ERROR_CONFIG_UNATTRIBUTED,
            Code::ImageNotAllowed => Self::LAYERTRUST_ERROR_IMAGE_NOT_ALLOWED,
            Code::ImageRevoked => Self::LAYERTRUST_ERROR_IMAGE_REVOKED,
            Code::ImageTooOld => Self::LAYERTRUST_ERROR_IMAGE_TOO_OLD,
            Code::LayerChange => Self::LAYERTRUST_ERROR_LAYER_CHANGE,
            Code::AddedPath => Self::LAYERTRUST_ERROR_ADDED_PATH,
            Code::SecretAdded => Self::LAYERTRUST_ERROR_SECRET_ADDED,
            Code::ConfigChanged => Self::LAYERTRUST_ERROR_CONFIG_CHANGED,
            Code::RunsAsRoot => Self::LAYERTRUST_ERROR_RUNS_AS_ROOT,
            Code::EnvSet => Self::LAYERTRUST_ERROR_ENV_SET,
            Code::SizeLimit => Self::LAYERTRUST_ERROR_SIZE_LIMIT,
            Code::VulnerabilityLimit => Self::LAYERTRUST_ERROR_VULNERABILITY_LIMIT,
            Code::ScanMissing => Self::LAYERTRUST_ERROR_SCAN_MISSING,
            Code::ScanMismatch => Self::LAYERTRUST_ERROR_SCAN_MISMATCH,
            Code::VexIgnored => Self::LAYERTRUST_ERROR_VEX_IGNORED,
            Code::RuleNotEvaluated => Self::LAYERTRUST_ERROR_RULE_NOT_EVALUATED,
            Code::ExceptionUsed => Self::LAYERTRUST_ERROR_EXCEPTION_USED,
            Code::ExceptionExpired => Self::LAYERTRUST_ERROR_EXCEPTION_EXPIRED,
            Code::Usage => Self::LAYERTRUST_ERROR_USAGE,
            Code::PolicyInvalid => Self::LAYERTRUST_ERROR_POLICY_INVALID,
            Code::KeyInvalid => Self::LAYERTRUST_ERROR_KEY_INVALID,
            Code::RootInvalid => Self::LAYERTRUST_ERROR_ROOT_INVALID,
            Code::NoCryptoProvider => Self::LAYERTRUST_ERROR_NO_CRYPTO_PROVIDER,
            Code::Panic => Self::LAYERTRUST_ERROR_PANIC,
            Code::NullPointer => Self::LAYERTRUST_ERROR_NULL_POINTER,
            // `Code` may grow; the check below fails to compile until this file is generated again.
            _ => Self::LAYERTRUST_OK,
        }
    }

    /// The name of a number.
    pub(crate) fn name(number: u32) -> Option<&'static CStr> {
        Some(match number {
            0 => c"ok",
            1 => c"rejected",
            1001 => c"malformed",
            1002 => c"duplicate-key",
            1003 => c"digest-mismatch",
            1004 => c"blob-missing",
            1005 => c"media-type-mismatch",
            1006 => c"diff-id-mismatch",
            1007 => c"layer-inconsistent",
            1008 => c"unsupported-format",
            1009 => c"limit-exceeded",
            1010 => c"platform-missing",
            1011 => c"platform-mismatch",
            1012 => c"platform-ambiguous",
            1201 => c"not-found",
            1202 => c"io",
            1203 => c"unauthorized",
            1204 => c"rate-limited",
            1205 => c"unreachable",
            2001 => c"signature-missing",
            2002 => c"signature-invalid",
            2003 => c"signer-not-allowed",
            2004 => c"key-inactive",
            2005 => c"certificate-invalid",
            2006 => c"certificate-expired",
            2007 => c"tlog-invalid",
            2008 => c"tlog-missing",
            2009 => c"timestamp-invalid",
            2010 => c"timestamp-ignored",
            2011 => c"time-not-proved",
            2201 => c"attestation-missing",
            2202 => c"attestation-unsigned",
            2203 => c"subject-mismatch",
            2204 => c"predicate-mismatch",
            2205 => c"predicate-invalid",
            2206 => c"builder-not-allowed",
            2207 => c"source-not-allowed",
            2208 => c"attestation-conflict",
            2209 => c"dependency-not-allowed",
            2210 => c"result-not-allowed",
            2211 => c"attestation-too-old",
            3001 => c"base-missing",
            3002 => c"base-unavailable",
            3003 => c"base-not-proved",
            3004 => c"base-unsigned",
            3005 => c"base-not-allowed",
            3006 => c"base-ambiguous",
            3007 => c"base-revoked",
            3008 => c"base-too-old",
            3009 => c"base-outdated",
            3010 => c"base-end-of-life",
            3011 => c"label-mismatch",
            3012 => c"layer-unattributed",
            3013 => c"config-unattributed",
            3201 => c"image-not-allowed",
            3202 => c"image-revoked",
            3203 => c"image-too-old",
            4001 => c"layer-change",
            4002 => c"added-path",
            4003 => c"secret-added",
            4004 => c"config-changed",
            4005 => c"runs-as-root",
            4006 => c"env-set",
            4007 => c"size-limit",
            4201 => c"vulnerability-limit",
            4202 => c"scan-missing",
            4203 => c"scan-mismatch",
            4204 => c"vex-ignored",
            4401 => c"rule-not-evaluated",
            4402 => c"exception-used",
            4403 => c"exception-expired",
            9001 => c"usage",
            9002 => c"policy-invalid",
            9003 => c"key-invalid",
            9004 => c"root-invalid",
            9005 => c"no-crypto-provider",
            9006 => c"panic",
            9007 => c"null-pointer",
            _ => return None,
        })
    }
}

/// Every code has its own number here.
const _: () = {
    let mut rest = Code::ALL;
    while let [code, others @ ..] = rest {
        assert!(layertrust_result::of(*code) as u32 == code.number() as u32, "run `make generate`");
        rest = others;
    }
};
