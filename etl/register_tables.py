"""The register as rows of its database tables, replaced whole when indicators.toml changes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from etl.measure import convert
from etl.register import Register, parse_register
from etl.register_items import Target
from etl.store import Cursor, Store, StoreError, change_setting, insert_rows, setting

Rows = list[dict[str, Any]]

HASH_SETTING = "register_hash"


def load_register(cursor: Cursor, register: Register) -> bool:
    """Put `register` into its tables inside a writer's transaction; False when it is there already."""
    key = f"{register.sha256} {register.quotes_checked}"
    if setting(cursor, HASH_SETTING) == key:
        return False
    for table, rows in tables_of(register).items():
        cursor.execute(f'delete from "{table}"')
        insert_rows(cursor, table, rows)
    change_setting(cursor, HASH_SETTING, key)
    return True


def stored_register(store: Store) -> Register:
    """The register as `store` holds it. Raises StoreError where none was ever loaded."""
    found = store.rows("select text from register_source")
    if not found:
        raise StoreError("数据库里还没有登记表，请先运行 python -m etl build。")
    return _parsed_once(found[0][0])


@lru_cache(maxsize=2)
def _parsed_once(text: str) -> Register:
    return parse_register(text.encode(), name="indicators.toml")


def tables_of(register: Register) -> dict[str, Rows]:
    """Every register table of schema.sql with its rows; goals are in their indicator's unit."""
    return {
        "register_source": [{"text": register.text}],
        "document": _documents(register),
        "place": _places(register),
        "place_name": [
            {"place": place.id, "name": name}
            for place in register.places.values()
            for name in dict.fromkeys(place.names)
        ],
        "unit": [
            {
                "unit": unit.id,
                "name": unit.name,
                "formerly": "、".join(unit.formerly),
                "position": unit.position,
            }
            for unit in register.units.values()
        ],
        "indicator": _indicators(register),
        "indicator_name": [
            {"indicator": indicator.id, "name": name}
            for indicator in register.indicators.values()
            for name in dict.fromkeys(indicator.names)
        ],
        "target": _targets(register),
        "target_place": _target_places(register),
        "milestone": [
            {"target": target.id, "year": step.year, "goal": _goal(register, target, step.value)}
            for target in register.targets.values()
            for step in target.milestones
        ],
        "task": _tasks(register),
        "task_step": [
            {
                "task": task.id,
                "position": at,
                "title": step.title,
                "quote": step.quote,
                "due": step.due,
                "due_year": step.year,
                "standing": step.standing,
                "lead": _offices(register, step.lead),
            }
            for task in register.tasks.values()
            for at, step in enumerate(task.steps)
        ],
    }


def _documents(register: Register) -> Rows:
    return [
        {
            "document": document.id,
            "title": document.title,
            "short": document.short,
            "issuer": document.issuer,
            "published_year": document.published_year,
            "published_on": document.published_on,
            "place": document.place,
            "text": document.text,
            "position": document.position,
            "detail": "",
        }
        for document in register.documents.values()
    ]


def _places(register: Register) -> Rows:
    return [
        {
            "place": place.id,
            "name": place.name,
            "short": place.short,
            "level": place.level,
            "part_of": place.part_of,
            "tile_row": place.tile[0] if place.tile else None,
            "tile_column": place.tile[1] if place.tile else None,
            "position": place.position,
        }
        for place in register.places.values()
    ]


def _indicators(register: Register) -> Rows:
    return [
        {
            "indicator": indicator.id,
            "name": indicator.name,
            "unit": indicator.unit,
            "better": indicator.better,
            "kind": indicator.kind,
            "theme": indicator.theme,
            "plausible_low": indicator.plausible[0] if indicator.plausible else None,
            "plausible_high": indicator.plausible[1] if indicator.plausible else None,
            "lag_years": indicator.lag_years,
            "definition": indicator.definition,
            "rate_of": indicator.rate_of,
            "rate_base_year": indicator.rate_base,
            "beside": list(indicator.beside),
            "decimals": indicator.decimals,
            "position": indicator.position,
            "part_of": indicator.part_of,
            "note": indicator.note,
        }
        for indicator in register.indicators.values()
    ]


def _targets(register: Register) -> Rows:
    valid_until = {target.replaces: target.valid_from for target in register.targets.values() if target.replaces}
    return [
        {
            "target": target.id,
            "document": target.document,
            "document_year": register.documents[target.document].published_year,
            "section": target.section,
            "quote": target.quote,
            "quote_line": target.quote_line,
            "indicator": target.indicator,
            "measure": target.measure,
            "rule": target.rule,
            "value": target.value,
            "value_to": target.value_to,
            "unit": target.unit,
            "by_year": target.by_year,
            "by_date": target.by_date,
            "base_year": target.base_year,
            "since": target.since,
            "every_year": target.every_year,
            "per": target.per,
            "window_years": target.window,
            "force": target.force,
            "soft": target.soft,
            "assigned": target.assigned,
            "reading": target.reading,
            "same_as": list(target.same_as),
            "replaces": target.replaces,
            "valid_from": target.valid_from,
            "valid_until": valid_until.get(target.id),
            "after_task": target.after,
            "condition_met_year": target.condition_met,
            "not_applicable": target.not_applicable or None,
            "lead": _offices(register, target.lead),
            "support": _offices(register, target.support),
            "position": target.position,
            "note": target.note,
            "checked": target.checked,
            "assigned_source": target.assigned_source,
        }
        for target in register.targets.values()
    ]


def _target_places(register: Register) -> Rows:
    rows: Rows = []
    for target in register.targets.values():
        value = target.assigned_value if target.assigned else target.value
        goal, goal_to = _goal(register, target, value), _goal(register, target, target.value_to)
        rows += [{"target": target.id, "place": place, "goal": goal, "goal_to": goal_to} for place in target.places]
    return rows


def _tasks(register: Register) -> Rows:
    return [
        {
            "task": task.id,
            "document": task.document,
            "section": task.section,
            "title": task.title,
            "quote": task.quote,
            "place": task.place or register.documents[task.document].place,
            "due": task.due,
            "due_year": task.year,
            "standing": task.standing,
            "goal": task.goal,
            "lead": _offices(register, task.lead),
            "support": _offices(register, task.support),
            "serves": list(task.serves),
            "position": task.position,
            "reading": task.reading,
            "note": task.note,
        }
        for task in register.tasks.values()
    ]


def _goal(register: Register, target: Target, value: float | None) -> float | None:
    """A number of the target in its indicator's unit; a change stays in percent."""
    if value is None or target.measure == "change":
        return value
    return convert(
        value,
        from_unit=target.unit,
        to_unit=register.indicators[target.indicator].unit,
        as_water=bool(target.reading),
    )


def _offices(register: Register, names: tuple[str, ...]) -> list[str]:
    """Offices by unit id where they are registered under this id or name, else as written."""
    return [_office_ids(register).get(name, name) for name in names]


def _office_ids(register: Register) -> Mapping[str, str]:
    ids: dict[str, str] = {}
    for unit in register.units.values():
        for name in (unit.id, unit.name, *unit.formerly):
            ids.setdefault(name, unit.id)
    return ids
