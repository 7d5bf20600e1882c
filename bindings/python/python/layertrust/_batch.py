"""Many images: a few questions ahead of the answers, so that no worker waits and no list is ever held."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias, TypeVar

from layertrust import _native
from layertrust._codes import Code
from layertrust._exceptions import InternalError, LayerTrustError, Rejected, UsageError
from layertrust._report import Report
from layertrust._source import Image

ImageT = TypeVar("ImageT", bound=Image)
"""How the caller names images."""

Answered: TypeAlias = tuple[ImageT, Report | LayerTrustError]
"""An image as it was given, and its report, or what `verify` would have raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run over many images is."""

    accepted: int = 0
    """Images that were accepted."""
    rejected: int = 0
    """Images that were rejected."""
    failed: int = 0
    """Images without an answer."""
    total: int | None = None
    """How many there are; absent if the images are an iterable without a length."""

    @property
    def done(self) -> int:
        """Images that are through, with an answer or without."""
        return self.accepted + self.rejected + self.failed

    def _after(self, answer: Report | LayerTrustError) -> Progress:
        """One answer later."""
        if isinstance(answer, Report):
            return replace(self, accepted=self.accepted + 1)
        if isinstance(answer, Rejected):
            return replace(self, rejected=self.rejected + 1)
        return replace(self, failed=self.failed + 1)


OnProgress: TypeAlias = Callable[[Progress], object]
"""What is called after every answer."""


def batch(
    start: Callable[[int], _native.Run],
    images: Iterable[ImageT],
    max_workers: int | None,
    progress: OnProgress | None,
) -> Generator[Answered[ImageT], None, None]:
    """Asks about each image, and yields the answers as they come."""
    if isinstance(images, (str, os.PathLike)):
        raise TypeError(f"images are an iterable of images, not one: [{images!r}]")
    workers = (os.cpu_count() or 1) if max_workers is None else max(max_workers, 0)
    so_far = Progress(total=len(images) if isinstance(images, Sized) else None)
    return _answers(start(workers), enumerate(images), 2 * workers, so_far, progress)


def _answers(
    run: _native.Run,
    images: Iterator[tuple[int, ImageT]],
    window: int,
    so_far: Progress,
    progress: OnProgress | None,
) -> Generator[Answered[ImageT], None, None]:
    waiting: dict[int, ImageT] = {}
    try:
        while True:
            for index, image in islice(images, window - len(waiting)):
                waiting[index] = image
                if not _submit(run, index, image):
                    break
            if not waiting:
                return
            answered = run.next()
            if answered is None:
                message = f"{len(waiting)} images: expected answers, found the end of the run"
                raise InternalError(Code.PANIC, message, Code.PANIC.advice)
            index, found = answered
            answer = found if isinstance(found, LayerTrustError) else Report._of(found)
            so_far = so_far._after(answer)
            if progress is not None:
                progress(so_far)
            yield waiting.pop(index), answer
    finally:
        run.stop()


def _submit(run: _native.Run, index: int, image: Image) -> bool:
    """Whether the run goes on: an exception that is no error, from a source, ends it. `next` raises that."""
    try:
        run.submit(index, image)
    except UsageError:
        return False
    return True
