"""Tweens: fields of components that change over time, with easing, one after the other or together."""

from __future__ import annotations

from ecs_engine.systems.tweens.easing import Ease, ease
from ecs_engine.systems.tweens.tweens import Playing, Tween, Tweens, TweenSystem

__all__ = ["Ease", "Playing", "Tween", "TweenSystem", "Tweens", "ease"]
