# Everything a person does with the project. `make` lists it.
SHELL := /bin/bash
PYTHON ?= python3
STAGE ?= dev
BIN := .venv/bin
SITE := static_site
NONE_CHOSEN = $(if $(ARGS),[ $$? = 5 ],false)

.DEFAULT_GOAL := help
.PHONY: help install run test check bench package deploy diagnose reset seed screens site

help:  ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

install: .venv/.ready .venv-cloud/.ready $(SITE)/node_modules/.ready  ## Both virtual environments and the site's packages

.venv/.ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=…")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv-cloud/.ready: requirements-cloud.txt
	test -x .venv-cloud/bin/python || $(PYTHON) -m venv .venv-cloud
	.venv-cloud/bin/pip install --quiet --disable-pip-version-check -r requirements-cloud.txt
	@touch $@

$(SITE)/node_modules/.ready: $(wildcard $(SITE)/package-lock.json)
	cd $(SITE) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

run: install  ## The whole system on this machine, on 127.0.0.1, until Ctrl-C
	@$(BIN)/python -m infra.local.run

test: install site  ## Every test; starts what it needs on free ports
	cd $(SITE) && npm test --silent
	$(BIN)/pytest -n 2 --dist loadgroup -m "not timed" $(ARGS) || $(NONE_CHOSEN)
	$(BIN)/pytest -m timed $(ARGS) || $(NONE_CHOSEN)

check: install  ## Style, types and floors
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install site  ## Measure the numbers of docs/benchmarks.md into build/bench/
	$(BIN)/python -m infra.bench $(ARGS)

site: install  ## Build the booking site into static_site/dist
	@$(BIN)/python -m infra.site build

package: install  ## One zip and one template per stage, in build/package/$(STAGE)
	$(BIN)/python -m infra.package --stage $(STAGE)

deploy: install site  ## Deploy STAGE=dev|prod to AWS with the credentials in the environment
	$(BIN)/python -m infra.deploy --stage $(STAGE)

diagnose: install  ## Say what does not agree of gift cards in STAGE=local|dev|prod
	@$(BIN)/python -m infra.diagnose giftcards --stage $(STAGE) $(ARGS)

seed: install  ## Load the demo catalogue into the running local cloud
	$(BIN)/python -m infra.seed --stage local

reset:  ## Forget the local cloud's data
	rm -rf .local

screens: install site  ## Screenshots of every page and state into build/screens
	$(BIN)/pytest tests/browser $(ARGS)
