//! SBOMs: what makes one that a rule takes, and how they are joined with the packages in the layers.

use crate::case::{Case, PlatformFacts, Sboms};
use crate::json::Json;
use crate::object;
use crate::policy::Policy;
use crate::root::PYTHON_PURL;
use crate::statement::{CYCLONEDX, SPDX, cyclonedx, spdx};
use crate::store::{Descriptor, Layout};
use crate::tar::Entry;
use crate::vendor::VendorAttestation;

use super::scene;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        version_not_of_its_type(),
        version_unknown(),
        lists_nothing(),
        only_vulnerabilities(),
        component_without_name(),
        made_tomorrow(),
        text_is_an_sbom(),
        joined_with_the_layers(),
    ]
}

/// The image that stands on nothing, signed, with one more attestation by the organization, which a rule wants.
fn wanted(case: Case, rule: &str, kind: &str, sbom: impl FnOnce(&Descriptor) -> Json) -> Case {
    scene::plain_with(case, |layout: &mut Layout, image| {
        scene::sign(layout, &scene::org(), image);
        scene::attest(layout, &scene::org(), image, kind, sbom(image));
    })
    .policy(Policy::no_base().table("[[org.attestation]]", &[&format!("type = {rule:?}")]))
}

fn version_not_of_its_type() -> Case {
    let case = Case::rejected(
        "sbom-version-not-of-its-type",
        "the predicate type says CycloneDX 1.5, the document in it says 1.6",
        "in-toto attestation predicates/cyclonedx.md: the type names the version of the document",
        &["predicate-mismatch"],
    );
    wanted(case, "cyclonedx", "https://cyclonedx.org/bom/v1.5", |image| cyclonedx("orders", &image.digest))
        .unverified(&["predicate-mismatch"])
}

fn version_unknown() -> Case {
    let case = Case::rejected(
        "sbom-version-unknown",
        "the SBOM declares SPDX 2.1, whose JSON has other fields",
        "SPDX 2.3, 6.1: SPDX version",
        &["predicate-invalid"],
    );
    wanted(case, "spdx", SPDX, |image| {
        let mut document = spdx("orders", &image.digest);
        document.set("spdxVersion", "SPDX-2.1");
        document
    })
    .unverified(&["predicate-invalid"])
}

fn lists_nothing() -> Case {
    let case = Case::rejected(
        "sbom-lists-nothing",
        "the SBOM is well-formed and lists no package and no file",
        "docs/POLICY.md: an SBOM that lists nothing does not satisfy a rule",
        &["predicate-invalid"],
    );
    wanted(case, "sbom", SPDX, |image| {
        let mut document = spdx("orders", &image.digest);
        document.set("packages", Json::Array(Vec::new()));
        document
    })
}

fn only_vulnerabilities() -> Case {
    let case = Case::rejected(
        "sbom-is-vex",
        "the CycloneDX document names vulnerabilities and no component: it is VEX and no SBOM",
        "CycloneDX VEX: a BOM of vulnerabilities and analyses",
        &["predicate-invalid"],
    );
    wanted(case, "sbom", CYCLONEDX, |image| {
        let mut document = cyclonedx("orders", &image.digest);
        document.set("components", Json::Array(Vec::new()));
        document.set("vulnerabilities", Json::Array(vec![object! { "id": "CVE-2026-0001" }]));
        document
    })
}

fn component_without_name() -> Case {
    let case = Case::rejected(
        "sbom-component-without-name",
        "a component of the SBOM has no name",
        "CycloneDX 1.6: component.name is required",
        &["predicate-invalid"],
    );
    wanted(case, "sbom", CYCLONEDX, |image| {
        let mut document = cyclonedx("orders", &image.digest);
        document.get_mut("components").at_mut(0).set("name", Json::Null);
        document
    })
    .unverified(&["predicate-invalid"])
}

fn made_tomorrow() -> Case {
    let case = Case::rejected(
        "sbom-made-tomorrow",
        "the SBOM says that it was made after the time of the question",
        "SPDX 2.3, 6.9: created",
        &["predicate-invalid"],
    );
    wanted(case, "spdx", SPDX, |image| {
        let mut document = spdx("orders", &image.digest);
        document.get_mut("creationInfo").set("created", "2026-11-25T12:00:00Z");
        document
    })
}

fn text_is_an_sbom() -> Case {
    let case = Case::accepted(
        "sbom-as-text",
        "the SPDX document is one string, as `cosign attest --type spdx` writes it",
        "cosign: the predicate of type spdx is the file as a string",
    );
    wanted(case, "spdx", SPDX, |image| spdx("orders", &image.digest).to_string().as_str().into())
        .facts(PlatformFacts::org_only(&scene::plain_spec().build()))
}

/// A module with its record.
fn module(name: &str, version: &str) -> Entry {
    let manifest = format!("{{\"name\":{name:?},\"version\":{version:?}}}\n");
    Entry::file(format!("app/node_modules/{name}/package.json"), manifest.as_bytes())
}

fn spdx_package(number: usize, purl: &str) -> Json {
    object! {
        "SPDXID": format!("SPDXRef-{number}"),
        "name": "package",
        "downloadLocation": "NOASSERTION",
        "externalRefs": [object! {
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl,
        }],
    }
}

/// The base's SBOM spells a distribution in full and forgets Python; the organization's forgets a module, names
/// one that is not there, and a package of the base.
fn joined_with_the_layers() -> Case {
    let case = Case::accepted(
        "sbom-and-layers-differ",
        "each side has an SBOM that names a package which its layers do not hold, and misses one that they do",
        "docs/FORMATS.md: SBOMs and the packages in the layers",
    );
    let base = scene::rooted_base();
    let image = &base.images[0];
    let mut of_base = spdx("dhi/python", &image.digest());
    let purls = [
        "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13.2&upstream=openssl",
        "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13",
        "pkg:oci/python@sha256:00",
    ];
    let packages = purls.iter().enumerate().map(|(number, purl)| spdx_package(number, purl));
    of_base.set("packages", Json::Array(packages.collect()));
    let attestation = VendorAttestation::new(&scene::vendor(), &base.repository, image, SPDX, of_base);
    let mut evidence = base.evidence(&scene::vendor());
    crate::vendor::attach(&mut evidence, &attestation);

    let app = scene::rooted_spec([module("left", "1.0.0"), module("right", "2.0.0")]).build();
    let mut layout = scene::signed(&app);
    let mut of_org = cyclonedx("orders", &app.digest());
    let component = |purl: &str| object! { "type": "library", "name": "package", "purl": purl };
    let purls = ["pkg:npm/left@1.0.0", "pkg:npm/lodash.pick@4.4.0", PYTHON_PURL];
    of_org.set("components", Json::Array(purls.iter().map(|purl| component(purl)).collect()));
    scene::attest(&mut layout, &scene::org(), &app.descriptor(), CYCLONEDX, of_org);

    scene::rooted_facts(case.image(layout, &app.digest()).evidence(evidence).layers("all"), 1)
        .changes([])
        .sboms(Sboms {
            role: "base",
            matched: 1,
            not_in_sbom: vec![PYTHON_PURL],
            not_in_layers: vec!["pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13"],
            not_comparable: 1,
        })
        .sboms(Sboms {
            role: "org",
            matched: 1,
            not_in_sbom: vec!["pkg:npm/right@2.0.0"],
            not_in_layers: vec!["pkg:npm/lodash.pick@4.4.0"],
            not_comparable: 0,
        })
}
