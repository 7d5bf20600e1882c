"""Where the test data is."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BINDING = ROOT / "bindings" / "python"
DOCS = ROOT / "docs"
CASES = ROOT / "testdata" / "cases"
DEMO = ROOT / "testdata" / "demo"
