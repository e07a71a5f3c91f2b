"""How files are damaged."""

from __future__ import annotations

import re

import numpy as np

NUMBERS = (b"0", b"-1", b"1e999", b"NaN", b"2147483648", b"9" * 30, b"0.5", b"null", b'""', b"[]", b"{}", b"true")
"""Instead of a number of a text file."""
WORDS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
"""Instead of one to four bytes, in either order."""
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")


def damage(rng: np.random.Generator, whole: list[bytes]) -> bytes:
    """One of the files, after one to five changes; the same for the same state of ``rng``."""
    data = bytearray(whole[rng.integers(len(whole))])
    for _ in range(int(rng.integers(1, 6))):
        if not data:
            break
        at = int(rng.integers(len(data)))
        size = int(rng.integers(1, 9))
        match int(rng.integers(8)):
            case 0:
                data[at] = int(rng.integers(256))
            case 1:
                data[at] ^= 1 << int(rng.integers(8))
            case 2:
                width = int(rng.choice([1, 2, 4]))
                order = "little" if rng.integers(2) else "big"
                data[at : at + width] = (int(rng.choice(WORDS)) & ((1 << 8 * width) - 1)).to_bytes(width, order)
            case 3:
                del data[at : at + size]
            case 4:
                data[at:at] = rng.bytes(size)
            case 5:
                data[at:at] = data[at : at + 4 * size]
            case 6:
                numbers = list(_NUMBER.finditer(data))
                if numbers:
                    found = numbers[rng.integers(len(numbers))]
                    data[found.start() : found.end()] = NUMBERS[rng.integers(len(NUMBERS))]
            case 7:
                other = whole[rng.integers(len(whole))]
                data[at:] = other[int(rng.integers(len(other))) :]
    return bytes(data)
