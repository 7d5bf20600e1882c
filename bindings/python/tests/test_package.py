"""The package as a whole: what it exports, what is generated, and what its documentation shows."""

from __future__ import annotations

import doctest
import importlib
import importlib.metadata
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import layertrust
from layertrust import Policy, PolicyBuilder, _native
from layertrust._fact import Fact
from layertrust._word import Word
from paths import BINDING, DOCS, ROOT

MODULES = [
    importlib.import_module(f"layertrust.{one.name}")
    for one in pkgutil.iter_modules(layertrust.__path__)
    if one.name not in ("__main__", "_native")
]


def test_version() -> None:
    """One version, wherever it is asked for."""
    assert layertrust.__version__ == importlib.metadata.version("layertrust") == _native.version()


def test_exports() -> None:
    """What documents hold can be named, and nothing private is exported."""
    assert sorted(layertrust.__all__) == sorted(set(layertrust.__all__))
    for name in layertrust.__all__:
        assert hasattr(layertrust, name)
        assert name == "__version__" or not name.startswith("_")
    found = {kind.__name__ for base in (Fact, Word) for kind in descendants(base)}
    assert len(found) > 60
    assert found - set(layertrust.__all__) == {"Document"}


def descendants(kind: type) -> set[type]:
    """Every class below one."""
    below: set[type] = set(kind.__subclasses__())
    return below.union(*(descendants(one) for one in below))


def test_everything_is_documented() -> None:
    """What is exported says what it is."""
    for name in layertrust.__all__:
        one = getattr(layertrust, name)
        if not isinstance(one, type) and not inspect.isfunction(one):
            continue
        assert one.__doc__, name
        for member, value in vars(one).items() if isinstance(one, type) else ():
            if not member.startswith("_") and callable(value):
                assert value.__doc__, f"{name}.{member}"


def test_what_is_generated_is_up_to_date(tmp_path: Path) -> None:
    """`make generate` would change nothing."""
    done = subprocess.run(
        [sys.executable, BINDING / "generate", tmp_path], check=True, capture_output=True, text=True
    )
    assert done.stderr == ""
    written = sorted(tmp_path.iterdir())
    assert len(written) > 10
    for file in written:
        assert file.read_text() == (BINDING / "python" / "layertrust" / file.name).read_text()


@pytest.mark.parametrize("document", ["report", "comparison", "blob", "trial", "policy"])
def test_schemas_are_those_of_the_library(document: str) -> None:
    """What the classes are made from is what the library writes."""
    assert json.loads(_native.schema(document)) == json.loads((DOCS / f"{document}.schema.json").read_text())


@pytest.mark.parametrize("module", [layertrust, *MODULES], ids=lambda one: one.__name__)
def test_examples_in_docstrings(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """They run in the root of the repository."""
    monkeypatch.chdir(ROOT)
    assert doctest.testmod(module).failed == 0


def test_there_are_examples_in_docstrings() -> None:
    """The test above runs something."""
    finder = doctest.DocTestFinder()
    found = [one for module in [layertrust, *MODULES] for one in finder.find(module) if one.examples]
    assert len(found) >= 3


def blocks(file: Path) -> list[Any]:
    """The Python blocks of a document."""
    found = re.findall(r"^```python\n(.*?)^```$", file.read_text(), re.M | re.S)
    return [pytest.param(text, id=f"{file.parent.name}-{number}") for number, text in enumerate(found)]


EXAMPLES = [*blocks(ROOT / "README.md"), *blocks(BINDING / "README.md")]


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_in_documents(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They run as they stand, in a folder with the files that they name."""
    demo = ROOT / "testdata" / "demo"
    (tmp_path / "testdata").symlink_to(ROOT / "testdata")
    (tmp_path / "app").symlink_to(demo / "image")
    for name in ("base", "keys", "policy.toml"):
        (tmp_path / name).symlink_to(demo / name)
    monkeypatch.chdir(tmp_path)
    exec(compile(text, "README.md", "exec"), {"__name__": "__main__"})


def test_there_are_examples_in_documents() -> None:
    """The test above runs something."""
    assert len(EXAMPLES) >= 6


def test_builder_is_the_policys() -> None:
    """`Policy.builder` and the exported class are one."""
    assert type(Policy.builder()) is PolicyBuilder


def test_typed() -> None:
    """Type checkers look at it."""
    assert (Path(layertrust.__file__).parent / "py.typed").exists()
