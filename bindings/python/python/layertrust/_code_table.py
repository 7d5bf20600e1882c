# Generated from docs/CODES.md by `make generate`. Do not edit.
"""What is known of each code."""

from __future__ import annotations

from typing import NamedTuple

from layertrust._words import Severity


class Row(NamedTuple):
    """A row of the table."""

    number: int
    severity: Severity
    meaning: str
    advice: str


ROWS = {
    "malformed": Row(
        1001,
        Severity.ERROR,
        "A document is not what its specification allows.",
        "Rebuild or re-export the image; a conforming tool does not write this.",
    ),
    "duplicate-key": Row(
        1002,
        Severity.ERROR,
        "A JSON object names one key twice, exactly or but for letter case.",
        "Treat the document as hostile: readers disagree about which value counts.",
    ),
    "digest-mismatch": Row(
        1003,
        Severity.ERROR,
        "Bytes do not hash to the digest that names them, or have another size.",
        "Fetch the image again from its registry; if it repeats, the copy was altered.",
    ),
    "blob-missing": Row(
        1004,
        Severity.ERROR,
        "A blob that the image refers to is not there.",
        "Copy the image again with all its blobs, or add a source that has it with --evidence.",
    ),
    "media-type-mismatch": Row(
        1005,
        Severity.ERROR,
        "A document is of another kind than the descriptor that led to it says.",
        "Treat the index as hostile: readers disagree about which image this is.",
    ),
    "diff-id-mismatch": Row(
        1006,
        Severity.ERROR,
        "A layer does not unpack to the diff ID that the config lists for it.",
        "Rebuild the image; its config and its layers do not belong together.",
    ),
    "layer-inconsistent": Row(
        1007,
        Severity.ERROR,
        "A layer blob can be read in two ways that differ.",
        "Rebuild the layer with a plain gzip or zstd compressor.",
    ),
    "unsupported-format": Row(
        1008,
        Severity.ERROR,
        "The format is known or unknown, but not read by this version.",
        "Convert it, for instance with `skopeo copy … oci:DIR`.",
    ),
    "limit-exceeded": Row(
        1009,
        Severity.ERROR,
        "Something is larger or more numerous than the limit allows.",
        "If it is legitimate, raise the named key of [limits] in the policy.",
    ),
    "platform-missing": Row(
        1010,
        Severity.ERROR,
        "A platform that was asked for, or that the policy names, is not in the image.",
        "Build the missing platform, or change --platform or [image] platforms.",
    ),
    "platform-mismatch": Row(
        1011,
        Severity.ERROR,
        "An index offers an image under another platform than its config states.",
        "Rebuild the index with the right platform for each image.",
    ),
    "platform-ambiguous": Row(
        1012,
        Severity.ERROR,
        "Two images of one index claim the same platform; which one runs depends on the runtime.",
        "Remove one of them from the index.",
    ),
    "not-found": Row(
        1201,
        Severity.ERROR,
        "The source has no image of this name.",
        "Check the name, the tag and the path.",
    ),
    "io": Row(
        1202,
        Severity.ERROR,
        "A file or stream could not be read or written.",
        "Check the path and its permissions, then run again.",
    ),
    "unauthorized": Row(
        1203,
        Severity.ERROR,
        "The registry refused the credentials.",
        "Log in to the registry, then run again.",
    ),
    "rate-limited": Row(
        1204,
        Severity.ERROR,
        "The registry asked to slow down.",
        "Wait, then run again.",
    ),
    "unreachable": Row(
        1205,
        Severity.ERROR,
        "The registry could not be reached.",
        "Check the network and the name, then run again.",
    ),
    "signature-missing": Row(
        2001,
        Severity.ERROR,
        "No image signature was found.",
        "Sign the image: `cosign sign --key KEY IMAGE@DIGEST`.",
    ),
    "signature-invalid": Row(
        2002,
        Severity.ERROR,
        "A signature does not verify.",
        "Find out who altered the signed data, or which key signed it, then sign again.",
    ),
    "signer-not-allowed": Row(
        2003,
        Severity.ERROR,
        "The signature is by somebody whom the policy does not allow.",
        "Add the signer to the policy if you trust it; else sign with an allowed one.",
    ),
    "key-inactive": Row(
        2004,
        Severity.ERROR,
        "The signature is by a key that is no longer in use.",
        "Use an image that is signed with the active key.",
    ),
    "certificate-invalid": Row(
        2005,
        Severity.ERROR,
        "The signing certificate does not chain to the root.",
        "Check which root the signer's certificates come from.",
    ),
    "certificate-expired": Row(
        2006,
        Severity.ERROR,
        "The signing certificate was not valid at the proved time.",
        "Sign again; keep the timestamp or log entry with the signature.",
    ),
    "tlog-invalid": Row(
        2007,
        Severity.ERROR,
        "A transparency log entry does not verify.",
        "Sign again, or check which log the root names.",
    ),
    "tlog-missing": Row(
        2008,
        Severity.ERROR,
        "The policy wants a transparency log entry and there is none.",
        "Sign again with the log switched on.",
    ),
    "timestamp-invalid": Row(
        2009,
        Severity.ERROR,
        "A signed timestamp does not verify.",
        "Sign again, or check which timestamp authority the root names.",
    ),
    "timestamp-ignored": Row(
        2010,
        Severity.WARNING,
        "A timestamp by an authority outside the root was ignored.",
        "Nothing, if another verified time exists.",
    ),
    "time-not-proved": Row(
        2011,
        Severity.ERROR,
        "No verified time says when this was signed.",
        "Sign with a timestamp or log entry.",
    ),
    "attestation-missing": Row(
        2201,
        Severity.ERROR,
        "An attestation that the policy wants was not found.",
        "Attach it: `cosign attest --key KEY --type TYPE --predicate FILE IMAGE@DIGEST`.",
    ),
    "attestation-unsigned": Row(
        2202,
        Severity.ERROR,
        "The statement is there, but nobody signed it.",
        "Sign it with `cosign attest`; a signature on the index does not attest it.",
    ),
    "subject-mismatch": Row(
        2203,
        Severity.ERROR,
        "The signed data is about another image.",
        "Attach the signature or attestation that was made for this digest.",
    ),
    "predicate-mismatch": Row(
        2204,
        Severity.ERROR,
        "The statement is of another type than its annotation or signature says, or contradicts the signer.",
        "Attach the statement of the right type.",
    ),
    "predicate-invalid": Row(
        2205,
        Severity.ERROR,
        "The predicate is not what its type requires.",
        "Generate the attestation again with a conforming tool.",
    ),
    "builder-not-allowed": Row(
        2206,
        Severity.ERROR,
        "The provenance names a builder or build type that the policy does not allow.",
        "Build with an allowed one, or add this one to `builder` or `build-type` in the policy.",
    ),
    "source-not-allowed": Row(
        2207,
        Severity.ERROR,
        "The provenance names a source, ref or parameter that the policy does not allow, or none.",
        "Build from what the policy names, or change `source`, `source-ref` or `external-parameters` in the policy.",
    ),
    "attestation-conflict": Row(
        2208,
        Severity.ERROR,
        "Two verified statements contradict each other and no time says which is newer.",
        "Remove one of them, or sign with timestamps.",
    ),
    "dependency-not-allowed": Row(
        2209,
        Severity.ERROR,
        "The provenance names a dependency that the policy does not allow.",
        "Build without it, or allow it in the policy.",
    ),
    "result-not-allowed": Row(
        2210,
        Severity.ERROR,
        "A verified statement says that the image did not pass, or not well enough.",
        "Mend what the statement names, and have it checked again.",
    ),
    "attestation-too-old": Row(
        2211,
        Severity.ERROR,
        "What an attestation tells of was done longer ago than the policy allows.",
        "Have it done again, and attach the new attestation.",
    ),
    "base-missing": Row(
        3001,
        Severity.ERROR,
        "No vendor base was found under this image.",
        "Name the base with --base or bring its manifests with --evidence; a squashed image has none.",
    ),
    "base-unavailable": Row(
        3002,
        Severity.ERROR,
        "A base is named, but its manifest or config is not at hand.",
        "Bring it with --evidence, for instance a layout of the base image.",
    ),
    "base-not-proved": Row(
        3003,
        Severity.ERROR,
        "The named base is not proved to be the bottom of this image.",
        "Build FROM the base without squashing or rewriting its layers.",
    ),
    "base-unsigned": Row(
        3004,
        Severity.ERROR,
        "The base is not signed by an allowed vendor key.",
        "Bring the vendor's signatures and attestations of the base with --evidence.",
    ),
    "base-not-allowed": Row(
        3005,
        Severity.ERROR,
        "The base is the vendor's, but the policy does not admit it.",
        "Use an admitted base, or change [base] repositories or accept-customizations.",
    ),
    "base-ambiguous": Row(
        3006,
        Severity.WARNING,
        "Two equally long bases are proved; one was chosen by a fixed order.",
        "Nothing; name one with --base to see it first.",
    ),
    "base-revoked": Row(
        3007,
        Severity.ERROR,
        "The policy revokes this base.",
        "Rebuild on a current base.",
    ),
    "base-too-old": Row(
        3008,
        Severity.ERROR,
        "The base is older than the policy allows.",
        "Rebuild on a current base.",
    ),
    "base-outdated": Row(
        3009,
        Severity.WARNING,
        "The vendor has a newer base under the same tag.",
        "Rebuild on the current base.",
    ),
    "base-end-of-life": Row(
        3010,
        Severity.WARNING,
        "The base's own config says that its support has ended.",
        "Move to a supported version.",
    ),
    "label-mismatch": Row(
        3011,
        Severity.WARNING,
        "A label about the base disagrees with what was proved.",
        "Nothing, if the label was inherited and overwritten on purpose.",
    ),
    "layer-unattributed": Row(
        3012,
        Severity.ERROR,
        "Nobody who is allowed to vouches for these layers.",
        "Have the organization sign the image, or use an untouched vendor image.",
    ),
    "config-unattributed": Row(
        3013,
        Severity.ERROR,
        "Nobody who is allowed to vouches for the image's configuration.",
        "Have the organization sign the image, or use an untouched vendor image.",
    ),
    "image-not-allowed": Row(
        3201,
        Severity.ERROR,
        "No name of the image matches the references that the policy allows.",
        "Name the image with --as, or change [org] references.",
    ),
    "image-revoked": Row(
        3202,
        Severity.ERROR,
        "The policy revokes this image.",
        "Deploy another version.",
    ),
    "image-too-old": Row(
        3203,
        Severity.ERROR,
        "The image is older than the policy allows.",
        "Rebuild it.",
    ),
    "layer-change": Row(
        4001,
        Severity.WARNING,
        "An upper layer changed a path of a lower one.",
        "Check the path; allow it in [layers] if it is meant.",
    ),
    "added-path": Row(
        4002,
        Severity.WARNING,
        "An upper layer added a path that the policy does not want.",
        "Remove it in the build, or allow it in the policy.",
    ),
    "secret-added": Row(
        4003,
        Severity.WARNING,
        "An upper layer added what looks like a credential.",
        "Remove it, revoke the credential, and rebuild.",
    ),
    "config-changed": Row(
        4004,
        Severity.WARNING,
        "The configuration differs from the base in a way that the policy does not want.",
        "Change the build or the policy.",
    ),
    "runs-as-root": Row(
        4005,
        Severity.WARNING,
        "The image runs as root.",
        "Set USER to a non-root user.",
    ),
    "env-set": Row(
        4006,
        Severity.WARNING,
        "The configuration sets a variable that the policy does not want.",
        "Remove it in the build, or allow it in the policy.",
    ),
    "size-limit": Row(
        4007,
        Severity.WARNING,
        "The upper layers add more than the policy allows.",
        "Remove what is not needed, or raise the limit.",
    ),
    "vulnerability-limit": Row(
        4201,
        Severity.WARNING,
        "More vulnerabilities than the policy allows.",
        "Update the packages named.",
    ),
    "scan-missing": Row(
        4202,
        Severity.ERROR,
        "The policy has a vulnerability rule and there is no scan of this image.",
        "Scan the image and pass the file with --scan.",
    ),
    "scan-mismatch": Row(
        4203,
        Severity.ERROR,
        "The scan is of another image.",
        "Scan this digest.",
    ),
    "vex-ignored": Row(
        4204,
        Severity.WARNING,
        "A VEX statement does not carry over to this package.",
        "Nothing, or assess the vulnerability yourself.",
    ),
    "rule-not-evaluated": Row(
        4401,
        Severity.ERROR,
        "A rule of the policy could not be evaluated.",
        "Run again with what the rule needs, as the message says.",
    ),
    "exception-used": Row(
        4402,
        Severity.INFO,
        "An exception of the policy was used.",
        "Nothing until it expires.",
    ),
    "exception-expired": Row(
        4403,
        Severity.ERROR,
        "An exception of the policy has expired.",
        "Fix its cause and remove it, or renew it.",
    ),
    "usage": Row(
        9001,
        Severity.ERROR,
        "The call is wrong.",
        "See --help.",
    ),
    "policy-invalid": Row(
        9002,
        Severity.ERROR,
        "The policy is wrong.",
        "Correct the policy; `layertrust policy check FILE` tests it.",
    ),
    "key-invalid": Row(
        9003,
        Severity.ERROR,
        "The key cannot be used.",
        "Give a PEM file that holds one public key.",
    ),
    "root-invalid": Row(
        9004,
        Severity.ERROR,
        "The trusted root cannot be used.",
        "Give a trusted_root.json.",
    ),
    "no-crypto-provider": Row(
        9005,
        Severity.ERROR,
        "The library was built without signature arithmetic.",
        "Build with the feature aws-lc or pure-rust.",
    ),
    "panic": Row(
        9006,
        Severity.ERROR,
        "A defect in this program.",
        "Please report it with the image that caused it.",
    ),
    "null-pointer": Row(
        9007,
        Severity.ERROR,
        "A null pointer was passed.",
        "Correct the call.",
    ),
}
