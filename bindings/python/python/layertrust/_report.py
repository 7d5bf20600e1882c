# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""The report about one image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from layertrust._codes import Code
from layertrust._document import Document
from layertrust._fact import Fact
from layertrust._platform import PlatformReport
from layertrust._shared import ImageFact, Now, PolicyFact, Tool
from layertrust._words import InputRole, Layers, Severity, Verdict

Scope: TypeAlias = Literal["all"] | tuple[str, ...]
"""The platforms that a verdict is about."""


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Report(Document):
    """What was found out about one image."""

    _schemas: ClassVar[tuple[str, ...]] = ("layertrust.report/v1", "layertrust.facts/v1")

    schema: str
    """`layertrust.report/v1`, or `layertrust.facts/v1` where nothing was judged."""
    tool: Tool
    """The program that wrote this."""
    scope: Scope
    """The platforms that were judged."""
    image: ImageFact
    """The image, as far as it could be resolved."""
    now: Now
    """The time that rules were evaluated at."""
    options: Options
    """How the question was asked."""
    inputs: tuple[Input, ...]
    """Every document that the verdict rests on, in order of digest."""
    exceptions_used: tuple[ExceptionFact, ...]
    """Exceptions of the policy that were needed."""
    findings: tuple[Finding, ...]
    """What the policy cares about. Only errors decide the verdict."""
    platforms: tuple[PlatformReport, ...]
    """One entry for each platform, in the order of the index."""
    policy: PolicyFact | None = None
    """The policy; absent where only facts were asked for."""
    verdict: Verdict | None = None
    """The verdict; absent where only facts were asked for."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that decide the verdict: those of severity `error`."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    def __repr__(self) -> str:
        verdict = self.verdict or "facts"
        digest = (self.image.digest or "unresolved")[:19]
        count = len(self.platforms)
        platforms = f"{count} platform{'' if count == 1 else 's'}"
        return f"<Report {verdict} {self.image.reference!r} {digest} {platforms}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Fact):
    """How the question was asked."""

    layers: Layers
    """Which layers were opened."""
    as_: str | None = None
    """The name under which the image will be deployed."""
    bases: tuple[str, ...] = ()
    """Bases that the caller named, by digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Fact):
    """A document that the verdict rests on."""

    digest: str
    """Its digest."""
    role: InputRole
    """What it was used as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Fact):
    """One fact that the policy cares about."""

    code: Code
    """The stable code."""
    severity: Severity
    """Its weight."""
    message: str
    """What was expected and what was found."""
    hint: str
    """What to do next."""
    layer: int | None = None
    """The layer it is about, counted from 0."""
    path: str | None = None
    """The path it is about, without a leading slash."""
    platform: str | None = None
    """The platform it is about; absent for the image as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionFact(Fact):
    """An exception that was needed."""

    code: Code
    """The code of the findings it covers."""
    until: str
    """Its last day."""
    reason: str
    """Why it was granted."""
    path: str | None = None
    """The paths it covers."""
