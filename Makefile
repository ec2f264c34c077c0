# eGemma Serve. `make help` says what can be made; everything lands in .venv.

CONFIG ?= serve_config.yaml
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# llama.cpp is compiled for what is here: Metal on a Mac, CUDA where a GPU and nvcc are, else the CPU.
HAS_GPU := $(shell nvidia-smi -L >/dev/null 2>&1 && echo yes)
HAS_NVCC := $(shell command -v nvcc >/dev/null && echo yes)
ACCELERATOR ?= $(if $(filter Darwin,$(shell uname)),metal,$(if $(and $(HAS_GPU),$(HAS_NVCC)),cuda,cpu))
LLAMA_FLAGS := -DGGML_NATIVE=ON -DLLAVA_BUILD=OFF
LLAMA_FLAGS_cuda := -DGGML_CUDA=ON
LLAMA_FLAGS_metal := -DGGML_METAL=ON
NO_NVCC := $(if $(and $(HAS_GPU),$(filter cpu,$(ACCELERATOR))), (the GPU will stay idle: install the CUDA toolkit for nvcc))
# pip's own cache does not tell one build from another, so every accelerator has a cache of its own.
LLAMA_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/egemma-serve/llama-$(ACCELERATOR)

.DEFAULT_GOAL := help
.PHONY: help install serve test test-fast conformance lint bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

serve: install ## start the graph of CONFIG (serve_config.yaml, or one of configs/); Ctrl-C stops it
	@exec $(BIN)/workbench up $(CONFIG)

test: $(VENV)/.test ## all tests; those of the graph start Ray, one graph at a time
	@$(BIN)/python -m pytest -m "not graph" --numprocesses 2 -o timeout_method=thread
	@exec $(BIN)/python -m pytest -m graph

test-fast: $(VENV)/.test ## the everyday tests, without Ray
	@exec $(BIN)/python -m pytest -m "not slow and not graph" --numprocesses 2 -o timeout_method=thread

conformance: $(VENV)/.test ## let other people's clients talk to the default graph, or NAMES="langchain vercel" of them
	@exec $(BIN)/python -m conformance $(NAMES)

lint: $(VENV)/.lint ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench ## measure the default graph, or NAMES=engine beside llama-server; bench/RESULTS.md keeps what it printed
	@exec $(BIN)/python -m bench $(NAMES)

install: $(VENV)/.serve ## everything that serving needs, without starting it

clean: ## remove .venv and what was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf conformance/clients/*/.venv conformance/clients/*/node_modules

$(VENV)/.serve: $(VENV)/.llama-$(ACCELERATOR)
	@echo "Installing the workbench"
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.bench: $(VENV)/.%: $(VENV)/.serve
	@$(PIP_INSTALL) --editable '.[$*]'
	@touch $@

$(VENV)/.llama-$(ACCELERATOR): constraints.txt pyproject.toml | $(BIN)/pip
	@echo "Building llama.cpp for $(ACCELERATOR)$(NO_NVCC): some minutes, once"
	@rm -f $(VENV)/.llama-*
	@CMAKE_ARGS="$(LLAMA_FLAGS) $(LLAMA_FLAGS_$(ACCELERATOR)) $(CMAKE_ARGS)" $(PIP_INSTALL) --cache-dir "$(LLAMA_CACHE)" \
		--force-reinstall --no-deps llama-cpp-python
	@touch $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)
