"""What upload day asks: names for ids, and the targets whose number somebody may supply."""

from dashboard import data
from dashboard.ask import DOCUMENTS, INDICATORS, PLACES, UNITS, Row, Rows, ask
from etl import sentences
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
    """Every release, newest first (etl/history.py), None where nothing is known."""
    frame = releases_of(data.store()).astype(object)
    return tuple(frame.where(frame.notna(), None).to_dict("records"))


def _supplied(row: Row) -> str | None:
    return None if row["value"] is None else f"{sentences.figure(row['value'], row['unit'])}（{row['source']}）"
