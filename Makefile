# make book                       builds the issues in examples/ into build/
# make book SRC=text.txt          builds any issue; OUT=folder puts it elsewhere
# make test | bench | tools | clean
#
# Every target does its own set-up first: missing Debian packages (with apt-get as root or through sudo),
# the virtual environment .venv, and bookmaker in it. What is there is not asked for again.

.DEFAULT_GOAL := book
.PHONY: help book test bench tools clean
.DELETE_ON_ERROR:
.ONESHELL:
.SHELLFLAGS := -euc

OUT ?= build
export SRC OUT

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock
VERAPDF := org.verapdf.apps:greenfield-apps:1.28.2
PARTS := pyproject.toml requirements.lock

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

book: $(VENV)/book
	@if [ -n "$$SRC" ]; then set -- "$$SRC"; else set -- examples/*/book.toml; fi
	$(BIN)/python -m bookmaker build "$$@" --out "$$OUT"

# Every check runs, whichever fails, and pytest's closing line is the last.
test: $(VENV)/test .tools/verapdf.jar
	@status=0
	$(BIN)/python -m ruff check . || status=1
	$(BIN)/python -m ruff format --check . || status=1
	$(BIN)/python -m mypy || status=1
	$(BIN)/python -m pytest -n 2 || status=1
	exit $$status

bench: $(VENV)/bench
	@$(BIN)/python benchmarks/run.py

# Checkers that are not Debian packages: veraPDF, for PDF/A and PDF/UA.
tools: .tools/verapdf.jar

clean:
	rm -rf $(VENV) .tools build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/book: $(PARTS)
	@missing=
	$(NEED)
	need python3 python
	need python3-venv python -m ensurepip --version
	need libpango-1.0-0 library libpango-1.0.so.0
	need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
	need libharfbuzz-subset0 library libharfbuzz-subset.so.0
	need fontconfig library libfontconfig.so.1
	$(INSTALL)
	python -c 'import sys; sys.exit(sys.version_info < (3, 11) and
	  "bookmaker needs Python 3.11 or newer, and found %s: make PYTHON=python3.x names another"
	  % sys.version.split()[0])'
	$(BIN)/python -c '' 2>/dev/null || python -m venv --clear $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/test: $(VENV)/book tests/tools/package-lock.json
	@missing=
	$(NEED)
	need default-jre-headless java -version
	need poppler-utils pdftotext -v
	need qpdf qpdf --version
	need fontconfig fc-list --version
	need fonts-hanazono has_font HanaMinA
	need chromium chromium --version
	need nodejs node --version
	need npm npm --version
	need calibre ebook-convert --version
	$(INSTALL)
	$(PIP) --editable '.[test]'
	mkdir -p .tools
	cp tests/tools/package.json tests/tools/package-lock.json tests/tools/.npmrc .tools/
	npm --prefix .tools ci --silent
	touch $@

$(VENV)/bench: $(VENV)/book
	@missing=
	$(NEED)
	need fonts-noto-cjk has_font 'Noto Serif CJK SC'
	need fonts-lxgw-wenkai has_font 'LXGW WenKai'
	$(INSTALL)
	$(PIP) --editable '.[bench]'
	touch $@

.tools/verapdf.jar: Makefile
	@missing=
	$(NEED)
	need default-jre-headless java -version
	need maven mvn --version
	$(INSTALL)
	mvn --batch-mode --quiet dependency:copy -Dartifact=$(VERAPDF) -DoutputDirectory=$(@D) \
	  -Dmdep.stripVersion=true
	mv $(@D)/greenfield-apps.jar $@
	touch $@

# need PACKAGE COMMAND...: notes the Debian package as missing unless the command succeeds.
PYTHON ?= python3
define NEED
python() { $(PYTHON) "$$@"; }
library() { python -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$$1"; }
has_font() { fc-list --quiet ":family=$$1"; }
need() {
  package=$$1; shift
  "$$@" </dev/null >/dev/null 2>&1 || missing="$$missing $$package"
}
endef

define INSTALL
if [ -n "$$missing" ]; then
  if ! command -v apt-get >/dev/null; then
    echo "make: not found, by their names in Debian:$$missing. Install them and run make again." >&2; exit 1
  elif [ "$$(id -u)" = 0 ]; then as_root=
  elif command -v sudo >/dev/null; then as_root=sudo
  else echo "make: as root, run: apt-get install$$missing. Then run make again." >&2; exit 1
  fi
  echo "make: installing Debian packages:$$missing" >&2
  $$as_root apt-get -qq update
  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $$missing >/dev/null
fi
endef
