"""What was published, when, and what of it is in force."""

import pandas as pd

from etl.access import ORIGINALS, Person, may_everywhere, need
from etl.matters import matters_of_release
from etl.names import normal_name
from etl.packing import unpacked
from etl.publish import UnknownRelease
from etl.store import Store

_NAME_TABLES = {"place": "place_name", "indicator": "indicator_name"}


def releases_of(store: Store) -> pd.DataFrame:
    """Every release, newest first, with its state: in_force, withdrawn or replaced.

    Columns: release, state, kind, file_name, rows, published_at, person, note, replaced_by,
    withdrawn_at, withdrawn_by, reason, file_hash.
    """
    return store.query(
        """
        with uncounted as (select release from release where row_count is null),
        counted as (
            select f.release, count(*) as row_count
            from (
                select release from figure
                union all select release from assigned_value
                union all select release from statement
                union all select release from task_report
                union all select release from explanation
            ) f
            semi join uncounted u on u.release = f.release
            group by f.release
        ),
        newer as (
            select replaces as release, max(release) as replaced_by
            from release where replaces is not null group by replaces
        )
        select
            r.release,
            case
                when w.release is not null then 'withdrawn'
                when n.release is not null then 'replaced'
                else 'in_force'
            end as state,
            r.kind, r.file_name, coalesce(r.row_count, c.row_count, 0) as rows, r.published_at, r.person, r.note,
            n.replaced_by, w.withdrawn_at, w.person as withdrawn_by, w.reason, r.file_hash
        from release r
        left join counted c on c.release = r.release
        left join newer n on n.release = r.release
        left join withdrawal w on w.release = r.release
        order by r.seq desc
        """
    )


def history_of(store: Store, *, indicator: str, place: str, year: int) -> pd.DataFrame:
    """Every vintage of one indicator (id), place (code) and year, newest first in each period.

    `present` marks the one that counts now; `state` is that of its release.
    """
    return store.query(
        """
        select
            f.period, f.value, f.bound, f.obs_status, f.quality, f.source, f.note, f.published,
            f.release, r.published_at, r.person, r.file_name,
            case
                when w.release is not null then 'withdrawn'
                when n.replaces is not null then 'replaced'
                else 'in_force'
            end as state,
            w.release is null and n.replaces is null and row_number() over (
                partition by f.period, w.release is null and n.replaces is null
                order by f.seq desc, coalesce(f.published, cast(r.published_at as date)) desc, f.row_number desc
            ) = 1 as present,
            w.withdrawn_at, w.reason, f.unit_in_file, f.value_in_file, f.sheet, f.sheet_row, f.sheet_column
        from figure f
        join release r on r.release = f.release
        left join withdrawal w on w.release = f.release
        left join (select distinct replaces from release) n on n.replaces = f.release
        where f.indicator = ? and f.place = ? and f.year = ?
        order by f.period, f.seq desc, coalesce(f.published, cast(r.published_at as date)) desc, f.row_number desc
        """,
        [indicator, place, year],
    )


def original_of(store: Store, release: str, *, by: Person) -> tuple[str, bytes]:
    """Name and bytes of the file a release was made from, as received. Raises UnknownRelease, NotAllowed."""
    _need_to_see(store, release, by=by)
    found = store.rows(
        "select r.file_name, o.bytes, o.packing from release r join original o on o.release = r.release where r.release = ?",
        [release],
    )
    if not found:
        raise UnknownRelease(f"没有编号为“{release}”的发布；用 releases 查看全部发布。")
    name, stored, packing = found[0]
    return name, unpacked(stored, packing)


def evidence_of(store: Store, release: str, name: str, *, by: Person) -> bytes:
    """The bytes of a file of evidence as it came with a release. Raises UnknownRelease, NotAllowed."""
    _need_to_see(store, release, by=by)
    found = store.rows("select bytes from evidence where release = ? and file_name = ?", [release, name])
    if not found:
        raise UnknownRelease(f"{release} 没有名为“{name}”的佐证文件。")
    return bytes(found[0][0])


def _need_to_see(store: Store, release: str, *, by: Person) -> None:
    """Raises NotAllowed where a release is about more than `by` answers for, and he did not bring it himself."""
    need(by, ORIGINALS, where=release)
    if may_everywhere(by, ORIGINALS):
        return
    with store.reading() as cursor:
        whose = cursor.execute("select coalesce(account, '') from release where release = ?", [release]).fetchall()
        if whose and whose[0][0] == by.account:
            return
        need(by, ORIGINALS, matters_of_release(cursor, release), where=release)


def id_of_name(store: Store, *, kind: str, name: str) -> list[str]:
    """All ids of a `kind` (place, indicator) that `name` may mean, by the stored register."""
    rows = store.rows(f"select {kind}, name from {_NAME_TABLES[kind]} order by {kind}")
    if kind == "indicator":
        rows += store.rows("select distinct indicator, name from reference_indicator order by indicator")
        rows += [(id, id) for id, _ in rows]
    else:
        kept = store.rows("select distinct place, name from reference_place order by place")
        rows += [*kept, *((id, id) for id, _ in kept)]
    return list(dict.fromkeys(id for id, known in rows if normal_name(known) == normal_name(name)))
