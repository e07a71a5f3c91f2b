"""Capabilities, blending, depth, viewport, scissor and pixel storage modes."""

from __future__ import annotations

from math import isnan

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_value
from ecs_engine.testing.fake_gl.limits import KHR_DEBUG
from ecs_engine.testing.fake_gl.memory import PACK, UNPACK

DEBUG_CAPABILITIES = frozenset({enums.DEBUG_OUTPUT, enums.DEBUG_OUTPUT_SYNCHRONOUS})
CAPABILITIES = frozenset({
    enums.BLEND, enums.DEPTH_TEST, enums.SCISSOR_TEST, enums.CULL_FACE, enums.DEBUG_OUTPUT,
    enums.DEBUG_OUTPUT_SYNCHRONOUS, enums.FRAMEBUFFER_SRGB, enums.MULTISAMPLE, enums.PRIMITIVE_RESTART,
    # COLOR_LOGIC_OP DEPTH_CLAMP DITHER LINE_SMOOTH POLYGON_OFFSET_FILL/LINE/POINT POLYGON_SMOOTH
    0x0BF2, 0x864F, 0x0BD0, 0x0B20, 0x8037, 0x2A02, 0x2A01, 0x0B41,
    # PROGRAM_POINT_SIZE RASTERIZER_DISCARD SAMPLE_ALPHA_TO_COVERAGE/_ONE SAMPLE_COVERAGE STENCIL_TEST CUBE_MAP_SEAMLESS
    0x8642, 0x8C89, 0x809E, 0x809F, 0x80A0, 0x0B90, 0x884F,
})  # fmt: skip
BLEND_FACTORS = frozenset({
    enums.ZERO, enums.ONE, enums.SRC_COLOR, enums.ONE_MINUS_SRC_COLOR, enums.SRC_ALPHA, enums.ONE_MINUS_SRC_ALPHA,
    enums.DST_ALPHA, enums.ONE_MINUS_DST_ALPHA, enums.DST_COLOR, enums.ONE_MINUS_DST_COLOR,
    # SRC_ALPHA_SATURATE, the four of the constant colour, the four of the second source
    0x0308, 0x8001, 0x8002, 0x8003, 0x8004, 0x88F9, 0x8589, 0x88FA, 0x88FB,
})  # fmt: skip
BLEND_EQUATIONS = frozenset({enums.FUNC_ADD, enums.FUNC_SUBTRACT, enums.FUNC_REVERSE_SUBTRACT, enums.MIN, enums.MAX})
ALIGNMENTS = frozenset({enums.UNPACK_ALIGNMENT, enums.PACK_ALIGNMENT})


class FixedState(Context):
    """The switches and values that are not objects."""

    def _capability(self, cap: int) -> int:
        if cap not in CAPABILITIES or (cap in DEBUG_CAPABILITIES and not self.has(KHR_DEBUG)):
            raise invalid_enum(f"{cap:#x} is not a capability of this context")
        return cap

    @command(None)
    def glEnable(self, cap: int) -> None:
        self.count_redundant(self._capability(cap) in self.caps, "glEnable", cap)
        self.caps.add(cap)

    @command(None)
    def glDisable(self, cap: int) -> None:
        self.count_redundant(self._capability(cap) not in self.caps, "glDisable", cap)
        self.caps.discard(cap)

    @command(None)
    def glBlendFuncSeparate(self, src_rgb: int, dst_rgb: int, src_alpha: int, dst_alpha: int) -> None:
        factors = (src_rgb, dst_rgb, src_alpha, dst_alpha)
        for factor in factors:
            if factor not in BLEND_FACTORS:
                raise invalid_enum(f"{factor:#x} is not a blend factor")
        self.count_redundant(self.blend == factors, "glBlendFuncSeparate", *factors)
        self.blend = factors

    @command(None)
    def glBlendEquation(self, mode: int) -> None:
        if mode not in BLEND_EQUATIONS:
            raise invalid_enum(f"{mode:#x} is not a blend equation")
        self.count_redundant(self.blend_equation == mode, "glBlendEquation", mode)
        self.blend_equation = mode

    @command(None)
    def glDepthFunc(self, func: int) -> None:
        if not enums.NEVER <= func <= enums.ALWAYS:
            raise invalid_enum(f"{func:#x} is not a comparison")
        self.count_redundant(self.depth_func == func, "glDepthFunc", func)
        self.depth_func = func

    @command(None)
    def glDepthMask(self, flag: bool) -> None:
        self.count_redundant(self.depth_mask == bool(flag), "glDepthMask", flag)
        self.depth_mask = bool(flag)

    @command(None)
    def glCullFace(self, mode: int) -> None:
        if mode not in (enums.FRONT, enums.BACK, enums.FRONT_AND_BACK):
            raise invalid_enum(f"{mode:#x} is not a face")
        self.count_redundant(self.cull_face == mode, "glCullFace", mode)
        self.cull_face = mode

    @command(None)
    def glViewport(self, x: int, y: int, width: int, height: int) -> None:
        if width < 0 or height < 0:
            raise invalid_value(f"viewport size {width} x {height} is negative")
        widest, tallest = self.limits.max_viewport_dims
        viewport = (x, y, min(width, widest), min(height, tallest))
        self.count_redundant(self.viewport == viewport, "glViewport", *viewport)
        self.viewport = viewport

    @command(None)
    def glScissor(self, x: int, y: int, width: int, height: int) -> None:
        if width < 0 or height < 0:
            raise invalid_value(f"scissor size {width} x {height} is negative")
        self.count_redundant(self.scissor == (x, y, width, height), "glScissor", x, y, width, height)
        self.scissor = (x, y, width, height)

    @command(None)
    def glClearColor(self, red: float, green: float, blue: float, alpha: float) -> None:
        colour = (red, green, blue, alpha)
        if any(map(isnan, colour)):
            self.mistake(f"the clear colour {colour} is NaN; look at what computes it")
        self.count_redundant(self.clear_color == colour, "glClearColor", *colour)
        self.clear_color = colour

    @command(None)
    def glPixelStorei(self, pname: int, param: int) -> None:
        if pname not in UNPACK and pname not in PACK:
            raise invalid_enum(f"{pname:#x} is not a pixel storage mode that FakeGL keeps")
        if param < 0 or (pname in ALIGNMENTS and param not in (1, 2, 4, 8)):
            raise invalid_value(f"{param} is not allowed for pixel storage mode {pname:#x}")
        initial = 4 if pname in ALIGNMENTS else 0
        self.count_redundant(self.pixel_store.get(pname, initial) == param, "glPixelStorei", pname, param)
        self.pixel_store[pname] = param
