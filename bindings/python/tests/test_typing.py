"""What a type checker sees of the package."""

from __future__ import annotations

import dataclasses

import pytest
from mypy import api

import layertrust
from layertrust._fact import Fact

WRONG = {
    "report.made_up": "attr-defined",
    "report.verdict = None": "misc",
    "report.platforms[0].digest = ''": "misc",
    "layertrust.Report(schema='')": "call-arg",
    "layertrust.verify(b'oci:app', policy)": "arg-type",
    "layertrust.verify('oci:app', 'policy.toml')": "arg-type",
    "layertrust.verify('oci:app', policy, layers='some')": "arg-type",
    "policy.builder().base(min_proof='claimed')": "arg-type",
    "policy.builder().layers(deny=['replac'])": "list-item",
    "policy.builder().org(made_up=1)": "call-arg",
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What mypy says of a program that reads every field, and of one that is wrong line by line."""
    folder = tmp_path_factory.mktemp("typing")
    right = ["import layertrust"]
    for name in layertrust.__all__:
        kind = getattr(layertrust, name)
        if isinstance(kind, type) and issubclass(kind, Fact):
            right.append(f"def read_{name}(one: layertrust.{name}) -> None:")
            right += [f"    _ = one.{field.name}" for field in dataclasses.fields(kind)]
    assert len(right) > 250
    wrong = [
        "import layertrust",
        "policy = layertrust.Policy.from_file('policy.toml')",
        "report = layertrust.verify('oci:app', policy)",
        *WRONG,
    ]
    files = {"right.py": right, "wrong.py": wrong}
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    arguments = ["--strict", "--no-error-summary", "--cache-dir", str(folder), "--config-file", ""]
    output, problems, _ = api.run([*arguments, *(str(folder / name) for name in files)])
    assert problems == ""
    return [line.removeprefix(f"{folder}/") for line in output.splitlines() if ": error: " in line]


def test_every_field_has_a_type(said: list[str]) -> None:
    """Nothing is hidden by reading documents late."""
    assert [line for line in said if not line.startswith("wrong.py")] == []


def test_mistakes_are_seen(said: list[str]) -> None:
    """Each line has its error."""
    found = {int(line.split(":")[1]): line.rpartition("[")[2].rstrip("]") for line in said}
    assert found == dict(enumerate(WRONG.values(), 4))
