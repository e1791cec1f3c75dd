"""Charts, drawn here as SVG: no script, no colour that means something, the same on paper. Each
stands beside its table, which says the same in numbers."""

import secrets
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

from portal.languages import current, number

WIDTH, ROW, BAR, KEY = 320, 46, 18, 26
LETTER = 14
NAMES, LEVEL = 130, 36

_PATTERNS: Sequence[str] = (
    '<rect width="8" height="8" fill="currentColor"/>',
    '<path d="M-2 2 2-2M0 8 8 0M6 10 10 6" stroke="currentColor" stroke-width="3"/>',
    '<path d="M0 4H8M4 0V8" stroke="currentColor"/>',
    '<circle cx="4" cy="4" r="1" fill="currentColor"/>',
)
"""How the parts of a bar are told apart: full, striped, crossed, dotted."""


def stacked(
    title: str,
    rows: Sequence[tuple[str, Mapping[str, int]]],
    parts: Mapping[str, str],
    say: Callable[[int], str] = number,
) -> Markup:
    """One bar a row, made of so many of each part; ``parts`` are their names, at most four, in
    the order in which they stand. Bars begin where lines of text do."""
    most = max((sum(held.values()) for _, held in rows), default=0) or 1
    mark = secrets.token_hex(3)  # two charts on one page do not share their patterns
    drawing = _Drawing(current().direction == "rtl", mark)
    shown = [key for key in parts if any(held.get(key) for _, held in rows)]
    for place, key in enumerate(parts):
        if key in shown:
            drawing.pattern(place)
    for key in shown:
        drawing.swatch(list(parts).index(key), parts[key])
    drawing.gap()
    for label, held in rows:
        drawing.bar(
            label,
            say(sum(held.values())),
            [(place, held.get(key, 0) * (WIDTH - 50) / most) for place, key in enumerate(parts)],
        )
    return drawing.done(title)


def trend(
    title: str,
    levels: Sequence[str],
    ends: tuple[str, str],
    lines: Sequence[tuple[str, Sequence[int | None]]],
) -> Markup:
    """Two lines over the same steps of time: the first with full dots and drawn through, the
    second with open squares and dashed. ``levels`` are named from the top; each line holds the
    place of its level at each step, or None where nothing was said, and there it is broken.
    ``ends`` name the first and the last step."""
    drawing = _Drawing(current().direction == "rtl", "")
    for place, (name, _) in enumerate(lines):
        drawing.sign(place, name)
    drawing.gap()
    drawing.levels(levels, ends, [line for _, line in lines])
    return drawing.done(title)


class _Drawing:
    """An SVG that grows downward, mirrored for scripts that run from right to left."""

    def __init__(self, mirrored: bool, mark: str) -> None:
        self._mirrored, self._mark = mirrored, mark
        self._defs: list[str] = []
        self._parts: list[str] = []
        self._height = 0.0

    def _x(self, x: float, width: float = 0) -> float:
        return WIDTH - x - width if self._mirrored else x

    def _text(self, x: float, y: float, text: str) -> None:
        # The words run by their own direction; what they are beside by that of the page.
        anchor = ' direction="rtl"' if self._mirrored else ""
        self._parts.append(
            f'<text x="{self._x(x):.1f}" y="{y:.1f}" font-size="{LETTER}"'
            f'{anchor} fill="currentColor">{escape(text)}</text>'
        )

    def _rect(self, x: float, y: float, width: float, height: float, place: int) -> None:
        self._parts.append(
            f'<rect x="{self._x(x, width):.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}"'
            f' fill="url(#{self._mark}-{place})" stroke="currentColor"/>'
        )

    def pattern(self, place: int) -> None:
        self._defs.append(
            f'<pattern id="{self._mark}-{place}" width="8" height="8"'
            f' patternUnits="userSpaceOnUse">{_PATTERNS[place]}</pattern>'
        )

    def swatch(self, place: int, name: str) -> None:
        """One line of the key."""
        self._rect(1, self._height + 4, BAR, BAR, place)
        self._text(BAR + 10, self._height + 4 + LETTER, name)
        self._height += KEY

    def _dot(self, x: float, y: float, place: int) -> None:
        """A full dot, or an open square around where a dot would be."""
        x = self._x(x)
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="currentColor"/>'
            if place == 0
            else f'<rect x="{x - 8:.1f}" y="{y - 8:.1f}" width="16" height="16" fill="none"'
            ' stroke="currentColor" stroke-width="2"/>'
        )

    def _line(self, points: Sequence[tuple[float, float]], place: int) -> None:
        """Through some points, one after the other; dashed for the second line."""
        if len(points) > 1:
            path = " ".join(f"{self._x(x):.1f},{y:.1f}" for x, y in points)
            dashed = ' stroke-dasharray="6 5"' if place else ""
            self._parts.append(
                f'<polyline points="{path}" fill="none" stroke="currentColor"'
                f' stroke-width="2"{dashed}/>'
            )

    def sign(self, place: int, name: str) -> None:
        """One line of the key, with the line as it is drawn."""
        y = self._height + 4 + BAR / 2
        self._line([(1, y), (45, y)], place)
        self._dot(23, y, place)
        self._text(58, self._height + 4 + LETTER, name)
        self._height += KEY

    def levels(
        self, names: Sequence[str], ends: tuple[str, str], lines: Sequence[Sequence[int | None]]
    ) -> None:
        """The names of the levels, each with its rule, and the lines over them."""
        top, steps = self._height, max(len(line) for line in lines)
        for name in names:
            self._height += LEVEL
            y = self._height - LEVEL / 2
            self._text(1, y + LETTER / 3, name)
            x1, x2 = self._x(NAMES - 20), self._x(WIDTH - 1)
            self._parts.append(
                f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
                ' stroke="currentColor" stroke-width="0.5"/>'
            )
        width = (WIDTH - NAMES - 20) / max(steps - 1, 1)
        for place, line in enumerate(lines):
            points: list[tuple[float, float]] = []
            for step, level in enumerate(line):
                if level is None:
                    self._line(points, place)
                    points = []
                else:
                    y = top + LEVEL * (level + 0.5)
                    points.append((NAMES + (step * width if steps > 1 else WIDTH / 4), y))
                    self._dot(*points[-1], place)
            self._line(points, place)
        first, last = dict.fromkeys(ends), ends[-1]
        if len(first) > 1:
            self._text(NAMES - 20, self._height + LETTER, ends[0])
        self._text(WIDTH - 90, self._height + LETTER, last)
        self._height += KEY

    def gap(self) -> None:
        """Some room between the key and the bars."""
        self._height += 8

    def bar(self, label: str, total: str, parts: Sequence[tuple[int, float]]) -> None:
        """A row: its label, its bar below, and after the bar how many there are in all."""
        self._text(1, self._height + 16, label)
        x = 1.0
        for place, width in parts:
            if width:
                self._rect(x, self._height + 22, width, BAR, place)
                x += width
        self._text(x + 6, self._height + 22 + LETTER, total)
        self._height += ROW

    def done(self, title: str) -> Markup:
        """The whole of it, with the title as what it is called by whoever cannot see it."""
        return Markup(  # noqa: S704 - each text in it was escaped where it was put in
            f'<svg class="app-chart" role="img" aria-label="{escape(title)}" width="100%"'
            f' viewBox="0 0 {WIDTH} {self._height + 4:.0f}" xmlns="http://www.w3.org/2000/svg">'
            f"<defs>{''.join(self._defs)}</defs>{''.join(self._parts)}</svg>"
        )
