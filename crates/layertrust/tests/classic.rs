//! What most teams build: a Dockerfile with a builder stage whose result is copied onto the vendor's base
//! (`testdata/demo/npm-app`). The report must say what was added, and find nothing else.
#![cfg(feature = "layers")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use layertrust::report::{OwnerKind, PlatformReport, Proof};
use scenario::{Scenario, testdata};

const ORG_LAYER: usize = 5;

fn with_platform(check: impl FnOnce(&PlatformReport)) {
    let folder = testdata().join("demo/npm-app");
    let case = Scenario::load(&folder.join("case.toml"));
    let outcome = case.run(&folder);
    let differences = case.differences(&outcome);
    assert!(differences.is_empty(), "{differences:?}");
    let report = outcome.unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let [platform] = report.platforms.as_slice() else {
        panic!("one platform, found {}", report.platforms.len());
    };
    check(platform);
}

#[test]
fn the_base_is_the_vendors_though_its_blobs_were_written_anew() {
    with_platform(|platform| {
        let owners: Vec<_> = platform.layers.iter().map(|layer| (layer.owner, layer.proof)).collect();
        let mut expected = vec![(OwnerKind::Vendor, Proof::Recomputed); 5];
        expected.push((OwnerKind::Org, Proof::SameBlob));
        assert_eq!(owners, expected);
        assert!(platform.layers.iter().all(|layer| layer.diff_id_checked == Some(true)));
        let labels = platform.config.vendor_labels.as_ref().unwrap();
        assert_eq!(labels.kept, 16);
        assert!(labels.changed.is_empty() && labels.removed.is_empty() && labels.added.is_empty());
    });
}

#[test]
fn nothing_of_the_base_is_changed() {
    with_platform(|platform| {
        // The layer names `opt` again, with another time; the base has it too.
        assert!(platform.changes.as_ref().unwrap().is_empty(), "{:?}", platform.changes);
        let packages = platform.packages.as_ref().unwrap();
        assert_eq!(packages.vendor_unmodified.len(), 8);
        assert!(packages.vendor_modified.is_empty());
    });
}

#[test]
fn what_was_copied_over_is_told_by_layer_and_package() {
    with_platform(|platform| {
        let added = platform.added.as_ref().unwrap();
        assert_eq!((added.files, added.bytes), (7, 16_791));
        let [layer] = added.by_layer.as_slice() else {
            panic!("one layer, found {:?}", added.by_layer);
        };
        assert_eq!((layer.layer, layer.files, layer.bytes), (ORG_LAYER, 7, 16_791));
        let folders: Vec<_> =
            layer.folders.iter().map(|folder| (folder.path.as_str(), folder.files)).collect();
        assert_eq!(folders, [("opt", 7)]);

        let of_org: Vec<_> = platform.packages.as_ref().unwrap().org.iter().collect();
        let named: Vec<_> = of_org.iter().map(|package| (package.purl.as_str(), package.layer)).collect();
        assert_eq!(
            named,
            [("pkg:npm/lodash.pick@4.4.0", ORG_LAYER), ("pkg:npm/order-summary@1.0.0", ORG_LAYER)]
        );
        let new: Vec<_> =
            added.packages.iter().map(|package| (package.purl.as_str(), package.layer)).collect();
        assert_eq!(new, named);
        assert_eq!(platform.layers.get(ORG_LAYER).unwrap().owner, OwnerKind::Org);
    });
}

#[test]
fn nothing_of_the_builder_is_left() {
    with_platform(|platform| {
        // No cache, build tool, shell or package manager, and nothing else that deserves a look.
        let suspicious = &platform.added.as_ref().unwrap().suspicious;
        assert!(suspicious.is_empty(), "{suspicious:?}");
    });
}

#[test]
fn the_configuration_differs_in_what_the_dockerfile_sets_and_in_the_tools_label() {
    with_platform(|platform| {
        let fields: Vec<_> = platform.config.changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["Cmd", "Env.NODE_PATH", "Labels.io.buildah.version"]);
        let runs_as = &platform.config.runs_as;
        assert_eq!((runs_as.uid, runs_as.root), (Some(65532), Some(false)));
    });
}
