# The commands of DevConnect. `make help` lists them.
# The distribution's Python, where it is new enough: it was compiled with profile-guided optimization, and takes three
# quarters of the time of one that pyenv compiles as it does by default. PYTHON=python3.13 chooses another.
SYSTEM_PYTHON := /usr/bin/python3
PYTHON ?= $(shell $(SYSTEM_PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $(SYSTEM_PYTHON) || echo python3)
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

# The environment is made again whenever a list of packages changes. A half-made one has no stamp, and is made again too.
$(VENV)/installed: requirements.txt requirements-consumer.txt requirements-ops.txt requirements-dev.txt clients/python/pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed: DevConnect needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "DevConnect needs Python 3.11 or newer: set PYTHON."; exit 1; }
	@echo "Installing the packages into $(VENV), with $(PYTHON) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

INFRA := .local/infra
$(INFRA)/installed: requirements-infra.txt
	@echo "Installing the tools for infra/ into $(INFRA) ..."
	@$(PYTHON) -m venv --clear $(INFRA)
	@$(INFRA)/bin/pip install --quiet --disable-pip-version-check -r requirements-infra.txt
	@touch $@

CHECKOV := .local/checkov
$(CHECKOV)/installed: requirements-checkov.txt
	@echo "Installing checkov into $(CHECKOV) ..."
	@$(PYTHON) -m venv --clear $(CHECKOV)
	@$(CHECKOV)/bin/pip install --quiet --disable-pip-version-check -r requirements-checkov.txt
	@touch $@

RUNTIME := .local/runtime
$(RUNTIME)/installed: requirements.txt | $(VENV)/installed
	@echo "Installing what the functions' runtime has into $(RUNTIME) ..."
	@$(BIN)/python -m infra.rehearsal.runtime $(RUNTIME)
	@touch $@

# Several tests run at once, each group of them on servers of its own: tests/support/scheduling.py.
WORKERS ?= 5
PARALLEL := --numprocesses=$(WORKERS) --dist=loadscope --no-loadscope-reorder

STAGE ?= dev
PACKAGE := .local/package/$(STAGE)

##@ Run

.PHONY: run
run: $(VENV)/installed web ## Run the whole system with its page, until Ctrl-C
	@exec $(BIN)/python -m infra.local run

.PHONY: demo
demo: $(VENV)/installed ## Watch two users talk; starts the system if it is not running
	@exec $(BIN)/python -m infra.local demo

.PHONY: ps
ps: $(VENV)/installed ## List the processes that run
	@exec $(BIN)/python -m infra.local ps

.PHONY: servers
servers: $(VENV)/installed ## Run Redis, MongoDB and Kafka alone, and write .local/env to source
	@exec $(BIN)/python -m infra.local servers

##@ Test

# Compiled modules are kept, also where the shell forbids it: else each worker of the tests would compile all of them.
check test faults soak prove stress fuzz: export PYTHONDONTWRITEBYTECODE :=

# The packages of a directory's lock file, installed again whenever it changes.
NPM_CI = { cmp -s package-lock.json node_modules/installed || { npm ci --silent --no-audit --no-fund && \
	cp package-lock.json node_modules/installed; }; }
HAS_NODE = node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major < 20 || (major == 20 && minor < 10))' 2>/dev/null

.PHONY: typescript
typescript: ## Check and test the TypeScript client, and check the page
	@if $(HAS_NODE); then (cd clients/typescript && $(NPM_CI) && npm run --silent lint && npm test --silent) && \
		(cd clients/web && $(NPM_CI) && npm run --silent lint); \
		else echo "There is no Node.js 20.10 or newer here: the TypeScript client is not checked."; fi

.PHONY: web
web: ## Make the files of the page, which make run serves
	@if $(HAS_NODE); then cd clients/web && $(NPM_CI) && npm run --silent build -- --logLevel warn; \
		else echo "There is no Node.js 20.10 or newer here: make run serves the API without its page."; fi

.PHONY: check
check: lint typescript ## Check style and types, and run the unit tests: under a minute
	@exec $(BIN)/python -m pytest --quiet tests/unit

.PHONY: test
test: $(VENV)/installed $(INFRA)/installed lint ## Run all checks and all tests on the real servers, or TESTS=tests/e2e alone
	@exec $(BIN)/python -m tests.whole $(if $(TESTS),$(TESTS),$(PARALLEL))

.PHONY: lint
lint: $(VENV)/installed ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: make format"; exit 1; }
	@$(BIN)/mypy

.PHONY: format
format: $(VENV)/installed ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: faults
faults: $(VENV)/installed ## Kill things under load and count what is left: a quarter of an hour
	@exec $(BIN)/python -m pytest -m faults --capture=no --timeout=1800 tests/resilience/faults tests/resilience/degraded \
		tests/resilience/hostile tests/resilience/recovery tests/web

.PHONY: soak
soak: $(VENV)/installed ## Send a million messages while everything is killed, and audit the books; or MESSAGES=50000 SEED=7
	@exec $(BIN)/python -m tests.soak

.PHONY: prove
prove: $(VENV)/installed ## Run every interleaving of operations on real servers, with every death of one: half an hour
	@exec $(BIN)/python -m tests.interleavings

.PHONY: stress
stress: $(VENV)/installed ## Race readers against writers for minutes, and count stale reads
	@STRESS_SECONDS=$${STRESS_SECONDS:-60} exec $(BIN)/python -m pytest --capture=no --timeout=1800 tests/resilience/stress

.PHONY: fuzz
fuzz: $(VENV)/installed ## Look for what breaks the edge, or the Python client: FUZZ_TIMES=20 as many inputs as in the tests
	@FUZZ_TIMES=$${FUZZ_TIMES:-20} exec $(BIN)/python -m pytest --capture=no --timeout=1800 \
		tests/resilience/fuzz tests/resilience/recovery/test_random_trouble.py

##@ Measure

.PHONY: bench
bench: $(VENV)/installed ## Measure messages, profiles and presence beside their floors, in a process and through the gateway
	@exec $(BIN)/python -m tests.bench.bench_messages

.PHONY: bench-cold
bench-cold: $(VENV)/installed ## Measure the first profile and message of a fresh function, from a snapshot and without
	@exec $(BIN)/python -m tests.bench.bench_cold

.PHONY: bench-load
bench-load: $(VENV)/installed ## Measure the load on MongoDB over a day of chat, with Redis and without: two minutes
	@exec $(BIN)/python -m tests.bench.bench_load

.PHONY: bench-consumer
bench-consumer: $(VENV)/installed ## Measure the consumer beside a bare loop on the same records
	@exec $(BIN)/python -m tests.bench.bench_consumer

.PHONY: bench-people
bench-people: $(VENV)/installed ## Measure the feed and the search among 100,000 users, or USERS: five minutes
	@exec $(BIN)/python -m tests.bench.bench_people $(if $(USERS),--users $(USERS))

.PHONY: cost
cost: $(VENV)/installed ## Print the bill of a month, of USERS (a million) and MESSAGES a day, from the measured figures
	@exec $(BIN)/python -m infra.cost $(if $(USERS),--users $(USERS)) $(if $(MESSAGES),--messages $(MESSAGES))

##@ Ship

.PHONY: documents
documents: $(VENV)/installed ## Write the OpenAPI and AsyncAPI documents, and the collection of calls, of the code as it is
	@exec $(BIN)/python -m infra.documents

.PHONY: package
package: $(VENV)/installed ## Write the functions' zip and the templates of STAGE (dev) to .local/package/
	@exec $(BIN)/python -m infra.package --stage $(STAGE)

.PHONY: lint-infra
lint-infra: package $(INFRA)/installed $(CHECKOV)/installed ## Check Dockerfile, compose file and templates of STAGE
	@$(INFRA)/bin/hadolint infra/consumer/Dockerfile
	@if docker compose version >/dev/null 2>&1; then docker compose -f infra/docker-compose.yml config --quiet; \
		else echo "There is no docker compose here: infra/docker-compose.yml is checked by tests/tooling/containers alone."; fi
	@$(INFRA)/bin/python infra/cloudformation/translate.py \
		$(PACKAGE)/sam.json $(PACKAGE)/translated.json Deployment=1
	@$(INFRA)/bin/cfn-lint -- $(PACKAGE)/base.json $(PACKAGE)/page.json $(PACKAGE)/sam.json $(PACKAGE)/translated.json
	@$(CHECKOV)/bin/checkov --config-file infra/cloudformation/checkov.yml \
		--file $(PACKAGE)/base.json $(PACKAGE)/page.json $(PACKAGE)/translated.json

.PHONY: rehearse
rehearse: $(VENV)/installed $(INFRA)/installed $(RUNTIME)/installed ## Deploy STAGE on a local AWS, test it there, deploy a next version, go back: ten minutes
	@exec $(BIN)/python -m infra.rehearsal --stage $(STAGE)

.PHONY: infra-tools
infra-tools: $(INFRA)/installed ## Install the linters of infra/, and the local AWS of docker-compose.yml

##@ Other

.PHONY: help
help: ## List the commands
	@awk '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { split($$0, line, ":.*## "); printf "  make %-16s %s\n", line[1], line[2] }' $(MAKEFILE_LIST)

.PHONY: clean
clean: ## Remove the environment, and all local data and logs
	rm -rf $(VENV) .local .mypy_cache .pytest_cache .ruff_cache .hypothesis
