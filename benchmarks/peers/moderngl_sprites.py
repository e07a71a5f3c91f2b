"""moderngl and numpy, written by hand: a point a sprite, which a geometry shader makes a quad, in a buffer that is
orphaned and written whole. Eight bytes a sprite go to the driver, in two calls. What stands is a buffer of its own."""

from __future__ import annotations

import glfw
import moderngl
from common import BACKGROUND, HEIGHT, MOVERS, SIDE, WIDTH, Field, Subject, picture, run
from PIL import Image

VERTEX = """#version 330
uniform vec2 window;
in vec2 place;
void main() { gl_Position = vec4(place / window * 2.0 - 1.0, 0.0, 1.0); }
"""
GEOMETRY = """#version 330
layout(points) in;
layout(triangle_strip, max_vertices = 4) out;
uniform vec2 size;
out vec2 at;
void main() {
    for (int corner = 0; corner < 4; corner++) {
        at = vec2(corner & 1, corner >> 1);
        gl_Position = gl_in[0].gl_Position + vec4((at * 2.0 - 1.0) * size, 0.0, 0.0);
        EmitVertex();
    }
}
"""
FRAGMENT = """#version 330
uniform sampler2D picture;
in vec2 at;
out vec4 colour;
void main() { colour = texture(picture, at); }
"""


def moving(count: int, standing: int = 0) -> Subject:
    glfw.init()
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 3)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    window = glfw.create_window(WIDTH, HEIGHT, "moderngl", None, None)
    glfw.make_context_current(window)
    glfw.swap_interval(0)
    context = moderngl.create_context()
    context.enable(moderngl.BLEND)
    program = context.program(VERTEX, FRAGMENT, GEOMETRY)
    program["window"] = WIDTH, HEIGHT
    program["size"] = SIDE / WIDTH, SIDE / HEIGHT
    texture = context.texture((SIDE, SIDE), 4, picture().tobytes())
    texture.filter = moderngl.NEAREST, moderngl.NEAREST
    texture.use()
    field = Field(count)
    places = context.buffer(reserve=field.place.nbytes, dynamic=True)
    drawn = [context.vertex_array(program, [(places, "2f", "place")])]
    if standing:
        still = context.buffer(Field(standing).place.tobytes())
        drawn.insert(0, context.vertex_array(program, [(still, "2f", "place")]))

    def draw() -> None:
        context.clear(*(value / 255 for value in BACKGROUND))
        for sprites in drawn:
            sprites.render(moderngl.POINTS)

    def frame() -> None:
        glfw.poll_events()
        places.orphan()
        places.write(field.step())
        draw()
        glfw.swap_buffers(window)

    def screenshot(path: str) -> None:
        draw()
        pixels = Image.frombytes("RGB", (WIDTH, HEIGHT), context.screen.read())
        pixels.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(path)

    return Subject(frame, lambda: context.info["GL_RENDERER"], screenshot)


if __name__ == "__main__":
    run("moderngl", moderngl.__version__, {"moving": moving, "static": lambda count: moving(MOVERS, count)})
