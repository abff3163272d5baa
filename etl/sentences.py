"""Rows of judgements in, Chinese words out: numbers, goals, changes, ranks, the headline.

Pure: no database, no screen. Screens and exports say the same thing because both ask here.
A row is a mapping with the columns of `assessment` or `verdict` (docs/architecture.md); None means
that nothing is known, and is said as such.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from etl.words import read_words

Row = Mapping[str, Any]
SomeRow = TypeVar("SomeRow", bound=Row)  # what goes in comes out: dictionaries of the screens, records of a snapshot

MISSING = "—"

BOUNDS = {"ge": "以上", "le": "以下", "about": "左右"}
PERIODS = {"month": "月", "quarter": "季度", "half_year": "半年"}
LEVELS = {"country": "国", "province": "省", "city": "市", "county": "县（市、区）", "part": "片区"}

# What a leader asks about first stands first; within one light, what is certain before what is likely.
WORST_FIRST = (
    "not_met",
    "wrong_way",
    "off_track",
    "stalled",
    "aim_missed",
    "met_at_risk",
    "slightly_behind",
    "cannot_judge",
    "awaiting",
    "no_data",
    "too_early",
    "target_pending",
    "condition_open",
    "not_due",
    "not_applicable",
    "on_track",
    "met_roughly",
    "met_now",
    "holding",
    "done_early",
    "met",
)


# numbers ---------------------------------------------------------------------------------------


def number(value: float | None, *, decimals: int | None = None) -> str:
    """A published figure exactly as published: no rounding, no noise of binary fractions, a true minus sign.

    `decimals` fills up with zeros so that a column lines up; it never cuts.
    """
    if value is None:
        return MISSING
    text = f"{abs(value):,.10f}".rstrip("0").rstrip(".")
    if decimals is not None:
        whole, _, fraction = text.partition(".")
        text = f"{whole}.{fraction.ljust(decimals, '0')}" if max(decimals, len(fraction)) else whole
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def rounded(value: float | None) -> str:
    """A number we computed: two decimals, or two significant digits where that would show nothing."""
    if value is None:
        return MISSING
    if value and abs(value) < 0.01:
        return number(float(f"{value:.2g}"))
    return number(round(value, 2))


def decimals_of(values: Iterable[float | None]) -> int:
    """The decimals that the most exact figure of a column has: what the others are filled up to."""
    shown = (number(value) for value in values if value is not None)
    return max((len(text.partition(".")[2]) for text in shown), default=0)


def with_unit(text: str, unit: str | None) -> str:
    """'85.3' and '%' → '85.3%'. The unit "1" (no dimension) is not written."""
    return text if unit in (None, "", "1") or text == MISSING else f"{text}{unit}"


def figure(value: float | None, unit: str | None, *, bound: str | None = None) -> str:
    """A figure with its unit and, where the source gives only a bound, that word: 80%以上."""
    return with_unit(number(value), unit) + (BOUNDS.get(bound or "", "") if value is not None else "")


def change_words(value: float | None, before: float | None, *, kind: str | None) -> str:
    """From the year before to this: 个百分点 for ratios, % for amounts (METHOD §3); never % of nothing."""
    if value is None or before is None:
        return MISSING
    difference = value - before
    if abs(difference) <= 1e-9 * max(abs(value), abs(before), 1e-300):
        return "持平"
    direction = "上升" if difference > 0 else "下降"
    if kind == "ratio":
        return f"{direction}{rounded(abs(difference))}个百分点"
    if before <= 0:
        return f"{direction}{rounded(abs(difference))}"
    return f"{direction}{rounded(abs(difference) / before * 100)}%"


def difference(value: float | None, unit: str | None, *, kind: str | None, per_year: bool = False) -> str:
    """A distance or a speed: of a share of 100 in 个百分点, else in the indicator's own unit; 每年 where it is a speed."""
    shown = with_unit(rounded(value), "个百分点" if kind == "ratio" and unit == "%" else unit)
    return f"每年{shown}" if per_year and value is not None else shown


# goals -----------------------------------------------------------------------------------------


def goal_words(row: Row, *, unit: str | None) -> str:
    """What is asked for, in the indicator's unit: 大于85.3%, 1至2个, 不下降, 下降10%以上（不高于92吨）, 目标值待补.

    `row` has rule, goal, goal_to, measure, better; by_rate, where a published rate is what is judged;
    and where they are known written and written_to (the number as the document has it), per, window_years.
    """
    if row.get("measure") == "trend":
        return "不上升" if row.get("better") == "lower" else "不下降"
    if row.get("measure") == "change" and row.get("written") is not None:
        asked = _rate_words({**row, "goal": row["written"], "goal_to": row.get("written_to")})
        return asked if row.get("by_rate") or row.get("goal") is None else f"{asked}（{_level_words(row, unit)}）"
    if row.get("goal") is None:
        return "目标值待补" if row.get("assigned") else MISSING
    if row.get("by_rate"):
        return _rate_words(row)
    each = f"，每{PERIODS[row['per']]}都要有" if row.get("per") else ""
    window = f"，连续{row['window_years']}年" if row.get("window_years") else ""
    return _level_words(row, unit) + each + window


def _level_words(row: Row, unit: str | None) -> str:
    # a goal that we computed from a base is rounded, as in the reason of a judgement; one that the document writes is not
    ends = [row["goal"], row.get("goal_to")]
    if row.get("measure") == "change":
        ends = [None if end is None else round(end, 4) for end in ends]
    low, high = (number(end) for end in ends)
    rule = row.get("rule")
    if rule == "between":
        return f"{low}至{with_unit(high, unit)}"
    if rule == "about":
        return f"{with_unit(low, unit)}左右"
    return f"{read_words().rules.get(rule or '', '')}{with_unit(low, unit)}"


def _rate_words(row: Row) -> str:
    """A goal that is itself a change in percent: 下降10%以上, 增长3%以内, 增长5%以上（不含）, 零增长, 增长."""
    rule, goal = row.get("rule"), row["goal"]
    if not goal:
        return {"at_least": "不下降", "more_than": "增长", "less_than": "下降"}.get(rule or "", "零增长")
    said = f"{'下降' if goal < 0 else '增长'}{rounded(abs(goal))}"
    if rule == "between":
        return f"{said}%至{rounded(abs(row.get('goal_to') or goal))}%"
    if rule in ("equal", "about"):
        return f"{said}%{'左右' if rule == 'about' else ''}"
    outward = (rule in ("at_most", "less_than")) == (goal < 0)
    return f"{said}%{'以上' if outward else '以内'}{'（不含）' if rule in ('more_than', 'less_than') else ''}"


def deadline_words(row: Row) -> str:
    """到2020年, 每年, 未定期限; a deadline and every year may both stand."""
    every = "每年" if row.get("every_year") else ""
    by = row.get("by")
    if by is None:
        return every or "未定期限"
    return f"到{by}年" + (f"（{every}）" if every else "")


# statuses --------------------------------------------------------------------------------------


def status_word(row: Row) -> str:
    """The word of a row's status, fitting what decided it, and for which direction of good."""
    return read_words().status_word(row["status"], basis=row.get("basis") or "", better=row.get("better") or "higher")


def last_status_word(row: Row) -> str:
    """The word of last year's status: what decided it then is not known, but a trend was one then too."""
    basis = "trend" if row.get("measure") == "trend" else ""
    return read_words().status_word(row["last_status"], basis=basis, better=row.get("better") or "higher")


def severity(row: Row) -> tuple[int, int, int]:
    """A sort key: red before yellow before grey before green, then the order above, duties before aims."""
    status = row["status"]
    lights = ("red", "yellow", "grey", "green")
    light = lights.index(row["light"]) if row.get("light") in lights else len(lights)
    place = WORST_FIRST.index(status) if status in WORST_FIRST else len(WORST_FIRST)
    return light, place, 0 if row.get("force") == "duty" else 1


def worst_first(rows: Iterable[SomeRow]) -> list[SomeRow]:
    return sorted(rows, key=severity)


def needs_attention(rows: Iterable[SomeRow]) -> list[SomeRow]:
    """Red, yellow and contested judgements, worst first."""
    return worst_first(row for row in rows if row["light"] in ("red", "yellow") or row.get("contested"))


def changed(rows: Iterable[SomeRow]) -> list[SomeRow]:
    """Judgements whose status is not last year's: those that changed colour first, the worst of them first."""
    moved = [row for row in rows if row.get("last_status") and row["last_status"] != row["status"]]
    return sorted(moved, key=lambda row: (row.get("last_light") == row["light"], *severity(row)))


# counts and the headline -----------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many targets are in each heap of the headline (METHOD §3)."""

    met: int = 0
    missed: int = 0
    unknown: int = 0
    awaiting: int = 0
    not_due: int = 0

    @property
    def due(self) -> int:
        return self.met + self.missed + self.unknown + self.awaiting

    @property
    def total(self) -> int:
        return self.due + self.not_due


BUCKETS = {
    "due_met": "met",
    "due_missed": "missed",
    "due_unknown": "unknown",
    "due_awaiting": "awaiting",
    "not_due": "not_due",
}


def count(verdicts: Iterable[Row], *, force: str | None = None) -> Counts:
    """Verdict rows in, the five heaps out; `force` takes only duties or only aims."""
    heaps = dict.fromkeys(BUCKETS.values(), 0)
    for row in verdicts:
        if row["bucket"] in BUCKETS and (force is None or row.get("force") == force):  # not applicable: in no heap
            heaps[BUCKETS[row["bucket"]]] += 1
    return Counts(**heaps)


def count_lights(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows carry each light; every light is there."""
    lights = dict.fromkeys(read_words().lights, 0)
    for row in rows:
        lights[row["light"]] += 1
    return lights


def outcome(counts: Counts, *, missed: str = "未达标") -> str:
    """'20项达标、6项未达标、28项无法判定': the parts that are not empty."""
    parts = (
        (counts.met, "达标"),
        (counts.missed, missed),
        (counts.unknown, "无法判定"),
        (counts.awaiting, "数据待公布"),
    )
    return "、".join(f"{many}项{word}" for many, word in parts if many)


def headline(verdicts: Sequence[Row], *, year: int, of: str = "", issued: int | None = None) -> str:
    """The sentence a leader says aloud: what is due, and how it came out; duties, where there are any due.

    `of` names what it is about, where that is not everything: a document. `issued`: the year of it, or
    of the first of all; before it there is nothing to be due.
    """
    when = f"{of}到{year}年有" if of else f"到{year}年，"
    if not verdicts and issued and issued > year:
        return (
            f"{of}{issued}年才印发，到{year}年尚未印发"
            if of
            else f"到{year}年，登记的文件都尚未印发；最早的印发于{issued}年"
        )
    if not verdicts:
        return f"{of or '这里'}还没有{year}年可以判断的目标"
    for force, name, missed in (("duty", "约束性要求", "未达标"), ("aim", "预期性目标", "未达预期")):
        counts = count(verdicts, force=force)
        if counts.due:
            return f"{when}{counts.due}项{name}到期：{outcome(counts, missed=missed)}"
    return f"{when}{len(verdicts)}项目标，都未到期：{light_words(verdicts)}"


def paragraph(verdicts: Sequence[Row], *, documents: int, later: Sequence[str] = ()) -> str:
    """What the headline leaves out: over what, the aims, and how the rest stands on its way.

    `later`: names of documents issued after the year looked at, of which nothing is counted.
    """
    if not verdicts:
        return ""
    duties, aims = count(verdicts, force="duty"), count(verdicts, force="aim")
    scope = f"{documents}份文件，" if documents > 1 else ""
    parts = [f"{scope}共{len(verdicts)}项目标{_kinds(verdicts, duties=duties.total, aims=aims.total)}"]
    if duties.due and aims.due:
        parts.append(f"预期性目标到期{aims.due}项：{outcome(aims, missed='未达预期')}")
    ahead = [row for row in verdicts if row["bucket"] == "not_due"]
    if ahead and (duties.due or aims.due):
        parts.append(f"尚未到期{len(ahead)}项：{light_words(ahead)}")
    if later:
        parts.append(f"另有{len(later)}份文件其后才印发，不计在内：{'、'.join(later)}")
    return "。".join(parts) + "。"


def _kinds(verdicts: Sequence[Row], *, duties: int, aims: int) -> str:
    """'：约束性要求211项、预期性目标12项、不适用1项'; '，都是约束性要求' where there is one kind only."""
    words = read_words()
    beside = words.statuses["not_applicable"].word  # in none of the heaps
    kinds = ((words.forces["duty"], duties), (words.forces["aim"], aims), (beside, len(verdicts) - duties - aims))
    known = [(name, many) for name, many in kinds if many]
    if len(known) == 1:
        return f"，都是{known[0][0]}" if known[0][0] != beside else f"，都{beside}"
    return "：" + "、".join(f"{name}{many}项" for name, many in known)


def light_words(rows: Iterable[Row], *, unit: str = "项") -> str:
    """'5项绿灯、1项红灯、4项暂不能判断', green first, empty ones left out; `unit` is what is counted."""
    return words_of_lights(count_lights(rows), unit=unit)


def words_of_lights(lights: Mapping[str, int], *, unit: str = "项") -> str:
    """The same of what has been counted: how many of each light."""
    words = {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "grey": "暂不能判断"}
    return "、".join(f"{lights[light]}{unit}{word}" for light, word in words.items() if lights[light]) or "没有目标"


# places ----------------------------------------------------------------------------------------


def rank_words(rank: int | None, tied: int = 1) -> str:
    """Competition ranking: 第3, 并列第5; '无数据' for who is not in it."""
    if rank is None:
        return "无数据"
    return f"并列第{rank}" if tied > 1 else f"第{rank}"


def coverage_words(have: int, total: int, *, level: str | None = "city") -> str:
    """'11市中10市有数据', or '11市均有数据'."""
    word = LEVELS.get(level or "", "地")
    if have == total:
        return f"{total}{word}均有数据"
    return f"{total}{word}中{have}{word}有数据"


def place_list(names: Sequence[str], *, most: int = 5) -> str:
    """九江市、宜春市等8地: the first few and how many there are."""
    shown = "、".join(names[:most])
    return shown if len(names) <= most else f"{shown}等{len(names)}地"


def indicator_headline(
    *, place: str, indicator: str, unit: str | None, kind: str | None, year: int,
    value: float | None, bound: str | None = None, before: float | None = None, standing: Row | None = None,
) -> str:  # fmt: skip
    """One place's figure of one year in a sentence: value, change, rank among its peers.

    `standing`: rank, tied, peers, have, level; None where places are not ranked. A rank among less than
    half of the peers is left to the table, which says who is missing.
    """
    if value is None:
        return f"到{year}年，{place}的{indicator}还没有公布的年度数据"
    parts = [f"{place}{year}年{indicator}为{figure(value, unit, bound=bound)}"]
    if before is not None and not bound:
        parts.append(f"比上年{change_words(value, before, kind=kind)}")
    if standing and standing.get("rank") is not None and standing["have"] > max(1, standing["peers"] // 2):
        covered = coverage_words(standing["have"], standing["peers"], level=standing["level"])
        parts.append(f"列{rank_words(standing['rank'], standing['tied'])}（{covered}）")
    return "，".join(parts)


def attention_sentence(row: Row) -> str:
    """Who, what, how it stands and why: one item of the list of what needs attention, as plain text."""
    contested = f"（{read_words().overlays['contested']}）" if row.get("contested") else ""
    reason = f"：{row['reason']}" if row.get("reason") else ""
    return f"{row['place_name']}{row['indicator_name']}：{status_word(row)}{contested}{reason}"


def change_sentence(row: Row) -> str:
    """'江西省森林覆盖率：预计可达标 → 已达标，新数据' as plain text."""
    before = last_status_word(row)
    why = f"，{row['change_why']}" if row.get("change_why") else ""
    return f"{row['place_name']}{row['indicator_name']}：{before} → {status_word(row)}{why}"
