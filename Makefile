# Everyday commands. `make help` lists them; `make run PORT=8001` and `PORT=8001 make run` are the same.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
STEP := sh tools/step
DANISH := udbytte/locale/da/LC_MESSAGES/django
# Without bytecode, each process that a test starts compiles all code anew, and each that runs tests rewrites them anew.
unexport PYTHONDONTWRITEBYTECODE
# The checks and tests use a database of their own, so that they can run beside `make run`.
CHECKING := env -u DATABASE_URL UDBYTTE_MODE=test UDBYTTE_DATA=.data/test

# What `make test` says last when a program is missing.
LEFT_OUT = $(shell command -v xmlsec1 >/dev/null || echo " Left out for want of the program xmlsec1: tests/web/accounts/test_saml.py.")

.PHONY: help install setup dist run test check prove pages pictures soak failover fuzz attack bench messages sbom audit
.DEFAULT_GOAL := help

help:
	@echo "make install   install what production needs into this folder, and nothing for tests"
	@echo "make setup     install everything into this folder, with what checks and tests need"
	@echo "make dist      make a wheel, a source package and the list of exact versions in dist/"
	@echo "make run       serve the demo organisation on http://127.0.0.1:8000 (PORT= to change)"
	@echo "make check     format, lint, types, imports, templates, translations, migrations"
	@echo "make test      the checks and all tests, browser included: at most ten minutes on two cores"
	@echo "make prove     the checks and all tests, with many more random examples and 20 simulated years: two hours"
	@echo "make pages     the pages measured against their bounds, and looked at by the Nu HTML checker (PICTURES=folder keeps them)"
	@echo "make pictures  make the pictures of the README anew, from a demo of its own"
	@echo "make soak      100 kills in an hour while people write (SEED= and KILLS= to change): nothing is lost or doubled"
	@echo "make failover  lose the database under load and promote its standby: nothing acknowledged is lost; two minutes"
	@echo "make fuzz      10,000 odd requests as every role (SEED= and REQUESTS= to change)"
	@echo "make bench     speed at 100,000 employees, as a table and in docs/develop/speed.json"
	@echo "make attack    every address as everybody, with canary words and counted rows: some five minutes"
	@echo "make sbom      write sbom.json: every package of an installation, with hashes (CycloneDX)"
	@echo "make audit     ask whether the packages have known holes (pip-audit, npm audit); needs the network"
	@echo "make messages  take new texts over into the Danish catalogue (needs gettext)"

setup: $(DONE)/develop $(DONE)/html $(DANISH).mo
	@echo "setup: everything is installed. Go on with: make run"

install: $(DONE)/install $(DONE)/assets $(DANISH).mo
	@echo "install: everything is installed. Go on with: $(BIN)/udbytte setup"

dist: $(DONE)/install $(DONE)/assets $(DANISH).mo
	@$(STEP) "Making the packages" $(BIN)/python tools/dist.py
	@ls dist

run: $(DONE)/install $(DONE)/assets $(DANISH).mo
	@UDBYTTE_SETTINGS=$${UDBYTTE_SETTINGS:-/dev/null} exec $(BIN)/udbytte run

check: $(DONE)/develop $(DONE)/assets $(DANISH).mo
	@$(STEP) "Format" $(BIN)/ruff format --check .
	@$(STEP) "Lint" $(BIN)/ruff check .
	@sh tools/together \
	  "Types" "$(BIN)/mypy" \
	  "Storeys" "$(BIN)/lint-imports" \
	  "Templates" "sh tools/check-templates" \
	  "Translations" "$(BIN)/python tools/messages.py check" \
	  "Migrations" "$(CHECKING) $(BIN)/udbytte makemigrations --check --dry-run"
	@$(BIN)/python tools/speed_age.py
	@echo "check: all is well."

test: check $(DONE)/html
	@$(BIN)/python tools/browser.py
	@$(BIN)/pytest -n 3 --dist worksteal || { echo "test: something is wrong, see above."; exit 1; }
	@echo "test: all is well.$(LEFT_OUT)"

prove: check $(DONE)/html
	@$(BIN)/python tools/browser.py
	@HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -n 3 --dist worksteal -m "" \
	  || { echo "prove: something is wrong, see above."; exit 1; }
	@$(CHECKING) $(BIN)/udbytte prove || { echo "prove: a bound is not kept, see docs/develop/proof.md."; exit 1; }
	@echo "prove: all is well.$(LEFT_OUT)"

pages: $(DONE)/develop $(DONE)/html $(DANISH).mo
	@command -v java >/dev/null || { \
	  echo "pages: the Nu HTML checker needs Java. Debian and Ubuntu: sudo apt-get install -y default-jre-headless"; exit 1; \
	}
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m tests.browser.measures $(if $(PICTURES),--pictures $(PICTURES)) \
	  || { echo "pages: a bound is not kept, see above."; exit 1; }
	@$(BIN)/pytest -m "" tests/web/test_html.py || { echo "pages: the HTML is not valid, see above."; exit 1; }

pictures: $(DONE)/develop $(DONE)/assets $(DANISH).mo
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m tools.pictures

soak: $(DONE)/develop $(DONE)/assets $(DANISH).mo
	@$(BIN)/python -m tests.soak --seed $(or $(SEED),1) --kills $(or $(KILLS),100)

failover: $(DONE)/develop $(DONE)/assets $(DANISH).mo
	@$(CHECKING) $(BIN)/python -m tests.failover

fuzz: $(DONE)/develop $(DONE)/assets $(DANISH).mo
	@FUZZ_SEED=$(or $(SEED),1) FUZZ_REQUESTS=$(or $(REQUESTS),10000) $(BIN)/pytest tests/web/test_fuzz.py

attack: $(DONE)/develop $(DONE)/assets $(DANISH).mo
	@$(BIN)/pytest -m "" tests/attack || { echo "attack: somebody reads or changes too much, see above."; exit 1; }

bench: $(DONE)/install $(DONE)/assets $(DANISH).mo
	@exec $(BIN)/udbytte bench

sbom: | $(BIN)/python
	@$(BIN)/python tools/sbom.py

audit: $(DONE)/install
	@$(BIN)/python -m tools.audit

messages: $(DONE)/develop
	@$(BIN)/python tools/messages.py merge

# --- Installing: each step leaves a mark in the virtual environment and is skipped until a file that it reads changes ---

$(BIN)/python:
	@case "$(origin PYTHON)" in file) ;; *) \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "setup: PYTHON=$(PYTHON) does not start, or is older than 3.11. Name another one, or leave PYTHON out."; exit 1; }; \
	esac
	@found=; for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "setup: Python 3.11 or later is needed. Debian and Ubuntu: sudo apt-get install -y python3-venv make git"; exit 1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "setup: Python's venv is missing. Debian and Ubuntu: sudo apt-get install -y python3-venv make git"; exit 1; \
	fi; \
	rm -rf $(VENV); $(STEP) "Making the virtual environment" $$found -m venv $(VENV)

$(DONE)/install: requirements.txt pyproject.toml | $(BIN)/python
	@$(STEP) "Installing packages" $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
	@$(STEP) "Installing Udbytte" $(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@mkdir -p $(DONE); touch $@

$(DONE)/develop: requirements-dev.txt $(DONE)/install
	@$(STEP) "Installing tools for checks and tests" $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@mkdir -p $(DONE); touch $@

$(DONE)/assets: package-lock.json tools/assets.py $(DONE)/install
	@$(STEP) "Fetching front-end packages" $(BIN)/python tools/assets.py
	@mkdir -p $(DONE); touch $@

$(DONE)/html: package-lock.json $(DONE)/assets
	@$(STEP) "Fetching what checks HTML" $(BIN)/python tools/assets.py checks
	@touch $@

$(DANISH).mo: $(DANISH).po $(DONE)/install
	@$(BIN)/python tools/messages.py compile
	@touch $@
