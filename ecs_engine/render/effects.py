"""Effects: a finished picture goes through a chain of passes on its way to the screen."""

from __future__ import annotations

import logging
from math import ceil
from typing import NamedTuple

from ecs_engine.core.errors import ShaderError
from ecs_engine.core.screen import Box, Size
from ecs_engine.frame.passes import START, Pass, Shader
from ecs_engine.gpu import Device, Framebuffer, QuadIndices
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.state import Blend
from ecs_engine.render.effect_program import OTHER_UNIT, PICTURE_UNIT, EffectProgram, Signature, signature_of
from ecs_engine.render.targets import Targets

Chain = tuple[tuple[Pass, ...], ...]
"""Effects, one after the other, each of one or more passes."""
Ready = list[tuple[tuple[Pass, ...], list[EffectProgram]]]
"""Effects that can be drawn, and the programs of their passes; never empty."""
Key = tuple[Shader, Signature]

_COPY = Pass(Shader("copy"))

log = logging.getLogger("ecs_engine")


class Destination(NamedTuple):
    """Where the result of a chain goes."""

    framebuffer: int
    box: Box
    scissor: Box | None
    blend: Blend | None
    """None replaces what is there."""


class PostProcess:
    """Runs chains of passes. Context thread only.

    A shader that does not compile raises ShaderError; while :attr:`development` is on, the last one of its file that
    did compile goes on instead (without one, the effect is left out), and :attr:`faults` says why.
    """

    def __init__(self, device: Device, targets: Targets, quads: QuadIndices) -> None:
        self.device = device
        self.development = False
        self.faults: dict[str, str] = {}
        """What is wrong with shaders that this frame should have used: name -> the error."""
        self._targets = targets
        self._quads = quads
        self._programs: dict[Key, EffectProgram] = {}
        self._broken: dict[Key, str] = {}

    def prepare(self, chain: Chain) -> Ready:
        """Have a chain ready to be drawn, before anything is bound for that.

        Raises:
            ShaderError: see above.
        """
        effects = [(effect, programs) for effect in chain if (programs := self._programs_of(effect))]
        return effects or [((_COPY,), [self._compiled(_COPY)])]

    def over_view(self, effects: Ready, picture: Framebuffer, time: float, to: Destination) -> None:
        """Draw ``picture`` through effects.

        Args:
            time: seconds of game time.

        Raises:
            GLError: the driver cannot draw to a picture of that size.
        """
        size, start = (picture.width, picture.height), picture
        for effect, programs in effects:
            last = programs is effects[-1][1]
            result = self._run(effect, programs, start, size, time, to if last else None)
            if start is not picture:
                self._targets.give(start)
            start = result

    def _run(
        self,
        effect: tuple[Pass, ...],
        programs: list[EffectProgram],
        start: Framebuffer,
        size: Size,
        time: float,
        to: Destination | None,
    ) -> Framebuffer:
        """Draw the passes of one effect, the last of them to its destination, or else to the target that is returned:
        the caller gives it back."""
        results: list[Framebuffer] = []
        for index, (one, program) in enumerate(zip(effect, programs, strict=True)):
            before = results[-1] if results else start
            other = start if one.other == START else results[one.other]
            if to is not None and index == len(effect) - 1:
                self._begin_last(to)
            else:
                results.append(self._begin(one, size))
            self._draw(one, program, before, other, time)
        result = start if to is not None else results.pop()
        for target in results:
            self._targets.give(target)
        return result

    def _begin_last(self, to: Destination) -> None:
        state = self.device.state
        state.bind_framebuffer(to.framebuffer)
        state.viewport(*to.box)
        state.scissor(to.scissor)
        state.blend(to.blend)

    def over_box(self, chain: Chain, box: Box, time: float) -> None:
        """Draw what is in a box of the bound framebuffer through the chain, back to the same place. Raises as both."""
        if 0 in box[2:]:
            return
        effects = self.prepare(chain)
        state = self.device.state
        framebuffer = max(state.framebuffer, 0)
        left, bottom, width, height = box
        picture = self._targets.take((width, height))
        state.scissor(None)  # it would cut the copy
        state.bind_framebuffer(framebuffer, c.READ_FRAMEBUFFER)
        state.bind_framebuffer(picture.id, c.DRAW_FRAMEBUFFER)
        self.device.gl.glBlitFramebuffer(
            left, bottom, left + width, bottom + height, 0, 0, width, height, c.COLOR_BUFFER_BIT, c.NEAREST
        )
        self.over_view(effects, picture, time, Destination(framebuffer, box, None, None))
        self._targets.give(picture)

    def _begin(self, one: Pass, size: Size) -> Framebuffer:
        """A target for the result of a pass, bound, all of it to be drawn over."""
        width, height = (max(ceil(side * one.scale), 1) for side in size)
        target = self._targets.take((width, height))
        target.bind()
        self.device.state.scissor(None)
        self.device.state.blend(None)
        return target

    def _draw(self, one: Pass, program: EffectProgram, picture: Framebuffer, other: Framebuffer, time: float) -> None:
        program.use(one, time)
        if program.has_picture:
            picture.color.bind(PICTURE_UNIT)
        if program.has_other:
            other.color.bind(OTHER_UNIT)
        self._quads.draw(1)

    # -- shaders ---------------------------------------------------------------------------------------
    def _programs_of(self, effect: tuple[Pass, ...]) -> list[EffectProgram]:
        """Of each pass; none if one of them has none."""
        found = [self._program(one) for one in effect]
        return [program for program in found if program is not None] if None not in found else []

    def _program(self, one: Pass) -> EffectProgram | None:
        if not self.development:
            return self._compiled(one)
        key = (one.shader, signature_of(one))
        try:
            if key not in self._broken:
                return self._compiled(one)
        except ShaderError as error:
            log.error("%s", error)
            self._broken[key] = str(error)
        self.faults[one.shader.name] = self._broken[key]
        return next((program for _, program in self._others(key)), None)

    def _compiled(self, one: Pass) -> EffectProgram:
        key = (one.shader, signature_of(one))
        program = self._programs.get(key)
        if program is None:
            program = self._programs[key] = EffectProgram(self.device, one.shader, one)
            for other, old in self._others(key):
                old.delete()
                del self._programs[other]
            for other in [other for other in self._broken if other[0].name == one.shader.name]:
                del self._broken[other]
        return program

    def _others(self, key: Key) -> list[tuple[Key, EffectProgram]]:
        """Programs of the same file with the same values, and another text."""
        shader, signature = key
        return [
            (other, program)
            for other, program in self._programs.items()
            if shader.is_file and other[0].name == shader.name and other[1] == signature and other != key
        ]

    def restore(self) -> None:
        """The context was made anew."""
        for program in self._programs.values():
            program.restore()

    def delete(self) -> None:
        for program in self._programs.values():
            program.delete()
        self._programs.clear()
