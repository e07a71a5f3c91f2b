# Everything here works from a fresh clone: each target sets up what it needs first.
PYTHON ?= python3
BIN := .venv/bin
BENCH_OPTIONS ?= --peers --json build/bench/result.json --html build/bench/index.html --pictures build/bench/pictures
SOAK_SECONDS ?= 600
DEMOS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo thumbnails test lint types format test-headless test-x11 bench soak coverage clean setup-demo setup-test setup-peers

help:  ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup-demo  ## open the gallery of demos; without a display, draw them into build/demo
	$(BIN)/ecs-engine demo

thumbnails: setup-test  ## draw the pictures of the gallery again: all, or those of DEMOS="hello lights"
	$(BIN)/python -m ecs_engine.gallery.draw_thumbnails $(DEMOS)

test: lint types test-headless test-x11  ## lint, types, and every test: mocked GL, headless GL, a real X server

lint: setup-test  ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup-test  ## put the code in format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup-test  ## check types, strictly
	$(BIN)/python tools/typecheck.py

test-headless: setup-test  ## the tests that need no display: mocked GL and real GL off screen
	$(BIN)/python tools/run_tests.py headless

test-x11: setup-test  ## the tests that open a window, in an X server of their own
	$(BIN)/python tools/run_tests.py x11

bench: setup-demo setup-peers  ## measure every scenario beside the peers; BENCH_OPTIONS="--rounds 1" is a short one
	xvfb-run -a -s "-screen 0 1280x720x24 -noreset" $(BIN)/ecs-engine bench --all $(BENCH_OPTIONS)

soak: setup-test  ## the long forms of the tests (tools/soak.py); SOAK="mock" runs one of them
	SOAK_SECONDS=$(SOAK_SECONDS) $(BIN)/python tools/soak.py $(SOAK)

coverage: setup-test  ## which lines and branches the tests run; build/coverage/html shows them
	$(BIN)/python tools/measure_coverage.py

clean:  ## remove everything that make and the tools made
	rm -rf .venv .peers .build build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-demo:
	@$(PYTHON) tools/setup_env.py demo

setup-test:
	@$(PYTHON) tools/setup_env.py test

setup-peers:  ## install what the engine is measured against, into .peers
	@$(PYTHON) tools/setup_peers.py
