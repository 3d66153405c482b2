"""Charts as shapes for a template: numbers only, so that a page needs neither scripts nor styles of its own.

Widths are in percent of the page's, heights in pixels: letters keep their size on a telephone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_ROW: Final = 46
_HIGH: Final = 130
# So many weeks have room for a number above each.
_FEW: Final = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A lying bar: its name stands above it at ``y``, its width is in percent."""

    name: str
    value: int
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Lying bars, the longest first; ``hidden`` are the names of groups that are not shown."""

    bars: tuple[Bar, ...]
    hidden: tuple[str, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Column:
    """A standing column: ``x``, ``width``, ``middle`` in percent, ``y``, ``height`` in pixels; None: not shown."""

    name: str
    value: int | None
    x: float
    width: float
    middle: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns in the order of time; ``numbered`` if there is room for a number above each."""

    columns: tuple[Column, ...]
    numbered: bool
    largest: int


def bars(values: Mapping[str, int | None], names: Mapping[str, str], *, full: int = 0) -> Bars:
    """Bars of what is shown and not empty, the longest first; ``full`` is what fills the width, else the longest."""
    some = [(names[each], number) for each, number in values.items() if number]
    some.sort(key=lambda pair: (-pair[1], pair[0].casefold()))
    largest = full or max((number for _, number in some), default=1)
    drawn = tuple(
        Bar(name, number, place * _ROW, round(100 * number / largest, 1)) for place, (name, number) in enumerate(some)
    )
    return Bars(drawn, tuple(names[each] for each, number in values.items() if number is None), len(some) * _ROW)


def columns(values: Sequence[tuple[str, int | None]]) -> Columns:
    """Columns of weeks."""
    largest = max((number or 0 for _, number in values), default=0)
    step = 100 / max(len(values), 1)
    drawn = []
    for place, (name, number) in enumerate(values):
        height = round(_HIGH * (number or 0) / max(largest, 1), 1)
        x, middle = round(place * step + step * 0.12, 2), round((place + 0.5) * step, 2)
        drawn.append(Column(name, number, x, round(step * 0.76, 2), middle, 20 + _HIGH - height, height))
    return Columns(tuple(drawn), len(values) <= _FEW, largest)
