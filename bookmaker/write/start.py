"""WeasyPrint imported without what takes long and is not needed; to be imported before whatever else imports it.

Four things take most of that time. It looks for its libraries by names that Debian does not know, each of which
starts the linker and the compiler (``ctypes.util.find_library``), before it comes to those that are there; it has
declarations of C read (``bookmaker.write.declarations``); it loads the font tools and others for cases that do not
occur here; and it reads the style sheets of HTML and of forms, in place of which pages have one of their own. So
nothing is looked for if the libraries are known to be where they should, and those modules and style sheets are loaded
when something of them is used.
"""

from __future__ import annotations

import ctypes.util
import importlib
import sys
from contextlib import ExitStack, contextmanager
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import tinycss2

from bookmaker.write.declarations import kept_declarations

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)

_LATER = (
    "fontTools.subset",
    "fontTools.varLib.instancer",
    "fontTools.ttLib.woff2",
    "tinyhtml5",
    "pyphen",
)
_FUNCTIONS = frozenset({"instantiateVariableFont"})


class _Later(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _FUNCTIONS:  # taken out of the module when the engine is loaded, used later if at all

            def function(*given: Any, **named: Any) -> Any:
                return getattr(self._loaded(), name)(*given, **named)

            return function
        return getattr(self._loaded(), name)

    def _loaded(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return importlib.import_module(self.__name__)


def _are_present() -> bool:
    try:
        for name in _LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


@contextmanager
def _without_search() -> Iterator[None]:
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None  # noqa: ARG005
    try:
        yield
    finally:
        ctypes.util.find_library = search


@contextmanager
def _without_sheets() -> Iterator[None]:
    """Have the engine's own style sheets read when one of its documents asks for them."""
    parse = tinycss2.parse_stylesheet
    tinycss2.parse_stylesheet = lambda *_, **__: []
    try:
        yield
    finally:
        tinycss2.parse_stylesheet = parse
    engine, html = (importlib.import_module(name) for name in ("weasyprint", "weasyprint.html"))

    @cache
    def sheets() -> tuple[Any, ...]:
        parsed = (
            engine.CSS(string=text, counter_style=counters) for text in (html.UA, html.UA_FORM, html.PH)
        )
        return tuple(parsed)

    counters = html.UA_COUNTER_STYLE
    engine.HTML._ua_stylesheets = lambda _, forms=False: list(sheets()[: 2 if forms else 1])
    engine.HTML._ua_counter_style = lambda _: [sheets() and counters.copy()]
    engine.HTML._ph_stylesheets = lambda _: [sheets()[2]]


def _start() -> None:
    for name in _LATER:
        if name not in sys.modules:
            sys.modules[name] = _Later(name)
    with ExitStack() as stack:
        if _are_present():
            stack.enter_context(_without_search())
            stack.enter_context(kept_declarations())
        stack.enter_context(_without_sheets())
        importlib.import_module("weasyprint")


if "weasyprint" not in sys.modules:
    _start()
