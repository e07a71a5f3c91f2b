// One quad per tile: where its cell is, and what it shares with others by number (see systems/tiles.py).
#include "view.glsl"

uniform usamplerBuffer order_rows;
uniform usamplerBuffer cell;
uniform samplerBuffer tile_rects;
uniform usamplerBuffer tile_looks;
uniform samplerBuffer tile_layers;
uniform sampler2DArray pages;

out vec2 place_on_page;
flat out uint page;
flat out vec4 tint;

void main() {
    uvec2 tile = texelFetch(cell, int(texelFetch(order_rows, gl_VertexID >> 2).r)).rg;
    int number = int(tile.y & 0x1FFFFu);
    int layer = int((tile.y >> 17u) & 0x3FFu) * 4;
    vec4 here = texelFetch(tile_layers, layer);        // x, y, angle; width of a step
    vec4 before = texelFetch(tile_layers, layer + 1);  // the same at the tick before; height of a step
    vec4 spread = texelFetch(tile_layers, layer + 2);  // scale; how far it goes along with the camera
    vec4 straight = texelFetch(tile_layers, layer + 3);

    vec2 corner = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1);
    vec4 box = texelFetch(tile_rects, number);
    vec2 size = box.zw - box.xy;
    bool diagonal = (tile.y & 0x20000000u) != 0u;
    if (diagonal) size = size.yx;
    float turn = float((tile.y >> 27u) & 3u) * TURN / 6.0;
    vec2 arm = (corner - 0.5) * size;
    arm = vec2(cos(turn) * arm.x + sin(turn) * arm.y, cos(turn) * arm.y - sin(turn) * arm.x);
    vec2 steps = vec2(int(tile.x << 16u) >> 16, -(int(tile.x) >> 16));
    vec2 local = (steps * vec2(here.w, before.w) + box.xy + size * 0.5 + arm) * spread.xy;

    vec3 place = between(before.xyz, here.xyz);
    float c = cos(place.z);
    float s = sin(place.z);
    vec2 world = place.xy + vec2(c * local.x - s * local.y, s * local.x + c * local.y) + moment.yz * spread.zw;
    gl_Position = world_to_clip * vec4(world, 0.0, 1.0);

    vec2 across = vec2(corner.x, 1.0 - corner.y);
    if ((tile.y & 0x80000000u) != 0u) across.x = 1.0 - across.x;
    if ((tile.y & 0x40000000u) != 0u) across.y = 1.0 - across.y;
    if (diagonal) across = across.yx;
    uvec4 look = texelFetch(tile_looks, number);
    vec2 first = vec2(look.x & 0xFFFFu, look.x >> 16u);
    vec2 last = vec2(look.y & 0xFFFFu, look.y >> 16u);
    place_on_page = mix(first, last, across) / vec2(textureSize(pages, 0).xy);
    page = look.z;
    tint = vec4(straight.rgb * straight.a, straight.a);
}
