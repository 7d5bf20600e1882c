"""Many images: a window over any iterable, answers as they come, and a run that ends when nobody listens."""

from __future__ import annotations

import gc
import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import NOW
from layertrust import (
    Code,
    Image,
    Progress,
    Rejected,
    Report,
    SourceError,
    UsageError,
    Verifier,
)
from paths import DEMO

GOOD, BAD, GONE = DEMO / "image", DEMO / "tampered", DEMO / "not-there"
EVIDENCE: list[Image] = [DEMO / "base"]


def test_each_image_has_its_answer(verifier: Verifier) -> None:
    """A rejection and a failure are answers, and neither ends the run."""
    images: list[str | Path] = [GOOD, BAD, GONE, f"oci:{GONE}", f"oci:{GOOD}", BAD]
    answers = list(verifier.verify_many(images, EVIDENCE, now=NOW))
    assert sorted(str(image) for image, _ in answers) == sorted(map(str, images))
    kinds: dict[str | Path, type] = {
        GOOD: Report,
        BAD: Rejected,
        GONE: SourceError,
        f"oci:{GONE}": SourceError,
        f"oci:{GOOD}": Report,
    }
    for image, answer in answers:
        assert type(answer) is kinds[image], (image, answer)


def test_no_images(verifier: Verifier) -> None:
    """No answers."""
    assert list(verifier.verify_many([])) == []
    assert list(verifier.verify_many(iter(()))) == []


def test_an_endless_run(verifier: Verifier) -> None:
    """A few images are taken ahead of the answers, and not one more when nobody listens."""
    taken = 0

    def images() -> Iterator[Image]:
        nonlocal taken
        for image in itertools.cycle([GOOD, BAD]):
            taken += 1
            yield image

    run = verifier.verify_many(images(), EVIDENCE, now=NOW, max_workers=2)
    assert taken == 0
    answers = list(itertools.islice(run, 20))
    assert {type(answer) for _, answer in answers} == {Report, Rejected}
    assert 20 <= taken <= 20 + 4
    run.close()
    seen = taken
    assert list(run) == []
    assert taken == seen


def test_closing_stops(verifier: Verifier) -> None:
    """No thread is left of a run that was closed, or forgotten before it began."""
    before = threading.active_count()
    for _ in range(5):
        with_answer = verifier.verify_many(itertools.repeat(GOOD), EVIDENCE, now=NOW)
        next(with_answer)
        with_answer.close()
        verifier.verify_many(itertools.repeat(GOOD), EVIDENCE, now=NOW)
    gc.collect()
    assert threading.active_count() == before
    assert_threads_end()


def assert_threads_end() -> None:
    """The run's own threads are not Python's, so they are counted by the kernel."""
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        return
    for _ in range(100):
        names = [(one / "comm").read_text() for one in tasks.iterdir() if (one / "comm").exists()]
        if not any(name.startswith("layertrust") for name in names):
            return
        time.sleep(0.05)
    raise AssertionError(names)


def test_progress(verifier: Verifier) -> None:
    """Every answer is counted once, before it is yielded."""
    seen: list[Progress] = []
    images = [GOOD, BAD, GONE, GOOD]
    for number, _ in enumerate(verifier.verify_many(images, EVIDENCE, now=NOW, progress=seen.append), 1):
        assert len(seen) == number
        assert seen[-1].done == number
    assert seen[-1] == Progress(accepted=2, rejected=1, failed=1, total=4)
    list(verifier.verify_many(iter(images), EVIDENCE, now=NOW, progress=seen.append))
    assert seen[-1] == Progress(accepted=2, rejected=1, failed=1, total=None)


def test_exceptions_of_the_caller_end_the_run(verifier: Verifier) -> None:
    """They are not ours to keep."""

    def broken() -> Iterator[Image]:
        yield GOOD
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        list(verifier.verify_many(broken(), EVIDENCE, now=NOW))

    def stop(_: Progress) -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        list(verifier.verify_many([GOOD, GOOD], EVIDENCE, now=NOW, progress=stop))


@pytest.mark.parametrize("exception", [SystemExit(7), KeyboardInterrupt()])
def test_what_is_no_error_ends_the_run(verifier: Verifier, exception: BaseException) -> None:
    """A source that wants to leave is not asked again, and the run says why it ended."""

    class Leaving:
        def resolve(self, reference: str | None) -> None:
            raise exception

        def blob(self, digest: str) -> None:
            raise exception

        def referrers(self, digest: str) -> list[Any]:
            raise exception

    for before in (0, 1, 10):
        images: list[Image] = [*[GOOD] * before, *[Leaving()] * 20]
        with pytest.raises(type(exception)):
            list(verifier.verify_many(images, EVIDENCE, now=NOW, max_workers=2))


def test_wrong_arguments_are_raised_at_once(verifier: Verifier) -> None:
    """Not when the first answer is asked for."""
    with pytest.raises(SourceError):
        verifier.verify_many([GOOD], [GONE])
    for workers in (0, -1):
        with pytest.raises(UsageError) as raised:
            verifier.verify_many([GOOD], max_workers=workers)
        assert raised.value.code is Code.USAGE
    with pytest.raises(UsageError):
        verifier.verify_many([GOOD], now=NOW.replace(tzinfo=None))
    wrong: list[dict[str, Any]] = [
        {"max_workers": "two"},
        {"max_workers": 1.5},
        {"images": 1},
        {"images": None},
    ]
    for arguments in wrong:
        with pytest.raises(TypeError):
            verifier.verify_many(**{"images": [GOOD], **arguments})


def test_a_question_in_the_middle(verifier: Verifier) -> None:
    """Another question may be asked while a run waits."""
    for image, answer in verifier.verify_many([GOOD, GOOD], EVIDENCE, now=NOW):
        assert answer == verifier.verify(image, EVIDENCE, now=NOW)
        assert len(list(verifier.verify_many([GOOD, BAD], EVIDENCE, now=NOW))) == 2


def test_one_time_for_all(verifier: Verifier) -> None:
    """The clock is read once."""
    answers = [answer for _, answer in verifier.verify_many([GOOD] * 4, EVIDENCE)]
    assert len({answer.now for answer in answers if isinstance(answer, Report)}) == 1
    assert len(answers) == 4
