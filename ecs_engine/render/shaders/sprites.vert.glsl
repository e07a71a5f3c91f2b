// One quad per row of the instance set; nothing but gl_VertexID comes in (see ARCHITECTURE.md).
#include "view.glsl"

uniform usamplerBuffer order_rows;
uniform samplerBuffer pose;
uniform samplerBuffer prev;
uniform samplerBuffer rect;
uniform usamplerBuffer look;
uniform sampler2DArray pages;

out vec2 place_on_page;
flat out uint page;
flat out vec4 tint;

void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    int corner = gl_VertexID & 3;
    bool right = (corner & 1) != 0;
    bool top = (corner & 2) != 0;

    vec4 before = texelFetch(prev, row);
    vec4 now = texelFetch(pose, row);
    vec3 place = between(before.xyz, now.xyz) + vec3(parallax(before, now), 0.0);
    vec4 quad = texelFetch(rect, row);
    vec2 local = vec2(right ? quad.z : quad.x, top ? quad.w : quad.y);
    float c = cos(place.z);
    float s = sin(place.z);
    mat2 turn = mat2(c, s, -s, c);
    gl_Position = world_to_clip * vec4(place.xy + turn * local, 0.0, 1.0);
    gl_Position.xy += snap((world_to_clip * vec4(place.xy + turn * quad.xy, 0.0, 1.0)).xy);

    uvec4 corners = texelFetch(look, row);
    vec2 texel = vec2(
        float((right ? corners.y : corners.x) & 0xFFFFu),
        float((top ? corners.x : corners.y) >> 16u)
    );
    place_on_page = texel / vec2(textureSize(pages, 0).xy);
    page = corners.w;
    vec4 straight = vec4(
        float(corners.z & 0xFFu), float((corners.z >> 8u) & 0xFFu),
        float((corners.z >> 16u) & 0xFFu), float(corners.z >> 24u)
    ) / 255.0;
    tint = vec4(straight.rgb * straight.a, straight.a);
}
