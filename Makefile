# make report   a nation-sized synthetic delivery, built, tested and written to output: workbook and page, exact and public
# make page     only the two report pages, of the same delivery
# make docs     the documentation site, output/docs/index.html; needs Debian's graphviz, and npm
# make contract what suppliers must deliver, output/supplier_contract.odcs.yaml, checked by datacontract-cli
# make test     every check but the slow tests: linters, dbt build on the bundled seeds, judges of its metadata, pytest
# make test-slow   the tests that take a minute or more each, walkthrough and parity among them
# make judge    only those judges, dbt-score and dbt-bouncer, on the warehouse that make test has built
# make walkthrough   every command of docs/walkthrough.md on a generated delivery
# make shell    the warehouse ($TWE_DATABASE, else that of make report), read-only, in the DuckDB shell
# make mutants  put small faults into the SQL and count those that the tests of dbt build find
# make spark    the bundled demonstration data on Apache Spark (Java 17), tables in data/spark
# make parity   every cell on DuckDB and on Spark, several deliveries, embedded and behind a Thrift server
# make bench    measured build times beside plain DuckDB, Polars and Spark, at 0.03 and 0.3 million trajectories
# make bench-large   the same up to 3 million trajectories, with 4 GB of memory for DuckDB
# make bench-waits    everything that a user waits for at national size, each beside its floor
# make bench-disclosure   methods for small counts compared on the delivery of make report; counts in data/disclosure
# make weight   count the parts of the project, and measure dbt build beside an empty project
# make next     build with dbt 2, and with DuckDB 2, and compare every cell; needs npm
# make lock     pin the requirements again
# make clean    remove the folders data, output, target and logs

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORK ?= data
# The command twe, from this folder: nothing is fetched.
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

# An environment that is there was made by a Python that is new enough.
NEW_ENOUGH = test -d $(VENV) || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "$(PYTHON) is not Python 3.11 or newer: name one that is, as in make PYTHON=python3.12."; exit 1; }

DELIVERY := $(WORK)/synthetic
DATABASE := $(WORK)/twe_synthetic.duckdb
# What make shell opens.
SHOWN = $(or $(TWE_DATABASE),$(DATABASE))
OUTPUT ?= output
WORKBOOK := $(OUTPUT)/bijlagen_publiek.xlsx
PAGE := $(OUTPUT)/rapport_publiek.html
SITE := $(OUTPUT)/docs/index.html
CONTRACT := $(OUTPUT)/supplier_contract.odcs.yaml
DEMONSTRATION := $(WORK)/twe_test.duckdb

# Python compiles what it imports; most of what pip installs never is.
export PIP_COMPILE := 0

MODELS := dbt_project.yml profiles.yml $(wildcard src/twe/landing/*.py src/twe/landing/*.sql) \
	$(shell find models macros seeds tests/generic tests/singular -type f)
GENERATOR := tools/generate_raw.py $(wildcard tools/generator/*.py tools/generator/*.yml)
COMMAND := $(wildcard src/twe/*.py)
EXPORTER := $(COMMAND) src/twe/warehouse/status.py $(wildcard src/twe/export/*.py src/twe/export/*.sql src/twe/export/*.yml src/twe/protection/*.py src/twe/protection/*.sql src/twe/standards/*)
REPORTER := $(wildcard src/twe/report/*)
PUBLISHER := $(COMMAND) $(wildcard src/twe/warehouse/*.py src/twe/warehouse/*.sql)
PYTHON_FILES := src tools scripts tests/python

.PHONY: test-slow walkthrough weight next report page docs contract shell test lint lint-python lint-sql judge mutants spark parity bench bench-waits bench-disclosure lock clean bench-large
.DELETE_ON_ERROR:

report: $(WORKBOOK) $(PAGE)
	@echo "The workbook is $(WORKBOOK), the report page $(PAGE), the warehouse $(DATABASE)."

page: $(PAGE)

$(WORKBOOK): $(WORK)/built.stamp $(EXPORTER)
	$(BIN)/twe export --database $(DATABASE) --out $(OUTPUT)
	$(BIN)/twe export --edition public --database $(DATABASE) --out $(OUTPUT)

$(PAGE): $(WORK)/built.stamp $(EXPORTER) $(REPORTER)
	$(BIN)/twe report --database $(DATABASE) --out $(OUTPUT)
	$(BIN)/twe report --edition public --database $(DATABASE) --out $(OUTPUT)

docs: $(SITE)
	@echo "The documentation is $(SITE)."

# The script lets the search work in a page that is opened from disk.
$(SITE): $(WORK)/demonstration.stamp mkdocs.yml tools/docs_hook.py tools/figure_origins.py tools/lineage.py tools/supplier_contract.py $(wildcard docs/*.md docs/annexes/*.md *.md) LICENSE
	@mkdir -p $(WORK)/dbt_docs
	TWE_DATABASE=$(DEMONSTRATION) $(BIN)/dbt --quiet docs generate --static --target-path $(abspath $(WORK)/dbt_docs)
	cd $(WORK)/dbt_docs && npm pack --silent iframe-worker@1.0.4 \
		&& echo "e8c5d12d87829c503afba01d67772ea9f4aba5b7ae57a0c98e1917711030efbb  iframe-worker-1.0.4.tgz" | sha256sum --check --quiet \
		&& tar -xzOf iframe-worker-1.0.4.tgz package/shim/index.js > iframe-worker.js
	TWE_DATABASE=$(DEMONSTRATION) TWE_DOCS_TARGET=$(abspath $(WORK)/dbt_docs) NO_MKDOCS_2_WARNING=1 \
		$(BIN)/mkdocs build --quiet --strict --site-dir $(abspath $(OUTPUT)/docs)
	@touch $@

contract: | $(VENV)/report.stamp $(VENV)/contract.stamp
	$(BIN)/python tools/supplier_contract.py $(CONTRACT)
	$(VENV)/contract/bin/datacontract lint --all-errors $(CONTRACT)

# The bundled synthetic data, with every test of dbt.
$(WORK)/demonstration.stamp: $(MODELS) requirements-dev.txt | $(VENV)/test.stamp
	@mkdir -p $(WORK)
	@rm -f $(DEMONSTRATION)
	TWE_DATABASE=$(DEMONSTRATION) $(BIN)/dbt build --warn-error
	@touch $@

$(WORK)/built.stamp: $(DELIVERY)/SYNTHETIC.txt $(MODELS) $(PUBLISHER) requirements.txt | $(VENV)/report.stamp
	$(BIN)/twe publish --database $(DATABASE) --raw-path $(DELIVERY)
	@touch $@

$(DELIVERY)/SYNTHETIC.txt: $(GENERATOR) | $(VENV)/report.stamp
	@rm -rf $(DELIVERY)
	$(BIN)/python tools/generate_raw.py --trajectories 28000 --seed 1 --format parquet --out $(DELIVERY)

shell: | $(VENV)/shell.stamp
	@test -f "$(SHOWN)" || { echo "There is no warehouse $(SHOWN): set TWE_DATABASE, or make report."; exit 1; }
	@$(BIN)/duckdb -cmd "attach '$(subst ','',$(SHOWN))' as twe (read_only); use twe" -cmd ".read scripts/welcome.sql"

test: $(VENV)/test.stamp
	$(MAKE) --jobs 2 --output-sync lint $(WORK)/demonstration.stamp
	$(MAKE) judge
	TWE_DEMONSTRATION=$(abspath $(DEMONSTRATION)) $(BIN)/pytest -m "not slow" --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-slow: $(WORK)/demonstration.stamp
	TWE_DEMONSTRATION=$(abspath $(DEMONSTRATION)) $(BIN)/pytest -m slow --numprocesses 2 --dist loadfile

lint: lint-python lint-sql

lint-python: $(VENV)/test.stamp
	$(BIN)/ruff check $(PYTHON_FILES)
	$(BIN)/ruff format --check $(PYTHON_FILES)
	$(BIN)/mypy
	TWE_NEXT=$(WORK)/next $(BIN)/python tools/next_versions.py --parse

# A target folder of its own: with make -j2, dbt builds at the same time.
lint-sql: $(VENV)/test.stamp
	@mkdir -p $(WORK)
	TWE_DATABASE=$(WORK)/twe_lint.duckdb DBT_TARGET_PATH=$(abspath $(WORK))/lint \
		$(BIN)/sqlfluff lint models tests --processes 2
	$(BIN)/sqlfluff lint src/twe --templater raw

# They read the files of the build in target/; the catalog is what it left in the database.
judge: $(VENV)/test.stamp
	@test -f $(DEMONSTRATION) || { echo "There is no $(DEMONSTRATION): make test builds it."; exit 1; }
	TWE_DATABASE=$(DEMONSTRATION) $(BIN)/dbt --quiet docs generate --no-compile
	$(BIN)/dbt-score lint --manifest target/manifest.json
	$(BIN)/dbt-bouncer run

weight: $(VENV)/test.stamp
	$(BIN)/python tools/weight.py

next: $(VENV)/test.stamp
	TWE_NEXT=$(WORK)/next $(BIN)/python tools/next_versions.py

mutants: $(VENV)/test.stamp
	$(BIN)/python tools/mutate.py --work $(WORK)/mutants

spark: $(VENV)/test.stamp
	$(BIN)/twe spark --warehouse $(WORK)/spark

walkthrough: $(VENV)/test.stamp
	$(BIN)/pytest tests/python/test_walkthrough.py

parity: $(VENV)/test.stamp
	$(BIN)/pytest tests/python/test_spark_parity.py

bench: $(VENV)/test.stamp
	$(BIN)/python tools/bench.py --work $(WORK)/bench

bench-large: $(VENV)/test.stamp
	$(BIN)/python tools/bench.py --work $(WORK)/bench --sizes 0.03 0.3 3 --memory-limit 4GB

bench-waits: $(VENV)/test.stamp
	$(BIN)/python tools/bench_waits.py

bench-disclosure: $(WORK)/built.stamp | $(VENV)/disclosure.stamp
	$(BIN)/python tools/disclosure_benchmark.py --database $(DATABASE) --out $(WORK)/disclosure \
		--cell-key-python $(VENV)/disclosure/bin/python

$(VENV)/report.stamp: requirements.txt pyproject.toml
	@$(NEW_ENOUGH)
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(INSTALL)
	@touch $@

$(VENV)/test.stamp: requirements-dev.txt pyproject.toml
	@$(NEW_ENOUGH)
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	$(INSTALL)
	@touch $@

# An environment of its own, because datacontract-cli wants other versions of what the project uses.
$(VENV)/contract.stamp: requirements-contract.txt | $(VENV)/report.stamp
	$(BIN)/python -m venv $(VENV)/contract
	$(VENV)/contract/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

# So has this one: the product needs neither pandas nor the package that it is compared with.
$(VENV)/disclosure.stamp: requirements-disclosure.txt | $(VENV)/report.stamp
	$(BIN)/python -m venv $(VENV)/disclosure
	$(VENV)/disclosure/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

$(VENV)/shell.stamp: requirements-dev.txt | $(VENV)/report.stamp
	sed -n '/^duckdb-cli==/,/[^\\]$$/p' requirements-dev.txt \
		| $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement /dev/stdin
	@touch $@

# Needs uv. The options keep every registry address out of the files.
lock:
	$(LOCK) --extra clone --output-file requirements.txt
	$(LOCK) --extra clone --extra dev --output-file requirements-dev.txt
	echo datacontract-cli | $(LOCK:pyproject.toml=-) --output-file requirements-contract.txt
	printf '%s\n' cell-key-perturbation pandas \
		| $(LOCK:pyproject.toml=-) --constraint requirements-dev.txt --output-file requirements-disclosure.txt

LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'

clean:
	rm -rf $(WORK) output target logs
