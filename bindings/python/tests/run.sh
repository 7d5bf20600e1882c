#!/usr/bin/env bash
# Installs the wheel in an environment of its own and runs everything that looks at it: tests, type checkers, linters; then
# the wheel alone, where there is no compiler and nothing else.
#
#   run.sh WHEEL
set -euo pipefail
wheel=$(realpath "$1")
cd "$(dirname "$0")/.."
root=$(cd ../.. && pwd)
environment=$root/target/python

step() { printf '\n-- %s\n' "$*"; }

step "Environment"
"$environment/bin/pip" install --quiet --group pyproject.toml:dev
"$environment/bin/pip" install --quiet --force-reinstall --no-deps "$wheel"
export PATH=$environment/bin:$PATH

step "Tests"
pytest --quiet --durations 5

step "Type checkers"
mypy
pyright

step "Format and lints"
ruff format --check .
ruff check .

step "The wheel alone"
alone=$(mktemp -d)
trap 'rm -rf "$alone"' EXIT
"$environment/bin/python" -m venv "$alone/environment"
"$alone/environment/bin/pip" install --quiet --no-index --disable-pip-version-check "$wheel"
# Nothing but the environment's own programs: no compiler, no Rust.
alone() { (cd "$root/testdata/demo" && env -i PATH="$alone/environment/bin" HOME="$alone" "$@"); }
alone layertrust verify oci:image --evidence oci:base --policy policy.toml --now 2026-11-24T12:00:00Z -q
alone python -m layertrust inspect oci:image --now 2026-11-24T12:00:00Z > "$alone/facts"
grep -q 'oci:image' "$alone/facts"
alone python -c '
import datetime, layertrust
now = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.timezone.utc)
policy = layertrust.Policy.from_file("policy.toml")
report = layertrust.verify("oci:image", policy, ["oci:base"], now=now)
print(report.verdict, [str(segment.owner) for segment in report.platforms[0].segments])
'
printf '%s: %s bytes, %s unpacked\n' "$(basename "$wheel")" "$(stat -c %s "$wheel")" \
  "$(du -sb "$alone"/environment/lib/python*/site-packages/layertrust | cut -f1)"
