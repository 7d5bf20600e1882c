#!/usr/bin/env bash
# Installs into an empty prefix and builds a program outside the tree with what pkg-config says, shared and static.
#
#     install.sh FOLDER
set -euo pipefail
export LC_ALL=C
c=bindings/c
root=$PWD
fail() { echo "FAILED: $*" >&2; exit 1; }
rm -rf "$1"
mkdir -p "$1"
stage=$(realpath "$1")
prefix=$stage/prefix

make -s install-c PROFILE=dev PREFIX="$prefix"
for file in include/layertrust.h lib/liblayertrust.a lib/liblayertrust.so lib/liblayertrust.so.0 lib/pkgconfig/layertrust.pc; do
  [ -e "$prefix/$file" ] || fail "$file is not installed"
done
library=$prefix/lib/liblayertrust.so

echo "exported: nothing but what abi/symbols.txt lists"
nm -D --defined-only "$library" | awk '{ print $3 }' | sort | diff -u $c/abi/symbols.txt - || fail "the exported symbols differ"
readelf -d "$library" | grep 'SONAME.*\[liblayertrust\.so\.0\]' >/dev/null || fail "the soname is another one"
[ "$(readlink "$prefix/lib/liblayertrust.so")" = liblayertrust.so.0 ] || fail "the unversioned name is no link"
nm --defined-only "$prefix/lib/liblayertrust.a" 2>/dev/null | awk '$2 ~ /[TDBR]/ && $3 ~ /^layertrust_/ { print $3 }' | sort |
  diff -u $c/abi/symbols.txt - || fail "the static library has other functions"

# Outside the tree, with nothing but the prefix.
outside=$(mktemp -d)
trap 'rm -rf "$outside"' EXIT
cp $c/examples/verify.c "$outside/"
# In a shell of its own: what it sets would make the dependencies build again below.
(
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
unset CPATH LIBRARY_PATH LD_LIBRARY_PATH
command -v pkg-config >/dev/null || fail "pkg-config is missing"
[ "$(pkg-config --modversion layertrust)" = "$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)" ] || fail "the version is another one"
cd "$outside"
cc verify.c -o shared $(pkg-config --cflags --libs layertrust)
cc verify.c -o static $(pkg-config --cflags layertrust) -Wl,-Bstatic $(pkg-config --libs layertrust) -Wl,-Bdynamic $(pkg-config --static --libs layertrust | sed 's/.*-llayertrust//')
! readelf -d static | grep liblayertrust >/dev/null || fail "the static program needs the shared library"
readelf -d shared | grep 'NEEDED.*liblayertrust\.so\.0' >/dev/null || fail "the shared program does not need the shared library"
demo=$root/testdata/demo
for program in shared static; do
  echo "$program:"
  LD_LIBRARY_PATH=$([ $program = shared ] && echo "$prefix/lib") \
    "./$program" "$demo/policy.toml" "oci:$demo/image" "oci:$demo/base" | tee answer
  [ "$(grep -c ': vendor, signed by demo-vendor$' answer)" -eq 5 ] && [ "$(grep -c ': org, signed by ci$' answer)" -eq 3 ] ||
    fail "it does not say who vouches for each layer"
done
)

# DESTDIR puts the same files elsewhere, and the paths in them stay.
make -s install-c PROFILE=dev DESTDIR="$stage/dest" PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu
grep -qx 'libdir=/usr/lib/x86_64-linux-gnu' "$stage/dest/usr/lib/x86_64-linux-gnu/pkgconfig/layertrust.pc" || fail "pkg-config file with DESTDIR"
[ -e "$stage/dest/usr/include/layertrust.h" ] || fail "DESTDIR is not heeded"
ls -l "$prefix/lib" | awk 'NR > 1 { print $5, $9, $10, $11 }'
