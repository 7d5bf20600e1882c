//! What each format requires.

use super::*;

#[test]
fn what_spdx_2_requires_is_there_and_of_its_type() {
    for (way, value, message) in [
        ("/spdxVersion", json!(null), "spdxVersion SPDX-2.2 or SPDX-2.3, found none"),
        ("/spdxVersion", json!(2), "spdxVersion: expected a string, found an integer"),
        ("/spdxVersion", json!("SPDX-2.1"), "found \"SPDX-2.1\""),
        ("/spdxVersion", json!("2.3"), "found \"2.3\""),
        ("/SPDXID", json!(null), "the field SPDXID"),
        ("/SPDXID", json!("SPDXRef-a"), "the SPDXID SPDXRef-DOCUMENT, found \"SPDXRef-a\""),
        ("/name", json!(null), "the field name"),
        ("/name", json!([]), "name: expected a string, found an array"),
        ("/documentNamespace", json!(null), "the field documentNamespace"),
        ("/documentNamespace", json!(""), "the field documentNamespace"),
        ("/creationInfo", json!(null), "the field creationInfo: created"),
        ("/creationInfo", json!("today"), "creationInfo: expected an object, found a string"),
        ("/creationInfo/created", json!(null), "the field creationInfo: created"),
        ("/creationInfo/created", json!("today"), "an RFC 3339 time, found \"today\""),
        ("/creationInfo/creators", json!(null), "a creator in creationInfo: creators, found none"),
        ("/creationInfo/creators", json!([]), "a creator in creationInfo: creators, found none"),
        ("/creationInfo/creators/0", json!({}), "creators[0]: expected a string, found an object"),
        ("/packages", json!({}), "packages: expected an array, found an object"),
        ("/packages/0", json!("a"), "packages[0]: expected an object, found a string"),
        ("/packages/0/SPDXID", json!(null), "packages[0]: expected the field SPDXID"),
        ("/packages/0/name", json!(null), "packages[0]: expected the field name"),
        (
            "/packages/0/versionInfo",
            json!(1),
            "packages[0]: versionInfo: expected a string, found an integer",
        ),
        ("/packages/0/licenseDeclared", json!([]), "licenseDeclared: expected a string, found an array"),
        (
            "/packages/0/checksums/0/algorithm",
            json!(null),
            "checksums[0]: expected the fields algorithm and checksumValue",
        ),
        (
            "/packages/0/externalRefs/1/referenceLocator",
            json!(1),
            "externalRefs[1]: referenceLocator: expected a string",
        ),
        ("/files", json!(["f"]), "files[0]: expected an object"),
        ("/@graph", json!([]), "spdxVersion, of SPDX 2, or @graph, of SPDX 3, found both"),
    ] {
        let found = refused(SPDX, &with(spdx(), way, value));
        assert!(found.contains(message), "{way}: {found}");
    }
}

#[test]
fn what_cyclonedx_requires_is_there_and_of_its_type() {
    for (way, value, message) in [
        ("/bomFormat", json!(null), "bomFormat CycloneDX, found none"),
        ("/bomFormat", json!("cyclonedx"), "found \"cyclonedx\""),
        ("/specVersion", json!(null), "specVersion 1.2 or"),
        ("/specVersion", json!("1.1"), "found \"1.1\""),
        ("/specVersion", json!("1.8"), "found \"1.8\""),
        ("/specVersion", json!(1.6), "specVersion: expected a string, found a fractional number"),
        ("/version", json!("2"), "version: expected an integer"),
        ("/serialNumber", json!("3e671687-395b-41f5-a30f-a58921a69b79"), "urn:uuid: and a UUID"),
        ("/serialNumber", json!("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b7"), "urn:uuid: and a UUID"),
        ("/metadata", json!([]), "metadata: expected an object, found an array"),
        ("/metadata/timestamp", json!("today"), "an RFC 3339 time, found \"today\""),
        ("/metadata/tools", json!("syft"), "tools: expected an object or an array, found a string"),
        ("/metadata/component", json!({}), "metadata: component: expected a type"),
        ("/metadata/component/type", json!(null), "metadata: component: expected a type"),
        ("/components", json!({}), "components: expected an array, found an object"),
        ("/components/0/type", json!(null), "components[0]: expected a type, one of"),
        ("/components/0/type", json!("Library"), "found \"Library\""),
        ("/components/0/name", json!(null), "components[0]: expected the field name"),
        ("/components/0/name", json!(""), "components[0]: expected the field name"),
        ("/components/0/purl", json!(7), "components[0]: purl: expected a string"),
        ("/components/0/hashes/0/content", json!(null), "hashes[0]: expected the fields alg and content"),
        ("/components/0/licenses/0/license", json!("MIT"), "licenses[0]: license: expected an object"),
        (
            "/components/0/components/0/components/0/name",
            json!(null),
            "components[0]: components[0]: components[0]: expected the field name",
        ),
        ("/vulnerabilities", json!({}), "vulnerabilities: expected an array"),
    ] {
        let found = refused(CYCLONEDX, &with(cyclonedx(), way, value));
        assert!(found.contains(message), "{way}: {found}");
    }
    for version in ["1.2", "1.3", "1.4"] {
        let document = with(with(cyclonedx(), "/version", json!(null)), "/specVersion", json!(version));
        assert!(refused(CYCLONEDX, &document).contains("the field version"), "{version}");
    }
}

#[test]
fn what_spdx_3_requires_is_there_and_of_its_type() {
    for (way, value, message) in [
        ("/@context", json!(null), "@context https://spdx.org/rdf/3.0.0/"),
        (
            "/@context",
            json!("https://spdx.org/rdf/3.1.0/spdx-context.jsonld"),
            "found \"https://spdx.org/rdf/3.1.0/",
        ),
        ("/@graph", json!({}), "@graph: expected an array"),
        ("/@graph/0", json!("a"), "@graph[0]: expected an object"),
        ("/@graph/0/type", json!(null), "@graph[0]: expected the field type"),
        ("/@graph/0/from", json!(null), "@graph[0]: expected the field from"),
        ("/@graph/0/to", json!(vec!["urn:l"; 101]), "at most 100 licences"),
        ("/@graph/3/spdxId", json!("urn:t2"), ""),
        ("/@graph/4/specVersion", json!("3.1.0"), "specVersion 3.0.0 or 3.0.1, found \"3.1.0\""),
        ("/@graph/4/specVersion", json!(null), "specVersion 3.0.0 or 3.0.1, found none"),
        ("/@graph/4/created", json!(null), "the field created"),
        ("/@graph/4/created", json!("today"), "an RFC 3339 time"),
        ("/@graph/4/createdUsing", json!("urn:t"), "createdUsing: expected an array"),
        ("/@graph/6/spdxId", json!(null), "@graph[6]: expected the field spdxId"),
        ("/@graph/6/name", json!(null), "@graph[6]: expected the field name"),
        ("/@graph/6/creationInfo", json!({ "specVersion": "2.3" }), "specVersion 3.0.0 or 3.0.1"),
        ("/@graph/8/creationInfo", json!("_:other"), "the creationInfo that SpdxDocument names, found none"),
        ("/@graph/8/creationInfo", json!(null), "the creationInfo that SpdxDocument names, found none"),
        ("/@graph/8/type", json!("Person"), "one element SpdxDocument, found none"),
        ("/@graph/9/type", json!("SpdxDocument"), "one element SpdxDocument, found several"),
        (
            "/@graph/9",
            json!({ "type": "Tool", "spdxId": "urn:t" }),
            "each spdxId once, found \"urn:t\" twice",
        ),
    ] {
        if message.is_empty() {
            // A licence that nobody names is none.
            assert_eq!(read(SPDX, &with(spdx3(), way, value)).unwrap().packages[0].licences, ["ISC"]);
            continue;
        }
        let found = refused(SPDX, &with(spdx3(), way, value));
        assert!(found.contains(message), "{way}: {found}");
    }
}

#[test]
fn the_version_is_the_one_that_the_predicate_type_names() {
    let (two, three, bom) = (spdx(), spdx3(), cyclonedx());
    for (kind, document, agrees) in [
        ("https://spdx.dev/Document/v2.3", &two, true),
        ("https://spdx.dev/Document/v2.2", &two, false),
        ("https://spdx.dev/Document/v3", &two, false),
        ("https://spdx.dev/Document/v3", &three, true),
        ("https://spdx.dev/Document/v3.0", &three, true),
        ("https://spdx.dev/Document/v3.0.1", &three, true),
        ("https://spdx.dev/Document/v2.3", &three, false),
        ("https://cyclonedx.org/bom/v1", &bom, true),
        ("https://cyclonedx.org/bom/v1.6", &bom, true),
        ("https://cyclonedx.org/bom/v1.5", &bom, false),
        ("https://cyclonedx.org/bom/v1.0", &bom, false),
        ("https://cyclonedx.org/bom/v1.1", &bom, false),
    ] {
        match read(kind, document) {
            Ok(_) => assert!(agrees, "{kind}"),
            Err(error) => {
                assert!(!agrees, "{kind}: {error}");
                assert_eq!(error.code(), Code::PredicateMismatch);
                assert!(error.message().contains(kind), "{error}");
            }
        }
    }
}
