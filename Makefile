# Two commands do everything on a machine with Python 3.11 or later: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

.PHONY: demo test check clean

$(RUN): pyproject.toml requirements.lock hatch_build.py scripts/make_venv.py
	$(PYTHON) scripts/make_venv.py $(VENV)
	@touch $@

$(DEV): pyproject.toml requirements-dev.lock hatch_build.py scripts/make_venv.py
	$(PYTHON) scripts/make_venv.py $(VENV) --dev
	@touch $@ $(RUN)

demo: $(RUN)
	$(BIN)/python scripts/demo.py

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/geoconflict gazetteer check
	$(BIN)/python -m pytest

clean:
	rm -rf $(VENV) out build dist
