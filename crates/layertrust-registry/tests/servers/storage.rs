//! The folder in which Docker's registry keeps what it serves. Written directly: the registry takes no manifest whose
//! layers it lacks, and the vendor's evidence comes without layers.

use std::path::Path;

use crate::contents::Contents;

/// Puts everything into the storage at `root`, as repository `name`.
pub(crate) fn store(contents: &Contents, root: &Path, name: &str) {
    let v2 = root.join("docker/registry/v2");
    let repository = v2.join("repositories").join(name);
    let data = |digest: &str| {
        let (algorithm, hex) = digest.split_once(':').unwrap();
        v2.join("blobs").join(algorithm).join(&hex[..2]).join(hex).join("data")
    };
    let link = |folder: &str, digest: &str| {
        let (algorithm, hex) = digest.split_once(':').unwrap();
        write(&repository.join(folder).join(algorithm).join(hex).join("link"), digest.as_bytes());
    };
    for (digest, path) in &contents.blobs {
        write(&data(digest), &std::fs::read(path).unwrap());
        link("_layers", digest);
    }
    for manifest in &contents.manifests {
        write(&data(&manifest.digest), &manifest.bytes);
        link("_manifests/revisions", &manifest.digest);
    }
    for (tag, digest) in &contents.tags {
        let folder = format!("_manifests/tags/{tag}");
        write(&repository.join(&folder).join("current/link"), digest.as_bytes());
        link(&format!("{folder}/index"), digest);
    }
}

fn write(file: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, bytes).unwrap();
}
