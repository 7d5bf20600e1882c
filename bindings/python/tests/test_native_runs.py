"""Runs over many images."""

import json
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from layertrust import LayerTrustError, _native
from layout_source import LayoutSource

DEMO = Path(__file__).parents[3] / "testdata" / "demo"
NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
POLICY = _native.Policy.from_file(DEMO / "strict.toml")
VERIFIER = _native.Verifier(POLICY)
BASE = _native.Evidence(POLICY, [DEMO / "base"], [])


def start(workers: int = 2) -> _native.Run:
    return VERIFIER.run(BASE, NOW, None, "all", workers)


def answers(run: _native.Run) -> dict[int, Any]:
    run.finish()
    found = {}
    while (answered := run.next()) is not None:
        found[answered[0]] = answered[1]
    return found


def test_every_image_has_the_answer_that_it_has_alone() -> None:
    images: list[Any] = [
        DEMO / "image",
        f"oci:{DEMO}/replaced",
        "oci:/nowhere",
        "what is this",
        LayoutSource(DEMO / "image"),
        DEMO / "tampered",
    ]
    run = start()
    for index, image in enumerate(images):
        run.submit(100 + index, image)
    found = answers(run)
    assert sorted(found) == [100, 101, 102, 103, 104, 105]
    for index, image in enumerate(images):
        answer = found[100 + index]
        try:
            alone = VERIFIER.verify(image, BASE, NOW, None, "all", None)
        except LayerTrustError as error:
            assert (answer.code, str(answer)) == (error.code, str(error))
        else:
            assert answer.json() == alone.json()


def test_an_empty_run_has_no_answers() -> None:
    assert answers(start()) == {}


def test_an_image_that_cannot_be_opened_is_rejected_if_its_bytes_are_why(tmp_path: Path) -> None:
    (tmp_path / "oci-layout").write_text("{}")
    (tmp_path / "index.json").write_text("no JSON")
    run = start()
    run.submit(0, tmp_path)
    assert answers(run)[0].code == "malformed"


def test_what_a_source_raises_is_the_cause_of_its_own_answer_alone() -> None:
    raised = RuntimeError("down")

    class Broken(LayoutSource):
        def blob(self, digest: str) -> bytes:
            raise raised

    run = start()
    for index, image in enumerate([LayoutSource(DEMO / "image"), Broken(DEMO / "image")]):
        run.submit(index, image)
    found = answers(run)
    assert found[0].accepted
    assert (found[1].code, found[1].__cause__) == ("io", raised)


def test_what_is_no_error_ends_the_run() -> None:
    class Leaving(LayoutSource):
        def blob(self, digest: str) -> bytes:
            raise SystemExit(7)

    run = start()
    run.submit(0, Leaving(DEMO / "image"))
    for index in range(1, 20):
        # The first may have ended the run by now.
        with suppress(LayerTrustError):
            run.submit(index, Leaving(DEMO / "image"))
    with pytest.raises(SystemExit, match="7"):
        answers(run)
    assert run.next() is None


def test_a_run_that_was_stopped_has_no_more_answers() -> None:
    run = start()
    for index in range(50):
        run.submit(index, DEMO / "image")
    assert run.next() is not None
    run.stop()
    run.stop()
    assert run.next() is None
    with pytest.raises(LayerTrustError) as caught:
        run.submit(50, DEMO / "image")
    assert caught.value.code == "usage"


def test_a_run_needs_a_worker() -> None:
    with pytest.raises(LayerTrustError) as caught:
        start(workers=0)
    assert caught.value.code == "usage"


def test_a_run_shares_one_time() -> None:
    run = VERIFIER.run(BASE, None, None, "auto", 2)
    for index in range(4):
        run.submit(index, DEMO / "image")
    times = [json.loads(answer.json())["now"] for answer in answers(run).values()]
    assert len(times) == 4
    assert all(time == times[0] and time["source"] == "clock" for time in times)
