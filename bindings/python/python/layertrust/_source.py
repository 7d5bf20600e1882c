"""What an image can be read from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Protocol, TypeAlias, runtime_checkable


@runtime_checkable
class Source(Protocol):
    """Storage of your own: an object that an image, or evidence, is read from.

    A source is not trusted: every document and layer is hashed against the digest that led to it. It may be
    called from several threads at once. What it raises becomes a `SourceError` with that exception as its
    cause.

    A descriptor is a `dict` as the OCI image specification writes it: `mediaType`, `digest`, `size` in bytes,
    perhaps `annotations`. An attribute `name`, if there is one, is how reports call the image.
    """

    def resolve(self, reference: str | None, /) -> Mapping[str, Any] | None:
        """The descriptor of an image, or `None` if it is not there.

        Args:
            reference: A digest or tag, or `None` for the one image that the source holds. Tags that cosign
                makes for signatures are asked for, too.
        """
        ...

    def blob(self, digest: str, /) -> bytes | BinaryIO | None:
        """The content of a digest, or `None` if it is not there. A file is read once, and closed."""
        ...

    def referrers(self, digest: str, /) -> Sequence[Mapping[str, Any]]:
        """The descriptors of the manifests whose subject is this digest; empty if there are none."""
        ...


Image: TypeAlias = str | os.PathLike[str] | Source
"""An image or a piece of evidence.

A `str` is read as the command reads it: `oci:DIR[:TAG|@DIGEST]`, `oci-archive:FILE`, `docker-archive:FILE`,
`dir:DIR`, as evidence also `bundle:FILE`. A path is an image of any of these kinds.
"""


def listed(images: Iterable[Image], what: str) -> list[Image]:
    """The images of an argument that takes several."""
    if not isinstance(images, (list, tuple)) and isinstance(images, (str, os.PathLike, Source)):
        raise TypeError(f"{what} is a list of images, not one: [{images!r}]")
    return list(images)
