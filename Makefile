# `make run` starts the line and `make test` checks the project, on a machine that has python3 >= 3.11 (with venv and pip) and make.
# Set-up happens once, in .venv, and again only when pyproject.toml or constraints.txt changes.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# What `make run` hands to `rajola run`, for example: make run RUN="--speed 60 --lang es"
RUN ?=
# What `make test` hands to pytest, for example: make test PYTEST="-k press"
PYTEST ?=

.PHONY: help run test lint types contracts check verify clean

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: $(VENV)/run.stamp ## start the line with its OPC UA server, its HTTP server and its page
	$(BIN)/rajola run $(RUN)

test: lint types contracts ## style, types, import contracts and the tests
	$(BIN)/python -m pytest $(PYTEST)

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp
	$(BIN)/mypy

contracts: $(VENV)/test.stamp
	$(BIN)/lint-imports
