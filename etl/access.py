"""Who may do what: one person, one act, and what the act is about. Pure; nothing here reads or writes.

A role brings acts; a grant holds them for some places and units, or for all. Every write of etl asks
here before it writes (`need`), so that no screen and no command can forget to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from etl.problem import STOP, Problem, Refused
from etl.words import read_words

VIEW = "view"
EXPORT = "export"  # take a table or a snapshot along
FREEZE = "freeze"  # keep a snapshot
ORIGINALS = "originals"  # files as they were received, and evidence
UPLOAD = "upload"  # bring figures, numbers set for targets, statements
REPORT = "report"  # bring reports on tasks and explanations
PUBLISH = "publish"  # put into force what one brings oneself
APPROVE = "approve"  # put into force, or send back, what another brought
CLOSE = "close"  # close a task, verify what an inspector found undone
WITHDRAW = "withdraw"
FORGET = "forget"  # what the reading of files has learned
SETTINGS = "settings"
LOAD = "load"  # the register and the shipped files: of no role, the machine's operator does it
AUDIT = "audit"

ACTS = (
    VIEW,
    EXPORT,
    FREEZE,
    ORIGINALS,
    UPLOAD,
    REPORT,
    PUBLISH,
    APPROVE,
    CLOSE,
    WITHDRAW,
    FORGET,
    SETTINGS,
    LOAD,
    AUDIT,
)

VIEWER, EDITOR, APPROVER, ADMINISTRATOR = "viewer", "editor", "approver", "administrator"

_LOOKING = frozenset({VIEW, EXPORT, FREEZE})
ACTS_OF_ROLES: dict[str, frozenset[str]] = {
    VIEWER: _LOOKING,
    EDITOR: _LOOKING | {ORIGINALS, UPLOAD, REPORT},
    APPROVER: _LOOKING | {ORIGINALS, APPROVE, CLOSE, FORGET},
    ADMINISTRATOR: _LOOKING | {ORIGINALS, WITHDRAW, FORGET, SETTINGS, AUDIT},
}
_ROLES_IN_ORDER = tuple(ACTS_OF_ROLES)
_MOST_NAMED = 3


@dataclass(frozen=True)
class Matter:
    """One thing an act is about. `units`: those any of which may answer for it; none where no unit is named."""

    place: str
    larger: frozenset[str] = frozenset()  # the places that `place` is part of
    units: frozenset[str] = frozenset()
    name: str = ""  # for the sentence


@dataclass(frozen=True)
class Grant:
    """Acts that somebody may do. `places` hold what lies in them; empty: everywhere, for every unit."""

    acts: frozenset[str]
    places: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    def covers(self, matter: Matter) -> bool:
        """Whether the grant reaches a matter; one that no unit answers for goes by its place, which must be named."""
        in_place = not self.places or not self.places.isdisjoint({matter.place, *matter.larger})
        if not self.units or not self.units.isdisjoint(matter.units):
            return in_place
        return in_place and bool(self.places) and not matter.units


@dataclass(frozen=True)
class Person:
    """Who acts. `account` is the provider's name for somebody signed in, "" where nobody signs in."""

    name: str
    account: str = ""
    roles: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    origin: str = ""  # from where: an address, or the command line

    def signing(self, name: str | None) -> "Person":
        """The same with the name as typed; somebody signed in has a name and keeps it."""
        return self if self.account else replace(self, name=(name or "").strip())


THIS_MACHINE = "本机"
LOCAL = Person(name="", grants=(Grant(frozenset(ACTS)),), origin=THIS_MACHINE)


def operator(name: str | None = None) -> Person:
    """Whoever runs the command line: the operator of the machine, who may everything."""
    return replace(LOCAL, name=(name or "").strip(), origin="命令行")


OPERATOR = operator()


def acts_of(role: str, *, approval: bool, viewers_see_originals: bool = False) -> frozenset[str]:
    """What a role may do. Without approval an editor publishes what he brings."""
    acts = ACTS_OF_ROLES[role]
    if role == EDITOR and not approval:
        acts |= {PUBLISH}
    if role == VIEWER and viewers_see_originals:
        acts |= {ORIGINALS}
    return acts


def may(person: Person, act: str, matters: Sequence[Matter] = ()) -> str:
    """Why somebody may not do something, a Chinese sentence; "" where he may.

    Every one of `matters` must be covered by some grant that holds the act.
    """
    grants = [grant for grant in person.grants if act in grant.acts]
    word = read_words().acts[act]
    if not grants:
        return f"{_who(person)}不能{word}，请联系{_who_may(act)}。"
    beyond = [matter for matter in matters if not any(grant.covers(matter) for grant in grants)]
    if not beyond:
        return ""
    named = list(dict.fromkeys(matter.name or matter.place for matter in beyond))
    more = f"等{len(named)}项" if len(named) > _MOST_NAMED else ""
    return f"{'、'.join(named[:_MOST_NAMED])}{more}不在您负责的地区和单位之内，不能{word}。"


def may_everywhere(person: Person, act: str) -> bool:
    """Whether somebody may do something whatever it is about."""
    return any(act in grant.acts and not grant.places and not grant.units for grant in person.grants)


def need(person: Person, act: str, matters: Sequence[Matter] = (), *, where: str = "") -> None:
    """Raises NotAllowed with the sentence where somebody may not do something."""
    reason = may(person, act, matters)
    if reason:
        raise NotAllowed(reason, where=where)


def same_person(one: Person, other: Person) -> bool:
    """Whether two are one: by their accounts, where one of them has none by their names."""
    if one.account and other.account:
        return one.account == other.account
    return bool(one.name) and one.name == other.name


class NotAllowed(Refused):
    """Somebody may not do this; str() is the sentence that says why and whom to ask."""

    def __init__(self, reason: str, *, where: str = "") -> None:
        super().__init__((Problem(STOP, where=where or "权限", found="", expected="", message=reason),))


def _who(person: Person) -> str:
    words = read_words().roles
    return f"您的角色（{'、'.join(words[role] for role in person.roles)}）" if person.roles else "您的账号"


@cache
def _who_may(act: str) -> str:
    words = read_words().roles
    holding = [f"“{words[role]}”角色的人" for role in _ROLES_IN_ORDER if act in ACTS_OF_ROLES[role]]
    return "或".join(holding) or "管理这台机器的人"


def roles_in_order(roles: Iterable[str]) -> tuple[str, ...]:
    """Each role once, from looking to administering."""
    held = set(roles)
    return tuple(role for role in _ROLES_IN_ORDER if role in held)
