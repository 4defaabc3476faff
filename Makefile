# `make demo` and `make test` do all their own set-up: they need Python >= 3.11, pip and make.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
EXPERIMENT := experiments/01_baselines.toml

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow lint clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## Install everything into .venv

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "stancelab needs Python 3.11 or newer, found " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[train,embed,fast,articles,sweep,check,serve,ray,spark,postgres,dev]'
	@touch $@

demo: $(READY) ## Train, compare, export the best and tag an article
	$(BIN)/stancelab run $(EXPERIMENT) --register stance
	$(BIN)/stancelab compare 01_baselines --champion > /dev/null
	$(BIN)/stancelab export best:01_baselines models/best
	$(BIN)/stancelab predict models/best \
	  --text "Київ подякував Варшаві за допомогу й засудив погрози Мінська." \
	  --actor "Варшаві" --actor "Мінська" --actor "Київ"
	$(BIN)/stancelab predict models/best \
	  --text "Washington lifted its sanctions on Damascus but warned Tehran of new ones." \
	  --actor Damascus --actor Tehran
	$(BIN)/stancelab tag data/examples/uk-trade-talks.txt --model models/best --html models/article.html
	@echo "See the runs: $(BIN)/stancelab ui"

test: $(READY) ## Run the tests, but for the slow ones
	$(BIN)/python -m pytest

test-slow: $(READY) ## Run the slow tests
	$(BIN)/python -m pytest -m slow

lint: $(READY) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean: ## Remove what the demo made (not .venv)
	rm -rf models mlruns mlflow.db mlflow.db.lock optuna.db*
