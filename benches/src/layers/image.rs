//! An image of some 300 MB: this machine's own programs and libraries, in four layers.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// How the layers are packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As `docker build` does.
    Gzip,
    /// As Docker's hardened images are.
    Zstd,
}

/// One layer in both forms.
pub struct Layer {
    /// The bytes of the blob.
    pub blob: Vec<u8>,
    /// The length of the tar.
    pub unpacked: usize,
}

/// What the tars of an image hold together.
const WANTED: u64 = 300_000_000;
const LAYERS: u64 = 4;

/// Regular files and links below `/usr`, in order of path, until they are enough, as tars.
pub fn tars() -> Vec<Vec<u8>> {
    let mut waiting = vec![PathBuf::from("/usr")];
    let mut files = Vec::new();
    let mut size = 0;
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths.into_iter().rev() {
            let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
            if metadata.is_dir() {
                waiting.push(path);
            } else if metadata.is_file() && metadata.len() < 64 << 20 && size < WANTED {
                size += metadata.len();
                files.push((path, metadata.len()));
            }
        }
    }
    let mut tars: Vec<tar::Builder<Vec<u8>>> = (0..LAYERS).map(|_| tar::Builder::new(Vec::new())).collect();
    let mut written = 0;
    for (path, length) in files {
        let at = (written * LAYERS / size.max(1)).min(LAYERS - 1);
        let name = path.strip_prefix("/").unwrap_or(&path);
        if tars[at as usize].append_path_with_name(&path, name).is_ok() {
            written += length;
        }
    }
    tars.into_iter().map(|tar| tar.into_inner().expect("a tar in memory")).collect()
}

/// Packs a tar.
pub fn pack(tar: &[u8], packing: Packing) -> Layer {
    use std::io::Write as _;
    let blob = match packing {
        Packing::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(tar).and_then(|()| encoder.finish()).expect("gzip in memory")
        }
        Packing::Zstd => zstd::encode_all(tar, 3).expect("zstd in memory"),
    };
    Layer { blob, unpacked: tar.len() }
}

/// Writes the image as a layout, unsigned: it is only looked at.
pub fn write(folder: &Path, tars: &[Vec<u8>], layers: &[Layer], packing: Packing) {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).expect("a folder");
    let put = |bytes: &[u8]| {
        let name = hex(&Sha256::digest(bytes));
        fs::write(blobs.join(&name), bytes).expect("a blob");
        serde_json::json!({ "digest": format!("sha256:{name}"), "size": bytes.len() })
    };
    let diff_ids: Vec<String> = tars.iter().map(|tar| format!("sha256:{}", hex(&Sha256::digest(tar)))).collect();
    let typed = |mut descriptor: serde_json::Value, kind: &str| {
        descriptor["mediaType"] = kind.into();
        descriptor
    };
    let config = serde_json::json!({
        "architecture": "amd64", "os": "linux", "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let kind = match packing {
        Packing::Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
        Packing::Zstd => "application/vnd.oci.image.layer.v1.tar+zstd",
    };
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": typed(put(config.to_string().as_bytes()), "application/vnd.oci.image.config.v1+json"),
        "layers": layers.iter().map(|layer| typed(put(&layer.blob), kind)).collect::<Vec<_>>(),
    });
    let manifest = typed(put(manifest.to_string().as_bytes()), "application/vnd.oci.image.manifest.v1+json");
    let index = serde_json::json!({ "schemaVersion": 2, "manifests": [manifest] });
    fs::write(folder.join("index.json"), index.to_string()).expect("an index");
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("a layout");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
