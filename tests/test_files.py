"""Files of a game: in a folder, in a zip, in a package; and what is refused."""

from __future__ import annotations

import json
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ecs_engine import files as module
from ecs_engine.core.errors import AssetError
from ecs_engine.files import GameFiles
from ecs_engine.pictures import Pictures


@pytest.fixture(params=["folder", "zip"])
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> GameFiles:
    """art/ship.png and data.json, in a folder or in a folder of a zip."""
    folder = tmp_path / "game"
    (folder / "art").mkdir(parents=True)
    Image.new("RGBA", (5, 4), (1, 2, 3, 255)).save(folder / "art" / "ship.png")
    (folder / "data.json").write_text('{"lives": 3}')
    if request.param == "folder":
        return GameFiles(folder)
    with zipfile.ZipFile(tmp_path / "game.zip", "w") as archive:
        for path in folder.rglob("*.*"):
            archive.write(path, "game/" + path.relative_to(folder).as_posix())
    return GameFiles(zipfile.Path(tmp_path / "game.zip", "game/"))


def test_files_are_found_and_pictures_too(bundle: GameFiles) -> None:
    assert bundle.read_json("data.json") == {"lives": 3}
    assert bundle.read("art/../data.json") == b'{"lives": 3}'
    pictures = Pictures(strict=True, files=bundle)
    ship = pictures.load("art/ship.png")
    assert (ship.width, ship.height) == (5, 4)
    assert pictures.load("art/../art/ship.png") is ship


def test_what_is_not_there_is_named_with_its_place(bundle: GameFiles) -> None:
    with pytest.raises(AssetError, match=r"'art/shop.png' was not loaded: there is no file.*shop.png.*; "):
        bundle.read("art/shop.png", "Picture")
    with pytest.raises(AssetError, match="is a folder"):
        bundle.read("art")


def test_a_zip_keeps_what_is_asked_for_inside(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "game.zip", "w") as archive:
        archive.writestr("game/a.txt", "a")
        archive.writestr("secret.txt", "b")
    inside = GameFiles(zipfile.Path(tmp_path / "game.zip", "game/"))
    assert inside.read("a.txt") == b"a"
    for name in ("../secret.txt", "/secret.txt", "x/../../secret.txt"):
        with pytest.raises(AssetError, match="outside"):
            inside.read(name)


def test_a_zip_that_lies_is_named(tmp_path: Path) -> None:
    path = tmp_path / "game.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a" * 1000)
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF  # within the contents: the checksum is wrong
    path.write_bytes(data)
    with pytest.raises(AssetError, match=r"'a.txt' at .*game.zip.a.txt cannot be read: .*; check the file"):
        GameFiles(zipfile.Path(path)).read("a.txt")


def test_a_bomb_in_a_zip_is_read_no_further_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_JSON", 1000)
    with zipfile.ZipFile(tmp_path / "game.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", b" " * 10_000_000)
        archive.writestr("good.json", b"[1]")
    bundle = GameFiles(zipfile.Path(tmp_path / "game.zip"))
    with pytest.raises(AssetError, match="more than 1,000 bytes"):
        bundle.read_json("bomb.json")
    assert bundle.read_json("good.json") == [1]


def test_files_of_packages_are_found() -> None:
    assert GameFiles(files("ecs_engine") / "render").read("shaders/view.glsl").startswith(b"layout")


def test_names_are_relative_to_the_working_directory_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("a")
    found = GameFiles()
    monkeypatch.chdir(tmp_path)
    assert found.read("a.txt") == b"a"
    assert found.read(tmp_path / "a.txt") == b"a"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1 column 2"),
        ("", "line 1 column 1"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 10_000, "integer string conversion"),
        ('{"a": 1}\n{', "line 2"),
    ],
)
def test_bad_json_ends_in_one_error(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "data.json").write_text(text)
    with pytest.raises(AssetError, match=words) as caught:
        GameFiles(tmp_path).read_json("data.json")
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("seed", range(3))
def test_spoilt_json_is_read_or_ends_in_one_error(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = json.dumps({"frames": [{"x": n, "name": "é" * n} for n in range(5)], "on": True}).encode()
    errors: list[str] = []
    for _ in range(150):
        spoilt = bytearray(whole[: rng.integers(1, len(whole) + 1)])
        for place in rng.integers(0, len(spoilt), 3):
            spoilt[place] = rng.integers(256)
        (tmp_path / "data.json").write_bytes(spoilt)
        try:
            GameFiles(tmp_path).read_json("data.json")
        except AssetError as error:
            errors.append(str(error))
    assert len(errors) > 100
    assert all(str(tmp_path) in error for error in errors)
