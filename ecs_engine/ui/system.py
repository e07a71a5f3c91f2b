"""Widgets that changed are measured, placed and painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Screen
from ecs_engine.core.system import Stage, System
from ecs_engine.pictures import Pictures
from ecs_engine.text import Fonts
from ecs_engine.ui.labels import Image, Label, Style
from ecs_engine.ui.painter import Painter, Parts
from ecs_engine.ui.tree import Root, can_focus, descendants
from ecs_engine.ui.widget import PAINT, SIZE, TEXT, TREE, Widget, sane

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI


class UISystem(System):
    """Brings the picture of the UI up to date, before the TransformSystem.

    A tick in which nothing changed costs a few comparisons. A change of a widget's size is followed up its parents;
    of the others, those whose rectangles stay are not looked at.

    Raises:
        EngineError: a label has a font of another app. It is raised at every tick until the label is mended.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM
    priority = 200

    def __init__(self, ui: UI) -> None:
        self._ui = ui
        self._found: list[tuple[int, Widget]] = []
        self._size = (0.0, 0.0)

    def on_add(self) -> None:
        self._painter = Painter(self.world)
        self._pictures = self.world.resource(Pictures)
        self._blocks = self.world.resource(Fonts).blocks
        self._loaded = 0
        self._ui.tree_changed = True

    def on_remove(self) -> None:
        screen = self.world.try_resource(Screen)
        if screen is not None:
            screen.ui = None

    def process(self, dt: float) -> None:
        self._notice_deleted()
        ui, size = self._ui, self._ui.size
        resized = size != self._size
        if resized:
            self._size = self.world.resource(Screen).ui = size
        pictures = self._pictures.table.version
        if pictures != self._loaded:
            self._loaded = pictures
            for widget in ui.widgets():
                if isinstance(widget, Image):  # it may have another size now
                    widget._note(SIZE)
        ui.tree_changed |= resized
        if ui.changed or ui.tree_changed:
            self.update()

    def update(self) -> None:
        """Do whatever is out of date."""
        ui = self._ui
        ui.revision += 1
        self._painter.theme, self._painter.font = ui.theme, ui.font
        changed = ui.changed
        self._measure_labels(changed)
        layout = ui.tree_changed
        for widget in changed:
            stale, widget._stale = widget._stale, PAINT  # if it moves, it need not be noted again
            if stale & (SIZE | TREE | TEXT) and self._outdated(widget, stale):
                layout = True
            if stale & TREE:
                ui.tree_changed = True
        if layout:
            self.lay_out()
        if ui.tree_changed:
            ui.tree_changed = False
            self._walk()
        ui.changed = []  # layout and the walk have added those that moved
        for widget in changed:
            stale, widget._stale = widget._stale, 0
            if stale & ~PAINT:
                widget._note(stale & ~PAINT)
        for widget in changed:
            self.paint(widget)

    def _measure_labels(self, changed: list[Widget]) -> None:
        """Measure all labels whose words changed, which are laid out in one go."""
        labels: list[Label] = []
        for widget in changed:
            if widget._stale & (SIZE | TEXT) and isinstance(widget, Label):
                if widget._stale & SIZE:
                    widget._style = self._style_of(widget)
                labels.append(widget)
        if labels:
            styles = [label._style for label in labels]
            wanted = [(style.font, label.text, style.room) for label, style in zip(labels, styles, strict=True)]
            extents = self._blocks.measure(wanted, [style.size for style in styles])
            for label, extent in zip(labels, extents, strict=True):
                label._extent = extent

    def _style_of(self, label: Label) -> Style:
        style = label.styled(self._ui)
        if style.font.atlas is not self._blocks.atlas:
            raise EngineError(
                f"{label.title} has the font {style.font.name!r} of another App: load it with this app's fonts."
            )
        return style

    def _outdated(self, widget: Widget, stale: int) -> bool:
        """Forget the sizes that follow from a widget's; whether any of them may differ now."""
        before, widget._natural = widget._natural, None
        alone = not stale & TREE and not widget._children and widget._placed
        if alone and self._ui.natural(widget) == before:
            return False
        widget._placed = False
        above = widget.parent
        while above is not None and (above._placed or above._natural is not None):
            above._placed, above._natural = False, None
            above = above.parent
        return True

    def lay_out(self) -> None:
        """Place what stands on the screen itself, and with it all the others."""
        ui = self._ui
        width, height = ui.size
        for root in ui.roots:
            widget = root.widget
            if not widget.visible:
                continue
            margin = ui.theme.padding if root.margin is None else sane(widget, root.margin, "margin")
            room = max(width - 2 * margin, 0.0), max(height - 2 * margin, 0.0)
            across, down = room if root.fill else ui.natural(widget)
            left = margin + (room[0] - across) * root.anchor[0]
            top = margin + (room[1] - down) * (1.0 - root.anchor[1])
            ui.place(widget, left, top, across, down)

    def _walk(self) -> None:
        """Find out on which layer everything is, what is shown, and what takes input."""
        ui, level = self._ui, 0
        for root in ui.roots:
            shown = root.widget.visible
            if root.modal:
                self._paint_backdrop(root, level)
                level += 1
            if shown:
                level = self._visit(root.widget, level, True, True) + 1
            else:
                self._visit(root.widget, level, False, True)
            if root.modal and shown != root.shown:
                self._switch_modal(root, shown)
            root.shown = shown
        if ui.focus is not None and not (ui.focus.shown and ui.focus.active):
            ui.focus = None
        if ui.focus is None and ui.modal is not None:
            ui.focus = next((one for one in descendants(ui.modal) if can_focus(one)), None)
        if ui.held is not None and not (ui.held.shown and ui.held.active):
            ui.held = None

    def _visit(self, widget: Widget, level: int, shown: bool, active: bool) -> int:
        """The highest level that a widget and what is in it are on."""
        shown, active = shown and widget.visible, active and widget.enabled
        context = (level, shown, active)
        if context != widget._context:
            widget._context = context
            widget.repaint()
        level += widget.levels
        highest = level
        for child in widget._children:
            highest = max(highest, self._visit(child, level, shown and widget.shows(child), active))
        return highest

    def _switch_modal(self, root: Root, shown: bool) -> None:
        ui = self._ui
        inside = set(descendants(root.widget))
        if shown:
            if ui.focus is None or ui.focus not in inside:
                root.focus_before = ui.focus
                ui.focus = next((one for one in descendants(root.widget) if can_focus(one)), None)
        elif ui.focus in inside and root.focus_before is not None and can_focus(root.focus_before):
            ui.focus = root.focus_before

    def _paint_backdrop(self, root: Root, level: int) -> None:
        def dim(painter: Painter) -> None:
            painter.box(0.0, 0.0, *self._ui.size, painter.theme.backdrop)

        self._painter.draw(root.backdrop, level, 1.0, dim if root.widget.visible else None)

    def paint(self, widget: Widget) -> None:
        """Make a widget's picture again."""
        level, shown, active = widget._context
        if widget.ui is not self._ui or (widget._parts is None and not shown):
            return
        parts = widget._parts
        if parts is None:
            parts = widget._parts = Parts()
        opacity = 1.0 if active or not widget.dims else self._ui.theme.disabled
        self._painter.draw(parts, level, opacity, widget.paint if shown else None)

    def _notice_deleted(self) -> None:
        """Let go of widgets whose entities others have deleted."""
        found = self.world.get_component(Widget)
        if found is self._found:  # esper keeps the list until a component of any entity comes or goes
            return
        self._found = found
        if len(found) == self._ui.count:
            return
        alive = {widget for _, widget in found}
        for widget in list(self._ui.widgets()):
            if widget.ui is self._ui and widget not in alive:
                widget.remove()
