# Two commands do all set-up: `make demo` and `make test`. PYTHON=/path/to/python3.12 chooses a Python (3.11 to 3.14).
SHELL := /bin/sh
PYTHON ?=
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
# Debian packages the tests need, as PROBE=PACKAGE (a command, or an absolute path).
BROWSER_PACKAGES ?= /usr/bin/chromium=chromium /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc=fonts-noto-cjk
TEST_PACKAGES ?= git=git strace=strace $(BROWSER_PACKAGES)
POSTGRES_PACKAGES ?= $(TEST_PACKAGES) /usr/lib/postgresql/*/bin/initdb=postgresql
# Only these: make test TESTS=tests/cli
TESTS ?=
# 1: the kernel looks at every array bound while it is tested.
BOUNDSCHECK ?= 1
# What is tested before every commit; the whole suite is `make test`.
FAST ?= $(wildcard tests/house tests/cli tests/kernel tests/platform)
# The operator of `make demo`, and how many small histories `make faults` plays.
SUBSCRIBERS ?= 2000
MONTHS ?= 3
SEED ?= 1
SEEDS ?= 1000
# How many acts `make soak` plays on orders, from SEED.
ACTS ?= 10000
BIN := .venv/bin
PYTEST := NUMBA_BOUNDSCHECK=$(BOUNDSCHECK) $(BIN)/python -m pytest -p tools.real_input -p tools.kill_report -p no:cacheprovider -n $(WORKERS) --dist worksteal
export PYTHON

.PHONY: help demo serve ready test faults soak test-postgres check lint format bench lock shots vendor clean

help:
	@echo "make demo    install, then let a small operator live for three months and print what happened"
	@echo "make serve   the pages of that operator once more, in a browser"
	@echo "make test    install what the tests need, run the whole suite"
	@echo "make test-postgres  the same on a PostgreSQL that is made for it and removed (TESTS=tests/billing: only these)"
	@echo "make faults  small histories with faults, from seeds: make faults SEEDS=1000"
	@echo "make soak    ten thousand acts of clerks, networks and workers on orders, from a seed: make soak ACTS=10000 SEED=1"
	@echo "make check   format, lints, types, floors, fast tests: under a minute, before every commit"
	@echo "make format  put the code into shape"
	@echo "make bench   measure; figures of this machine"
	@echo "make lock    pin the packages again (make lock UPGRADE=1: newer ones)"
	@echo "make shots   pictures of every page of the demonstration, into shots/"
	@echo "make vendor  bring the files of others that the pages serve, and the icons they name"
	@echo "make clean   remove the environment and all caches"

demo:
	@tools/install.sh runtime
	@$(BIN)/python -m tools.demo --subscribers $(SUBSCRIBERS) --months $(MONTHS) --seed $(SEED)

serve:
	@tools/install.sh runtime
	@$(BIN)/python -m tools.demo.pages

ready: # all that the tests and lints below need
	@tools/packages.sh $(POSTGRES_PACKAGES)
	@tools/install.sh dev

test:
	@tools/packages.sh $(TEST_PACKAGES)
	@tools/install.sh dev
	@tools/in_memory.sh env $(PYTEST) $(TESTS)

test-postgres:
	@tools/packages.sh $(POSTGRES_PACKAGES)
	@tools/install.sh dev
	@tools/in_memory.sh tools/postgres.sh run env $(PYTEST) -m "not no_database" $(TESTS)

faults:
	@tools/install.sh dev
	@$(BIN)/python -m tools.operator.histories --seeds $(SEEDS)

soak:
	@tools/install.sh dev
	@SOAK_ACTS=$(ACTS) SOAK_SEED=$(SEED) tools/in_memory.sh $(BIN)/python -m pytest -q -s -p no:cacheprovider tests/orders/test_soak.py

check: lint
	@tools/in_memory.sh env $(PYTEST) -m "not slow" $(FAST)

lint:
	@tools/install.sh dev
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo "make format puts these into shape" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m tools.lint
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

format:
	@tools/install.sh dev
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

bench:
	@tools/install.sh dev
	@$(BIN)/python -m bench $(CASES)

lock:
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

shots:
	@tools/packages.sh $(BROWSER_PACKAGES)
	@tools/install.sh dev
	@$(BIN)/python -m tools.shots $(if $(README),--readme)
	@$(if $(README),$(BIN)/python -m tools.shots_of_orders)
	@$(if $(README),YIDIAN_PICTURES=docs/shots $(BIN)/python -m pytest -p no:cacheprovider tests/browser/test_tariff_story.py)

vendor:
	@$(BIN)/python -m tools.vendor

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
