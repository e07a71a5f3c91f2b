"""Random calls on shaders, programs and uniforms, on fences, queries and debug output, and questions."""

from __future__ import annotations

from typing import Any

from ecs_engine.gpu import enums as gl

from .calls import Data, Name
from .state import UNIFORMS
from .steps import WRONG, Steps

VERTEX = """#version 330 core
layout(std140) uniform Camera { mat4 view; vec3 eye; float zoom; vec4 planes[3]; mat3 turn; float weights[2]; };
struct Light { vec3 place; float power; };
uniform Light lights[2];
layout(location = 1) in vec4 place;
layout(location = 0) in vec2 corner;
uniform samplerBuffer pose;
uniform int base;
out vec2 uv;
void main() {
    vec4 moved = texelFetch(pose, gl_VertexID + base) + place;
    uv = corner + lights[1].place.xy * lights[0].power + lights[0].place.xy * lights[1].power;
    gl_Position = view * vec4(moved.xyz * zoom + eye + turn * planes[1].xyz, 1.0) * weights[1];
}
"""
FRAGMENT = """#version 330 core
in vec2 uv;
uniform sampler2D page;
uniform vec4 tint;
uniform bool flip;
uniform float fade[3];
uniform vec2 shift;
out vec4 colour;
void main() { colour = texture(page, flip ? uv : shift - uv) * tint * fade[0] * fade[1] * fade[2]; }
"""
PLAIN_VERTEX = "#version 330 core\nuniform int base;\nvoid main() { gl_Position = vec4(float(base)); }\n"
PLAIN_FRAGMENT = "#version 330 core\nuniform vec4 tint;\nout vec4 colour;\nvoid main() { colour = tint; }\n"
OTHER_FRAGMENT = "#version 330 core\nin vec3 uv;\nout vec4 colour;\nvoid main() { colour = vec4(uv, 1.0); }\n"
BAD_SOURCES = [
    "#version 330 core\nvoid main() { gl_Position = vec4(0.0) }\n",
    "#version 330 core\nvoid main() { gl_Position = vec4(0.0);\n",
    "#version 999\nvoid main() {}\n",
    "#version 330 core\nuniform sampler9D x;\nvoid main() {}\n",
    "#version 330 core\nvoid main() { gl_Position = vec4(missing); }\n",
    "#version 330 core\nfloat a = 1.0\nvoid main() {}\n",
    "#version 330 core\nvoid main() { float a = 1.0; a = a a; }\n",
]
PROGRAM_FACTS = [
    gl.LINK_STATUS,
    gl.ACTIVE_UNIFORMS,
    gl.ACTIVE_ATTRIBUTES,
    gl.ACTIVE_UNIFORM_BLOCKS,
    gl.DELETE_STATUS,
    0x8B85,
    WRONG,
]
SHADER_FACTS = [gl.COMPILE_STATUS, gl.DELETE_STATUS, 0x8B4F, 0x8B88, WRONG]
BLOCK_FACTS = [gl.UNIFORM_BLOCK_DATA_SIZE, gl.UNIFORM_BLOCK_BINDING, gl.UNIFORM_BLOCK_ACTIVE_UNIFORMS, WRONG]
LIMITS = [
    gl.MAX_TEXTURE_SIZE, gl.MAX_VERTEX_ATTRIBS, gl.MAX_DRAW_BUFFERS, gl.MAX_VIEWPORT_DIMS, gl.NUM_EXTENSIONS,
    gl.MAJOR_VERSION, gl.MINOR_VERSION, gl.CONTEXT_PROFILE_MASK, WRONG,
]  # fmt: skip


class ProgramSteps(Steps):
    """Programs, fences, queries, debug output, questions."""

    def compile(self, kind: int, source: str) -> Name:
        shader = self.call("glCreateShader", kind, makes="shader")
        self.call("glShaderSource", shader, source)
        self.call("glCompileShader", shader)
        self.call("glGetShaderiv", shader, gl.COMPILE_STATUS)
        return shader

    def program(self, vertex: str = VERTEX, fragment: str = FRAGMENT) -> Name:
        program = self.call("glCreateProgram", makes="program")
        for kind, source in ((gl.VERTEX_SHADER, vertex), (gl.FRAGMENT_SHADER, fragment)):
            shader = self.compile(kind, source)
            self.call("glAttachShader", program, shader)
            self.call("glDeleteShader", shader)
            self.live["shader"].remove(shader)
        self.call("glLinkProgram", program)
        self.call("glGetProgramiv", program, gl.LINK_STATUS)
        self.call("glUseProgram", program)
        return program

    def first_program(self) -> None:
        """One of many uniforms; its samplers of two types are given two units."""
        self.uniform_of(self.program(), "pose", "glUniform1i", 1)

    def another_program(self) -> None:
        sources = ((PLAIN_VERTEX, PLAIN_FRAGMENT), (VERTEX, OTHER_FRAGMENT), (PLAIN_VERTEX, VERTEX))
        self.program(*self.pick(*sources))

    def drop_program(self) -> None:
        if len(self.live["program"]) > 1:
            program = self.live["program"].pop()
            self.call("glDeleteProgram", program)
        else:
            function, kind = self.pick(
                ("glDeleteProgram", "program"), ("glLinkProgram", "program"), ("glDeleteShader", "shader"),
                ("glDeleteSync", "sync"),
            )  # fmt: skip
            self.call(function, Name(kind, self.pick(0, -1)))

    def use(self) -> None:
        self.call("glUseProgram", self.name("program"))

    def uniform_of(self, program: Name, uniform: str, function: str, *args: Any) -> None:
        """Set a uniform at the place that each side says."""
        place = self.call("glGetUniformLocation", program, uniform, makes="place")
        if place.number:
            self.call(function, place, *args)

    def uniform(self) -> None:
        uniform = self.pick(*UNIFORMS, "lights[1].power", "nothing")
        function, *args = self.pick(
            ("glUniform1i", self.pick(0, 1, 1000, -1)), ("glUniform1f", 0.5), ("glUniform4f", 1.0, 0.5, 0.25, 0.0),
            (f"glUniform{self.pick(1, 2, 3, 4)}fv", self.pick(0, 1, 2, 5, -1), Data(self.pick(0, 64))),
        )  # fmt: skip
        if uniform in ("pose", "page") and function == "glUniform1i":
            args = [self.pick(1 if uniform == "pose" else 0, 1000, -1)]  # Two types may not share a unit.
        if self.chance(0.2):
            self.call(function, self.pick(900, -1), *args)  # Which place is which uniform's is the driver's choice.
        else:
            self.uniform_of(self.name("program"), uniform, function, *args)

    def program_facts(self) -> None:
        for _ in range(3):
            self.program_fact(self.name("program"))
            self.program_fact(self.live["program"][0] if self.live["program"] else Name("program", 0))

    def program_fact(self, program: Name) -> None:
        index = self.pick(0, 0, 9)
        function, *args = self.pick(
            *[("glGetProgramiv", self.pick(*PROGRAM_FACTS))] * 3, ("glGetUniformLocation", "nothing"),
            ("glGetActiveUniformBlockName", index), ("glGetActiveUniformBlockiv", index, self.pick(*BLOCK_FACTS)),
            ("glUniformBlockBinding", index, self.pick(0, 1, 1000)),
            ("glGetAttribLocation", self.pick("place", "corner", "nothing")), ("glGetProgramInfoLog",),
            ("glGetActiveUniform", index * 11), ("glGetActiveAttrib", index * 11),
            ("glGetActiveUniformsiv", [index * 11], self.pick(gl.UNIFORM_TYPE, WRONG)),
        )  # fmt: skip
        self.call(function, program, *args)

    def shader_life(self) -> None:
        kind = self.pick(gl.VERTEX_SHADER, gl.VERTEX_SHADER, gl.FRAGMENT_SHADER, gl.GEOMETRY_SHADER, WRONG)
        shader = self.compile(kind, self.pick(*BAD_SOURCES, VERTEX if kind == gl.VERTEX_SHADER else PLAIN_FRAGMENT))
        program, first = self.name("program"), self.live["program"][0] if self.live["program"] else Name("program", 0)
        for function, *args in (
            ("glDetachShader", program, shader), ("glAttachShader", first, shader), ("glAttachShader", first, shader),
            ("glGetShaderiv", shader, self.pick(*SHADER_FACTS)), ("glGetShaderInfoLog", shader),
            ("glDetachShader", first, shader), ("glDeleteShader", shader),
            ("glGetShaderiv", shader, gl.DELETE_STATUS), ("glCompileShader", program),
        ):  # fmt: skip
            self.call(function, *args)
        if shader in self.live["shader"]:
            self.live["shader"].remove(shader)

    # -- fences and queries ------------------------------------------------------------------------
    def sync(self) -> None:
        condition = self.pick(gl.SYNC_GPU_COMMANDS_COMPLETE, gl.SYNC_GPU_COMMANDS_COMPLETE, WRONG)
        fence = self.call("glFenceSync", condition, self.pick(0, 0, 1), makes="sync")
        if fence.number == 0:
            self.call("glDeleteSync", fence)
            return
        self.live["sync"].remove(fence)
        self.call("glFinish")
        self.call("glClientWaitSync", fence, self.pick(0, 1, 8), 0)
        self.call("glWaitSync", fence, self.pick(0, 0, 1), self.pick(gl.TIMEOUT_IGNORED, gl.TIMEOUT_IGNORED, 5))
        self.call("glDeleteSync", fence)

    def timer(self) -> None:
        query = self.generate("query")
        self.call("glGetQueryObjectiv", query, gl.QUERY_RESULT_AVAILABLE)  # never issued
        self.call("glQueryCounter", query, self.pick(gl.TIMESTAMP, gl.TIMESTAMP, WRONG))
        self.call("glFinish")
        for function in ("glGetQueryObjectiv", "glGetQueryObjectui64v"):
            self.call(function, query, self.pick(gl.QUERY_RESULT_AVAILABLE, WRONG))
        self.call("glGetQueryiv", self.pick(gl.TIMESTAMP, WRONG), self.pick(gl.QUERY_COUNTER_BITS, WRONG))
        self.call("glGetInteger64v", gl.TIMESTAMP)
        if self.chance(0.5):
            self.live["query"].remove(query)
            self.call("glDeleteQueries", [query, self.pick(query, Name("query", -1))])
            self.call("glGetQueryObjectiv", query, gl.QUERY_RESULT_AVAILABLE)

    # -- debug output ------------------------------------------------------------------------------
    def label(self) -> None:
        kind, names = self.pick((gl.BUFFER, "buffer"), (gl.TEXTURE, "texture"), (WRONG, "buffer"))
        self.call("glObjectLabel", kind, self.name(names), self.pick("sprites", "x" * 300))

    def debug(self) -> None:
        source = self.pick(gl.DEBUG_SOURCE_APPLICATION, gl.DEBUG_SOURCE_THIRD_PARTY, gl.DEBUG_SOURCE_API, WRONG)
        name, *args = self.pick(
            ("glPushDebugGroup", source, 3, self.pick("sprites", "text")), ("glPopDebugGroup",),
            ("glDebugMessageCallback", None),
            ("glDebugMessageControl", self.pick(gl.DONT_CARE, WRONG), self.pick(gl.DONT_CARE, gl.DEBUG_TYPE_ERROR),
             self.pick(gl.DONT_CARE, gl.DEBUG_SEVERITY_LOW, WRONG), self.pick(True, False)),
        )  # fmt: skip
        self.call(name, *args)
        if name == "glPushDebugGroup" and self.chance(0.7):
            self.call("glPopDebugGroup")

    # -- questions ---------------------------------------------------------------------------------
    def question(self) -> None:
        name, *args = self.pick(
            *[("glGetIntegerv", self.pick(*LIMITS))] * 3, ("glGetStringi", gl.EXTENSIONS, self.pick(0, 5, 99999)),
            ("glGetString", self.pick(gl.VERSION, gl.RENDERER, WRONG)), ("glGetGraphicsResetStatus",), ("glGetError",),
        )  # fmt: skip
        self.call(name, *args)
