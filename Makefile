# Short verbs. `run` and `test` do all the set-up on a fresh machine with Python 3.11+.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := app.py api backend components tests benchmarks scripts

.PHONY: run test lint format bench help

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

.venv/runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tools: requirements-dev.txt .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: .venv/runtime ## start the playground on http://127.0.0.1:7860
	$(BIN)/python app.py

test: .venv/tools ## all four rings of tests, browser included
	@sh scripts/test-tools.sh
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/tools ## style, types, and files that may hold two things
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	@$(BIN)/python scripts/long_files.py

format: .venv/tools ## let ruff format everything
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: .venv/tools ## figures beside their floor; ARGS=--quick for a look
	@sh scripts/test-tools.sh
	$(BIN)/python -m benchmarks $(ARGS)
