"""How a PDF is made in parts: the same bytes however many processes make it, and whatever the cache holds of it."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cffi
import pikepdf
import pypdf
import pytest
from books import magazine
from msgspec import structs
from msgspec.structs import replace

from bookmaker import resources
from bookmaker.book import XHTML, Book
from bookmaker.diagnostics import OutputError
from bookmaker.write import cache, processes, sheaf_cache, workshop
from bookmaker.write.cache import cache_dir
from bookmaker.write.declarations import kept_declarations
from bookmaker.write.making import Maker
from bookmaker.write.pdf import write_pdf, write_pdfs
from bookmaker.write.processes import Team
from bookmaker.write.profiles import ARCHIVE, PRINT, SCREEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bookmaker.model import Mode

MODES: tuple[Mode, ...] = ("horizontal", "vertical")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what gives a name to the folder that is the cache from now on."""

    def choose(name: str) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))

    choose("first")
    return choose


def kept() -> dict[str, int]:
    """Return the sheaves in the cache with the time at which each was written."""
    return {path.name: path.stat().st_ino for path in (cache_dir() / "sheaves").iterdir()}


def longer(book: Book, number: int, times: int) -> Book:
    """Return a book in which the paragraphs of one article stand so many times over."""
    chapters = list(book.chapters)
    place = next(i for i, chapter in enumerate(chapters) if chapter.id == f"a{number:02}")
    root = deepcopy(chapters[place].root)
    paragraphs = [p for p in root.iter(f"{{{XHTML}}}p") if p.getparent().tag == f"{{{XHTML}}}section"]
    for paragraph in paragraphs[:1] * times:
        copy = deepcopy(paragraph)
        for element in copy.iter():
            element.attrib.pop("id", None)
        paragraphs[-1].addnext(copy)
    chapters[place] = replace(chapters[place], root=root)
    return replace(book, chapters=tuple(chapters))


# --- the cache ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_second_build_makes_nothing_and_gives_the_same_bytes(
    mode: Mode, home: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = magazine(articles=3, mode=mode)
    profiles = (SCREEN, ARCHIVE, PRINT)
    first = write_pdfs(book, profiles)
    before = kept()
    # Screen and archive are drawn alike; of each there are all chapters and the margins.
    assert len(before) >= 2 * (len(book.chapters) + 1)

    def refuse(*_: object) -> None:
        raise AssertionError("a sheaf is made again")

    monkeypatch.setattr(Maker, "sheaf", refuse)
    monkeypatch.setattr(Maker, "furniture", refuse)
    assert write_pdfs(book, profiles) == first
    assert kept() == before


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("times", [1, 30])
def test_after_a_change_a_build_with_the_cache_gives_what_one_without_gives(
    mode: Mode, times: int, home: Callable[[str], None]
) -> None:
    book = magazine(articles=4, paragraphs=12, mode=mode)
    changed = longer(book, 2, times)
    before = write_pdf(book)
    had = kept()
    warm = write_pdf(changed)
    more = set(kept()) - set(had)
    home("second")
    assert write_pdf(changed) == warm
    assert warm.data != before.data
    if times == 1:
        assert warm.pages == before.pages
        assert len(more) == 1
    else:
        # The article grows, and the numbers behind it change, but of all pages only those of the contents.
        assert warm.pages >= before.pages + 1
        assert 2 <= len(more) <= 3


def test_page_numbers_follow_an_article_that_grows(home: Callable[[str], None]) -> None:
    book = magazine(articles=4, paragraphs=12)
    numbers = []
    for made in (write_pdf(book), write_pdf(longer(book, 2, 30))):
        reader = pypdf.PdfReader(io.BytesIO(made.data))
        listed = [int(number) for number in re.findall("· +([0-9]+)", reader.pages[2].extract_text())]
        assert len(listed) == 4
        openings = {
            reader.page_labels[number]
            for item in flat(reader.outline)
            if (number := reader.get_destination_page_number(item)) is not None
        }
        assert {str(number) for number in listed} <= openings
        for number in listed:
            page = reader.pages[reader.page_labels.index(str(number))]
            assert str(number) in page.extract_text().splitlines()[-1]
        numbers.append(listed)
    assert numbers[1][:2] == numbers[0][:2]
    assert numbers[1][2] > numbers[0][2]


def flat(items: list[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def test_a_change_of_a_picture_changes_the_page(home: Callable[[str], None]) -> None:
    book = magazine(articles=2)
    drawing = next(file for file in book.resources if file.media_type == "image/svg+xml")
    other = replace(drawing, data=drawing.data.replace(b"</svg>", b'<rect width="9" height="9"/></svg>'))
    first = write_pdf(book)
    files = tuple(other if file is drawing else file for file in book.resources)
    second = write_pdf(replace(book, resources=files))
    assert first.data != second.data
    home("second")
    assert write_pdf(replace(book, resources=files)) == second


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_damaged_sheaf_is_made_anew(damage: bytes | None, home: Callable[[str], None]) -> None:
    book = magazine(articles=2)
    first = write_pdf(book)
    for path in (cache_dir() / "sheaves").iterdir():
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) if damage is None else damage)
    assert write_pdf(book) == first


def test_a_cache_that_cannot_be_written_is_no_error(home: Callable[[str], None]) -> None:
    cache_dir().mkdir(parents=True)
    (cache_dir() / "sheaves").write_bytes(b"a file in place of the folder")
    book = magazine(articles=2)
    first = write_pdf(book)
    home("second")
    assert write_pdf(book) == first


def test_pages_that_needed_a_font_of_the_system_are_not_kept(
    home: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pdf(magazine(articles=3))
    whole = len(kept())
    home("second")
    own = dict(resources.FACES)
    other = structs.replace(own["kai"], family="Bookmaker Kai of the system")
    monkeypatch.setattr(resources, "FACES", own | {"kai": other})
    write_pdf(magazine(articles=3))
    assert len(kept()) <= whole - 3  # what has a byline, a lead or a running head in Kai is missing


def test_the_sheaves_used_last_are_kept(home: Callable[[str], None]) -> None:
    for number in range(6):
        sheaf_cache.keep(f"key{number}", bytes(1000))
        os.utime(cache_dir() / "sheaves" / f"key{number}", (number, number))
    assert sheaf_cache.take("key0") == bytes(1000)
    sheaf_cache.tidy(3200)
    assert set(kept()) == {"key0", "key5", "key4"}


def test_warnings_are_told_from_the_cache_as_well(
    home: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = magazine(articles=2)
    link = next(book.chapters[-1].root.iter(f"{{{XHTML}}}a"), None)
    if link is None:
        link = next(book.chapters[-1].root.iter(f"{{{XHTML}}}p")).makeelement(f"{{{XHTML}}}a")
        next(book.chapters[-1].root.iter(f"{{{XHTML}}}p")).append(link)
    link.set("href", "#nowhere")
    link.text = "此处"
    first, second = write_pdf(book).diagnostics, write_pdf(book).diagnostics
    assert ["nowhere" in item.message for item in first] == [True]
    assert first == second


# --- processes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_any_number_of_processes_gives_the_same_bytes(
    mode: Mode, home: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "_SHARED_FROM", 0)
    book = magazine(articles=5, paragraphs=9, mode=mode)
    made = []
    for count in (1, 2, 3):
        monkeypatch.setattr(processes, "available", lambda count=count: count)
        home(str(count))
        # The second profile's processes begin when the first one's fonts have been in use.
        made.append(write_pdfs(book, (SCREEN, PRINT)))
    assert made[0] == made[1] == made[2]


def test_a_fault_in_a_process_is_told_as_anywhere(
    home: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "_SHARED_FROM", 0)
    monkeypatch.setattr(processes, "available", lambda: 2)
    source = magazine(articles=3)
    picture = next(item for item in source.chapters if item.id == "a02").root.find(f".//{{{XHTML}}}img")
    assert picture is not None
    picture.set("src", "../images/lost.png")
    with pytest.raises(OutputError, match="not among the book's resources"):
        write_pdf(source)


def _load_nothing() -> None:
    pass


def _repeat() -> Callable[[int], str]:
    return lambda job: "水" * job * 9999


def _end_at_three() -> Callable[[int], int]:
    def work(job: int) -> int:
        if job == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return job

    return work


@pytest.mark.parametrize("count", [1, 2])
def test_a_process_that_is_ended_is_told(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "available", lambda: 2)
    with Team(_load_nothing) as team:
        team.begin(_end_at_three)
        with pytest.raises(OutputError, match="ended by the system"):
            list(team.do(range(5), count))


@pytest.mark.parametrize("count", [1, 3])
def test_results_of_all_jobs_come_back_and_no_process_stays(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "available", lambda: count)
    with Team(_load_nothing) as team:
        team.begin(_repeat)
        for shared in (1, count):
            found = dict(team.do(range(40), shared))
            assert found == {job: "水" * job * 9999 for job in range(40)}
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_team_that_was_closed_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "available", lambda: 2)
    with Team(_load_nothing) as team:
        for _ in range(2):
            team.begin(_repeat)
            assert dict(team.do(range(3), 2)) == {job: "水" * job * 9999 for job in range(3)}
            team.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def _process() -> Callable[[object], int]:
    return lambda _: os.getpid()


def _running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").split(") ")[1][0] != "Z"


def test_jobs_larger_than_a_pipe_are_shared_out_and_all_processes_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "available", lambda: 2)
    with Team(_load_nothing) as team:
        team.begin(_process)
        workers = {process for _, process in team.do(["水" * 99_999] * 60, 2)}
        assert os.getpid() not in workers
    assert not any(map(_running, workers))


def _fail_to_load() -> None:
    raise OutputError("the engine is another one")


@pytest.mark.parametrize("count", [1, 2])
def test_a_fault_of_loading_is_told_where_work_is_asked_for(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "available", lambda: count)
    with Team(_fail_to_load) as team:
        team.begin(_repeat)
        with pytest.raises(OutputError, match="another one"):
            list(team.do(range(3), count))


def test_a_process_that_only_joins_does_not_load_the_engine() -> None:
    program = (
        "import sys, bookmaker.write.pdf\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'weasyprint', 'fontTools', 'cffi'}])"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert made.stdout == "[]\n"


# --- the file ----------------------------------------------------------------------------------------


def test_identifiers_of_elements_are_different_and_headers_are_found() -> None:
    made = write_pdf(magazine(articles=4))
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        elements = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        names = [str(item.ID) for item in elements if "/ID" in item]
        wanted = [
            str(name) for item in elements if "/A" in item and "/Headers" in item.A for name in item.A.Headers
        ]
    assert len(names) == len(set(names)) > 0
    assert wanted
    assert set(wanted) <= set(names)


def test_parent_tree_leads_from_every_page_and_link_to_its_elements() -> None:
    made = write_pdf(magazine(articles=3))
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        parents = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
        assert list(parents) == sorted(parents)
        for page in pdf.pages:
            for place, element in enumerate(parents[int(page.StructParents)]):
                assert element.Pg.objgen == page.objgen
                assert place in [int(kid) for kid in element.K if not isinstance(kid, pikepdf.Dictionary)]
            for link in page.get("/Annots", ()):
                assert parents[int(link.StructParent)].S == "/Link"
                assert link.P.objgen == page.objgen


# --- the engine is loaded quickly ------------------------------------------------------------------------


@pytest.mark.parametrize("found", ["True", "False"])
def test_what_is_loaded_later_is_there_when_it_is_used(found: str) -> None:
    program = (
        "import ctypes.util, sys\n"
        "search = ctypes.util.find_library\n"
        f"there = {found}\n"
        "if not there:\n"
        "    def fail(name):\n"
        "        raise OSError(name)\n"
        "    ctypes.CDLL = fail\n"
        "import bookmaker.write.making\n"
        "assert ctypes.util.find_library is search\n"
        "assert 'fontTools.feaLib' not in sys.modules\n"
        "from fontTools.subset import Subsetter\n"
        "from fontTools.varLib.instancer import instantiateVariableFont, AxisLimits\n"
        "assert Subsetter.__module__ == 'fontTools.subset' and AxisLimits\n"
        "from weasyprint.pdf import fonts\n"
        "assert fonts.subset.Subsetter is Subsetter\n"
        "try:\n"
        "    fonts.instantiateVariableFont(None, {})\n"
        "except (AttributeError, TypeError) as error:\n"
        "    print('called', error)\n"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert made.stdout.startswith("called")


DECLARED = """
    typedef struct { int across; double down; } place;
    typedef enum { FIRST, SECOND = 7 } kind;
    int abs(int number);
"""


@pytest.mark.parametrize("kept", ["nothing", "compiled", "damaged", "nowhere"])
def test_declarations_are_the_same_from_the_cache(kept: str, home: Callable[[str], None]) -> None:
    if kept == "nowhere":
        cache_dir().parent.mkdir(parents=True, exist_ok=True)
        cache_dir().write_bytes(b"a file in place of the folder")
    for _ in range(1 if kept == "nothing" else 2):
        with kept_declarations():
            ffi = cffi.FFI()
        ffi.cdef(DECLARED)
        if kept == "damaged":
            for path in cache_dir().glob("*.ffi"):
                path.write_bytes(b"{")
    place = ffi.new("place *", {"across": 3, "down": 0.5})
    assert (place.across, place.down, ffi.sizeof("place")) == (3, 0.5, 16)
    library = ffi.dlopen(None)
    assert library.abs(-4) == 4
    assert library.SECOND == 7
    assert ffi.string(ffi.new("char[]", b"water")) == b"water"
    assert ffi.cast("void *", 0) == ffi.NULL
    if kept == "nowhere":  # what was kept for the length of the process
        cache._substitute_owner().cleanup()
        cache._substitute_owner.cache_clear()


def test_declarations_that_cannot_be_compiled_are_read(home: Callable[[str], None]) -> None:
    with kept_declarations():
        ffi = cffi.FFI()
    with pytest.raises(cffi.CDefError):
        ffi.cdef("no declaration")
    assert cffi.FFI is not type(ffi)
