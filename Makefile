# Two commands do everything on a machine with Python 3.11 or later: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check clean

$(STAMP): pyproject.toml requirements.lock hatch_build.py
	$(PYTHON) scripts/make_venv.py $(VENV)
	@touch $@

demo: $(STAMP)
	$(BIN)/python scripts/demo.py

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

test: $(STAMP) check
	$(BIN)/geoconflict gazetteer check
	$(BIN)/python -m pytest

clean:
	rm -rf $(VENV) out build dist
