"""Storage of one's own: an object that is asked for documents and blobs."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from conftest import NOW
from layertrust import Code, Rejected, Report, Source, SourceError, Verifier
from paths import DEMO


class Folder:
    """A layout in a folder, read by Python."""

    name = "my storage"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifests = json.loads((folder / "index.json").read_text())["manifests"]

    def resolve(self, reference: str | None) -> dict[str, Any] | None:
        """The descriptor that is no referrer: the image's."""
        for descriptor in self.manifests:
            if reference in (None, descriptor["digest"]) and "artifactType" not in descriptor:
                return dict(descriptor)
        return None

    def blob(self, digest: str) -> Any:
        """The bytes, if they are there."""
        path = self.folder / "blobs" / digest.replace(":", "/")
        return path.read_bytes() if path.exists() else None

    def referrers(self, digest: str) -> list[dict[str, Any]]:
        """Manifests whose subject is the digest."""
        found = []
        for descriptor in self.manifests:
            manifest = json.loads(self.blob(descriptor["digest"]))
            if manifest.get("subject", {}).get("digest") == digest:
                found.append(descriptor)
        return found


class Files(Folder):
    """The same with open files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.opened: list[io.BufferedReader] = []

    def blob(self, digest: str) -> Any:
        """A file, where `referrers` does not parse it."""
        content = super().blob(digest)
        if content is None:
            return None
        self.opened.append((self.folder / "blobs" / digest.replace(":", "/")).open("rb"))
        return self.opened[-1]

    def referrers(self, digest: str) -> list[dict[str, Any]]:
        """As before."""
        return Folder(self.folder).referrers(digest)


def ask(verifier: Verifier, image: Any, **arguments: Any) -> Report:
    """Asks about the image in a source."""
    return verifier.verify(image, [DEMO / "base"], now=NOW, layers="all", **arguments)


def test_the_same_answer(verifier: Verifier, report: Report) -> None:
    """Where bytes come from is no part of an answer, but for the image's name."""
    for source in (Folder(DEMO / "image"), Files(DEMO / "image")):
        assert isinstance(source, Source)
        answer = ask(verifier, source)
        assert answer.platforms == report.platforms
        assert answer.findings == report.findings
        assert answer.inputs == report.inputs
        assert answer.image.reference == "my storage"


def test_files_are_closed(verifier: Verifier) -> None:
    """Each that was handed out."""
    source = Files(DEMO / "image")
    ask(verifier, source)
    assert len(source.opened) > 5
    assert all(file.closed for file in source.opened)


def test_every_question(verifier: Verifier) -> None:
    """A source is an image everywhere, and evidence."""
    image, base = Folder(DEMO / "image"), Folder(DEMO / "base")
    answer = verifier.verify(image, [base], now=NOW)
    assert verifier.inspect(image, [base], now=NOW).platforms[0].segments == answer.platforms[0].segments
    assert verifier.compare(DEMO / "replaced", image, now=NOW).platforms[0].common_layers == 5
    ((asked, found),) = verifier.verify_many([image], [base], now=NOW)
    assert asked is image
    assert found == answer
    assert verifier.verify(image, bases=[base], now=NOW).platforms[0].segments == answer.platforms[0].segments


def test_other_bytes_are_a_rejection(verifier: Verifier) -> None:
    """A source is believed nothing."""

    class Altered(Folder):
        def blob(self, digest: str) -> Any:
            content = super().blob(digest)
            return content and content.replace(b"linux", b"xunil")

    class Longer(Folder):
        def blob(self, digest: str) -> Any:
            return io.BytesIO((super().blob(digest) or b"") + b" ")

    for kind in (Altered, Longer):
        with pytest.raises(Rejected) as raised:
            ask(verifier, kind(DEMO / "image"))
        assert raised.value.code is Code.DIGEST_MISMATCH

    class Empty(Folder):
        def blob(self, digest: str) -> Any:
            return None

        def referrers(self, digest: str) -> list[dict[str, Any]]:
            return []

    with pytest.raises(Rejected) as raised:
        ask(verifier, Empty(DEMO / "image"))
    assert raised.value.code is Code.BLOB_MISSING


def test_what_a_source_raises_is_the_cause(verifier: Verifier) -> None:
    """A storage that fails is no answer about the image."""
    failure = ConnectionError("the storage is away")

    class Away(Folder):
        def blob(self, digest: str) -> Any:
            raise failure

    for question in (verifier.verify, verifier.inspect):
        with pytest.raises(SourceError, match="the storage is away") as raised:
            question(Away(DEMO / "image"))
        assert raised.value.__cause__ is failure
    ((_, answer),) = verifier.verify_many([Away(DEMO / "image")])
    assert isinstance(answer, SourceError)
    assert answer.__cause__ is failure

    class Interrupted(Folder):
        def blob(self, digest: str) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(verifier, Interrupted(DEMO / "image"))


@pytest.mark.parametrize("answer", ["text", 1, [], object(), io.StringIO("text"), {"a": 1}])
def test_blobs_of_other_types(verifier: Verifier, answer: object) -> None:
    """A text is no content."""

    class Wrong(Folder):
        def blob(self, digest: str) -> Any:
            return answer

    with pytest.raises(SourceError):
        ask(verifier, Wrong(DEMO / "image"))


@pytest.mark.parametrize(
    "answer",
    [
        "text",
        [],
        {},
        {"mediaType": 1, "digest": "sha256:" + 64 * "0", "size": 1},
        {"mediaType": "a", "digest": "sha256:0", "size": 1},
        {"mediaType": "a", "digest": "sha256:" + 64 * "0", "size": -1},
        {"mediaType": "a", "digest": "sha256:" + 64 * "0", "size": True},
        {"mediaType": "a", "digest": "sha256:" + 64 * "0", "size": "1"},
        {"mediaType": "a", "digest": "sha256:" + 64 * "0", "size": 1 << 70},
    ],
)
def test_descriptors_that_are_none(verifier: Verifier, answer: Any) -> None:
    """Neither an image nor a referrer."""

    class Wrong(Folder):
        def resolve(self, reference: str | None) -> Any:
            return answer

    class WrongReferrers(Folder):
        def referrers(self, digest: str) -> Any:
            return [answer]

    for kind in (Wrong, WrongReferrers):
        with pytest.raises(SourceError):
            ask(verifier, kind(DEMO / "image"))


def test_no_image(verifier: Verifier) -> None:
    """A source that has none."""

    class Nothing(Folder):
        def resolve(self, reference: str | None) -> Any:
            return None

    with pytest.raises(SourceError) as raised:
        ask(verifier, Nothing(DEMO / "image"))
    assert raised.value.code is Code.NOT_FOUND


def test_a_source_may_ask(verifier: Verifier, report: Report) -> None:
    """It is called without a lock."""
    answers: list[Report] = []

    class Curious(Folder):
        def blob(self, digest: str) -> Any:
            if len(answers) < 3:
                answers.append(ask(verifier, DEMO / "image"))
            return super().blob(digest)

    assert ask(verifier, Curious(DEMO / "image")).platforms == report.platforms
    assert [one.platforms for one in answers] == [report.platforms] * 3


def test_half_a_source(verifier: Verifier) -> None:
    """An object without one of the methods is none."""

    class Half:
        def resolve(self, reference: str | None) -> None:
            return None

        blob = None

        def referrers(self, digest: str) -> list[Any]:
            return []

    with pytest.raises(TypeError, match="resolve, blob and referrers"):
        verifier.verify(Half())  # type: ignore[arg-type]
