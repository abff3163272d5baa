# The same commands for a person and for the machine that checks every change.
# On Windows: README.md, "Windows".

# the first that runs and is new enough: a name alone may be a signpost to nothing
PYTHON ?= $(or $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)
PORT   ?= 8501
SIZE   ?= 2.9M
DEMO   := data/demo/monitor-demo.duckdb

.PHONY: run demo test check bench bench-scale pictures clean

run:            ## set up if needed, load what is new, start the dashboard and print its address
	@$(PYTHON) tools/setup.py
	@.venv/bin/python -m etl build
	@.venv/bin/streamlit run app.py --server.port $(PORT)

demo:           ## the same on made-up figures, in a database of their own
	@$(PYTHON) tools/setup.py
	@.venv/bin/python -m etl.demo --database duckdb:$(DEMO)
	@MONITOR_STORE=duckdb:$(DEMO) .venv/bin/streamlit run app.py --server.port $(PORT)

test:           ## every test, those in a real browser included
	@$(PYTHON) tools/setup.py --test
	@.venv/bin/python -m pytest -n 4 --dist loadfile

check:          ## lint and types
	@$(PYTHON) tools/setup.py --test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

bench:          ## ratios of the pages to a bare Streamlit page, upload day with 2.9 million figures, the CPU of every export
	@$(PYTHON) tools/setup.py --test
	@.venv/bin/python -m bench.pages
	@.venv/bin/python -m bench.intake
	@.venv/bin/python -m bench.reports

bench-scale:    ## loading, judging, asking and uploading at one size, beside pandas and polars (bench/scale/README.md)
	@$(PYTHON) tools/setup.py --test
	@.venv/bin/python -m pip install -q -r requirements-bench.txt
	@.venv/bin/python -m bench.scale --size $(SIZE)

pictures:       ## a picture of every screen, light and dark, wide and phone, into ../pictures
	@$(PYTHON) tools/setup.py --test
	@.venv/bin/python tools/pictures.py ../pictures

clean:          ## the environment and every database that can be built again
	rm -rf .venv data/*.duckdb data/*.duckdb.wal data/demo
