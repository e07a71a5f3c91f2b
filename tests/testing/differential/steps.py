"""What all steps of the generator share: choosing, naming, and making calls."""

from __future__ import annotations

import random
from typing import Any

from ecs_engine.gpu import enums as gl

from .calls import Call, Name, Pair
from .state import check_state

KINDS = ("buffer", "array", "texture", "framebuffer", "renderbuffer", "program", "shader", "query", "sync", "place")
MAKERS = {
    "buffer": "glGenBuffers", "array": "glGenVertexArrays", "texture": "glGenTextures",
    "framebuffer": "glGenFramebuffers", "renderbuffer": "glGenRenderbuffers", "query": "glGenQueries",
}  # fmt: skip
DELETERS = {
    "buffer": "glDeleteBuffers", "array": "glDeleteVertexArrays", "texture": "glDeleteTextures",
    "framebuffer": "glDeleteFramebuffers", "renderbuffer": "glDeleteRenderbuffers", "query": "glDeleteQueries",
}  # fmt: skip
WRONG = 0x1234


class Steps:
    """Makes random calls on a pair, and keeps a list of them."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair = pair
        self.random = random.Random(seed)
        self.calls: list[Call] = []
        self.live: dict[str, list[Name]] = {kind: [] for kind in KINDS}
        self._made = dict.fromkeys(KINDS, 0)

    def call(self, function: str, *args: Any, makes: str = "") -> Name:
        """Make a call on both sides and compare; with ``makes``, the name of what it has made.

        Raises:
            Disagreement: the sides differ.
        """
        made = None
        if makes:
            self._made[makes] += 1
            made = Name(makes, self._made[makes])
        call = Call(function, args, made)
        self.calls.append(call)
        error = self.pair.play(call)
        if error is not None:
            check_state(self.pair, call)
        if made is not None and error == 0:
            self.live[makes].append(made)
            return made
        return Name(makes, 0)

    def pick(self, *values: Any) -> Any:
        return self.random.choice(values)

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def name(self, kind: str) -> Name:
        """Mostly one that is there; sometimes 0, or one that was never made."""
        if self.live[kind] and self.chance(0.85):
            return self.random.choice(self.live[kind])
        return Name(kind, self.pick(0, -1))

    # -- objects -----------------------------------------------------------------------------------
    def generate(self, kind: str = "") -> Name:
        kind = kind or self.pick(*MAKERS)
        if self.chance(0.03):
            self.call(MAKERS[kind], 0)
        return self.call(MAKERS[kind], 1, makes=kind)

    def delete(self) -> None:
        kind = self.pick(*DELETERS)
        name = self.name(kind)
        self.call(DELETERS[kind], [name])
        if name in self.live[kind]:
            self.live[kind].remove(name)  # The driver hands the name out again.
            if self.chance(0.3):
                self.use_deleted(kind, name)

    def use_deleted(self, kind: str, name: Name) -> None:
        """Right away, as any call that generates may hand the name out again."""
        match kind:
            case "buffer":
                self.call("glBindBuffer", gl.ARRAY_BUFFER, name)
            case "array":
                self.call("glBindVertexArray", name)
            case "texture":
                self.call("glBindTexture", gl.TEXTURE_2D, name)
            case "framebuffer":
                self.call("glBindFramebuffer", gl.FRAMEBUFFER, name)
            case "renderbuffer":
                self.call("glBindRenderbuffer", gl.RENDERBUFFER, name)
            case "query":
                self.call("glGetQueryObjectiv", name, gl.QUERY_RESULT_AVAILABLE)
