"""What a report says, in the register of Chinese official reports: rows of a record in, sentences out.

Deterministic, and no claim beyond the figures: every number in a sentence is a number in a table of
the annex (reports/tables.py), which counts with the same functions. Sentences that screens say too
are in etl/sentences.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl import sentences
from etl.words import read_words

Row = Mapping[str, Any]

_LIGHTS_BEST_FIRST = ("green", "yellow", "red")
NO_UNIT = "文件未写明牵头单位"


def subject(row: Row) -> str:
    """江西省森林覆盖率; nothing is said twice: neither the place, nor the 省 of 江西省 before 省政府会议次数."""
    place, indicator = row["place_name"], row["indicator_name"]
    if indicator.startswith(place):
        return str(indicator)
    return f"{place.removesuffix('省')}{indicator}" if indicator.startswith("省") else f"{place}{indicator}"


# changes of judgement ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Moves:
    """Judgements that are not last year's, by what happened to them."""

    better: tuple[Row, ...]
    worse: tuple[Row, ...]
    newly_judged: tuple[Row, ...]  # grey, now a colour
    no_longer_judged: tuple[Row, ...]
    same_light: tuple[Row, ...]  # another word, the same colour

    @property
    def coloured(self) -> tuple[Row, ...]:
        """Those whose light is another one, the bad news first."""
        return (*self.worse, *self.no_longer_judged, *self.better, *self.newly_judged)

    @property
    def all(self) -> tuple[Row, ...]:
        return (*self.coloured, *self.same_light)


def moves(verdicts: Iterable[Row]) -> Moves:
    """Verdicts sorted by how they moved since the year before; those of no earlier status are left out."""
    heaps: dict[str, list[Row]] = {
        "better": [],
        "worse": [],
        "newly_judged": [],
        "no_longer_judged": [],
        "same_light": [],
    }
    for row in sentences.changed(verdicts):
        heaps[_move(row.get("last_light"), row["light"])].append(row)
    return Moves(**{name: tuple(rows) for name, rows in heaps.items()})


def _move(before: str | None, now: str) -> str:
    if before == now:
        return "same_light"
    if before not in _LIGHTS_BEST_FIRST:
        return "newly_judged"
    if now not in _LIGHTS_BEST_FIRST:
        return "no_longer_judged"
    return "better" if _LIGHTS_BEST_FIRST.index(now) < _LIGHTS_BEST_FIRST.index(before) else "worse"


def changes_title(moved: Moves, *, year: int) -> str:
    """与2019年相比，5项目标的灯色有变化：2项转好、1项转差、…；另有9项灯色未变、状态有变"""
    same = f"{len(moved.same_light)}项灯色未变、状态有变" if moved.same_light else ""
    if not moved.coloured:
        return f"与{year - 1}年相比，没有目标的灯色发生变化" + (f"，{same}" if same else "")
    parts = (
        (moved.better, "转好"),
        (moved.worse, "转差"),
        (moved.newly_judged, "由暂不能判断转为可以判断"),
        (moved.no_longer_judged, "转为暂不能判断"),
    )
    counted = "、".join(f"{len(rows)}项{word}" for rows, word in parts if rows)
    return f"与{year - 1}年相比，{len(moved.coloured)}项目标的灯色有变化：{counted}" + (f"；另有{same}" if same else "")


# changes of figures ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One figure against the year before, of an indicator that a target asks about."""

    place_name: str
    indicator_name: str
    unit: str
    kind: str | None
    better: str
    year: int
    value: float
    before: float | None
    bound: str = ""

    @property
    def good(self) -> int:
        """1 improved, -1 worsened, 0 unchanged or no side is the good one."""
        if (
            self.before is None
            or sentences.change_words(self.value, self.before, kind=self.kind) == "持平"
            or self.better
            not in (
                "higher",
                "lower",
            )
        ):
            return 0
        return 1 if (self.value > self.before) == (self.better == "higher") else -1

    @property
    def size(self) -> float:
        """How far it moved for its size: the larger first, whatever the unit."""
        if self.before is None:
            return 0.0
        return abs(self.value - self.before) / (abs(self.before) or abs(self.value) or 1.0)


def step_sentence(step: Step) -> str:
    """江西省森林覆盖率63.1%，较上年上升2.3个百分点"""
    change = sentences.change_words(step.value, step.before, kind=step.kind)
    than = "与上年持平" if change == "持平" else f"较上年{change}"
    return f"{subject(vars(step))}{sentences.figure(step.value, step.unit)}，{than}"


def steps_sentence(steps: Sequence[Step], *, year: int, most: int = 3) -> str:
    """What improved and what worsened against the year before; a sentence also where nothing can be compared."""
    if not steps:
        return f"{year}年没有能与{year - 1}年相比的数据。"
    good = [step for step in steps if step.good > 0]
    bad = [step for step in steps if step.good < 0]
    even = len(steps) - len(good) - len(bad)
    counts = "、".join(
        f"{many}个{word}" for many, word in ((len(good), "改善"), (len(bad), "变差"), (even, "持平或不分好坏")) if many
    )
    parts = [f"{year}年与{year - 1}年都有数据的{len(steps)}个指标（按地区分别计）中，{counts}"]
    for rows, word in ((good, "改善"), (bad, "变差")):
        if rows:
            shown = sorted(rows, key=lambda step: -step.size)[:most]
            parts.append(
                f"{word}{'较多的' if len(rows) > most else '的'}：" + "；".join(step_sentence(step) for step in shown)
            )
    return "。".join(parts) + "。"


# who lags, who is missing ------------------------------------------------------------------------


def attention_title(rows: Sequence[Row], *, unknown: int) -> str:
    """The message of what needs attention; where nothing does, that, and how many nobody can judge."""
    if not rows:
        return "没有亮红灯或黄灯的目标" + (f"，但有{unknown}项到期目标缺少数据、无法判定" if unknown else "")
    lights = sentences.count_lights(rows)
    if lights["grey"] == len(rows):
        return f"{len(rows)}项目标{read_words().overlays['contested']}，核实前不算达标"
    parts = [
        f"{lights[light]}项{word}"
        for light, word in (("red", "红灯"), ("yellow", "黄灯"), ("grey", "暂不能判断"))
        if lights[light]
    ]
    contested = sum(1 for row in rows if row.get("contested"))
    doubted = f"，其中{read_words().overlays['contested']}{contested}项" if contested else ""
    return f"{len(rows)}项目标需要关注：{'、'.join(parts)}{doubted}"


def needed_words(row: Row) -> str:
    """今后每年需上升0.5个百分点（近年平均每年上升0.3个百分点）; empty where nothing is needed or known."""
    needed = row.get("needed_per_year")
    if needed is None or row["light"] == "green":
        return ""
    pace = row.get("change_per_year")
    recent = f"（近年平均每年{_per_year(pace, row)}）" if pace is not None else ""
    return f"今后每年需{_per_year(needed, row)}{recent}"


def _per_year(amount: float, row: Row) -> str:
    if abs(amount) < 1e-9:
        return "不变"
    unit = "个百分点" if row["unit"] == "%" else row["unit"]
    return f"{'上升' if amount > 0 else '下降'}{sentences.with_unit(sentences.rounded(abs(amount)), unit)}"


@dataclass(frozen=True)
class Missing:
    """What one office (or several together) owes: figures of due targets, or numbers for open ones."""

    units: str
    unknown: tuple[Row, ...]  # due, and cannot be judged for want of a figure
    awaiting: tuple[Row, ...]  # due, the figure not out yet
    pending: tuple[Row, ...]  # the number of the target itself is set elsewhere and not here

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.unknown, *self.awaiting, *self.pending)

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def indicators(self) -> list[str]:
        return list(dict.fromkeys(row["indicator_name"] for row in self.rows))

    @property
    def documents(self) -> list[str]:
        return list(dict.fromkeys(row["document_name"] for row in self.rows))


def missing(verdicts: Iterable[Row]) -> list[Missing]:
    """Whose figures are missing: by lead office, the office that owes most first; unnamed offices last."""
    heaps: dict[str, dict[str, list[Row]]] = {}
    for row in verdicts:
        heap = _missing_heap(row)
        if heap:
            name = "、".join(row["lead_names"]) or NO_UNIT
            heaps.setdefault(name, {"unknown": [], "awaiting": [], "pending": []})[heap].append(row)
    found = [
        Missing(units=name, **{heap: tuple(rows) for heap, rows in parts.items()}) for name, parts in heaps.items()
    ]
    return sorted(found, key=lambda one: (one.units == NO_UNIT, -one.total))


def _missing_heap(row: Row) -> str | None:
    if row["status"] == "target_pending":
        return "pending"
    return {"due_unknown": "unknown", "due_awaiting": "awaiting"}.get(row["bucket"])


def listed(names: Sequence[str], *, most: int) -> str:
    """化肥使用量、农药使用量等8个指标: the first few by name, and how many there are."""
    return "、".join(names[:most]) + (f"等{len(names)}个指标" if len(names) > most else "")


def missing_title(owed: Sequence[Missing]) -> str:
    """13项到期目标因缺数据无法判定、17项数据待公布、4项目标值待补"""
    parts = (
        (sum(len(one.unknown) for one in owed), "项到期目标因缺少数据无法判定"),
        (sum(len(one.awaiting) for one in owed), "项到期目标的数据待公布"),
        (sum(len(one.pending) for one in owed), "项目标的数值待补"),
    )
    return "、".join(f"{many}{word}" for many, word in parts if many) or "到期目标都有数据，没有因缺数据而无法判定的"


def missing_sentence(owed: Sequence[Missing], *, most: int = 3) -> str:
    """Whose figures are missing, the offices that owe most by name."""
    named = [one for one in owed if one.units != NO_UNIT][:most]
    if not owed:
        return ""
    if not named:
        return "这些目标，文件都没有写明牵头单位，需先明确由谁提供数据。"
    shown = "；".join(f"{one.units}{one.total}项（{listed(one.indicators, most=3)}）" for one in named)
    more = any(one.units != NO_UNIT for one in owed[most:])
    return f"{'涉及较多的' if more else ''}牵头单位：{shown}。"


# documents, indicators, places -------------------------------------------------------------------


def document_title(name: str, verdicts: Sequence[Row], *, year: int) -> str:
    return sentences.headline(verdicts, year=year, of=name)


def document_paragraph(row: Row, verdicts: Sequence[Row], *, most: int = 3) -> str:
    """One document's standing: over what, how it came out, the worst by name, whose figure is missing."""
    issuer = (
        f"（{row['issuer']}，{row['published_year']}年）" if row.get("issuer") else f"（{row['published_year']}年）"
    )
    parts = [f"《{row['title']}》{issuer}{sentences.paragraph(verdicts, documents=1)}"]
    attention = sentences.needs_attention(verdicts)
    if attention:
        shown = "；".join(f"{subject(each)}（{sentences.status_word(each)}）" for each in attention[:most])
        parts.append(f"需要关注{len(attention)}项" + ("，首先是" if len(attention) > most else "") + f"：{shown}。")
    owed = missing(verdicts)
    if owed:
        parts.append(f"{missing_title(owed)}。{missing_sentence(owed)}")
    return "".join(parts)


def target_sentence(row: Row) -> str:
    """One target of an indicator: what is asked, how it stands and why, what is needed from now."""
    when = sentences.deadline_words(row) if row.get("by") is not None or row.get("every_year") else ""
    goal = sentences.goal_words(row, unit=row["unit"])
    if row["status"] == "target_pending":
        goal = "完成另行下达的目标"
    asked = f"《{row['document_name']}》要求{row['place_name']}{when}{goal}"
    contested = f"（{read_words().overlays['contested']}）" if row.get("contested") else ""
    needed = needed_words(row)
    return f"{asked}。{sentences.status_word(row)}{contested}：{row['reason']}。" + (f"{needed}。" if needed else "")


def ranking_title(rows: Sequence[Row], *, name: str, unit: str, place_name: Mapping[str, str]) -> str:
    """2022年PM2.5：景德镇市最好（23微克/立方米），宜春市居末（35微克/立方米），11市中10市有数据"""
    known = [row for row in rows if row["rank"] is not None]
    level = rows[0]["level"]
    last_rank = max(row["rank"] for row in known)
    covered = sentences.coverage_words(known[0]["have"], known[0]["peers"], level=level)
    if last_rank == 1:
        return f"{known[0]['year']}年{name}：{covered}，均为{sentences.figure(known[0]['value'], unit)}"
    first = _held(known, 1, unit=unit, place_name=place_name, one="最好", several="并列第1")
    last = _held(known, last_rank, unit=unit, place_name=place_name, one="居末", several=f"并列第{last_rank}")
    return f"{known[0]['year']}年{name}：{first}，{last}，{covered}"


def _held(rows: Sequence[Row], rank: int, *, unit: str, place_name: Mapping[str, str], one: str, several: str) -> str:
    holders = [row for row in rows if row["rank"] == rank]
    word = one if holders[0]["tied"] == 1 else several
    names = sentences.place_list([place_name[row["place"]] for row in holders], most=2)
    return f"{names}{word}（{sentences.figure(holders[0]['value'], unit)}）"


def left_out_sentence(record: Mapping[str, Any]) -> str:
    """Said where the selection is too large for one snapshot: what is in it, and what is not."""
    left = record["left_out"]
    return (
        f"范围较大：各地的判定只列入最需要关注的{len(record['assessments'])}项，另有{left['judgements']}项判定、{left['figures']}个数据没有列入；"
        "各项目标的整体结论仍按全部地区得出。缩小地区或指标的范围，可另作快照。"
    )


def cutoff_words(cutoff: Row) -> str:
    """数据截至2020年（来源最近公布于2021-05-06）; no day where no source gives one."""
    if cutoff["year"] is None:
        return "暂无数据"
    published = f"（来源最近公布于{cutoff['published']}）" if cutoff["published"] else ""
    return f"数据截至{cutoff['year']}年{published}"
