"""Labels as plain data."""

from __future__ import annotations

from typing import Any

from ecs_engine.components.text import Text
from ecs_engine.core.errors import SaveError
from ecs_engine.core.setting import settings_of

SETTINGS = tuple(name for name in settings_of(Text) if name != "font")


def plain_text(label: Text) -> dict[str, Any]:
    """All settings of a label but the font.

    Raises:
        SaveError: it has another font than the pixel font, which is nothing that could be saved.
    """
    if label.font is not None:
        raise SaveError(
            f"Text.font of the label {label.plain[:40]!r} is {label.font.name}, and fonts cannot be saved: make such "
            "labels anew after loading, and name Text in ignore."
        )
    return {name: getattr(label, name) for name in SETTINGS}


def text_of(settings: Any) -> Text:
    """The label of these settings, which it checks itself.

    Raises:
        TypeError: they are no settings.
        ComponentError: a value is out of range.
    """
    if not isinstance(settings, dict) or settings.keys() != set(SETTINGS):
        raise TypeError("it has other settings")
    return Text(**settings)
