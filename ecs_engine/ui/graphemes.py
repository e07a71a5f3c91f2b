"""Where a text may be cut: between grapheme clusters, which are what a player takes for one character.

The rules are those of Unicode's extended grapheme clusters (unicode.org/reports/tr29) as far as Python's character
data goes: marks, joiners, selectors and emoji modifiers stay with what they follow, what follows a zero-width joiner
stays with it, flags are pairs of regional indicators, the parts of a Hangul syllable stay together.
"""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def _extends(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    if character < "\u0300":
        return False
    code = ord(character)
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc")
        or character in "\u200c\u200d\uff9e\uff9f"
        or 0x1F3FB <= code <= 0x1F3FF  # skin tones
        or 0xE0020 <= code <= 0xE007F  # tags, of which the flags of regions are made
    )


def _hangul(character: str) -> str:
    """The part of a syllable: L, V, T, LV, LVT, or nothing."""
    code = ord(character)
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    return ""


_SYLLABLE = {"L": ("L", "V", "LV", "LVT"), "V": ("V", "T"), "LV": ("V", "T"), "T": ("T",), "LVT": ("T",)}


def boundaries(text: str) -> list[int]:
    """The places at which a text may be cut, from 0 to its length, rising.

    Example:
        >>> from ecs_engine.ui.graphemes import boundaries
        >>> boundaries("e\u0301a")
        [0, 2, 3]
    """
    found = [0] if text else []
    flags = 0  # regional indicators in a row, before the present character
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        flags = flags + 1 if 0x1F1E6 <= ord(before) <= 0x1F1FF else 0
        joined = (
            _extends(after)
            or before in _PREPENDED
            or (before == _JOINER and unicodedata.category(after) == "So")
            or (before == "\r" and after == "\n")
            or (flags % 2 == 1 and 0x1F1E6 <= ord(after) <= 0x1F1FF)
            or _hangul(after) in _SYLLABLE.get(_hangul(before), ())
        )
        # A control character stands alone, whatever follows it.
        if not joined or (before in "\r\n\t" and not (before == "\r" and after == "\n")):
            found.append(at)
    return [*found, len(text)]
