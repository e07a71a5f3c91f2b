"""Defects: textures, framebuffers, frames."""

from __future__ import annotations

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL

from .parts import (
    PULLING,
    SAMPLING,
    ZEROES,
    check_errors,
    defect,
    draw,
    make_buffer,
    make_buffer_texture,
    make_program,
    make_target,
    make_texture,
    ready,
)


@defect("sampler without a texture", "sampler 'page' of program 1 reads unit 0, where nothing is bound; bind a texture")
def nothing_bound(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    draw(fake)


@defect("incomplete texture", "texture 1, which is incomplete and reads as black; set its filter or its mipmap levels")
def incomplete(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_texture(fake, filter=gl.LINEAR_MIPMAP_LINEAR)
    draw(fake)


@defect("texture never written", "sampler 'page' reads texture 1, which was never written to; upload or clear it")
def never_written(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_texture(fake, data=0)
    draw(fake)


@defect("layer never written", "sampler 'page' reads layer 1 of texture 1, which was never written to")
def layer_never_written(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING.replace("sampler2D", "sampler2DArray").replace("vec2(0.5)", "vec3(0.5)"))
    fake.glBindTexture(gl.TEXTURE_2D_ARRAY, fake.glGenTextures(1)[0])
    form = (gl.RGBA, gl.UNSIGNED_BYTE)
    fake.glTexImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.RGBA8, 4, 4, 2, 0, *form, 0)
    fake.glTexSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, 0, 4, 4, 1, *form, ZEROES)
    fake.glTexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
    draw(fake)


@defect("read of an image never written", "glReadPixels: texture 1 was never written to, so this reads anything")
def read_never_written(fake: FakeGL) -> None:
    make_target(fake, make_texture(fake, data=0))
    fake.glReadPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, ZEROES)


@defect(
    "blend over an image never written", "blends with attachment 0x8ce0 of framebuffer 1, which was never written to"
)
def blend_over_nothing(fake: FakeGL) -> None:
    ready(fake)
    make_target(fake, make_texture(fake, data=0))
    fake.glEnable(gl.BLEND)
    draw(fake)


@defect(
    "sampler of another kind", "sampler 'page' gives floats and texture 1 holds uints, so that its values are undefined"
)
def sampler_of_another_kind(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_texture(fake, integer=True)
    draw(fake)


@defect("buffer sampler of another kind", "sampler 'order' gives uints and texture 1 holds floats")
def buffer_sampler_of_another_kind(fake: FakeGL) -> None:
    ready(fake, PULLING)
    make_buffer_texture(fake, 64, gl.R32F)
    draw(fake)


@defect(
    "two kinds of sampler on one unit",
    "samplers of two types use texture unit 0; give each a unit of its own",
    sets_error=True,
)
def two_kinds_on_one_unit(fake: FakeGL) -> None:
    ready(fake, PULLING, SAMPLING)
    make_buffer_texture(fake, 64)
    make_texture(fake)
    draw(fake)
    check_errors(fake)


@defect("buffer texture without a buffer", "sampler 'order' reads buffer texture 1, which has no buffer; give it one")
def no_buffer(fake: FakeGL) -> None:
    ready(fake, PULLING)
    fake.glBindTexture(gl.TEXTURE_BUFFER, fake.glGenTextures(1)[0])
    draw(fake)


@defect("buffer texture too long", "buffer 1 holds 65537 texels and GL_MAX_TEXTURE_BUFFER_SIZE is 65536.*so split it",
        limits={"max_texture_buffer_size": 65536})  # fmt: skip
def too_many_texels(fake: FakeGL) -> None:
    make_buffer(fake, 65537 * 4, gl.TEXTURE_BUFFER, data=0)
    fake.glBindTexture(gl.TEXTURE_BUFFER, fake.glGenTextures(1)[0])
    fake.glTexBuffer(gl.TEXTURE_BUFFER, gl.R32UI, 1)


@defect(
    "feedback loop", "sampler 'page' reads texture 1 while framebuffer 1 draws to it; draw to another, and swap the two"
)
def feedback(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_target(fake, make_texture(fake))
    draw(fake)


@defect("texture 0 changed", "no texture is bound to unit 0, so this changes texture 0; bind one first")
def texture_zero(fake: FakeGL) -> None:
    fake.glTexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)


@defect("redundant call", r"2 calls of frame 1 set what was set already: glUseProgram\(1\), glEnable\(3042\); remember")
def redundant(fake: FakeGL) -> None:
    make_program(fake)
    fake.glEnable(gl.BLEND)
    fake.end_frame()
    fake.glUseProgram(1)
    fake.glEnable(gl.BLEND)
    fake.end_frame()
    fake.assert_no_redundant_calls()


@defect("debug group left open", "debug group 'sprites' is open at the end of the frame; pop each group")
def open_group(fake: FakeGL) -> None:
    fake.glPushDebugGroup(gl.DEBUG_SOURCE_APPLICATION, 0, "sprites")
    fake.end_frame()
