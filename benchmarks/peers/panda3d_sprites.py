"""Panda3D: one Geom of points drawn as point sprites, whose vertices are written through a memoryview, which its manual
calls very efficient for geometry that changes."""

from __future__ import annotations

from typing import Any

import numpy as np
from common import BACKGROUND, HEIGHT, MOVERS, SIDE, WIDTH, Field, Subject, picture, run
from direct.showbase.ShowBase import ShowBase
from panda3d import core


def add_points(base: ShowBase, texture: core.Texture, count: int, usage: int) -> core.GeomNode:
    """So many point sprites; their places are not written yet."""
    data = core.GeomVertexData("sprites", core.GeomVertexFormat.get_v3(), usage)
    data.unclean_set_num_rows(count)
    points = core.GeomPoints(core.Geom.UH_static)
    points.add_next_vertices(count)
    geom = core.Geom(data)
    geom.add_primitive(points)
    node = core.GeomNode("sprites")
    node.add_geom(geom)
    node.set_bounds(core.OmniBoundingVolume())
    node.set_final(True)
    sprites = base.render.attach_new_node(node)
    sprites.set_render_mode_thickness(SIDE)
    sprites.set_tex_gen(core.TextureStage.get_default(), core.TexGenAttrib.M_point_sprite)
    sprites.set_transparency(core.TransparencyAttrib.M_alpha)
    sprites.set_depth_test(False)
    sprites.set_depth_write(False)
    sprites.set_texture(texture)
    return node


def write(node: core.GeomNode, vertices: np.ndarray[Any, Any]) -> None:
    """Put places, (n, 3) float32, into a node."""
    view = memoryview(node.modify_geom(0).modify_vertex_data().modify_array(0)).cast("B")
    view[:] = memoryview(vertices).cast("B")


def moving(count: int, standing: int = 0) -> Subject:
    core.load_prc_file_data("", f"win-size {WIDTH} {HEIGHT}\nsync-video 0\naudio-library-name null\nnotify-level error")
    base = ShowBase()
    base.set_background_color(*(value / 255 for value in BACKGROUND))
    base.disable_mouse()
    lens = core.OrthographicLens()
    lens.set_film_size(WIDTH, HEIGHT)
    base.cam.node().set_lens(lens)
    base.cam.set_pos(WIDTH / 2, -10, HEIGHT / 2)

    texture = core.Texture()
    texture.setup_2d_texture(SIDE, SIDE, core.Texture.T_unsigned_byte, core.Texture.F_rgba)
    texture.set_ram_image_as(np.ascontiguousarray(picture()), "RGBA")
    if standing:
        still = np.zeros((standing, 3), np.float32)
        still[:, ::2] = Field(standing).place
        write(add_points(base, texture, standing, core.Geom.UH_static), still)
    node, field, vertices = (
        add_points(base, texture, count, core.Geom.UH_dynamic),
        Field(count),
        np.zeros((count, 3), "f4"),
    )

    def frame() -> None:
        vertices[:, ::2] = field.step()
        write(node, vertices)
        base.task_mgr.step()

    def screenshot(path: str) -> None:
        base.graphicsEngine.render_frame()
        base.win.save_screenshot(core.Filename.from_os_specific(path))

    return Subject(frame, lambda: base.win.gsg.driver_renderer, screenshot)


if __name__ == "__main__":
    run(
        "Panda3D",
        core.PandaSystem.get_version_string(),
        {"moving": moving, "static": lambda count: moving(MOVERS, count)},
    )
