# The commands that always work. Each sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

TEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal --durations 10
BROWSER := $(BIN)/python -m tests.support.chromium

.PHONY: demo test test-all test-encrypted soak lint bench texts clean

demo: $(VENV)/.runtime
	@$(BIN)/kollega demo

test: $(VENV)/.dev
	@$(BROWSER)
	$(TEST)

# Each scenario on every messenger, in encrypted Matrix rooms too.
test-all: export TEST_WIRES = all
test-all: export ROOMS = encrypted
test-all: $(VENV)/.dev
	@$(BROWSER)
	$(TEST)

# What every messenger promises, in encrypted Matrix rooms of version 11.
test-encrypted: $(VENV)/.dev
	ROOMS=encrypted $(TEST) tests/contract/messengers -k matrix-encrypted

# The tests of kills, stalls and partitions in full; about an hour. The short form is in `make test`.
soak: $(VENV)/.dev
	$(BIN)/python -m pytest tests/soak -o python_files='soak_*.py' -p no:xdist

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot.locales.sync --check

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# New texts to the catalogues, and the pages that are made from the code.
texts: $(VENV)/.dev
	$(BIN)/python -m bot.locales.sync
	$(BIN)/kollega settings --language en > docs/settings.toml
	$(BIN)/kollega settings --language ru > docs/settings.ru.toml

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "Installing what Kollega needs (a minute or two, once) …"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "Installing Kollega with its tests (a few minutes, once) …"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.runtime

clean:
	rm -rf $(VENV) var
