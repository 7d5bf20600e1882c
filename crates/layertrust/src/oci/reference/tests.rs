use super::*;

fn read(text: &str) -> (Transport, Selector) {
    let reference: ImageReference = text.parse().unwrap();
    (reference.transport, reference.selector)
}

#[test]
fn a_docker_archives_name_has_colons_of_its_own() {
    let path = |text: &str| Transport::DockerArchive(PathBuf::from(text));
    let tag = |text: &str| Selector::Tag(text.to_owned());
    assert_eq!(read("docker-archive:absent.tar"), (path("absent.tar"), Selector::Only));
    assert_eq!(
        read("docker-archive:absent.tar:localhost:5001/acme/app:1.2"),
        (path("absent.tar"), tag("localhost:5001/acme/app:1.2"))
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a:b.tar");
    std::fs::write(&file, b"").unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(read(&format!("docker-archive:{file}")), (path(file), Selector::Only));
    assert_eq!(read(&format!("docker-archive:{file}:app:1")), (path(file), tag("app:1")));
    // A digest names the manifest that an archive without one is bound to; behind a name it is part of it.
    let digest = format!("sha256:{}", "0".repeat(64));
    let selector = Selector::Digest(digest.parse().unwrap());
    assert_eq!(read(&format!("docker-archive:{file}@{digest}")), (path(file), selector));
    let name = format!("app@{digest}");
    assert_eq!(read(&format!("docker-archive:{file}:{name}")), (path(file), tag(&name)));
    let wrong = format!("docker-archive:{file}@latest").parse::<ImageReference>().unwrap_err();
    assert_eq!(wrong.code(), Code::Usage);
}

#[test]
fn a_folder_of_skopeo_has_no_tags() {
    assert_eq!(read("dir:a:b"), (Transport::SkopeoDir(PathBuf::from("a:b")), Selector::Only));
    for wrong in ["dir:", "docker-archive:", "docker-archive::app", "-", "tarball:x"] {
        assert_eq!(wrong.parse::<ImageReference>().unwrap_err().code(), Code::Usage, "{wrong}");
    }
}
