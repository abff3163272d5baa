"""What the screens ask about targets, judgements and what data there is; figures are asked for in figure_questions.py.

The modules *questions.py and ask.py hold all SQL of the screens.
"""

from dashboard.ask import DOCUMENTS, INDICATORS, JUDGED_IN, PLACES, UNITS, Rows, ask
from dashboard.kept import kept
from etl.issued import issued, issued_by

_TARGET_COLUMNS = """t.section, t.quote, t.soft, t.measure, t.rule, t.assigned, t.every_year, t.by_year as "by", t.base_year as target_base_year,
    t.lead, t.support, t.reading, t.same_as, t.replaces, t.valid_from, t.valid_until, t.position, t.document_year,
    t.value as written, t.value_to as written_to, t.per, t.window_years,
    i.name as indicator_name, i.label as indicator_label, i.unit, i.better, i.kind,
    d.short as document_name, d.label as document_label, d.title as document_title"""


MOST_TILES = 60


def units() -> dict[str, str]:
    """Names of the units in charge by id, with the id where several share one; a unit the register names without an id is its own name."""
    return {row["unit"]: row["label"] for row in ask(f"select unit, label from {UNITS}")}


def _with_units(rows: Rows) -> Rows:
    """Rows of targets with the names of their lead and supporting units; `lead_ids`, `support_ids` keep the ids."""
    names = units()
    return tuple(
        {
            **row,
            **{f"{role}_ids": tuple(row[role] or ()) for role in ("lead", "support")},
            **{role: tuple(names.get(unit, unit) for unit in row[role] or ()) for role in ("lead", "support")},
        }
        for row in rows
    )


# what can be picked ----------------------------------------------------------------------------


def years() -> tuple[int, ...]:
    """Years that can be looked at, the latest with any published figure first."""
    return tuple(row["year"] for row in ask("select distinct year from verdict order by year desc"))


def had_been_issued(year: int) -> str:
    """SQL of a condition: the document of `t` had been issued, seen from one year (etl/issued.py)."""
    return issued_by(year, latest=max(years(), default=0))


def documents() -> Rows:
    return ask(f"select * from {DOCUMENTS} order by position, document")


def places() -> Rows:
    """Places that a target or a figure concerns, in the register's order."""
    return ask(
        f"""select * from {PLACES} where place in (select place from target_place union select place from holding)
        order by position, place"""
    )


def indicators() -> Rows:
    """Indicators with a target or a figure; those with both first."""
    return ask(
        f"""
        with held as (select distinct indicator from holding where figures > 0),
            asked as (select distinct indicator from target)
        select i.*, k.indicator is not null as has_target, h.indicator is not null as has_figures
        from {INDICATORS} i
        left join held h on h.indicator = i.indicator
        left join asked k on k.indicator = i.indicator
        where h.indicator is not null or k.indicator is not null
        order by h.indicator is not null and k.indicator is not null desc, i.position, i.indicator"""
    )


# judgements ------------------------------------------------------------------------------------


def verdicts(year: int, document: str | None = None) -> Rows:
    """One row a target of the documents issued by that year: where it stands, its clause, the place that decides it.

    A group's row speaks of its worst place (`place`, `value` …) and names its laggards. `is_new`: the
    document was not there the year before, so nothing is known of that year.
    """
    narrowed, of_document = ("and v.document = ?", [document]) if document else ("", [])
    rows = ask(
        f"""
        with worst as (
            select v.target, min(a.place) as place
            from verdict v
            join assessment a on a.target = v.target and a.year = ? and a.status = v.status
            where v.year = ? group by v.target
        )
        select v.target, v.document, v.indicator, v.year, v.status, v.light, v.due, v.bucket, v.force, v.contested,
            v.places, v.met_places, v.missed_places, v.open_places, v.laggards, coalesce(v.reason, a.reason) as reason,
            case when t.document_year < v.year then v.last_status end as last_status, v.last_light, v.change_why,
            t.document_year >= v.year as is_new, w.place, case when v.places > 1 then '各地' else p.name end as place_name, p.label as place_label,
            a.value, a.value_year, a.value_bound, a.value_quality, a.base, a.base_year, a.goal, a.goal_to, a.path,
            a.gap, a.basis, a.reported, a.exactly, a.disagree, a.nearest_year, a.nearest_value, {_TARGET_COLUMNS}, {JUDGED_IN}
        from verdict v
        join target t on t.target = v.target
        join worst w on w.target = v.target
        join assessment a on a.target = v.target and a.year = ? and a.place = w.place
        left join {PLACES} p on p.place = w.place
        join {INDICATORS} i on i.indicator = v.indicator
        join {DOCUMENTS} d on d.document = v.document
        where v.year = ? {narrowed} and {had_been_issued(year)}
        order by d.position, t.position, v.target""",
        year, year, year, year, *of_document,
    )  # fmt: skip
    return kept(_with_units, rows)


def judgements(year: int, *, place: str | None = None, indicator: str | None = None, target: str | None = None) -> Rows:
    """One row a target and place of one year, narrowed to a place, an indicator or a target.

    A target named itself comes back also where its document had not been issued (`is_issued`). In the
    year of its document it is new: nothing is known of the year before.
    """
    named = {"a.place": place, "a.indicator": indicator, "a.target": target}
    narrowed = {column: id for column, id in named.items() if id is not None}
    conditions = ["a.year = ?", *(f"{column} = ?" for column in narrowed), *([] if target else [had_been_issued(year)])]
    rows = ask(
        f"""
        select a.* replace (case when t.document_year < a.year then a.last_status end as last_status,
                case when t.document_year < a.year then a.change_why else '新目标：文件当年印发' end as change_why),
            {had_been_issued(year)} as is_issued, {_TARGET_COLUMNS}, {JUDGED_IN}, p.name as place_name, p.label as place_label, p.level
        from assessment a
        join target t on t.target = a.target
        left join {PLACES} p on p.place = a.place
        join {INDICATORS} i on i.indicator = a.indicator
        join {DOCUMENTS} d on d.document = a.document
        where {" and ".join(conditions)}
        order by d.position, t.position, a.target, p.position, a.place
        limit 3000""",
        year, *narrowed.values(),
    )  # fmt: skip
    return kept(_with_units, rows)


def statuses_over_years(target: str, place: str) -> Rows:
    """How one judgement came out in each year looked at since its document was issued."""
    return ask(
        f"""select a.year, a.status, a.light, a.basis, a.value, a.value_year, a.reason, a.change_why, i.better, {JUDGED_IN}
        from assessment a join indicator i on i.indicator = a.indicator join target t on t.target = a.target
        where a.target = ? and a.place = ? and {issued("a.year")} order by a.year""",
        target, place,
    )  # fmt: skip


def targets() -> Rows:
    """Every target with its clause, for picking one."""
    return ask(
        f"""select t.target, t.document, t.indicator, {_TARGET_COLUMNS}
        from target t join {INDICATORS} i on i.indicator = t.indicator join {DOCUMENTS} d on d.document = t.document
        order by d.position, t.position, t.target"""
    )


def places_of(target: str) -> Rows:
    return ask(
        f"""select p.* from target_place t join {PLACES} p on p.place = t.place
        where t.target = ? order by p.position, p.place""",
        target,
    )


def pending_targets(document: str) -> Rows:
    """Targets whose number a higher level sets and nobody has supplied yet."""
    return ask(
        f"""select distinct {_TARGET_COLUMNS}, t.target
        from target t join target_place g on g.target = t.target
        join {INDICATORS} i on i.indicator = t.indicator join {DOCUMENTS} d on d.document = t.document
        where t.document = ? and t.assigned
            and t.target in (select target from assessment where status = 'target_pending'
                             and year = (select max(year) from assessment))
        order by t.position, t.target""",
        document,
    )


def tile_lights(year: int) -> Rows:
    """For each place on the tile map, how many of its judgements carry each light.

    A register that places nothing on a map: the cities, counties and parts that its targets name, without a
    position; of more than MOST_TILES one more than that, so that it shows.
    """
    return ask(
        f"""select p.place, p.name as place_name, p.short, p.label as place_label, p.tile_row, p.tile_column,
            count(*) filter (where a.light = 'green') as green, count(*) filter (where a.light = 'yellow') as yellow,
            count(*) filter (where a.light = 'red') as red, count(*) filter (where a.light = 'grey') as grey
        from {PLACES} p
        left join (select k.* from assessment k join target t on t.target = k.target where k.year = ? and {had_been_issued(year)}) a on a.place = p.place
        where p.tile_row is not null
            or (p.level not in ('country', 'province') and p.place in (select place from target_place)
                and not exists (select 1 from place where tile_row is not null))
        group by p.place, p.name, p.short, p.label, p.tile_row, p.tile_column, p.position
        order by p.position, p.place limit {MOST_TILES + 1}""",
        year,
    )


def heat(place: str, until: int) -> Rows:
    """Every judgement of one place in every year looked at: what its table of years is made of.

    Of the years before the document, too, for their figures: `is_issued` says which are judgements.
    """
    return ask(
        f"""select {issued("a.year")} as is_issued, a.target, a.indicator, a.year, a.status, a.light, a.basis, a.value, a.value_year, a.value_bound,
            i.name as indicator_name, i.better, {JUDGED_IN}, t.section, t.quote, d.short as document_name, t.position
        from assessment a join {INDICATORS} i on i.indicator = a.indicator
        join target t on t.target = a.target join {DOCUMENTS} d on d.document = a.document
        where a.place = ? and a.year between ? and ? order by i.position, d.position, t.position, a.target, a.year""",
        place, until - 9, until,
    )  # fmt: skip


def milestones(target: str) -> Rows:
    return ask("select year, goal from milestone where target = ? order by year", target)


# the working and the data ----------------------------------------------------------------------


def assigned_source(target: str, place: str) -> str | None:
    """Where the number in force comes from that a document leaves to a higher level; None where nobody supplied one."""
    rows = ask(
        """select coalesce(a.source, t.assigned_source) as source from target t
        left join (
            select source from assigned_value where target = ? and place = ? and value is not null
                and release not in (select release from withdrawal)
                and release not in (select replaces from release where replaces is not null)
            order by seq desc, published desc, row_number desc limit 1
        ) a on true
        where t.target = ?""",
        target, place, target,
    )  # fmt: skip
    return rows[0]["source"] if rows else None


def statements(target: str, place: str) -> Rows:
    """What was published about a target without a figure: reports, findings, verifications; what is out of force says so."""
    return ask(
        """select s.kind, s.stated_on, s.text, s.body, s.source, s.note, s.release,
            exists (select 1 from withdrawal w where w.release = s.release) as withdrawn,
            exists (select 1 from release newer where newer.replaces = s.release) as replaced
        from statement s where s.target = ? and s.place in (?, '') order by s.stated_on, s.seq, s.row_number""",
        target, place,
    )  # fmt: skip


def coverage(year: int) -> Rows:
    """How many targets of each document can be judged, are pending, or have no usable figure."""
    return ask(
        f"""with stands as (
            select v.* from verdict v join target t on t.target = v.target where v.year = ? and {had_been_issued(year)}
        )
        select d.document, d.title, d.short, d.label, d.issuer, d.published_year, count(t.target) as targets,
            count(t.target) - count(v.target) as not_issued, count(*) filter (where v.light <> 'grey') as judged,
            count(*) filter (where v.status = 'target_pending') as pending,
            count(*) filter (where v.status in ('no_data', 'cannot_judge', 'too_early')) as without_data,
            count(*) filter (where v.light = 'grey' and v.status not in ('target_pending', 'no_data', 'cannot_judge', 'too_early')) as other
        from {DOCUMENTS} d
        left join target t on t.document = d.document
        left join stands v on v.target = t.target
        group by d.document, d.title, d.short, d.label, d.issuer, d.published_year, d.position
        order by d.position, d.document""",
        year,
    )


def dictionary() -> Rows:
    """Every indicator with its definition and what data there is of it."""
    return ask(
        """with held as (
            select indicator, cast(sum(figures) as bigint) as figures, min(first_year) as first_year,
                max(last_year) as last_year, count(*) as places from holding where figures > 0 group by indicator
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
