"""The doctor's child process: makes one context and prints what it is, as a line of JSON.

`python -m ecs_engine.doctor_probe window|headless`. It asks GLFW for OpenGL's query functions and calls them
itself, past the engine's own start-up: so that it can still speak where that one fails.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

from ecs_engine.gpu import enums


def gl_function(glfw: Any, name: str, result: Any, *arguments: Any) -> Any:
    """The OpenGL function `name` of the current context."""
    address = glfw.get_proc_address(name)
    if not address:
        raise RuntimeError(f"the driver has no function {name}")
    return ctypes.cast(address, ctypes.CFUNCTYPE(result, *arguments))


def describe(glfw: Any) -> dict[str, Any]:
    """What the current context says of itself: its strings, its number and its extensions."""
    get_string = gl_function(glfw, "glGetString", ctypes.c_char_p, ctypes.c_uint)
    get_string_at = gl_function(glfw, "glGetStringi", ctypes.c_char_p, ctypes.c_uint, ctypes.c_uint)
    get_integer = gl_function(glfw, "glGetIntegerv", None, ctypes.c_uint, ctypes.POINTER(ctypes.c_int))

    def text(name: int) -> str:
        return (get_string(name) or b"").decode(errors="replace")

    def number(name: int) -> int:
        value = ctypes.c_int()
        get_integer(name, ctypes.byref(value))
        return value.value

    if not text(enums.VERSION):
        return {"error": "a context was made, but it does not tell its version: no driver stands behind it"}
    count = number(enums.NUM_EXTENSIONS)
    return {
        "vendor": text(enums.VENDOR),
        "renderer": text(enums.RENDERER),
        "version": text(enums.VERSION),
        "number": [number(enums.MAJOR_VERSION), number(enums.MINOR_VERSION)],
        "extensions": [(get_string_at(enums.EXTENSIONS, i) or b"").decode(errors="replace") for i in range(count)],
    }


def look(kind: str) -> dict[str, Any]:
    """Make a hidden window and its context, describe it, and clean up."""
    import glfw as glfw_module

    glfw: Any = glfw_module  # its stubs say str where it gives bytes, and refuse the None that it takes
    errors: list[str] = []
    glfw.set_error_callback(lambda code, text: errors.append(text.decode(errors="replace")))
    answer: dict[str, Any] = {"glfw": glfw.get_version_string().decode(errors="replace")}
    if kind == "headless":
        glfw.init_hint(glfw.PLATFORM, glfw.PLATFORM_NULL)
    if not glfw.init():
        return {**answer, "error": "; ".join(errors) or "GLFW does not start"}
    try:
        glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
        glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 3)
        glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
        glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
        if kind == "headless":
            glfw.window_hint(glfw.CONTEXT_CREATION_API, glfw.OSMESA_CONTEXT_API)
        elif sys.platform == "darwin":
            glfw.window_hint(glfw.OPENGL_FORWARD_COMPAT, glfw.TRUE)  # macOS gives no core profile without it
        window = glfw.create_window(64, 64, "ecs-engine doctor", None, None)
        if not window:
            return {**answer, "error": "; ".join(errors) or "GLFW makes no window"}
        glfw.make_context_current(window)
        answer |= describe(glfw)
        glfw.make_context_current(None)
        glfw.destroy_window(window)
        return answer
    finally:
        glfw.terminate()


def main() -> None:
    """Look, and print the findings; what goes wrong is a finding too."""
    if len(sys.argv) != 2 or sys.argv[1] not in ("window", "headless"):
        sys.exit(__doc__)
    try:
        answer = look(sys.argv[1])
    except Exception as error:  # whatever it is, the doctor wants to hear of it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
