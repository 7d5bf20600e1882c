"""A case of `testdata/cases`: how it is asked, and whether the answer is the one that it states.

The same comparison as in `crates/layertrust/tests/scenario`, by the fields of the package's own classes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from layertrust import (
    Finding,
    Owner,
    PlatformReport,
    Policy,
    Rejected,
    Report,
    SegmentFact,
    Severity,
    Verifier,
)
from paths import CASES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Scenario:
    """What a case says of itself."""

    folder: Path
    stated: dict[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Scenario:
        """Reads `case.toml`."""
        return cls(folder, tomllib.loads((folder / "case.toml").read_text()))

    @property
    def name(self) -> str:
        """The case's name."""
        return self.folder.name

    @property
    def is_accepted(self) -> bool:
        """The verdict that is stated."""
        return {"accepted": True, "rejected": False}[self.stated["expect"]]

    @property
    def policy(self) -> Policy:
        """The case's policy."""
        return Policy.from_file(self.folder / "policy.toml")

    @property
    def image(self) -> str:
        """The image, its path absolute."""
        return self._at(self.stated["image"])

    @property
    def evidence(self) -> list[str]:
        """The evidence, its paths absolute."""
        return [self._at(one) for one in self.stated.get("evidence", [])]

    @property
    def options(self) -> dict[str, Any]:
        """How the question is asked, as `verify` and `inspect` take it."""
        return {
            "now": datetime.fromisoformat(self.stated["now"].replace("Z", "+00:00")),
            "platforms": self.stated.get("platforms"),
            "layers": self.stated.get("layers", "auto"),
            "name": self.stated.get("as"),
        }

    def verify(self) -> Report | Rejected:
        """Asks the question, once."""
        return verified(self.folder)

    def inspect(self) -> Report:
        """Asks for the facts alone."""
        return Verifier(self.policy).inspect(self.image, self.evidence, **self.options)

    def differences(self, answer: Report | Rejected) -> list[str]:
        """Everything in which an answer differs from what is stated."""
        report = answer.report if isinstance(answer, Rejected) else answer
        found = Differences()
        found.equal("verdict", self.stated["expect"], "rejected" if answer is not report else "accepted")
        found.equal("verdict of the report", self.stated["expect"], report.verdict)
        self._compare_codes(report, found)
        for name, stated in self.stated.get("platform", {}).items():
            platform = next((one for one in report.platforms if one.platform == name), None)
            found.holds(platform is not None, f"no platform {name}")
            if platform is not None:
                compare_platform(stated, platform, found)
        if self.stated.get("needs") == "layers":
            for platform in report.platforms:
                self._compare_files(platform, found)
        changes = [change for platform in report.platforms for change in platform.config.changes]
        for stated in self.stated.get("config", []):
            values = (stated["field"], untuple(stated.get("base")), untuple(stated.get("image")))
            hit = any(values == (one.field, untuple(one.base), untuple(one.image)) for one in changes)
            found.holds(hit, f"config change {stated}, found {changes}")
        return found.texts

    def _compare_codes(self, report: Report, found: Differences) -> None:
        errors, warnings = codes(report, Severity.ERROR), codes(report, Severity.WARNING)
        if self.stated.get("codes"):
            hit = set(self.stated["codes"]) & set(errors)
            found.holds(bool(hit), f"codes {self.stated['codes']}, found {errors}")
        if self.stated.get("error"):
            stated = sorted((one["code"], one.get("path") or "") for one in self.stated["error"])
            exactly = sorted((str(one.code), one.path or "") for one in report.errors)
            found.equal("exactly the errors", stated, exactly)
        for code in self.stated.get("warnings", []):
            found.holds(code in warnings, f"warning {code}, found {warnings}")
        if self.stated.get("unverified"):
            unverified = {str(one.code) for platform in report.platforms for one in platform.unverified}
            hit = set(self.stated["unverified"]) & unverified
            found.holds(bool(hit), f"unverified {self.stated['unverified']}, found {unverified}")

    def _compare_files(self, platform: PlatformReport, found: Differences) -> None:
        changes, added, packages = platform.changes, platform.added, platform.packages
        if changes is None or added is None or packages is None:
            found.holds(False, "the layers were not opened")
            return
        stated = {(one["path"], one["kind"]) for one in self.stated.get("change", [])}
        found.equal("changes", stated, {(one.path, str(one.kind)) for one in changes})
        for one in self.stated.get("change", []):
            hit = any(states(one, change.to_dict()) for change in changes)
            found.holds(hit, f"change {one}, found {changes}")
        for one in self.stated.get("added", []):
            hit = any(states(one, fact.to_dict()) for fact in added.suspicious)
            hit = hit or any(change.path == one["path"] for change in changes)
            found.holds(hit, f"added {one}, found {added.suspicious}")
        for one in self.stated.get("package", []):
            hit = any(
                package.purl == one["purl"] and ("path" not in one or one["path"] in package.changed)
                for package in packages.vendor_modified
            )
            found.holds(hit, f"modified {one}, found {packages.vendor_modified}")
        joined = [
            {
                "role": str(side.role),
                "matched": side.matched,
                "not_in_sbom": list(side.not_in_sbom.purls),
                "not_in_layers": list(side.not_in_layers.purls),
                "not_comparable": side.not_comparable,
            }
            for side in packages.sboms
        ]
        if self.stated.get("sboms"):
            found.equal("SBOMs", self.stated["sboms"], joined)

    def _at(self, image: str) -> str:
        transport, _, path = image.partition(":")
        return f"{transport}:{self.folder / path}"


@cache
def verified(folder: Path) -> Report | Rejected:
    """The answer to a case's question."""
    case = Scenario.load(folder)
    try:
        return Verifier(case.policy).verify(case.image, case.evidence, **case.options)
    except Rejected as rejected:
        return rejected


class Differences:
    """What differs, in words."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def holds(self, holds: bool, what: str) -> None:
        """Notes what does not hold."""
        if not holds:
            self.texts.append(what)

    def equal(self, what: str, stated: object, found: object) -> None:
        """Notes what is not equal."""
        self.holds(stated == found, f"{what}: expected {stated!r}, found {found!r}")


def scenarios() -> list[Scenario]:
    """Every case."""
    return [Scenario.load(one.parent) for one in sorted(CASES.glob("*/case.toml"))]


def codes(report: Report, severity: Severity) -> list[str]:
    """The codes of the findings of a severity."""
    return [str(one.code) for one in report.findings if has_severity(one, severity)]


def has_severity(finding: Finding, severity: Severity) -> bool:
    """Whether it weighs so much."""
    return finding.severity is severity


def compare_platform(stated: dict[str, Any], platform: PlatformReport, found: Differences) -> None:
    """What is stated of one platform."""
    vendors = (Owner.VENDOR, Owner.VENDOR_CUSTOMIZATION)
    vendor = next((one for one in platform.segments if one.owner in vendors), None)
    facts = {
        "base": vendor and vendor.image,
        "base_layers": length(vendor),
        "chain_id": vendor and vendor.chain_id,
        "org_layers": sum(layer.owner is Owner.ORG for layer in platform.layers),
        "class": vendor and vendor.class_,
        "config_owner": platform.config.owner,
    }
    for key, value in facts.items():
        if key in stated:
            found.equal(key, stated[key], value)
    if between := stated.get("intermediate"):
        segment = next((one for one in platform.segments if one.name == between["name"]), None)
        found.equal("intermediate", between["image"], segment and segment.image)
        found.equal("its layers", between["layers"], length(segment))
        found.equal("its chain ID", between["chain_id"], segment and segment.chain_id)


def length(segment: SegmentFact | None) -> int:
    """How many layers."""
    return segment.layers[1] - segment.layers[0] if segment else 0


def states(stated: dict[str, Any], fact: dict[str, Any]) -> bool:
    """Whether a fact is all that is stated."""
    return all(fact.get(key) == value for key, value in stated.items())


def untuple(value: Any) -> Any:
    """Lists as TOML has them."""
    return list(value) if isinstance(value, tuple) else value
