"""Names of keys, mouse buttons and modifiers.

The numbers are GLFW's (its ``GLFW_KEY_*``, ``GLFW_MOUSE_BUTTON_*``, ``GLFW_MOD_*`` tokens), so that an event needs no
translation table, but nothing here imports glfw: a game's systems and their tests need no window.
Keys are named by their place on a US layout: ``Key.Q`` is the key left of ``Key.W`` whatever is printed on it. What
the player typed comes as ``TextEvent``. Mouse buttons end at 7, key numbers go from 32 to 348 and those of gamepads
begin at 512, so that no two collide; the latter are GLFW's plus 512.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Action(IntEnum):
    """What happened to a key or button."""

    RELEASE = 0
    PRESS = 1
    REPEAT = 2


class Modifier(IntFlag):
    """Modifier keys held when an event arrived. Locks are left out, so that ``mods == Modifier.SHIFT`` means that."""

    NONE = 0
    SHIFT = 1
    CONTROL = 2
    ALT = 4
    SUPER = 8


class MouseButton(IntEnum):
    """Mouse buttons."""

    LEFT = 0
    RIGHT = 1
    MIDDLE = 2
    BUTTON_4 = 3
    BUTTON_5 = 4
    BUTTON_6 = 5
    BUTTON_7 = 6
    BUTTON_8 = 7


class GamepadButton(IntEnum):
    """Buttons of a gamepad, named as on an Xbox one, whatever is printed on them: A is the lowest of the four."""

    A = 512
    B = 513
    X = 514
    Y = 515
    LEFT_BUMPER = 516
    RIGHT_BUMPER = 517
    BACK = 518
    START = 519
    GUIDE = 520
    LEFT_THUMB = 521
    RIGHT_THUMB = 522
    UP = 523
    RIGHT = 524
    DOWN = 525
    LEFT = 526


class GamepadAxis(IntEnum):
    """Sticks and triggers of a gamepad."""

    LEFT_X = 0
    LEFT_Y = 1
    RIGHT_X = 2
    RIGHT_Y = 3
    LEFT_TRIGGER = 4
    RIGHT_TRIGGER = 5

    @property
    def is_trigger(self) -> bool:
        return self >= GamepadAxis.LEFT_TRIGGER

    def as_told(self, value: float) -> float:
        """What events say where GLFW says ``value``: sticks from -1 to 1, right and up; triggers from 0 to 1."""
        if self.is_trigger:
            return (value + 1.0) / 2.0
        return -value if self in (GamepadAxis.LEFT_Y, GamepadAxis.RIGHT_Y) else value


class Key(IntEnum):
    """Keyboard keys; digits are ``DIGIT_0``..``DIGIT_9``, the keypad's start with ``KP_``."""

    UNKNOWN = -1
    SPACE = 32
    APOSTROPHE = 39
    COMMA = 44
    MINUS = 45
    PERIOD = 46
    SLASH = 47
    DIGIT_0 = 48
    DIGIT_1 = 49
    DIGIT_2 = 50
    DIGIT_3 = 51
    DIGIT_4 = 52
    DIGIT_5 = 53
    DIGIT_6 = 54
    DIGIT_7 = 55
    DIGIT_8 = 56
    DIGIT_9 = 57
    SEMICOLON = 59
    EQUAL = 61
    A = 65
    B = 66
    C = 67
    D = 68
    E = 69
    F = 70
    G = 71
    H = 72
    I = 73  # noqa: E741 - the key's name
    J = 74
    K = 75
    L = 76
    M = 77
    N = 78
    O = 79  # noqa: E741 - the key's name
    P = 80
    Q = 81
    R = 82
    S = 83
    T = 84
    U = 85
    V = 86
    W = 87
    X = 88
    Y = 89
    Z = 90
    LEFT_BRACKET = 91
    BACKSLASH = 92
    RIGHT_BRACKET = 93
    GRAVE_ACCENT = 96
    WORLD_1 = 161
    WORLD_2 = 162
    ESCAPE = 256
    ENTER = 257
    TAB = 258
    BACKSPACE = 259
    INSERT = 260
    DELETE = 261
    RIGHT = 262
    LEFT = 263
    DOWN = 264
    UP = 265
    PAGE_UP = 266
    PAGE_DOWN = 267
    HOME = 268
    END = 269
    CAPS_LOCK = 280
    SCROLL_LOCK = 281
    NUM_LOCK = 282
    PRINT_SCREEN = 283
    PAUSE = 284
    F1 = 290
    F2 = 291
    F3 = 292
    F4 = 293
    F5 = 294
    F6 = 295
    F7 = 296
    F8 = 297
    F9 = 298
    F10 = 299
    F11 = 300
    F12 = 301
    F13 = 302
    F14 = 303
    F15 = 304
    F16 = 305
    F17 = 306
    F18 = 307
    F19 = 308
    F20 = 309
    F21 = 310
    F22 = 311
    F23 = 312
    F24 = 313
    F25 = 314
    KP_0 = 320
    KP_1 = 321
    KP_2 = 322
    KP_3 = 323
    KP_4 = 324
    KP_5 = 325
    KP_6 = 326
    KP_7 = 327
    KP_8 = 328
    KP_9 = 329
    KP_DECIMAL = 330
    KP_DIVIDE = 331
    KP_MULTIPLY = 332
    KP_SUBTRACT = 333
    KP_ADD = 334
    KP_ENTER = 335
    KP_EQUAL = 336
    LEFT_SHIFT = 340
    LEFT_CONTROL = 341
    LEFT_ALT = 342
    LEFT_SUPER = 343
    RIGHT_SHIFT = 344
    RIGHT_CONTROL = 345
    RIGHT_ALT = 346
    RIGHT_SUPER = 347
    MENU = 348
