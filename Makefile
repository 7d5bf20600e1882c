# Everything a contributor runs. `make` alone lists it.
CARGO ?= cargo
PYTHON ?= python3
# Where the wheel is built and tested, so that nothing is installed elsewhere.
ENVIRONMENT := target/python
MATURIN = $(ENVIRONMENT)/bin/maturin

.PHONY: help test test-rust test-python wheel generate stubs lint docs bench bench-python demo ci clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

test: test-rust test-python ## Run all tests

test-rust: ## Run the Rust tests
	$(CARGO) test --workspace --locked -- --show-output

test-python: $(ENVIRONMENT) ## Run the Python tests and type checkers on a wheel
	rm -rf target/wheels
	$(MATURIN) build --profile dev --locked --manifest-path bindings/python/Cargo.toml --out target/wheels
	bash bindings/python/tests/run.sh target/wheels/layertrust-*.whl

wheel: $(ENVIRONMENT) ## Build the Python wheel, which carries the command too, into dist/
	rm -f dist/layertrust-*.whl
	$(MATURIN) build --release --locked --manifest-path bindings/python/Cargo.toml --out dist
	ls -l dist

$(ENVIRONMENT): bindings/python/pyproject.toml
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$@/bin/pip install --quiet --group bindings/python/pyproject.toml:dev
	touch $@

generate: stubs ## Write what is generated: test cases, JSON Schemas, tables of codes, limits and keys, Python's classes
	$(CARGO) run --locked -q -p layertrust-testkit --bin generate-cases
	$(CARGO) run --locked -q -p layertrust-cli -- schema report > docs/report.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema comparison > docs/comparison.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema blob > docs/blob.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema trial > docs/trial.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema policy > docs/policy.schema.json
	$(CARGO) run --locked -q -p layertrust --example reference_tables -- codes > docs/CODES.md
	$(CARGO) run --locked -q -p layertrust --example reference_tables -- limits > docs/LIMITS.md
	$(CARGO) run --locked -q -p layertrust --features schema --example reference_tables -- policy-keys > docs/POLICY-KEYS.md
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

ci: ## Run what CI runs
	bash .ci/run

clean: ## Remove what was built
	$(CARGO) clean
