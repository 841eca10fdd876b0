"""Personal names: surnames and given names in the forms that names have, which a converter cannot know.

于 is a surname beside 於, 范 beside 範; the converter sees only that most texts mean 於 and 範. Names are known
from bylines, in running text as a surname before a title (于主任, 范某), and by their speaking (范守义说).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from bookmaker.chars import is_han
from bookmaker.edit.lexicon import Entry, Span, read_table
from bookmaker.model import Byline, Issue
from bookmaker.revisions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_OFFICES = (*"部社组室处局会院办科股司委团队所校台站馆厅店厂网刊报版", "中心", "公司", "集团", "工作")
_OFFICES_HANT = (*"組處會辦團隊臺館廳廠網報", "集團")
"""How the name of an office or firm ends that signs an article in a person's place."""

_TITLES = (
    "先生|女士|小姐|老师|教授|博士|院士|医生|大夫|律师|记者|编辑|书记|主任|部长|局长|处长|科长|厅长|省长|市长|"
    "区长|县长|镇长|乡长|村长|校长|院长|所长|馆长|厂长|站长|队长|会长|行长|董事长|经理|总裁|主席|委员|将军|师傅|"
    "老伯|大爷|大妈|阿姨|奶奶|爷爷|某(?![年月日天时种些个地处方次一])"
)
_BEFORE = "说道和与请问叫跟被让的是"
"""Ideographs after which a surname may begin; after others (关于主任…) it may as well be another word."""

_SAYING = "说|表示|介绍|告诉|认为|指出|坦言|回忆|感慨|解释|透露|强调|摄|文|图"
_CALLED = (
    "记者",
    "通讯员",
    "作者",
    "编辑",
    "摄影",
    "撰文",
    "供图",
    "文/",
    "图/",
    "■",
    "主任",
    "书记",
    "教授",
)


class Forms(NamedTuple):
    """Forms of characters in surnames and in given names, by character."""

    surnames: dict[str, str]
    given: dict[str, str]


@cache
def forms(script: str) -> Forms:
    """Return the shipped forms of characters in names towards a script (``hant``, ``hans``)."""
    rows = list(read_table(f"names-{script}.tsv"))
    return Forms(
        {char: surname for char, surname, _ in rows if surname != "-"},
        {char: given for char, _, given in rows if given != "-"},
    )


def is_person(name: str) -> bool:
    """Tell whether a byline's name is a person's: two to four ideographs, or a foreign name with its dots."""
    letters = name.replace(" ", "").replace("\u3000", "")
    if "·" in letters:
        return True
    short = 2 <= len(letters) <= 4 and all(map(is_han, letters))
    return short and not (len(letters) > 2 and letters.endswith(_OFFICES + _OFFICES_HANT))


def convert_name(name: str, script: str, convert: Callable[[str], str]) -> str:
    """Return a person's name in the forms of names; ``convert`` gives characters (and surnames) of no table.

    Characters are converted one by one, since no phrase of the language is meant by a name; only a surname of
    two characters (万俟, 单于) is converted as one.
    """
    surnames, given = forms(script)
    double = name[:2] if len(name) > 2 and name[:2] in _DOUBLE else ""
    made = [convert(double)] if double else [surnames.get(name[:1]) or convert(name[:1])]
    made += [given.get(char) or convert(char) for char in name[len(double) or 1 :]]
    return "".join(made)


_DOUBLE = frozenset(
    re.findall(
        r"\S+",
        "万俟 萬俟 司马 司馬 上官 欧阳 歐陽 夏侯 诸葛 諸葛 闻人 聞人 东方 東方 赫连 赫連 皇甫 尉迟 尉遲 公羊 "
        "澹台 澹臺 公冶 宗政 濮阳 濮陽 淳于 单于 單于 太叔 申屠 公孙 公孫 仲孙 仲孫 轩辕 軒轅 令狐 钟离 鍾離 宇文 "
        "长孙 長孫 慕容 鲜于 鮮于 闾丘 閭丘 司徒 司空 南宫 南宮 端木 西门 西門 呼延 完颜 完顏 拓跋 独孤 獨孤",
    )
)
"""Surnames of two characters (百家姓 and those in use), in both scripts."""


def people(issue: Issue) -> tuple[str, ...]:
    """Return the names of all persons in bylines, each once, in order."""
    named = (
        person.name
        for article in issue.articles
        for block in article.front
        if isinstance(block, Byline)
        for person in block.people
    )
    return tuple(dict.fromkeys(name for name in named if is_person(name)))


_HAN = "\u3400-\u9fff"
_NO_NAMES = {
    "范": "围例本畴式文",
    "余": "下额量地生波粮钱热温名人次项家位个元户件万里年天",
    "于": "是此今其这那他她我你人心情事水法理民国年月日",
    "岳": "父母阳麓飞",
    "涂": "料抹上下成改层写鸦了着色在",
    "郁": "闷金结积热",
    "游": "客人玩览击泳戏行走船艇资乐",
}
"""Surnames that are other words as well, and the characters after them that make such words."""
_SPEAKS = "说(?![明法服到起])|表示|介绍|告诉|认为|指出|坦言|回忆|感慨|解释|透露|强调|笑着|笑道|叹"
_WHO = "匠师人员长授者家任工民友婆伯叔哥姐妈爸爷奶嫂生兵户主农夫妻"
_SPEAKERS = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[{_BEFORE}{_WHO}]))"
    rf"(?:{'|'.join(f'{surname}(?![{no}])' for surname, no in _NO_NAMES.items())})[{_HAN}]{{1,2}}(?={_SPEAKS})"
)


def speakers(texts: Iterable[str]) -> tuple[str, ...]:
    """Return names of persons whom simplified texts let speak (范守义说), of surnames that are words as well."""
    return tuple(dict.fromkeys(match[0] for text in texts for match in _SPEAKERS.finditer(text)))


def entries(names: Iterable[str], convert: Callable[[str], str]) -> Iterator[Entry]:
    """Yield the names long enough to be told from other words in running text: three characters and more."""
    for name in names:
        if len(name) > 2:
            yield Entry(name, convert(name), Kind.NAME)


class NameFinder:
    """Finds in running text what is a name by what stands beside it: 于主任, 记者于洋, 于洋说, 于洋/摄."""

    def __init__(self, names: Iterable[str], script: str, convert: Callable[[str], str]) -> None:
        surnames = forms(script).surnames
        self._forms = {name: convert(name) for name in names if len(name) == 2} | surnames
        short = "|".join(map(re.escape, sorted(name for name in self._forms if len(name) == 2)))
        called = "|".join(f"(?<={re.escape(word)})" for word in _CALLED)
        surname = f"[{''.join(surnames)}]"
        parts = [
            rf"(?:(?<![{_HAN}])|(?<=[{_BEFORE}])){surname}(?={_TITLES})",
            rf"(?<![{_HAN}]){surname}[{_HAN}]{{1,2}}(?=[\s/／]*(?:摄|攝|供图|供圖))",
        ]
        if short:
            parts += [rf"(?:{called})(?:{short})", rf"(?:{short})(?={_SAYING}|{_TITLES})"]
        self._convert = convert
        self._pattern = re.compile("|".join(parts))
        # Every name begins with one of few characters: looking for these first makes the search four times as quick.
        self._firsts = re.compile(f"[{''.join(sorted({form[0] for form in self._forms}))}]")

    def find(self, text: str) -> Iterator[Span]:
        """Yield the names found in ``text``, in order."""
        end = 0
        for first in self._firsts.finditer(text):
            match = self._pattern.match(text, first.start()) if first.start() >= end else None
            if match is not None:
                end = match.end()
                form = self._forms.get(match[0]) or self._convert(match[0])
                yield Span(match.start(), end, form, Kind.NAME)
