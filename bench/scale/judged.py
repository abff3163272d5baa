"""What the peers and this program judge, and the words they share (METHOD.md)."""

STATUSES = (
    "target_pending", "not_due", "met", "met_roughly", "not_met", "aim_missed", "awaiting", "cannot_judge", "no_data",
    "met_at_risk", "holding", "done_early", "met_now", "on_track", "slightly_behind", "off_track", "stalled",
    "wrong_way", "too_early",
)  # fmt: skip
GREEN = ("met", "met_roughly", "holding", "met_now", "done_early", "on_track")
YELLOW = ("met_at_risk", "slightly_behind", "aim_missed")
RED = ("not_met", "off_track", "stalled", "wrong_way")
UNJUDGED = ("target_pending", "not_due", "no_data", "too_early")

KEYS = ("target", "place", "year")
WORDS = (
    "status", "light", "bucket", "basis", "value_bound", "path_status", "outlook_status", "breaches", "last_status",
    "last_light",
)  # fmt: skip
FLAGS = ("disagree", "exactly")
NUMBERS = (
    "value", "value_year", "base", "base_year", "goal", "goal_to", "path", "change_per_year", "outlook", "gap",
    "achieved_per_year", "needed_per_year", "nearest_year", "nearest_value",
)  # fmt: skip
COLUMNS = (*KEYS, *WORDS, *FLAGS, *NUMBERS)

SLACK = 1e-9  # of a number's size
LOOKS_BACK = 5  # years before the value that its pace may be counted from
PACE = 4  # values in a row that an outlook needs
STEP = {"on_track": 0, "slightly_behind": 1, "off_track": 2, "stalled": 2, "wrong_way": 3}  # from good to bad
