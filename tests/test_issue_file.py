from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookmaker import model
from bookmaker.diagnostics import InputError
from bookmaker.issue_file import (
    decode_issue,
    encode_issue,
    encode_schema,
    encode_yaml,
    load_issue,
    schema,
    violations,
)
from bookmaker.model import (
    Article,
    Byline,
    Emphasis,
    Figure,
    Head,
    Issue,
    Kicker,
    Lead,
    Link,
    ListItem,
    Metadata,
    Note,
    NoteReference,
    Page,
    Paragraph,
    Person,
    Quote,
    Ruby,
    Source,
    Strong,
    Subtitle,
    Table,
    Title,
    Unplaced,
    Verse,
)

ROOT = Path(__file__).resolve().parents[1]

ISSUE = Issue(
    version=1,
    metadata=Metadata(title="溪山月报", year=2031, number="4", date="2031-04-05", issn="9999-9994"),
    articles=(
        Article(
            id="a01",
            section="水事",
            page=3,
            front=(
                Kicker(text="水边的事"),
                Title(text="磨坊重开"),
                Subtitle(text="青石河走访"),
                Byline(text="本刊记者　何 田", people=(Person(name="何田", role="本刊记者"),)),
            ),
            blocks=(
                Lead(text="馆长说，门一直开着。"),
                Paragraph(
                    id="a01-p1",
                    text=("石头", Emphasis(text="慢慢"), "转", NoteReference(note="a01-n1", text="①"), "。"),
                    source=Source(page=3, lines=((40, 44), (50, 51)), breaks=((4, 9),)),
                ),
                Head(level=2, text="水"),
                Head(level=3, text=(Ruby(text="磨", reading="mò"), "盘")),
                model.List(
                    items=(ListItem(text="一、荞麦"), ListItem(text=(Strong(text="二"), "、豆"))),
                    ordered=True,
                ),
                Quote(text="不卖票。", attribution="馆长"),
                Figure(caption="磨坊外景", image="mill.jpg", aspect=0.75, credit="何田 摄"),
                Table(rows=(("粮", "斤"), ("豆", "3")), header_rows=1),
                Verse(lines=("水流石不转", "人去磨还圆")),
                Note(id="a01-n1", text=("见", Link(href="https://example.org/", text="网页")), label="①"),
                Unplaced(text="？？"),
            ),
        ),
    ),
    pages=(Page(number=1, label="封面"), Page(number=3, label="1")),
)


def tree() -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(encode_issue(ISSUE))
    return decoded


def broken(*path: str | int, value: object) -> bytes:
    """Return the issue as JSON with ``value`` at ``path``; a list ends in its length to append."""
    root: Any = tree()
    place = root
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(root, ensure_ascii=False).encode()


def test_json_is_indented_utf8_and_ends_in_a_new_line() -> None:
    text = encode_issue(ISSUE).decode()
    assert text.startswith('{\n  "version": 1,\n  "metadata": {\n    "title": "溪山月报",')
    assert text.endswith("}\n")


def test_json_and_yaml_hold_the_same_issue() -> None:
    assert decode_issue(encode_issue(ISSUE), name="x.issue.json") == ISSUE
    assert decode_issue(encode_yaml(ISSUE), name="x.issue.yaml") == ISSUE


def test_yaml_written_by_hand_reads_dates_and_words_as_text() -> None:
    text = """
version: 1
metadata: {title: 溪山月报, date: 2031-04-05, language: zh-Hans, publisher: no}
articles:
  - id: a01
    front:
      - {kind: title, text: yes}
    blocks:
      - kind: paragraph
        text: [石头, {kind: strong, text: 慢慢}, 转。]
"""
    issue = decode_issue(text.encode(), name="x.yaml")
    assert issue.metadata.date == "2031-04-05"
    assert (issue.metadata.publisher, issue.articles[0].title) == ("no", "yes")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            broken("articles", 0, "blocks", 6, "kind", value="figur"),
            r"articles\[0\]\.blocks\[6\]\.kind: 'figur' .*did you mean 'figure'",
        ),
        (
            broken("articles", 0, "blocks", 0, "kind", value="title"),
            r"articles\[0\]\.blocks\[0\]\.kind: 'title' is not known here",
        ),
        (
            broken("articles", 0, "titel", value="x"),
            r"articles\[0\]: unknown key 'titel': did you mean 'title'",
        ),
        (broken("articles", 0, "id", value=7), r"articles\[0\]\.id: expected text, found a whole number"),
        (broken("articles", value={}), "articles: expected a list, found an object"),
        (broken("metadata", value={}), "metadata: the key 'title' is missing"),
        (broken("articles", 0, "type", value="essay"), r"articles\[0\]\.type: 'essay' is not known here"),
        (
            broken("articles", 0, "blocks", 2, "level", value=9),
            r"articles\[0\]\.blocks\[2\]\.level: expected",
        ),
        (broken("version", value=2), "version: 2 is newer than 1, the newest this bookmaker reads: update"),
        (broken("version", value=0), "version: 0 is no version"),
        (b"{}", "the key 'version' is missing"),
        (b"[]", "expected an object, found a list"),
        (b'{"version": 1,', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"\n", "the file is empty"),
    ],
)
def test_wrong_shape_names_the_path_in_the_file(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=r"^x\.issue\.json: " + message):
        decode_issue(data, name="x.issue.json")


@pytest.mark.parametrize("name", ["x.json", "x.yaml"])
def test_bottomless_nesting_is_refused(name: str) -> None:
    deep = '[{"kind":"strong","text":' * 5000 + '""' + "}]" * 5000
    head = '{"version":1,"metadata":{"title":"t"},"articles":[{"id":"a","blocks":[{"kind":"paragraph","text":'
    with pytest.raises(InputError, match=f"{name}: nested too deeply"):
        decode_issue(f"{head}{deep}}}]}}]}}".encode(), name=name)


def test_yaml_fault_names_line_and_column() -> None:
    with pytest.raises(InputError, match=r"^x\.yaml: not YAML: .*\(line 3, column"):
        decode_issue(b"version: 1\nmetadata: [\n", name="x.yaml")


def test_yaml_wrong_type_names_the_path() -> None:
    with pytest.raises(InputError, match=r"^x\.yaml: metadata\.number: expected text or null, found a whole"):
        decode_issue(b"version: 1\nmetadata: {title: t, number: 3}\narticles: []\n", name="x.yaml")


def test_sound_issue_breaks_no_rule() -> None:
    assert list(violations(ISSUE)) == []


@pytest.mark.parametrize(
    ("path", "value", "violation"),
    [
        (("metadata", "date"), "2031-02-30", "metadata.date: '2031-02-30' is no date"),
        (("metadata", "issn"), "9999-9993", "metadata.issn: '9999-9993' is no ISSN"),
        (
            ("metadata", "language"),
            "zh-CN",
            "metadata.language: 'zh-CN' is no language of an edition: write zh-Hans",
        ),
        (("metadata", "title"), "", "metadata.title: is empty"),
        (("articles",), [], "articles: is empty"),
        (("articles", 0, "id"), "文章一", "articles[0].id: '文章一' cannot be an id"),
        (("articles", 0, "id"), "../a", "articles[0].id: '../a' cannot be an id"),
        (
            ("articles", 0, "blocks", 0, "id"),
            "A01",
            "articles[0].blocks[0].id: 'A01' is also the id at articles[0].id",
        ),
        (
            ("articles", 0, "blocks", 9, "id"),
            "n2",
            "articles[0].blocks[1].text[3].note: 'a01-n1' is the id of no note",
        ),
        (("articles", 0, "blocks", 2, "level"), 4, "articles[0].blocks[2].level: 4 skips a level: at most 2"),
        (
            ("articles", 0, "blocks", 1, "source", "lines"),
            [[5, 4]],
            "articles[0].blocks[1].source.lines[0]: 5 to 4",
        ),
        (
            ("articles", 0, "blocks", 1, "source", "page"),
            0,
            "articles[0].blocks[1].source.page: 0 is no page",
        ),
        (
            ("articles", 0, "blocks", 6, "image"),
            "../../etc/passwd",
            "articles[0].blocks[6].image: '../../etc/passwd' is no file name",
        ),
        (("articles", 0, "blocks", 7, "header_rows"), 3, "articles[0].blocks[7].header_rows: 3 of 2 rows"),
        (
            ("articles", 0, "blocks", 9, "text", 1, "href"),
            "javascript:0",
            "articles[0].blocks[9].text[1].href: 'javascript:0' is no absolute address",
        ),
        (
            ("articles", 0, "blocks", 1, "text", 0),
            "石\x07头",
            "articles[0].blocks[1].text: holds a control character",
        ),
        (("metadata", "publisher"), "溪\x00山社", "metadata.publisher: holds a control character"),
        (("pages", 1, "number"), 1, "pages[1].number: 1 does not follow"),
    ],
)
def test_broken_rule_names_the_path_in_the_file(
    path: tuple[str | int, ...], value: object, violation: str
) -> None:
    issue = decode_issue(broken(*path, value=value), name="x.issue.json")
    found = [str(item) for item in violations(issue)]
    assert found
    assert found[0].startswith(violation)


@pytest.mark.parametrize("name", ["x.issue.json", "x.issue.yaml"])
def test_fault_names_article_and_block(name: str) -> None:
    root = tree()
    root["articles"][0]["blocks"][2]["id"] = "l31"
    root["articles"][0]["blocks"][2]["level"] = 4
    (violation,) = violations(decode_issue(json.dumps(root).encode(), name=name))
    assert str(violation).endswith(f"at most 2 can stand here ({root['articles'][0]['id']}, l31)")
    root["articles"][0]["blocks"][2]["kind"] = "paragraph"
    with pytest.raises(InputError, match=r"unknown key 'level': it belongs elsewhere \([\w-]+, l31\)$"):
        decode_issue(json.dumps(root).encode(), name=name)


def test_loading_names_the_first_fault_and_counts_the_others(tmp_path: Path) -> None:
    path = tmp_path / "x.issue.json"
    root = tree()
    root["metadata"]["date"] = "x"
    root["articles"][0]["id"] = "文"
    path.write_text(json.dumps(root), encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.issue\.json: metadata\.date: .*\(and 1 more"):
        load_issue(path)


def test_missing_issue_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_issue(tmp_path / "x.issue.json")


# --- the published schema --------------------------------------------------------------------------


def test_published_schema_is_current() -> None:
    published = (ROOT / "schema" / "issue-1.schema.json").read_bytes()
    assert published == encode_schema(), "run: bookmaker schema > schema/issue-1.schema.json"


def test_schema_names_itself() -> None:
    assert schema()["$id"]
    assert schema()["title"] == "Segmented magazine issue"
    assert "version 1" in schema()["description"]


def test_schema_describes_every_kind_of_block() -> None:
    kinds = {
        value
        for definition in schema()["$defs"].values()
        for value in definition.get("properties", {}).get("kind", {}).get("enum", ())
    }
    used = {block["kind"] for place in ("front", "blocks") for block in tree()["articles"][0][place]}
    assert used <= kinds


# --- any issue at all ------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
INLINE = st.one_of(
    TEXT,
    st.builds(Emphasis, text=TEXT),
    st.builds(Strong, text=TEXT),
    st.builds(Ruby, text=TEXT, reading=TEXT),
    st.builds(NoteReference, note=TEXT, text=TEXT),
    st.builds(Link, href=TEXT, text=TEXT),
)
CONTENT = st.one_of(TEXT, st.lists(INLINE, max_size=3).map(tuple))
SOURCE = st.none() | st.builds(
    Source,
    page=st.integers(1, 99),
    lines=st.lists(st.tuples(st.integers(1, 9), st.integers(9, 99)), max_size=2).map(tuple),
    split=st.booleans(),
)
BLOCK = st.one_of(
    st.builds(Paragraph, text=CONTENT, id=st.none() | TEXT, source=SOURCE),
    st.builds(Head, text=CONTENT, level=st.integers(2, 6), source=SOURCE),
    st.builds(
        model.List, items=st.lists(st.builds(ListItem, text=CONTENT, source=SOURCE), max_size=2).map(tuple)
    ),
    st.builds(Quote, text=CONTENT, attribution=st.none() | TEXT),
    st.builds(Figure, caption=CONTENT, image=st.none() | TEXT, aspect=st.floats(0.01, 20)),
    st.builds(Table, rows=st.lists(st.lists(CONTENT, max_size=2).map(tuple), max_size=2).map(tuple)),
    st.builds(Verse, lines=st.lists(CONTENT, max_size=2).map(tuple)),
    st.builds(Unplaced, text=CONTENT),
)
ANY_ISSUE = st.builds(
    Issue,
    version=st.just(1),
    metadata=st.builds(Metadata, title=TEXT, year=st.none() | st.integers(1, 9999), date=st.none() | TEXT),
    articles=st.lists(
        st.builds(
            Article,
            id=TEXT,
            type=st.sampled_from(["article", "notice", "advertisement", "front-matter"]),
            front=st.lists(st.builds(Title, text=CONTENT), max_size=1).map(tuple),
            blocks=st.lists(BLOCK, max_size=3).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)


@given(ANY_ISSUE)
@settings(deadline=None)
def test_any_issue_survives_json_and_yaml(issue: Issue) -> None:
    assert decode_issue(encode_issue(issue), name="x.json") == issue
    assert decode_issue(encode_yaml(issue), name="x.yaml") == issue


@given(ANY_ISSUE)
@settings(deadline=None)
def test_any_issue_can_be_checked(issue: Issue) -> None:
    for violation in violations(issue):
        assert violation.path
        assert violation.message
