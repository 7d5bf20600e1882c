# Runs the examples in $folder, and the one in README.md. Sourced by run.sh.
answers() {
  local expected=$1
  shift
  "$@" >"$folder/answer" 2>"$folder/reason" || true
  [ "$(head -1 "$folder/answer")" = "$expected" ] || { cat "$folder/answer" "$folder/reason"; fail "$*: expected $expected"; }
}
demo=testdata/demo
for program in verify verify-cpp; do
  answers accepted "$folder/$program" $demo/policy.toml oci:$demo/image oci:$demo/base
  grep -q "linux/amd64 layer 4: vendor" "$folder/answer" && grep -q "linux/amd64 layer 5: org" "$folder/answer" ||
    fail "$program does not say who vouches for the layers"
  answers rejected "$folder/$program" $demo/policy.toml oci:$demo/tampered oci:$demo/base
done
answers "no answer" "$folder/verify" $demo/no-such-policy.toml oci:$demo/image
answers accepted "$folder/custom_source" $demo/image $demo/base $demo/keys/demo-vendor.pub $demo/keys/ci.pub
grep -q "layers 5 to 8: org" "$folder/answer" || fail "custom_source does not say who vouches for the layers"
answers rejected "$folder/custom_source" $demo/tampered $demo/base $demo/keys/demo-vendor.pub $demo/keys/ci.pub
blobs=$demo/image/blobs/sha256
bundle=$blobs/2df811fc9f09e1ca0a7aa32c1c76536c0b967006401484e4d988595eedb02132
"$folder/verify_blob" $demo/keys/ci.pub $bundle $blobs/b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99 |
  grep '"schema":"layertrust.blob/v1"' >/dev/null || fail "verify_blob does not verify"
! "$folder/verify_blob" $demo/keys/ci.pub $bundle $bundle >/dev/null 2>&1 || fail "verify_blob verifies another file"

# The one in README.md, as it stands there, where its files are.
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >"$folder/readme.c"
[ -s "$folder/readme.c" ] || fail "README.md has no example in C"
compile "$compiler" "$folder/readme.c" "$folder/readme"
readme=$(realpath "$folder/readme")
(cd $demo && "$readme") >"$folder/answer" || fail "the example in README.md"
grep -q "layers 0 to 5: vendor" "$folder/answer" || { cat "$folder/answer"; fail "the example in README.md says something else"; }
echo "examples answer as they should"
