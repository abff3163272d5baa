"""The present state in, one self-contained record of everything shown out (docs/snapshots.md).

Keys of the record: format, method, choice, demo, cutoff, register (documents, places, units,
indicators, targets: only what is shown), releases, figures, assessments, verdicts, earlier (the
verdicts of the year before), statements, rankings. Rows are dictionaries with the columns of the
tables of the same names, None where nothing is known. Only JSON values; nothing of the clock, of
who asks or of which machine, so that the same state gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import isnan
from typing import Any

from etl.assess import assess
from etl.store import Cursor, Store, insert_rows, read_sql, setting

FORMAT = 1
METHOD = "1"  # the edition of the judging rules (docs/method.md); grows when a rule changes
AUDIENCES = ("leaders", "full", "annex")

FEWEST_PEERS = 5  # "first of two provinces that happen to be registered" is no ranking

_DECIMALS = 9  # sums of doubles differ in their last bits from run to run

Record = dict[str, Any]
Row = dict[str, Any]


class NothingToFreeze(ValueError):
    """The choice holds nothing that could be shown; str() is a Chinese sentence."""


@dataclass(frozen=True)
class Choice:
    """What a snapshot shows. Empty tuples take everything; ids, not names."""

    year: int
    documents: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    audience: str = "leaders"  # leaders | full | annex
    title: str = ""
    meeting: str = ""
    date: str = ""
    issuer: str = ""


def choice_of(record: Mapping[str, Any]) -> Choice:
    """The choice a record was made with: to freeze the same selection again today."""
    chosen = record["choice"]
    several: dict[str, Any] = {name: tuple(chosen[name]) for name in ("documents", "places", "indicators")}
    words: dict[str, Any] = {name: chosen[name] for name in ("audience", "title", "meeting", "date", "issuer")}
    return Choice(year=chosen["year"], **several, **words)


def freeze(store: Store, choice: Choice) -> Record:
    """Everything that `choice` shows, as it stands now.

    Raises NothingToFreeze when no target is left by the choice, ValueError for an unknown audience.
    """
    if choice.audience not in AUDIENCES:
        raise ValueError(choice.audience)
    judged_now = None if _is_stored(store, choice.year) else _judge(store, choice)
    with store.reading() as cursor:
        cursor.begin()  # one state, whatever is written meanwhile
        try:
            return _record(cursor, choice, judged_now)
        finally:
            cursor.rollback()


def _is_stored(store: Store, year: int) -> bool:
    """Judgements are kept for years with figures, and each has its last_status; others are made now."""
    return bool(store.rows("select 1 from assessment where year = ? limit 1", [year]))


def _judge(store: Store, choice: Choice) -> list[Row]:
    frame = assess(store, years=[choice.year - 1, choice.year])
    return [
        {key: _plain(value) for key, value in row.items()}
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]


def _record(cursor: Cursor, choice: Choice, judged_now: list[Row] | None) -> Record:
    targets = _select_targets(cursor, choice)
    if not targets:
        raise NothingToFreeze("所选的文件、地区和指标里没有任何目标，请放宽选择。")
    assessments = _select_assessments(cursor, choice, targets, judged_now)
    verdicts = _rows(cursor, f"select * from ({read_sql('verdict.sql')}) v order by year, target")
    indicators = _select_indicators(cursor, targets)
    figures = _select_figures(cursor, choice, targets, indicators)
    statements = _select_statements(cursor, choice, targets)
    rankings = _select_rankings(cursor, choice, indicators)
    return {
        "format": FORMAT,
        "method": METHOD,
        "choice": _plain(asdict(choice)),
        "demo": setting(cursor, "demo") == "1",
        "cutoff": _cutoff(figures),
        "register": {
            "sha256": (setting(cursor, "register_hash") or "").partition(" ")[0],
            "documents": _named(cursor, "document", {row["document"] for row in targets}),
            "places": _select_places(cursor, assessments, figures, rankings, targets),
            "units": _named(
                cursor, "unit", {name for row in targets for key in ("lead", "support") for name in row[key] or ()}
            ),
            "indicators": indicators,
            "targets": targets,
        },
        "releases": _select_releases(cursor, [*figures, *statements]),
        "figures": figures,
        "assessments": [row for row in assessments if row["year"] == choice.year],
        "verdicts": [row for row in verdicts if row["year"] == choice.year],
        "earlier": [row for row in verdicts if row["year"] == choice.year - 1],
        "statements": statements,
        "rankings": rankings,
    }


# what is chosen ----------------------------------------------------------------------------------


def _chosen(*chosen: Sequence[str]) -> list[Any]:
    """Two parameters a choice: whether it takes everything, and the ids it takes."""
    return [part for ids in chosen for part in (not ids, list(ids))]


def _select_targets(cursor: Cursor, choice: Choice) -> list[Row]:
    """Targets of the chosen documents and indicators that ask something of a chosen place; with their goals."""
    targets = _rows(
        cursor,
        """
        select t.* from target t join document d on d.document = t.document
        where (? or array_contains(?, t.document)) and (? or array_contains(?, t.indicator))
            and t.target in (select target from target_place where ? or array_contains(?, place))
        order by d.position, t.document, t.position, t.target""",
        _chosen(choice.documents, choice.indicators, choice.places),
    )
    goals = _grouped(
        _rows(
            cursor,
            "select target, place, goal, goal_to from target_place where ? or array_contains(?, place) order by target, place",
            _chosen(choice.places),
        )
    )
    milestones = _grouped(_rows(cursor, "select target, year, goal from milestone order by target, year"))
    return [{**row, "places": goals[row["target"]], "milestones": milestones.get(row["target"], [])} for row in targets]


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["target"], []).append({key: value for key, value in row.items() if key != "target"})
    return groups


def _select_assessments(cursor: Cursor, choice: Choice, targets: list[Row], judged_now: list[Row] | None) -> list[Row]:
    """The judgements of the year and the one before, also as a temporary table for verdict.sql to read.

    The temporary table hides the one of the same name: a group is judged on its chosen places alone.
    """
    asked = [choice.year - 1, choice.year, *_chosen(choice.places), [row["target"] for row in targets]]
    where = "where year in (?, ?) and (? or array_contains(?, place)) and array_contains(?, target)"
    if judged_now is None:
        cursor.execute(f"create or replace temp table assessment as select * from main.assessment {where}", asked)
    else:
        cursor.execute("create or replace temp table assessment as select * from main.assessment limit 0")
        insert_rows(cursor, "assessment", judged_now)
        cursor.execute(f"create or replace temp table judged as select * from assessment {where}", asked)
        cursor.execute("create or replace temp table assessment as select * from judged")
    return _rows(cursor, "select * from assessment order by year, target, place")


def _select_indicators(cursor: Cursor, targets: list[Row]) -> list[Row]:
    """The indicators of the targets, the published rates of them, and those that stand beside."""
    return _rows(
        cursor,
        """
        select * from indicator i
        where array_contains(?, indicator) or array_contains(?, rate_of) or len(list_intersect(coalesce(beside, []), ?)) > 0
        order by position, indicator""",
        [sorted({row["indicator"] for row in targets})] * 3,
    )


def _select_figures(cursor: Cursor, choice: Choice, targets: list[Row], indicators: list[Row]) -> list[Row]:
    """Figures up to the year looked at; a later base year counts whatever that year is."""
    bases = sorted({row["base_year"] for row in targets if row["base_year"] is not None})
    return _rows(
        cursor,
        """
        select * from figure_now
        where array_contains(?, indicator) and (? or array_contains(?, place)) and (year <= ? or array_contains(?, year))
        order by indicator, place, year, period""",
        [[row["indicator"] for row in indicators], *_chosen(choice.places), choice.year, bases],
    )


def _select_statements(cursor: Cursor, choice: Choice, targets: list[Row]) -> list[Row]:
    cursor.execute(read_sql("release_in_force.sql"), [None])
    return _rows(
        cursor,
        f"""
        select * from ({read_sql("statement_latest.sql")}) s
        where array_contains(?, target) and (? or coalesce(place, '') = '' or array_contains(?, place)) and coalesce(year(stated_on), 0) <= ?
        order by target, place, stated_on, kind, text, release""",
        [None, None, [row["target"] for row in targets], *_chosen(choice.places), choice.year + 1],
    )


def _select_rankings(cursor: Cursor, choice: Choice, indicators: list[Row]) -> list[Row]:
    """Competition rankings among places of one level within one larger place (METHOD §3).

    Each indicator in the latest year, up to the one looked at, for which half of the peers have a
    figure; places without one are listed with rank None. Bounds and indicators without a stated
    good direction are not ranked.
    """
    return _rows(
        cursor,
        """
        with peer as (
            select place, level, part_of, count(*) over (partition by level, part_of) as peers from place where part_of is not null
        ), known as (
            select f.indicator, f.year, f.place, f.value, p.level, p.part_of, p.peers, i.better
            from figure_now f
            join peer p on p.place = f.place and p.peers >= ?
            join indicator i on i.indicator = f.indicator and i.better <> 'none'
            where array_contains(?, f.indicator) and f.year <= ? and f.value is not null
                and coalesce(f.period, '') = '' and coalesce(f.bound, '') = ''
        ), counted as (
            select indicator, level, part_of, year, count(*) as have, max(peers) as peers from known group by indicator, level, part_of, year
        ), latest as (
            select indicator, level, part_of, max_by(have, year) as have, max(peers) as peers, max(year) as year
            from counted where have >= 2 and have * 2 >= peers group by indicator, level, part_of
        ), ranked as (
            select k.*, rank() over (partition by k.indicator, k.level, k.part_of order by case k.better when 'lower' then k.value else -k.value end) as rank,
                count(*) over (partition by k.indicator, k.level, k.part_of, k.value) as tied
            from known k join latest l on l.indicator = k.indicator and l.year = k.year and l.level = k.level and l.part_of = k.part_of
        )
        select l.indicator, l.year, l.level, l.part_of, p.place, r.value, r.rank, r.tied, l.have, l.peers, b.value as before
        from latest l
        join peer p on p.level = l.level and p.part_of = l.part_of
        left join ranked r on r.indicator = l.indicator and r.place = p.place
        left join known b on b.indicator = l.indicator and b.place = p.place and b.year = l.year - 1
        join place own on own.place = p.place
        where ? or array_contains(?, p.place)
        order by l.indicator, l.level, l.part_of, r.rank nulls last, own.position, p.place""",
        [FEWEST_PEERS, [row["indicator"] for row in indicators], choice.year, *_chosen(choice.places)],
    )


def _select_places(
    cursor: Cursor, assessments: list[Row], figures: list[Row], rankings: list[Row], targets: list[Row]
) -> list[Row]:
    shown = {row["place"] for rows in (assessments, figures, rankings) for row in rows}
    shown |= {entry["place"] for row in targets for entry in row["places"]}
    return _named(cursor, "place", shown | {row["part_of"] for row in rankings})


def _named(cursor: Cursor, table: str, ids: set[str]) -> list[Row]:
    return _rows(
        cursor,
        f'select * from "{table}" where array_contains(?, "{table}") order by position, "{table}"',
        [sorted(ids)],
    )


def _select_releases(cursor: Cursor, rows: list[Row]) -> list[Row]:
    """Which received files the figures and statements come from; when they were loaded is the clock's."""
    numbers = sorted({row["release"] for row in rows if row["release"]})
    return _rows(
        cursor,
        "select release, kind, file_name, file_hash, note from release where array_contains(?, release) order by release",
        [numbers],
    )


def _cutoff(figures: list[Row]) -> Row:
    """How far the data go: the latest year with a figure, and the latest day a source was published."""
    known = [row for row in figures if row["value"] is not None]
    return {
        "year": max((row["year"] for row in known), default=None),
        "published": max((row["published"] for row in known if row["published"]), default=None),
    }


# plain values ------------------------------------------------------------------------------------


def _rows(cursor: Cursor, sql: str, params: Sequence[Any] = ()) -> list[Row]:
    cursor.execute(sql, list(params))
    names = [column[0] for column in cursor.description]
    return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    """A JSON value: dates as text, numbers without the noise of their last bits, no NaN."""
    if isinstance(value, float):
        return None if isnan(value) else round(value, _DECIMALS) + 0.0
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
