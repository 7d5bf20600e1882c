"""Turns the descriptions of schemas, which are Rust documentation, into docstrings."""

import re
import textwrap

WIDTH = 110

# What the descriptions say in the words of Rust or of the command line.
MENDED = {
    "[`REPORT_SCHEMA`]": "`layertrust.report/v1`",
    "[`FACTS_SCHEMA`]": "`layertrust.facts/v1`",
    "[`COMPARISON_SCHEMA`]": "`layertrust.comparison/v1`",
    "[`BLOB_SCHEMA`]": "`layertrust.blob/v1`",
    "[`TRIAL_SCHEMA`]": "`layertrust.trial/v1`",
    "`--base`": "`bases`",
    "`--as`": "`name`",
    "`--platform`": "`platforms`",
}


def mend(text: str) -> str:
    """One paragraph, without what only Rust documentation understands."""
    text = " ".join(text.split())
    for rust, python in MENDED.items():
        text = text.replace(rust, python)
    if re.search(r"\[`\w+`\]|\w::\w|`--", text):
        raise SystemExit(f"say this in Python's words, in prose.py: {text}")
    return text


def docstring(text: str, indent: str, more: list[str] | None = None) -> list[str]:
    """The lines of a docstring: the first sentence, the others, and then lines that are already laid out."""
    text = mend(text)
    one_line = f'{indent}"""{text}"""'
    if not more and len(one_line) <= WIDTH:
        return [one_line]
    summary, rest = first_sentence(text)
    lines = several_lines(summary, indent)
    if rest:
        lines += ["", *wrap(rest, indent)]
    if more:
        lines += ["", *more]
    return [*lines, f'{indent}"""']


def note(text: str, indent: str) -> list[str]:
    """The lines of a docstring below a field: no summary stands apart in it."""
    text = mend(text)
    one_line = f'{indent}"""{text}"""'
    if len(one_line) <= WIDTH:
        return [one_line]
    return [*several_lines(text, indent), f'{indent}"""']


def several_lines(text: str, indent: str) -> list[str]:
    """The first lines of a docstring whose end stands on a line of its own.

    The formatter puts the end of a docstring behind a text of one line, where it may not fit.
    """
    lines = wrap(f'"""{text}', indent)
    return lines if len(lines) > 1 else wrap(f'"""{text}', indent, width=WIDTH - 3)


def first_sentence(text: str) -> tuple[str, str]:
    """The text up to its first full stop, and what follows."""
    match = re.search(r"\.(?= [A-Z`])", text)
    return (text[: match.end()], text[match.end() :].strip()) if match else (text, "")


def wrap(text: str, indent: str, hanging: str = "", width: int = WIDTH) -> list[str]:
    """Lines of at most so many characters."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
