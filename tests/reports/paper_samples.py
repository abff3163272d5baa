"""A small report with one block of every kind, and names that try to be more than text."""

from dataclasses import replace
from typing import Any

from reports.blocks import (
    Bar,
    Cell,
    Column,
    LineChart,
    Mark,
    Paragraph,
    Ranking,
    Report,
    Section,
    Segment,
    SegmentBar,
    Series,
    Table,
)
from reports.record import identity

GREEN, RED, GREY = Mark("green", "●", "已达标"), Mark("red", "■", "未达标"), Mark("grey", "–", "暂无数据")

RECORD: dict[str, Any] = {
    "format": 1,
    "choice": {"year": 2020},
    "figures": [{"place": "南昌市", "value": 96.5}, {"place": "九江市", "value": None}],
}

LINE = LineChart(
    title="南昌市优良天数比例", unit="%", years=(2016, 2017, 2018, 2019, 2020),
    series=(Series("南昌市", (81.5, None, 84.25, 86.0, 88.75), emphasis=True), Series("九江市", (70.0, 71.0, 72.0, 73.0, None))),
    target=(None, None, 90.0, 90.0, 90.0), target_words="到2020年不低于90%", breaks=(2019,),
    alternative="南昌市优良天数比例：2016年81.5%，2020年88.75%",
)  # fmt: skip
RANKING = Ranking(
    title="2020年优良天数比例", unit="%", bars=(Bar("南昌市", 88.75, GREEN, "第1"), Bar("九江市", 61.125, RED, "第2"), Bar("赣州市", None, GREY, "无数据")),
    goal=90.0, goal_words="不低于90%", missing=("赣州市",), alternative="南昌市最好（88.75%），九江市居末（61.125%）",
)  # fmt: skip
SEGMENTS = SegmentBar(
    title="到期与达标情况（项）",
    rows=(
        ("整改方案", (Segment("到期且达标", 13, GREEN), Segment("到期未达标", 7, RED), Segment("未到期", 34, GREY))),
    ),
    alternative="整改方案：到期且达标13项、到期未达标7项、未到期34项",
)
TABLE = Table(
    title="需要关注的目标", columns=(Column("状态"), Column("事项"), Column("数", unit="%", align="right")),
    rows=((Cell("未达标", RED), Cell("南昌市空气质量优良天数比例"), Cell("88.75", number=88.75)), (Cell("暂无数据", GREY), Cell("赣州市"), Cell("暂无数据"))),
    total_rows=2,
)  # fmt: skip


def report(*sections: Section, record: dict[str, Any] | None = None, **changes: Any) -> Report:
    """A report of `sections`, or of one section with every kind of block."""
    snapshot, sha256 = identity(RECORD if record is None else record)
    every = Section(
        "到2020年，20项到期：13项达标、7项未达标",
        "headline",
        (Paragraph("共54项目标。", "lead"), SEGMENTS, TABLE, LINE, RANKING),
        ("《整改方案》",),
    )
    plain = Report(
        title="2020年政策目标进展情况", subtitle="站在2020年看", meeting="省政府常务会议", date="2021年3月15日", issuer="省生态文明办",
        cutoff="数据截至2020年", snapshot=snapshot, sha256=sha256, demo=False, sections=sections or (every,),
    )  # fmt: skip
    return replace(plain, **changes)


def everywhere(text: str) -> Report:
    """A report in which `text` stands in every place that data can reach."""
    mark = Mark("red", "■", text)
    table = Table(
        text, (Column(text, unit=text), Column("数", align="right")), ((Cell(text, mark), Cell(text)),), 1, note=text
    )
    line = replace(
        LINE,
        title=text,
        unit=text,
        series=(replace(LINE.series[0], name=text), replace(LINE.series[1], name=text)),
        target_words=text,
        alternative=text,
    )
    ranking = replace(
        RANKING,
        title=text,
        unit=text,
        bars=(Bar(text, 1.0, mark, text),),
        goal_words=text,
        missing=(text,),
        alternative=text,
    )
    segments = SegmentBar(text, ((text, (Segment(text, 3, mark),)),), text)
    styles = tuple(Paragraph(text, style) for style in ("body", "lead", "note", "quote"))
    section = Section(text, "headline", (*styles, segments, table, line, ranking), (text,))
    return report(
        section,
        replace(section, kind="document"),
        title=text,
        subtitle=text,
        meeting=text,
        date=text,
        issuer=text,
        cutoff=text,
    )


# name: (the text, what a reader must find of it)
HOSTILE = {
    "a formula": ('=HYPERLINK("http://x.example","点此")', '=HYPERLINK("http://x.example","点此")'),
    "an import": ('#import "/etc/passwd": *', '#import "/etc/passwd": *'),
    "code": ('#eval("1+1")#panic()', '#eval("1+1")#panic()'),
    "emphasis": ("*粗* _斜_ `码` ~ -- ...", "*粗* _斜_ `码` ~ -- ..."),
    "mathematics": ("$ x^2 / sum $", "$ x^2 / sum $"),
    "a reference": ("@ref <label> [content] {code}", "@ref <label> [content] {code}"),
    "a heading": ("= 标题 \\ / // 注释 /* 注释 */", "= 标题 \\ / // 注释 /* 注释 */"),
    "JSON": ('","evil":[{"x":1}],"', '","evil":[{"x":1}],"'),
    "HTML": ("<script>alert(1)</script>&amp;", "<script>alert(1)</script>&amp;"),
    "PDF syntax": (") endobj /Type /Page << >> stream", ") endobj /Type /Page << >> stream"),
    "another snapshot's mark": (
        f"monitor-snapshot=S{'0' * 12};record={'1' * 64};seal={'2' * 64}",
        f"monitor-snapshot＝S{'0' * 12};record={'1' * 64};seal={'2' * 64}",
    ),
    "control characters": ("南\x00昌\x07市\r\n甲\t乙", "南昌市甲乙"),
    "500 Chinese characters": ("长" * 500, "长" * 500),
    "500 Latin characters": ("W" * 500, "W" * 500),
    "an emoji": ("南昌😀市", "南昌〓市"),
    "an emoji of several": ("家\U0001f468\u200d\U0001f469\ufe0f。", "家〓〓。"),
    "right to left": ("\u202eשלום市", "〓〓〓〓市"),
    "a character outside the plane": ("𠮷水县", "〓水县"),
    "a lone surrogate": ("南\ud800昌", "南昌"),
}
