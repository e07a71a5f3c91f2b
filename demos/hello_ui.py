"""Hello UI: words, and a button that changes them."""

from ecs_engine import App
from ecs_engine.ui import UI, Button, Label, Panel


def build(**options) -> App:  # type: ignore[no-untyped-def]
    app, words = App("Hello, UI", **options), Label("Hello, window!", size=48)
    button = Button("Press me", lambda: setattr(words, "text", "Hello, you!"), accent=True)
    UI(app.world, height=360).add(Panel(words, button, align="center", justify="center", gap=24), fill=True)
    return app


if __name__ == "__main__":
    build().run()
