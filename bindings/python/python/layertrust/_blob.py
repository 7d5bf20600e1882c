# Generated from docs/*.schema.json by `make generate`. Do not edit.
"""What was verified about a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from layertrust._document import Document
from layertrust._shared import Now, RootFact, SignerFact, Tool


@dataclass(frozen=True, slots=True, init=False, repr=False)
class BlobReport(Document):
    """What was verified about a file. Carries no proof: whoever needs one verifies again."""

    _schemas: ClassVar[tuple[str, ...]] = ("layertrust.blob/v1",)

    schema: str
    """`layertrust.blob/v1`."""
    tool: Tool
    """The program that wrote this."""
    now: Now
    """The time after which nothing can have been signed."""
    root: RootFact
    """Whose certificates, logs and timestamps counted."""
    signer: SignerFact
    """Who signed."""
    times: tuple[str, ...]
    """Proved times of signing, UTC."""
    checks: tuple[str, ...]
    """What was verified."""
    timestamps_ignored: int
    """Timestamps by authorities outside the root."""
    predicate_type: str | None = None
    """The signed predicate type, of an attestation."""

    def __repr__(self) -> str:
        return f"<BlobReport signed by {self.signer.name!r}>"
