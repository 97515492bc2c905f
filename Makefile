# Kotopolku. The two commands: make run, make test. `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run test bench install lint fmt lock clean

PORT ?= 8000
PYTHON ?= python3
export PYTHON

help:            ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: install     ## Run Kotopolku with its demo world; Ctrl-C stops it (PORT=8000)
	@.venv/bin/kotopolku serve --demo --port $(PORT)

test:            ## Run every check: style, floors, types, texts, tests, browser
	@house/install test
	@house/check

bench: install   ## Measure at 1,000 and 1,000,000 clients
	@.venv/bin/python bench/load.py --persons 1000
	@.venv/bin/python bench/load.py --persons 1000000

install:         ## Make .venv and node_modules from the lock files
	@house/install run

lint:            ## Run the checks without the tests
	@house/install test
	@house/check lint

fmt:             ## Format the code
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

lock:            ## Write the Python lock files anew (needs uv)
	@house/lock

clean:           ## Remove what was installed and built; data in .data stays
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
