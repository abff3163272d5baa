"""What the screens ask about figures: over the years, ranked, beside each other, with every vintage.

Lists are capped where a country's worth of places would not fit a screen.
"""

from dashboard.ask import INDICATORS, JUDGED_IN, PLACES, YEARLY, Rows, ask
from etl.issued import issued
from etl.store import read_sql

MOST_PLACES = 40
MOST_INDICATORS = 14
_RECENT = 4  # years before the one asked, in which most indicators are ranked

# The place asked for and those of its level within the same larger place.
_PEERS = """select p.place, p.level, p.part_of from place p
    join place own on own.place = ? and own.level = p.level and own.part_of is not distinct from p.part_of"""
_RANKING = read_sql("ranking.sql")


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
        f"""select p.place, p.name, p.label, p.level, p.part_of,
            p.place in (select place from figure_now where indicator = ? and value is not null and {YEARLY}) as has_figures,
            p.place in (select g.place from target_place g join target t on t.target = g.target where t.indicator = ?) as has_target
        from {PLACES} p
        where p.place in (select place from figure_now where indicator = ?
            union select g.place from target_place g join target t on t.target = g.target where t.indicator = ?)
        order by p.position, p.place""",
        indicator, indicator, indicator, indicator,
    )  # fmt: skip


def ranking(indicator: str, year: int, place: str) -> Rows:
    """The place and its peers in the year that `ranking.sql` takes, best first; without a figure last, rank None.

    No rows where fewer than two of them ever have a figure of one year.
    """
    return ask(
        f"""
        with asked_peer as ({_PEERS}), asked_indicator as (select ? as indicator), asked_year as (select cast(? as integer) as year),
            asked_figure as (select * from figure_now), {_RANKING}
        select r.* replace (coalesce(r.value, f.value) as value), f.bound, p.name as place_name, p.label as place_label
        from ranking r join {PLACES} p on p.place = r.place
        left join figure_now f on f.place = r.place and f.indicator = r.indicator and f.year = r.year and {YEARLY}
        order by r.rank nulls last, p.position, p.place""",
        place, indicator, year,
    )  # fmt: skip


def ranks_of(place: str, year: int) -> Rows:
    """One place among its peers in every indicator that it has a figure of up to the year; rank None where it has none in the year ranked."""
    return ask(
        f"""
        with asked_peer as ({_PEERS}), asked_indicator as (
            select indicator from holding where place = ? and first_year <= ?
        ), asked_year as (select cast(? as integer) as year), recent as (
            select f.* from figure_by_place f semi join asked_peer p on p.place = f.place
            where f.year between ? and ? and f.value is not null and {YEARLY} and coalesce(f.bound, '') = ''
        ), settled as (   -- ranked in one of these years: no earlier one is asked for
            select indicator from recent where year > ? group by indicator, year
            having 2 * count(*) >= (select count(*) from asked_peer)
        ), asked_figure as (
            select * from recent
            union all
            select f.* from figure_by_place f semi join asked_peer p on p.place = f.place anti join settled s on s.indicator = f.indicator
            where f.year < ?
        ), {_RANKING}
        select r.*, i.name as indicator_name, i.label as indicator_label, i.unit, i.kind
        from ranking r join {INDICATORS} i on i.indicator = r.indicator
        where r.place = ? order by i.position, r.indicator""",
        place, place, year, year, year - _RECENT, year, year - _RECENT, year - _RECENT, place,
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


def grid(year: int, larger: str, level: str) -> Rows:
    """Cells of places × indicators: the figure of the year, its source, and the worst judgement on it."""
    return ask(
        f"""
        with member as (
            select p.place, p.position from place p
            where p.part_of = ? and p.level = ? and p.place in (select place from holding union select place from target_place)
            order by p.position, p.place limit {MOST_PLACES}
        ), judged as (
            select a.place, a.indicator,
                min_by(a.target, case a.light when 'red' then 1 when 'yellow' then 2 when 'grey' then 4 else 3 end) as target
            from assessment a join member m on m.place = a.place join target t on t.target = a.target
            where a.year = ? and {issued("a.year")} group by a.place, a.indicator
        ), cell as (
            select f.place, f.indicator from figure_by_place f join member m on m.place = f.place
            where f.year = ? and {YEARLY} union select place, indicator from judged
        )
        select c.place, c.indicator, i.name as indicator_name, i.label as indicator_label, i.better,
            f.value, f.bound, f.source, f.quality, a.target, a.status, a.light, a.basis, a.reason,
            a.value as judged_value, a.value_year as judged_year, a.value_bound as judged_bound, {JUDGED_IN}, i.unit as indicator_unit, i.position
        from cell c join {INDICATORS} i on i.indicator = c.indicator
        left join figure_by_place f on f.place = c.place and f.indicator = c.indicator and f.year = ? and coalesce(f.period, '') = ''
        left join judged j on j.place = c.place and j.indicator = c.indicator
        left join assessment a on a.place = c.place and a.indicator = c.indicator and a.year = ?
            and a.target = j.target
        order by i.position, c.indicator""",
        larger, level, year, year, year, year,
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
