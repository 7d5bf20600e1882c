"""Arguments: times, platforms, and types that are wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import layertrust
from conftest import NOW
from layertrust import (
    Code,
    Layers,
    NowSource,
    Policy,
    Rejected,
    Report,
    UsageError,
    Verifier,
)
from paths import DEMO

IMAGE = DEMO / "image"


@pytest.fixture
def ask(verifier: Verifier) -> Any:
    """Asks about the demonstration's image with other arguments."""

    def ask(**arguments: Any) -> Report:
        return verifier.verify(IMAGE, **{"evidence": [DEMO / "base"], "now": NOW, **arguments})

    return ask


def test_a_time_of_any_zone(ask: Any) -> None:
    """One moment is one time."""
    tokyo = timezone(timedelta(hours=9), "Tokyo")
    odd = timezone(-timedelta(hours=3, minutes=30, seconds=1))
    for zone in (tokyo, odd):
        assert ask(now=NOW.astimezone(zone)).now == ask().now
    assert ask().now.source is NowSource.ARGUMENT
    assert ask(now=NOW.replace(microsecond=250_000)).now.time == "2026-11-24T12:00:00.25Z"


def test_a_time_without_a_zone(ask: Any) -> None:
    """It could be any of twenty-four."""
    with pytest.raises(UsageError, match="zone") as raised:
        ask(now=NOW.replace(tzinfo=None))
    assert raised.value.code is Code.USAGE
    with pytest.raises(UsageError):
        layertrust.inspect(IMAGE, now=datetime(2026, 11, 24))


def test_no_time_is_the_clock(ask: Any) -> None:
    """The report says so."""
    before = datetime.now(timezone.utc)
    now = ask(now=None).now
    assert now.source is NowSource.CLOCK
    time = datetime.fromisoformat(now.time[:19] + "+00:00")
    assert before - timedelta(seconds=1) <= time <= datetime.now(timezone.utc)


@pytest.mark.parametrize("now", ["2026-11-24T12:00:00Z", 0, 1.5, NOW.date(), NOW.timetz()])
def test_no_other_time(ask: Any, now: object) -> None:
    """A text or a number is no time."""
    with pytest.raises(TypeError):
        ask(now=now)


@pytest.mark.parametrize("image", [None, b"oci:app", 1, [], ["oci:app"], {}, object(), int])
def test_no_image(verifier: Verifier, image: Any) -> None:
    """What is neither a text, a path nor a source."""
    with pytest.raises(TypeError):
        verifier.verify(image)
    with pytest.raises(TypeError):
        verifier.inspect(image)
    with pytest.raises(TypeError):
        verifier.compare(IMAGE, image)
    with pytest.raises(TypeError):
        verifier.verify(IMAGE, [image])
    with pytest.raises(TypeError):
        verifier.verify(IMAGE, bases=[image])
    with pytest.raises(TypeError):
        list(verifier.verify_many([image]))


@pytest.mark.parametrize("one", ["oci:base", DEMO / "base"])
def test_a_list_is_not_one(verifier: Verifier, one: Any) -> None:
    """A text would be a list of its letters."""
    for arguments in ({"evidence": one}, {"bases": one}):
        with pytest.raises(TypeError, match="not one"):
            verifier.verify(IMAGE, **arguments)
    with pytest.raises(TypeError, match="not one"):
        verifier.verify_many(one)
    with pytest.raises(TypeError):
        verifier.verify(IMAGE, evidence=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not one"):
        verifier.verify(IMAGE, platforms="linux/amd64")


def test_platforms(ask: Any) -> None:
    """Only those asked for; each must be there."""
    assert ask(platforms=["linux/amd64"]).scope == ("linux/amd64",)
    assert ask(platforms=("linux/amd64",)).platforms == ask().platforms
    with pytest.raises(Rejected) as raised:
        ask(platforms=["linux/arm64"])
    assert raised.value.code is Code.PLATFORM_MISSING
    for unreadable in (["amd64"], [""], ["linux/amd64/v1/more"]):
        with pytest.raises(UsageError):
            ask(platforms=unreadable)
    for wrong in ([None], [1], 1):
        with pytest.raises(TypeError):
            ask(platforms=wrong)


def test_layers(ask: Any) -> None:
    """By word or by member."""
    assert ask(layers=Layers.ALL) == ask(layers="all")
    assert ask().options.layers is Layers.AUTO
    with pytest.raises(UsageError):
        ask(layers="some")
    for wrong in (None, True, b"all"):
        with pytest.raises(TypeError):
            ask(layers=wrong)


def test_a_name(ask: Any) -> None:
    """The name under which it will be deployed stands in the report."""
    assert ask(name="registry.example.com/app").options.as_ == "registry.example.com/app"
    assert ask().options.as_ is None
    with pytest.raises(TypeError):
        ask(name=1)


def test_bases(ask: Any, report: Report) -> None:
    """A digest or an image may be named as the base."""
    base = report.platforms[0].segments[0].image
    for named in (base, f"oci:{DEMO / 'base'}@{base}"):
        asked = ask(bases=[named])
        assert asked.options.bases == (base,)
        assert asked.platforms[0].segments == report.platforms[0].segments


def test_texts_and_paths_are_the_same_image(ask: Any, verifier: Verifier) -> None:
    """But for the name in the report."""
    text = verifier.verify(f"oci:{IMAGE}", [f"oci:{DEMO / 'base'}"], now=NOW)
    assert text.platforms == ask().platforms
    assert text.image.reference == f"oci:{IMAGE}"
    assert ask().image.reference == str(IMAGE)


def test_the_functions_ask_what_the_verifier_asks(policy: Policy, verifier: Verifier, ask: Any) -> None:
    """They are its methods, for one question."""
    evidence: list[layertrust.Image] = [DEMO / "base"]
    assert layertrust.verify(IMAGE, policy, evidence, now=NOW) == ask()
    facts = verifier.inspect(IMAGE, evidence, now=NOW)
    assert layertrust.inspect(IMAGE, evidence, policy=policy, now=NOW) == facts
    compared = verifier.compare(IMAGE, DEMO / "replaced", now=NOW)
    assert layertrust.compare(IMAGE, DEMO / "replaced", policy=policy, now=NOW) == compared
    assert dict(layertrust.verify_many([IMAGE], policy, evidence, now=NOW)) == {IMAGE: ask()}


def test_facts_without_a_policy() -> None:
    """Nobody signs, and no base is required: nothing is judged, and no made-up vendor is believed."""
    facts = layertrust.inspect(IMAGE, [DEMO / "base"], now=NOW)
    assert facts.verdict is None
    assert {one.owner for one in facts.platforms[0].segments} == {layertrust.Owner.UNATTRIBUTED}
    assert facts.errors == ()


@pytest.mark.parametrize("policy", [None, "policy.toml", Path("policy.toml"), {}])
def test_no_policy(policy: Any) -> None:
    """A path is no policy: reading one is a step of its own."""
    with pytest.raises(TypeError, match="policy is a Policy"):
        layertrust.verify(IMAGE, policy)
    with pytest.raises(TypeError):
        Verifier(policy)


def test_from_toml_takes_a_text() -> None:
    """And files by name."""
    for wrong in (None, b"version = 1", 1, Path("policy.toml")):
        with pytest.raises(TypeError):
            Policy.from_toml(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Policy.from_toml("version = 1", files={"a": "b"})  # type: ignore[dict-item]
    for wrong in (None, 1, b"a\x00b"):
        with pytest.raises((TypeError, ValueError)):
            Policy.from_file(wrong)  # type: ignore[arg-type]
