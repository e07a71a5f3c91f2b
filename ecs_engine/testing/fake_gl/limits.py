"""What a fake driver can do: its limits, and which functions its version and extensions bring."""

from __future__ import annotations

from dataclasses import dataclass

from ecs_engine.gpu import enums


@dataclass(frozen=True, slots=True)
class Limits:
    """The implementation limits; the defaults are modest values that every desktop driver exceeds or meets."""

    max_texture_size: int = 16384
    max_array_texture_layers: int = 2048
    max_texture_buffer_size: int = 1 << 27
    max_uniform_block_size: int = 65536
    max_uniform_buffer_bindings: int = 84
    uniform_buffer_offset_alignment: int = 256
    max_texture_image_units: int = 32
    max_vertex_texture_image_units: int = 32
    max_combined_texture_image_units: int = 192
    max_vertex_attribs: int = 16
    max_vertex_attrib_stride: int = 2048
    max_color_attachments: int = 8
    max_draw_buffers: int = 8
    max_renderbuffer_size: int = 16384
    max_samples: int = 4
    max_viewport_dims: tuple[int, int] = (16384, 16384)
    max_label_length: int = 256
    max_debug_message_length: int = 4096
    max_debug_group_stack_depth: int = 64
    max_uniform_locations: int = 1024


LIMIT_NAMES: dict[int, str] = {
    enums.MAX_TEXTURE_SIZE: "max_texture_size",
    enums.MAX_ARRAY_TEXTURE_LAYERS: "max_array_texture_layers",
    enums.MAX_TEXTURE_BUFFER_SIZE: "max_texture_buffer_size",
    enums.MAX_UNIFORM_BLOCK_SIZE: "max_uniform_block_size",
    enums.MAX_UNIFORM_BUFFER_BINDINGS: "max_uniform_buffer_bindings",
    enums.UNIFORM_BUFFER_OFFSET_ALIGNMENT: "uniform_buffer_offset_alignment",
    enums.MAX_TEXTURE_IMAGE_UNITS: "max_texture_image_units",
    enums.MAX_VERTEX_TEXTURE_IMAGE_UNITS: "max_vertex_texture_image_units",
    enums.MAX_COMBINED_TEXTURE_IMAGE_UNITS: "max_combined_texture_image_units",
    enums.MAX_VERTEX_ATTRIBS: "max_vertex_attribs",
    enums.MAX_COLOR_ATTACHMENTS: "max_color_attachments",
    enums.MAX_DRAW_BUFFERS: "max_draw_buffers",
    enums.MAX_RENDERBUFFER_SIZE: "max_renderbuffer_size",
    enums.MAX_SAMPLES: "max_samples",
    enums.MAX_VIEWPORT_DIMS: "max_viewport_dims",
    enums.MAX_LABEL_LENGTH: "max_label_length",
}

# GL_MAX_LABEL_LENGTH came with debug output; asking for it earlier is an error.
DEBUG_LIMITS = frozenset({enums.MAX_LABEL_LENGTH})

BUFFER_STORAGE = ((4, 4), "GL_ARB_buffer_storage")
KHR_DEBUG = ((4, 3), "GL_KHR_debug")
ROBUSTNESS = ((4, 5), "GL_KHR_robustness")
ES2_COMPATIBILITY = ((4, 1), "GL_ARB_ES2_compatibility")

DEFAULT_EXTENSIONS = (
    "GL_ARB_buffer_storage", "GL_ARB_ES2_compatibility", "GL_ARB_map_buffer_range", "GL_ARB_sync",
    "GL_ARB_texture_buffer_object_rgb32", "GL_KHR_debug",
)  # fmt: skip

GLSL_OF_GL = {
    (3, 3): 330, (4, 0): 400, (4, 1): 410, (4, 2): 420, (4, 3): 430, (4, 4): 440, (4, 5): 450, (4, 6): 460,
}  # fmt: skip
