"""Between places in the world and places on the screen.

Places on the screen are in the mouse's units: window units from the upper left corner, y down, or those of the app's
resolution. Up to stage ANIMATE cameras are as the last tick showed them, which is what the player has seen; from the
TransformSystem on, as this tick shows them. All functions are for the thread that owns the world.
"""

from __future__ import annotations

from ecs_engine.components import Camera2D, Transform2D
from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.systems.cameras import CameraState, read_camera, read_cameras
from ecs_engine.systems.rigs import without_parent

Place = tuple[float, float]


def screen_to_world(world: World, camera: int | None, x: float, y: float, *, alpha: float = 1.0) -> Place:
    """The place in the world that a camera draws at a place of the screen, which may lie outside of its viewport.

    Args:
        camera: the entity; None for a world without cameras.
        x, y: such as ``world.resource(Input).mouse.position``.
        alpha: the moment: 0 the tick before, 1 the tick, between them as it is drawn.

    Raises:
        MissingError: no such entity, or it has no Camera2D and Transform2D.
        EngineError: the camera shows nothing, or the system that runs has made it; or it shows so much that
            all of the world is one point.

    Example:
        >>> from ecs_engine import Camera2D, Screen, Transform2D, World
        >>> from ecs_engine.systems import screen_to_world
        >>> world = World()
        >>> world.add_resource(Screen(640, 360, 640, 360, design_height=360))
        >>> camera = world.create_entity(Transform2D((100, 0)), Camera2D(zoom=2))
        >>> screen_to_world(world, camera, 640, 180)
        (260.0, 0.0)
    """
    state = read_camera(world, camera)
    return _to_world(_screen_of(world, state), state, x, y, alpha)


def world_to_screen(world: World, camera: int | None, x: float, y: float, *, alpha: float = 1.0) -> Place:
    """Where on the screen a camera draws a place in the world, whether it can be seen or not; the inverse of
    :func:`screen_to_world`, which tells of the arguments and errors."""
    state = read_camera(world, camera)
    screen = _screen_of(world, state)
    (a, b, _, left), (c, d, _, up) = state.view.at(alpha)[:2].tolist()
    box_left, bottom, width, height = state.box
    pixel_x = box_left + (a * x + b * y + left + 1) / 2 * max(width, 1)
    pixel_y = bottom + (c * x + d * y + up + 1) / 2 * max(height, 1)
    across, down = _pixels(screen)
    return pixel_x / across, (screen.framebuffer_height - pixel_y) / down


def camera_at(world: World, x: float, y: float, *, layer: int | None = None, window: int = 0) -> int | None:
    """The camera whose view is on top at a place of the screen, or None; its border does not count.

    Args:
        layer: only cameras that show this layer: the world's, say, where the display has a camera over all of it.
        window: the number of the window, such as ``mouse.window``.
    """
    screen = world.resource(Screen).of(window)
    if screen is None:
        return None
    across, down = _pixels(screen)
    pixel_x, pixel_y = x * across, screen.framebuffer_height - y * down
    for state in reversed(read_cameras(world)):
        if state.view.window != window:
            continue
        if layer is not None and not state.first_layer <= layer <= state.last_layer:
            continue
        left, bottom, width, height = state.box
        if left <= pixel_x < left + width and bottom < pixel_y <= bottom + height:
            return state.entity or None
    return None


def zoom_at(world: World, camera: int, zoom: float, x: float, y: float) -> None:
    """Set a camera's zoom, and move it so that the place in the world that is under (x, y) of the screen stays there,
    also while the picture is drawn between the two ticks.

    Raises:
        MissingError: no such entity, or it has no Camera2D and Transform2D.
        EngineError: the camera shows nothing, or has a Parent.
    """
    without_parent(world, camera, "zoom_at was given")
    state = read_camera(world, camera, now=True)
    screen = _screen_of(world, state)
    before = _to_world(screen, state, x, y, 1.0)
    world.component_for_entity(camera, Camera2D).zoom = zoom
    after = _to_world(screen, read_camera(world, camera, now=True), x, y, 1.0)
    position = world.component_for_entity(camera, Transform2D).position
    position.x += before[0] - after[0]
    position.y += before[1] - after[1]


def _screen_of(world: World, state: CameraState) -> Screen:
    """The screen of a camera that shows something, so that its window is open."""
    screens = world.resource(Screen)
    return screens.of(state.view.window) or screens


def _pixels(screen: Screen) -> tuple[float, float]:
    """Pixels to a unit of the mouse, across and down."""
    return screen.framebuffer_width / screen.width, screen.framebuffer_height / screen.height


def _to_world(screen: Screen, state: CameraState, x: float, y: float, alpha: float) -> Place:
    across, down = _pixels(screen)
    left, bottom, width, height = state.box
    right = 2 * (x * across - left) / max(width, 1) - 1
    up = 2 * (screen.framebuffer_height - y * down - bottom) / max(height, 1) - 1
    (a, b, _, shift_x), (c, d, _, shift_y) = state.view.at(alpha)[:2].tolist()
    right, up, size = right - shift_x, up - shift_y, a * d - b * c
    if size == 0:
        raise EngineError(
            f"Camera {state.entity} shows the whole world in one point or line, so a place on the screen is no "
            "place in the world: give it a smaller height or a larger zoom."
        )
    return (d * right - b * up) / size, (a * up - c * right) / size
