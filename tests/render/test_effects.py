"""Effects: each stock one against its formula, chains in viewports and windows, and shaders that are rewritten."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import CRT, AmbientLight, App, Bloom, Camera2D, Effect, Effects, Palette, Sprite, Transform2D, Vignette
from ecs_engine.core.errors import AssetError, EngineError, ShaderError
from ecs_engine.frame.passes import Pass, Shader
from ecs_engine.systems.effects.system import LOOK_SECONDS, EffectSystem
from ecs_engine.testing.app import FakeApp

Image = np.ndarray[Any, Any]
PAGE = 128
SIZE = (64, 48)
INVERT = '#include "effect.glsl"\nvoid main() { vec4 p = texture(picture, place); color = vec4(p.a - p.rgb, p.a); }\n'
RED = '#include "effect.glsl"\nvoid main() { color = vec4(1.0, 0.0, 0.0, 1.0); }\n'


def noise(size: tuple[int, int] = SIZE) -> Image:
    pixels = np.random.default_rng(8).integers(0, 256, (size[1], size[0], 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def show(app: App, pixels: Image, *effects: Effect, **camera: Any) -> int:
    """A picture, one pixel of it on each of the window's, seen by a camera with effects."""
    app.world.create_entity(Transform2D(), Sprite(app.pictures.add(pixels)))
    options = {"clear": (0, 0, 0, 255), **camera}
    parts = (Effects(*effects),) if effects else ()
    return app.world.create_entity(Transform2D(), Camera2D(**options), *parts)


def places(size: tuple[int, int] = SIZE) -> tuple[Image, Image]:
    """x and y of each pixel's middle, 0 to 1 from the lower left; (height, width) each, top row first."""
    x, y = (np.arange(size[0]) + 0.5) / size[0], 1 - (np.arange(size[1]) + 0.5) / size[1]
    return tuple(np.meshgrid(x, y))  # type: ignore[return-value]


def close(found: Image, wanted: Image, by: float = 1.01) -> None:
    assert np.abs(found.astype(float) - wanted).max() <= by


# -- formulas --------------------------------------------------------------------------------------------------
@pytest.mark.gl
def test_a_vignette(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    show(app, pixels, Vignette(strength=0.8, radius=0.3, softness=0.5, color=(10, 200, 30)))
    app.step()
    x, y = places()
    way = np.clip((np.hypot(x - 0.5, y - 0.5) / np.sqrt(0.5) - 0.3) / 0.5, 0, 1)
    amount = (0.8 * way * way * (3 - 2 * way))[..., None]
    close(shoot(app), pixels[..., :3] * (1 - amount) + np.array((10, 200, 30)) * amount)


BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])


@pytest.mark.gl
@pytest.mark.parametrize(("dither", "pixel"), [(0.0, 1), (0.3, 1), (0.3, 4)])
def test_a_palette(headless: Callable[..., App], shoot: Callable[..., Image], dither: float, pixel: int) -> None:
    colors = np.array([(13, 11, 33), (122, 38, 84), (255, 104, 92), (98, 230, 190), (255, 246, 224)])
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    show(app, pixels, Palette(colors.tolist(), dither=dither, pixel=pixel))
    app.step()
    picture = shoot(app)
    rows, columns = np.mgrid[0 : SIZE[1] // pixel, 0 : SIZE[0] // pixel]
    rows = rows[::-1]  # from below
    middle = pixels[pixel // 2 :: pixel, pixel // 2 :: pixel, :3] if pixel > 1 else pixels[..., :3]
    if pixel > 1:  # between four texels
        block = pixels[..., :3].astype(float)
        half = pixel // 2
        middle = np.mean([block[half - 1 + i :: pixel, half - 1 + j :: pixel] for i in (0, 1) for j in (0, 1)], axis=0)
    step = (BAYER[rows % 4, columns % 4] + 0.5) / 16 - 0.5
    wanted = middle / 255 + dither * step[..., None]
    apart = (((colors[None, None] / 255 - wanted[:, :, None]) ** 2) * (0.299, 0.587, 0.114)).sum(axis=3)
    nearest = np.repeat(np.repeat(colors[apart.argmin(axis=2)], pixel, axis=0), pixel, axis=1)
    same = (np.abs(picture - nearest).max(axis=2) <= 1).mean()
    assert same > 0.995  # where two colours are as near, rounding decides
    assert {tuple(one) for one in picture.reshape(-1, 3).tolist()} <= {tuple(one) for one in colors.tolist()}


@pytest.mark.gl
def test_bloom_spills_from_what_is_bright_and_from_nothing_else(
    headless: Callable[..., App], shoot: Callable[..., Image]
) -> None:
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[...] = (40, 40, 40, 255)
    pixels[22:26, 30:34] = (255, 255, 255, 255)
    app = headless(SIZE, page_size=PAGE)
    show(app, pixels, Bloom(strength=1.0, threshold=0.7, levels=3))
    app.step()
    picture = shoot(app).astype(int)
    row = picture[24, 33:, 1]
    assert row[1] > 50  # beside the spot
    assert (np.diff(row) <= 1).all()  # the farther the darker
    close(picture[:2, :2], np.full((2, 2, 3), 40))  # far away nothing changes
    close(picture, picture[::-1, ::-1], 3)  # the same in all directions


@pytest.mark.gl
def test_bloom_of_no_strength_changes_nothing(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    show(app, pixels, Bloom(strength=0.0, levels=6))
    app.step()
    close(shoot(app), pixels[..., :3])


@pytest.mark.gl
def test_a_flat_tube_without_anything_changes_nothing(
    headless: Callable[..., App], shoot: Callable[..., Image]
) -> None:
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    show(app, pixels, CRT(bulge=0.0, lines=0.0, mask=0.0, fringe=0.0))
    app.step()
    close(shoot(app)[4:-4, 4:-4], pixels[4:-4, 4:-4, :3])


@pytest.mark.gl
def test_a_tube_is_dark_between_lines_and_beyond_its_corners(
    headless: Callable[..., App], shoot: Callable[..., Image]
) -> None:
    app = headless(SIZE, page_size=PAGE)
    show(app, np.full((48, 64, 4), 128, np.uint8), CRT(bulge=0.2, lines=1.0, line_height=8.0, mask=0.0, fringe=0.0))
    app.step()
    picture = shoot(app).astype(int)
    assert picture[0, 0].max() == 0
    middle = picture[:, 32, 1]
    assert middle[8:40].max() - middle[8:40].min() > 60
    assert np.abs(np.fft.rfft(middle[8:40] - middle[8:40].mean())).argmax() == 4  # 32 pixels, 8 a line


# -- shaders of one's own --------------------------------------------------------------------------------------
@pytest.mark.gl
def test_a_shader_of_ones_own_gets_its_values(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    text = """#include "effect.glsl"
    uniform float one;
    uniform vec2 two;
    uniform vec3 three[2];
    uniform vec4 four;
    uniform int number;
    uniform float unused;
    void main() { color = vec4(one + two.y, three[1].b + four.a, float(number) / 255.0, 1.0); }
    """
    effect = Effect(
        text, one=0.25, two=(9, 0.25), three=[(0, 0, 0), (0, 0, 0.5)], four=(0, 0, 0, 0.1), number=7, unused=1
    )
    app = headless(SIZE, page_size=PAGE)
    show(app, noise(), effect)
    app.step()
    close(shoot(app)[5, 5], np.array((127.5, 153, 7)))
    effect.values["number"] = 200
    app.step()
    close(shoot(app)[5, 5], np.array((127.5, 153, 200)))


@pytest.mark.gl
def test_time_is_that_of_the_game(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    text = '#include "effect.glsl"\nvoid main() { color = vec4(time, 0.0, 0.0, 1.0); }\n'
    app = headless(SIZE, page_size=PAGE, tick_rate=10)
    show(app, noise(), Effect(text))
    app.step(3)
    close(shoot(app)[0, 0], np.array((0.3 * 255, 0, 0)))
    app.time_scale = 0.0
    app.step(5)
    close(shoot(app)[0, 0], np.array((0.3 * 255, 0, 0)))


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("\nvoid main() { color = vec4(1.0); }\n", {}, r'does not begin with #include "effect.glsl"'),
    (
        '#include "effect.glsl"\nuniform float a;\nvoid main() { color = vec4(a); }',
        {},
        "'a' that the effect gives no value",
    ),
    (RED, {"strength": 1}, "'strength', and its shader has no such uniform, only none"),
    (
        '#include "effect.glsl"\nuniform vec3 a;\nvoid main() { color = vec4(a, 1.0); }',
        {"a": (1, 2)},
        "'a' is a vec3 and .* 2",
    ),
    (
        '#include "effect.glsl"\nuniform int a;\nvoid main() { color = vec4(a); }',
        {"a": 0.5},
        "'a' is an int and was given 0.5",
    ),
    (
        '#include "effect.glsl"\nuniform mat3 a;\nvoid main() { color = vec4(a[0][0]); }',
        {"a": 1},
        "'a' has a type that",
    ),
    ('#include "effect.glsl"\nvoid main() { color = vec4(nothing); }', {}, "nothing"),
]


@pytest.mark.parametrize(("text", "values", "words"), MISTAKES)
def test_shaders_that_do_not_fit_are_told(text: str, values: dict[str, Any], words: str) -> None:
    with FakeApp() as app:
        show(app, noise(), Effect(text, **values))
        with pytest.raises(ShaderError, match=words):
            app.step()


@pytest.mark.gl
def test_after_a_shader_that_raised_all_is_as_before(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    camera = show(app, pixels, Bloom(), Effect(RED.replace("1.0", "oops")))
    for entity in (camera, app.world.create_entity()):  # over a view, and over the whole window
        if entity != camera:
            app.world.add_component(entity, Effects(Effect(RED, wrong=1)))
        with pytest.raises(ShaderError):
            app.step()
        app.world.component_for_entity(entity, Effects).chain.clear()
        for _ in range(40):  # in which targets that nobody uses go
            app.step()
        assert (shoot(app) == pixels[..., :3]).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Effect("wave.glsl"), r"from_file\(name\)"),
        (lambda: Effect(RED, a=float("nan")).passes(), "nan for its uniform 'a'"),
        (lambda: Effect(RED, a="red").passes(), "'red' for its uniform 'a'"),
        (lambda: Effect(RED, a=()).passes(), r"\(\) for its uniform 'a'"),
        (lambda: Vignette(radius=float("inf")).passes(), "inf for its uniform 'radius'"),
        (lambda: Vignette(color=(1, 2)).passes(), "colour"),
        (lambda: Palette([]).passes(), "0 colours"),
        (lambda: Bloom(levels=9).passes(), "9 levels"),
        (lambda: Effects("bloom"), "'bloom', which is no effect"),
        (lambda: Pass(Shader("copy"), scale=0.0), "scale"),
    ],
)
def test_what_cannot_be_is_told(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        make()


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "wave.glsl").write_text(RED)
    with FakeApp(files=tmp_path) as app:
        show(app, noise(), Effect.from_file("wav.glsl"))
        with pytest.raises(AssetError, match=r"Shader 'wav.glsl' was not loaded: .* did you mean 'wave.glsl'"):
            app.step()


# -- where effects reach ---------------------------------------------------------------------------------------
@pytest.mark.gl
def test_effects_keep_to_their_viewport(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    show(app, pixels, viewport=(0, 0, 0.5, 1))
    app.world.create_entity(Transform2D(), Camera2D(viewport=(0.5, 0, 0.5, 1), border=4), Effects(Effect(RED)))
    app.step()
    picture = shoot(app)
    assert (picture[:, :32] == pixels[:, 16:48, :3]).all()
    assert (picture[4:-4, 36:-4] == (255, 0, 0)).all()
    assert (picture[:, 32:36] == 0).all()


@pytest.mark.gl
def test_a_camera_without_a_colour_changes_only_what_it_shows(
    headless: Callable[..., App], shoot: Callable[..., Image]
) -> None:
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    show(app, pixels, layers=(0, 0))
    white = np.full((4, 4, 4), 255, np.uint8)
    app.world.create_entity(Transform2D(), Sprite(app.pictures.add(white), layer=5))
    app.world.create_entity(Transform2D(), Camera2D(order=1, layers=(5, 5)), Effects(Effect(INVERT)))
    app.step()
    picture, wanted = shoot(app), pixels[..., :3].copy()
    wanted[22:26, 30:34] = 0
    close(picture, wanted)


@pytest.mark.gl
def test_effects_come_one_after_the_other(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    app, pixels = headless(SIZE, page_size=PAGE), noise()
    camera = show(app, pixels, Effect(RED), Effect(INVERT), Bloom(strength=0.0))
    app.step()
    close(shoot(app), np.broadcast_to((0, 255, 255), (48, 64, 3)))
    app.world.component_for_entity(camera, Effects).chain.clear()
    app.step()
    assert (shoot(app) == pixels[..., :3]).all()


@pytest.mark.gl
def test_the_whole_picture_of_a_window_with_bars(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    for scaling in ("letterbox", "integer"):
        app = headless((80, 40), resolution=(20, 20), scaling=scaling, bars=(9, 8, 7))
        app.world.create_entity(Transform2D(), Camera2D(viewport=(0, 0, 0.5, 1), clear=(50, 60, 70, 255)))
        app.world.create_entity(Transform2D(), Camera2D(viewport=(0.5, 0, 0.5, 1), clear=(200, 0, 0, 255)))
        app.world.create_entity(Effects(Effect(INVERT)))
        app.step()
        picture = shoot(app)
        assert (picture[:, [*range(20), *range(60, 80)]] == (9, 8, 7)).all()
        assert (picture[:, 20:40] == (205, 195, 185)).all()
        assert (picture[:, 40:60] == (55, 255, 255)).all()
        app.close()


@pytest.mark.gl
def test_another_window_has_effects_of_its_own(headless: Callable[..., App]) -> None:
    app = headless(SIZE, page_size=PAGE)
    other = app.open_window("other", (32, 32))
    app.world.create_entity(Transform2D(), Camera2D(clear=(10, 20, 30, 255)))
    app.world.create_entity(Transform2D(), Camera2D(clear=(10, 20, 30, 255), window=other))
    app.world.create_entity(Effects(Effect(INVERT), window=other))
    app.step()
    assert (app.read_pixels()[..., :3] == (10, 20, 30)).all()
    assert (app.read_pixels(other)[..., :3] == (245, 235, 225)).all()


@pytest.mark.gl
def test_the_overlay_is_not_touched(headless: Callable[..., App]) -> None:
    app = headless((400, 300), page_size=PAGE, overlay=True)
    show(app, noise())
    app.step(2)
    with_overlay = app.read_pixels()
    app.world.create_entity(Effects(Effect(RED)))
    app.step()
    picture = app.read_pixels()
    panel = (picture[..., :3] != (255, 0, 0)).any(axis=2)
    assert 0.1 < panel.mean() < 0.9
    assert (picture[-1, 0, :3] == (255, 0, 0)).all()
    assert (with_overlay[-1, 0, :3] != (255, 0, 0)).any()


# -- windows, contexts and what it costs ------------------------------------------------------------------------
@pytest.mark.gl
def test_after_a_lost_context_the_picture_is_the_same(headless: Callable[..., App], tmp_path: Path) -> None:
    (tmp_path / "bad.glsl").write_text(RED + "oops")
    app = headless(SIZE, page_size=PAGE, files=tmp_path, development=True)
    show(app, noise(), Bloom(), Vignette(), Effect('#include "effect.glsl"\nuniform vec3 tint;\n'
         "void main() { color = vec4(texture(picture, place).rgb * tint, 1.0); }", tint=(1, 0.5, 0.2)))  # fmt: skip
    app.world.create_entity(Effects(Palette(), Effect.from_file("bad.glsl")))
    app.step()
    before = app.read_pixels()
    app.lose_context()
    app.step()
    assert (before != before[0, 0]).any()
    assert (app.read_pixels() == before).all()


def test_a_window_without_pixels_has_no_effects() -> None:
    with FakeApp(size=SIZE) as app:
        show(app, noise(), Bloom(), viewport=(0, 0, 1, 1))
        app.world.create_entity(Effects(Vignette()))
        app.world.create_entity(AmbientLight(intensity=0.1))
        app.world.create_entity(Transform2D(), Camera2D(viewport=(0.5, 0.5, 1e-4, 1e-4)), Effects(CRT()))
        app.step()
        app.gl.resize(0, 0)
        app.renderer.render(app.frame, 1.0, (0, 0))
        app.gl.resize(*SIZE)
        app.step()
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


def test_resizing_leaves_no_targets_behind() -> None:
    with FakeApp(size=SIZE) as app:
        show(app, noise(), Bloom(), Vignette())
        app.world.create_entity(Effects(Vignette()))
        app.step(3)
        kept = len(app.renderer._targets)
        free = [target for targets in app.renderer._targets._free.values() for target in targets]
        assert len(free) == len(set(free)) == kept  # each was given back once
        for width in range(65, 75):
            app.window.resize((width, 50))
            app.step()
        for _ in range(40):
            app.step()
        assert len(app.renderer._targets) == kept
        app.world.clear_database()
        for _ in range(40):
            app.step()
        assert len(app.renderer._targets) == 0
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


def test_without_effects_nothing_is_made_or_called() -> None:
    calls = []
    for effects in (False, True):
        with FakeApp(size=SIZE) as app:
            camera = show(app, noise())
            if effects:
                app.world.add_component(camera, Effects(Vignette()))
                app.step(3)
                app.world.component_for_entity(camera, Effects).chain.clear()
            else:
                app.step(1)
                assert len(app.gl.live_objects().get("framebuffer", [])) == 0
            for _ in range(6):
                app.step()
            calls.append((app.device.last_frame.gl_calls, app.device.last_frame.draw_calls))
    assert calls[0] == calls[1]
    assert calls[0][1] == 1


def test_what_does_not_change_is_not_sent_again() -> None:
    with FakeApp(size=SIZE) as app:
        vignette = Vignette()
        show(app, noise(), vignette)
        for _ in range(5):
            app.step()
        before = app.device.last_frame
        vignette.strength = 0.3
        app.step()
        assert app.device.last_frame.gl_calls == before.gl_calls + 1
        app.step()
        assert app.device.last_frame.gl_calls == before.gl_calls


# -- shaders that change as one looks ---------------------------------------------------------------------------
class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def rewrite(path: Path, text: str, app: App, clock: Clock) -> None:
    """Change a file, so that its stamp is another whatever the file system's clock says, and let time go by."""
    stamp = path.stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(stamp + 10_000_000, stamp + 10_000_000))
    clock.time += 2 * LOOK_SECONDS
    app.step()


@pytest.mark.gl
def test_a_broken_shader_keeps_the_last_good_one_and_says_why_on_the_screen(
    headless: Callable[..., App], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "tint.glsl"
    path.write_text(RED)
    app = headless((640, 400), page_size=PAGE, files=tmp_path, development=True)
    clock = Clock()
    system = app.world.get_processor(EffectSystem)
    assert system is not None
    system._files._clock = clock
    show(app, noise(), Effect.from_file("tint.glsl"))
    app.step()
    assert (app.read_pixels()[..., :3] == (255, 0, 0)).all()
    with caplog.at_level(logging.ERROR, "ecs_engine"):
        rewrite(path, RED.replace("1.0", "1.0 + wrong"), app, clock)
        app.step(3)
    assert [record.message.splitlines()[0] for record in caplog.records] == [
        "fragment shader of 'tint.glsl' does not compile:"
    ]
    assert "wrong" in app.renderer.effects.faults["tint.glsl"]
    picture = app.read_pixels()[..., :3]
    assert (picture[-10:] == (255, 0, 0)).all()  # the last good one goes on
    letters = (picture == (255, 246, 224)).all(axis=2)
    assert letters[:200].sum() > 300
    rewrite(path, RED.replace("1.0, 0.0, 0.0", "0.0, 1.0, 0.0"), app, clock)
    assert app.renderer.effects.faults == {}
    assert (app.read_pixels()[..., :3] == (0, 255, 0)).all()


@pytest.mark.gl
def test_one_that_never_compiled_is_left_out(headless: Callable[..., App], tmp_path: Path) -> None:
    path = tmp_path / "tint.glsl"
    path.write_text("nothing at all")
    app, pixels = headless((320, 200), page_size=PAGE, files=tmp_path, development=True), noise()
    show(app, pixels, Effect.from_file("tint.glsl"), Effect(INVERT))
    app.step()
    close(app.read_pixels()[100:124, 128:192, :3], 255 - pixels[24:, :, :3])
    assert 'does not begin with #include "effect.glsl"' in app.renderer.effects.faults["tint.glsl"]


@pytest.mark.parametrize("development", [False, True])
def test_files_are_watched_in_development_only(tmp_path: Path, development: bool) -> None:
    path = tmp_path / "tint.glsl"
    path.write_text(RED)
    with FakeApp(files=tmp_path, development=development) as app:
        clock = Clock()
        system = app.world.get_processor(EffectSystem)
        assert system is not None
        system._files._clock = clock
        show(app, noise(), Effect.from_file("tint.glsl"))
        app.step()
        (first,) = app.renderer.effects._programs.values()
        for text in (INVERT, RED, INVERT):
            rewrite(path, text, app, clock)
        (last,) = app.renderer.effects._programs.values()
        assert (last is not first) == development
        path.unlink()  # some editors take it away for a moment
        clock.time += 1
        app.step()
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


def test_development_is_off_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, wanted in ((None, False), ("1", True), ("0", False)):
        if value is None:
            monkeypatch.delenv("ECS_ENGINE_DEVELOPMENT", raising=False)
        else:
            monkeypatch.setenv("ECS_ENGINE_DEVELOPMENT", value)
        with FakeApp() as app:
            assert app.renderer.effects.development == wanted
