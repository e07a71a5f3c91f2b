"""What an effect is, and the component that lays effects over a picture."""

from __future__ import annotations

import os
from typing import Any

from ecs_engine.core.errors import EngineError
from ecs_engine.files import FileName
from ecs_engine.frame.passes import Pass, Shader


class Effect:
    """A fragment shader of your own, run over every pixel of a picture. See docs/effects.md.

    Args:
        shader: its text, which begins with ``#include "effect.glsl"``.
        name: what errors call it.
        values: of its uniforms: a number for a float or an int, as many as it has for a vector or an array. They are
            in :attr:`values`, and may be changed at any time by systems.

    :meth:`from_file` takes a file instead. Subclasses that do more than one pass override :meth:`passes`. Logic thread.

    Example:
        >>> from ecs_engine import Effect
        >>> grey = Effect('''
        ... #include "effect.glsl"
        ... uniform float amount;
        ... void main() {
        ...     vec4 here = texture(picture, place);
        ...     color = vec4(mix(here.rgb, vec3(dot(here.rgb, vec3(0.3, 0.6, 0.1))), amount), here.a);
        ... }
        ... ''', name="grey", amount=0.5)
        >>> grey.values["amount"] = 0.75
    """

    shader: Shader

    def __init__(self, shader: str, /, *, name: str = "effect", **values: Any) -> None:
        if not (isinstance(shader, str) and "{" in shader):
            raise EngineError(
                f"An Effect was given {shader!r} for the text of its shader: give GLSL, or write "
                "Effect.from_file(name) for a file."
            )
        self.shader = Shader(name, shader)
        self.values = values

    @classmethod
    def from_file(cls, name: FileName, /, **values: Any) -> Effect:
        """An effect whose shader is in a file, found as pictures are (``App(files=...)``). In development it is read
        again whenever it changes. A file that is missing raises AssetError in the tick that first needs it."""
        effect = cls.__new__(cls)
        effect.shader = Shader(os.fspath(name), is_file=True)
        effect.values = values
        return effect

    def passes(self) -> tuple[Pass, ...]:
        """What is to be done, asked for in every tick."""
        return (Pass(self.shader, self.values),)


class Effects:
    """Lays effects over a picture, the first one first. An object component.

    On an entity with a Camera2D it is the picture of that camera. On any other it is the whole picture of a window,
    with all cameras in it, in the pixels of the window.

    Args:
        chain: effects.
        window: the number of the window, where there is no camera.

    Raises:
        EngineError: one of them is no effect.

    Example:
        >>> from ecs_engine import Bloom, Camera2D, Effects, Transform2D, Vignette, World
        >>> world = World()
        >>> camera = world.create_entity(Transform2D(), Camera2D(), Effects(Bloom(), Vignette(strength=0.4)))
        >>> world.component_for_entity(camera, Effects).chain[1].strength = 0.6
    """

    def __init__(self, *chain: Effect, window: int = 0) -> None:
        self.chain: list[Effect] = list(chain)
        """May be changed at any time."""
        self.window = window
        for one in chain:
            if not isinstance(one, Effect):
                raise EngineError(f"Effects was given {one!r}, which is no effect: give Bloom(), Effect(...) or such.")
