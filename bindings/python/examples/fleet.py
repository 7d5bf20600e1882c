"""Verifies a list of images on many machines, and writes a table.

    python fleet.py policy.toml images.txt answers.csv --evidence oci:base [--scheduler tcp://HOST:8786]

Partitions of the list are mapped over Dask distributed; without a scheduler it starts two processes here.
What is mapped is `verify_partition`, a plain function of things that pickle, so Ray
(`ray.remote(verify_partition)`) or `concurrent.futures` will do as well. Every machine must see the images
under the same names.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from layertrust import LayerTrustError, Owner, Policy, Rejected, Report, Verifier

PARTITION = 100
"""Images that one worker takes at a time: enough to open the evidence for, few enough to spread."""


class Row(NamedTuple):
    """One image's line. Findings are codes: their messages may hold what the image says."""

    image: str
    verdict: str
    base: str
    owners: str
    findings: str


def verify_partition(
    images: Sequence[str], *, policy: Policy, evidence: Sequence[str], now: datetime
) -> list[Row]:
    """Verifies a part of the list, in a process of its own."""
    verifier = Verifier(policy)
    try:
        return [row(image, answer) for image, answer in verifier.verify_many(images, evidence, now=now)]
    except LayerTrustError as error:
        # The evidence cannot be read here: none of these has an answer, and the others go on.
        return [row(image, error) for image in images]


def row(image: str, answer: Report | LayerTrustError) -> Row:
    """What the table says of an answer."""
    if isinstance(answer, (Report, Rejected)):
        report = answer.report if isinstance(answer, Rejected) else answer
        segments = [segment for platform in report.platforms for segment in platform.segments]
        vendor = (one for one in segments if one.owner in (Owner.VENDOR, Owner.VENDOR_CUSTOMIZATION))
        return Row(
            image,
            str(report.verdict),
            joined(one.repository or one.image for one in vendor),
            joined(str(one.owner) for one in segments),
            joined(str(one.code) for one in report.errors),
        )
    return Row(image, "unknown", "", "", str(answer.code))


def joined(words: Iterable[str]) -> str:
    """Each word once, in order."""
    return " ".join(dict.fromkeys(words))


def partitions(images: Iterable[str], size: int) -> Iterator[list[str]]:
    """The list in parts."""
    images = iter(images)
    while part := list(islice(images, size)):
        yield part


def write(rows: Iterable[Row], path: Path) -> Counter[str]:
    """Writes the table as rows come, then a line of totals."""
    totals: Counter[str] = Counter()
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(Row._fields)
        for line in rows:
            table.writerow(line)
            totals[line.verdict] += 1
        said = " ".join(f"{verdict}={count}" for verdict, count in sorted(totals.items()))
        table.writerow(["total", totals.total(), "", "", said])
    return totals


def main() -> None:
    """The command line."""
    from distributed import Client, as_completed

    parser = argparse.ArgumentParser(description="Verifies a list of images on many machines.")
    parser.add_argument("policy", type=Policy.from_file)
    parser.add_argument("images", type=Path, help="a file with one image on each line")
    parser.add_argument("table", type=Path, help="the CSV file to write")
    parser.add_argument("--evidence", action="append", default=[])
    parser.add_argument("--scheduler", help="of a Dask cluster; without one two processes are started here")
    asked = parser.parse_args()
    images = (line.strip() for line in asked.images.read_text().splitlines())
    ask = partial(
        verify_partition,
        policy=asked.policy,
        evidence=asked.evidence,
        now=datetime.now(timezone.utc),  # one time for all, on every machine
    )
    with Client(asked.scheduler) if asked.scheduler else Client(n_workers=2) as client:
        futures = client.map(ask, list(partitions(filter(None, images), PARTITION)), pure=False)
        rows = (line for _, part in as_completed(futures, with_results=True) for line in part)
        totals = write(rows, asked.table)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(totals.items())))


if __name__ == "__main__":
    main()
