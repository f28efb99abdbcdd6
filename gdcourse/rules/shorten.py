"""Make fewer lines of recorded ones: torch adds a product or a quotient in one pass."""

import re
from collections import Counter

from .lines import Line, reads

SUM = re.compile(r"v(\d+), v(\d+)(?:, alpha=(lr))?")
SCALED = re.compile(r"v(\d+), (n\[\d+\])")
PAIR = re.compile(r"v(\d+), v(\d+)")
SQUARE = re.compile(r"v(\d+), 2")


def shorten(lines: tuple[Line, ...], kept: set[int]) -> list[Line]:
    """Join products and quotients to the sums that they go into.

    a + n b, a + n b c and a + n b / c become add, addcmul and addcdiv: the same up to rounding.

    Args:
        lines: as recorded.
        kept: which v are needed as they are.
    """
    uses = Counter(at for line in lines for at in reads(line))
    of = {line.at: line for line in lines}

    def parts(at, *forms):
        """Return what the line that makes v<at> is made of, if it has a form and one reader."""
        line = of.get(at)
        if line and line.vector and line.keeps and uses[at] == 1 and at not in kept:
            for name, pattern in forms:
                if line.name == name and (match := pattern.fullmatch(line.text)):
                    return match.groups()
        return None

    def without_number(at, scale):
        """Return the v, and the scale, that v<at> times the scale is."""
        while factor := parts(at, ("mul", SCALED), ("div", SCALED)):
            scale += f" {'*' if of.pop(at).name == 'mul' else '/'} {factor[1]}"
            at = int(factor[0])
        return at, scale

    for line in lines:
        form = SUM.fullmatch(line.text) if line.name in ("add", "sub") and line.keeps else None
        if not form:
            continue
        a, b, scale = int(form[1]), int(form[2]), form[3] or "1"
        if line.name == "add" and not parts(b, ("mul", SCALED), ("div", SCALED)):
            a, b = (b, a) if parts(a, ("mul", SCALED), ("div", SCALED)) else (a, b)
        b, scale = without_number(b, "-" * (line.name == "sub") + scale)
        product = parts(b, ("mul", PAIR), ("pow", SQUARE))
        if pair := product or parts(b, ("div", PAIR)):
            of.pop(b)
            name, (top, bottom) = "addcmul" if product else "addcdiv", (pair * 2)[:2]
            if top != bottom:
                top, scale = without_number(int(top), scale)
            of[line.at] = line._replace(name=name, text=f"v{a}, v{top}, v{bottom}, value={scale}")
        elif scale not in ("1", "-1"):
            of[line.at] = line._replace(name="add", text=f"v{a}, v{b}, alpha={scale}")
    return [of[at] for at in sorted(of)]
