# Everything runs from .venv, which `make install` makes. `make` alone lists the commands.
PYTHON ?=
PORT ?= 8000
RUN := .venv/bin/python

.PHONY: help install demo test lint format bench fault fuzz coverage-sim screenshots lock

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

install: ## make .venv with the locked packages (needs Python 3.11 or newer)
	@PYTHON="$(PYTHON)" requirements/install.sh

demo: install ## run everything on simulated data: http://localhost:8000
	@$(RUN) manage.py demo --port $(PORT)

test: install ## run the tests
	@$(RUN) -m pytest

lint: install ## check style and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

format: install ## put the code into the common format
	@$(RUN) -m ruff check --fix --quiet . ; $(RUN) -m ruff format .

lock: install ## resolve requirements/*.in into the hashed lists (needs uv)
	@for name in production development; do \
	    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-annotate --no-emit-index-url --upgrade \
	        requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
