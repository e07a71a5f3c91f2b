"""Windows and their OpenGL contexts: a real one, a headless one, and the protocol both keep.

``GlfwWindow`` is in ``ecs_engine.window.glfw_window`` and ``HeadlessWindow`` in ``ecs_engine.window.headless``; they
are not imported here, so that this package loads without glfw. Making a window does the first half of start-up in the
only right order (glfw init, hints, window); the owner then makes the context current and lets ``ecs_engine.gpu``, the
one package that touches OpenGL, load and verify it.
"""

from __future__ import annotations

from ecs_engine.window.window import CursorMode, Image, Window

__all__ = ["CursorMode", "Image", "Window"]
