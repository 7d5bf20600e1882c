use serde_json::{Value, json};

use super::*;
use crate::code::Code;
use crate::statement::predicate::Predicate;

mod required;

const SPDX: &str = "https://spdx.dev/Document";
const CYCLONEDX: &str = "https://cyclonedx.org/bom";
const SCOUT: &str = "https://scout.docker.com/sbom/v0.1";

fn read_with(kind: &str, document: &Value, limits: &Limits) -> Result<Sbom> {
    match Predicate::parse(&PredicateType::new(kind), &document.to_string(), limits) {
        Ok(Predicate::Sbom(sbom)) => Ok(*sbom),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error),
    }
}

fn read(kind: &str, document: &Value) -> Result<Sbom> {
    read_with(kind, document, &Limits::default())
}

/// A document with one member set, or taken away by null at the end of the way.
fn with(mut document: Value, way: &str, value: Value) -> Value {
    let (parent, last) = way.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match (value, last.parse::<usize>()) {
        (Value::Null, Err(_)) => drop(parent.as_object_mut().unwrap().remove(last)),
        (value, Ok(at)) => parent[at] = value,
        (value, Err(_)) => parent[last] = value,
    }
    document
}

fn refused(kind: &str, document: &Value) -> String {
    let error = read(kind, document).expect_err(&document.to_string());
    assert_eq!(error.code(), Code::PredicateInvalid, "{error}");
    error.message()
}

fn spdx() -> Value {
    json!({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "app",
        "documentNamespace": "https://spdx.test/app-1",
        "creationInfo": {
            "created": "2026-11-20T09:15:00Z",
            "creators": ["Organization: Demo", "Tool: syft-1.0", "Tool: buildkit-0.1"]
        },
        "packages": [{
            "SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1.0", "downloadLocation": "NOASSERTION",
            "licenseDeclared": "MIT", "licenseConcluded": "NOASSERTION",
            "checksums": [{ "algorithm": "SHA1", "checksumValue": "not hex" }],
            "externalRefs": [
                { "referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a" },
                { "referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/a@1.0" },
                { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/b@1.0" }
            ]
        }],
        "files": [{ "SPDXID": "SPDXRef-f", "fileName": "f" }, { "SPDXID": "SPDXRef-g", "fileName": "g" }],
        "relationships": [{ "spdxElementId": "SPDXRef-DOCUMENT" }]
    })
}

fn cyclonedx() -> Value {
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 2,
        "serialNumber": "urn:uuid:3E671687-395b-41f5-a30f-a58921a69b79",
        "metadata": {
            "timestamp": "2026-11-20T10:15:00+01:00",
            "tools": { "components": [{ "type": "application", "name": "syft", "version": "1.0" }], "services": [{ "name": "s" }] },
            "component": {
                "type": "container", "name": "app", "components": [{ "type": "library", "name": "inner" }]
            }
        },
        "components": [
            {
                "type": "library", "name": "a", "version": "1.0", "purl": "pkg:npm/a@1.0",
                "hashes": [{ "alg": "MD5", "content": "00" }],
                "licenses": [{ "license": { "id": "MIT" } }, { "license": { "name": "Own" } }, { "expression": "MIT OR ISC" }],
                "components": [{ "type": "library", "name": "b", "components": [{ "type": "library", "name": "c" }] }]
            },
            { "type": "file", "name": "f" }
        ]
    })
}

fn spdx3() -> Value {
    let creation = "_:c";
    json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            { "type": "Relationship", "spdxId": "urn:r1", "creationInfo": creation, "relationshipType": "hasDeclaredLicense",
              "from": "urn:a", "to": ["urn:l"] },
            { "type": "Relationship", "spdxId": "urn:r2", "creationInfo": creation, "relationshipType": "hasConcludedLicense",
              "from": "urn:a", "to": ["https://spdx.org/licenses/ISC"] },
            { "type": "Relationship", "spdxId": "urn:r3", "creationInfo": creation, "relationshipType": "contains",
              "from": "urn:a", "to": vec!["urn:f"; 150] },
            { "type": "simplelicensing_LicenseExpression", "spdxId": "urn:l", "creationInfo": creation,
              "simplelicensing_licenseExpression": "MIT" },
            { "type": "CreationInfo", "@id": creation, "specVersion": "3.0.1", "created": "2026-11-20T09:15:00Z",
              "createdBy": ["urn:p"], "createdUsing": ["urn:t"] },
            { "type": "Tool", "spdxId": "urn:t", "creationInfo": creation, "name": "yocto" },
            { "type": "software_Package", "spdxId": "urn:a", "creationInfo": creation, "name": "a",
              "software_packageVersion": "1.0", "software_packageUrl": "pkg:npm/a@1.0",
              "externalIdentifier": [
                  { "type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:npm/a@1.0" },
                  { "type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a" }
              ],
              "verifiedUsing": [{ "type": "Hash", "algorithm": "sha256", "hashValue": "00" }] },
            { "type": "software_File", "spdxId": "urn:f", "creationInfo": creation, "name": "f" },
            { "type": "SpdxDocument", "spdxId": "urn:d", "creationInfo": creation, "name": "app" },
            { "type": "Person", "spdxId": "urn:p", "creationInfo": creation, "name": "p" }
        ]
    })
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn spdx_2_says_what_a_view_holds() {
    let sbom = read(SPDX, &spdx()).unwrap();
    assert_eq!((sbom.format, sbom.version), (Format::Spdx, "2.3"));
    assert_eq!(sbom.id.as_deref(), Some("https://spdx.test/app-1"));
    assert_eq!(sbom.created.unwrap().to_string(), "2026-11-20T09:15:00Z");
    assert_eq!((sbom.tools, sbom.files), (texts(&["syft-1.0", "buildkit-0.1"]), 2));
    let expected = Package {
        name: "a".to_owned(),
        version: Some("1.0".to_owned()),
        purls: texts(&["pkg:npm/a@1.0", "pkg:npm/b@1.0"]),
        licences: texts(&["MIT", "NOASSERTION"]),
        hashes: vec![("SHA1".to_owned(), "not hex".to_owned())],
    };
    // serde_json writes keys in their order: the concluded licence comes first.
    let mut found = sbom.packages;
    found[0].licences.sort();
    assert_eq!(found, [expected]);
    let older = with(spdx(), "/spdxVersion", json!("SPDX-2.2"));
    assert_eq!(read(SPDX, &older).unwrap().version, "2.2");
}

#[test]
fn cyclonedx_says_what_a_view_holds() {
    let sbom = read(CYCLONEDX, &cyclonedx()).unwrap();
    assert_eq!((sbom.format, sbom.version), (Format::CycloneDx, "1.6"));
    assert_eq!(sbom.id.as_deref(), Some("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/2"));
    assert_eq!(sbom.created.unwrap().to_string(), "2026-11-20T09:15:00Z");
    assert_eq!((&sbom.tools, sbom.files), (&texts(&["syft 1.0", "s"]), 1));
    let names: Vec<&str> = sbom.packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(names, ["c", "b", "a", "inner"]);
    let a = &sbom.packages[2];
    assert_eq!((&a.version, &a.purls), (&Some("1.0".to_owned()), &texts(&["pkg:npm/a@1.0"])));
    assert_eq!(a.licences, ["MIT", "Own", "MIT OR ISC"]);
    assert_eq!(a.hashes, [("MD5".to_owned(), "00".to_owned())]);
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        let document = with(cyclonedx(), "/specVersion", json!(version));
        assert_eq!(read(CYCLONEDX, &document).unwrap().version, version);
    }
    // Tools as they were until 1.4.
    let listed =
        with(cyclonedx(), "/metadata/tools", json!([{ "vendor": "v", "name": "t", "version": "2" }, {}]));
    assert_eq!(read(CYCLONEDX, &listed).unwrap().tools, ["t 2"]);
    let implied = with(cyclonedx(), "/version", Value::Null);
    assert!(read(CYCLONEDX, &implied).unwrap().id.unwrap().ends_with("/1"));
}

#[test]
fn spdx_3_says_what_a_view_holds() {
    let sbom = read(SPDX, &spdx3()).unwrap();
    assert_eq!((sbom.format, sbom.version), (Format::Spdx, "3.0.1"));
    assert_eq!(sbom.id.as_deref(), Some("urn:d"));
    assert_eq!(sbom.created.unwrap().to_string(), "2026-11-20T09:15:00Z");
    assert_eq!((&sbom.tools, sbom.files), (&texts(&["yocto"]), 1));
    let expected = Package {
        name: "a".to_owned(),
        version: Some("1.0".to_owned()),
        purls: texts(&["pkg:npm/a@1.0"]),
        licences: texts(&["MIT", "ISC"]),
        hashes: vec![("sha256".to_owned(), "00".to_owned())],
    };
    assert_eq!(sbom.packages, [expected]);
    // An element may hold its creation itself.
    let own = json!({ "type": "CreationInfo", "specVersion": "3.0.0", "created": "2026-11-21T09:15:00Z" });
    let sbom = read(SPDX, &with(spdx3(), "/@graph/8/creationInfo", own)).unwrap();
    assert_eq!((sbom.version, sbom.created.unwrap().to_string().as_str()), ("3.0.0", "2026-11-21T09:15:00Z"));
}

#[test]
fn docker_scouts_artifacts_are_packages() {
    let document = json!({ "artifacts": [
        { "purl": "pkg:deb/debian/a@1", "licenses": ["MIT"], "locations": [{}] },
        { "name": "b", "version": "2", "purl": "", "licenses": null }
    ], "source": {} });
    let sbom = read(SCOUT, &document).unwrap();
    assert_eq!((sbom.format, sbom.version, sbom.packages.len()), (Format::Scout, "0.1", 2));
    assert_eq!(
        (&sbom.packages[0].purls, &sbom.packages[0].licences),
        (&texts(&["pkg:deb/debian/a@1"]), &texts(&["MIT"]))
    );
    for (way, value) in [
        ("/artifacts", json!(null)),
        ("/artifacts", json!({})),
        ("/artifacts", json!(["pkg:deb/debian/a@1"])),
        ("/artifacts/1/name", json!("")),
        ("/artifacts/0/purl", json!(7)),
        ("/artifacts/0/licenses", json!("MIT")),
    ] {
        refused(SCOUT, &with(document.clone(), way, value));
    }
}

#[test]
fn an_sbom_that_lists_nothing_says_so() {
    let lists = |kind: &str, document: Value| read(kind, &document).unwrap().lists_something();
    let empty_bom = with(with(cyclonedx(), "/components", json!([])), "/metadata/component", Value::Null);
    assert!(lists(CYCLONEDX, cyclonedx()).is_ok());
    assert!(lists(CYCLONEDX, with(cyclonedx(), "/components", json!([]))).is_ok(), "it describes something");
    assert!(
        lists(CYCLONEDX, with(empty_bom.clone(), "/components", json!([{ "type": "file", "name": "f" }])))
            .is_ok()
    );
    let empty_spdx = with(spdx(), "/packages", json!([]));
    assert!(lists(SPDX, empty_spdx.clone()).is_ok(), "it lists files");
    for (kind, document) in [
        (CYCLONEDX, empty_bom.clone()),
        (SPDX, with(empty_spdx, "/files", json!([]))),
        (SCOUT, json!({ "artifacts": [] })),
    ] {
        let error = lists(kind, document).unwrap_err();
        assert_eq!(error.code(), Code::PredicateInvalid);
        assert!(error.message().contains("found one that lists nothing"), "{error}");
    }
    // VEX says what its vulnerabilities are in.
    let vex =
        with(with(cyclonedx(), "/components", json!([])), "/vulnerabilities", json!([{ "id": "CVE-1" }]));
    let vex = with(vex, "/metadata/component/components", Value::Null);
    let error = lists(CYCLONEDX, vex).unwrap_err();
    assert!(error.message().contains("1 vulnerabilities and nothing else, which is VEX"), "{error}");
    assert!(lists(CYCLONEDX, with(cyclonedx(), "/vulnerabilities", json!([{}]))).is_ok());
}

#[test]
fn tags_and_values_are_counted() {
    let text = "# a comment\nSPDXVersion: SPDX-2.2\nDataLicense: CC0-1.0\nDocumentNamespace: https://a.test/1\n\
        Creator: Organization: Demo\nCreator: Tool: t-1\nCreated: 2026-11-20T09:15:00Z\n\
        DocumentComment: <text>first\nPackageName: not one\nlast</text>\nPackageName: a\nFileName: ./b\n";
    let sbom = read(SPDX, &json!(text)).unwrap();
    assert_eq!((sbom.format, sbom.version, sbom.unread), (Format::SpdxText, "2.2", 2));
    assert_eq!((sbom.id.as_deref(), &sbom.tools), (Some("https://a.test/1"), &texts(&["t-1"])));
    assert!(sbom.lists_something().is_ok());
    let facts = Value::Object(sbom.facts().into_iter().collect());
    assert_eq!(facts["format"], "spdx-text");
    assert_eq!((&facts["unread"], &facts["packages"]), (&json!(2), &Value::Null));
    for (from, to) in [
        ("SPDXVersion: SPDX-2.2", "SPDXVersion: SPDX-2.1"),
        ("SPDXVersion: SPDX-2.2", ""),
        ("SPDXVersion: SPDX-2.2", "SPDXVersion: SPDX-2.2\nSPDXVersion: SPDX-2.3"),
        ("Created: 2026-11-20T09:15:00Z", "Created: today"),
        ("Created: 2026-11-20T09:15:00Z", ""),
        ("DocumentNamespace: https://a.test/1", "DocumentNamespace:"),
    ] {
        refused(SPDX, &json!(text.replacen(from, to, 1)));
    }
    let nothing = text.replace("PackageName: a\nFileName: ./b\n", "");
    assert!(read(SPDX, &json!(nothing)).unwrap().lists_something().is_err());
}

#[test]
fn facts_are_short_whatever_the_document() {
    let mut document = spdx();
    document["documentNamespace"] = json!("n".repeat(100_000));
    document["creationInfo"]["creators"] = json!(vec![format!("Tool: {}", "t".repeat(100_000)); 50]);
    let facts = read(SPDX, &document).unwrap().facts();
    assert!(serde_json::to_string(&facts).unwrap().len() < 4_000);
    let facts = Value::Object(read(CYCLONEDX, &cyclonedx()).unwrap().facts().into_iter().collect());
    assert_eq!(
        facts,
        json!({
            "format": "cyclonedx", "format-version": "1.6", "created": "2026-11-20T09:15:00Z",
            "id": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/2", "tools": ["syft 1.0", "s"],
            "packages": 4, "with-version": 1, "with-purl": 1, "with-licence": 1, "with-hash": 1, "files": 1
        })
    );
}

#[test]
fn what_is_kept_is_limited() {
    let code = |kind: &str, document: &Value, sbom_entries: u64| {
        let limits = Limits { sbom_entries, ..Limits::default() };
        read_with(kind, document, &limits).err().map(|error| error.code())
    };
    let packages = |count: usize| vec![json!({ "SPDXID": "SPDXRef-a", "name": "a" }); count];
    let components = |count: usize| vec![json!({ "type": "library", "name": "a" }); count];
    let elements =
        |count: usize| (0..count).map(move |at| json!({ "type": "Tool", "spdxId": format!("urn:{at}") }));
    for (kind, document) in [
        (SPDX, with(spdx(), "/packages", json!(packages(101)))),
        (
            SPDX,
            with(
                spdx(),
                "/packages/0/checksums",
                json!(vec![json!({ "algorithm": "a", "checksumValue": "" }); 101]),
            ),
        ),
        (
            SPDX,
            with(
                spdx(),
                "/packages/0/externalRefs",
                (0..101)
                    .map(|at| json!({ "referenceType": "purl", "referenceLocator": format!("{at}") }))
                    .collect(),
            ),
        ),
        (SPDX, with(spdx(), "/creationInfo/creators", json!(vec!["Tool: t"; 101]))),
        (SPDX, with(spdx3(), "/@graph", elements(101).collect())),
        (CYCLONEDX, with(cyclonedx(), "/components", json!(components(101)))),
        (CYCLONEDX, with(cyclonedx(), "/components/0/components", json!(components(101)))),
        (
            CYCLONEDX,
            with(
                cyclonedx(),
                "/components/0/licenses",
                (0..101).map(|at| json!({ "expression": format!("{at}") })).collect(),
            ),
        ),
        (CYCLONEDX, with(cyclonedx(), "/metadata/tools", json!(vec![json!({ "name": "t" }); 101]))),
        (SCOUT, json!({ "artifacts": vec![json!({ "name": "a" }); 101] })),
    ] {
        assert_eq!(code(kind, &document, 100), Some(Code::LimitExceeded), "{document}");
    }
    assert_eq!(code(SPDX, &spdx(), 100), None);
    assert_eq!(code(CYCLONEDX, &cyclonedx(), 100), None);
    assert_eq!(code(SPDX, &spdx3(), 100), None);
}

/// Some twenty megabytes, as a scanner writes them: most is not wanted.
#[test]
fn a_large_sbom_is_read_in_one_pass_and_without_a_tree() {
    const COUNT: usize = 30_000;
    let files: Vec<Value> = (0..COUNT)
        .map(|at| {
            json!({
                "SPDXID": format!("SPDXRef-{at}"), "fileName": format!("usr/share/{at}"),
                "checksums": [{ "algorithm": "SHA1", "checksumValue": "0".repeat(40) }, { "algorithm": "SHA256", "checksumValue": "0".repeat(64) }],
                "licenseInfoInFiles": ["NOASSERTION"], "copyrightText": "c".repeat(300)
            })
        })
        .collect();
    let mut document = with(spdx(), "/packages", json!(vec![spdx()["packages"][0].clone(); 10_000]));
    document["files"] = Value::from(files);
    let tail = |predicate: &str, first: bool| {
        let kind = format!(r#""predicateType":"{SPDX}""#);
        let predicate = format!(r#""predicate":{predicate}"#);
        let (one, two) = if first { (kind, predicate) } else { (predicate, kind) };
        format!(r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[],{one},{two}}}"#)
    };
    let predicate = document.to_string();
    assert!(predicate.len() > 20_000_000, "{}", predicate.len());
    let cases = [
        (tail(&predicate, true), 2),
        (tail(&predicate, false), 2),
        // In a string there is a document more.
        (tail(&json!(predicate).to_string(), true), 3),
    ];
    for (statement, passes) in cases {
        let _ = (crate::metrics::take(), crate::metrics::nodes());
        let read = crate::statement::Statement::parse(statement.as_bytes(), &Limits::default()).unwrap();
        let Ok(Predicate::Sbom(sbom)) = read.predicate else { panic!("{:?}", read.predicate.err()) };
        assert_eq!((sbom.packages.len(), sbom.files), (10_000, COUNT as u64));
        let ((_, parsed), nodes) = (crate::metrics::take(), crate::metrics::nodes());
        assert_eq!(parsed, passes);
        // The members of the statement.
        assert!(nodes <= 5, "{nodes} values in a tree");
    }
}
