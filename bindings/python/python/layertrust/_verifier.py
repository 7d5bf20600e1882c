"""Questions about images, by one policy."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from layertrust import _native
from layertrust._batch import Answered, ImageT, OnProgress, batch
from layertrust._comparison import Comparison
from layertrust._policy import Policy
from layertrust._report import Report
from layertrust._source import Image, listed
from layertrust._words import Layers

LayersWord: TypeAlias = Layers | Literal["auto", "all", "none"]
"""Which layers are opened: those that proof and policy need, all, or none."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Answers questions by one policy. It can be used from several threads, which then run at once.

    All questions take these arguments:

    - `evidence`: images, or bundles of Sigstore, in which signatures, attestations and bases may be found.
    - `bases`: digests or images that may be the base. A hint: a base must prove itself.
    - `now`: the time at which rules are evaluated, with a time zone; by default the clock is read.
    - `platforms`: the platforms to look at, as `linux/arm64`; by default all.
    """

    policy: Policy
    _inner: _native.Verifier = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.policy, Policy):
            raise TypeError(f"policy is a Policy, not {type(self.policy).__name__}")
        object.__setattr__(self, "_inner", _native.Verifier(self.policy._inner))

    def verify(
        self,
        image: Image,
        evidence: Iterable[Image] = (),
        *,
        bases: Iterable[Image] = (),
        now: datetime | None = None,
        platforms: Sequence[str] | None = None,
        layers: LayersWord = "auto",
        name: str | None = None,
    ) -> Report:
        """Verifies an image and judges it. What is returned was accepted.

        Not checked: that nothing newer was withheld, which an offline source cannot show; and layers that
        neither proof nor policy needs, unless `layers` is `all`. Signatures by keys alone prove no time.

        Args:
            image: The image.
            evidence: Where else to look for signatures, attestations and base images.
            bases: What may be the base: digests or images.
            now: The time of the question, with a time zone. Default: the clock's.
            platforms: The platforms to judge, all of which must be there. Default: all that there are.
            layers: Which layers to open.
            name: The name under which the image will be deployed, for `[org] references`.

        Raises:
            Rejected: The answer is no. Malformed, altered and incomplete images are rejected, too.
            SourceError: There is no answer: something could not be looked at.
            UsageError: An argument is wrong, for instance a time without a zone.
        """
        answer = self._inner.verify(
            image, self._evidence(evidence, bases), now, _texts(platforms), layers, name
        )
        return Report._of(answer)

    def inspect(
        self,
        image: Image,
        evidence: Iterable[Image] = (),
        *,
        bases: Iterable[Image] = (),
        now: datetime | None = None,
        platforms: Sequence[str] | None = None,
        layers: LayersWord = "auto",
        name: str | None = None,
    ) -> Report:
        """Collects the same facts without judging them: the report has no verdict.

        What is wrong with the image is an error finding in the report, and no exception. The arguments are
        those of `verify`.

        Raises:
            SourceError: Something could not be looked at.
            UsageError: An argument is wrong.
        """
        answer = self._inner.inspect(
            image, self._evidence(evidence, bases), now, _texts(platforms), layers, name
        )
        return Report._of(answer)

    def compare(
        self,
        from_image: Image,
        to_image: Image,
        evidence: Iterable[Image] = (),
        *,
        bases: Iterable[Image] = (),
        now: datetime | None = None,
        platforms: Sequence[str] | None = None,
    ) -> Comparison:
        """What one image adds to, removes from and changes in another.

        All layers are opened. Nothing is judged; the policy says whose layers are whose.

        Args:
            from_image: The image to compare with. It is evidence for the other, too.
            to_image: The image to compare.
            evidence: As of `verify`.
            bases: As of `verify`.
            now: As of `verify`.
            platforms: The platforms to compare. Default: all that both have.

        Raises:
            InputError: One of the images is malformed, altered or incomplete.
            SourceError: Something could not be looked at.
            UsageError: An argument is wrong.
        """
        answer = self._inner.compare(
            from_image, to_image, self._evidence(evidence, bases), now, _texts(platforms)
        )
        return Comparison._of(answer)

    def verify_many(
        self,
        images: Iterable[ImageT],
        evidence: Iterable[Image] = (),
        *,
        bases: Iterable[Image] = (),
        now: datetime | None = None,
        platforms: Sequence[str] | None = None,
        layers: LayersWord = "auto",
        max_workers: int | None = None,
        progress: OnProgress | None = None,
    ) -> Generator[Answered[ImageT], None, None]:
        """Verifies many images by several threads, and yields each with its answer as it is there.

        One failure never ends the run: what `verify` would raise is yielded in the place of the report.
        Evidence that all images share is opened once, and verified once for each document.

        >>> import layertrust
        >>> verifier = layertrust.Verifier(layertrust.Policy.from_file("testdata/demo/policy.toml"))
        >>> images = ["oci:testdata/demo/image", "oci:testdata/demo/tampered"]
        >>> for image, answer in verifier.verify_many(images, ["oci:testdata/demo/base"], max_workers=1):
        ...     print(image, "accepted" if isinstance(answer, layertrust.Report) else answer.code)
        oci:testdata/demo/image accepted
        oci:testdata/demo/tampered subject-mismatch

        Args:
            images: Any iterable, an endless one, too: a few are taken ahead of the answers.
            evidence: As of `verify`, for every image.
            bases: As of `verify`, for every image.
            now: As of `verify`. By default the clock is read once, so that all answers are of one time.
            platforms: As of `verify`, for every image.
            layers: As of `verify`, for every image.
            max_workers: How many images are verified at once. Default: as many as there are processors.
            progress: Called with a `Progress` before each answer is yielded.

        Yields:
            The image as it was given, and its report or what was raised instead; the first to be ready first.
            Closing the generator, or an exception in `images` or `progress`, stops the run.

        Raises:
            SourceError: The evidence cannot be read. Raised by the call itself, before anything is yielded.
            UsageError: An argument is wrong.
        """
        shared = self._evidence(evidence, bases)
        asked = (shared, now, _texts(platforms), layers)
        return batch(lambda workers: self._inner.run(*asked, workers), images, max_workers, progress)

    def __reduce__(self) -> tuple[Any, ...]:
        return Verifier, (self.policy,)

    def _evidence(self, evidence: Iterable[Image], bases: Iterable[Image]) -> _native.Evidence | None:
        """The evidence, opened; none is the usual case, and costs nothing."""
        opened, named = listed(evidence, "evidence"), listed(bases, "bases")
        if not opened and not named:
            return None
        return _native.Evidence(self.policy._inner, opened, named)


def _texts(platforms: Sequence[str] | None) -> list[str] | None:
    if isinstance(platforms, str):
        raise TypeError(f"platforms is a list, not one platform: [{platforms!r}]")
    return None if platforms is None else list(platforms)
