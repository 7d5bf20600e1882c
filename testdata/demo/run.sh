#!/usr/bin/env bash
# Three tools have no objection to an image in which the vendor's libssl was replaced; layertrust names the file.
# Ends 0 when it rejects the image for that, and for nothing else.
set -euo pipefail
cd "$(dirname "$0")/../.."
demo=testdata/demo
library=usr/lib/x86_64-linux-gnu/libssl.so.3

heading() { printf '\n==== %s\n\n' "$*"; }

heading "1. cosign: the signature is good (recorded)"
cat "$demo/replaced/outputs/cosign.txt"
heading "2. syft: the same packages as the vendor's base (recorded)"
cat "$demo/replaced/outputs/syft.txt"
heading "3. crane: the vendor's labels are all there (recorded)"
cat "$demo/replaced/outputs/labels.txt"

heading "layertrust: asked now"
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
status=0
${CARGO:-cargo} run --release --locked -p layertrust-cli -- verify "oci:$demo/replaced" \
  --evidence "oci:$demo/base" --policy "$demo/strict.toml" --layers all >"$answer" || status=$?
cat "$answer"

heading "Result"
if [ "$status" -eq 1 ] &&
  [ "$(grep -c '^  error\[' "$answer")" -eq 1 ] &&
  grep -q "^  error\[layer-change\] .*, layer 6, $library\$" "$answer" &&
  grep -q 'replace  *layer 6 .*'"$library"' (libssl3t64@3.5.1-1)' "$answer"; then
  echo "REJECTED, as it must be: layer 6, the organization's, replaces $library of the vendor's libssl3t64."
else
  echo "FAILED: expected a rejection (exit status 1, found $status) for $library alone." >&2
  exit 1
fi
