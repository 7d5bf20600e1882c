use layertrust_testkit::cases::scene;
use layertrust_testkit::image::Image as Made;
use layertrust_testkit::store::Layout as Written;

use super::*;
use crate::oci::archive::Links;
use crate::oci::layout::Layout;

type Files = Vec<(String, Vec<u8>)>;

const WHOLE: &str =
    r#"[{"Config":"config.json","RepoTags":["registry.example.com/app:1.2"],"Layers":LAYERS}]"#;

fn image() -> Made {
    scene::app(&scene::base().images[0])
}

fn hex(digest: &str) -> &str {
    digest.split_once(':').unwrap().1
}

/// The files of an image as `docker save` wrote them, with this list.
fn files(image: &Made, list: &str) -> Files {
    let layers: Vec<String> =
        image.spec.layers.iter().map(|layer| format!("{}.tar", hex(&layer.diff_id()))).collect();
    let list = list.replace("LAYERS", &serde_json::to_string(&layers).unwrap());
    let mut files = vec![("config.json".to_owned(), image.config.clone())];
    files.extend(layers.into_iter().zip(image.spec.layers.iter().map(|layer| layer.tar.clone())));
    files.push((LIST.to_owned(), list.into_bytes()));
    files
}

fn open(files: &Files, wanted: &Selector) -> Result<DockerArchive> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, &**bytes).unwrap();
    }
    let bytes = builder.into_inner().unwrap();
    let archive = Archive::from_reader(&*bytes, Links::Inside, &Limits::default())?;
    DockerArchive::new(archive, wanted, &Limits::default())
}

fn only(files: &Files) -> DockerArchive {
    open(files, &Selector::Only).unwrap()
}

/// Documents of an image without its layers.
fn evidence(put: impl FnOnce(&mut Written)) -> (tempfile::TempDir, Layout) {
    let mut layout = Written::new();
    put(&mut layout);
    let folder = tempfile::tempdir().unwrap();
    layout.write_dir(folder.path());
    let opened = Layout::open_folder(folder.path(), &Limits::default()).unwrap();
    (folder, opened)
}

fn manifest_of(image: &Made) -> (tempfile::TempDir, Layout) {
    evidence(|layout| {
        let manifest = image.put_documents(layout);
        layout.tag(&manifest, "1.2");
    })
}

#[test]
fn it_is_bound_to_the_manifest_with_its_config_and_to_no_other() {
    let (image, other) = (image(), scene::plain_spec().build());
    let archive = only(&files(&image, WHOLE));
    assert_eq!(archive.config_digest(), Digest::sha256(&image.config));
    let (limits, (_one, right), (_two, wrong)) =
        (Limits::default(), manifest_of(&image), manifest_of(&other));
    let bound = archive.bind(&Selector::Only, [&wrong as &dyn Source, &right], &limits).unwrap();
    assert_eq!(bound.digest.to_string(), image.digest());
    let error = archive.bind(&Selector::Only, [&wrong as &dyn Source], &limits).unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
    assert!(error.advice().contains("--evidence"));
    assert_eq!(archive.bind(&Selector::Only, [], &limits).unwrap_err().code(), Code::NotFound);
    // No manifest is made up.
    assert!(archive.resolve(&Selector::Only).unwrap().is_none());
    assert!(archive.images(&limits).unwrap().is_empty());
}

#[test]
fn a_child_of_an_index_is_found() {
    let image = image();
    let (_folder, layout) = evidence(|layout| {
        let (index, descriptor) = scene::index_of(&[&image]);
        layout.merge(&index);
        layout.tag(&descriptor, "all");
    });
    let bound = only(&files(&image, WHOLE))
        .bind(&Selector::Only, [&layout as &dyn Source], &Limits::default())
        .unwrap();
    assert_eq!(bound.digest.to_string(), image.digest());
}

/// A mirror's recompressed copy, or a stranger's manifest: the config is the same, the digest is not.
#[test]
fn of_several_manifests_with_its_config_none_is_chosen_but_the_one_that_is_named() {
    let image = image();
    let text = String::from_utf8(image.manifest.clone()).unwrap();
    let other = image
        .clone()
        .with_manifest(text.replacen('{', r#"{"annotations":{"by":"a stranger"},"#, 1).into_bytes());
    assert_ne!(other.digest(), image.digest());
    let archive = only(&files(&image, WHOLE));
    let ((_one, ours), (_two, theirs)) = (manifest_of(&image), manifest_of(&other));
    let (_three, both) = evidence(|layout| {
        let (index, descriptor) = scene::index_of(&[&other, &image]);
        layout.merge(&index);
        layout.tag(&descriptor, "all");
    });
    let limits = Limits::default();
    let named = |image: &Made| Selector::Digest(image.digest().parse().unwrap());
    for evidence in [&[&ours as &dyn Source, &theirs][..], &[&theirs, &ours], &[&both], &[&both, &ours]] {
        let bind = |wanted: &Selector| archive.bind(wanted, evidence.iter().copied(), &limits);
        let error = bind(&Selector::Only).unwrap_err();
        assert_eq!(error.code(), Code::Usage);
        assert!(error.advice().contains("docker-archive:FILE@DIGEST"));
        for image in [&image, &other] {
            assert!(error.to_string().contains(&image.digest()), "{error}");
            assert_eq!(bind(&named(image)).unwrap().digest.to_string(), image.digest());
        }
        let absent = bind(&named(&scene::plain_spec().build())).unwrap_err();
        assert_eq!(absent.code(), Code::NotFound);
    }
    // The same manifest twice is one.
    let (_four, again) = manifest_of(&image);
    assert!(archive.bind(&Selector::Only, [&ours as &dyn Source, &again], &limits).is_ok());
    // What is named is bound by the same proof.
    let mut altered = files(&image, WHOLE);
    altered[1].1[600] ^= 1;
    let error = only(&altered).bind(&named(&image), [&both as &dyn Source], &limits).unwrap_err();
    assert_eq!(error.code(), Code::DiffIdMismatch);
}

#[test]
fn layers_that_are_not_what_the_config_lists_are_never_bound() {
    let image = image();
    let (_folder, layout) = manifest_of(&image);
    let bind =
        |files: &Files, limits: &Limits| only(files).bind(&Selector::Only, [&layout as &dyn Source], limits);
    let whole = files(&image, WHOLE);
    assert!(bind(&whole, &Limits::default()).is_ok());
    // Every layer, one after the other.
    for at in 1..whole.len() - 1 {
        let mut altered = whole.clone();
        altered[at].1[600] ^= 1;
        assert_eq!(bind(&altered, &Limits::default()).unwrap_err().code(), Code::DiffIdMismatch, "{at}");
    }
    let small = Limits { layer_size: 600, ..Limits::default() };
    assert_eq!(bind(&whole, &small).unwrap_err().code(), Code::LimitExceeded);
    // Layers in another order are another image.
    let mut swapped = whole.clone();
    let content = swapped[1].1.clone();
    swapped[1].1 = std::mem::replace(&mut swapped[2].1, content);
    assert_eq!(bind(&swapped, &Limits::default()).unwrap_err().code(), Code::DiffIdMismatch);
}

#[test]
fn layers_are_served_unpacked_by_diff_id_and_as_blobs_only_by_their_own_digest() {
    let image = image();
    let mut compressed = files(&image, WHOLE);
    for (file, layer) in compressed.iter_mut().skip(1).zip(&image.spec.layers) {
        file.1 = layer.blob.clone();
    }
    for files in [files(&image, WHOLE), compressed] {
        let archive = only(&files);
        for layer in &image.spec.layers {
            let diff_id = DiffId(layer.diff_id().parse().unwrap());
            let mut tar = Vec::new();
            archive.layer_by_diff_id(&diff_id).unwrap().unwrap().read_to_end(&mut tar).unwrap();
            assert_eq!(tar, layer.tar);
            assert!(archive.blob(&layer.digest().parse().unwrap()).unwrap().is_none());
        }
        assert!(archive.layer_by_diff_id(&DiffId(Digest::sha256(b"absent"))).unwrap().is_none());
        assert!(archive.blob(&archive.config_digest()).unwrap().is_some());
    }
}

#[test]
fn a_list_that_names_what_is_not_there_is_refused() {
    let image = image();
    let code = |list: &str| open(&files(&image, list), &Selector::Only).unwrap_err().code();
    for (list, expected) in [
        (r#"[{"Config":"../config.json","Layers":LAYERS}]"#, Code::Malformed),
        (r#"[{"Config":"/etc/passwd","Layers":LAYERS}]"#, Code::Malformed),
        (r#"[{"Config":"absent.json","Layers":LAYERS}]"#, Code::BlobMissing),
        (r#"[{"Config":"config.json","Layers":["config.json"]}]"#, Code::Malformed),
        (r#"[{"Config":"config.json","Layers":null}]"#, Code::Malformed),
        (r#"[{"Config":"manifest.json","Layers":LAYERS}]"#, Code::Malformed),
        (r#"[{"Config":"config.json","config":"x","Layers":LAYERS}]"#, Code::DuplicateKey),
        (r#"{"Config":"config.json"}"#, Code::Malformed),
        ("[]", Code::NotFound),
        ("", Code::Malformed),
    ] {
        assert_eq!(code(list), expected, "{list}");
    }
    let mut lost = files(&image, WHOLE);
    lost.remove(1);
    assert_eq!(open(&lost, &Selector::Only).unwrap_err().code(), Code::BlobMissing);
    lost.pop();
    assert_eq!(open(&lost, &Selector::Only).unwrap_err().code(), Code::Malformed);
}

#[test]
fn one_of_several_images_is_named_as_docker_names_it() {
    let list = r#"[{"Config":"config.json","RepoTags":["app:1","acme/app:2"],"Layers":LAYERS},
                   {"Config":"config.json","RepoTags":null,"Layers":LAYERS}]"#;
    let files = files(&image(), list);
    let named = |name: &str| open(&files, &Selector::Tag(name.to_owned()));
    for name in ["app:1", "docker.io/library/app:1", "acme/app:2", "docker.io/acme/app:2"] {
        assert!(named(name).is_ok(), "{name}");
    }
    assert_eq!(named("app").unwrap_err().code(), Code::NotFound);
    assert_eq!(open(&files, &Selector::Only).unwrap_err().code(), Code::Usage);
}

#[test]
fn names_are_completed_as_docker_completes_them() {
    for (name, full) in [
        ("alpine", "docker.io/library/alpine:latest"),
        ("acme/app:1", "docker.io/acme/app:1"),
        ("localhost:5001/acme/app", "localhost:5001/acme/app:latest"),
        ("localhost/app:1", "localhost/app:1"),
        ("registry.example.com/app@sha256:00", "registry.example.com/app@sha256:00"),
    ] {
        assert_eq!(full_name(name), full);
    }
}
