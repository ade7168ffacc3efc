# kprof: `make profile` measures, `make test` checks. Both make .venv when it is missing.
# Works with GNU make 3.81 (macOS) and later.

ifeq (,$(filter order-only,$(.FEATURES)))
$(error this Makefile needs GNU make 3.81 or newer, found $(MAKE_VERSION): install a newer one, and try gmake)
endif

SHELL = /bin/sh
# cProfile keeps its frames on 3.10 and 3.11; on 3.12 and 3.13 it loses them, and shares stay unknown.
PYTHON ?=
CANDIDATES = $(if $(PYTHON),$(PYTHON),python3.11 python3.10 python3)
ARGS ?=
BIN = .venv/bin
USABLE = import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))

# What runs TensorFlow, a browser or a notebook comes after the unit tests, two files at a time.
REAL = integration or browser or notebook
SLOWEST = --durations=10
# Types are looked at while the tests run: neither needs the other.
BESIDE = --no-print-directory -j2

.PHONY: help profile reproduce check test lint bench evidence snakeviz tensorboard clean
.PHONY: style layers types unit

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo "Variables: PYTHON=interpreter of .venv, ARGS='options' for profile, reproduce, check, test, bench, evidence, snakeviz and tensorboard."

profile: .venv/.runtime ## measure both built-in models and print where predict spends its time
	$(BIN)/kprof run $(ARGS)

reproduce: .venv/.runtime ## put the published study's claims to the test, on its releases and the installed one
	$(BIN)/kprof reproduce $(ARGS)

check: style ## lint, layers, types and unit tests without fuzzing, simulations and what takes seconds: under 2 minutes on 2 cores
	@$(MAKE) $(BESIDE) layers types unit UNIT='not ($(REAL) or simulation or fuzz or long)'

test: style ## everything: lint, layers, types, all tests
	@$(MAKE) $(BESIDE) layers types unit UNIT='not ($(REAL))'
	$(BIN)/python -m pytest $(SLOWEST) -n 2 --dist loadfile -m '$(REAL)' $(ARGS)

lint: style ## style, layers and types
	@$(MAKE) $(BESIDE) --output-sync layers types

style: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

layers: .venv/.dev
	$(BIN)/lint-imports --no-logo

types: .venv/.dev
	$(BIN)/mypy

unit: .venv/.dev
	$(BIN)/python -m pytest -n auto $(SLOWEST) -m "$(UNIT)" $(ARGS)

bench: .venv/.bench ## our speed against peers
	@for script in benchmarks/read_*.py benchmarks/report_*.py; do echo "# $$script"; $(BIN)/python "$$script" $(ARGS) || exit 1; done

evidence: .venv/.bench ## what documents rest on and CI is too short for: about 2 hours; ARGS=NAME for a part
	$(BIN)/python benchmarks/evidence.py $(ARGS)

snakeviz: .venv/.runtime ## the latest run's compiled tiny model as a flame graph
	$(BIN)/kprof view latest snakeviz $(ARGS)

tensorboard: .venv/.runtime ## the latest run's traces in TensorBoard
	$(BIN)/kprof view latest tensorboard $(ARGS)

clean: ## remove .venv and caches; runs in traces/ stay
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.runtime: .venv/.made setup.cfg setup.py pyproject.toml
	@echo "Installing kprof and TensorFlow into .venv: once, some minutes."
	$(BIN)/python -m pip install --quiet --editable '.[tensorflow]'
	@touch $@

.venv/.dev: .venv/.runtime
	@echo "Installing what the tests need into .venv."
	$(BIN)/python -m pip install --quiet --editable '.[tensorflow,plot,dev]'
	@touch $@

.venv/.bench: .venv/.dev
	@echo "Installing the peers that the benchmarks compare with into .venv."
	$(BIN)/python -m pip install --quiet --editable '.[tensorflow,plot,dev,bench]'
	@touch $@

# A pyenv shim may exist and not start; Debian's python3 may lack ensurepip: so each candidate is tried.
.venv/.made:
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then touch $@; exit 0; fi; \
	started=; \
	for candidate in $(CANDIDATES); do \
		if "$$candidate" -c '$(USABLE)' >/dev/null 2>&1; then \
			echo "Making .venv with $$candidate."; \
			"$$candidate" -m venv .venv && touch $@; exit; \
		fi; \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 10))' >/dev/null 2>&1; then \
			started="$$started $$candidate"; \
		fi; \
	done; \
	if [ -n "$$started" ]; then \
		echo "make:$$started cannot make a virtual environment: install python3-venv" \
			"(apt-get install python3-venv), or name a Python 3.10 to 3.13: make PYTHON=/path/to/python3" >&2; \
	else \
		echo "make: no Python 3.10 to 3.13 starts (tried: $(CANDIDATES)):" \
			"install python3.11, or name one: make PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1
