"""Reports and the other documents as Python objects."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

import layertrust
from conftest import NOW
from layertrust import (
    Code,
    Comparison,
    Owner,
    Proof,
    Rejected,
    Report,
    RuleAnswer,
    SignerKind,
    Trial,
    TrialOutcome,
    UsageError,
    Verdict,
    Verifier,
)
from layertrust._document import Document
from layertrust._fact import Fact
from paths import DEMO
from scenario import scenarios


def test_fields(report: Report) -> None:
    """What a user reads."""
    assert report.verdict is Verdict.ACCEPTED
    assert report.verdict == "accepted"
    assert report.scope == "all"
    assert report.errors == ()
    (platform,) = report.platforms
    assert platform.platform == "linux/amd64"
    assert [(one.owner, one.layers) for one in platform.segments] == [
        (Owner.VENDOR, (0, 5)),
        (Owner.ORG, (5, 8)),
    ]
    assert platform.segments[0].proof is Proof.SAME_BLOB
    assert platform.segments[0].signers[0].kind is SignerKind.KEY
    assert platform.config.runs_as.uid == 65532
    assert platform.changes is not None
    assert report.now.time == "2026-11-24T12:00:00Z"


def test_what_was_not_looked_at_is_absent(verifier: Verifier, question: dict[str, Any]) -> None:
    """`None` is no empty list."""
    (platform,) = verifier.verify(DEMO / "image", layers="none", **question).platforms
    assert platform.changes is None
    assert platform.added is None
    assert "changes" not in platform.to_dict()


def test_every_field_is_read(report: Report) -> None:
    """The objects hold what the documents hold, nothing more and nothing less, in every case."""
    answers = [case.verify() for case in scenarios()]
    documents: list[Document] = [one.report if isinstance(one, Rejected) else one for one in answers]
    documents += [report, layertrust.compare(DEMO / "image", DEMO / "replaced", now=NOW)]
    for document in documents:
        assert Fact.to_dict(document) == json.loads(document.to_json()) == document.to_dict()


def test_the_same_as_the_command_says(verifier: Verifier) -> None:
    """The same bytes as a line of `-o jsonl`, for the same question."""
    base, replaced = f"oci:{DEMO / 'base'}", f"oci:{DEMO / 'replaced'}"
    now = ["--now", "2026-11-24T12:00:00Z"]
    for name, layers in (("image", "all"), ("image", "none"), ("tampered", "auto"), ("replaced", "auto")):
        image = f"oci:{DEMO / name}"
        ask = [image, "--evidence", base, *now, "--layers", layers, "-o", "jsonl"]
        answer = verdict(verifier, image, evidence=[base], now=NOW, layers=layers)
        assert answer.to_json() + "\n" == command("verify", *ask, "--policy", str(DEMO / "policy.toml"))
        facts = layertrust.inspect(image, [base], now=NOW, layers=layers)  # type: ignore[arg-type]
        assert facts.to_json() + "\n" == command("inspect", *ask)
        compared = layertrust.compare(image, replaced, now=NOW)
        assert compared.to_dict() == json.loads(command("compare", image, replaced, *now, "-o", "json"))


def test_what_the_command_tried(report: Report, rejected: Rejected, tmp_path: Path) -> None:
    """A trial of saved reports is read like the other documents."""
    saved = tmp_path / "reports.jsonl"
    saved.write_text("".join(one.to_json() + "\n" for one in (report, rejected.report)))
    text = command("policy", "try", str(DEMO / "strict.toml"), str(saved), "-o", "json")
    trial = Trial.from_json(text)
    assert trial.not_a_verdict
    assert [one.verdict for one in trial.reports] == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert [one.outcome for one in trial.reports][1] is TrialOutcome.WOULD_BE_REJECTED
    assert all(rule.answer in RuleAnswer for one in trial.reports for rule in one.rules)
    assert Fact.to_dict(trial) == json.loads(text)
    assert pickle.loads(pickle.dumps(trial)) == trial
    assert repr(trial) == "<Trial of 'strict' on 2 reports>"


def verdict(verifier: Verifier, image: str, **question: Any) -> Report:
    """The report, whatever it says."""
    try:
        return verifier.verify(image, **question)
    except Rejected as rejected:
        return rejected.report


def command(*arguments: str) -> str:
    """What the command writes."""
    done = subprocess.run(
        [sys.executable, "-m", "layertrust", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_frozen(report: Report) -> None:
    """Nothing in a report can be changed."""
    for fact in [report, *facts(report)]:
        field = dataclasses.fields(fact)[0].name
        with pytest.raises(AttributeError):
            setattr(fact, field, None)
        with pytest.raises(AttributeError):
            delattr(fact, field)
        with pytest.raises((AttributeError, TypeError)):
            fact.made_up = 1  # type: ignore[attr-defined]
    attestation = report.platforms[0].attestations[0]
    with pytest.raises(TypeError):
        attestation.facts["made-up"] = 1  # type: ignore[index]


def facts(fact: Fact) -> Iterator[Fact]:
    """Every object below another."""
    for field in dataclasses.fields(fact):
        value = getattr(fact, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Fact):
                yield one
                yield from facts(one)


def test_equality(report: Report, verifier: Verifier, question: dict[str, Any]) -> None:
    """Documents are equal by content, whether read or not, and however they are laid out."""
    same = verifier.verify(DEMO / "image", layers="all", **question)
    other = verifier.verify(DEMO / "image", layers="none", **question)
    laid_out = Report.from_json(json.dumps(report.to_dict(), indent=4, sort_keys=True))
    assert same == report == laid_out
    assert hash(same) == hash(report) == hash(laid_out)
    assert len({same, report, laid_out, other}) == 2
    assert other != report
    assert report.platforms[0].segments[0] == same.platforms[0].segments[0]
    assert report != report.to_dict()


def test_copies(report: Report, rejected: Rejected) -> None:
    """Copies and pickles are the same documents, before and after they are read."""
    compared = layertrust.compare(DEMO / "image", DEMO / "replaced", now=NOW)
    for document in (report, rejected.report, compared):
        for made in (pickle.loads(pickle.dumps(document)), copy.copy(document), copy.deepcopy(document)):
            assert made.to_json() == document.to_json()
            assert made == document
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(report, protocol)) == report
    segment = report.platforms[0].segments[0]
    assert pickle.loads(pickle.dumps(segment)) == segment
    assert (
        pickle.loads(pickle.dumps(report.platforms[0].attestations[0])) == report.platforms[0].attestations[0]
    )


def test_repr(report: Report, rejected: Rejected, verifier: Verifier, question: dict[str, Any]) -> None:
    """Short, and harmless on a terminal whatever an image is called."""
    assert repr(report) == f"<Report accepted {str(DEMO / 'image')!r} sha256:b302dcd16346 1 platform>"
    assert repr(rejected.report).startswith("<Report rejected ")
    assert repr(verifier.inspect(DEMO / "image", **question)).startswith("<Report facts ")
    compared = layertrust.compare(DEMO / "image", DEMO / "replaced", now=NOW)
    assert repr(compared) == f"<Comparison {str(DEMO / 'image')!r} {str(DEMO / 'replaced')!r}>"
    assert repr(report.platforms[0].segments[0]).startswith(
        "SegmentFact(owner=<Owner.VENDOR: 'vendor'>, layers=(0, 5)"
    )
    named = Report.from_json(report.to_json().replace(str(DEMO / "image"), "a\\u001b[31m"))
    assert "\x1b" not in repr(named)


def test_read_by_several_threads(verifier: Verifier, question: dict[str, Any]) -> None:
    """Whoever reads first, all read the same."""
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            fresh = verifier.verify(DEMO / "image", **question)
            seen = list(pool.map(attrgetter("platforms"), [fresh] * 8))
            assert seen == [fresh.platforms] * 8


def test_nothing_is_read_before_it_is_asked_for(verifier: Verifier, question: dict[str, Any]) -> None:
    """Most reports of a batch are never looked at; a saved one is checked at once."""
    slot = Report.__dict__["verdict"]
    fresh = verifier.verify(DEMO / "image", **question)
    for unread in (fresh, pickle.loads(pickle.dumps(fresh))):
        with pytest.raises(AttributeError):
            slot.__get__(unread)
        assert unread.findings == fresh.findings
        assert slot.__get__(unread) is Verdict.ACCEPTED
    assert slot.__get__(Report.from_json(fresh.to_json())) is Verdict.ACCEPTED


def test_saved_reports(report: Report) -> None:
    """What was saved is read again; what is no report is refused."""
    assert Report.from_json(report.to_json()) == report
    assert Report.from_json(report.to_json().encode()) == report
    good = report.to_dict()
    for wrong in (
        "",
        "[]",
        "{}",
        "null",
        "\ud800",
        b"\xff",
        "[" * 100_000,
        json.dumps({**good, "schema": "layertrust.report/v2"}),
        json.dumps({**good, "schema": "layertrust.comparison/v1"}),
        json.dumps({**good, "verdict": "maybe"}),
        json.dumps({**good, "findings": {}}),
        json.dumps({**good, "scope": "some"}),
        json.dumps({**good, "tool": {"name": "layertrust", "version": 1}}),
        json.dumps({**good, "now": None}),
        json.dumps({key: value for key, value in good.items() if key != "image"}),
    ):
        with pytest.raises(UsageError) as raised:
            Report.from_json(wrong)
        assert raised.value.code is Code.USAGE
    for no_text in (None, 1, [report.to_json()], good):
        with pytest.raises(TypeError):
            Report.from_json(no_text)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        Report.from_json(report.to_json().encode("utf-16"))
    for kind in (Comparison, Trial):
        with pytest.raises(UsageError, match="schema"):
            kind.from_json(report.to_json())


def test_what_a_later_version_adds(report: Report) -> None:
    """Members that have no field are kept with the document."""
    later = Report.from_json(json.dumps({**report.to_dict(), "made_up": [1]}))
    assert later.platforms == report.platforms
    assert later.to_dict()["made_up"] == [1]
    assert "made_up" in later.to_json()


def test_where_a_field_is_wrong_is_said(report: Report) -> None:
    """The path of members, as far as objects lead."""
    members = report.to_dict()
    members["platforms"][0]["layers"][2]["size"] = "large"
    with pytest.raises(UsageError, match="platforms: layers: size: expected int, found 'large'"):
        Report.from_json(json.dumps(members))


def test_documents_are_not_made_up() -> None:
    """A report comes from a question, or from one that was saved."""
    for kind in (Report, Comparison, Trial, layertrust.BlobReport):
        with pytest.raises(TypeError):
            kind()
    with pytest.raises(AttributeError):
        _ = Report.from_json  # a class has its methods
        _ = Report.made_up  # type: ignore[attr-defined]


def test_words() -> None:
    """Words are texts."""
    assert str(Owner.VENDOR) == f"{Owner.VENDOR}" == Owner.VENDOR == "vendor"
    assert repr(Owner.VENDOR) == "<Owner.VENDOR: 'vendor'>"
    assert Owner("vendor-customization") is Owner.VENDOR_CUSTOMIZATION
    assert json.dumps([Owner.ORG, Code.IO]) == '["org", "io"]'
    assert pickle.loads(pickle.dumps(Owner.ORG)) is Owner.ORG
    assert "org" in {Owner.ORG}
