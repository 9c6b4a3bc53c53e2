"""The lifecycle drawn as SVG from its own table, so that picture and code always agree."""

from __future__ import annotations

from html import escape

from .table import STEPS, TRANSITIONS
from .vocabulary import CLOSED, UNDECIDED, Event, Kind, Stage

ROW, TOP, LEFT, WIDTH, HEIGHT = 86, 84, 130, 200, 46
ALWAYS = (
    *(Event.POSTPONE, Event.PAUSE, Event.PROPOSE_DROP, Event.PROPOSE_REPLACE, Event.HAND_OVER, Event.LEAVE),
    *(Event.MOVE_ON, Event.LAPSE, Event.KEEP_OPEN),
)
# What follows from one of them.
ANSWERS = (Event.CONFIRM_DROP, Event.REPLACE, Event.KEEP, Event.PROPOSAL_FALLS)
STYLE = (
    "text{font-family:system-ui,sans-serif;font-size:13px;fill:#1d2a2f}"
    ".stage{fill:#eef4f2;stroke:#1f5c4d;stroke-width:1.5}.closed{fill:#1f5c4d}.closed-name{fill:#fff}"
    ".name{font-weight:600}.small{font-size:11.5px;fill:#46555b}"
    ".way{fill:none;stroke:#1f5c4d;stroke-width:1.5}"
    ".head{font-size:18px;font-weight:600}"
)


def stages_of(kind: Kind) -> list[Stage]:
    """The stages of a kind in the order of the table, ending with learned."""
    return [*(stage for owner, stage in STEPS if owner is kind), Stage.LEARNED]


def moves_of(kind: Kind) -> dict[tuple[Stage, Stage], list[Event]]:
    """The events that lead from one stage to another, without those that can happen from any open stage."""
    moves: dict[tuple[Stage, Stage], list[Event]] = {}
    for (owner, stage, event), row in TRANSITIONS.items():
        drawn = owner is kind and stage not in CLOSED and event not in (*ALWAYS, *ANSWERS)
        if drawn and row.to is not None and row.to is not stage and row.to is not Stage.NOT_REPORTED:
            moves.setdefault((stage, row.to), []).append(event)
    return moves


def _words(name: str) -> str:
    return escape(name.replace("_", " "))


def _notes(kind: Kind, stage: Stage) -> list[str]:
    """The notes beside a stage: its step and owner, the events that stay in it, and those that lead back."""
    step = STEPS.get((kind, stage))
    if step is None:
        return []
    again = [event for (k, s, event), row in TRANSITIONS.items() if (k, s) == (kind, stage) and row.to is stage]
    again = [event for event in again if event not in (*ALWAYS, *ANSWERS)]
    notes = [f"next step: {_words(step.name)} ({_words(step.owner)})"]
    order = stages_of(kind)
    for (source, target), events in moves_of(kind).items():
        if source is stage and order.index(target) < order.index(source):
            notes.append(f"back to {_words(target)}: {', '.join(_words(event) for event in events)}")
    ends = [event for (k, s, event), row in TRANSITIONS.items() if (k, s) == (kind, stage) and row.to in UNDECIDED]
    if ends:
        notes.append(f"ends with: {', '.join(_words(event) for event in ends)}")
    if again:
        notes.append(f"stays after: {', '.join(_words(event) for event in again)}")
    return notes


def _box(kind: Kind, stage: Stage, index: int) -> str:
    y = TOP + index * ROW
    notes = _notes(kind, stage)
    shape, name = ("stage", "name") if notes else ("closed", "name closed-name")
    text = f'<rect class="{shape}" x="{LEFT}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="10"/>'
    text += f'<text class="{name}" x="{LEFT + WIDTH / 2}" y="{y + 28}" text-anchor="middle">{_words(stage)}</text>'
    for line, note in enumerate(notes):
        text += f'<text class="small" x="{LEFT + WIDTH + 18}" y="{y + 13 + 16 * line}">{note}</text>'
    return text


def _arrow(source: int, target: int, events: list[Event]) -> str:
    words = ", ".join(_words(event) for event in events)
    middle = LEFT + WIDTH / 2
    if target == source + 1:
        y = TOP + source * ROW + HEIGHT
        line = f'<path class="way" d="M{middle} {y}V{y + ROW - HEIGHT - 4}" marker-end="url(#tip)"/>'
        return line + f'<text class="small" x="{middle + 9}" y="{y + 25}">{words}</text>'
    start, end = TOP + source * ROW + HEIGHT - 12, TOP + target * ROW + 12
    side = LEFT - 28
    line = f'<path class="way" d="M{LEFT} {start}H{side}V{end}H{LEFT - 4}" marker-end="url(#tip)"/>'
    return line + f'<text class="small" x="{side - 6}" y="{(start + end) / 2}" text-anchor="end">{words}</text>'


def draw(kind: Kind) -> str:
    """One kind's stages from top to bottom: arrows for the events that lead on, words for those that lead back."""
    stages = stages_of(kind)
    places = {stage: index for index, stage in enumerate(stages)}
    forward = [(places[a], places[b], events) for (a, b), events in moves_of(kind).items() if places[b] > places[a]]
    arrows = [_arrow(*move) for move in forward]
    boxes = [_box(kind, stage, index) for index, stage in enumerate(stages)]
    height = TOP + len(stages) * ROW + 20
    always = ", ".join(_words(event) for event in ALWAYS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" role="img" '
        f'aria-labelledby="t-{kind} d-{kind}">'
        f'<title id="t-{kind}">The life of a {kind} agreement</title>'
        f'<desc id="d-{kind}">{len(stages)} stages from agreed to learned, with the events between them.</desc>'
        f'<style>{STYLE}</style><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#1f5c4d"/></marker></defs>'
        f'<rect width="760" height="{height}" fill="#fff"/><text class="head" x="24" y="36">{kind.capitalize()}</text>'
        f'<text class="small" x="24" y="60">from any open stage: {always}</text>{"".join(arrows)}{"".join(boxes)}</svg>'
    )
