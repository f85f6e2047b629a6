"""What `accepted.toml` accepts: rules that may refuse valid input, and findings."""

import tomllib
from pathlib import Path
from typing import Any

Finding = dict[str, object]

FILE = Path(__file__).parent / "accepted.toml"
_CONTENT: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))

# The codes of the rules: those that a whole run meets, and those that a random request meets now and then.
_MET: set[str] = {code for group in _CONTENT["rules"] for code in group["codes"]}
RARE: set[str] = {code for group in _CONTENT["rules"] for code in group.get("rare", [])}
RULES = _MET | RARE
# The findings without their reasons.
FINDINGS: list[Finding] = [
    {key: value for key, value in group.items() if key != "reason"} for group in _CONTENT["failures"]
]


def names_of(finding: Finding) -> set[str]:
    """Return the names of the lines that accept a finding."""
    return {name_of(accepted) for accepted in FINDINGS if accepted.items() <= finding.items()}


def name_of(accepted: Finding) -> str:
    """Return how a line of the file is named among those that were needed."""
    return " ".join(str(value) for value in accepted.values())


def lines() -> list[str]:
    """Return the names of the lines that a whole run needs: the rules' codes, and the findings."""
    return [*sorted(_MET), *(name_of(accepted) for accepted in FINDINGS)]
