# One file of tasks; CI runs `make test`. Everything is installed into .venv, from pins with hashes.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test run lint types contracts unit slow pins evaluate-models benchmarks clean

demo: $(STAMP)
	$(BIN)/exonym demo

run: $(STAMP)
	$(BIN)/exonym run

# Fast checks first.
test: lint types contracts unit

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

unit: $(STAMP)
	$(BIN)/pytest -n auto --dist worksteal

# The same pins for every system and Python that we support.
pins:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --extra postgresql --extra dev pyproject.toml --output-file requirements.txt

# Needs the held-out pairs: EXONYM_TRAINING_DATA names their folder (translations/training/README.md).
evaluate-models: $(STAMP)
	$(BIN)/python -m translations.training.evaluate

benchmarks: $(STAMP)
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.translation

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Exonym needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf .venv demo-output build dist
