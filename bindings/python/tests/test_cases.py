"""Every case of `testdata/cases`, with the verdicts and codes that the Rust tests ask for."""

from __future__ import annotations

from collections import defaultdict

import pytest

from layertrust import LayerTrustError, Rejected, Report, Verifier
from paths import CASES
from scenario import Scenario, scenarios

SCENARIOS = scenarios()


@pytest.mark.parametrize("case", SCENARIOS, ids=lambda case: case.name)
def test_case(case: Scenario) -> None:
    """The answer is the one that is stated."""
    assert case.differences(case.verify()) == []


@pytest.mark.parametrize("case", SCENARIOS, ids=lambda case: case.name)
def test_facts(case: Scenario) -> None:
    """Facts have no verdict, are no exception, and name what is wrong with the bytes as a verdict does."""
    facts = case.inspect()
    assert facts.schema == "layertrust.facts/v1"
    assert facts.verdict is None
    assert facts.policy is None
    answer = case.verify()
    report = answer.report if isinstance(answer, Rejected) else answer
    of_bytes = {one.code for one in report.errors if one.code.number < 1100}
    assert {one.code for one in facts.errors} == of_bytes
    assert [one.segments for one in facts.platforms] == [one.segments for one in report.platforms]


def test_no_case_is_missing() -> None:
    """Each folder is a case, and there are as many as there were."""
    folders = {one.name for one in CASES.iterdir() if one.is_dir()}
    assert {case.name for case in SCENARIOS} == folders - {"keys"}
    accepted = sum(case.is_accepted for case in SCENARIOS)
    assert accepted >= 106
    assert len(SCENARIOS) - accepted >= 322


def test_many_at_once() -> None:
    """Together they are answered as one by one, whatever else is in the run."""
    groups: dict[object, list[Scenario]] = defaultdict(list)
    for case in SCENARIOS:
        groups[how_it_is_asked(case)].append(case)
    answered = 0
    for group in groups.values():
        first = group[0]
        options = {key: value for key, value in first.options.items() if key != "name"}
        verifier = Verifier(first.policy)
        cases = {case.image: case for case in group}
        answers = dict(verifier.verify_many(cases, first.evidence, max_workers=2, **options))
        assert set(answers) == set(cases)
        for image, answer in answers.items():
            assert isinstance(answer, (Report, Rejected))
            assert content(answer) == content(one_by_one(verifier, image, first.evidence, options))
            if first.options["name"] is None:
                assert cases[image].differences(answer) == []
            answered += 1
    assert answered == len(SCENARIOS)


def how_it_is_asked(case: Scenario) -> object:
    """Cases that are asked alike can be asked together: the policy's name is no part of a question."""
    policy = (case.folder / "policy.toml").read_text().splitlines()
    evidence = case.folder / "evidence.tar"
    return (
        tuple(line for line in policy if not line.startswith("name =")),
        evidence.read_bytes() if evidence.exists() else None,
        tuple(str(value) for value in case.options.values()),
    )


def one_by_one(
    verifier: Verifier, image: str, evidence: list[str], options: dict[str, object]
) -> Report | LayerTrustError:
    """The answer to one question."""
    try:
        return verifier.verify(image, evidence, **options)  # type: ignore[arg-type]
    except LayerTrustError as error:
        return error


def content(answer: Report | LayerTrustError) -> object:
    """What an answer says."""
    if isinstance(answer, Report):
        return answer.to_json()
    report = answer.report.to_json() if isinstance(answer, Rejected) else None
    return type(answer), answer.code, answer.message, answer.hint, report
