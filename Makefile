# Everything a contributor runs. `make` alone lists it.
CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
# What `install` builds: `dev` is what the tests take, for the time a release takes.
PROFILE ?= release
BUILT = $(TARGET)/$(patsubst dev,debug,$(PROFILE))
# What a program that links the static library needs beside it, by `rustc --print native-static-libs`.
PRIVATE_LIBS ?= -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc

PYTHON ?= python3
# Where the wheel is built and tested, so that nothing is installed elsewhere.
ENVIRONMENT := target/python
MATURIN = $(ENVIRONMENT)/bin/maturin

.PHONY: help test test-rust test-python test-c wheel generate stubs lint docs bench bench-python demo install install-command install-c ci clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

test: test-rust test-python test-c ## Run all tests

test-rust: ## Run the Rust tests
	$(CARGO) test --workspace --locked -- --show-output

test-python: $(ENVIRONMENT) ## Run the Python tests and type checkers on a wheel
	rm -rf target/wheels
	$(MATURIN) build --profile dev --locked --manifest-path bindings/python/Cargo.toml --out target/wheels
	bash bindings/python/tests/run.sh target/wheels/layertrust-*.whl

test-c: ## Run the tests of the C library, written in C
	CARGO="$(CARGO)" bash bindings/c/tests/run.sh

wheel: $(ENVIRONMENT) ## Build the Python wheel, which carries the command too, into dist/
	rm -f dist/layertrust-*.whl
	$(MATURIN) build --release --locked --manifest-path bindings/python/Cargo.toml --out dist
	ls -l dist

$(ENVIRONMENT): bindings/python/pyproject.toml
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$@/bin/pip install --quiet --group bindings/python/pyproject.toml:dev
	touch $@

generate: stubs ## Write what is generated: test cases, JSON Schemas, the C header, tables of codes, limits and keys, Python's classes
	$(CARGO) run --locked -q -p layertrust-testkit --bin generate-cases
	$(CARGO) run --locked -q -p layertrust-cli -- schema report > docs/report.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema comparison > docs/comparison.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema blob > docs/blob.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema trial > docs/trial.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema policy > docs/policy.schema.json
	$(CARGO) run --locked -q -p layertrust --example reference_tables -- codes > docs/CODES.md
	$(CARGO) run --locked -q -p layertrust --example reference_tables -- limits > docs/LIMITS.md
	$(CARGO) run --locked -q -p layertrust --features schema --example reference_tables -- policy-keys > docs/POLICY-KEYS.md
	$(CARGO) run --locked -q -p layertrust-c-generate -- result > bindings/c/src/result.rs
	$(CARGO) run --locked -q -p layertrust-c-generate -- header > bindings/c/include/layertrust.h
	$(PYTHON) bindings/python/generate

stubs: $(ENVIRONMENT) ## Write the types of Python's native module, as its source has them
	$(MATURIN) generate-stubs --quiet --locked --features stubs --profile dev \
	  --manifest-path bindings/python/Cargo.toml --out bindings/python/python

lint: ## Check formatting, lints and dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features --locked -- -D warnings
	$(CARGO) deny --all-features check licenses bans sources

docs: ## Build the API documentation
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --all-features --locked

bench: ## Measure against other verifiers and the least work (benches/README.md)
	cd benches && $(CARGO) run --release --locked --bin keyless
	cd benches && $(CARGO) run --release --locked --bin layers

bench-python: wheel ## Measure the Python package against the same calls from Rust, and against sigstore-python
	$(ENVIRONMENT)/bin/pip install --quiet --force-reinstall --no-deps dist/layertrust-*.whl
	$(ENVIRONMENT)/bin/pip install --quiet sigstore
	cd benches && $(CARGO) build --release --locked --bin binding
	$(ENVIRONMENT)/bin/python benches/python/measure.py

demo: ## Show an image that three tools pass, and what layertrust says of it
	CARGO="$(CARGO)" bash testdata/demo/run.sh

install: install-command install-c ## Install command, C library, header and pkg-config file (DESTDIR=, PREFIX=)

install-command:
	$(CARGO) build --profile $(PROFILE) --locked -p layertrust-cli
	install -D -m 755 $(BUILT)/layertrust "$(DESTDIR)$(BINDIR)/layertrust"

install-c:
	$(CARGO) build --profile $(PROFILE) --locked -p layertrust-c
	install -D -m 644 $(BUILT)/liblayertrust.a "$(DESTDIR)$(LIBDIR)/liblayertrust.a"
	install -D -m 755 $(BUILT)/liblayertrust.so "$(DESTDIR)$(LIBDIR)/liblayertrust.so.0"
	ln -sf liblayertrust.so.0 "$(DESTDIR)$(LIBDIR)/liblayertrust.so"
	install -D -m 644 bindings/c/include/layertrust.h "$(DESTDIR)$(INCLUDEDIR)/layertrust.h"
	install -d "$(DESTDIR)$(LIBDIR)/pkgconfig"
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	  -e "s|@VERSION@|$$(sed -n 's/^version = "\(.*\)"$$/\1/p' Cargo.toml | head -1)|" -e 's|@PRIVATE_LIBS@|$(PRIVATE_LIBS)|' \
	  bindings/c/layertrust.pc.in > "$(DESTDIR)$(LIBDIR)/pkgconfig/layertrust.pc"

ci: ## Run what CI runs
	bash .ci/run

clean: ## Remove what was built
	$(CARGO) clean
