"""A surface: drawn in one context, shown by another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Device, Surface
from ecs_engine.gpu import enums as c
from ecs_engine.testing import FakeGL

SIZE = (32, 20)


@pytest.fixture
def surface(fake: FakeGL) -> Iterator[Surface]:
    """One whose window is context 1; context 0 is current, and nothing may be left at the end."""
    device = Device(fake, debug=True)
    surface = Surface(device, "map")
    surface.size = SIZE
    fake.make_current(fake.make_context(SIZE))
    surface.attach(fake)
    fake.make_current(0)
    yield surface
    fake.make_current(1)
    surface.detach()
    fake.delete_context(1)
    surface.delete()
    device.close()
    fake.assert_no_leaks()
    fake.assert_no_error()
    assert fake.notes == []


def draw(surface: Surface, colour: tuple[float, float, float, float]) -> bool:
    drawn = surface.begin()
    if drawn:
        surface.device.state.clear(colour)
        surface.end()
        surface.device.state.bind_framebuffer(0)
    return drawn


def show(fake: FakeGL, surface: Surface) -> bool:
    fake.make_current(1)
    shown = surface.show()
    fake.make_current(0)
    return shown


def pixel(fake: FakeGL, context: int) -> list[int]:
    """The upper right one of a context's window."""
    fake.make_current(context)
    image = fake.default_framebuffer.attachments[c.BACK].image
    fake.make_current(0)
    assert image is not None
    found: list[int] = image.data[0, -1, -1].tolist()
    return found


def test_what_is_drawn_is_copied_to_the_other_window_and_no_further(fake: FakeGL, surface: Surface) -> None:
    assert draw(surface, (1.0, 0.0, 0.0, 1.0))
    assert pixel(fake, 1) == [0, 0, 0, 0]
    assert show(fake, surface)
    assert pixel(fake, 1) == [255, 0, 0, 255]
    assert pixel(fake, 0) == [0, 0, 0, 0]
    assert not show(fake, surface), "there is nothing new"


def test_each_side_waits_for_the_other(fake: FakeGL, surface: Surface) -> None:
    for _ in range(3):
        draw(surface, (0.0, 1.0, 0.0, 1.0))
        show(fake, surface)
    fake.forget_commands()
    draw(surface, (0.0, 1.0, 0.0, 1.0))
    names = [name for name, _ in fake.commands]
    assert names.index("glWaitSync") < names.index("glClear") < names.index("glFenceSync") < names.index("glFlush")
    fake.forget_commands()
    show(fake, surface)
    names = [name for name, _ in fake.commands]
    assert names.index("glWaitSync") < names.index("glBlitFramebuffer") < names.index("glFenceSync")
    assert len(fake.live_objects()["sync"]) == 1


def test_frames_that_are_never_shown_leave_nothing_behind(fake: FakeGL, surface: Surface) -> None:
    for _ in range(5):
        draw(surface, (0.0, 1.0, 0.0, 1.0))
    assert len(fake.live_objects()["sync"]) == 1
    assert show(fake, surface)


def test_it_follows_the_window_s_size(fake: FakeGL, surface: Surface) -> None:
    draw(surface, (1.0, 0.0, 0.0, 1.0))
    surface.size = (0, 0)
    assert not draw(surface, (1.0, 1.0, 0.0, 1.0))
    surface.size = (50, 40)
    fake.resize(50, 40, context=1)
    draw(surface, (0.0, 0.0, 1.0, 1.0))
    show(fake, surface)
    assert pixel(fake, 1) == [0, 0, 255, 255]
    assert len(fake.live_objects()["texture"]) == 1


def test_a_refusal_is_told_in_debug_mode(fake: FakeGL, surface: Surface) -> None:
    draw(surface, (1.0, 0.0, 0.0, 1.0))
    fake.fail("glBlitFramebuffer", c.INVALID_OPERATION)
    with pytest.raises(GLError, match=r"copy 'map' to its window \(GL_INVALID_OPERATION\)"):
        show(fake, surface)
    fake.make_current(0)


def test_it_survives_a_lost_context(fake: FakeGL, surface: Surface) -> None:
    draw(surface, (1.0, 0.0, 0.0, 1.0))
    fake.lose_context()
    surface.device.lose()
    fake.renew_context()
    surface.device.recreate(fake)
    fake.make_current(fake.make_context(SIZE))
    surface.attach(fake)
    fake.make_current(0)
    assert not show(fake, surface), "what was drawn before is gone"
    draw(surface, (0.0, 1.0, 1.0, 1.0))
    show(fake, surface)
    assert pixel(fake, 1) == [0, 255, 255, 255]
