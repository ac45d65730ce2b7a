# Two commands do everything on a machine with Python 3.11+, make and git: `make run`, `make test`.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help run test test-slow lint types template messages lock clean

help:  ## Say what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# What the site runs with, installed once for each lock file.
$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tilts needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-test.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tilts needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-test.txt
	@touch $(VENV)/.run $@

messages: $(VENV)/.run  ## Compile the translations (needs no gettext)
	@$(BIN)/python -m theme.catalogue compile

run: $(VENV)/.run messages  ## Serve a working Tilts with a demo organisation on 127.0.0.1
	@mkdir -p var
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@$(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	git ls-files -z '*.html' | xargs -0 $(BIN)/djhtml --check
	$(BIN)/lint-imports

types: $(VENV)/.test
	$(BIN)/mypy .

# The tests' database takes half a minute to migrate: made while the types are checked.
template: $(VENV)/.test
	@mkdir -p var
	@$(BIN)/python -m tests.database

test: $(VENV)/.test messages  ## Linters, types, every test, in a real browser too
	@$(MAKE) --no-print-directory --jobs=2 lint types template
	$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 1
	$(BIN)/python -m theme.catalogue check
	$(BIN)/pytest -n 2 --dist loadgroup -m "not slow"

test-slow: $(VENV)/.test messages  ## Fuzzing, mutation and benchmarks; takes its time
	$(BIN)/pytest -m "slow or hypothesis" --hypothesis-profile=chance
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.bench.simulation
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.attempts
	$(BIN)/python -m tests.bench.turns
	$(BIN)/python -m tests.bench.stories
	$(BIN)/python -m tests.bench.people

lock: $(VENV)/.test  ## Compile requirements*.in to requirements*.txt with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --python-version 3.11 requirements-test.in -o requirements-test.txt

clean:  ## Throw away what was made: environment, database, caches
	rm -rf $(VENV) var .pytest_cache .ruff_cache .mypy_cache
