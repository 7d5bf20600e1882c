"""An image whose one layer takes long to read, made without writing it: a sparse file of zeros."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any


def large_image(folder: Path, size: int = 7 << 30) -> Path:
    """Writes the layout. Its layer does not have the digest that names it, which is seen only at its end."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def write(document: object, kind: str) -> dict[str, Any]:
        content = json.dumps(document).encode()
        name = sha256(content).hexdigest()
        (blobs / name).write_bytes(content)
        return {"mediaType": kind, "digest": f"sha256:{name}", "size": len(content)}

    layer = "1" * 64
    with (blobs / layer).open("wb") as file:
        file.truncate(size)
    oci = "application/vnd.oci.image"
    diff_ids = [f"sha256:{layer}"]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{oci}.manifest.v1+json",
        "config": write(config, f"{oci}.config.v1+json"),
        "layers": [{"mediaType": f"{oci}.layer.v1.tar", "digest": f"sha256:{layer}", "size": size}],
    }
    index = {"schemaVersion": 2, "manifests": [write(manifest, f"{oci}.manifest.v1+json")]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder
