# Everything runs from .venv, which `make install` makes. `make` alone lists the commands.
PYTHON ?=
PORT ?= 8000
RUN := .venv/bin/python

# Tests that kill, race and starve; tests that draw their own examples.
FAULTS = $(wildcard tests/*/test_*kill*.py tests/*/test_racing*.py tests/*/test_poison*.py \
    tests/*/test_lost*.py)
PROPERTIES = $(shell grep -l '^from hypothesis' -r tests --include='test_*.py')
ROUNDS ?= 5
# The stream under kills: how often each target is killed, how many payments come at least.
KILLS ?= 20
PAYMENTS ?= 20000
# Where the made-up calls begin; a failure names it, so that it can be seen again.
SEED ?= $(shell date +%s)
ALL := -m 'slow or not slow'

.PHONY: help install demo test lint format fault fuzz bench coverage-sim screenshots lock

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

install: ## make .venv with the locked packages (needs Python 3.11 or newer)
	@PYTHON="$(PYTHON)" requirements/install.sh

demo: install ## run everything on simulated data: http://localhost:8000
	@$(RUN) manage.py demo --port $(PORT)

test: install ## run the tests, on as many cores as there are, four at most
	@$(RUN) -m pytest -n auto --maxprocesses 4

fault: install ## kill everything KILLS=20 times under PAYMENTS=20000; race and starve it, ROUNDS=5
	@FAULT_KILLS=$(KILLS) FAULT_PAYMENTS=$(PAYMENTS) $(RUN) -m pytest $(ALL) tests/faults
	@for round in $$(seq $(ROUNDS)); do \
	    echo "round $$round of $(ROUNDS)"; $(RUN) -m pytest $(ALL) $(FAULTS) || exit 1; \
	done

fuzz: install ## throw many thousands of random inputs at it
	@SEED=$(SEED) $(RUN) -m pytest $(ALL) --hypothesis-profile=fuzz $(PROPERTIES)

bench: install ## measure it against its peers (20 minutes; BENCH="pipeline --quick" for parts)
	@$(RUN) -m bench $(BENCH)

coverage-sim: install ## see whether intervals hold the truth as often as they say (10 minutes)
	@$(RUN) -m bench.coverage

lint: install ## check style and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

format: install ## put the code into the common format
	@$(RUN) -m ruff check --fix --quiet . ; $(RUN) -m ruff format .

screenshots: install ## photograph the main pages into docs/images (needs Chromium)
	@$(RUN) manage.py screenshots

lock: install ## resolve requirements/*.in into the hashed lists (needs uv)
	@for name in production development; do \
	    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-annotate --no-emit-index-url --upgrade \
	        requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
