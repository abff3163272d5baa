"""Every question the screens ask the database, and the only SQL of the screens.

An answer is a tuple of rows (dictionaries, None where nothing is known), kept until the data
changes; nobody changes a row. Names come with ids: `*_name` to read, `*_label` unique, as the
picks and links write it. Lists are capped where a country's worth of places would not fit a screen.
"""

from functools import lru_cache
from typing import Any

from dashboard import data

Row = dict[str, Any]
Rows = tuple[Row, ...]

# A name that several places (indicators) share is told apart by its id: 鼓楼区（320106）.
_PLACES = """(select place, name, coalesce(short, name) as short, level, part_of, tile_row, tile_column, position,
    case when count(*) over (partition by name) > 1 then name || '（' || place || '）' else name end as label from place)"""
_INDICATORS = """(select *, case when count(*) over (partition by name) > 1
    then name || '（' || indicator || '）' else name end as label from indicator)"""
_DOCUMENTS = """(select document, title, issuer, published_year, place, position,
    coalesce(short, title) as short, case when count(*) over (partition by coalesce(short, title)) > 1
    then coalesce(short, title) || '（' || document || '）' else coalesce(short, title) end as label from document)"""

# The whole year's figures: sums of several years and parts of a year stand apart.
_YEARLY = "coalesce(period, '') = ''"

_TARGET_COLUMNS = """t.section, t.quote, t.soft, t.measure, t.rule, t.assigned, t.every_year, t.by_year as "by", t.base_year as target_base_year,
    t.lead, t.support, t.reading, t.same_as, t.replaces, t.valid_from, t.valid_until, t.position,
    i.name as indicator_name, i.label as indicator_label, i.unit, i.better, i.kind,
    d.short as document_name, d.label as document_label, d.title as document_title"""


def ask(sql: str, *params: Any) -> Rows:
    """Rows of `sql`, from memory while the data has not changed."""
    store = data.store()
    return _answer(store.url, store.version(), sql, params)


@lru_cache(maxsize=512)
def _answer(_url: str, _version: int, sql: str, params: tuple[Any, ...]) -> Rows:
    with data.store().reading() as cursor:
        cursor.execute(sql, list(params))
        names = [column[0] for column in cursor.description]
        return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def units() -> dict[str, str]:
    """Names of the units in charge by id; a unit the register names without an id is its own name."""
    return {row["unit"]: row["name"] for row in ask("select unit, name from unit")}


def _with_units(rows: Rows) -> Rows:
    """Rows of targets with the names of their lead and supporting units instead of ids."""
    names = units()
    return tuple(
        {**row, **{role: [names.get(unit, unit) for unit in row[role] or ()] for role in ("lead", "support")}} for row in rows
    )


# what can be picked ----------------------------------------------------------------------------


def years() -> tuple[int, ...]:
    """Years that can be looked at, the latest with any published figure first."""
    return tuple(row["year"] for row in ask("select distinct year from verdict order by year desc"))


def documents() -> Rows:
    return ask(f"select * from {_DOCUMENTS} order by position, document")


def places() -> Rows:
    """Places that a target or a figure concerns, in the register's order."""
    return ask(
        f"""select * from {_PLACES} where place in (select place from target_place union select place from figure_now)
        order by position, place"""
    )


def indicators() -> Rows:
    """Indicators with a target or a figure; those with both first."""
    return ask(
        f"""
        with held as (select distinct indicator from figure_now where value is not null),
            asked as (select distinct indicator from target)
        select i.*, k.indicator is not null as has_target, h.indicator is not null as has_figures
        from {_INDICATORS} i
        left join held h on h.indicator = i.indicator
        left join asked k on k.indicator = i.indicator
        where h.indicator is not null or k.indicator is not null
        order by h.indicator is not null and k.indicator is not null desc, i.position, i.indicator"""
    )


# judgements ------------------------------------------------------------------------------------


def verdicts(year: int, document: str | None = None) -> Rows:
    """One row a target: where it stands, with its clause and the place that decides it.

    A group's row speaks of its worst place (`place`, `value` …) and names its laggards.
    """
    rows = ask(
        f"""
        with worst as (
            select v.target, min(a.place) as place
            from verdict v
            left join assessment a on a.target = v.target and a.year = ? and a.status = v.status
            where v.year = ? group by v.target
        )
        select v.target, v.document, v.indicator, v.year, v.status, v.light, v.due, v.bucket, v.force, v.contested,
            v.places, v.met_places, v.missed_places, v.open_places, v.laggards, coalesce(v.reason, a.reason) as reason,
            v.last_status, v.last_light, v.change_why,
            w.place, case when v.places > 1 then '各地' else p.name end as place_name, p.label as place_label,
            a.value, a.value_year, a.value_bound, a.value_quality, a.base, a.base_year, a.goal, a.goal_to, a.path,
            a.gap, a.basis, a.reported, a.exactly, a.disagree, a.nearest_year, a.nearest_value, {_TARGET_COLUMNS}
        from verdict v
        join target t on t.target = v.target
        join worst w on w.target = v.target
        left join assessment a on a.target = v.target and a.year = ? and a.place = w.place
        left join {_PLACES} p on p.place = w.place
        join {_INDICATORS} i on i.indicator = v.indicator
        join {_DOCUMENTS} d on d.document = v.document
        where v.year = ? and (? is null or v.document = ?)
        order by d.position, t.position, v.target""",
        year, year, year, year, document, document,
    )  # fmt: skip
    return _with_units(rows)


def judgements(year: int, *, place: str | None = None, indicator: str | None = None, target: str | None = None) -> Rows:
    """One row a target and place of one year, narrowed to a place, an indicator or a target."""
    rows = ask(
        f"""
        select a.*, {_TARGET_COLUMNS}, p.name as place_name, p.label as place_label, p.level
        from assessment a
        join target t on t.target = a.target
        left join {_PLACES} p on p.place = a.place
        join {_INDICATORS} i on i.indicator = a.indicator
        join {_DOCUMENTS} d on d.document = a.document
        where a.year = ? and (? is null or a.place = ?) and (? is null or a.indicator = ?) and (? is null or a.target = ?)
        order by d.position, t.position, a.target, p.position, a.place
        limit 3000""",
        year, place, place, indicator, indicator, target, target,
    )  # fmt: skip
    return _with_units(rows)


def statuses_over_years(target: str, place: str) -> Rows:
    """How one judgement came out in each year looked at."""
    return ask(
        """select a.year, a.status, a.light, a.basis, a.value, a.value_year, a.reason, a.change_why, i.better, i.unit
        from assessment a join indicator i on i.indicator = a.indicator
        where a.target = ? and a.place = ? order by a.year""",
        target, place,
    )  # fmt: skip


def targets() -> Rows:
    """Every target with its clause, for picking one."""
    return ask(
        f"""select t.target, t.document, t.indicator, {_TARGET_COLUMNS}
        from target t join {_INDICATORS} i on i.indicator = t.indicator join {_DOCUMENTS} d on d.document = t.document
        order by d.position, t.position, t.target"""
    )


def places_of(target: str) -> Rows:
    return ask(
        f"""select p.* from target_place t join {_PLACES} p on p.place = t.place
        where t.target = ? order by p.position, p.place""",
        target,
    )


def pending_targets(document: str) -> Rows:
    """Targets whose number a higher level sets and nobody has supplied yet."""
    return ask(
        f"""select distinct {_TARGET_COLUMNS}, t.target
        from target t join target_place g on g.target = t.target
        join {_INDICATORS} i on i.indicator = t.indicator join {_DOCUMENTS} d on d.document = t.document
        where t.document = ? and t.assigned
            and t.target in (select target from assessment where status = 'target_pending'
                             and year = (select max(year) from assessment))
        order by t.position, t.target""",
        document,
    )


def tile_lights(year: int) -> Rows:
    """For each place on the tile map, how many of its judgements carry each light."""
    return ask(
        f"""select p.place, p.name as place_name, p.short, p.label as place_label, p.tile_row, p.tile_column,
            count(*) filter (where a.light = 'green') as green, count(*) filter (where a.light = 'yellow') as yellow,
            count(*) filter (where a.light = 'red') as red, count(*) filter (where a.light = 'grey') as grey
        from {_PLACES} p left join assessment a on a.place = p.place and a.year = ?
        where p.tile_row is not null
        group by p.place, p.name, p.short, p.label, p.tile_row, p.tile_column, p.position
        order by p.position, p.place""",
        year,
    )


# figures ---------------------------------------------------------------------------------------


def figures(indicator: str, places: tuple[str, ...], until: int) -> Rows:
    """Yearly figures of one indicator in the places named up to a year, each with its source, by place and year."""
    return ask(
        f"""select f.place, p.name as place_name, p.label as place_label, f.indicator, f.year, f.value, f.bound, f.obs_status,
            f.quality, f.source, f.note, f.published, f.release, f.vintages
        from figure_now f join {_PLACES} p on p.place = f.place
        where f.indicator = ? and f.year <= ? and {_YEARLY} and list_contains(?, f.place)
        order by p.position, f.place, f.year""",
        indicator, until, places,
    )  # fmt: skip


def other_periods(indicator: str, place: str) -> Rows:
    """Sums of several years and parts of a year: shown beside, never drawn as a year."""
    return ask(
        f"""select f.year, f.period, f.value, f.bound, f.source, f.note from figure_now f
        where f.indicator = ? and f.place = ? and not ({_YEARLY}) order by f.period""",
        indicator, place,
    )  # fmt: skip


def places_with_figures(indicator: str) -> Rows:
    """Places that have a figure or a target for the indicator: what its page can show."""
    return ask(
        f"""select p.place, p.name, p.label, p.level, p.part_of,
            p.place in (select place from figure_now where indicator = ? and value is not null and {_YEARLY}) as has_figures,
            p.place in (select g.place from target_place g join target t on t.target = g.target where t.indicator = ?) as has_target
        from {_PLACES} p
        where p.place in (select place from figure_now where indicator = ?
            union select g.place from target_place g join target t on t.target = g.target where t.indicator = ?)
        order by p.position, p.place""",
        indicator, indicator, indicator, indicator,
    )  # fmt: skip


def peers(place: str) -> Rows:
    """The places beside one: same level, part of the same larger one; itself among them."""
    return ask(
        f"""select p.place, p.name, p.label, p.level from {_PLACES} p
        join place own on own.place = ? and own.level = p.level and own.part_of is not distinct from p.part_of
        order by p.position, p.place""",
        place,
    )


def parts(place: str) -> Rows:
    return ask(f"select p.place, p.name, p.label, p.level from {_PLACES} p where p.part_of = ? order by p.position, p.place", place)


def ranking(indicator: str, year: int, place: str) -> Rows:
    """The place and its peers, best first (competition ranking); without a figure last, rank None."""
    return ask(
        f"""
        with peer as (
            select p.place from place p
            join place own on own.place = ? and own.level = p.level and own.part_of is not distinct from p.part_of
        ), ranked as (
            select f.place, rank() over (order by case i.better when 'lower' then f.value else -f.value end) as rank,
                count(*) over (partition by f.value) as tied, count(*) over () as have
            from figure_now f join indicator i on i.indicator = f.indicator and i.better <> 'none'
            join peer on peer.place = f.place
            where f.indicator = ? and f.year = ? and {_YEARLY} and coalesce(f.bound, '') = '' and f.value is not null
        )
        select p.place, p.name as place_name, p.label as place_label, p.level, r.rank, r.tied, (select count(*) from ranked) as have,
            count(*) over () as peers, f.value, f.bound, f.source, f.quality, b.value as before
        from peer join {_PLACES} p on p.place = peer.place
        left join ranked r on r.place = peer.place
        left join figure_now f on f.place = peer.place and f.indicator = ? and f.year = ? and coalesce(f.period, '') = ''
        left join figure_now b on b.place = peer.place and b.indicator = ? and b.year = ? and coalesce(b.period, '') = ''
        order by r.rank nulls last, p.position, p.place""",
        place, indicator, year, indicator, year, indicator, year - 1,
    )  # fmt: skip


def ranking_year(indicator: str, year: int, place: str) -> int:
    """The latest year up to `year` in which at least two peers have a figure, else `year` itself."""
    rows = ask(
        f"""select max(year) as year from (
            select f.year from figure_now f join place p on p.place = f.place
            join place own on own.place = ? and own.level = p.level and own.part_of is not distinct from p.part_of
            where f.indicator = ? and f.year <= ? and {_YEARLY} and f.value is not null
            group by f.year having count(*) > 1) as ranked""",
        place, indicator, year,
    )  # fmt: skip
    return rows[0]["year"] or year


def ranks_of(place: str, year: int) -> Rows:
    """One place's rank among its peers in every indicator, each in the latest year up to `year` with the place's own figure."""
    return ask(
        f"""
        with peer as (
            select p.place from place p
            join place own on own.place = ? and own.level = p.level and own.part_of is not distinct from p.part_of
        ), latest as (
            select f.indicator, max(f.year) as year from figure_now f
            where f.place = ? and f.year <= ? and {_YEARLY} and f.value is not null group by f.indicator
        ), ranked as (
            select f.indicator, f.place, f.year, f.value,
                rank() over (partition by f.indicator order by case i.better when 'lower' then f.value else -f.value end) as rank,
                count(*) over (partition by f.indicator, f.value) as tied,
                count(*) over (partition by f.indicator) as have
            from figure_now f join latest l on l.indicator = f.indicator and l.year = f.year
            join indicator i on i.indicator = f.indicator and i.better <> 'none'
            join peer on peer.place = f.place
            where {_YEARLY} and coalesce(f.bound, '') = '' and f.value is not null
        )
        select r.indicator, i.name as indicator_name, i.label as indicator_label, i.unit, i.kind, r.year, r.value, r.rank, r.tied,
            r.have, (select count(*) from peer) as peers, own.level
        from ranked r join {_INDICATORS} i on i.indicator = r.indicator join place own on own.place = r.place
        where r.place = ? and r.have > 1 order by i.position, r.indicator""",
        place, place, year, place,
    )  # fmt: skip


def beside_larger(place: str) -> Rows:
    """Every yearly figure of a place with that of the place it is part of, by indicator and year."""
    return ask(
        f"""select i.indicator, i.name as indicator_name, i.label as indicator_label, i.unit, i.kind, i.better, f.year, f.value,
            f.bound, f.obs_status, g.value as larger_value, l.name as larger_name
        from figure_now f join {_INDICATORS} i on i.indicator = f.indicator
        join place own on own.place = f.place
        left join place l on l.place = own.part_of
        left join figure_now g on g.place = own.part_of and g.indicator = f.indicator and g.year = f.year
            and coalesce(g.period, '') = ''
        where f.place = ? and coalesce(f.period, '') = '' order by i.position, i.indicator, f.year""",
        place,
    )


def heat(place: str, until: int) -> Rows:
    """Every judgement of one place in every year looked at: what its table of years is made of."""
    return ask(
        f"""select a.target, a.indicator, a.year, a.status, a.light, a.basis, a.value, a.value_year, a.value_bound,
            i.name as indicator_name, i.unit, i.better, t.section, t.quote, d.short as document_name, t.position
        from assessment a join {_INDICATORS} i on i.indicator = a.indicator
        join target t on t.target = a.target join {_DOCUMENTS} d on d.document = a.document
        where a.place = ? and a.year between ? and ? order by i.position, d.position, t.position, a.target, a.year""",
        place, until - 9, until,
    )  # fmt: skip


def milestones(target: str) -> Rows:
    return ask("select year, goal from milestone where target = ? order by year", target)


def references(indicator: str) -> Rows:
    """Indicators that stand beside this one without judging its targets."""
    return ask(f"select i.* from {_INDICATORS} i where list_contains(i.beside, ?) order by i.position, i.indicator", indicator)


# comparing -------------------------------------------------------------------------------------

MOST_PLACES = 40
MOST_INDICATORS = 14


def groups() -> Rows:
    """Places that can be compared with each other: the parts of one larger place, with how many."""
    return ask(
        f"""select l.place, l.name, p.level, count(*) as places, l.label || '各' || case p.level when 'province' then '省'
                when 'city' then '市' when 'county' then '县（市、区）' when 'part' then '片区' else '地' end as label
        from {_PLACES} p join {_PLACES} l on l.place = p.part_of
        where p.place in (select place from figure_now union select place from target_place)
        group by l.place, l.name, l.label, l.position, p.level having count(*) > 1
        order by count(*) desc, l.position, l.place"""
    )


def group_places(larger: str, level: str) -> Rows:
    return ask(
        f"""select p.place, p.name, p.label, p.level from {_PLACES} p
        where p.part_of = ? and p.level = ? and p.place in (select place from figure_now union select place from target_place)
        order by p.position, p.place""",
        larger, level,
    )  # fmt: skip


def grid(year: int, larger: str, level: str) -> Rows:
    """Cells of places × indicators: the figure of the year, its source, and the worst judgement on it."""
    return ask(
        f"""
        with member as (
            select p.place, p.position from place p
            where p.part_of = ? and p.level = ? and p.place in (select place from figure_now union select place from target_place)
            order by p.position, p.place limit {MOST_PLACES}
        ), judged as (
            select a.place, a.indicator,
                min_by(a.target, case a.light when 'red' then 1 when 'yellow' then 2 when 'grey' then 4 else 3 end) as target
            from assessment a join member m on m.place = a.place where a.year = ? group by a.place, a.indicator
        ), cell as (
            select f.place, f.indicator from figure_now f join member m on m.place = f.place
            where f.year = ? and {_YEARLY} union select place, indicator from judged
        )
        select c.place, c.indicator, i.name as indicator_name, i.label as indicator_label, i.unit, i.better, i.kind,
            f.value, f.bound, f.source, f.quality, a.target, a.status, a.light, a.basis, a.reason, a.value as judged_value, a.value_year as judged_year, a.value_bound as judged_bound, i.position
        from cell c join {_INDICATORS} i on i.indicator = c.indicator
        left join figure_now f on f.place = c.place and f.indicator = c.indicator and f.year = ? and coalesce(f.period, '') = ''
        left join judged j on j.place = c.place and j.indicator = c.indicator
        left join assessment a on a.place = c.place and a.indicator = c.indicator and a.year = ?
            and a.target = j.target
        order by i.position, c.indicator""",
        larger, level, year, year, year, year,
    )  # fmt: skip


# the working and the data ----------------------------------------------------------------------


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


def statements(target: str, place: str) -> Rows:
    """What was published about a target without a figure: reports, findings, verifications."""
    return ask(
        "select kind, stated_on, text, body, source, note from statement where target = ? and place = ? order by seq, stated_on",
        target, place,
    )  # fmt: skip


def coverage(year: int) -> Rows:
    """How many targets of each document can be judged, are pending, or have no usable figure."""
    return ask(
        f"""select d.document, d.title, d.short, d.label, d.issuer, d.published_year, count(v.target) as targets,
            count(*) filter (where v.light <> 'grey') as judged,
            count(*) filter (where v.status = 'target_pending') as pending,
            count(*) filter (where v.status in ('no_data', 'cannot_judge', 'too_early')) as without_data,
            count(*) filter (where v.light = 'grey' and v.status not in ('target_pending', 'no_data', 'cannot_judge', 'too_early')) as other
        from {_DOCUMENTS} d left join verdict v on v.document = d.document and v.year = ?
        group by d.document, d.title, d.short, d.label, d.issuer, d.published_year, d.position
        order by d.position, d.document""",
        year,
    )


def dictionary() -> Rows:
    """Every indicator with its definition and what data there is of it."""
    return ask(
        """with held as (
            select indicator, count(value) as figures, min(year) as first_year, max(year) as last_year,
                count(distinct place) as places from figure_now where value is not null group by indicator
        ), asked as (select indicator, count(*) as targets from target group by indicator)
        select i.*, i.name as label, coalesce(h.figures, 0) as figures, h.first_year, h.last_year, coalesce(h.places, 0) as places,
            coalesce(k.targets, 0) as targets
        from indicator i left join held h on h.indicator = i.indicator left join asked k on k.indicator = i.indicator
        order by i.position, i.indicator"""
    )


def releases() -> Rows:
    return ask(
        """select r.release, r.kind, r.file_name, r.published_at, r.person, r.note,
            w.release is not null as withdrawn, r.replaces
        from release r left join withdrawal w on w.release = r.release order by r.seq desc limit 200"""
    )
