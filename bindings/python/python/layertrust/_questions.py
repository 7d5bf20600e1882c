"""The questions of `Verifier` as functions, for whoever asks one."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from datetime import datetime
from functools import cache

from layertrust._batch import Answered, ImageT, OnProgress
from layertrust._comparison import Comparison
from layertrust._policy import Policy
from layertrust._report import Report
from layertrust._source import Image
from layertrust._verifier import LayersWord, Verifier

# For facts: Docker's keys say what is Docker's, nobody signs for an organization, and no base is required.
_NOBODY = """
version = 1
name = "nobody"
signers = { vendor = { key = "docker-dhi" } }
base = { signers = ["vendor"], require = false }
org = { layers = "forbidden" }
"""


def verify(
    image: Image,
    policy: Policy,
    evidence: Iterable[Image] = (),
    *,
    bases: Iterable[Image] = (),
    now: datetime | None = None,
    platforms: Sequence[str] | None = None,
    layers: LayersWord = "auto",
    name: str | None = None,
) -> Report:
    """Verifies an image by a policy: `Verifier(policy).verify(image, …)`, which says what the arguments mean.

    Raises:
        Rejected: The answer is no.
        SourceError: There is no answer.
        UsageError: An argument is wrong.
    """
    return Verifier(policy).verify(
        image, evidence, bases=bases, now=now, platforms=platforms, layers=layers, name=name
    )


def verify_many(
    images: Iterable[ImageT],
    policy: Policy,
    evidence: Iterable[Image] = (),
    *,
    bases: Iterable[Image] = (),
    now: datetime | None = None,
    platforms: Sequence[str] | None = None,
    layers: LayersWord = "auto",
    max_workers: int | None = None,
    progress: OnProgress | None = None,
) -> Generator[Answered[ImageT], None, None]:
    """Verifies many images by a policy: `Verifier(policy).verify_many(images, …)`.

    Yields:
        Each image, with its report or with what `verify` would have raised.
    """
    return Verifier(policy).verify_many(
        images,
        evidence,
        bases=bases,
        now=now,
        platforms=platforms,
        layers=layers,
        max_workers=max_workers,
        progress=progress,
    )


def inspect(
    image: Image,
    evidence: Iterable[Image] = (),
    *,
    policy: Policy | None = None,
    bases: Iterable[Image] = (),
    now: datetime | None = None,
    platforms: Sequence[str] | None = None,
    layers: LayersWord = "auto",
    name: str | None = None,
) -> Report:
    """Collects facts about an image: `Verifier(policy).inspect(image, …)`, which says what arguments mean.

    Without a policy, Docker's keys say which layers are Docker's, and nobody signs for the others.

    Raises:
        SourceError: Something could not be looked at.
        UsageError: An argument is wrong.
    """
    return _verifier(policy).inspect(
        image, evidence, bases=bases, now=now, platforms=platforms, layers=layers, name=name
    )


def compare(
    from_image: Image,
    to_image: Image,
    evidence: Iterable[Image] = (),
    *,
    policy: Policy | None = None,
    bases: Iterable[Image] = (),
    now: datetime | None = None,
    platforms: Sequence[str] | None = None,
) -> Comparison:
    """Compares two images: `Verifier(policy).compare(from_image, to_image, …)`.

    Without a policy, Docker's keys say which layers are Docker's, and nobody signs for the others.

    Raises:
        InputError: One of the images is malformed, altered or incomplete.
        SourceError: Something could not be looked at.
        UsageError: An argument is wrong.
    """
    return _verifier(policy).compare(
        from_image, to_image, evidence, bases=bases, now=now, platforms=platforms
    )


def _verifier(policy: Policy | None) -> Verifier:
    return _of_nobody() if policy is None else Verifier(policy)


@cache
def _of_nobody() -> Verifier:
    return Verifier(Policy.from_toml(_NOBODY))
