//! in-toto statements and the predicates that cases need.

use crate::image::VENDOR_TIME;
use crate::json::Json;
use crate::object;
use crate::store::hex_of;

/// `https://in-toto.io/Statement/v0.1`, what the vendor and `cosign attest` write.
pub const STATEMENT_V01: &str = "https://in-toto.io/Statement/v0.1";
/// `https://in-toto.io/Statement/v1`, what `cosign sign` and BuildKit write.
pub const STATEMENT_V1: &str = "https://in-toto.io/Statement/v1";
/// The media type of a statement.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";
/// SLSA provenance 0.2.
pub const SLSA_V02: &str = "https://slsa.dev/provenance/v0.2";
/// SLSA provenance 1.
pub const SLSA_V1: &str = "https://slsa.dev/provenance/v1";
/// A cosign image signature in a bundle.
pub const COSIGN_SIGN: &str = "https://sigstore.dev/cosign/sign/v1";
/// CycloneDX as cosign names it.
pub const CYCLONEDX: &str = "https://cyclonedx.org/bom";
/// CycloneDX as the vendor names it.
pub const CYCLONEDX_V16: &str = "https://cyclonedx.org/bom/v1.6";
/// SPDX.
pub const SPDX: &str = "https://spdx.dev/Document";
/// A verification summary.
pub const VSA_V1: &str = "https://slsa.dev/verification_summary/v1";
/// The vendor's builder.
pub const VENDOR_BUILDER: &str = "https://builder.dhi.test/buildkit";
/// The organization's builder.
pub const ORG_BUILDER: &str = "https://github.com/acme/ci/.github/workflows/build.yml@refs/heads/main";
/// The time of the organization's builds.
pub const ORG_TIME: &str = "2026-11-20T09:15:00Z";

const BUILDKIT_V1: &str =
    "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";

/// A subject: `{"name":…,"digest":{"sha256":…}}`.
pub fn subject(name: &str, digest: &str) -> Json {
    object! { "name": name, "digest": object! { "sha256": hex_of(digest) } }
}

/// A statement in cosign's order: `_type, subject, predicateType, predicate`.
pub fn cosign_statement(kind: &str, subjects: Vec<Json>, predicate_type: &str, predicate: Json) -> Json {
    object! { "_type": kind, "subject": subjects, "predicateType": predicate_type, "predicate": predicate }
}

/// A statement in the vendor's and BuildKit's order: `_type, predicateType, subject, predicate`.
pub fn vendor_statement(kind: &str, subjects: Vec<Json>, predicate_type: &str, predicate: Json) -> Json {
    object! { "_type": kind, "predicateType": predicate_type, "subject": subjects, "predicate": predicate }
}

/// What `cosign sign` signs in a bundle: no subject name, empty annotations, an empty predicate.
pub fn sign_statement(digest: &str) -> Json {
    let subject = object! { "digest": object! { "sha256": hex_of(digest) }, "annotations": object! {} };
    cosign_statement(STATEMENT_V1, vec![subject], COSIGN_SIGN, object! {})
}

/// An attestation by `cosign attest`: statement v0.1, the subject named by its repository.
pub fn attest_statement(repository: &str, digest: &str, predicate_type: &str, predicate: Json) -> Json {
    cosign_statement(STATEMENT_V01, vec![subject(repository, digest)], predicate_type, predicate)
}

/// The purl of an image as BuildKit writes it into provenance.
pub fn image_purl(repository: &str, tag: &str, digest: &str, platform: &str) -> String {
    format!("pkg:docker/{repository}@{tag}?digest={digest}&platform={}", platform.replace('/', "%2F"))
}

/// SLSA 0.2 as the vendor's BuildKit writes it.
pub fn slsa_v02(builder: &str, platform: &str) -> Json {
    object! {
        "builder": object! { "id": builder },
        "buildType": "https://mobyproject.org/buildkit@v1",
        "materials": [object! {
            "uri": "https://deb.debian.test/debian/pool/main/l/libc6_2.41-12_amd64.deb",
            "digest": object! { "sha256": "3e39f0def212a67f65a506c720a70386f3965c31a8eede64870d92f2fc4614fd" },
        }],
        "invocation": object! {
            "configSource": object! { "entryPoint": "image/python/debian-13/3.13.yaml" },
            "parameters": object! { "frontend": "gateway.v0", "args": object! { "source": "dhi.io/build:2-debian13" } },
            "environment": object! { "platform": platform },
        },
        "metadata": object! {
            "buildInvocationID": "82c16d5c1fa1d71ae385ef5b3",
            "buildStartedOn": VENDOR_TIME,
            "buildFinishedOn": VENDOR_TIME,
            "completeness": object! { "parameters": true, "environment": true, "materials": false },
            "reproducible": false,
        },
    }
}

/// SLSA 1 as the organization's CI attests it (`cosign attest` sorts the keys). `base` is the repository, tag
/// and index digest of the image it stands on.
pub fn slsa_v1(builder: &str, base: Option<(&str, &str, &str)>) -> Json {
    let dependencies: Vec<Json> = base
        .iter()
        .map(|(repository, tag, digest)| {
            object! {
                "digest": object! { "sha256": hex_of(digest) },
                "uri": image_purl(repository, tag, digest, "linux/amd64"),
            }
        })
        .collect();
    object! {
        "buildDefinition": object! {
            "buildType": BUILDKIT_V1,
            "externalParameters": object! {
                "configSource": object! {
                    "digest": object! { "sha1": "667e09ddaa1fa790308c246b3e1721e60ee7e41a" },
                    "path": "Dockerfile",
                    "uri": "https://github.com/acme/orders-api.git#refs/heads/main",
                },
                "request": object! { "args": object! {}, "frontend": "dockerfile.v0" },
            },
            "internalParameters": object! { "builderPlatform": "linux/amd64" },
            "resolvedDependencies": dependencies,
        },
        "runDetails": object! {
            "builder": object! { "id": builder },
            "metadata": object! {
                "finishedOn": ORG_TIME, "invocationId": "6528fd5cdf5b455e3ba810b9b", "startedOn": ORG_TIME,
            },
        },
    }
}

/// A CycloneDX document of one library.
pub fn cyclonedx(name: &str, digest: &str) -> Json {
    object! {
        "bomFormat": "CycloneDX",
        "components": [object! {
            "name": "lodash.pick", "purl": "pkg:npm/lodash.pick@4.4.0", "type": "library", "version": "4.4.0",
        }],
        "metadata": object! {
            "component": object! { "name": name, "type": "container", "version": digest },
            "timestamp": ORG_TIME,
        },
        "specVersion": "1.6",
        "version": 1,
    }
}

/// An SPDX document of one package.
pub fn spdx(name: &str, digest: &str) -> Json {
    let purl = "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13";
    object! {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": format!("https://spdx.dhi.test/{}", hex_of(digest)),
        "creationInfo": object! { "created": VENDOR_TIME, "creators": ["Tool: layertrust-testkit"] },
        "packages": [object! {
            "SPDXID": "SPDXRef-Package-libc6",
            "name": "libc6",
            "versionInfo": "2.41-12",
            "downloadLocation": "NOASSERTION",
            "externalRefs": [object! {
                "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl,
            }],
        }],
    }
}

/// A verification summary of the organization's verifier.
pub fn vsa_v1(resource: &str) -> Json {
    object! {
        "verifier": object! { "id": "https://verifier.acme.test/v1" },
        "timeVerified": "2026-11-21T06:00:00Z",
        "resourceUri": resource,
        "policy": object! {
            "uri": "https://policies.acme.test/release",
            "digest": object! { "sha256": "823412d1eacb67956220e532959f0104603057c88704863ca38e7cd188fda812" },
        },
        "verificationResult": "PASSED",
        "verifiedLevels": [Json::from("SLSA_BUILD_LEVEL_2"), Json::from("ACME_REVIEWED")],
        "slsaVersion": "1.2",
    }
}
