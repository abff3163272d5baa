"""What the screens ask about figures: over the years, ranked, beside each other, with every vintage.

Lists are capped where a country's worth of places would not fit a screen.
"""

from dashboard.ask import INDICATORS, JUDGED_IN, PLACES, YEARLY, Rows, ask
from dashboard.kept import kept
from dashboard.questions import had_been_issued
from etl.store import read_sql

MOST_PLACES = 40
MOST_INDICATORS = 14
_RECENT = 2  # years before the one asked, in which most indicators are ranked

# The place asked for and those of its level within the same larger place.
_PEERS = """select p.place, p.level, p.part_of from place p
    join place own on own.place = ? and own.level = p.level and own.part_of is not distinct from p.part_of"""
_RANKING_YEAR, _RANKING = read_sql("ranking_year.sql"), read_sql("ranking.sql")
# The parts of a larger place that a target or a figure concerns.
_MEMBERS = """select place, position from place where part_of = ? and level = ?
    and place in (select place from holding union select place from target_place)"""
_SEVERITY = "case a.light when 'red' then 1 when 'yellow' then 2 when 'grey' then 4 else 3 end"
_WORST_LIGHT = f"min_by(a.light, {_SEVERITY})"


def figures(indicator: str, places: tuple[str, ...], until: int) -> Rows:
    """Yearly figures of one indicator in the places named up to a year, each with its source, by place and year."""
    return ask(
        f"""select f.place, p.name as place_name, p.label as place_label, f.indicator, f.year, f.value, f.bound, f.obs_status,
            f.quality, f.source, f.note, f.published, f.release, f.vintages
        from figure_now f join {PLACES} p on p.place = f.place
        where f.indicator = ? and f.year <= ? and {YEARLY} and list_contains(?, f.place)
        order by p.position, f.place, f.year""",
        indicator, until, places,
    )  # fmt: skip


def other_periods(indicator: str, place: str) -> Rows:
    """Sums of several years and parts of a year: shown beside, never drawn as a year."""
    return ask(
        f"""select f.year, f.period, f.value, f.bound, f.source, f.note from figure_now f
        where f.indicator = ? and f.place = ? and not ({YEARLY}) order by f.period""",
        indicator, place,
    )  # fmt: skip


def places_with_figures(indicator: str) -> Rows:
    """Places that have a figure or a target for the indicator: what its page can show."""
    return ask(
        f"""
        with held as (
            select place, coalesce(bool_or(value is not null and {YEARLY}), false) as has_figures
            from figure_now where indicator = ? group by place
        ), asked as (
            select distinct g.place from target_place g join target t on t.target = g.target where t.indicator = ?
        )
        select p.place, p.name, p.label, p.level, p.part_of, coalesce(h.has_figures, false) as has_figures,
            k.place is not null as has_target
        from {PLACES} p left join held h on h.place = p.place left join asked k on k.place = p.place
        where h.place is not null or k.place is not null
        order by p.position, p.place""",
        indicator, indicator,
    )  # fmt: skip


def ranking(indicator: str, year: int, place: str) -> Rows:
    """The place and its peers in the year that `ranking.sql` takes, best first; without a figure last, rank None.

    No rows where fewer than two of them ever have a figure of one year.
    """
    return ask(
        f"""
        with asked_peer as ({_PEERS}), asked_indicator as (select ? as indicator), asked_year as (select cast(? as integer) as year),
            asked_figure as (
                select * from figure_now where indicator = ? and place in (select place from asked_peer)
            ), {_RANKING_YEAR}, {_RANKING}
        select r.* replace (coalesce(r.value, f.value) as value), f.bound, p.name as place_name, p.label as place_label
        from ranking r join {PLACES} p on p.place = r.place
        left join asked_figure f on f.place = r.place and f.year = r.year and {YEARLY}
        order by r.rank nulls last, p.position, p.place""",
        place, indicator, year, indicator,
    )  # fmt: skip


def ranks_of(place: str, year: int) -> Rows:
    """One place among its peers in every indicator that it has a figure of up to the year; rank None where it has none in the year ranked."""
    return kept(_ranks_of, place, year)


def _ranks_of(place: str, year: int) -> Rows:
    """First of the recent years alone: what half of the peers have there needs no earlier one."""
    recent = _ranks_since(place, year, year - _RECENT, ())
    settled = [row for row in recent if 2 * row["have"] >= row["peers"]]
    earlier = _ranks_since(place, year, 0, tuple(row["indicator"] for row in settled))
    return tuple(sorted([*settled, *earlier], key=lambda row: (row["position"], row["indicator"])))


def _ranks_since(place: str, year: int, since: int, without: tuple[str, ...]) -> Rows:
    """Ranks by the figures since a year in the other indicators; of one place, so that its peers need not be put in order."""
    return ask(
        f"""
        with asked_peer as ({_PEERS}), asked_indicator as (
            select indicator from holding where place = ? and first_year <= ? and not list_contains(?, indicator)
        ), asked_year as (select cast(? as integer) as year), asked_figure as (
            select * from figure_by_place where year between ? and ?
        ), {_RANKING_YEAR}, own as (select indicator, year, value from known where place = ?), ranked as (
            select r.indicator, r.year, any_value(r.level) as level, any_value(r.have) as have, any_value(r.peers) as peers,
                any_value(o.value) as value,
                count(*) filter (case k.better when 'lower' then k.value < o.value else k.value > o.value end) + 1 as rank,
                count(*) filter (k.value = o.value) as tied
            from ranking_year r join known k on k.indicator = r.indicator and k.year = r.year
            left join own o on o.indicator = r.indicator and o.year = r.year
            group by r.indicator, r.year
        )
        select r.* replace (case when r.value is not null then r.rank end as rank),
            i.name as indicator_name, i.label as indicator_label, i.unit, i.kind, i.position
        from ranked r join {INDICATORS} i on i.indicator = r.indicator""",
        place, place, year, without, year, since, year, place,
    )  # fmt: skip


def beside_larger(place: str) -> Rows:
    """Every yearly figure of a place with that of the place it is part of, by indicator and year."""
    return ask(
        f"""select i.indicator, i.name as indicator_name, i.label as indicator_label, i.unit, i.kind, i.better, f.year, f.value,
            f.bound, f.obs_status, g.value as larger_value, l.name as larger_name
        from figure_by_place f join {INDICATORS} i on i.indicator = f.indicator
        join place own on own.place = f.place
        left join place l on l.place = own.part_of
        left join figure_by_place g on g.place = own.part_of and g.indicator = f.indicator and g.year = f.year
            and coalesce(g.period, '') = ''
        where f.place = ? and coalesce(f.period, '') = '' order by i.position, i.indicator, f.year""",
        place,
    )


def references(indicator: str) -> Rows:
    """Indicators that stand beside this one without judging its targets."""
    return ask(
        f"select i.* from {INDICATORS} i where list_contains(i.beside, ?) order by i.position, i.indicator", indicator
    )


def groups() -> Rows:
    """Places that can be compared with each other: the parts of one larger place, with how many."""
    return ask(
        f"""select l.place, l.name, p.level, count(*) as places, l.label || '各' || case p.level when 'province' then '省'
                when 'city' then '市' when 'county' then '县（市、区）' when 'part' then '片区' else '地' end as label
        from {PLACES} p join {PLACES} l on l.place = p.part_of
        where p.place in (select place from holding union select place from target_place)
        group by l.place, l.name, l.label, l.position, p.level having count(*) > 1
        order by count(*) desc, l.position, l.place"""
    )


def group_places(larger: str, level: str) -> Rows:
    return ask(
        f"""select p.place, p.name, p.label, p.level from {PLACES} p
        where p.part_of = ? and p.level = ? and p.place in (select place from holding union select place from target_place)
        order by p.position, p.place""",
        larger, level,
    )  # fmt: skip


def grid_columns(year: int, larger: str, level: str) -> Rows:
    """Indicators with a figure of the year or a judgement in the parts of a larger place: those with figures first,
    among them those with a target. How many figures, and of how many places the worst judgement has which light.
    """
    return ask(
        f"""
        with member as ({_MEMBERS}), judged as (
            select a.place, a.indicator, {_WORST_LIGHT} as light
            from assessment a semi join member m on m.place = a.place join target t on t.target = a.target
            where a.year = ? and {had_been_issued(year)} group by a.place, a.indicator
        ), lit as (
            select indicator, count(*) filter (light = 'green') as green, count(*) filter (light = 'yellow') as yellow,
                count(*) filter (light = 'red') as red, count(*) filter (light = 'grey') as grey
            from judged group by indicator
        ), held as (
            select f.indicator, count(f.value) as figures
            from figure_by_place f semi join member m on m.place = f.place
            where f.year = ? and {YEARLY} group by f.indicator
        )
        select i.indicator, i.label, i.name, i.unit, coalesce(h.figures, 0) as figures, coalesce(l.green, 0) as green,
            coalesce(l.yellow, 0) as yellow, coalesce(l.red, 0) as red, coalesce(l.grey, 0) as grey
        from {INDICATORS} i left join held h on h.indicator = i.indicator left join lit l on l.indicator = i.indicator
        where h.indicator is not null or l.indicator is not null
        order by coalesce(h.figures, 0) = 0, l.indicator is null, i.position, i.indicator""",
        larger, level, year, year,
    )  # fmt: skip


def grid(year: int, larger: str, level: str, indicators: tuple[str, ...], *, most: int | None = MOST_PLACES) -> Rows:
    """Cells of the first `most` places, None for all, × these indicators: the figure of the year, its source, and the
    worst judgement on it.
    """
    return ask(
        f"""
        with member as ({_MEMBERS} order by position, place limit ?), judged as (
            select a.* from assessment a semi join member m on m.place = a.place join target t on t.target = a.target
            where a.year = ? and list_contains(?, a.indicator) and {had_been_issued(year)}
            qualify row_number() over (partition by a.place, a.indicator order by {_SEVERITY}, a.target) = 1
        ), held as (
            select f.place, f.indicator, f.value, f.bound, f.source, f.quality
            from figure_by_place f semi join member m on m.place = f.place
            where f.year = ? and list_contains(?, f.indicator) and {YEARLY}
        )
        select coalesce(f.place, a.place) as place, i.indicator, i.name as indicator_name, i.label as indicator_label, i.better,
            f.value, f.bound, f.source, f.quality, a.target, a.status, a.light, a.basis, a.reason,
            a.value as judged_value, a.value_year as judged_year, a.value_bound as judged_bound, {JUDGED_IN}, i.unit as indicator_unit, i.position
        from held f full join judged a on a.place = f.place and a.indicator = f.indicator
        join {INDICATORS} i on i.indicator = coalesce(f.indicator, a.indicator)
        order by i.position, i.indicator""",
        larger, level, most, year, indicators, year, indicators,
    )  # fmt: skip


def vintages(indicator: str, place: str, year: int) -> Rows:
    """Every published value of one cell, in the order of publication, with its release."""
    return ask(
        """select f.value, f.bound, f.obs_status, f.quality, f.source, f.note, f.published, f.release, r.file_name, r.published_at,
            f.value_in_file, f.unit_in_file, f.period, w.release is not null as withdrawn
        from figure f join release r on r.release = f.release
        left join withdrawal w on w.release = f.release
        where f.indicator = ? and f.place = ? and f.year = ?
        order by f.seq, f.published, f.row_number""",
        indicator, place, year,
    )  # fmt: skip
