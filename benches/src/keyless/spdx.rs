//! An SPDX 2.3 document of some 5 MB: a Linux distribution's packages with what syft says about each.

use layertrust_testkit::json::Json;
use layertrust_testkit::object;

const PACKAGES: usize = 2_130;
const FILES: usize = 2_930;

/// The same document every time.
pub(crate) fn document() -> Json {
    let packages: Vec<Json> = (0..PACKAGES).map(package).collect();
    let files: Vec<Json> = (0..FILES).map(file).collect();
    let relationships: Vec<Json> = (0..FILES).map(contains).chain((0..PACKAGES).flat_map(depends)).collect();
    object! {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "orders-api",
        "documentNamespace": "https://spdx.test/orders-api-3b0c1c54",
        "creationInfo": object! {
            "licenseListVersion": "3.25",
            "creators": ["Organization: Demo", "Tool: demo-1.0.0"],
            "created": "2026-11-20T09:15:00Z",
        },
        "packages": packages,
        "files": files,
        "relationships": relationships,
    }
}

/// A number that looks like no other: the finalizer of SplitMix64.
fn scattered(seed: usize) -> u64 {
    let mut z = (seed as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn package_id(number: usize) -> String {
    format!("SPDXRef-Package-deb-libdemo{number}-{:016x}", scattered(number))
}

fn file_id(number: usize) -> String {
    format!("SPDXRef-File-usr-lib-libdemo-{:016x}", scattered(number + 1_000_000))
}

fn package(number: usize) -> Json {
    let name = format!("libdemo{number}");
    let version = format!("{}.{}.{}-{}+b1", number % 7, number % 31, number % 101, number % 5);
    let cpe = |vendor: &str| {
        object! {
            "referenceCategory": "SECURITY",
            "referenceType": "cpe23Type",
            "referenceLocator": format!("cpe:2.3:a:{vendor}:{name}:{}:*:*:*:*:*:*:*", version.replace('+', "\\+")),
        }
    };
    object! {
        "name": &name,
        "SPDXID": package_id(number),
        "versionInfo": &version,
        "supplier": "Person: Demo Maintainers <maintainers@lists.demo.test>",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": true,
        "packageVerificationCode": object! {
            "packageVerificationCodeValue": format!("{:016x}{:016x}{:08x}", scattered(number), scattered(number + 7), number),
        },
        "sourceInfo": format!("acquired package info from DPKG DB: /var/lib/dpkg/info/{name}.md5sums, /usr/share/doc/{name}/copyright"),
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "LGPL-2.1-or-later AND BSD-3-Clause AND LicenseRef-public-domain",
        "copyrightText": format!("Copyright 20{:02} \"Demo\" authors\nAll rights reserved.", number % 27),
        "externalRefs": [
            cpe("demo"),
            cpe(&name),
            object! {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": format!("pkg:deb/debian/{name}@{version}?arch=amd64&distro=debian-13"),
            },
        ],
    }
}

fn file(number: usize) -> Json {
    let sha1 = format!("{:016x}{:016x}{number:08x}", scattered(number + 2_000_000), scattered(number));
    let sha256: String = (0..4).map(|part| format!("{:016x}", scattered(number * 4 + part))).collect();
    object! {
        "fileName": format!("usr/lib/x86_64-linux-gnu/demo/libdemo{}.so.{number}", number % PACKAGES),
        "SPDXID": file_id(number),
        "fileTypes": ["APPLICATION", "BINARY"],
        "checksums": [
            object! { "algorithm": "SHA1", "checksumValue": sha1 },
            object! { "algorithm": "SHA256", "checksumValue": sha256 },
        ],
        "licenseConcluded": "NOASSERTION",
        "licenseInfoInFiles": ["NOASSERTION"],
        "copyrightText": "NOASSERTION",
        "comment": "layerID: sha256:b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99",
    }
}

fn contains(number: usize) -> Json {
    relationship(package_id(number % PACKAGES), file_id(number), "CONTAINS")
}

fn depends(number: usize) -> Vec<Json> {
    let other = |seed: usize| package_id(scattered(seed) as usize % PACKAGES);
    (0..2).map(|step| relationship(other(number * 2 + step), package_id(number), "DEPENDENCY_OF")).collect()
}

fn relationship(from: String, to: String, kind: &str) -> Json {
    object! { "spdxElementId": from, "relatedSpdxElement": to, "relationshipType": kind }
}
