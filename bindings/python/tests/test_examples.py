"""The programs in `examples/`, as they are run."""

from __future__ import annotations

import csv
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from conftest import NOW
from layertrust import Policy
from paths import BINDING, DEMO

sys.path.insert(0, str(BINDING / "examples"))
import fleet

IMAGES = [f"oci:{DEMO / name}" for name in ("image", "tampered", "replaced", "not-there")]
EVIDENCE = f"oci:{DEMO / 'base'}"
ROWS = [
    ["accepted", "dhi/python", "vendor org", ""],
    ["rejected", "dhi/python", "vendor unattributed"],
    ["accepted", "dhi/python", "vendor org", ""],
    ["unknown", "", "", "not-found"],
]


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs a program in a process of its own."""
    command = [sys.executable, str(BINDING / "examples" / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_verify_image() -> None:
    """Accepted, rejected, no answer."""
    accepted = run("verify_image.py", DEMO / "policy.toml", IMAGES[0], EVIDENCE)
    assert accepted.returncode == 0, accepted.stderr
    assert "layers 0 to 4: vendor, signed by demo-vendor" in accepted.stdout
    assert "layers 5 to 7: org, signed by ci" in accepted.stdout
    rejected = run("verify_image.py", DEMO / "policy.toml", IMAGES[1], EVIDENCE)
    assert rejected.returncode == 1
    assert rejected.stderr
    assert run("verify_image.py", DEMO / "policy.toml", IMAGES[3], EVIDENCE).returncode == 3


def test_fleet_over_dask(tmp_path: Path) -> None:
    """Two processes of a local cluster."""
    (tmp_path / "images.txt").write_text("\n".join(["", *IMAGES, *IMAGES]) + "\n")
    table = tmp_path / "answers.csv"
    done = run("fleet.py", DEMO / "policy.toml", tmp_path / "images.txt", table, "--evidence", EVIDENCE)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "4 accepted, 2 rejected, 2 unknown\n"
    with table.open(newline="") as file:
        head, *rows, totals = csv.reader(file)
    assert head == ["image", "verdict", "base", "owners", "findings"]
    assert totals == ["total", "8", "", "", "accepted=4 rejected=2 unknown=2"]
    assert sorted(row[0] for row in rows) == sorted(IMAGES * 2)
    for image, expected in zip(IMAGES, ROWS, strict=True):
        for row in rows:
            if row[0] == image:
                assert row[1 : 1 + len(expected)] == expected


def test_fleet_over_processes(policy: Policy) -> None:
    """The same function under another engine; what it is given comes through a pickle."""
    ask = partial(fleet.verify_partition, policy=policy, evidence=[EVIDENCE], now=NOW)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(ask, fleet.partitions(IMAGES, 2)))
    assert [len(part) for part in parts] == [2, 2]
    here = ask(IMAGES)
    assert sorted(row for part in parts for row in part) == sorted(here)


def test_a_fleet_without_its_evidence(policy: Policy) -> None:
    """No answer is not yes, and not nothing."""
    rows = fleet.verify_partition(IMAGES, policy=policy, evidence=["oci:not-there"], now=NOW)
    assert [(row.image, row.verdict) for row in rows] == [(image, "unknown") for image in IMAGES]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_partitions(size: int) -> None:
    """Every image in one part."""
    parts = list(fleet.partitions(IMAGES, size))
    assert [image for part in parts for image in part] == IMAGES
    assert all(1 <= len(part) <= size for part in parts)
