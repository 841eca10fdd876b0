"""Bylines as the houses print them: names behind ■, behind or before 文, with or without a role, padded or not."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from bookmaker.chars import BULLETS, HAN, is_han, squeeze
from bookmaker.model import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMPOUND = (
    "欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|东方|東方|夏侯|皇甫|尉迟|尉遲|公孙|公孫|"
    "慕容|令狐|宇文|长孙|長孫|司徒|南宫|南宮|端木"
)
_NAME = re.compile(
    rf"[A-Z][A-Za-z.’'-]*(?: [A-Z][A-Za-z.’'-]*)+|{HAN}{{2,3}}|(?:{_COMPOUND}){HAN}{{1,2}}"
    rf"|{HAN}{{1,8}}[·‧•・](?:{HAN}|[·‧•・]){{1,12}}"
    rf"|{HAN}{{2,6}}工作室"
)
_ROLE = (
    r"(?:(?:本刊|本報|本报|本社|特约|特約|特派|实习|實習|见习|見習|首席|资深|资料|全媒体)*"
    r"(?:记者|記者|通讯员|通訊員|评论员|評論員|撰稿人?|撰文|作者|编辑|編輯|观察员|摄影|攝影|实习生|編譯|编译"
    r"|(?:采访|採訪)(?=[\s／/：:｜|]))"
    r"|本刊编辑部|本刊編輯部|编辑部|編輯部|本刊综合|本刊)"
)
ROLE = re.compile(_ROLE)
_HINTS = frozenset("|｜/／:：·丨者員员人稿生文編编辑輯綜综察攝摄刊访訪")
"""One of these is in every byline without a mark: it ends a role, or stands between one and the names."""
_OFFICE = re.compile(
    rf"^((?:{HAN}|[（）()、]){{2,24}}(?:长|長|书记|書記|主任|委员|委員|主席|教授|研究员|研究員|院士|总经理|總經理|主编|主編|代表|所长|博士|顾问|總裁|总裁))"
    rf"[\s　]+({HAN}(?:[\s　]?{HAN}){{1,3}})$"
)
_WROTE = "撰文"
_OFFICE_OF = re.compile(
    rf"{HAN}{{2,20}}(?:局|院|公司|大学|大學|中心|委员会|委員會|协会|協會|学会|學會|厅|廳|集团|集團|党组|课题组|课题組|課題組|编辑部|編輯部|办公室|辦公室"
    r"|处|處|部|室|社|站|馆|館|所)"
)
"""What stands for an author behind 文: more kinds of offices than a row of its own is taken for."""
_COUNTRY = re.compile(rf"[\[［（(〔]{HAN}{{1,3}}[\]］）)〕](?=\S)")
_TEXT_BY = re.compile(
    r"^(?:撰?文|作者|文字|文[·．・.、/／]?[图圖]|[图圖][·．・.、/／]?文|编译|(?:采访|採訪)?整理|采访|採訪|口述|采写|採寫)\s*[|｜/／:：·丨]\s*(.+)$"
)
_BY_TEXT = re.compile(r"^(.+?)\s*[/／|｜]\s*(?:撰?文|图文|圖文|文图|整理|编译|摄影?)$")
_ORGANISATION = re.compile(
    rf"^{HAN}{{4,24}}(?:局|院|公司|大学|大學|中心|委员会|协会|學會|学会|厅|集团|党组|课题组|編輯部|编辑部|办公室)$"
)


SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭肖程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧"
    "蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎"
    "易常武乔喬贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安颜顏倪严嚴牛温溫芦盧季俞章鲁魯葛伍韦韋申尤毕畢聂聶丛叢焦向柳邢路岳齐齊梅莫庄莊辛管"
    "祝左涂塗谷祁时時舒耿牟卜詹关關苗凌费費纪紀靳盛童欧歐甄项項曲成游阳陽裴席卫衛查屈鲍鮑位覃霍翁隋植甘景薄单單包司柏宁寧柯阮桂闵閔"
    "解强強柴华華车車冉房边邊辜吉饶饒刁瞿戚丘古米池滕晋晉苑邬鄔臧畅暢宫宮来來嵇苟全褚廉简簡娄婁盖蓋符奚木穆党黨燕郎邸冀谈談姬屠连連郜晏"
    "栾欒郁商蒙计計喻揭窦竇迟遲宇敖糜鄢冷卓花仇艾蓝藍都巩鞏井楼樓竺裘占桑亓郏岑尚应應戈支牧仲应"
    "云昌凤酆乐皮卞湛禹狄贝伏茅麻危骆虞昝缪干宗宣贲杭诸钮滑荣荀羊惠封芮羿储汲邴松富巫乌巴弓隗宓蓬郗班仰秋伊暴钭厉戎祖束幸韶蓟印宿怀蒲邰鄂索咸籍蔺"
    "阴鬱胥苍闻莘贡劳逄扶堵宰郦雍郤璩濮寿扈浦农慕茹习宦鱼慎庾暨衡满弘匡寇广禄阙殳沃蔚越夔隆师厍晁勾融訾阚毋沙乜养鞠丰巢蒯荆红权逯桓雲範鳳樂餘貝駱"
    "繆幹賁諸鈕榮儲烏鈄厲薊懷鹹藺陰蒼聞貢勞酈壽郟農習魚滿廣祿闕師厙闞養豐荊紅遊權"
)
"""Family names (the commonest, and those of 百家姓 that are no everyday words), by which names are told from heads.

A name need not have one of them.
"""

_CLAUSE = re.compile(r"[，。；：！？…—]")
_REMARK = re.compile(r"[（(][^（()）]*[）)]?")
DEEP = 4.0
"""Ems: a name that stands further to the right is a signature."""
LONGEST_SIGNATURE = 12
_SIGNED_OFF = re.compile(
    r"[（(【\[](?:((?:本文|文章)?作者)\s*[:：/／|｜]?\s*)?([^（()）【】]{2,40})[）)】\]]"
)
_PLACE = re.compile(r"[左右前后後上下中][起一二三四五六七八九十\d]?.*")
"""Who stands where in a picture, in brackets."""
SHORT_BYLINE = 24
"""Characters: a longer row behind a mark is a lead or a paragraph."""


_LATIN = re.compile(r"[A-Z][A-Za-z.’'-]*(?: |$)")
_PARTS = frozenset("著译譯编編述理录錄写寫撰绘繪")
_SUFFIXED = re.compile(
    rf"(?:[\[［（(〔]{HAN}{{1,3}}[\]］）)〕])?\s*((?:[^\W\d_]|[·‧•・.’' 　、])+?)\s*"
    rf"[（(]?(著|译|譯|编译|編譯|编著|編著|口述|整理|记录|記錄|采写|採寫|翻译|翻譯|撰|绘|繪)[）)]?(?:\s+|$)"
)
"""A name with its part behind it, and perhaps a country before it: ［英］某某 著."""


def _suffixed(text: str) -> tuple[Person, ...] | None:
    if _PARTS.isdisjoint(text):
        return None
    people: list[Person] = []
    at = 0
    while at < len(text):
        found = _SUFFIXED.match(text, at)
        names = split_names(found.group(1)) if found else None
        if found is None or names is None:
            return None
        people.extend(Person(name, found.group(2)) for name in names)
        at = found.end()
    return tuple(people) or None


def split_names(text: str) -> tuple[str, ...] | None:
    """Divide a list of names; two-character names padded with a blank are joined. None where one is no name.

    ``沈祖办 叶 慧`` is 沈祖办 and 叶慧.
    """
    parts = re.split(r"[\s　、，,]+", text.strip())
    names: list[str] = []
    i = 0
    while i < len(parts):
        if len(parts[i]) == 1 and i + 1 < len(parts) and len(parts[i + 1]) == 1:
            names.append(parts[i] + parts[i + 1])
            i += 2
            continue
        if names and _LATIN.match(parts[i]) and _LATIN.match(names[-1]):
            names[-1] += " " + parts[i]  # Tom Rivers
        else:
            names.append(parts[i])
        i += 1
    if not names or not all(_NAME.fullmatch(name) for name in names):
        return None
    return tuple(names)


def byline_bullets(texts: Iterable[str]) -> frozenset[str]:
    """Find the marks that stand before bylines here: those behind which nearly every short row is a list of names.

    A house that sets ■ before names sets ● before heads, or the other way round.
    """
    named: Counter[str] = Counter()
    family: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for text in texts:
        if text[0] in BULLETS and len(text) <= SHORT_BYLINE and not _CLAUSE.search(text):
            short[text[0]] += 1
            bare = text[1:].strip(" \u3000")
            people = _people(bare, mark=True)
            role = ROLE.match(bare) is not None or (people is None and marked_byline(bare) is not None)
            named[text[0]] += people is not None or role
            family[text[0]] += role or bool(people and people[0].name[0] in SURNAMES)
    return frozenset(m for m, n in short.items() if named[m] >= 0.8 * n and family[m] >= 0.5 * named[m])


def marked_byline(text: str) -> tuple[Person, ...] | None:
    """Read a row that says by itself that it is a byline; None where it does not.

    That is: a mark and names, 文 and names in either order, or a journalist's role with names or alone
    (then the tuple is empty).
    """
    bare = text
    mark = text[0] in BULLETS
    if (people := _suffixed(text[1:].strip() if mark else text)) is not None:
        return people
    if not mark and _HINTS.isdisjoint(text):
        return None
    if mark:
        bare = text[1:].strip()
    for pattern in (_TEXT_BY, _BY_TEXT):
        found = pattern.match(bare)
        if found:
            people = _behind_wen(_COUNTRY.sub("", found.group(1)))
            if people and not people[0].role and any(person.role for person in people):
                # who wrote must be told from who took the pictures
                return tuple(Person(person.name, person.role or _WROTE) for person in people)
            return people
    bare = bare.strip(" \u3000()（）【】[]")
    if not bare or len(squeeze(bare)) > 60:
        return None
    people = _people(bare, mark)
    if people is None and mark and (role := ROLE.match(bare)) and not _CLAUSE.search(bare):
        # names that blanks no longer part
        run = bare[role.end() :].strip()
        return (Person(run, role.group()),) if len(run) <= SHORT_BYLINE else None
    return people


_PICTURES = re.compile(
    r"(摄影|攝影|图片?|圖片?|图片?提供|圖片?提供|供图|供圖|插图|插圖|插画|插畫|绘图|繪圖|制图|製圖)"
    rf"(?:\s*[|｜/／:：·丨]\s*|[ \u3000]+)((?:{HAN}|[ \u3000、]){{2,16}})"
)
_GIVES = re.compile(r"(?:受访者?|受訪者?|作者|本人|主办方|主辦方|家属|家屬)(?:提供|供图|供圖)?")


def picture_credit(text: str) -> tuple[Person, ...] | None:
    """Read a row that names who made or gave the pictures, as it may stand below a byline; None where it does not."""
    found = _PICTURES.fullmatch(text)
    if found is None:
        return None
    role, who = found.groups()
    names = (who,) if _GIVES.fullmatch(who) else split_names(who)
    return tuple(Person(name, role) for name in names) if names else None


def says_author(text: str) -> bool:
    """Tell whether a row says who wrote: 文 and a stroke, or a stroke and 文, beside the names."""
    return _TEXT_BY.match(text) is not None or _BY_TEXT.match(text) is not None


def _behind_wen(text: str) -> tuple[Person, ...] | None:
    """Read what stands beside 文 and a stroke: names, each perhaps with a remark in brackets, or an office."""
    bare = _REMARK.sub(" ", text).strip(" \u3000()（）【】[]")
    if _OFFICE_OF.fullmatch(squeeze(bare)):
        return (Person(squeeze(bare)),)
    people = _people(bare, mark=True) if bare and len(squeeze(bare)) <= 60 else None
    remarks = {
        squeeze(text[: found.start()]): found.group().strip("（）()") for found in _REMARK.finditer(text)
    }
    return people and tuple(
        Person(person.name, person.role or remark)
        for person in people
        for remark in [next((told for before, told in remarks.items() if before.endswith(person.name)), None)]
    )


def _people(text: str, mark: bool) -> tuple[Person, ...] | None:
    people: list[Person] = []
    role: str | None = None
    house, _, others = text.partition(" ")
    if others and _ORGANISATION.match(house) and (names := split_names(others)):
        return tuple(Person(name, house) for name in names)
    roles = [*ROLE.finditer(text)]
    if not (roles or mark):
        return None
    at = 0
    for found in [*roles, None]:
        end = found.start() if found else len(text)
        between = text[at:end].strip(" \u3000:：/／|｜、")
        if between:
            names = split_names(between)
            glued = role is not None and not mark and is_han(text[at])
            if names is None or (glued and names[0][0] not in SURNAMES):
                return None  # 摄影笔记: a department
            people.extend(Person(name, role) for name in names)
        if found:
            role, at = found.group(), found.end()
    if role is not None and not mark and people and people[0].role is None:
        return None  # 张三记者: a sentence rather than a byline
    return tuple(people)


def sign_off(text: str, indent: float, *, ended: bool = True) -> tuple[Person, ...] | None:
    """Read a row below an article's end that names its author; None where it does not.

    That is: 作者 and names in brackets; or, where the row above ``ended`` a sentence, family names in brackets, or a
    name ``indent`` ems from the left, at the end of its line.
    """
    found = _SIGNED_OFF.fullmatch(text)
    if not (ended or (found and found.group(1))):
        return None
    if found is None:
        bare = _REMARK.sub("", text)
        names = split_names(bare) if indent >= DEEP and len(squeeze(bare)) <= LONGEST_SIGNATURE else None
        return tuple(Person(name) for name in names) if names else None
    author, signature = found.groups()
    people = _people(signature.strip(), mark=True)
    if author:
        return people or (Person(squeeze(signature)),)
    known = people and all(
        person.name[0] in SURNAMES or person.name[0].isascii() or person.role is not None for person in people
    )
    return people if known and not _PLACE.fullmatch(signature) else None


def bare_names(text: str) -> tuple[Person, ...] | None:
    """Read a row of nothing but names, at most six; a weak sign, to be used beside a title only."""
    names = split_names(text)
    long = names and any(len(name) > 3 and "·" not in name and not name[0].isascii() for name in names)
    if names is None or len(names) > 6 or long:
        return None
    return tuple(Person(name) for name in names)


def officer(text: str) -> tuple[Person, ...] | None:
    """Read an office and the name of who holds it (``某市市长 王 某``)."""
    found = _OFFICE.match(text)
    return (Person(squeeze(found.group(2)), found.group(1)),) if found else None


def author_list(text: str) -> bool:
    """Tell whether a text is nothing but names of persons or organisations, some with a remark in brackets."""
    parts = [part for part in re.split(r"[\s、，,]+", ROLE.sub("", _REMARK.sub("", text)).strip()) if part]
    if parts and all(_ORGANISATION.match(part) for part in parts):
        return True
    return split_names(" ".join(parts)) is not None


def organisation(text: str) -> tuple[Person, ...] | None:
    """Read the name of an organisation that stands for an author."""
    name = squeeze(text)
    return (Person(name),) if _ORGANISATION.match(name) else None


def printed(people: tuple[Person, ...]) -> str:
    """Set a byline: each role once, then the names that bear it, parted by 、 (GB/T 15834 4.5)."""
    out: list[str] = []
    for role, bearers in groupby(people, key=lambda person: person.role):
        names = "、".join(person.name for person in bearers)
        out.append(f"{role} {names}" if role else names)
    return " ".join(out)
