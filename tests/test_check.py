"""EPUBCheck's messages, and what is said where it cannot run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec
import pytest
from books import magazine
from needs import epubcheck

from bookmaker import check
from bookmaker.book import Entry
from bookmaker.check import check_epub
from bookmaker.diagnostics import InputError, OutputError
from bookmaker.write.epub import write_epub

if TYPE_CHECKING:
    from pathlib import Path


def test_epubcheck_messages_name_severity_id_and_place(tmp_path: Path) -> None:
    epubcheck()
    book = magazine()
    broken = msgspec.structs.replace(book, outline=(Entry("无处", "a01.xhtml#nowhere", "article"),))
    path = tmp_path / "broken.epub"
    path.write_bytes(write_epub(broken))
    found = {(m.severity, m.id, m.location.split(":")[0]) for m in check_epub(path)}
    assert ("ERROR", "RSC-012", "EPUB/nav.xhtml") in found


def test_epubcheck_reports_a_file_that_is_no_epub(tmp_path: Path) -> None:
    epubcheck()
    path = tmp_path / "栗坡.epub"
    path.write_bytes("不是电子书".encode())
    messages = check_epub(path)
    assert {m.severity for m in messages} & {"FATAL", "ERROR"}


def test_checking_an_absent_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        check_epub(tmp_path / "none.epub")


def test_checking_without_java_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    epubcheck()
    path = tmp_path / "issue.epub"
    path.write_bytes(b"")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutputError, match="apt install default-jre-headless"):
        check_epub(path)


def test_a_checker_that_fails_is_an_output_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    epubcheck()
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'no room for the heap' >&2\nexit 1\n")
    java.chmod(0o755)
    path = tmp_path / "issue.epub"
    path.write_bytes(b"")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(OutputError, match="no room for the heap"):
        check_epub(path)


def test_a_message_without_place_is_kept() -> None:
    raw = {"severity": "ERROR", "ID": "PKG-001", "message": "wrong", "locations": []}
    assert [str(m) for m in check._messages(raw, "x.epub")] == ["x.epub: error PKG-001: wrong"]
