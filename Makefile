# Everything a developer of conductor does; "make help" lists it.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# How many rounds of its random tests "make torture" plays.
ROUNDS ?= 1000

# The release has a folder of its own: it is linked statically, and building both in one place would
# rebuild everything at each change from one to the other.
release_path := .build-release
release := $(release_path)/release/conductor
# Elsewhere than on Linux a program cannot be linked without shared libraries.
static := $(if $(filter Linux,$(shell uname -s)),1,0)
pages := $(release_path)/pages
summary := _report/planner/validate/summary-latest.json
check_steps := build lint test
# Under this name "make -n check" only prints: a recipe that names MAKE itself is run even then, and would
# record steps that nobody took.
same_make := $(MAKE)

.DEFAULT_GOAL := build
.PHONY: build test lint check bench torture install demo reference clean help

build: ## Build the release: on Linux one static file, $(release)
	CONDUCTOR_STATIC=$(static) $(SWIFT) build -c release --product conductor --scratch-path $(release_path)

test: ## Run all tests; with CONDUCTOR_SUITES=DIR also other people's test suites
	$(SWIFT) test

lint: ## Check formatting and style
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

# The summary is what conductor reads as the CI summary of this repository. It holds no time, so that a
# second run with the same outcome leaves the file, and with it the working tree, as it was.
check: ## Build, lint and test, and record the outcome in $(summary)
	@code=0; steps=; comma=; \
	for step in $(check_steps); do \
	  if [ $$code -ne 0 ]; then result='"status": "skipped"'; \
	  elif $(same_make) --no-print-directory $$step CONDUCTOR_RELEASE=$(CURDIR)/$(release); then \
	    result='"status": "ok", "exit_code": 0'; \
	  else code=$$?; result="\"status\": \"failed\", \"exit_code\": $$code"; fi; \
	  steps="$$steps$$comma\n    { \"name\": \"$$step\", $$result }"; comma=,; \
	done; \
	if [ $$code -eq 0 ]; then status=ok; else status=failed; fi; \
	mkdir -p $(dir $(summary)); \
	printf "{\n  \"status\": \"$$status\",\n  \"exit_code\": $$code,\n  \"steps\": [$$steps\n  ]\n}\n" \
	  > $(summary).new && mv $(summary).new $(summary) || exit 1; \
	echo "check: $$status, recorded in $(summary)"; \
	exit $$code

bench: build ## Measure the release against git, cp and a naive script
	CONDUCTOR_STATIC=$(static) $(SWIFT) build -c release --product judging-bench --scratch-path $(release_path)
	python3 Tests/Bench/bench.py $(release) --judge $(dir $(release))judging-bench

torture: ## Run the tests with crashes, failing calls and many processes in many more rounds (ROUNDS=1000)
	CONDUCTOR_ROUNDS=$(ROUNDS) $(SWIFT) test --filter 'EndToEnd|ConductingTests'

install: build ## Install program, man page and completions below PREFIX (default /usr/local)
	mkdir -p $(pages)
	$(release) manual > $(pages)/conductor.1
	$(release) completions bash > $(pages)/conductor
	$(release) completions zsh > $(pages)/_conductor
	$(release) completions fish > $(pages)/conductor.fish
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/man/man1" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	install -m 755 $(release) "$(DESTDIR)$(PREFIX)/bin/conductor"
	install -m 644 $(pages)/conductor.1 "$(DESTDIR)$(PREFIX)/share/man/man1/conductor.1"
	install -m 644 $(pages)/conductor \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/conductor"
	install -m 644 $(pages)/_conductor "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_conductor"
	install -m 644 $(pages)/conductor.fish \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/conductor.fish"

# Every call of next leaves a receipt, a dry run too. Those of a demonstration are no part of this
# repository's record, so it works on a copy that is thrown away.
demo: ## Show the main job on this repository's own backlog; nothing is claimed here
	$(SWIFT) build --product conductor
	@copy=$$(mktemp -d) && trap 'rm -rf "$$copy"' EXIT && set -e && \
	mkdir -p "$$copy/docs" "$$copy/_report" && \
	cp -R _plans "$$copy" && cp -R docs/automation "$$copy/docs" && \
	cp -R _report/planner "$$copy/_report" && \
	export CONDUCTOR_ROOT="$$copy" && conductor="$(CURDIR)/.build/debug/conductor" && \
	show() { printf '\n$$ conductor %s\n' "$$*"; "$$conductor" "$$@" 2>&1; } && \
	show status && show backlog list && show next --dry-run && \
	show receipts list && show receipts verify

reference: ## Record docs/commands.md from the command table, and the tables of the built-in rule sets
	-CONDUCTOR_RECORD=1 $(SWIFT) test --filter 'GeneratedTextTests|RuleTableTests'
	$(SWIFT) test --filter 'GeneratedTextTests|RuleTableTests'

clean: ## Remove everything that was built
	rm -rf .build $(release_path)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST) | \
	  sed -e 's|\$$(release)|$(release)|' -e 's|\$$(summary)|$(summary)|'
