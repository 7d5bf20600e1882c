use super::relink;
use crate::case::Case;
use crate::cases::{self, scene};
use crate::json_text::parse;
use crate::store::{Layout, sha256};

fn case(name: &str) -> Case {
    cases::all().into_iter().find(|case| case.name == name).unwrap()
}

/// Every reference of every document leads to a blob that is there, with the size it says. References to
/// blobs that the original lacked, too, are left out.
fn is_sound(layout: &Layout, original: &Layout) {
    let entries = layout.index_json().into_bytes();
    for document in layout.blobs.values().chain([&entries]) {
        let Some(root) = parse(document).filter(super::is_document) else { continue };
        super::descriptors(&root, &mut |descriptor| {
            let digest = super::text_of(descriptor, "digest").unwrap();
            if let Some(blob) = layout.blobs.get(digest) {
                let size = &document[descriptor.find("size").unwrap().span.clone()];
                assert_eq!(std::str::from_utf8(size).unwrap(), blob.len().to_string());
            } else {
                assert!(
                    !original.blobs.contains_key(digest),
                    "a reference to a replaced blob is left: {digest}"
                );
            }
        });
    }
}

#[test]
fn a_changed_config_changes_manifest_referrer_and_entries_and_nothing_signed() {
    let case = case("derived-bundle");
    let image = scene::app(&scene::base().images[0]);
    let config = sha256(&image.config);
    let new = String::from_utf8(image.config.clone()).unwrap().replace("65532", "0");
    let relinked = relink(&case.image, &config, new.clone());

    // The config, the manifest, and the referrer whose subject the manifest is; the bundle is kept.
    assert_eq!(relinked.renamed.len(), 3);
    assert_eq!(relinked.follow(&config), sha256(new.as_bytes()));
    assert_ne!(relinked.follow(&case.digest), case.digest);
    assert!(relinked.layout.blobs.contains_key(relinked.follow(&case.digest)));
    let bundles = |layout: &Layout| {
        let bundle = |bytes: &&Vec<u8>| bytes.starts_with(br#"{"mediaType":"application/vnd.dev.sigstore"#);
        layout.blobs.values().filter(bundle).cloned().collect::<Vec<_>>()
    };
    assert_eq!(bundles(&case.image).len(), 1);
    assert_eq!(bundles(&case.image), bundles(&relinked.layout));
    assert!(relinked.layout.index_json().contains(relinked.follow(&case.digest)));
    assert!(!relinked.layout.index_json().contains(&case.digest));
    is_sound(&relinked.layout, &case.image);
}

#[test]
fn tags_made_of_a_digest_follow_it() {
    let case = case("derived-legacy-tags");
    let image = scene::app(&scene::base().images[0]);
    let relinked = relink(&case.image, &case.digest, [image.manifest, b" ".to_vec()].concat());
    let new = relinked.follow(&case.digest).replace(':', "-");
    for suffix in ["sig", "att"] {
        assert!(relinked.layout.index_json().contains(&format!("{new}.{suffix}")), "{suffix}");
    }
    assert_eq!(relinked.renamed.len(), 1, "legacy manifests have no subject");
    is_sound(&relinked.layout, &case.image);
}

#[test]
fn every_blob_of_every_case_can_be_replaced() {
    // Their fault is a wrong size or digest, which relinking another blob leaves alone.
    let faults = [
        "manifest-digest-mismatch",
        "config-size-mismatch",
        "layer-corrupt",
        "manifest-float-size",
        "manifest-negative-size",
    ];
    for case in cases::all().iter().filter(|case| !faults.contains(&case.name)) {
        for (digest, bytes) in &case.image.blobs {
            let relinked = relink(&case.image, digest, [bytes.clone(), b"\n".to_vec()].concat());
            assert!(!relinked.layout.blobs.contains_key(digest), "{}", case.name);
            assert_eq!(relinked.layout.blobs.len(), case.image.blobs.len(), "{}", case.name);
            assert_eq!(relinked.layout.entries.len(), case.image.entries.len(), "{}", case.name);
            is_sound(&relinked.layout, &case.image);
        }
    }
}

#[test]
fn equal_bytes_change_nothing() {
    let case = case("multiarch-index-signed");
    let relinked = relink(&case.image, &case.digest, case.image.blobs[&case.digest].clone());
    assert!(relinked.layout == case.image);
    assert!(relinked.renamed.is_empty());
}
