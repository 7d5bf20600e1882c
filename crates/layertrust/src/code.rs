//! The one table of codes: stable name, number, default severity, meaning, and what to do next.
//!
//! Documentation and bindings are generated from [`Code::ALL`]. Numbers are never reused.

use std::fmt;

/// How much a finding weighs. Only errors decide a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The image is rejected.
    Error,
    /// Worth a look; changes no verdict.
    Warning,
    /// A fact worth naming.
    Info,
}

/// The families of codes, by the first two digits of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// 10xx: the bytes are not what they claim to be.
    Input,
    /// 12xx: a source could not answer. The verdict is unknown.
    Source,
    /// 20xx: signatures, keys, certificates, logs and times.
    Signature,
    /// 22xx: attestation statements.
    Statement,
    /// 30xx: the base image and the owners of layers.
    Base,
    /// 32xx: the image as a whole.
    Image,
    /// 40xx: what upper layers did to lower ones, and the configuration.
    Layer,
    /// 42xx: vulnerabilities.
    Vulnerability,
    /// 44xx: the policy's own rules.
    Policy,
    /// 90xx: the caller's mistake or a defect in this program.
    Caller,
}

macro_rules! codes {
    ($($variant:ident $number:literal $name:literal $severity:ident $meaning:literal $advice:literal;)*) => {
        /// A stable code: what went wrong, or what was noticed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum Code {
            $(#[doc = $meaning] $variant = $number,)*
        }

        impl Code {
            /// Every code, in order of number.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable name, in kebab case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// The severity a finding of this code has unless a policy rule says otherwise.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// What the code means, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }

            /// What to do next, where the finding itself knows nothing better.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Code::$variant => $advice,)* }
            }
        }
    };
}

codes! {
    Malformed 1001 "malformed" Error "A document is not what its specification allows." "Rebuild or re-export the image; a conforming tool does not write this.";
    DuplicateKey 1002 "duplicate-key" Error "A JSON object names one key twice, exactly or but for letter case." "Treat the document as hostile: readers disagree about which value counts.";
    DigestMismatch 1003 "digest-mismatch" Error "Bytes do not hash to the digest that names them, or have another size." "Fetch the image again from its registry; if it repeats, the copy was altered.";
    BlobMissing 1004 "blob-missing" Error "A blob that the image refers to is not there." "Copy the image again with all its blobs, or add a source that has it with --evidence.";
    MediaTypeMismatch 1005 "media-type-mismatch" Error "A document is of another kind than the descriptor that led to it says." "Treat the index as hostile: readers disagree about which image this is.";
    DiffIdMismatch 1006 "diff-id-mismatch" Error "A layer does not unpack to the diff ID that the config lists for it." "Rebuild the image; its config and its layers do not belong together.";
    LayerInconsistent 1007 "layer-inconsistent" Error "A layer blob can be read in two ways that differ." "Rebuild the layer with a plain gzip or zstd compressor.";
    UnsupportedFormat 1008 "unsupported-format" Error "The format is known or unknown, but not read by this version." "Convert it, for instance with `skopeo copy … oci:DIR`.";
    LimitExceeded 1009 "limit-exceeded" Error "Something is larger or more numerous than the limit allows." "If it is legitimate, raise the named key of [limits] in the policy.";
    PlatformMissing 1010 "platform-missing" Error "A platform that was asked for, or that the policy names, is not in the image." "Build the missing platform, or change --platform or [image] platforms.";
    PlatformMismatch 1011 "platform-mismatch" Error "An index offers an image under another platform than its config states." "Rebuild the index with the right platform for each image.";
    PlatformAmbiguous 1012 "platform-ambiguous" Error "Two images of one index claim the same platform; which one runs depends on the runtime." "Remove one of them from the index.";

    NotFound 1201 "not-found" Error "The source has no image of this name." "Check the name, the tag and the path.";
    Io 1202 "io" Error "A file or stream could not be read or written." "Check the path and its permissions, then run again.";
    Unauthorized 1203 "unauthorized" Error "The registry refused the credentials." "Log in to the registry, then run again.";
    RateLimited 1204 "rate-limited" Error "The registry asked to slow down." "Wait, then run again.";
    Unreachable 1205 "unreachable" Error "The registry could not be reached." "Check the network and the name, then run again.";

    SignatureMissing 2001 "signature-missing" Error "No image signature was found." "Sign the image: `cosign sign --key KEY IMAGE@DIGEST`.";
    SignatureInvalid 2002 "signature-invalid" Error "A signature does not verify." "Find out who altered the signed data, or which key signed it, then sign again.";
    SignerNotAllowed 2003 "signer-not-allowed" Error "The signature is by somebody whom the policy does not allow." "Add the signer to the policy if you trust it; else sign with an allowed one.";
    KeyInactive 2004 "key-inactive" Error "The signature is by a key that is no longer in use." "Use an image that is signed with the active key.";
    CertificateInvalid 2005 "certificate-invalid" Error "The signing certificate does not chain to the root." "Check which root the signer's certificates come from.";
    CertificateExpired 2006 "certificate-expired" Error "The signing certificate was not valid at the proved time." "Sign again; keep the timestamp or log entry with the signature.";
    TlogInvalid 2007 "tlog-invalid" Error "A transparency log entry does not verify." "Sign again, or check which log the root names.";
    TlogMissing 2008 "tlog-missing" Error "The policy wants a transparency log entry and there is none." "Sign again with the log switched on.";
    TimestampInvalid 2009 "timestamp-invalid" Error "A signed timestamp does not verify." "Sign again, or check which timestamp authority the root names.";
    TimestampIgnored 2010 "timestamp-ignored" Warning "A timestamp by an authority outside the root was ignored." "Nothing, if another verified time exists.";
    TimeNotProved 2011 "time-not-proved" Error "No verified time says when this was signed." "Sign with a timestamp or log entry.";

    AttestationMissing 2201 "attestation-missing" Error "An attestation that the policy wants was not found." "Attach it: `cosign attest --key KEY --type TYPE --predicate FILE IMAGE@DIGEST`.";
    AttestationUnsigned 2202 "attestation-unsigned" Error "The statement is there, but nobody signed it." "Sign it with `cosign attest`; a signature on the index does not attest it.";
    SubjectMismatch 2203 "subject-mismatch" Error "The signed data is about another image." "Attach the signature or attestation that was made for this digest.";
    PredicateMismatch 2204 "predicate-mismatch" Error "The statement is of another type than its annotation or signature says, or contradicts the signer." "Attach the statement of the right type.";
    PredicateInvalid 2205 "predicate-invalid" Error "The predicate is not what its type requires." "Generate the attestation again with a conforming tool.";
    BuilderNotAllowed 2206 "builder-not-allowed" Error "The provenance names a builder or build type that the policy does not allow." "Build with an allowed one, or add this one to `builder` or `build-type` in the policy.";
    SourceNotAllowed 2207 "source-not-allowed" Error "The provenance names a source, ref or parameter that the policy does not allow, or none." "Build from what the policy names, or change `source`, `source-ref` or `external-parameters` in the policy.";
    AttestationConflict 2208 "attestation-conflict" Error "Two verified statements contradict each other and no time says which is newer." "Remove one of them, or sign with timestamps.";
    DependencyNotAllowed 2209 "dependency-not-allowed" Error "The provenance names a dependency that the policy does not allow." "Build without it, or allow it in the policy.";
    ResultNotAllowed 2210 "result-not-allowed" Error "A verified statement says that the image did not pass, or not well enough." "Mend what the statement names, and have it checked again.";
    AttestationTooOld 2211 "attestation-too-old" Error "What an attestation tells of was done longer ago than the policy allows." "Have it done again, and attach the new attestation.";

    BaseMissing 3001 "base-missing" Error "No vendor base was found under this image." "Name the base with --base or bring its manifests with --evidence; a squashed image has none.";
    BaseUnavailable 3002 "base-unavailable" Error "A base is named, but its manifest or config is not at hand." "Bring it with --evidence, for instance a layout of the base image.";
    BaseNotProved 3003 "base-not-proved" Error "The named base is not proved to be the bottom of this image." "Build FROM the base without squashing or rewriting its layers.";
    BaseUnsigned 3004 "base-unsigned" Error "The base is not signed by an allowed vendor key." "Bring the vendor's signatures and attestations of the base with --evidence.";
    BaseNotAllowed 3005 "base-not-allowed" Error "The base is the vendor's, but the policy does not admit it." "Use an admitted base, or change [base] repositories or accept-customizations.";
    BaseAmbiguous 3006 "base-ambiguous" Warning "Two equally long bases are proved; one was chosen by a fixed order." "Nothing; name one with --base to see it first.";
    BaseRevoked 3007 "base-revoked" Error "The policy revokes this base." "Rebuild on a current base.";
    BaseTooOld 3008 "base-too-old" Error "The base is older than the policy allows." "Rebuild on a current base.";
    BaseOutdated 3009 "base-outdated" Warning "The vendor has a newer base under the same tag." "Rebuild on the current base.";
    BaseEndOfLife 3010 "base-end-of-life" Warning "The base's own config says that its support has ended." "Move to a supported version.";
    LabelMismatch 3011 "label-mismatch" Warning "A label about the base disagrees with what was proved." "Nothing, if the label was inherited and overwritten on purpose.";
    LayerUnattributed 3012 "layer-unattributed" Error "Nobody who is allowed to vouches for these layers." "Have the organization sign the image, or use an untouched vendor image.";
    ConfigUnattributed 3013 "config-unattributed" Error "Nobody who is allowed to vouches for the image's configuration." "Have the organization sign the image, or use an untouched vendor image.";

    ImageNotAllowed 3201 "image-not-allowed" Error "No name of the image matches the references that the policy allows." "Name the image with --as, or change [org] references.";
    ImageRevoked 3202 "image-revoked" Error "The policy revokes this image." "Deploy another version.";
    ImageTooOld 3203 "image-too-old" Error "The image is older than the policy allows." "Rebuild it.";

    LayerChange 4001 "layer-change" Warning "An upper layer changed a path of a lower one." "Check the path; allow it in [layers] if it is meant.";
    AddedPath 4002 "added-path" Warning "An upper layer added a path that the policy does not want." "Remove it in the build, or allow it in the policy.";
    SecretAdded 4003 "secret-added" Warning "An upper layer added what looks like a credential." "Remove it, revoke the credential, and rebuild.";
    ConfigChanged 4004 "config-changed" Warning "The configuration differs from the base in a way that the policy does not want." "Change the build or the policy.";
    RunsAsRoot 4005 "runs-as-root" Warning "The image runs as root." "Set USER to a non-root user.";
    EnvSet 4006 "env-set" Warning "The configuration sets a variable that the policy does not want." "Remove it in the build, or allow it in the policy.";
    SizeLimit 4007 "size-limit" Warning "The upper layers add more than the policy allows." "Remove what is not needed, or raise the limit.";

    VulnerabilityLimit 4201 "vulnerability-limit" Warning "More vulnerabilities than the policy allows." "Update the packages named.";
    ScanMissing 4202 "scan-missing" Error "The policy has a vulnerability rule and there is no scan of this image." "Scan the image and pass the file with --scan.";
    ScanMismatch 4203 "scan-mismatch" Error "The scan is of another image." "Scan this digest.";
    VexIgnored 4204 "vex-ignored" Warning "A VEX statement does not carry over to this package." "Nothing, or assess the vulnerability yourself.";

    RuleNotEvaluated 4401 "rule-not-evaluated" Error "A rule of the policy could not be evaluated." "Run again with what the rule needs, as the message says.";
    ExceptionUsed 4402 "exception-used" Info "An exception of the policy was used." "Nothing until it expires.";
    ExceptionExpired 4403 "exception-expired" Error "An exception of the policy has expired." "Fix its cause and remove it, or renew it.";

    Usage 9001 "usage" Error "The call is wrong." "See --help.";
    PolicyInvalid 9002 "policy-invalid" Error "The policy is wrong." "Correct the policy; `layertrust policy check FILE` tests it.";
    KeyInvalid 9003 "key-invalid" Error "The key cannot be used." "Give a PEM file that holds one public key.";
    RootInvalid 9004 "root-invalid" Error "The trusted root cannot be used." "Give a trusted_root.json.";
    NoCryptoProvider 9005 "no-crypto-provider" Error "The library was built without signature arithmetic." "Build with the feature aws-lc or pure-rust.";
    Panic 9006 "panic" Error "A defect in this program." "Please report it with the image that caused it.";
    NullPointer 9007 "null-pointer" Error "A null pointer was passed." "Correct the call.";
}

impl Code {
    /// The stable number, for instance 1003.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The code with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The family that the number belongs to.
    #[must_use]
    pub const fn family(self) -> Family {
        match self.number() / 100 {
            10 => Family::Input,
            12 => Family::Source,
            20 => Family::Signature,
            22 => Family::Statement,
            30 => Family::Base,
            32 => Family::Image,
            40 => Family::Layer,
            42 => Family::Vulnerability,
            44 => Family::Policy,
            _ => Family::Caller,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Code::from_name(&name).ok_or_else(|| serde::de::Error::custom("not a code of this version"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        schemars::json_schema!({ "type": "string", "enum": names })
    }
}
