# Two commands carry the book: `make book` builds it, `make test` checks everything.
PYTHON ?= python3
BIN := .venv/bin
LAB_FLAGS ?=
.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1 \t/' | expand -t 18

.PHONY: book
book: .venv/.book assets ## Run every page, build the book and print where it lies
	@$(BIN)/python scripts/build_book.py

.PHONY: test
test: packages .venv/.dev assets lint ## Check everything: style, types, pages, package, browser
	@$(BIN)/python scripts/build_book.py --quiet
	@$(BIN)/python -m pytest

.PHONY: lab
lab: .venv/.lab ## Open JupyterLab; a double click opens pages and exercises as notebooks
	@$(BIN)/jupytext-config --settings-file .venv/share/jupyter/lab/settings/overrides.json \
		set-default-viewer markdown myst
	@$(BIN)/jupyter lab $(LAB_FLAGS)

.PHONY: notebooks
notebooks: .venv/.book ## Write pages and solutions as notebooks to _build/notebooks
	@$(BIN)/python scripts/make_notebooks.py

.PHONY: exercises
exercises: .venv/.dev ## Make exercises/ from the masters in solutions/
	@$(BIN)/gdcourse exercises

.PHONY: bench
bench: .venv/.dev ## Measure speed, as in the README's table
	@$(BIN)/python -m pytest benchmarks

.PHONY: lint
lint: .venv/.dev ## Check format, style and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

.PHONY: clean
clean: ## Remove all that was built or fetched, except .venv
	rm -rf _build _assets build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

.PHONY: assets
assets:
	@$(BIN)/python scripts/fetch_assets.py

.PHONY: packages
packages:
	@PYTHON="$(PYTHON)" scripts/system_packages.sh

# .venv/.book, .venv/.lab, .venv/.dev: a stamp for each extra of pyproject.toml that is installed;
# dev holds lab, lab holds book. torch comes first and by its bare version: pip then takes a CPU
# build where one is offered.
.venv/.book .venv/.lab .venv/.dev: .venv/.%: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is \
	needed, not " + sys.version.split()[0] + "; name one, as in: make PYTHON=python3.12 book")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the packages of the extra '$*' into .venv (minutes, the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check "$$(grep '^torch==' constraints.txt)"
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e ".[$*]"
	@touch $@
	@case $* in dev) touch .venv/.lab .venv/.book ;; lab) touch .venv/.book ;; esac
