"""Sources of the caller's: what they may answer, and what comes of what they may not."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from layertrust import LayerTrustError, _errors, _native
from layout_source import LayoutSource

DEMO = Path(__file__).parents[3] / "testdata" / "demo"
NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
POLICY = _native.Policy.from_file(DEMO / "policy.toml")
VERIFIER = _native.Verifier(POLICY)
BASE = _native.Evidence(POLICY, [DEMO / "base"], [])

Error = LayerTrustError


def verify(source: Any, evidence: _native.Evidence = BASE, layers: str = "auto") -> _native.Answer:
    return VERIFIER.verify(source, evidence, NOW, None, layers, None)


def report(source: Any, evidence: _native.Evidence = BASE) -> Any:
    return json.loads(verify(source, evidence).json())


def refused(source: Any, layers: str = "auto") -> Any:
    with pytest.raises(Error) as caught:
        verify(source, layers=layers)
    return caught.value


class Bent(LayoutSource):
    """A source whose blobs pass through a function."""

    def __init__(self, bend: Callable[[bytes], Any]) -> None:
        super().__init__(DEMO / "image")
        self.bend = bend

    def blob(self, digest: str) -> Any:
        content = super().blob(digest)
        return None if content is None else self.bend(content)


class Resolving(LayoutSource):
    """A source that answers `resolve` with what it was made with."""

    def __init__(self, answer: object) -> None:
        super().__init__(DEMO / "image")
        self.answer = answer

    def resolve(self, reference: str | None) -> Any:
        return self.answer


class Referring(LayoutSource):
    """A source that answers `referrers` with what it was made with."""

    def __init__(self, answer: object) -> None:
        super().__init__(DEMO / "image")
        self.answer = answer

    def referrers(self, digest: str) -> Any:
        return self.answer


def test_a_source_gets_the_answer_of_the_same_layout() -> None:
    of_source = report(LayoutSource(DEMO / "image"))
    of_layout = json.loads(VERIFIER.verify(DEMO / "image", BASE, NOW, ["linux/amd64"], "auto", None).json())
    assert of_source["verdict"] == of_layout["verdict"] == "accepted"
    assert of_source["image"]["digest"] == of_layout["image"]["digest"]
    assert of_source["inputs"] == of_layout["inputs"]


def test_evidence_and_bases_can_be_sources() -> None:
    base = LayoutSource(DEMO / "base")
    for evidence in (_native.Evidence(POLICY, [base], []), _native.Evidence(POLICY, [], [base])):
        segments = report(DEMO / "image", evidence)["platforms"][0]["segments"]
        assert [segment["owner"] for segment in segments] == ["vendor", "org"]


def test_an_image_is_called_as_its_source_says() -> None:
    source = LayoutSource(DEMO / "image")
    assert report(source)["image"]["reference"] == "LayoutSource"
    source.name = "registry.test/app"  # type: ignore[attr-defined]
    assert report(source)["image"]["reference"] == "registry.test/app"


class Trickle(io.RawIOBase):
    """A file that gives one byte at a time."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece, self.rest = self.rest[:1], self.rest[1:]
        return piece


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO, Trickle])
def test_a_blob_can_be_bytes_or_a_file(kind: Callable[[bytes], Any]) -> None:
    assert verify(Bent(kind)).accepted


def test_a_view_need_not_be_contiguous() -> None:
    def strided(content: bytes) -> memoryview:
        return memoryview(bytes(byte for each in content for byte in (each, 0)))[::2]

    assert verify(Bent(strided)).accepted


def test_a_file_is_closed_when_it_was_read() -> None:
    files: list[io.BytesIO] = []

    def kept(content: bytes) -> io.BytesIO:
        files.append(io.BytesIO(content))
        return files[-1]

    verify(Bent(kept))
    assert files and all(file.closed for file in files)


def test_a_descriptor_can_be_any_mapping_and_referrers_any_sequence() -> None:
    class Frozen(LayoutSource):
        def resolve(self, reference: str | None) -> Any:
            found = super().resolve(reference)
            return None if found is None else MappingProxyType(found)

        def referrers(self, digest: str) -> Any:
            return tuple(MappingProxyType(found) for found in super().referrers(digest))

    assert verify(Frozen(DEMO / "image")).accepted


@pytest.mark.parametrize(
    "bend",
    [
        lambda content: content[:-1],
        lambda content: content + b"\n",
        lambda content: b"{}",
        lambda content: io.BytesIO(content + b"\n"),
        lambda content: Path("/dev/zero").open("rb"),  # noqa: SIM115 (closed by whoever reads it)
    ],
    ids=["shorter", "longer", "other", "longer-file", "endless-file"],
)
def test_other_bytes_are_a_rejection(bend: Callable[[bytes], Any]) -> None:
    error = refused(Bent(bend))
    assert error.code == "digest-mismatch"
    assert error.__cause__ is None


def test_a_size_that_is_not_true_is_a_rejection() -> None:
    image = LayoutSource(DEMO / "image").image
    assert refused(Resolving({**image, "size": image["size"] + 1})).code == "digest-mismatch"


def test_a_source_without_the_image_says_none() -> None:
    assert refused(Resolving(None)).code == "not-found"


def test_a_blob_that_is_not_there_is_a_rejection() -> None:
    assert refused(Bent(lambda content: None)).code == "blob-missing"


GOOD = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:" + 64 * "0", "size": 2}


@pytest.mark.parametrize(
    ("descriptor", "words"),
    [
        ("sha256:00", "found str"),
        (b"{}", "found bytes"),
        ({}, "none of the name mediaType"),
        ({**GOOD, "mediaType": None}, "expected a str, found NoneType"),
        ({**GOOD, "mediaType": b"x"}, "expected a str, found bytes"),
        ({**GOOD, "mediaType": "\ud800"}, "expected a str, found str"),
        ({**GOOD, "digest": "sha256:0"}, "hexadecimal digits"),
        ({**GOOD, "size": "2"}, "expected a number of bytes, found str"),
        ({**GOOD, "size": 2.0}, "expected a number of bytes, found float"),
        ({**GOOD, "size": True}, "expected a number of bytes, found True"),
        ({**GOOD, "size": -1}, "expected a number of bytes, found -1"),
        ({**GOOD, "size": 2**64}, "expected a number of bytes, found 18446744073709551616"),
        ({**GOOD, "annotations": []}, "expected a dict of str, found list"),
        ({**GOOD, "annotations": {"a": 1}}, "expected a str, found 1"),
    ],
)
def test_a_descriptor_of_the_wrong_form_is_an_error_that_names_it(descriptor: object, words: str) -> None:
    error = refused(Resolving(descriptor))
    assert error.code == "io"
    assert "Resolving.resolve(None)" in str(error)
    assert words in str(error)


@pytest.mark.parametrize(
    ("blob", "words"),
    [
        ("text", "expected bytes, a binary file or None, found str"),
        (7, "found 7"),
        (io.StringIO("text"), "read: expected bytes, found str"),
    ],
)
def test_a_blob_of_the_wrong_type_is_an_error_that_names_it(blob: object, words: str) -> None:
    error = refused(Bent(lambda content: blob))
    assert error.code == "io"
    assert "Bent.blob(sha256:b302dcd1" in str(error)
    assert words in str(error)


def test_referrers_of_the_wrong_type_are_an_error() -> None:
    # Evidence is missing then, and that leaves the question open.
    answers: list[Any] = [None, "text", {"digest": "x"}, [GOOD["digest"]], iter([])]
    for answer in answers:
        error = refused(Referring(answer))
        assert error.code == "io", answer
        assert "Referring.referrers(sha256:b302dcd1" in str(error)


def test_too_many_referrers_are_none() -> None:
    assert refused(Referring([GOOD] * 1001)).code == "limit-exceeded"


class Raising:
    """A file, closed or broken."""

    def __init__(self, raised: BaseException) -> None:
        self.raised = raised

    def read(self, size: int) -> bytes:
        raise self.raised


def test_what_a_source_raises_is_the_cause() -> None:
    raised = RuntimeError("the store is down")

    def broken(content: bytes) -> bytes:
        raise raised

    for source in (Bent(broken), Bent(lambda content: Raising(raised))):
        error = refused(source)
        assert error.code == "io"
        assert error.__cause__ is raised
        assert "RuntimeError: the store is down" in str(error)


def test_a_closed_file_is_an_error() -> None:
    def closed(content: bytes) -> io.BytesIO:
        file = io.BytesIO(content)
        file.close()
        return file

    error = refused(Bent(closed))
    assert error.code == "io"
    assert isinstance(error.__cause__, ValueError)


def test_a_source_error_of_the_package_keeps_its_code() -> None:
    raised = _errors.error("unauthorized", "the store wants a password", "Log in.", None, None)

    def broken(content: bytes) -> bytes:
        raise raised

    for source in (Bent(broken), Bent(lambda content: Raising(raised))):
        error = refused(source)
        assert (error.code, error.__cause__) == ("unauthorized", raised)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_no_error_passes_through(kind: type[BaseException]) -> None:
    raised = kind("now")

    def broken(content: bytes) -> bytes:
        raise raised

    for source in (Bent(broken), Bent(lambda content: Raising(raised))):
        with pytest.raises(kind) as caught:
            verify(source)
        assert caught.value is raised


def test_text_that_cannot_be_said_is_still_an_error() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("not even this")

    def broken(content: bytes) -> bytes:
        raise Mute

    assert "found Mute" in str(refused(Bent(broken)))


def test_a_file_that_gives_more_than_asked_is_an_error() -> None:
    class Eager:
        def read(self, size: int) -> bytes:
            return bytes(size + 1)

    assert "as asked" in str(refused(Bent(lambda content: Eager())))


def test_a_source_may_ask_a_question_itself() -> None:
    asked: list[bool | None] = []

    def asking(content: bytes) -> bytes:
        if not asked:
            asked.append(None)
            asked.append(verify(DEMO / "image").accepted)
        return content

    assert verify(Bent(asking)).accepted
    assert asked == [None, True]


def test_a_question_inside_a_source_keeps_its_own_cause() -> None:
    def asking(content: bytes) -> bytes:
        verify(Resolving(None))
        return content

    error = refused(Bent(asking))
    inner = error.__cause__
    assert isinstance(inner, Error)
    assert (error.code, inner.code) == ("not-found", "not-found")


def test_an_object_that_is_no_source_is_a_type_error() -> None:
    class Half:
        def resolve(self, reference: str | None) -> None: ...

        blob = None

    for image in (None, 7, b"oci:image", ["oci:image"], Half(), object()):
        with pytest.raises(TypeError, match=r"an image is a str, an os.PathLike or an object with"):
            verify(image)


def test_a_source_that_asks_about_itself_is_an_error_and_no_overflow() -> None:
    class Endless(LayoutSource):
        by_run = False

        def blob(self, digest: str) -> bytes:
            run = VERIFIER.run(BASE, NOW, None, "auto", 1)
            if self.by_run:
                run.submit(0, self)
                answered = run.next()
                assert answered is not None
                raise answered[1]
            return verify(self).json()

    for by_run in (False, True):
        source = Endless(DEMO / "image")
        source.by_run = by_run
        error: BaseException | None = refused(source)
        codes = []
        while isinstance(error, Error):
            codes.append(error.code)
            error = error.__cause__
        assert codes == ["io"] * 9 + ["usage"]
