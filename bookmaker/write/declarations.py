"""The engine's declarations of C functions, compiled once and kept in the user's cache.

WeasyPrint declares them as text, which cffi reads anew in every process, and parts of it again for every type that is
named later: as long as all the rest of loading. cffi can also compile declarations (its "out-of-line, ABI level"
mode); what comes of that is plain data, and is taken from there as long as text and programs are the same.
"""

from __future__ import annotations

import ast
import io
import os
import sys
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import _cffi_backend
import cffi

from bookmaker.write.cache import cached

if TYPE_CHECKING:
    from collections.abc import Iterator

_Ffi = cffi.FFI


class _Declared:
    """Stands for ``cffi.FFI``: becomes what its declarations were compiled to, or what reads them."""

    def cdef(self, text: str) -> None:
        """Take in declarations of C."""
        try:
            declared: Any = _cffi_backend.FFI("bookmaker", **_compiled(text))
        except (OSError, SyntaxError, ValueError, TypeError, RuntimeError, ImportError):
            # Where nothing can be kept, or cffi has changed, they are read as ever.
            declared = _Ffi()
            declared.cdef(text)
        for name in dir(declared):
            if not name.startswith("__"):
                setattr(self, name, getattr(declared, name))


def _compiled(text: str) -> dict[str, Any]:
    """Return the compiled declarations as keyword arguments; raises OSError, SyntaxError or ValueError."""
    programs = f"{cffi.__version__} {_cffi_backend.__version__} {sys.version} {os.uname().machine}"
    key = sha256(f"declarations\n{programs}\n{text}".encode()).hexdigest()
    source = cached(key, lambda: _compile(text), suffix=".ffi").read_text(encoding="utf-8")
    found: dict[str, Any] = ast.literal_eval(source)
    return found


def _compile(text: str) -> bytes:
    from cffi.recompiler import make_py_source  # noqa: PLC0415 - once for every version

    ffi = _Ffi()
    ffi.cdef(text)
    module = io.StringIO()
    make_py_source(ffi, "declarations", module)
    call = next(node for node in ast.walk(ast.parse(module.getvalue())) if isinstance(node, ast.Call))
    return repr({word.arg: ast.literal_eval(word.value) for word in call.keywords}).encode()


@contextmanager
def kept_declarations() -> Iterator[None]:
    """Have declarations that are made while the block runs taken from the cache."""
    cffi.FFI = _Declared
    try:
        yield
    finally:
        cffi.FFI = _Ffi
