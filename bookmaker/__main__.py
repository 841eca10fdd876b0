"""Runs the command line as ``python -m bookmaker``."""

from bookmaker.cli import run

run()
