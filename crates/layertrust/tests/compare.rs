//! Two images side by side: what one adds to, removes from and changes in the other, and whose that is.
#![cfg(feature = "layers")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod kit;

use kit::{Stored, signed, stored, verifier};
use layertrust::report::{
    ChangeKind, Comparison, FileCount, OwnedPackage, OwnerKind, PlatformComparison, Proof, RunsAs,
};
use layertrust::{Code, Error, Family, LayersRule};
use layertrust_testkit::cases::scene;
use layertrust_testkit::image::{Image, ImageSpec, Platform, Writer};
use layertrust_testkit::layer::{Compression, Layer};
use layertrust_testkit::root::{self, LIBSSL, LIBSSL_PURL, PASSWD, PYTHON, PYTHON_PURL};
use layertrust_testkit::tar::Entry;

fn compare(from: &Stored, to: &Stored) -> Result<Comparison, Error> {
    verifier(LayersRule::new()).compare((&from.source, &from.request), (&to.source, &to.request))
}

/// The only platform.
fn compared(from: &Stored, to: &Stored) -> PlatformComparison {
    let mut comparison = compare(from, to).unwrap();
    assert_eq!((comparison.platforms.len(), comparison.only_from.len(), comparison.only_to.len()), (1, 0, 0));
    comparison.platforms.remove(0)
}

fn module(folder: &str, name: &str, version: &str) -> Entry {
    let text = format!("{{\"name\": {name:?}, \"version\": {version:?}}}");
    Entry::file(format!("{folder}/node_modules/{name}/package.json"), text.as_bytes())
}

/// A general-purpose image with the same application: shell, package manager, set-user-ID programs.
fn fat() -> Image {
    let packages =
        [("apt", "3.0.3"), ("bash", "5.2.37-2+b5"), ("libssl3t64", "3.4.0-2"), ("zlib1g", "1.3-1")];
    let status = packages.map(|(name, version)| {
        format!("Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n")
    });
    let users = format!("{PASSWD}daemon:x:1:1::/:/bin/sh\n");
    let program = |path: &str, mode: u32| Entry::file(path, b"\x7fELF\n").mode(mode);
    let system = root::layer([
        Entry::file("etc/os-release", b"ID=debian\nVERSION_ID=13\n"),
        Entry::file("etc/passwd", users.as_bytes()),
        program("usr/bin/bash", 0o755),
        Entry::symlink("usr/bin/sh", "bash"),
        program("usr/bin/apt-get", 0o755),
        program("usr/bin/su", 0o4755),
        Entry::directory("usr/share/doc"),
        Entry::file(LIBSSL, b"\x7fELF ssl 3.4.0, built elsewhere\n"),
        Entry::file("var/lib/dpkg/status", status.concat().as_bytes()),
        Entry::file("notes", b"made by hand\n"),
    ]);
    let app = root::layer([
        Entry::file("app/main.py", b"print('orders')\n"),
        module("app", "left-pad", "1.1.0"),
        module("app", "@acme/http", "2.0.0"),
        module("app/tools", "left-pad", "1.2.0"),
    ]);
    let mut spec = ImageSpec::new(Writer::Crane, Platform::of("linux/amd64")).appended(system).appended(app);
    spec.cmd = vec!["/app/main.py".to_owned()];
    spec.build()
}

/// The application on the hardened base.
fn hardened() -> Image {
    let mut spec = scene::rooted_spec([
        Entry::file("app/main.py", b"print('orders')\n"),
        module("app", "left-pad", "1.3.0"),
        module("app", "@acme/http", "2.0.0"),
        module("app", "is-odd", "3.0.1"),
    ]);
    spec.cmd = vec!["/app/main.py".to_owned()];
    spec.build()
}

fn owned(purl: &str, layer: usize, owner: OwnerKind) -> OwnedPackage {
    OwnedPackage { purl: purl.to_owned(), layer, owner }
}

fn migration() -> PlatformComparison {
    let from = fat();
    compared(&stored(&scene::unsigned(&from), &from.digest()), &signed(&hardened()))
}

#[test]
fn images_that_share_no_layer_are_compared_by_what_is_in_them() {
    let platform = migration();
    let (from, to) = (&platform.from, &platform.to);
    assert_eq!((platform.platform.as_str(), platform.common_layers), ("linux/amd64", 0));
    assert_eq!((from.layers, to.layers), (2, 3));
    assert_eq!(from.shells, ["usr/bin/bash", "usr/bin/sh"]);
    assert_eq!(from.package_managers, ["usr/bin/apt-get"]);
    assert_eq!(from.setuid, ["usr/bin/su"]);
    assert_eq!(from.users, ["root", "nonroot", "daemon"]);
    assert_eq!((to.shells.len(), to.package_managers.len(), to.setuid.len()), (0, 0, 0));
    assert_eq!(to.users, ["root", "nonroot"]);
    assert_eq!(from.runs_as, RunsAs { user: String::new(), uid: Some(0), root: Some(true) });
    assert_eq!(to.runs_as, RunsAs { user: "65532".to_owned(), uid: Some(65532), root: Some(false) });
    let owners = |segments: &[layertrust::report::SegmentFact]| {
        segments.iter().map(|one| (one.owner, one.layers)).collect::<Vec<_>>()
    };
    assert_eq!(owners(&from.segments), [(OwnerKind::Unattributed, [0, 2])]);
    assert_eq!(owners(&to.segments), [(OwnerKind::Vendor, [0, 2]), (OwnerKind::Org, [2, 3])]);
    assert_eq!(to.segments[0].proof, Proof::SameBlob);
    let (blobs, image) =
        (|image: &Image| image.spec.layers.iter().map(|layer| layer.blob.len() as u64).sum(), hardened());
    let sum: u64 = blobs(&image);
    assert_eq!((to.digest.clone(), to.blob_bytes), (image.digest(), sum));
}

#[test]
fn packages_came_went_and_changed_their_version() {
    let platform = migration();
    assert_eq!((platform.from.packages, platform.to.packages), (7, 5));
    let packages = platform.packages;
    let (org, vendor, nobody) = (OwnerKind::Org, OwnerKind::Vendor, OwnerKind::Unattributed);
    let deb = |name: &str| format!("pkg:deb/debian/{name}?arch=amd64&distro=debian-13");
    assert_eq!(packages.added, [owned(PYTHON_PURL, 1, vendor), owned("pkg:npm/is-odd@3.0.1", 2, org)]);
    assert_eq!(
        packages.removed,
        [
            owned(&deb("apt@3.0.3"), 0, nobody),
            owned(&deb("bash@5.2.37-2%2Bb5"), 0, nobody),
            owned(&deb("zlib1g@1.3-1"), 0, nobody),
            // Twice there, in two versions, and once here.
            owned("pkg:npm/left-pad@1.2.0", 1, nobody),
        ]
    );
    let changed: Vec<_> = packages.changed.iter().map(|change| (&change.from, &change.to)).collect();
    assert_eq!(
        changed,
        [
            (&owned(&deb("libssl3t64@3.4.0-2"), 0, nobody), &owned(LIBSSL_PURL, 1, vendor)),
            (&owned("pkg:npm/left-pad@1.1.0", 1, nobody), &owned("pkg:npm/left-pad@1.3.0", 2, org)),
        ]
    );
    assert_eq!(packages.same, 1, "the scoped module is in both");
}

#[test]
fn every_file_is_counted_once_and_what_differs_is_named() {
    let platform = migration();
    let files = &platform.files;
    let changed: Vec<_> =
        files.changed.iter().map(|one| (one.path.as_str(), one.kind, one.layer, one.owner)).collect();
    assert_eq!(
        changed,
        [
            ("app/node_modules/left-pad/package.json", ChangeKind::Replace, 2, OwnerKind::Org),
            ("etc/passwd", ChangeKind::Replace, 0, OwnerKind::Vendor),
            (LIBSSL, ChangeKind::Replace, 1, OwnerKind::Vendor),
        ]
    );
    let severities: Vec<_> =
        files.changed.iter().map(|one| serde_json::to_value(one.severity).unwrap()).collect();
    assert_eq!(severities, ["medium", "high", "high"]);
    assert_eq!(files.same, 3, "the release, the application and the scoped module");
    let folders =
        |count: &FileCount| count.folders.iter().map(|one| (one.path.clone(), one.files)).collect::<Vec<_>>();
    let expected = |folders: &[(&str, u64)]| {
        folders.iter().map(|(path, files)| ((*path).to_owned(), *files)).collect::<Vec<_>>()
    };
    // The link `bin` is a file of the root.
    assert_eq!(folders(&files.added), expected(&[("", 2), ("app", 1), ("etc", 4), ("usr", 5), ("var", 4)]));
    assert_eq!(folders(&files.removed), expected(&[("", 1), ("app", 1), ("usr", 4), ("var", 1)]));
    for count in [&files.added, &files.removed] {
        assert_eq!(count.files, count.folders.iter().map(|one| one.files).sum::<u64>());
        assert_eq!(count.bytes, count.folders.iter().map(|one| one.bytes).sum::<u64>());
    }
    let unchanged = |side: u64, gone: &FileCount| side - gone.files;
    assert_eq!(unchanged(platform.from.files, &files.removed), files.same + files.changed.len() as u64);
    assert_eq!(unchanged(platform.to.files, &files.added), files.same + files.changed.len() as u64);
}

#[test]
fn the_configuration_is_compared_field_by_field() {
    let platform = migration();
    let fields: Vec<&str> = platform.config.iter().map(|change| change.field.as_str()).collect();
    let labels = fields.iter().filter(|field| field.starts_with("Labels.com.docker.dhi.")).count();
    assert_eq!(labels, 6);
    let rest: Vec<&str> = fields.into_iter().filter(|field| !field.starts_with("Labels.")).collect();
    assert_eq!(rest, ["Entrypoint", "Env.PATH", "User", "WorkingDir"], "the command is the same");
    let of = |field: &str| platform.config.iter().find(|change| change.field == field).unwrap();
    assert_eq!((of("User").base.as_ref(), of("User").image.as_ref().unwrap()), (None, &"65532".into()));
    assert_eq!(of("Entrypoint").image, Some(serde_json::json!([format!("/{PYTHON}")])));
}

#[test]
fn backwards_everything_is_the_other_way_round() {
    let from = fat();
    let fat = stored(&scene::unsigned(&from), &from.digest());
    let (there, back) = (migration(), compared(&signed(&hardened()), &fat));
    assert_eq!((&there.from, &there.to), (&back.to, &back.from));
    assert_eq!(
        (&there.packages.added, &there.packages.removed),
        (&back.packages.removed, &back.packages.added)
    );
    assert_eq!(there.packages.same, back.packages.same);
    assert_eq!((&there.files.added, &there.files.removed), (&back.files.removed, &back.files.added));
    assert_eq!((there.files.same, there.files.changed.len()), (back.files.same, back.files.changed.len()));
    assert_eq!(there.config.len(), back.config.len());
}

#[test]
fn an_image_and_its_base_share_the_bases_layers() {
    let base = scene::rooted_base();
    let mut layout = base.evidence(&scene::vendor());
    base.put_layers(&mut layout);
    let base = stored(&layout, &base.images[0].digest());
    let platform = compared(&base, &signed(&hardened()));
    assert_eq!((platform.common_layers, platform.from.layers, platform.to.layers), (2, 2, 3));
    assert_eq!((platform.files.added.files, platform.files.removed.files), (4, 0));
    assert_eq!((platform.files.changed.len(), platform.files.same), (0, platform.from.files));
    assert_eq!((platform.packages.added.len(), platform.packages.same), (3, 2));
    assert!(platform.packages.added.iter().all(|one| one.owner == OwnerKind::Org));
    let fields: Vec<_> = platform.config.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["Cmd"]);
}

#[test]
fn two_images_on_one_base_differ_in_their_own_layers_alone() {
    let one = signed(&hardened());
    let other = scene::rooted_spec([
        Entry::file("app/main.py", b"print('billing')\n"),
        Entry::whiteout("usr/share/doc/libssl3t64"),
        Entry::file("etc/passwd", PASSWD.as_bytes()).mode(0o666),
        Entry::symlink("home", "/srv"),
    ]);
    let platform = compared(&one, &signed(&other.build()));
    assert_eq!(platform.common_layers, 2);
    let changed: Vec<_> = platform.files.changed.iter().map(|one| (one.path.as_str(), one.kind)).collect();
    assert_eq!(
        changed,
        [
            ("app/main.py", ChangeKind::Replace),
            ("etc/passwd", ChangeKind::Privilege),
            ("home", ChangeKind::Redirect),
        ]
    );
    assert_eq!(platform.files.removed.files, 5, "three modules and two files of documentation");
}

#[test]
fn an_image_beside_itself_differs_in_nothing() {
    let image = signed(&hardened());
    let platform = compared(&image, &image);
    assert_eq!(platform.from, platform.to);
    assert_eq!((platform.common_layers, platform.files.same), (3, platform.to.files));
    assert_eq!(platform.packages.same, platform.to.packages);
    assert!(platform.config.is_empty() && platform.files.changed.is_empty());
    // Another compression and other times of the same files are no difference.
    let mut spec = hardened().spec;
    let touched: Vec<Entry> = root::layers().concat().into_iter().map(|entry| entry.mtime(7)).collect();
    spec.layers[0] = spec.layers[0].recompressed(Compression::Plain);
    spec.layers.insert(2, root::layer(touched));
    spec.history.insert(2, spec.history[2].clone());
    let platform = compared(&image, &signed(&spec.build()));
    assert_eq!((platform.common_layers, platform.files.same), (2, platform.to.files));
    assert!(platform.files.changed.is_empty(), "{:?}", platform.files.changed);
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let from = fat();
    let ask = || {
        let from = stored(&scene::unsigned(&from), &from.digest());
        serde_json::to_string(&compare(&from, &signed(&hardened())).unwrap()).unwrap()
    };
    assert_eq!(ask(), ask());
}

/// An image of several platforms, unsigned.
fn index(platforms: &[&str]) -> Stored {
    let image = |platform: &&str| {
        ImageSpec::new(Writer::Crane, Platform::of(platform))
            .appended(root::layer([Entry::file("app/main", platform.as_bytes())]))
            .build()
    };
    let images: Vec<Image> = platforms.iter().map(image).collect();
    let (layout, index) = scene::index_of(&images.iter().collect::<Vec<_>>());
    stored(&layout, &index.digest)
}

#[test]
fn only_platforms_that_both_have_are_compared() {
    let from = index(&["linux/ppc64le", "linux/amd64", "linux/arm64"]);
    let mut to = index(&["linux/arm64", "linux/s390x", "linux/amd64"]);
    let comparison = compare(&from, &to).unwrap();
    let names: Vec<_> = comparison.platforms.iter().map(|one| one.platform.as_str()).collect();
    assert_eq!(names, ["linux/arm64", "linux/amd64"], "in the order of `to`");
    assert_eq!(
        (comparison.only_from, comparison.only_to),
        (vec!["linux/ppc64le".to_owned()], vec!["linux/s390x".to_owned()])
    );
    assert_eq!(comparison.schema, "layertrust.comparison/v1");
    // With a choice of platforms the others are not looked at.
    to.request = to.request.clone().platforms(vec!["linux/amd64".parse().unwrap()]);
    let comparison = compare(&from, &to).unwrap();
    assert_eq!((comparison.platforms.len(), comparison.only_to.len()), (1, 0));
}

#[test]
fn images_without_a_common_platform_are_not_compared() {
    let error = compare(&index(&["linux/amd64"]), &index(&["linux/arm64"])).unwrap_err();
    assert_eq!(error.code(), Code::PlatformMissing);
    let text = error.to_string();
    assert!(text.contains("linux/amd64") && text.contains("linux/arm64"), "{text}");
}

#[test]
fn a_layer_that_was_tampered_with_is_an_error_on_either_side() {
    let honest = hardened();
    let layer = honest.spec.layers[2].clone();
    let other = root::layer([Entry::file("app/main.py", b"print('evil')\n")]);
    // 1. Other bytes under the layer's name.
    let mut layout = scene::signed(&honest);
    layout.blobs.insert(layer.digest(), other.blob.clone());
    let other_bytes = stored(&layout, &honest.digest());
    // 2. A blob that decompresses to something else than the config says, named by the signed manifest.
    let mut spec = honest.spec.clone();
    spec.layers[2] = Layer::lying(&layer, &other);
    let lying = signed(&spec.build());
    // 3. No bytes.
    let mut layout = scene::signed(&honest);
    layout.blobs.remove(&layer.digest());
    let missing = stored(&layout, &honest.digest());
    let honest = signed(&honest);
    for (tampered, code) in
        [(&other_bytes, Code::DigestMismatch), (&lying, Code::DiffIdMismatch), (&missing, Code::BlobMissing)]
    {
        for answer in [compare(tampered, &honest), compare(&honest, tampered)] {
            let error = answer.unwrap_err();
            assert_eq!((error.code(), error.code().family()), (code, Family::Input), "{error}");
        }
    }
}
