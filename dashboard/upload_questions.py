"""What upload day asks: names for ids, and the targets whose number somebody may supply."""

from dashboard import data
from dashboard.ask import DOCUMENTS, INDICATORS, PLACES, UNITS, Row, Rows, ask
from etl import sentences
from etl.facts import IN_REGISTER
from etl.history import releases_of


def names() -> dict[str, str]:
    """A name for every place, indicator (reference series too), target, task, unit and document."""
    rows = ask(
        f"""select place as id, label as name from {PLACES}
        union all select indicator, label from {INDICATORS}
        union all select indicator, max(name) from reference_indicator group by indicator
        union all select place, max(name) from reference_place group by place
        union all select t.target, d.short || ' · ' || i.name
            from target t join {DOCUMENTS} d on d.document = t.document join {INDICATORS} i on i.indicator = t.indicator
        union all select t.task, d.short || ' · ' || t.title from task t join {DOCUMENTS} d on d.document = t.document
        union all select unit, label from {UNITS}
        union all select document, title from document"""
    )
    return {row["id"]: row["name"] for row in rows}


def units() -> dict[str, str]:
    """The unit of every indicator and of every series kept as a reference."""
    rows = ask(
        """select indicator as id, unit from indicator
        union all select indicator, max(unit) from reference_indicator group by indicator"""
    )
    return {row["id"]: row["unit"] for row in rows}


def assignable() -> Rows:
    """Targets and places whose number a higher level sets, those still open first.

    `label` tells them apart; `assigned_words` is the number supplied so far, with its source.
    """
    rows = ask(
        f"""
        with last as (
            select a.target, a.place, a.value, a.source,
                row_number() over (partition by a.target, a.place order by a.seq desc, a.published desc) as newness
            from assigned_value a
            where a.release not in (select release from withdrawal)
                and a.release not in (select replaces from release where replaces is not null)
        )
        select t.target, p.place, t.quote, i.unit, l.value, l.source,
            d.short || ' ' || coalesce(t.section, '') || ' · ' || i.name || ' · ' || n.label as label
        from target t
        join target_place p on p.target = t.target
        join {DOCUMENTS} d on d.document = t.document
        join {INDICATORS} i on i.indicator = t.indicator
        join {PLACES} n on n.place = p.place
        left join last l on l.target = p.target and l.place = p.place and l.newness = 1
        where t.assigned
        order by l.value is not null, t.position, n.position"""
    )
    return tuple({**row, "assigned_words": _supplied(row)} for row in rows)


def releases() -> Rows:
    """Every release, newest first (etl/history.py), None where nothing is known.

    `present`: its figures that count now; `approved_by`: the other person who published what was brought.
    """
    frame = releases_of(data.store()).astype(object)
    present = {row["release"]: row["figures"] for row in ask("select release, figures from release_present")}
    approved = {row["release"]: row["approved_by"] for row in ask("select release, approved_by from release")}
    rows = frame.where(frame.notna(), None).to_dict("records")
    return tuple(
        {**row, "present": present.get(row["release"], 0), "approved_by": approved.get(row["release"]) or ""}
        for row in rows
    )


def kept_series() -> Rows:
    """Series in no document, and those of the register for places in none: how much of each there is."""
    return ask(
        f"""
        select coalesce(max(x.name), max(i.name)) as name, coalesce(max(x.unit), max(i.unit)) as unit,
            count(distinct f.place) as places, count(f.value) as figures, min(f.year) as first_year, max(f.year) as last_year
        from figure_now f
        semi join (select indicator, place from holding where not ({IN_REGISTER})) kept
            on kept.indicator = f.indicator and kept.place = f.place
        left join (select indicator, max(name) as name, max(unit) as unit from reference_indicator group by indicator) x
            on x.indicator = f.indicator
        left join {INDICATORS} i on i.indicator = f.indicator
        group by f.indicator order by name"""
    )


def kept_figures() -> Rows:
    """Every figure of them, by series, place and year."""
    return ask(
        f"""
        select coalesce(x.name, i.name) as indicator_name, coalesce(x.unit, i.unit) as unit,
            coalesce(y.name, p.name, f.place) as place_name, f.year, f.value, f.source, f.release
        from figure_now f
        semi join (select indicator, place from holding where not ({IN_REGISTER})) kept
            on kept.indicator = f.indicator and kept.place = f.place
        left join (select indicator, max(name) as name, max(unit) as unit from reference_indicator group by indicator) x
            on x.indicator = f.indicator
        left join (select place, max(name) as name from reference_place group by place) y on y.place = f.place
        left join {INDICATORS} i on i.indicator = f.indicator
        left join {PLACES} p on p.place = f.place
        order by indicator_name, place_name, f.year"""
    )


def _supplied(row: Row) -> str | None:
    return None if row["value"] is None else f"{sentences.figure(row['value'], row['unit'])}（{row['source']}）"
