"""Timer queries: the GPU's clock, asked for along with the commands.

The clock is :attr:`Context.gpu_time_ns`. A result is there ``fence_latency`` frames after its query was issued, or when
something waits for it, which counts as a stall.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.objects import Query


class Timers(Context):
    """Timer query commands."""

    @command([0])
    def glGenQueries(self, n: int) -> list[int]:
        if n < 0:
            raise invalid_value(f"{n} names were asked for")
        return self.queries.generate(n)

    @command(None)
    def glDeleteQueries(self, names: Sequence[int]) -> None:
        for name in names:
            self.queries.delete(name)

    @command(None)
    def glQueryCounter(self, query: int, target: int) -> None:
        if target != enums.TIMESTAMP:
            raise invalid_enum(f"{target:#x} is not GL_TIMESTAMP")
        found = self.queries.bind(query)
        found.frame, found.time_ns = self.frame.index, self.gpu_time_ns

    @command(0)
    def glGetQueryiv(self, target: int, pname: int) -> int:
        if target != enums.TIMESTAMP:
            raise invalid_enum(f"{target:#x} is not a query target here; GL_TIMESTAMP is")
        if pname != enums.QUERY_COUNTER_BITS:
            raise invalid_enum(f"{pname:#x} is not asked of a query target here; GL_QUERY_COUNTER_BITS is")
        return self.timer_bits

    def _issued(self, query: int) -> Query:
        found = self.queries.existing(query)
        if found is None:
            raise invalid_operation(f"{query} is no query object; issue it first")
        return found

    def _available(self, query: Query) -> bool:
        return self.frame.index - query.frame >= self.fence_latency

    @command(0)
    def glGetQueryObjectiv(self, query: int, pname: int) -> int:
        found = self._issued(query)
        if pname == enums.QUERY_RESULT_AVAILABLE:
            return int(self._available(found))
        return min(self._result(found, pname), 0x7FFFFFFF)

    @command(0)
    def glGetQueryObjectui64v(self, query: int, pname: int) -> int:
        found = self._issued(query)
        if pname == enums.QUERY_RESULT_AVAILABLE:
            return int(self._available(found))
        return self._result(found, pname)

    def _result(self, query: Query, pname: int) -> int:
        if pname != enums.QUERY_RESULT:
            raise invalid_enum(f"{pname:#x} is not asked of a query; the result and whether it is available are")
        if not self._available(query):
            self.frame.stalls += 1
        return query.time_ns if self.timer_bits else 0

    @command(0)
    def glGetInteger64v(self, pname: int) -> int:
        if pname != enums.TIMESTAMP:
            raise invalid_enum(f"{pname:#x} is not asked for in 64 bits here; GL_TIMESTAMP is")
        return self.gpu_time_ns
