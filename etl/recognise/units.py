"""The file's unit brought to the indicator's, by a known factor or by asking; never by guessing."""

from dataclasses import dataclass, field

from etl.measure import convert, same_dimension
from etl.recognise.questions import LEAVE_WORDS, Asking
from etl.recognise.text import normal

LEAVE_UNIT = "leave"
# What a column without a unit may be in, offered beside the register's own unit.
_FAMILIES = (
    ("公顷", "万公顷", "平方公里", "亩", "万亩", "平方米", "万平方米"),
    ("吨", "万吨", "千克"),
    ("元", "万元", "亿元"),
    ("人", "万人"),
    ("%", "‰"),
    ("微克/立方米", "毫克/立方米"),
    ("毫克/升", "微克/升"),
    ("立方米", "万立方米", "亿立方米"),
    ("个", "万个"),
)


@dataclass
class Units:
    """Decides units for one file and remembers which conversions it used."""

    asking: Asking
    conversions: dict[str, str] = field(default_factory=dict)  # label to the words of the conversion

    def question_about(self, said: str | None, wanted: str) -> str:
        """The id of the question: one for all columns that lack the same unit."""
        return f"unit:{wanted}" + (f"@{normal(said)}" if said else "")

    def settle(self, said: str | None, wanted: str, *, label: str | None) -> str | None:
        """The unit of the numbers: known, answered, LEAVE_UNIT, or None while it is open.

        `label` is what the question concerns; None asks nothing.
        """
        if said is not None and same_dimension(said, wanted):
            return said
        if said is None and wanted == "1":
            return wanted
        if label is None:
            return None
        family = next((units for units in _FAMILIES if wanted in units), ())
        units = dict.fromkeys([wanted, *(each for each in family if same_dimension(each, wanted))])
        why = (
            f"文件里的单位是“{said}”，登记表的单位是“{wanted}”，两者不能换算，请选实际的单位"
            if said
            else f"文件没有说明单位，登记表的单位是“{wanted}”"
        )
        choices = [*((each, each) for each in units), (LEAVE_WORDS, LEAVE_UNIT)]
        id = self.question_about(said, wanted)
        return self.asking.ask(id, about="unit", where=label, why=why, choices=choices)

    def converted(self, value: float, *, unit: str, wanted: str, label: str) -> float:
        """The value in the wanted unit, by an exact factor."""
        found = convert(value, from_unit=unit, to_unit=wanted)
        if found != value:
            self.conversions.setdefault(label, f"由{unit}换算为{wanted}，例如{value:.12g}{unit} = {found:.12g}{wanted}")
        return found
