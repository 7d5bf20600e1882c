#!/usr/bin/env bash
# Tests of the C library: header, interface, examples, cases, bad input, sanitizers, valgrind, installation.
# Run by `make test-c`, in the root of the repository.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../../.."
c=bindings/c
target=${CARGO_TARGET_DIR:-target}
cargo=${CARGO:-cargo}
out=$target/c
rm -rf "$out"
mkdir -p "$out/lib"
started=$SECONDS

step() { printf '\n== %s (%s s)\n' "$*" $((SECONDS - started)); }
fail() { echo "FAILED: $*" >&2; exit 1; }
# What is missing is skipped where everybody sees it, and fails where skipping is forbidden.
missing() {
  [ -z "${LAYERTRUST_FORBID_SKIPS:-}" ] || fail "$1 is missing and skips are forbidden"
  echo "SKIPPED: $1 is not installed"
}

warnings=(-Wall -Wextra -Wpedantic -Werror)
c11=(-std=c11 -D_POSIX_C_SOURCE=200809L "${warnings[@]}")
cxx17=(-std=c++17 "${warnings[@]}")
compilers=()
for one in gcc:g++ clang:clang++; do
  if command -v "${one%:*}" "${one#*:}" >/dev/null; then compilers+=("$one"); else missing "${one%:*}"; fi
done
[ ${#compilers[@]} -gt 0 ] || fail "no compiler"

step "The library for tests"
# Both at once, so that what they share is built once.
"$cargo" build --locked -p layertrust-c -p layertrust-c-generate --features layertrust-c/test-panic
cp "$target/debug/liblayertrust.so" "$out/lib/liblayertrust.so.0"
ln -s liblayertrust.so.0 "$out/lib/liblayertrust.so"
link=(-I "$c/include" -L "$out/lib" -llayertrust -lpthread "-Wl,-rpath,$(realpath "$out/lib")")

step "The interface"
python3 $c/abi/interface.py $c/include/layertrust.h | diff -u $c/abi/interface.txt - ||
  fail "the header is not what abi/interface.txt lists; is the change one that programs survive?"

step "Test data"
cases=$(find testdata/cases -mindepth 2 -maxdepth 2 -name case.toml | wc -l)
"$target/debug/layertrust-c-generate" cases "$out/cases"
files=$out/files
mkdir -p "$files/keyless" "$files/"$'d\xff'
tar -xf testdata/cases/keyless-rekor/image.tar -C "$files/keyless"
cp -r testdata/demo/{image,keys,policy.toml} "$files/"$'d\xff'
tar -cf "$files/"$'d\xff/image.tar' -C testdata/demo/image .

# compile COMPILER SOURCE PROGRAM [FLAG…]
compile() {
  local compiler=$1 source=$2 program=$3
  shift 3
  case $source in
    *.cpp) "${compiler#*:}" "${cxx17[@]}" "$@" "$source" -o "$program" "${link[@]}" ;;
    *) "${compiler%:*}" "${c11[@]}" "$@" "$source" -o "$program" "${link[@]}" ;;
  esac
}

# tests FOLDER STEP [COMMAND…]: runs every test of a folder, of the cases every STEP-th.
tests() {
  local folder=$1 every=$2
  shift 2
  "$@" "$folder/null"
  "$@" "$folder/lifecycle"
  "$@" "$folder/errors" "$files"
  "$@" "$folder/callbacks"
  "$@" "$folder/blob" "$files"
  "$@" "$folder/panic" 2>"$folder/panic.err" || { cat "$folder/panic.err"; return 1; }
  "$@" "$folder/cases" "$out/cases" "$cases" "$every"
}

for compiler in "${compilers[@]}"; do
  name=${compiler%:*}
  folder=$out/$name
  mkdir -p "$folder/plain" "$folder/sanitized"

  step "The header alone, by $name"
  "$name" -std=c11 "${warnings[@]}" -I $c/include -c $c/tests/header.c -o "$folder/header.o"
  "${compiler#*:}" -x c++ "${cxx17[@]}" -I $c/include -c $c/tests/header.c -o "$folder/header.o"
  # A result that nobody looks at is an error here.
  ! "$name" -std=c11 "${warnings[@]}" -I $c/include -c $c/tests/ignored.c -o "$folder/ignored.o" 2>"$folder/ignored" ||
    fail "an ignored result compiles"
  grep unused-result "$folder/ignored" >/dev/null || { cat "$folder/ignored"; fail "an ignored result fails for another reason"; }

  step "The examples, by $name"
  for example in $c/examples/*.c; do compile "$compiler" "$example" "$folder/$(basename "$example" .c)"; done
  compile "$compiler" $c/examples/verify.cpp "$folder/verify-cpp"
  source $c/tests/examples.sh

  step "The tests, by $name"
  for test in null lifecycle errors callbacks blob panic cases; do
    compile "$compiler" $c/tests/$test.c "$folder/plain/$test" -g &
    compile "$compiler" $c/tests/$test.c "$folder/sanitized/$test" -g -fsanitize=address,undefined -fno-sanitize-recover=all
    wait $!
  done
  tests "$folder/plain" 1

  step "The NULL table covers every pointer of every function"
  "$folder/plain/null" --list | sort | diff -u <(python3 $c/abi/interface.py $c/include/layertrust.h --pointers | sort) - ||
    fail "tests/null.c and the header differ"

  step "The tests under AddressSanitizer and UndefinedBehaviorSanitizer, by $name"
  compile "$compiler" $c/tests/sanitizers.c "$folder/sanitizers" -g -fsanitize=address,undefined -fno-sanitize-recover=all
  nm "$folder/sanitized/cases" | grep __asan_init >/dev/null || fail "AddressSanitizer is not in the tests"
  for proof in leak:LeakSanitizer stale:heap-use-after-free overflow:heap-buffer-overflow undefined:"signed integer overflow"; do
    ! "$folder/sanitizers" "${proof%%:*}" >"$folder/proof" 2>&1 || fail "the sanitizers miss: ${proof%%:*}"
    grep -q "${proof#*:}" "$folder/proof" || { cat "$folder/proof"; fail "the sanitizers say something else of: ${proof%%:*}"; }
  done
  echo "leak, stale pointer, overflow and undefined arithmetic are caught"
  tests "$folder/sanitized" 1
done

if command -v valgrind >/dev/null; then
  step "The tests under valgrind"
  folder=$out/${compilers[0]%:*}
  compile "${compilers[0]}" $c/tests/sanitizers.c "$folder/unsanitized" -g
  # "Possibly lost" is Rust's handle of the main thread, which lives as long as the process.
  memcheck=(valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect)
  for proof in leak overflow stale; do
    status=0
    "${memcheck[@]}" "$folder/unsanitized" $proof >/dev/null 2>&1 || status=$?
    [ $status -eq 99 ] || fail "valgrind misses: $proof"
  done
  echo "leak, overflow and stale pointer are caught"
  # Some fifty times slower: of the cases every 20th.
  tests "$folder/plain" 20 "${memcheck[@]}"
else
  missing valgrind
fi

step "Installation"
bash $c/tests/install.sh "$out/install"
step "Done"
