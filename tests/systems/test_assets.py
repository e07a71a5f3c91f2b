"""The asset manager: handles, worker threads, progress, errors, unloading, the end."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ecs_engine import Assets, Clips, Sprite, System, Transform2D
from ecs_engine.components import SpriteDraw
from ecs_engine.core.errors import AssetError
from ecs_engine.files import GameFiles
from ecs_engine.pictures import Pictures
from ecs_engine.systems import Progress
from ecs_engine.testing.app import FakeApp


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    for name, width in (("ship", 5), ("rock", 7)):
        Image.fromarray(rng.integers(0, 256, (4, width, 4), np.uint8)).save(tmp_path / f"{name}.png")
    Image.fromarray(rng.integers(0, 256, (16, 24, 4), np.uint8)).save(tmp_path / "tiles.png")
    (tmp_path / "level.json").write_text('{"rocks": 3}')
    (tmp_path / "broken.png").write_bytes((tmp_path / "ship.png").read_bytes()[:40])
    return tmp_path


@pytest.fixture
def assets(folder: Path) -> Iterator[Assets]:
    made = Assets(Pictures(256), GameFiles(folder))
    yield made
    made.close()


def test_a_picture_has_its_id_at_once_and_its_size_later(assets: Assets) -> None:
    ship = assets.picture("ship.png")
    assert int(ship) == ship.id
    assert not ship.done
    with pytest.raises(AssetError, match="still on its way"):
        _ = ship.value
    assert (ship.wait().id, ship.value.width, ship.ready) == (ship.id, 5, True)
    assert assets.pictures.table.size[ship.id].tolist() == [5, 4]


def test_the_same_file_is_one_asset(assets: Assets) -> None:
    ship = assets.picture("ship.png")
    assert assets.picture(Path("ship.png")) is ship
    assert assets.picture("x/../ship.png") is ship
    assert assets.sheet("tiles.png", (8, 8)) is assets.sheet("tiles.png", (8, 8))
    assert assets.sheet("tiles.png", (8, 8)) is not assets.sheet("tiles.png", (4, 4))
    assert assets.json("level.json") is assets.json("level.json")
    assets.wait()
    assert len(assets.pictures) == 2 + 1 + 1 + 6 + 24  # built in, the tile, the ship, the frames of both sheets


def test_progress_counts_assets_and_bytes_and_begins_anew(assets: Assets, folder: Path) -> None:
    assert assets.progress == Progress()
    assert assets.progress.fraction == 1.0
    assets.picture("ship.png")
    assets.json("level.json")
    assets.picture("gone.png")
    assert (assets.progress.done, assets.progress.total, assets.progress.fraction) == (0, 3, 0.0)
    assets.wait()
    size = sum((folder / name).stat().st_size for name in ("ship.png", "level.json"))
    assert assets.progress == Progress(done=3, total=3, failed=1, bytes=size)
    assets.picture("rock.png")
    assert assets.progress.total == 1
    assets.wait()
    assert assets.progress == Progress(1, 1, 0, (folder / "rock.png").stat().st_size)


def test_nothing_is_handed_over_between_two_updates(assets: Assets) -> None:
    decoded, level = threading.Event(), assets.json("level.json")

    def read(files: GameFiles, name: str) -> bytes:
        decoded.set()
        return files.read(name)

    raw = assets.load("level.json", read)
    assert decoded.wait(20)
    assert (level.done, raw.done) == (False, False)
    assets.wait()
    assert (level.value, raw.value) == ({"rocks": 3}, b'{"rocks": 3}')


def test_a_system_goes_on_when_assets_are_there(assets: Assets) -> None:
    heard: list[str] = []
    gate = threading.Event()
    slow = assets.load("ship.png", lambda files, name: gate.wait(20))
    ship, rock = assets.picture("ship.png"), assets.picture("rock.png")
    assets.when_ready(lambda: heard.append("pictures"), ship, rock)
    assets.when_ready(lambda: heard.append("all"))
    assets.update()
    assert heard == []
    gate.set()
    slow.wait()
    assets.wait()
    assert heard == []
    assets.update()
    assets.update()
    assert heard == ["pictures", "all"]
    assets.when_ready(lambda: heard.append("at once"), ship)
    assets.update()
    assert heard[2:] == ["at once"]


def test_what_fails_is_told_once_and_shows_the_checker(assets: Assets, caplog: pytest.LogCaptureFixture) -> None:
    broken, gone = assets.picture("broken.png"), assets.sheet("gone.png", (8, 8))
    level = assets.json("broken.png")
    assets.wait()
    assets.update()
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 3
    for asset in (broken, gone, level):
        assert asset.done
        assert not asset.ready
        assert str(asset.error) in caplog.text
    table, missing = assets.pictures.table, assets.pictures.missing
    assert table.uv[broken.id].tolist() == table.uv[missing.id].tolist()
    assert broken.value is missing
    assert gone.value[77] is missing
    assert Clips().add_tags(gone.value)["any"].frames == 1
    with pytest.raises(AssetError, match=r"broken.png"):
        _ = level.value
    assert assets.picture("broken.png") is broken
    assert len(caplog.records) == 3


def test_what_a_reader_raises_becomes_one_error(assets: Assets) -> None:
    asset = assets.load("ship.png", lambda files, name: 1 // 0)
    with pytest.raises(AssetError, match=r"'ship.png' cannot be read: ZeroDivisionError: .*; check the file") as caught:
        asset.wait()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_strict_raises_at_the_beginning_of_a_tick(folder: Path) -> None:
    with FakeApp(files=folder, strict=True) as app:
        app.assets.picture("gone.png")
        ship = app.assets.picture("ship.png")
        with pytest.raises(AssetError, match=r"no file 'gone.png'"):
            app.assets.wait()
        assert ship.wait().width == 5
        app.step()


def test_unloading_gives_the_room_back_and_loads_anew(assets: Assets) -> None:
    ship, tiles = assets.picture("ship.png"), assets.sheet("tiles.png", (8, 8))
    assets.wait()
    first = tiles.value[0]
    assets.unload(ship)
    assets.unload(tiles)
    table, missing = assets.pictures.table, assets.pictures.missing
    for picture in (ship.id, first.id):
        assert table.uv[picture].tolist() == table.uv[missing.id].tolist()
    again = assets.picture("ship.png")
    assert again is not ship
    assert again.id != ship.id
    assert again.wait().width == 5


def test_what_is_unloaded_on_its_way_never_comes(assets: Assets) -> None:
    gate = threading.Event()
    slow = assets.load("ship.png", lambda files, name: gate.wait(20))
    ship, tiles = assets.picture("ship.png"), assets.sheet("tiles.png", (8, 8))
    for asset in (slow, ship, tiles):
        assets.unload(asset)
    gate.set()
    assets.wait()
    assert [(asset.done, asset.ready) for asset in (slow, ship, tiles)] == [(True, False)] * 3
    assert all("was unloaded before it was there" in str(asset.error) for asset in (slow, ship, tiles))
    table = assets.pictures.table
    assert {tuple(table.uv[row]) for row in range(3, len(table.uv))} == {tuple(table.uv[1])}


def test_closing_joins_the_workers_and_leaves_out_the_rest(folder: Path) -> None:
    assets = Assets(Pictures(256), GameFiles(folder), workers=1)
    begun, gate = threading.Event(), threading.Event()

    def read(files: GameFiles, name: str) -> str:
        begun.set()
        gate.wait(20)
        return name

    first, second = assets.load("ship.png", read), assets.json("level.json")
    assert begun.wait(20)
    (worker,) = [thread for thread in threading.enumerate() if thread.name.startswith("assets")]
    closer = threading.Thread(target=assets.close)
    closer.start()
    gate.set()
    closer.join(20)
    assert not worker.is_alive()
    for asset in (first, second):
        with pytest.raises(AssetError, match="its app closed before that"):
            asset.wait()
    assets.close()
    with pytest.raises(AssetError, match="after the app closed"):
        assets.picture("rock.png")


def test_no_thread_is_made_before_something_is_asked_for(folder: Path) -> None:
    with FakeApp(files=folder) as app:
        app.step()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("assets")]
        app.assets.picture("ship.png")
        assert [thread for thread in threading.enumerate() if thread.name.startswith("assets")]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("assets")]


def test_a_sprite_shows_the_picture_when_it_is_there(folder: Path) -> None:
    with FakeApp(files=folder) as app:
        ship = app.assets.picture("ship.png")
        app.world.create_entity(Transform2D(), Sprite(ship))
        app.step()
        app.assets.wait()
        app.step()
        ((draw,),) = app.world.select(SpriteDraw)
        assert draw.rect.tolist() == [[-2.5, -2.0, 2.5, 2.0]]
        assert draw.look[0, 0] == app.pictures.table.uv[ship.id, 0]


def test_many_assets_on_several_threads(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for number in range(60):
        Image.new("RGBA", (1 + number, 4), (number, 0, 0, 255)).save(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.json").write_text(json.dumps(number))
    assets = Assets(Pictures(256), GameFiles(tmp_path), workers=4)
    order = rng.permutation(60).tolist()
    pictures = {number: assets.picture(f"{number}.png") for number in order}
    values = {number: assets.json(f"{number}.json") for number in order}
    assets.wait()
    for number in range(60):
        assert values[number].value == number
        assert pictures[number].value.width == 1 + number
        assert assets.pictures.table.size[int(pictures[number])].tolist() == [1 + number, 4]
    assert assets.progress.done == 120
    assets.close()


def test_nothing_is_a_value_too(assets: Assets, folder: Path) -> None:
    (folder / "null.json").write_text("null")
    nothing, read = assets.json("null.json"), assets.load("ship.png", lambda files, name: None)
    assets.wait()
    assert nothing.ready
    assert nothing.value is read.value is None


def test_full_pages_are_told_when_the_picture_comes(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    pictures = Pictures(64, 1)
    while pictures.add(np.zeros((1, 1, 4), np.uint8)) is not pictures.missing:
        pass
    caplog.clear()
    assets = Assets(pictures, GameFiles(folder))
    ship = assets.picture("ship.png")
    assets.wait()
    assets.close()
    assert ship.value is pictures.missing
    assert "'ship.png' (5 x 4 pixels) found no room" in caplog.text


def test_a_sheet_needs_a_size_or_json(assets: Assets) -> None:
    with pytest.raises(AssetError, match=r"'tiles.png' was asked for without a size"):
        assets.sheet("tiles.png")


def test_handles_change_before_the_games_systems_and_not_during_a_tick(folder: Path) -> None:
    order: list[object] = []
    gate, read = threading.Event(), threading.Event()

    class Game(System):
        def process(self, dt: float) -> None:
            order.append(ship.done)
            gate.set()
            pool = app.assets._pool
            assert pool is not None
            pool.submit(read.set)
            assert read.wait(20)  # with one worker, what was asked for before is finished now
            order.append(ship.done)

    with FakeApp(files=folder) as app:
        app.assets._workers = 1
        ship = app.assets.load("ship.png", lambda files, name: gate.wait(20))
        app.assets.when_ready(lambda: order.append("ready"), ship)
        app.add_system(Game())
        app.step(2)
    assert order == [False, False, "ready", True, True]


def test_what_is_unloaded_twice_takes_no_other_picture_along(assets: Assets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecs_engine.pictures.RESTING_IDS", 0)
    ship = assets.picture("ship.png")
    ship.wait()
    assets.unload(ship)
    rock = assets.picture("rock.png")
    assert (rock.wait().width, rock.id) == (7, ship.id)
    assets.unload(ship)
    assert assets.pictures[rock.id].width == 7
    assert assets.picture("rock.png") is rock
