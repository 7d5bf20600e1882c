# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""What a policy would say about saved reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from layertrust._codes import Code
from layertrust._document import Document
from layertrust._fact import Fact
from layertrust._shared import ImageFact, Now, PolicyFact, Tool
from layertrust._words import RuleAnswer, TrialOutcome, Verdict


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Trial(Document):
    """What a policy would say about saved reports, as far as they tell."""

    _schemas: ClassVar[tuple[str, ...]] = ("layertrust.trial/v1",)

    schema: str
    """`layertrust.trial/v1`."""
    not_a_verdict: bool
    """Always `true`: nothing was verified. Whoever needs a verdict verifies the image."""
    tool: Tool
    """The program that wrote this."""
    policy: PolicyFact
    """The policy that was tried."""
    reports: tuple[TriedReport, ...]
    """One entry for each report, in the order given."""

    def __repr__(self) -> str:
        return f"<Trial of {self.policy.name!r} on {len(self.reports)} reports>"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedReport(Fact):
    """One report, tried."""

    image: ImageFact
    """The image that the report is about."""
    now: Now
    """The report's time, at which rules about age are tried too."""
    outcome: TrialOutcome
    """What the tried policy would say."""
    rules: tuple[TriedRule, ...]
    """Every rule of the tried policy."""
    judged_by: PolicyFact | None = None
    """The policy that made the report."""
    verdict: Verdict | None = None
    """What that policy said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRule(Fact):
    """One rule of the tried policy."""

    rule: str
    """Section and key, as `[layers] deny`."""
    answer: RuleAnswer
    """Whether it would hold."""
    code: Code | None = None
    """The code of its first finding, if it would not hold."""
    platform: str | None = None
    """The platform; absent for rules about the image as a whole."""
    why: str = ""
    """What was found, or why nothing can be told."""
