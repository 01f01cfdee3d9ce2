# Two commands matter: `make demo` and `make test`. Both set up everything they need inside this folder.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= 2

.PHONY: demo test check suite matrices docs golden lock clean browser

demo: $(VENV)/.demo
	$(BIN)/driftscan demo --output-dir demo-out

test: check suite matrices

check: $(VENV)/.dev docs
	$(BIN)/ruff check driftscan tests benchmarks docs
	$(BIN)/ruff format --check driftscan tests benchmarks docs
	$(BIN)/mypy
	$(BIN)/lint-imports

suite: $(VENV)/.dev browser
	$(BIN)/python -m pytest -q -n $(JOBS) -m "not slow"

# Fault matrices and whole runs: minutes each, so apart from the suite.
matrices: $(VENV)/.dev browser
	$(BIN)/python -m pytest -q -n $(JOBS) -m slow

# The documentation, ready to be served or opened: build/docs/site/index.html. A link or an excerpt that does not hold is an error.
docs: $(VENV)/.dev
	$(BIN)/python docs/site/build.py build/docs
	$(BIN)/zensical build --strict -f build/docs/mkdocs.yml

# The samples in reports/ are what users see, made from the demo: regenerate (minutes), then read the diff line by line.
golden: $(VENV)/.dev
	$(BIN)/python -m tests.report.golden --play

# The report is opened in a real browser: Debian's Chromium, where none is installed yet.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  echo "installing Chromium from the system's packages"; \
	  $$( [ "$$(id -u)" = 0 ] || echo sudo ) apt-get update -qq && $$( [ "$$(id -u)" = 0 ] || echo sudo ) apt-get install -y -qq chromium; }

lock: $(VENV)/.dev
	for extra in run demo dev; do \
	  $(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host $$( [ $$extra = run ] || echo --extra $$extra ) -o requirements/$$extra.lock pyproject.toml; done

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python requirements/demo.lock pyproject.toml
	[ -e $(VENV)/.dev ] || $(BIN)/pip install -q --require-hashes -r requirements/demo.lock
	$(BIN)/pip install -q --no-deps -e .
	touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements/dev.lock pyproject.toml
	$(BIN)/pip install -q --require-hashes -r requirements/dev.lock
	$(BIN)/pip install -q --no-deps -e .
	touch $@

clean:
	rm -rf $(VENV) build dist demo-out *.egg-info
