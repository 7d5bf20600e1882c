"""The codes, and the exception of each: from docs/CODES.md, which is the table in the code."""

import re
from pathlib import Path

from prose import note

# What a caller does next depends on who is at fault, and so does the exception.
EXCEPTIONS_BY_FAMILY = {
    10: "InputError",
    12: "SourceError",
    20: "VerificationError",
    22: "VerificationError",
    30: "VerificationError",
    32: "VerificationError",
    40: "VerificationError",
    42: "VerificationError",
    44: "PolicyError",
}
EXCEPTIONS_BY_NAME = {
    "usage": "UsageError",
    "policy-invalid": "PolicyError",
    "key-invalid": "PolicyError",
    "root-invalid": "PolicyError",
    "no-crypto-provider": "InternalError",
    "panic": "InternalError",
    "null-pointer": "UsageError",
}


def table(docs: Path) -> list[dict[str, str]]:
    """Every row of docs/CODES.md."""
    rows = []
    for line in (docs / "CODES.md").read_text().splitlines():
        if not re.match(r"\| \d", line):
            continue
        number, code, severity, meaning, advice = line.strip("| ").split(" | ")
        rows.append(
            {
                "name": code.strip("`"),
                "number": number,
                "severity": severity,
                "meaning": meaning,
                "advice": advice,
            }
        )
    return rows


def codes_module(docs: Path) -> str:
    """`_codes.py`."""
    lines = [
        "# Generated from docs/CODES.md by `make generate`. Do not edit.",
        '"""The stable codes: what went wrong, or what was noticed."""',
        "",
        "from __future__ import annotations",
        "",
        "from layertrust._code_table import ROWS",
        "from layertrust._word import Word",
        "from layertrust._words import Severity",
        "",
        "",
        "class Code(Word):",
        '    """A stable code. Names and numbers are never reused; later versions may add some."""',
        "",
    ]
    for row in table(docs):
        lines.append(f"    {constant(row['name'])} = {literal(row['name'])}")
        lines += note(row["meaning"], "    ")
    members = {
        "number": ("int", "The stable number; its first two digits are the family."),
        "severity": (
            "Severity",
            "The weight of a finding with this code, unless a policy rule says otherwise.",
        ),
        "meaning": ("str", "What it means, in one sentence."),
        "advice": ("str", "What to do next, where a finding or error knows nothing better."),
    }
    for name, (kind, about) in members.items():
        lines += [
            "",
            "    @property",
            f"    def {name}(self) -> {kind}:",
            f'        """{about}"""',
            f"        return ROWS[self].{name}",
        ]
    return "\n".join(lines) + "\n"


def table_module(docs: Path) -> str:
    """`_code_table.py`."""
    lines = [
        "# Generated from docs/CODES.md by `make generate`. Do not edit.",
        '"""What is known of each code."""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import NamedTuple",
        "",
        "from layertrust._words import Severity",
        "",
        "",
        "class Row(NamedTuple):",
        '    """A row of the table."""',
        "",
        "    number: int",
        "    severity: Severity",
        "    meaning: str",
        "    advice: str",
        "",
        "",
        "ROWS = {",
    ]
    for row in table(docs):
        lines += [
            f"    {literal(row['name'])}: Row(",
            f"        {row['number']},",
            f"        Severity.{row['severity'].upper()},",
            f"        {literal(row['meaning'])},",
            f"        {literal(row['advice'])},",
            "    ),",
        ]
    return "\n".join([*lines, "}"]) + "\n"


def errors_module(docs: Path) -> str:
    """`_error_table.py`."""
    exceptions = {row["name"]: exception(row) for row in table(docs)}
    lines = [
        "# Generated from docs/CODES.md by `make generate`. Do not edit.",
        '"""The exception of each code, where it is not a rejection."""',
        "",
        "from __future__ import annotations",
        "",
        "from layertrust._codes import Code",
        "from layertrust._exceptions import (",
        *(f"    {name}," for name in sorted({"LayerTrustError", *exceptions.values()})),
        ")",
        "",
        "ERRORS: dict[Code, type[LayerTrustError]] = {",
        *(f"    Code.{constant(name)}: {kind}," for name, kind in exceptions.items()),
        "}",
    ]
    return "\n".join(lines) + "\n"


def exception(row: dict[str, str]) -> str:
    """The class of a code's exception."""
    family = int(row["number"]) // 100
    by_name = EXCEPTIONS_BY_NAME.get(row["name"])
    kind = by_name or EXCEPTIONS_BY_FAMILY.get(family)
    if kind is None:
        raise SystemExit(f"say in codes.py which exception {row['name']} is")
    return kind


def constant(word: str) -> str:
    """The name of an enumeration's member."""
    return word.replace("-", "_").upper()


def literal(text: str) -> str:
    """A string as the formatter leaves it."""
    quoted = "'" if '"' in text and "'" not in text else '"'
    escaped = text.replace("\\", "\\\\").replace(quoted, "\\" + quoted)
    return f"{quoted}{escaped}{quoted}"
