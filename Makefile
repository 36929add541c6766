# Two commands for a newcomer: `make demo` and `make test`. Each does its own set-up.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
SHELL  := /bin/bash
.DEFAULT_GOAL := help

RUN_READY  := $(VENV)/.run-ready
TEST_READY := $(VENV)/.test-ready

.PHONY: help demo test nightly lint types fast system lock docs data clean lab

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_READY): requirements-dev.lock $(RUN_READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

demo: $(RUN_READY) ## set up and run the main job on a small synthetic country (needs no system package)
	$(BIN)/apanalytics demo

lab: $(RUN_READY) ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

system: ## install the system packages that the browser, PDF and Spark parts need (Debian, Ubuntu)
	@bash .ci/system

test: $(TEST_READY) ## set up and run every check: style, types, tests, notebooks, browser
	@bash .ci/system --if-allowed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not nightly"

fast: $(TEST_READY) ## unit, property and law tests only (a minute or two)
	$(BIN)/python -m pytest -n 2 --dist loadfile -q tests/unit tests/property tests/law tests/sources -m "not nightly"

lint: $(TEST_READY) ## style, and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(TEST_READY) ## mypy strict on src
	$(BIN)/mypy

nightly: $(TEST_READY) ## what is too long for every change: long tests, benchmarks, links of the docs
	$(BIN)/python -m pytest -n 2 --dist loadfile -m nightly
	$(BIN)/python -m benchmarks

docs: $(TEST_READY) ## write the generated reference pages again
	$(BIN)/python -m docs.generate

data: $(RUN_READY) ## draw the committed synthetic country again
	$(BIN)/python -m data.regenerate

lock: $(TEST_READY) ## resolve the dependencies again and write the two lock files
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra build --upgrade --python-version 3.11 --generate-hashes --no-config --no-annotate --no-header --no-emit-index-url --no-emit-find-links -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev -c requirements.lock --upgrade --python-version 3.11 --generate-hashes --no-config --no-annotate --no-header --no-emit-index-url --no-emit-find-links -q -o requirements-dev.lock

clean: ## remove the environment and everything that was written
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
