# Eight targets: run, test, check, bench, soak, security, docs, sbom. Each says what it does.
.DEFAULT_GOAL := run
.PHONY: run test check bench soak security docs sbom .stamps/pages
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
HOMEWARD := .venv/bin/homeward
# Programs the tests need from Debian, and the packages that bring them.
DEBIAN_PROGRAMS := chromium-headless-shell dbus-daemon firefox-esr mosquitto mosquitto_pub openssl \
	fc-match
DEBIAN_PACKAGES := chromium-headless-shell dbus firefox-esr mosquitto mosquitto-clients openssl \
	fontconfig fonts-dejavu-core libatomic1
export PATH := $(PATH):/usr/sbin:/sbin

run:
	@$(MAKE) --jobs .stamps/runtime .stamps/pages
	@echo "Starting the demo ward."
	@exec $(HOMEWARD) demo

test:
	@$(MAKE) --jobs .stamps/dev .stamps/debian .stamps/pages
	@echo "Checking that imports only point down."
	@.venv/bin/lint-imports --no-logo > .stamps/imports.txt || (cat .stamps/imports.txt; exit 1)
	@echo "Running the pages' own tests."
	@cd web && npm test --silent
	@echo "Running all tests, on real engines and a real browser."
	@PYTHONDONTWRITEBYTECODE= .venv/bin/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

# Tests wait more than they work: for engines, browsers, and the time a story takes. They start
# hundreds of processes: each compiles what none may leave compiled.
WORKERS ?= $(shell expr 2 \* $$(nproc))

check: .stamps/dev
	@echo "Style and types of the Python code."
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/pyright
	@.venv/bin/lint-imports
	@echo "Style and types of the pages."
	@test -d web/node_modules || (cd web && npm ci --ignore-scripts --no-audit --no-fund)
	@cd web && npm run check --silent
	@echo "Generated reference pages."
	@$(HOMEWARD) docs --check

# A bench is a file of bench/ that does not begin with an underscore; a soak is a bench/soak_*.py.
BENCHES = $(filter-out soak_%,$(patsubst bench/%.py,%,$(shell grep -l '^if __name__' bench/[!_]*.py)))
SOAKS = $(patsubst bench/soak_%.py,%,$(wildcard bench/soak_*.py))

bench: .stamps/dev .stamps/debian .stamps/pages
	@set -e; for name in $(or $(NAME),$(BENCHES)); do \
		echo "Bench $$name."; $(PYTHON) -m bench.$$name; done

soak: .stamps/dev .stamps/debian
	@set -e; for name in $(or $(NAME),$(SOAKS)); do \
		echo "Soak $$name."; $(PYTHON) -m bench.soak_$$name; done

# The scanners look at the code, then at an installation that they reach as other machines would.
SCANNERS := .stamps/scanners/bin
LOCKS_DAYS_MAX := 90
security: .stamps/dev .stamps/debian $(SCANNERS)
	@echo "The locks: renewed within $(LOCKS_DAYS_MAX) days (SECURITY.md)."
	@$(PYTHON) requirements/scans/locks.py $(LOCKS_DAYS_MAX)
	@echo "bandit: weaknesses of Python code."
	@$(SCANNERS)/bandit --quiet --recursive -lll homeward hatch_build.py
	@echo "semgrep: our own rules (requirements/scans/rules.yml), which find what they must."
	@export PATH="$(CURDIR)/$(SCANNERS):$$PATH" SEMGREP_ENABLE_VERSION_CHECK=0; \
		semgrep --test --metrics=off --quiet requirements/scans && semgrep scan --metrics=off \
		--quiet --error --config requirements/scans/rules.yml --exclude '*.test.ts' \
		homeward hatch_build.py web/src
	@echo "sslyze and schemathesis: every listener and every route."
	@$(PYTHON) -m bench._scans $(SCANNERS)

$(SCANNERS): requirements/security.lock .stamps/venv
	@echo "Installing the scanners (locked, by hash), apart from all else."
	@rm -rf .stamps/scanners && $(PYTHON) -m venv .stamps/scanners
	@.stamps/scanners/bin/python -m pip --disable-pip-version-check --quiet install \
		--require-hashes -r requirements/security.lock
	@touch $@

docs: .stamps/dev
	@echo "Writing docs/reference from the code."
	@$(HOMEWARD) docs

sbom: .stamps/runtime
	@echo "Writing sbom.json: what Homeward is made of."
	@$(HOMEWARD) sbom > sbom.json

# The system's own Python first: distributions build it with profile-guided optimisation, and one
# built without runs this code at half the speed (docs/how/measured.md). PYTHON3 names another.
PYTHON3 ?= $(firstword $(foreach each,/usr/bin/python3 python3,$(shell \
	$(each) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && echo $(each))))

.stamps/venv: requirements/pip.lock
	@mkdir -p .stamps
	@test -n "$(PYTHON3)" \
		|| { echo "Homeward needs Python 3.11 or newer; none was found."; exit 1; }
	@echo "Making a virtual environment in .venv, of $(PYTHON3)."
	@$(PYTHON3) -m venv .venv > /dev/null 2>&1 || { \
		rm -rf .venv; \
		if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
			echo "Installing python3-venv from Debian."; \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv \
				> /dev/null && $(PYTHON3) -m venv .venv; \
		else \
			python3 -m venv .venv || { \
				echo "python3 -m venv does not work here. Install it: apt-get install python3-venv"; \
				exit 1; }; \
		fi; }
	@$(PIP) install --require-hashes -r requirements/pip.lock
	@touch $@

.stamps/runtime: .stamps/venv requirements/runtime.lock pyproject.toml
	@echo "Installing what Homeward needs (locked, by hash)."
	@$(PIP) install --require-hashes -r requirements/runtime.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.stamps/dev: .stamps/runtime requirements/dev.lock
	@echo "Installing what the tests need (locked, by hash)."
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.lock
	@touch $@

.stamps/pages: .stamps/venv
	@$(PYTHON) hatch_build.py

# After the virtual environment, which may want the package manager too.
.stamps/debian: .stamps/venv Makefile
	@missing=""; for program in $(DEBIAN_PROGRAMS); do \
		command -v $$program > /dev/null || missing="$$missing $$program"; done; \
	ldconfig -p | grep -q libatomic.so.1 || missing="$$missing libatomic"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
			echo "Installing from Debian, for the tests:$$missing."; \
			export DEBIAN_FRONTEND=noninteractive; \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends \
				$(DEBIAN_PACKAGES) > /dev/null; \
		else \
			echo "Missing:$$missing. Install: apt-get install $(DEBIAN_PACKAGES)"; exit 1; \
		fi; \
	fi
	@touch $@
