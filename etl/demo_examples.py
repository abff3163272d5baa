"""Figures for the targets of etl/demo.toml: each brings about the status it is named for, seen from 2025."""

from collections.abc import Mapping

DOCUMENT = "demo-2019"
SEVERAL_YEARS = range(2020, 2026)

EXAMPLES: Mapping[str, Mapping[int, float]] = {
    "met": {2018: 70, 2020: 74, 2022: 78, 2023: 80.5, 2024: 82},
    "met_roughly": {2018: 70, 2022: 77, 2024: 79.4},
    "holding": {2018: 82, **{year: 82.4 + 0.5 * (year - 2020) for year in SEVERAL_YEARS}},
    "met_now": {2018: 68, **{year: 74 + 1.8 * (year - 2020) for year in SEVERAL_YEARS}},
    "done_early": dict.fromkeys(range(2019, 2026), 18),
    "on_track": {2018: 60, **{year: 63.6 + 1.8 * (year - 2020) for year in SEVERAL_YEARS}},
    "met_at_risk": {2018: 70, **{year: 88 - 1.4 * (year - 2020) for year in SEVERAL_YEARS}},
    "slightly_behind": {2018: 58, **{year: 61.3 + 1.74 * (year - 2020) for year in SEVERAL_YEARS}},
    "aim_missed": {2018: 70, 2022: 74, 2023: 75, 2024: 76},
    "not_met": {2018: 70, 2022: 72, 2023: 73, 2024: 73.5},
    "off_track": {2018: 65, **{year: 66 + 0.8 * (year - 2020) for year in SEVERAL_YEARS}},
    # ahead of its path by an early leap, yet stuck since: path and outlook disagree
    "stalled": {2018: 60, **dict.fromkeys(SEVERAL_YEARS, 74)},
    "wrong_way": {2018: 72, **{year: 72 - 0.6 * (year - 2020) for year in SEVERAL_YEARS}},
    "not_due": {2023: 60, 2024: 70, 2025: 75},
    "awaiting": {2018: 70, 2023: 77, 2024: 78.5},
    "cannot_judge": {2018: 70, 2019: 71, 2020: 72, 2023: 81},
    "no_data": {},
    "too_early": {2025: 71},
    "target_pending": {2023: 60, 2024: 61, 2025: 62},
    "condition_open": {2024: 40, 2025: 45},
    "not_applicable": {2023: 50, 2024: 50},
}
