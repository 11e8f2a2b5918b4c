"""The weight of a real page: style sheets and tables of words that no reader needs.

A page is first written with slots in it; `fill` then brings it to its weight.
"""

import re
from functools import lru_cache

_SLOT = re.compile("\x00(css|json)\x00")
_ENTRIES = 16_000


def css_slot() -> str:
    """A style sheet of the weight that is left."""
    return '<style type="text/css" data-isomorphic-style="true">\x00css\x00</style>'


def json_slot() -> str:
    """Entries of a JSON object of the weight that is left; a last entry must follow."""
    return "\x00json\x00"


def fill(page: str, weight: int) -> str:
    """Bring a page to a weight in characters, evenly over its slots.

    Args:
        page: With slots.
        weight: Characters of the result, to within one entry per slot; a page that is heavier already
            only loses its slots.
    """
    parts = _SLOT.split(page)
    texts, slots = parts[::2], parts[1::2]
    if not slots:
        return page
    share = max(0, weight - sum(len(part) for part in texts)) // len(slots)
    filled = [texts[0]]
    for position, (slot, following) in enumerate(zip(slots, texts[1:], strict=True)):
        entries = _style_rules() if slot == "css" else _words()
        size = len(entries[0])
        start = (position * 577) % 4000
        filled += ["".join(entries[start : start + share // size]), following]
    return "".join(filled)


@lru_cache(maxsize=1)
def _style_rules() -> tuple[str, ...]:
    return tuple(
        f".si_{n:05d}_{(n * 7919) % 99991:05d}{{display:flex;padding:{n % 40:02d}px {(n * 3) % 40:02d}px;"
        f"color:rgb(var(--si-color-{n % 900:03d}));line-height:{14 + n % 20}px}}"
        for n in range(_ENTRIES)
    )


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    return tuple(f'"label_{n:05d}":"안내 문구 {n:05d}번입니다","hint_{n:05d}":"짧은 설명",' for n in range(_ENTRIES))
