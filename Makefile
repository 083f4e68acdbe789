# Leak Hunter. `make help` says what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
# One thing at a time: the browser tests share a port and two cores.
.NOTPARALLEL:
.DEFAULT_GOAL := help

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

PORT ?= 8899
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

LABEXTENSION := kernel-magics/leakhunter/labextension
LINK := .venv/share/jupyter/labextensions/jupyterlab-leakhunter
FRONT_END := $(shell find src style schema -type f -not -path '*/__tests__/*' 2>/dev/null)
RELEASE := ui-tests/release
DEMO := examples/where-did-my-memory-go.ipynb
CORPUS := kernel-magics/tests/corpus

.PHONY: help build demo test verify bench bench-ui lint pytest types jest bundle ui-test ui-test-notebook screenshots format clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: .venv/.installed .venv/.native $(LABEXTENSION)/package.json ## Install everything into .venv and build the extension

demo: build ## Open JupyterLab on an example, with the panel beside it
	@.venv/bin/python build_tools/demo.py $(DEMO) --port $(PORT) $(AS_ROOT)

test: lint pytest types jest bundle ui-test ui-test-notebook ## Run all that a change must pass (some minutes)

verify: build .venv-corpus/.installed ## Run the long checks: other versions of Python and IPython, the leak corpus
	.venv/bin/python build_tools/native_check.py
	LEAKHUNTER_CORE=python .venv/bin/python -m pytest -q -p no:cacheprovider kernel-magics/tests/test_heap.py
	LEAKHUNTER_CORE=python .venv/bin/python -m pytest -q -p no:cacheprovider kernel-magics/tests/test_seven_situations.py
	.venv/bin/python build_tools/matrix.py
	.venv-corpus/bin/python build_tools/kernel_tests.py
	cd $(CORPUS) && PYTHONPATH=$(CURDIR)/kernel-magics $(CURDIR)/.venv-corpus/bin/python run_corpus.py \
	  --cases cases --overlays $(CURDIR)/.venv-corpus/overlays --json $(CURDIR)/.venv-corpus/score.json --strict
	.venv/bin/python build_tools/sheet.py .venv-corpus/score.json

bench: .venv/.installed .venv/.native .venv-peers/.installed ## Measure what watching a notebook costs, beside other tools
	.venv/bin/python kernel-magics/benchmarks/run.py --write BENCHMARKS.md
	.venv/bin/python kernel-magics/benchmarks/cores.py
	.venv/bin/python kernel-magics/benchmarks/heap.py

bench-ui: build ui-tests/node_modules/.installed ## Measure how soon the panel is there, and what an update costs
	.venv/bin/python build_tools/bundle.py --into $(RELEASE)/labextensions/jupyterlab-leakhunter
	cd ui-tests && CHROMIUM_PATH=$$(../build_tools/setup.sh chromium) JUPYTER_PATH=$(CURDIR)/$(RELEASE) jlpm bench

lint: build ## Check the style and the types of all sources
	ruff check .
	ruff format --check .
	mypy
	jlpm stylelint:check
	jlpm prettier:check
	jlpm eslint:check
	! grep -nE '://|__archiveUrl' yarn.lock ui-tests/yarn.lock

pytest: build ## Test the kernel side
	python build_tools/kernel_tests.py

types: build ## Check the types shared with the kernel, and those of the specs
	python build_tools/protocol.py --check
	jlpm types:check

jest: build ## Test the front end
	jlpm test

bundle: build ## Weigh what a browser loads, and when
	python build_tools/bundle.py

ui-test: build ui-tests/node_modules/.installed ## Test JupyterLab in a browser
	cd ui-tests && CHROMIUM_PATH=$$(../build_tools/setup.sh chromium) jlpm test

ui-test-notebook: build ui-tests/node_modules/.installed ## Test Notebook 7 in a browser
	cd ui-tests && CHROMIUM_PATH=$$(../build_tools/setup.sh chromium) jlpm test:notebook

screenshots: build ui-tests/node_modules/.installed ## Take a picture of every screen, and those of the README
	rm -rf ui-tests/screenshots
	cd ui-tests && CHROMIUM_PATH=$$(../build_tools/setup.sh chromium) jlpm screenshots
	.venv/bin/python build_tools/pictures.py

format: .venv/.installed ## Put all sources into shape
	ruff check --fix .
	ruff format .
	jlpm lint

clean: ## Remove what was built and installed
	rm -f kernel-magics/leakhunter/_native.*.so
	rm -rf $(RELEASE) .demo .venv .venv-corpus .venv-matrix .venv-peers lib node_modules ui-tests/node_modules $(LABEXTENSION) tsconfig.tsbuildinfo

# The tools come first, without the package: building it needs them, and Node.
.venv/.tools: Makefile pyproject.toml build_tools/setup.sh
	python=$$(build_tools/setup.sh python); [ -x .venv/bin/python ] || "$$python" -m venv .venv
	.venv/bin/python -m pip install --quiet editables==0.6 hatchling==1.33.0 hatch-jupyter-builder==0.10.0 jupyter-builder==1.3.0
	build_tools/setup.sh node
	touch $@

node_modules/.installed: .venv/.tools package.json yarn.lock .yarnrc.yml
	jlpm install --immutable
	touch $@

$(LABEXTENSION)/package.json: node_modules/.installed tsconfig.json webpack.config.js $(FRONT_END)
	jlpm build
	touch $@

# The labextension is built by the rule above and linked, not copied, so that the
# next `jlpm build` is seen at once.
.venv/.installed: .venv/.tools pyproject.toml | $(LABEXTENSION)/package.json
	rm -rf $(LINK)
	SKIP_JUPYTER_BUILDER=1 .venv/bin/python -m pip install --quiet --no-build-isolation -e '.[test]'
	rm -rf $(LINK)
	ln -s $(CURDIR)/$(LABEXTENSION) $(LINK)
	touch $@

# For the checkout; without a compiler it says so, and the twin in Python does it.
.venv/.native: .venv/.tools build_tools/native.py $(wildcard kernel-magics/native/*)
	.venv/bin/python build_tools/native.py
	touch $@

ui-tests/node_modules/.installed: .venv/.tools ui-tests/package.json ui-tests/yarn.lock
	cd ui-tests && jlpm install --immutable
	touch $@

# Other tools, to be measured beside ours.  One that cannot be had is left out with a word.
.venv-peers/.installed: kernel-magics/benchmarks/peers.txt build_tools/setup.sh
	python=$$(build_tools/setup.sh python); [ -x .venv-peers/bin/python ] || "$$python" -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet ipykernel ipython msgspec numpy pandas psutil
	grep '^[a-z]' $< | while read -r one; do .venv-peers/bin/python -m pip install --quiet "$$one" || echo "$$one: not to be had here"; done
	touch $@

.venv-corpus/.installed: $(CORPUS)/requirements.txt build_tools/setup.sh
	python=$$(build_tools/setup.sh python); [ -x .venv-corpus/bin/python ] || "$$python" -m venv .venv-corpus
	.venv-corpus/bin/python -m pip install --quiet torch==2.13.0
	.venv-corpus/bin/python -m pip install --quiet -r $(CORPUS)/requirements.txt ipython msgspec nbclient pytest
	.venv-corpus/bin/python -m pip install --quiet --upgrade --no-deps --target .venv-corpus/overlays/tqdm-4.62.0 tqdm==4.62.0
	.venv-corpus/bin/python -m pip install --quiet --upgrade --no-deps --target .venv-corpus/overlays/pyarrow-21.0.0 pyarrow==21.0.0
	touch $@
