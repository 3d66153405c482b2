# Targets set up what they need in .venv/, from hashed requirements. Two have environments of their own: "rasa" in
# .venv-rasa/ (Python 3.10), and "encoder" in .venv-encoder/, with exact versions but no hashes. "lock" needs uv.
PYTHON ?= python3
BIN := .venv/bin
EXTRACT := $(BIN)/pybabel -q extract -k say -k say_count:1,2 -k say_in:1c,2 --no-default-keywords --no-location --width=100 \
	-c Translators: --sort-output --project Lotse --copyright-holder Lotse

.PHONY: run test lint check bench encoder rasa rasa-model rasa-test rasa-bench screenshots catalogues lock clean

run: .venv/run.done
	$(BIN)/lotse run

test: .venv/dev.done
	$(BIN)/pytest

lint: .venv/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: .venv/run.done
	$(BIN)/lotse check

bench: .venv/dev.done
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.offers
	$(BIN)/python -m tests.bench.inbox

# Trains the encoder anew; only after many examples have changed (nlu/encoder/README.md).
encoder: .venv/run.done
	test -x .venv-encoder/bin/python || $(PYTHON) -m venv .venv-encoder
	.venv-encoder/bin/python -m pip install --quiet --disable-pip-version-check -r nlu/encoder/requirements.txt
	mkdir -p var && $(BIN)/lotse examples > var/examples.jsonl
	PYTHONPATH=. .venv-encoder/bin/python nlu/encoder/train.py var/examples.jsonl

# Trains a Rasa model on the same files and serves it at 127.0.0.1:5005; then LOTSE_RASA_URL=http://127.0.0.1:5005 make run
rasa: rasa-model
	.venv-rasa/bin/python nlu/start.py serve

rasa-model: .venv/run.done .venv-rasa/run.done
	$(BIN)/lotse export rasa
	.venv-rasa/bin/python nlu/start.py train

rasa-test: rasa-model .venv/dev.done
	$(BIN)/pytest -m rasa tests/nlu tests/e2e/test_real_rasa.py

rasa-bench: .venv/dev.done .venv-rasa/run.done
	$(BIN)/python -m tests.bench.rasa

.venv-rasa/run.done: nlu/requirements.txt nlu/python310 | .venv/run.done
	python=$$(nlu/python310) && { test -x .venv-rasa/bin/python || "$$python" -m venv .venv-rasa; }
	.venv-rasa/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r nlu/requirements.txt
	touch $@

.venv/run.done: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Lotse needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 run" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.done: .venv/run.done requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	uv pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-header \
		nlu/requirements.in -o nlu/requirements.txt
	echo uv | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		- -o requirements/uv.txt

clean:
	rm -rf .venv .venv-encoder .venv-rasa var

catalogues: .venv/dev.done
	$(EXTRACT) -F babel.cfg -o locales/messages.pot .
	$(EXTRACT) -F babel-staff.cfg -o locales/staff.pot .
	for file in locales/*/LC_MESSAGES/*.po; do \
		language=$$(echo $$file | cut -d/ -f2); \
		domain=$$(basename $$file .po); \
		$(BIN)/pybabel -q update --width=100 --no-fuzzy-matching --ignore-obsolete -D $$domain -i locales/$$domain.pot -d locales -l $$language; \
	done

screenshots: .venv/dev.done
	$(BIN)/python -m tests.screenshots
