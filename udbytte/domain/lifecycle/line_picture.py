"""The line drawn as SVG from its own table: who has a late step in which week, and how it ends."""

from __future__ import annotations

from html import escape

from .line import LAPSES_AFTER, LINE, Ending, Row
from .table import CONFIRM_DROP, CONFIRM_REPLACE, MIDWAY, STEPS

LEFT, TOP, ROW, DAY = 190, 92, 44, 8.6
SHADES = ("#eef4f2", "#d5e6e0", "#b4d3c8", "#8fbcad")
STYLE = (
    "text{font-family:system-ui,sans-serif;font-size:12.5px;fill:#1d2a2f}.name{font-weight:600}"
    ".small{font-size:11.5px;fill:#46555b}.head{font-size:18px;font-weight:600}"
    ".bar{stroke:#1f5c4d;stroke-width:1}.end{fill:#1f5c4d}.week{stroke:#c9d3d0;stroke-width:1}"
)
OWNERS = {step.name: step.owner for step in (*STEPS.values(), CONFIRM_DROP, CONFIRM_REPLACE, MIDWAY)}


def _words(name: str) -> str:
    return "HR" if name == "hr" else escape(name.replace("_", " ").replace(".", ": "))


def _owner(name: str) -> str:
    owner = OWNERS.get(name)
    return "the other one" if name.startswith("confirm_") and "seat" not in name else _words(owner or "applicant")


def _end(row: Row) -> str:
    return "lapses" if row.ending is Ending.LAPSES else _words(row.event or "not sent, or answer unknown")


def _bars(row: Row, y: int) -> str:
    """The parts of one row: from its date to the first level, each level, and the end."""
    begins = [0, *(level.after for level in row.levels)]
    ends = [*begins[1:], row.after]
    holders = ["", *(" or ".join(_words(place) for place in level.places) for level in row.levels)]
    drawn = ""
    for number, (begin, end, holder) in enumerate(zip(begins, ends, holders, strict=True)):
        x, width = LEFT + begin * DAY, (end - begin) * DAY
        drawn += f'<rect class="bar" x="{x:.1f}" y="{y}" width="{width:.1f}" height="24" fill="{SHADES[number]}"/>'
        drawn += f'<text class="small" x="{x + 4:.1f}" y="{y + 38}">{holder}</text>'
    x = LEFT + row.after * DAY
    drawn += f'<circle class="end" cx="{x:.1f}" cy="{y + 12}" r="5"/>'
    return f'{drawn}<text x="{x + 10:.1f}" y="{y + 16}">{_end(row)}</text>'


def draw_line() -> str:
    """All rows from top to bottom, weeks from left to right."""
    height, width = TOP + len(LINE) * ROW + 20, 930
    weeks = "".join(
        f'<path class="week" d="M{LEFT + days * DAY:.1f} {TOP - 8}V{height - 14}"/>'
        f'<text class="small" x="{LEFT + days * DAY:.1f}" y="{TOP - 14}" text-anchor="middle">+{days}</text>'
        for days in range(0, LAPSES_AFTER + 1, 7)
    )
    rows = "".join(
        f'<text class="name" x="24" y="{y + 12}">{_words(name)}</text>'
        f'<text class="small" x="24" y="{y + 28}">{_owner(name)}</text>{_bars(row, y)}'
        for y, (name, row) in zip(range(TOP, height, ROW), LINE.items(), strict=False)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t-l d-l">'
        f'<title id="t-l">The line</title><desc id="d-l">Who has each late step so many days after its date, '
        f"and how it ends when nobody acts.</desc><style>{STYLE}</style>"
        f'<rect width="{width}" height="{height}" fill="#fff"/><text class="head" x="24" y="36">The line</text>'
        f'<text class="small" x="24" y="58">days after the step\'s date; holidays count for nobody. '
        f"Before sign-up closes, money moves earlier.</text>{weeks}{rows}</svg>"
    )
