# Everything a newcomer needs: `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
#: What is set up stands in stamps inside the environment, so that they go with it.
READY := $(VENV)/.ready-to-run
READY_TO_TEST := $(VENV)/.ready-to-test
#: SAM CLI pins boto3 and click, so it runs in an environment of its own.
SAM := $(BIN)/uv tool run --from $(shell sed -n 's/^\(aws-sam-cli==[^ ]*\).*/\1/p' infra/docker/sam-cli.txt) sam
JSON ?=
KEEP ?=
DOCKER ?=
ARGS ?=
FN ?=
EVENT ?=
PARAMETERS ?=
DEPLOY_OPTIONS = $(if $(STACK),--stack $(STACK)) $(if $(REGION),--region $(REGION)) \
    $(if $(CONFIG_ENV),--config-env $(CONFIG_ENV)) $(if $(DATABASE_STACK),--database-stack $(DATABASE_STACK)) $(if $(YES),--yes)

.PHONY: help setup run stop test test-browser test-stack test-container soak invoke truth check format openapi chaos bench images validate deploy-database deploy undeploy clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

$(READY): pyproject.toml uv.lock infra/local/setup.sh
	@bash infra/local/setup.sh run
	@touch $@

$(READY_TO_TEST): $(READY)
	@bash infra/local/setup.sh test
	@touch $@

setup: $(READY_TO_TEST) ## Install what is missing: Python packages, a browser, PostgreSQL's server (for the tests)

run: $(if $(DOCKER),$(READY_TO_TEST),$(READY)) ## Measure the demo trackings on the local stack (JSON=1: result as JSON; KEEP=1: leave the stack up; DOCKER=1: real images; JOBS=1: 30 jobs instead)
	@$(BIN)/python -m infra.local.run $(if $(JSON),--json) $(if $(KEEP),--keep) $(if $(DOCKER),--docker) $(if $(JOBS),--jobs)

stop: $(READY) ## Stop a stack that `make run KEEP=1` left up
	@$(BIN)/python -m infra.local.run --stop

test: $(READY_TO_TEST) ## Run the tests: unit, integration (both databases) and one run on the stack (ARGS=… goes to pytest; ARGS="-n 0 …" for one process)
	@$(BIN)/python -m pytest -n 2 $(ARGS)

test-browser: $(READY_TO_TEST) ## Run the tests that open pages in a real Chromium: readers, the stand-in site, pictures (ARGS=… goes to pytest)
	@$(BIN)/python -m pytest -n 2 -m browser tests/integration tests/chaos $(ARGS)

test-stack: $(READY_TO_TEST) ## Run the other tests of the local stack: faults, alarms, deployments (ARGS=… goes to pytest)
	@$(BIN)/python -m pytest -n 2 -m stack tests/stack $(ARGS)

test-container: $(READY_TO_TEST) ## Build the images and run their tests: every function with every event (ARGS=… goes to pytest)
	@$(BIN)/python -m pytest -m container tests/container $(ARGS)

soak: $(READY_TO_TEST) ## Crawl N times (100) and run N jobs (60), each in one container: nothing fails, nothing piles up
	@SOAK_CRAWLS=$(or $(N),100) SOAK_JOBS=$(or $(N),60) $(BIN)/python -m pytest -q -s -m soak tests/container -p no:cacheprovider $(ARGS)

truth: $(READY_TO_TEST) ## Print what every fault leads to, and the table of truth: right answers, what Sunwi said, share measured
	@$(BIN)/python -m pytest tests/integration/truth -m browser -q -s --no-header -p no:cacheprovider $(ARGS)

check: $(READY) ## Check format, lint, types, layers and the template, in seconds
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache
	@$(BIN)/cfn-lint
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q --no-header tests/unit/template

format: $(READY) ## Format the code
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

openapi: $(READY) ## Write the API's document to docs/openapi.json (RELEASE=1: later changes are compared with it)
	@$(BIN)/python -m infra.openapi.write $(if $(RELEASE),--release)

chaos: $(READY_TO_TEST) ## Inject every fault into the real parts, and print what each has cost (TABLE=docs/faults.md keeps it; ARGS="-k redrive")
	@$(if $(TABLE),CHAOS_TABLE=$(abspath $(TABLE))) $(BIN)/python -m pytest tests/chaos -n 2 -q --no-header -m "chaos or not chaos" -p no:cacheprovider $(ARGS)

bench: $(READY_TO_TEST) ## Print the benchmarks' ratios
	@$(BIN)/python -m pytest tests/benchmarks tests/container -q -s -m benchmark -p no:cacheprovider $(ARGS)

images: $(READY) ## Build the functions' images, on a base that is pulled or else made, and print their sizes
	@$(BIN)/python -m infra.local.containers.images

invoke: $(READY_TO_TEST) ## Invoke a function's image with an event, beside a stand-in Naver (FN=Crawler EVENT=tests/events/sqs-redriven.json)
	@$(BIN)/python -m infra.local.containers.invoke "$(FN)" "$(EVENT)"

validate: $(READY) ## Let the SAM CLI validate and lint the template
	@AWS_DEFAULT_REGION=ap-northeast-2 $(SAM) validate --lint --template template.yaml

deploy-database: $(READY) ## Make a PostgreSQL server on AWS, for whoever has none (PARAMETERS=, REGION=; docs/deploy.md has the costs)
	@$(SAM) deploy --config-file $(CURDIR)/samconfig.toml --config-env database --template-file infra/database.yaml \
	    $(if $(REGION),--region $(REGION)) $(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))

deploy: $(READY) ## Build the images, deploy them to AWS and migrate (PARAMETERS="NAME=VALUE …"; STACK=, REGION=; YES=1 asks nothing)
	@$(BIN)/python -m infra.deploy $(DEPLOY_OPTIONS) $(PARAMETERS)

undeploy: $(READY) ## Delete what was deployed; buckets and database stay (STACK=, REGION=; YES=1 asks nothing)
	@$(BIN)/python -m infra.deploy --remove $(DEPLOY_OPTIONS)

clean: ## Stop the stack, and remove everything that was built or installed in this folder
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m infra.local.run --stop || true; fi
	@rm -rf $(VENV) .local .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
