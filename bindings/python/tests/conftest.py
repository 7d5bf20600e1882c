"""What several tests use."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from layertrust import Policy, Rejected, Report, Verifier
from paths import DEMO

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The demonstration's policy."""
    return Policy.from_file(DEMO / "policy.toml")


@pytest.fixture(scope="session")
def verifier(policy: Policy) -> Verifier:
    """Its verifier."""
    return Verifier(policy)


@pytest.fixture(scope="session")
def question() -> dict[str, Any]:
    """How the demonstration is asked."""
    return {"evidence": [DEMO / "base"], "now": NOW}


@pytest.fixture(scope="session")
def report(verifier: Verifier, question: dict[str, Any]) -> Report:
    """Of an image that is accepted, its layers opened."""
    return verifier.verify(DEMO / "image", layers="all", **question)


@pytest.fixture(scope="session")
def rejected(verifier: Verifier, question: dict[str, Any]) -> Rejected:
    """Of an image with a file changed."""
    with pytest.raises(Rejected) as raised:
        verifier.verify(DEMO / "tampered", **question)
    return raised.value
