"""Menus, displays and forms: widgets that are declared as a tree, and refresh the picture by themselves.

See docs/ui.md.
"""

from __future__ import annotations

from ecs_engine.ui.containers import Box, Column, Panel, Row
from ecs_engine.ui.controls import Button, ProgressBar, Slider, Toggle
from ecs_engine.ui.grid import Grid
from ecs_engine.ui.input import UIInputSystem
from ecs_engine.ui.item_list import List
from ecs_engine.ui.keys import Command
from ecs_engine.ui.labels import Image, Label
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.system import UISystem
from ecs_engine.ui.text_field import TextField
from ecs_engine.ui.text_view import TextView
from ecs_engine.ui.theme import LIGHT, Theme
from ecs_engine.ui.ui import UI
from ecs_engine.ui.widget import Widget

__all__ = [
    "LIGHT",
    "UI",
    "Box",
    "Button",
    "Column",
    "Command",
    "Grid",
    "Image",
    "Label",
    "List",
    "Painter",
    "Panel",
    "ProgressBar",
    "Row",
    "Slider",
    "TextField",
    "TextView",
    "Theme",
    "Toggle",
    "UIInputSystem",
    "UISystem",
    "Widget",
]
