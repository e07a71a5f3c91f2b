"""The screens: title, pause, settings, high scores, game over. Each is a modal panel, and one is shown at a time."""

from __future__ import annotations

from collections.abc import Callable

from ecs_engine import App, System
from ecs_engine.assets import font
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, LEMON, MIST, SKY, VIOLET, WINE
from ecs_engine.demos.breakout.keep import FASTEST, MOST_LETTERS, MOST_SCORES, SLOWEST, Kept, Score
from ecs_engine.demos.breakout.play import start
from ecs_engine.demos.breakout.rules import Controls, Game, Phase
from ecs_engine.ui import UI, Button, Column, Image, Label, Panel, Row, Slider, TextField, Toggle, Widget


class Menu(System):
    """Shows the screens, and does what is chosen there.

    Args:
        app: its time stands still in the pause, and it is what one leaves.
    """

    priority = 25  # right after the ControlSystem

    def __init__(self, app: App) -> None:
        self.app = app
        self.ui, self.kept, self.game = app.world.resource(UI), app.world.resource(Kept), app.world.resource(Game)
        self.bold = app.fonts.sans(800)
        self.open_screens: list[Widget] = []
        """The one that is shown last; those before it are gone back to."""
        self.title = self.add(self.make_title())
        self.pause = self.add(self.make_pause(), back=self.close)
        self.settings = self.add(self.make_settings(), back=self.leave_settings)
        self.high_scores = self.add(self.make_high_scores(), back=self.back)
        self.over = self.add(self.make_over(), back=self.to_title)
        self.open(self.title)
        self.apply()

    def process(self, dt: float) -> None:
        if self.game.phase is Phase.OVER and not self.open_screens:
            self.show_over()
        elif self.game.phase is Phase.PLAYING and self.world.resource(Controls).pause:
            if not self.open_screens:
                self.app.time_scale = 0.0
                self.open(self.pause)
            elif self.open_screens == [self.pause]:
                self.close()

    # -- one screen at a time --------------------------------------------------------------------------
    def add(self, screen: Widget, back: Callable[[], object] | None = None) -> Widget:
        """Put a screen into the UI, unseen; ``back`` is what Escape does there."""
        screen.visible = False
        return self.ui.add(screen, modal=True, on_cancel=back)

    def open(self, screen: Widget) -> None:
        """Show a screen over the one that is shown."""
        if self.open_screens:
            self.open_screens[-1].visible = False
        self.open_screens.append(screen)
        screen.visible = True

    def back(self) -> None:
        """From a screen to the one before it."""
        self.open_screens.pop().visible = False
        if self.open_screens:
            self.open_screens[-1].visible = True

    def close(self) -> None:
        """To the game."""
        while self.open_screens:
            self.open_screens.pop().visible = False
        self.app.time_scale = 1.0

    # -- title and pause -------------------------------------------------------------------------------
    def heading(self, words: str, scale: int, bottom: tuple[int, int, int], glow: tuple[int, int, int]) -> Image:
        """Large letters, drawn once."""
        return Image(self.app.pictures.add(font.title_picture(words, scale, CREAM, bottom=bottom, glow=glow)))

    def make_title(self) -> Widget:
        menu = Column(
            Button("Play", self.play, accent=True),
            Button("High scores", self.show_high_scores),
            Button("Settings", lambda: self.open(self.settings)),
            Button("Quit", self.app.quit),
            align="stretch", width=280, gap=12,
        )  # fmt: skip
        return Column(
            self.heading("BREAKOUT", 15, SKY, VIOLET),
            menu,
            Label("arrows, mouse or gamepad move   ·   Space launches   ·   P pauses", size=18, color=MIST),
            align="center",
            gap=44,
        )

    def make_pause(self) -> Widget:
        return Panel(
            self.heading("PAUSED", 8, AMBER, WINE),
            Button("Go on", self.close, accent=True),
            Button("Settings", lambda: self.open(self.settings)),
            Button("Give up", self.to_title),
            align="stretch", gap=14, padding=32, width=420,
        )  # fmt: skip

    def play(self) -> None:
        self.close()
        start(self.world, Phase.PLAYING)

    def to_title(self) -> None:
        self.close()
        start(self.world, Phase.TITLE)
        self.open(self.title)

    # -- settings --------------------------------------------------------------------------------------
    def make_settings(self) -> Widget:
        chosen = self.kept.settings
        self.speed = Slider(chosen.speed, SLOWEST, FASTEST, step=0.05, grow=1, on_change=lambda _: self.change())
        self.shake = Slider(chosen.shake, 0.0, 1.0, step=0.1, grow=1, on_change=lambda _: self.change())
        self.speed_words, self.shake_words = (Label("", width=64, align="right") for _ in range(2))
        self.sparks = Toggle("Sparks and chips", chosen.sparks, lambda _: self.change())
        self.mouse = Toggle("The mouse steers", chosen.mouse, lambda _: self.change())
        self.full_screen = Toggle("Full screen", chosen.full_screen, lambda _: self.change())
        return Panel(
            Label("Settings", size=40, font=self.bold),
            Row(Label("Ball speed", width=120), self.speed, self.speed_words, align="center", gap=16),
            Row(Label("Shaking", width=120), self.shake, self.shake_words, align="center", gap=16),
            self.sparks,
            self.mouse,
            self.full_screen,
            Button("Done", self.leave_settings, accent=True),
            align="stretch", gap=20, padding=36, width=560,
        )  # fmt: skip

    def change(self) -> None:
        """The player moved something: it counts at once."""
        chosen = self.kept.settings
        chosen.speed, chosen.shake = self.speed.value, self.shake.value
        chosen.sparks, chosen.mouse = self.sparks.value, self.mouse.value
        chosen.full_screen = self.full_screen.value
        self.apply()

    def apply(self) -> None:
        """Show the settings in words, and have the window obey."""
        chosen, app = self.kept.settings, self.app
        self.speed_words.text = f"{100 * chosen.speed:.0f}%"
        self.shake_words.text = f"{100 * chosen.shake:.0f}%"

        def switch_screen() -> None:
            if app.window.fullscreen != chosen.full_screen:
                app.window.fullscreen = chosen.full_screen

        app.call_on_main(switch_screen)

    def leave_settings(self) -> None:
        self.kept.save()
        self.back()

    # -- high scores -----------------------------------------------------------------------------------
    def make_high_scores(self) -> Widget:
        self.lines = [
            [Label("", width=44, align="right"), Label("", grow=1), Label("", width=100, align="right"),
             Label("", width=140, align="right")]
            for _ in range(MOST_SCORES)
        ]  # fmt: skip
        return Panel(
            Label("High scores", size=40, font=self.bold),
            Column(*(Row(*line, gap=20) for line in self.lines), align="stretch", gap=12),
            Button("Back", self.back, accent=True),
            align="stretch", gap=24, padding=36, width=620,
        )  # fmt: skip

    def show_high_scores(self, marked: int | None = None) -> None:
        for number, line in enumerate(self.lines):
            score = self.kept.scores[number] if number < len(self.kept.scores) else None
            words = ("-", "", "") if score is None else (score.name, f"level {score.level}", f"{score.score:,}")
            color = LEMON if number == marked else CREAM if score is not None else MIST
            for label, text in zip(line, (f"{number + 1}.", *words), strict=True):
                label.text, label.color = text, color
        self.open(self.high_scores)

    # -- game over -------------------------------------------------------------------------------------
    def make_over(self) -> Widget:
        self.result = Label("", size=34, font=self.bold, align="center")
        self.verdict = Label("", color=LEMON, align="center")
        self.name = TextField(placeholder="Your name", most=MOST_LETTERS, grow=1, on_submit=lambda _: self.enter())
        self.entry = Row(self.name, Button("Enter", self.enter, accent=True), align="stretch")
        self.again = Button("Play again", self.play)
        return Panel(
            self.heading("GAME OVER", 8, CORAL, WINE),
            self.result,
            self.verdict,
            self.entry,
            self.again,
            Button("To the title", self.to_title),
            align="stretch", gap=16, padding=36, width=560,
        )  # fmt: skip

    def show_over(self) -> None:
        score, high = self.game.score, self.kept.is_high(self.game.score)
        self.result.text = f"{score:,} points"
        best = self.kept.scores[0].score if self.kept.scores else 0
        self.verdict.text = "A high score! Who are you?" if high else f"The best is {best:,}."
        self.entry.visible = high
        self.again.accent = not high
        self.name.text = self.kept.settings.name
        self.open(self.over)

    def enter(self) -> None:
        """The name is written: to the high scores, and from there to the title."""
        name = self.name.text.strip() or "Nobody"
        place = self.kept.add(Score(name, self.game.score, self.game.level))
        self.to_title()
        self.show_high_scores(place)
