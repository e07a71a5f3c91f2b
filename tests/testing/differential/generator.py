"""Random sequences of calls, valid and invalid, over every function that the engine calls."""

from __future__ import annotations

from collections.abc import Callable

from ecs_engine.gpu import enums as gl
from ecs_engine.testing.fake_gl.formats import FORMATS

from .buffer_steps import BufferSteps
from .calls import ZEROES, Data, Name, Out
from .image_steps import GOOD, PIXELS, ImageSteps
from .program_steps import PLAIN_FRAGMENT, PLAIN_VERTEX, ProgramSteps


class Generator(BufferSteps, ImageSteps, ProgramSteps):
    """Random calls over one pair; the same seed makes the same calls."""

    def steps(self) -> list[Callable[[], object]]:
        """What may come next; some of it comes more often."""
        return [
            *[self.generate] * 2, self.delete, *[self.bind_buffer] * 3, *[self.fill_buffer] * 3, self.write_buffer,
            self.read_buffer, self.copy_buffer, self.map_buffer, self.unmap_buffer, self.bind_indexed, self.bind_array,
            *[self.attribute] * 4, self.bind_texture, self.bind_texture, self.tex_image, self.tex_sub_image,
            self.get_tex_image, self.tex_parameter, self.mipmap, self.tex_buffer, self.bind_framebuffer,
            self.attach, self.attach, self.renderbuffer, self.status, self.buffers_drawn, self.clear, self.read_pixels,
            self.blit, *[self.fixed] * 2, self.pixel_store, *[self.draw] * 2, *[self.ready_draw] * 2,
            *[self.uniform] * 2, self.use, self.program_facts, self.shader_life, self.another_program,
            self.drop_program, self.sync, self.timer, self.label, *[self.debug] * 2, self.question,
            *[self.ready_buffers] * 2, *[self.ready_texture] * 2, self.ready_framebuffer,
        ]  # fmt: skip

    def ready_draw(self) -> None:
        """Draws with all that they read, indices and vertices of zeroes; what comes next may take some of it away."""
        self.call("glBindFramebuffer", gl.FRAMEBUFFER, Name("framebuffer", 0))
        if self.chance(0.5):
            self.program(PLAIN_VERTEX, PLAIN_FRAGMENT)
        else:
            self.first_program()
            self.ready_textures()
        self.call("glBindVertexArray", self.generate("array"))
        for target in (gl.ELEMENT_ARRAY_BUFFER, gl.UNIFORM_BUFFER, gl.ARRAY_BUFFER):
            self.call("glBindBuffer", target, self.generate("buffer"))
            self.call("glBufferData", target, 1024, Data(ZEROES), gl.STATIC_DRAW)
            if target == gl.UNIFORM_BUFFER:
                self.call("glBindBufferBase", target, 0, self.live["buffer"][-1])
        for index in (0, 1):
            self.call("glVertexAttribPointer", index, 4, gl.FLOAT, False, self.pick(0, 16), self.pick(0, 16))
            self.call("glEnableVertexAttribArray", index)
        self.call("glVertexAttribIPointer", 2, 2, gl.INT, 16, 0)
        for _ in range(3):
            self.draw()

    def ready_textures(self) -> None:
        """What the samplers of the first program read: buffer texture and texture, on units 1 and 0."""
        self.call("glBindBuffer", gl.TEXTURE_BUFFER, self.generate("buffer"))
        self.call("glBufferData", gl.TEXTURE_BUFFER, 1024, Data(ZEROES), gl.STATIC_DRAW)
        self.call("glActiveTexture", gl.TEXTURE0 + 1)
        self.call("glBindTexture", gl.TEXTURE_BUFFER, self.generate("texture"))
        self.call("glTexBuffer", gl.TEXTURE_BUFFER, gl.RGBA32F, self.live["buffer"][-1])
        self.call("glActiveTexture", gl.TEXTURE0)
        self.call("glBindBuffer", gl.PIXEL_UNPACK_BUFFER, Name("buffer", 0))
        self.call("glBindTexture", gl.TEXTURE_2D, self.generate("texture"))
        self.call("glTexImage2D", gl.TEXTURE_2D, 0, gl.RGBA8, 4, 4, 0, gl.RGBA, gl.UNSIGNED_BYTE, Data())
        self.call("glTexParameteri", gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)

    def run(self, calls: int) -> None:
        """Make at least so many calls, and compare what is in every buffer and texture at their end.

        Raises:
            Disagreement: the sides differ.
        """
        steps = self.steps()
        if self.chance(0.5):
            self.first_program()
        while len(self.calls) < calls:
            self.random.choice(steps)()
        self.read_everything()

    def read_everything(self) -> None:
        """The contents of every buffer and every texture that is left."""
        fake = self.pair.fake
        for buffer in self.live["buffer"]:
            made = fake.buffers.made.get(self.pair.names[buffer][0])
            if made is not None:
                self.call("glBindBuffer", gl.COPY_READ_BUFFER, buffer)
                self.call("glGetBufferSubData", gl.COPY_READ_BUFFER, 0, made.size, Out(made.size))
        self.call("glBindBuffer", gl.PIXEL_PACK_BUFFER, Name("buffer", 0))
        for texture in self.live["texture"]:
            image = fake.textures.made.get(self.pair.names[texture][0])
            if image is None or image.target not in (gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY):
                continue
            self.call("glBindTexture", image.target, texture)
            for level, texels in image.levels.items():
                for internal, format, kind in PIXELS[:GOOD]:
                    if FORMATS.get(internal) == texels.format:
                        out = Out(4096, kind == gl.FLOAT, level > 0)
                        self.call("glGetTexImage", image.target, level, format, kind, out)
