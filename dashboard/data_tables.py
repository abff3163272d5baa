"""What data there is and is not: coverage by document, the dictionary, what came in when."""

from collections.abc import Sequence

from dashboard import pieces
from dashboard.ask import Row
from dashboard.markup import Markup, h, join
from dashboard.picks import link
from dashboard.tables import Column, table
from etl import sentences
from etl.words import read_words

DICTIONARY_CSV = {
    "indicator": "编号", "name": "指标", "unit": "单位", "better": "好坏方向", "kind": "类型", "definition": "定义", "lag_years": "公布滞后（年）",
    "targets": "目标数", "figures": "数据个数", "places": "地方数", "first_year": "最早年", "last_year": "最晚年",
}  # fmt: skip

COVERAGE_CSV = {
    "title": "文件", "issuer": "发文机关", "published_year": "年份", "targets": "目标", "judged": "能够判断", "without_data": "没有可用数据",
    "pending": "目标值待补", "other": "其他灰灯", "not_issued": "尚未印发",
}  # fmt: skip
RELEASES_CSV = {
    "release": "批次", "kind": "内容", "file_name": "文件", "published_at": "入库时间", "person": "经手人", "withdrawn": "已撤回",
}  # fmt: skip

BETTER = {"higher": "越高越好", "lower": "越低越好", "none": "不分高低"}
KINDS = {"ratio": "比率（比较用个百分点）", "amount": "数量（比较用%）", "count": "个数（比较用%）"}


def coverage(rows: Sequence[Row]) -> Markup:
    """How many targets of each document can be judged, and why the others cannot."""
    if not rows:
        return pieces.empty("还没有登记文件。")
    columns = [
        Column(
            "文件",
            lambda row: join(row["title"], h("br"), h("small", f"{row['issuer'] or ''} {row['published_year'] or ''}")),
            look="wide",
        ),
        Column("目标", lambda row: row["targets"], number=True),
        Column("能够判断", lambda row: row["judged"], number=True),
        Column("没有可用数据", lambda row: row["without_data"], number=True),
        Column("目标值待补", lambda row: row["pending"], number=True),
        Column("其他灰灯", lambda row: row["other"], number=True),
        Column("尚未印发", lambda row: row["not_issued"], number=True, optional=True),
    ]
    return table(rows, columns, caption="每份文件有多少项目标能够判断", look="cards")


def dictionary(rows: Sequence[Row], *, year: int) -> Markup:
    """Every indicator: unit, direction, definition, and what data there is."""
    if not rows:
        return pieces.empty("还没有登记指标。")
    columns = [
        Column("指标", lambda row: h("a", row["name"], href=link("indicators", indicator=row["label"], year=year))),
        Column("单位", lambda row: "无量纲" if row["unit"] == "1" else row["unit"]),
        Column("方向", lambda row: BETTER.get(row["better"], "")),
        Column("类型", lambda row: KINDS.get(row["kind"] or "", "")),
        Column("定义", lambda row: row["definition"] or sentences.MISSING, look="wide"),
        Column("目标", lambda row: row["targets"], number=True),
        Column(
            "数据",
            lambda row: (
                f"{row['figures']}个（{row['first_year']}—{row['last_year']}，{row['places']}地）"
                if row["figures"]
                else "没有"
            ),
            number=True,
        ),
    ]
    return h("details", h("summary", "展开数据字典"), table(rows, columns, caption="数据字典", look="tall"))


def releases(rows: Sequence[Row]) -> Markup:
    """What came into the database, newest first."""
    if not rows:
        return pieces.empty("还没有入库记录。")
    columns = [
        Column("批次", lambda row: row["release"]),
        Column("内容", lambda row: read_words().releases[row["kind"]]),
        Column("文件", lambda row: row["file_name"] or sentences.MISSING, look="wide"),
        Column(
            "入库时间",
            lambda row: f"{row['published_at']:%Y-%m-%d %H:%M}" if row["published_at"] else sentences.MISSING,
        ),
        Column("经手人", lambda row: row["person"] or "未注明"),
        Column("状态", lambda row: "已撤回" if row["withdrawn"] else "有效"),
    ]
    return h(
        "details", h("summary", f"展开{len(rows)}条入库记录"), table(rows, columns, caption="入库记录", look="tall")
    )
