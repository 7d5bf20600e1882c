# Everything a contributor runs. `make` alone lists it.
CARGO ?= cargo

.PHONY: help test test-rust generate lint docs bench demo ci clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

test: test-rust ## Run all tests

test-rust: ## Run the Rust tests
	$(CARGO) test --workspace --locked -- --show-output

generate: ## Write what is generated: test cases, JSON Schemas, tables of codes, limits and keys
	$(CARGO) run --locked -q -p layertrust-testkit --bin generate-cases
	$(CARGO) run --locked -q -p layertrust-cli -- schema report > docs/report.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema comparison > docs/comparison.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema blob > docs/blob.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema trial > docs/trial.schema.json
	$(CARGO) run --locked -q -p layertrust-cli -- schema policy > docs/policy.schema.json
	$(CARGO) run --locked -q -p layertrust --example reference_tables -- codes > docs/CODES.md
	$(CARGO) run --locked -q -p layertrust --example reference_tables -- limits > docs/LIMITS.md
	$(CARGO) run --locked -q -p layertrust --features schema --example reference_tables -- policy-keys > docs/POLICY-KEYS.md

lint: ## Check formatting, lints and dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features --locked -- -D warnings
	$(CARGO) deny --all-features check licenses bans sources

docs: ## Build the API documentation
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --all-features --locked

bench: ## Measure against other verifiers and the least work (benches/README.md)
	cd benches && $(CARGO) run --release --locked --bin keyless
	cd benches && $(CARGO) run --release --locked --bin layers

demo: ## Show an image that three tools pass, and what layertrust says of it
	CARGO="$(CARGO)" bash testdata/demo/run.sh

ci: ## Run what CI runs
	bash .ci/run

clean: ## Remove what was built
	$(CARGO) clean
