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
    for wrong in
        ["dir:", "docker-archive:", "docker-archive::app", "-", "docker:", "docker-daemon:", "https://x/y"]
    {
        assert_eq!(wrong.parse::<ImageReference>().unwrap_err().code(), Code::Usage, "{wrong}");
    }
}

#[test]
fn a_bare_name_is_a_path_where_there_is_one_and_else_a_repository() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(at("skopeo")).unwrap();
    std::fs::create_dir(at("layout")).unwrap();
    std::fs::write(at("layout/oci-layout"), b"").unwrap();
    std::fs::write(at("image.tar"), b"").unwrap();
    for (path, form) in [("skopeo", "dir"), ("layout", "oci"), ("image.tar", "docker-archive")] {
        let path = at(path);
        let reference: ImageReference = path.parse().unwrap();
        assert_eq!(reference.to_string(), format!("{form}:{path}"));
        assert_eq!(
            reference.transport,
            format!("{form}:{path}").parse::<ImageReference>().unwrap().transport
        );
    }
    let reference: ImageReference = "dhi/node:22".parse().unwrap();
    assert_eq!(reference.to_string(), "docker.io/dhi/node:22");
    assert_eq!(reference.transport, Transport::Registry(Repository::new("dhi/node").unwrap()));
    assert_eq!(read("docker://app").0, read("app").0);
    assert_eq!(read("docker-daemon:app:1.2").0, Transport::DockerDaemon("app:1.2".to_owned()));
}
