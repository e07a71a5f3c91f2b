// One quad per nine-slice; which texel belongs to which of its pixels is found in the fragment shader.
#include "view.glsl"

uniform usamplerBuffer order_rows;
uniform samplerBuffer pose;
uniform samplerBuffer prev;
uniform samplerBuffer rect;
uniform usamplerBuffer look;
uniform samplerBuffer border;
uniform samplerBuffer extent;

out vec2 place;  // texels from the upper left corner, of the size it is drawn at
flat out vec2 whole;  // that size
flat out vec4 edges;  // left, top, right, bottom
flat out vec4 texels;  // the picture in its page: left, top, right, bottom
flat out uint page;
flat out uint tiled;
flat out vec4 tint;

void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    int corner = gl_VertexID & 3;
    bool right = (corner & 1) != 0;
    bool top = (corner & 2) != 0;

    vec3 middle = between(texelFetch(prev, row).xyz, texelFetch(pose, row).xyz);
    vec4 quad = texelFetch(rect, row);
    vec2 local = vec2(right ? quad.z : quad.x, top ? quad.w : quad.y);
    float c = cos(middle.z);
    float s = sin(middle.z);
    vec2 world = middle.xy + vec2(c * local.x - s * local.y, s * local.x + c * local.y);
    gl_Position = world_to_clip * vec4(world, 0.0, 1.0);

    whole = texelFetch(extent, row).xy;
    place = whole * vec2(right ? 1.0 : 0.0, top ? 0.0 : 1.0);
    edges = max(texelFetch(border, row), 0.0).xwzy;

    uvec4 picture = texelFetch(look, row);
    texels = vec4(
        float(picture.x & 0xFFFFu), float(picture.x >> 16u),
        float(picture.y & 0xFFFFu), float(picture.y >> 16u)
    );
    page = picture.w & 0xFFFFu;
    tiled = picture.w >> 16u;
    vec4 straight = vec4(
        float(picture.z & 0xFFu), float((picture.z >> 8u) & 0xFFu),
        float((picture.z >> 16u) & 0xFFu), float(picture.z >> 24u)
    ) / 255.0;
    tint = vec4(straight.rgb * straight.a, straight.a);
}
