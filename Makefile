# What a person types here; `make help` says what each target does.

# Where rustup puts cargo, for shells that do not know it yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

# Warnings are errors with the compiler that Cargo.toml names alone: a newer one may know lints that this code does not.
# Asked for when a recipe runs, because the recipe may have installed the compiler.
pinned := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
strict = $$(cargo --version | grep -qF 'cargo $(pinned).' && echo '-D warnings')

# How many tests run side by side: they wait more than they compute.
test_threads = $$(n=$$(nproc); echo $$((n < 8 ? 8 : n)))

title = @printf '\n\033[1m== %s\033[0m\n' '$(1)'

.DEFAULT_GOAL := help
.PHONY: help run test release bench bench-check chaos attack fuzz openapi schema deny fmt lint doc install

help: ## Say what each target does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## Start everything: the API, its private PostgreSQL, the simulated outside world
	@tests/install-tools run
	$(call title,Building: 3 to 6 minutes on two cores the first time; seconds afterwards)
	@# Not --release: that takes twice as long to the first start, and the tests share this build.
	cargo build --locked --bin cazier
	@# exec, so that Ctrl-C and kill reach the program itself.
	@exec target/debug/cazier dev

test: ## Check everything: format, lints, documentation, tests, the contract, the Postman collections
	@tests/install-tools test
	$(call title,Format)
	cargo fmt --all --check
	$(call title,Lints)
	cargo clippy --workspace --all-targets --locked -- $(strict)
	cargo clippy --locked --no-default-features --lib --bins -- $(strict)
	@# The signature crate without its features, and with each alone.
	for feature in '' online pkcs11 development-pki; do \
		cargo clippy -p ades --features "$$feature" --locked -q -- $(strict) || exit 1; \
	done
	$(call title,Licences and advisories of the crates)
	tests/run-deny
	$(call title,Documentation)
	RUSTDOCFLAGS="$(strict)" cargo doc --workspace --no-deps --locked
	$(call title,Front end)
	tests/run-front-end
	$(call title,Tests)
	RUST_TEST_THREADS=$(test_threads) cargo test --workspace --locked
	tests/python/run contract/met.py target/tmp/met
	$(call title,The program as it is deployed)
	tests/run-live
	$(call title,Alerts)
	tests/run-promtool
	$(call title,Contract)
	tests/run-contract
	tests/run-generators
	$(call title,Contract: requests by its rules and against them)
	tests/run-schemathesis
	$(call title,Postman collections)
	tests/run-postman
	$(call title,All passed)

release: ## Build the program to deploy: optimized, without the sandbox, with its bill of materials
	@tests/install-tools run
	$(call title,Building the release: some minutes the first time)
	cargo build --locked --release --no-default-features --bin cazier
	$(call title,Bill of materials)
	tests/bill-of-materials
	@printf '\nThe program to deploy is %s\n' target/release/cazier

bench: ## Measure a release build, and write benches/RESULTS.md: throughput, launch day, memory, signatures, documents
	@tests/install-tools bench
	$(call title,Building the release: some minutes the first time)
	cargo bench --locked --bench load --bench signatures --no-run
	$(call title,Throughput, latency, launch day, documents, memory: half an hour)
	cargo bench --locked --bench load
	$(call title,Signatures and documents)
	cargo bench --locked --bench signatures

bench-check: ## Fail if an issue or a verification takes 5 % more instructions than benches/instructions.json says
	@tests/install-tools bench
	cargo bench --locked --bench load -- instructions

chaos: ## Let faults happen under load, and prove that nothing is lost: CHAOS='--seed 7 --minutes 10 --pairs'
	@tests/install-tools test
	cargo test --locked --test chaos -- $(or $(CHAOS),--minutes 10 --pairs)

attack: ## Attack the service on this machine: races, a malicious provider, lookalike addresses, bombs, times, the contract
	@tests/install-tools test
	@# One after the other: times and memory are measured.
	cargo test --locked --test api -- --ignored --nocapture --test-threads 1 attack::
	tests/run-schemathesis 10

fuzz: ## Look for inputs that break the readers of signatures: five minutes for each, or FUZZ_SECONDS
	@tests/install-tools run
	tests/run-fuzz

openapi: ## Write the OpenAPI documents from the code to openapi/
	@tests/install-tools run
	cargo build --locked --bin cazier
	@# By way of a second file: an error must not leave half a document.
	target/debug/cazier openapi > target/openapi.json
	target/debug/cazier openapi --registry > target/registry.json
	mkdir -p openapi && mv target/openapi.json target/registry.json openapi/

schema: ## Write the tables of a migrated database to the files that diesel.toml names
	@tests/install-tools run
	WRITE_SCHEMA=1 cargo test --locked --test api -- --exact database::schema::the_schema_file_matches_the_database
	cargo fmt --all

deny: ## Check the crates: licences, sources, advisories
	@tests/install-tools test
	tests/run-deny

fmt: ## Format the code
	cargo fmt --all

lint: ## Check format and lints alone
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- $(strict)
	cargo clippy --locked --no-default-features --lib --bins -- $(strict)

doc: ## Build the documentation of the code and say where it is
	cargo doc --workspace --no-deps --locked
	@echo 'target/doc/cazier/index.html'

install: ## Install what the other targets need and this machine lacks
	@tests/install-tools bench
