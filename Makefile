# `make run` starts the line and `make test` checks the project, on a machine that has python3 >= 3.11 (with venv and pip) and make.
# Set-up happens once, in .venv, and again only when pyproject.toml or constraints.txt changes.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin

# A Python to use instead of the first fitting one found: make PYTHON=/opt/python3.13/bin/python3 test
PYTHON ?=
# What `make run` hands to `rajola run`: make run RUN="--speed 60 --lang es"
RUN ?=
# What `make test` hands to pytest: make test PYTEST="-k press"
PYTEST ?=
# Processes that share the tests between them, a file at a time.
WORKERS ?= 2

# Both names, because pip before 25.3 reads the first also for the build, and later ones only the second.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# pyright comes whole from its Python package; it shall not ask whether a newer one exists.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# Every start of `rajola`, and the tests start it often, would compile all modules again where an environment forbids to keep them.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | while IFS='	' read -r name what; do printf '  make %-14s %s\n' "$$name" "$$what"; done

.PHONY: run
run: $(VENV)/run.stamp ## start the line with its OPC UA server, its HTTP server and its page
	@exec $(BIN)/rajola run $(RUN)

.PHONY: test
test: static ## check style, types and imports, then run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

.PHONY: check
check: static pyright wheel ## check all that can be checked without running: as `test`, with pyright and the wheel

.PHONY: verify
verify: $(VENV)/test.stamp ## run the long tests in full length (hours)
	RAJOLA_VERIFICATION=long $(BIN)/python -m pytest -m slow --timeout=0 $(PYTEST) || $(NONE_IS_FINE)

.PHONY: verify-short
verify-short: $(VENV)/test.stamp ## run the long tests in their short form (minutes)
	$(BIN)/python -m pytest -m slow --timeout=600 $(PYTEST) || $(NONE_IS_FINE)

.PHONY: coverage
coverage: $(VENV)/test.stamp ## run the tests and say which lines of twin and plant_models they leave out
	$(BIN)/python -m pytest --cov --cov-report= $(PYTEST)
	$(BIN)/coverage report --include='twin/*,plant_models/*' --fail-under=95

.PHONY: docs
docs: $(VENV)/test.stamp ## write the pages that are read off tests and code
	$(BIN)/python docs/make_validation.py
	$(BIN)/python docs/make_kpis.py
	$(BIN)/python -m plant_models.definition.reference docs/plant-file.md

.PHONY: screenshots
screenshots: $(VENV)/test.stamp ## take the pictures of the page (needs Node.js, Chromium, and npm install in tests/other_stack)
	$(BIN)/python docs/make_screenshots.py

.PHONY: format
format: $(VENV)/test.stamp ## lay out the code as `make test` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: clean
clean: ## remove what was set up and built here (no run's state)
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* coverage.xml .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache tests/other_stack/node_modules tests/other_stack/node_red/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: static
static: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict docs/make_validation.py docs/make_kpis.py docs/make_screenshots.py
	$(BIN)/lint-imports --no-logo

.PHONY: pyright
pyright: $(VENV)/test.stamp
	@if command -v node >/dev/null 2>&1; then \
	  $(BIN)/pyright --pythonpath $(BIN)/python; \
	else \
	  echo "pyright was left out: it needs Node.js, and there is no 'node' on the PATH."; \
	fi

.PHONY: wheel
wheel: $(VENV)/test.stamp
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

# pytest ends with 5 when it found no test to run.
NONE_IS_FINE = { [ $$? -eq 5 ] && echo "There is no long test yet."; }

# The first Python that is new enough and can make a virtual environment with pip in it.
define FIND_PYTHON
for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
done; \
if [ -z "$${found:-}" ]; then \
  echo "Rajola needs Python 3.11 or newer, and none was found as $(or $(PYTHON),python3). Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 2; \
fi; \
if ! "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
  echo "$$found can make no virtual environment: its modules venv and ensurepip are missing (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 2; \
fi
endef

# An environment without pip (as uv makes them) or without its Python is made anew.
define MAKE_VENV
@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
  $(FIND_PYTHON); \
  echo "Setting up $(VENV) with $$("$$found" --version) ..."; \
  "$$found" -m venv --clear $(VENV); \
fi
endef

$(VENV)/run.stamp: pyproject.toml constraints.txt
	$(MAKE_VENV)
	@echo "Installing Rajola and what it stands on (once) ..."
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt
	$(MAKE_VENV)
	@echo "Installing Rajola, what it stands on and the tools of the tests (once) ..."
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $(VENV)/run.stamp $@
