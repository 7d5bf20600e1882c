"""A source of the caller's, over an OCI layout: what the tests bend."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Descriptor = dict[str, Any]


class LayoutSource:
    """Reads a layout as a caller's own storage would. Tests override what they are about."""

    def __init__(self, folder: Path) -> None:
        self.blobs = folder / "blobs" / "sha256"
        self.image: Descriptor = json.loads((folder / "index.json").read_bytes())["manifests"][0]

    def resolve(self, reference: str | None) -> Descriptor | None:
        """The layout's first image, or a manifest."""
        if reference is None:
            return self.image
        return next((one for one, _ in self.manifests() if one["digest"] == reference), None)

    def blob(self, digest: str) -> Any:
        """All bytes at once."""
        path = self.blobs / digest.removeprefix("sha256:")
        return path.read_bytes() if path.is_file() else None

    def referrers(self, digest: str) -> list[Descriptor]:
        """Every manifest with that subject."""
        manifests = self.manifests()
        return [one for one, document in manifests if document.get("subject", {}).get("digest") == digest]

    def manifests(self) -> Iterator[tuple[Descriptor, dict[str, Any]]]:
        """Every manifest and index, with its descriptor."""
        for path in sorted(self.blobs.iterdir()):
            content = path.read_bytes()
            if not content.startswith(b"{") or b'"mediaType"' not in content:
                continue
            document = json.loads(content)
            if "manifests" in document or "layers" in document:
                media_type = document["mediaType"]
                yield (
                    {"mediaType": media_type, "digest": f"sha256:{path.name}", "size": len(content)},
                    document,
                )
