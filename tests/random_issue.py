"""Issues that nobody has seen: sentences of the example, shuffled, under titles and names drawn by chance."""

from __future__ import annotations

import random
import re
from functools import cache

from example import load_issue

from bookmaker.model import (
    FORMAT_VERSION,
    Article,
    BodyBlock,
    Byline,
    Figure,
    FrontBlock,
    Head,
    Issue,
    Kicker,
    Lead,
    List,
    ListItem,
    Metadata,
    Paragraph,
    Person,
    Subtitle,
    Title,
)

_SURNAMES = "江尹秦柳温祁段白钟陆韩沈顾叶汪苏梁谢邵孔"
_GIVEN = "禾 若木 川 知遥 岭南 小舟 奕 小满 闻溪 之行 宁 照 一苇 望舒 青 远山 思齐 未央".split()  # noqa: SIM905
_PLACES = ("菱湖市", "松陵市", "云岫市", "白芦县", "桐坞县", "石舫区", "青溪学院", "望江职业技术学校")
_SECTIONS = ("城事", "乡土", "人物", "经济", "生态", "本期关注", "特别策划", "文化长廊")
_OPENINGS = ("让老街", "把渡口", "给山村", "为孩子们", "在湖边", "从一间屋子", "替后来的人", "跟着河水")
_MIDDLES = ("留一盏灯", "修一条路", "种一片树", "写一本账", "说一段话", "守一座桥", "搭一张桌", "等一班船")
_ENDINGS = ("看得见的变化", "说得清的明细", "坐得下的日子", "走得到的地方", "听得见的回声", "留得住的手艺")
_HEADS = ("从头说起", "先看水面", "再看岸上", "一间小屋", "三把钥匙", "四条规矩", "换个方向", "后来的事")
_MORE_HEADS = (
    "“慢”字当头",
    "人人动手",
    "一件一件办",
    "说到就做到",
    "回头再看看",
    "账目贴上墙",
    "年轻人回来了",
)
_SCENES = ("居民在桥头查看水位", "孩子们在旧仓库排练", "志愿者为老人送“热汤”", "匠人在院子里修补木窗")
_WHEN = ("", "的情景", "现场", "的一刻")
_ROLES = (None, None, None, "本刊记者", "特约撰稿人")


@cache
def sentences() -> tuple[str, ...]:
    """The sentences of the example's paragraphs that stand by themselves: quotation marks in pairs."""
    found = []
    for article in load_issue().articles:
        for block in article.blocks:
            if isinstance(block, Paragraph) and isinstance(block.text, str):
                found += re.findall(r"[^。！？]+[。！？]”?", block.text)
    return tuple(
        dict.fromkeys(
            s
            for s in found
            if s.count("“") == s.count("”")
            and len(s) > 8
            and not s.startswith(("”", "——", "记者：", "林佩瑜："))
        )
    )


class _Writer:
    """Writes one issue; draws sentences without repeating any until all are used."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"issue/{seed}")  # noqa: S311
        self.stock: list[str] = []
        self.titles: set[str] = set()
        self.paragraphs: set[str] = set()

    def sentence(self) -> str:
        if not self.stock:
            self.stock = list(sentences())
            self.rng.shuffle(self.stock)
        return self.stock.pop()

    def paragraph(self) -> str:
        while True:
            text = "".join(self.sentence() for _ in range(self.rng.randint(1, 5)))
            if text not in self.paragraphs:
                self.paragraphs.add(text)
                return text

    def title(self) -> str:
        while True:
            rng = self.rng
            first = rng.choice(_OPENINGS) + rng.choice(_MIDDLES)
            title = f"{first} {rng.choice(_ENDINGS)}" if rng.random() < 0.5 else first
            if title not in self.titles:
                self.titles.add(title)
                return title

    def name(self) -> str:
        return self.rng.choice(_SURNAMES) + self.rng.choice(_GIVEN)

    def byline(self) -> Byline:
        names = list(dict.fromkeys(self.name() for _ in range(self.rng.randint(1, 3))))
        role = self.rng.choice(_ROLES)
        text = (f"{role} " if role else "") + "、".join(names)
        return Byline(text=text, people=tuple(Person(name=name, role=role) for name in names))

    def figure(self) -> Figure:
        caption = self.rng.choice(_PLACES) + self.rng.choice(_SCENES) + self.rng.choice(_WHEN)
        return Figure(caption=caption, credit=f"{self.name()} 摄" if self.rng.random() < 0.6 else None)

    def front(self) -> tuple[FrontBlock, ...]:
        rng = self.rng
        front: list[FrontBlock] = []
        if rng.random() < 0.4:
            front.append(Kicker(text=rng.choice(_PLACES)))
        front.append(Title(text=self.title()))
        if rng.random() < 0.3:
            front.append(Subtitle(text=rng.choice(_PLACES) + "的一年"))
        if rng.random() < 0.9:
            front.append(self.byline())
        return tuple(front)

    def body(self) -> tuple[BodyBlock, ...]:
        rng = self.rng
        blocks: list[BodyBlock] = []
        if rng.random() < 0.2:
            blocks += [Lead(text=self.paragraph().rstrip("。！？")) for _ in range(rng.randint(1, 3))]
        blocks += [Paragraph(text=self.paragraph()) for _ in range(rng.randint(1, 3))]
        pairs = rng.random() < 0.5
        heads = rng.sample(_HEADS, k=rng.choice((0, 2, 3, 4)))
        for head, more in zip(heads, rng.sample(_MORE_HEADS, k=len(heads)), strict=True):
            blocks.append(Head(level=2, text=f"{head} {more}" if pairs else head))
            blocks += [Paragraph(text=self.paragraph()) for _ in range(rng.randint(2, 4))]
        if not heads:
            blocks += [Paragraph(text=self.paragraph()) for _ in range(rng.randint(3, 8))]
        if rng.random() < 0.2:
            items = tuple(ListItem(text=f"{n}.{self.paragraph()}") for n in range(1, rng.randint(3, 6)))
            blocks += [List(items=items, ordered=True), Paragraph(text=self.paragraph())]
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            # a picture stands after a paragraph and never between a head and its text
            places = [n + 1 for n, block in enumerate(blocks) if isinstance(block, Paragraph)]
            blocks.insert(rng.choice(places), self.figure())
        return tuple(blocks)

    def notice(self) -> Article:
        body = tuple(Paragraph(text=self.paragraph()) for _ in range(2))
        return Article(id="", type="notice", front=(Title(text="启事"),), blocks=body)


def random_issue(seed: int) -> Issue:
    """An issue of three to ten articles, the same for the same seed; no paragraph and no title twice."""
    writer = _Writer(seed)
    rng = writer.rng
    articles: list[Article] = []
    section = rng.choice(_SECTIONS)
    for _ in range(rng.randint(3, 10)):
        if rng.random() < 0.5:
            section = rng.choice(_SECTIONS)
        articles.append(Article(id="", section=section, front=writer.front(), blocks=writer.body()))
    if rng.random() < 0.3:
        long = [n for n, article in enumerate(articles) if len(article.blocks) > 10]
        if long:
            articles.insert(long[0] + 1, writer.notice())
    numbered = tuple(
        Article(
            id=f"a{n:02d}",
            type=article.type,
            section=article.section,
            front=article.front,
            blocks=article.blocks,
        )
        for n, article in enumerate(articles, start=1)
    )
    return Issue(version=FORMAT_VERSION, metadata=Metadata(title=f"无名月刊第{seed}种"), articles=numbered)
