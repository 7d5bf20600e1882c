use super::*;
use crate::limits::Limits;
use crate::statement::predicate::{Predicate, PredicateType};

fn scout(purls: &[&str]) -> Sbom {
    let artifacts: Vec<_> = purls.iter().map(|purl| serde_json::json!({ "purl": purl })).collect();
    let text = serde_json::json!({ "artifacts": artifacts }).to_string();
    let kind = PredicateType::new("https://scout.docker.com/sbom/v0.1");
    match Predicate::parse(&kind, &text, &Limits::default()) {
        Ok(Predicate::Sbom(sbom)) => *sbom,
        other => panic!("{other:?}"),
    }
}

fn facts(purls: &[&str]) -> Vec<PackageFact> {
    let fact = |purl: &&str| PackageFact { purl: (*purl).to_owned(), layer: 0, changed: Vec::new() };
    purls.iter().map(fact).collect()
}

fn side<'p>(role: Role, own: &'p [PackageFact], below: &'p [PackageFact]) -> Packages<'p> {
    Packages { role, intermediate: None, own: own.iter().collect(), below: below.iter().collect() }
}

fn matches(layer: &str, sbom: &str) -> bool {
    let sbom = scout(&[sbom]);
    let joined = joined(&[(None, &sbom)], side(Role::Org, &facts(&[layer]), &[])).unwrap();
    assert_eq!(joined.not_in_sbom.count, 1 - joined.matched);
    assert_eq!(joined.not_in_layers.count + joined.not_comparable, 1 - joined.matched);
    joined.matched == 1
}

#[test]
fn one_package_is_spelled_in_several_ways() {
    let layer = "pkg:deb/debian/zlib1g@1:1.3%2Bb1?arch=amd64&distro=debian-13";
    for same in [
        layer,
        "pkg:deb/debian/zlib1g@1:1.3+b1",
        "pkg:DEB/Debian/Zlib1g@1%3A1.3%2bb1?distro=debian-13.2&Arch=amd64",
        "pkg:deb/debian/zlib1g@1.3%2Bb1?arch=amd64&epoch=1",
        "pkg:deb/debian/zlib1g@1:1.3%2Bb1?distro=trixie&upstream=zlib",
    ] {
        assert!(matches(layer, same), "{same}");
    }
    for other in [
        "pkg:deb/debian/zlib1g@1.3%2Bb1",
        "pkg:deb/debian/zlib1g@2:1.3%2Bb1",
        "pkg:deb/debian/zlib1g@1:1.3",
        "pkg:deb/debian/zlib1g",
        "pkg:deb/ubuntu/zlib1g@1:1.3%2Bb1",
        "pkg:deb/zlib1g@1:1.3%2Bb1",
        "pkg:deb/debian/zlib1g@1:1.3%2Bb1?arch=arm64",
        "pkg:deb/debian/zlib1g@1:1.3%2Bb1?distro=debian-12",
        "pkg:deb/debian/zlib1g@1:1.3%2Bb1?distro=debian-1",
        "pkg:deb/debian/zlib1g@1:1.3%2Bb1?distro=ubuntu-13",
        "pkg:apk/debian/zlib1g@1:1.3%2Bb1",
        "zlib1g",
    ] {
        assert!(!matches(layer, other), "{other}");
    }
    assert!(matches("pkg:deb/debian/a@0:1", "pkg:deb/debian/a@1?epoch=0"));
    assert!(matches(
        "pkg:apk/alpine/musl@1.2.5-r9?distro=alpine-3.24.1",
        "pkg:apk/alpine/musl@1.2.5-r9?distro=alpine-3.24"
    ));
    assert!(matches("pkg:pypi/zope-interface@5.0", "pkg:pypi/Zope_Interface@5.0"));
    assert!(matches("pkg:npm/%40angular/core@1.0.0", "pkg:npm/@Angular/core@1.0.0"));
}

#[test]
fn each_side_has_its_own_packages_and_any_of_its_sboms_names_one() {
    let base = facts(&["pkg:deb/debian/a@1", "pkg:deb/debian/b@1", "pkg:deb/debian/c@1"]);
    let org = facts(&["pkg:npm/x@1", "pkg:npm/y@1", "pkg:npm/z@1"]);
    let first = scout(&["pkg:deb/debian/a@1", "pkg:npm/x@1", "pkg:golang/example.com/m@1", "no purl"]);
    let second = scout(&["pkg:deb/debian/c@1", "pkg:npm/y@1", "pkg:deb/debian/gone@1"]);
    let sboms = [(None, &first), (Some("d".to_owned()), &second)];
    let of_base = joined(&sboms, side(Role::Base, &base, &[])).unwrap();
    assert_eq!(of_base.matched, 2);
    assert_eq!(of_base.not_in_sbom.purls, ["pkg:deb/debian/b@1"]);
    assert_eq!(
        of_base.not_in_layers.purls,
        ["pkg:deb/debian/gone@1", "pkg:npm/x@1", "pkg:npm/y@1"],
        "the base has no npm packages"
    );
    assert_eq!((of_base.not_comparable, of_base.documents.len()), (2, 2));

    let of_org = joined(&sboms, side(Role::Org, &org, &base)).unwrap();
    assert_eq!(of_org.matched, 2);
    assert_eq!(of_org.not_in_sbom.purls, ["pkg:npm/z@1"]);
    assert_eq!(of_org.not_in_layers.purls, ["pkg:deb/debian/gone@1"], "the base's may be in it");
}

#[test]
fn without_an_sbom_that_is_read_there_is_nothing_to_join() {
    let org = facts(&["pkg:npm/x@1"]);
    assert_eq!(joined(&[], side(Role::Org, &org, &[])), None);
    let text = "SPDXVersion: SPDX-2.3\nDocumentNamespace: https://a.test\nCreated: 2026-11-20T09:15:00Z\nPackageName: x\n";
    let text = serde_json::Value::from(text).to_string();
    let kind = PredicateType::new("https://spdx.dev/Document");
    let Ok(Predicate::Sbom(sbom)) = Predicate::parse(&kind, &text, &Limits::default()) else {
        panic!("{text}")
    };
    assert_eq!(joined(&[(None, &sbom)], side(Role::Org, &org, &[])), None);
}

#[test]
fn lists_are_cut_and_their_number_is_kept() {
    let purls: Vec<String> = (0..2_500).map(|number| format!("pkg:npm/p{number}@1")).collect();
    let purls: Vec<&str> = purls.iter().map(String::as_str).collect();
    let org = facts(&["pkg:npm/x@1"]);
    let sbom = scout(&purls);
    let list = joined(&[(None, &sbom)], side(Role::Org, &org, &[])).unwrap().not_in_layers;
    assert_eq!((list.count, list.purls.len()), (2_500, 1_000));
}
