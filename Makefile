# Two commands: `make run` starts the portal, `make test` tests everything.
# They install what they need into this folder, on any machine with Python 3.11+ and make.

PORT ?= 8000
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
  $(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
UV_INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(PY)
UV_LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes \
  --no-emit-index-url --no-header --python-version 3.11
BABEL := $(PY) -m babel.messages.frontend --quiet
POT := .cache/messages.pot
LANGUAGES := ar bn pl so
CATALOGUES := $(foreach l,$(LANGUAGES),translations/$(l)/LC_MESSAGES/messages.po)

# Each of these files says: this step was done, and nothing it rests on has changed since.
DONE := $(VENV)/done
SHEETS := portal/static/manifest.json
WORDS := $(patsubst %.po,%.mo,$(wildcard $(CATALOGUES)))
NPM_DONE := node_modules/.package-lock.json

# Node.js comes from the virtual environment where the machine has none, or too old a one.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Some machines forbid Python to keep what it compiled; then each start takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: run install test check style types layers catalogues format messages lock

# The demo: invented people, and a mailbox that shows what would have been sent.
run: export PORTAL_DEMO := 1
run: export PORT := $(PORT)
run: $(DONE)/run $(WORDS) $(SHEETS) $(if $(DATABASE_URL),demo,var/demo)
	@exec $(BIN)/portal run

# For production: the same without the demo. The command is .venv/bin/portal then.
install: $(DONE)/run $(WORDS) $(SHEETS)

.PHONY: demo
demo: $(DONE)/run
	@$(BIN)/portal migrate
	@$(BIN)/portal demo --quiet

# The demo's own database needs looking at only when the schema has changed.
var/demo: $(DONE)/run $(wildcard portal/migrations/versions/*.py)
	@$(MAKE) --no-print-directory demo
	@touch $@

# ARGS are pytest's own: make test ARGS="tests/trust -k seat"
test: $(DONE)/test $(WORDS) $(SHEETS) tests/browser/$(NPM_DONE)
	$(PY) -m pytest --numprocesses=auto --dist=worksteal $(ARGS)

# What the pages cost that people open most: work, bytes, and time beside a bare page. 2 minutes.
.PHONY: bench
bench: $(DONE)/test $(WORDS) $(SHEETS)
	@$(PY) -m tests.load.bench

# The same pages with a million contributions behind them. 10 minutes.
.PHONY: million
million: $(DONE)/test $(WORDS) $(SHEETS)
	@$(PY) -m tests.load.million

# Answers sent while workers are killed: none acknowledged is lost, none is there twice.
# make crash N=1000 KILLS=50 SEED=2 DATABASES=sqlite; the same SEED hits the same sendings.
.PHONY: crash
crash: $(DONE)/test $(WORDS) $(SHEETS)
	@$(PY) -m tests.load.crash

# The directory with 200,000 organisations beside the same with 2,000.
.PHONY: directory
directory: $(DONE)/test $(WORDS) $(SHEETS)
	@$(PY) -m tests.load.directory

# What the check of free text finds, and what it misses, on its corpus.
.PHONY: free-text
free-text: $(DONE)/test
	@$(PY) -m tests.trust.disclosure.figures

# Every page in every state, language, size and way, with axe and a validator. Half an hour.
.PHONY: axe
axe: $(DONE)/test $(WORDS) $(SHEETS) tests/browser/$(NPM_DONE)
	$(PY) -m pytest --numprocesses=auto --dist=worksteal --thorough \
	  tests/browser/journey/test_audit.py $(ARGS)

# Every planted fault, and every check taken out, of which `make test` does a third.
.PHONY: faults
faults: $(DONE)/test $(WORDS) $(SHEETS)
	$(PY) -m pytest --numprocesses=auto --dist=worksteal --thorough \
	  tests/faults tests/portal/test_matrix.py $(ARGS)

check: $(DONE)/test
	@$(MAKE) --no-print-directory --keep-going style types layers catalogues

style:
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

types:
	$(BIN)/mypy --no-error-summary

layers:
	$(BIN)/lint-imports --cache-dir .cache/imports

catalogues: $(POT)
	@$(BABEL) update --check --input-file $(POT) --output-dir translations \
	  --ignore-pot-creation-date 2>/dev/null \
	  || { echo "The catalogues miss words of the code: run 'make messages', then translate."; exit 1; }

format: $(DONE)/test
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

# After words changed in the code: brings every catalogue up to date, for translating.
messages: $(DONE)/run $(POT)
	@for po in $(CATALOGUES); do language=$${po#*/}; language=$${language%%/*}; \
	  test -f $$po || $(BABEL) init --input-file $(POT) --output-dir translations --locale $$language; \
	done
	$(BABEL) update --input-file $(POT) --output-dir translations --no-fuzzy-matching \
	  --ignore-obsolete --ignore-pot-creation-date

.PHONY: $(POT)
$(POT):
	@mkdir -p $(@D)
	@$(BABEL) extract --mapping pyproject.toml --keywords "_l lazy_gettext lazy_ngettext:1,2" \
	  --ignore-dirs ".* node_modules static" --add-location file --sort-output --no-wrap \
	  --project "Community Insights Portal" --header-comment "# Words of the portal." \
	  --output-file $@ .

# Newer versions of everything; read the difference before you commit it.
lock: $(DONE)/run
	$(UV_LOCK) --output-file requirements/setup.txt requirements/setup.in
	$(UV_LOCK) --output-file requirements/node.txt requirements/node.in
	$(UV_LOCK) --output-file requirements/run.txt pyproject.toml
	$(UV_LOCK) --output-file requirements/test.txt requirements/test.in
	cd portal/assets && npm update --package-lock-only
	cd tests/browser && npm update --package-lock-only

$(DONE)/venv: requirements/setup.txt
	$(if $(PYTHON),,$(error This needs Python 3.11 or newer: install it, or say PYTHON=/path/to/python))
	@echo "Installing what the portal is made of, into $(VENV) …"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(@D) && touch $@

$(DONE)/run: requirements/run.txt pyproject.toml $(DONE)/venv
	@$(UV_INSTALL) --require-hashes -r requirements/run.txt
	@$(UV_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/test: requirements/test.txt $(DONE)/run
	@$(UV_INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

$(DONE)/node: requirements/node.txt $(DONE)/venv
	@npm --version >/dev/null 2>&1 && node -e \
	  'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
	  || $(UV_INSTALL) --require-hashes -r $<
	@touch $@

%/$(NPM_DONE): %/package-lock.json $(DONE)/node
	@cd $* && npm ci --loglevel=error >/dev/null
	@touch $@

$(SHEETS): portal/assets/$(NPM_DONE) $(wildcard portal/assets/*.*)
	@echo "Building the style sheets …"
	@cd portal/assets && npm run --silent build >/dev/null
	@touch $@

%.mo: %.po $(DONE)/run
	@$(BABEL) compile --input-file $< --output-file $@
