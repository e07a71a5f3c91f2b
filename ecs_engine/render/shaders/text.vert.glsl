// One quad per glyph and pass; what a label's glyphs share is looked up by the label's number.
#include "view.glsl"

uniform usamplerBuffer order_rows;
uniform samplerBuffer quad;
uniform usamplerBuffer look;
uniform samplerBuffer label_pose;
uniform samplerBuffer label_prev;
uniform usamplerBuffer tints;
uniform samplerBuffer edges;

out vec2 texel;
flat out uint page;
flat out vec4 tint;
flat out vec4 edge;

vec4 unpacked(uint color) {
    return vec4(color & 0xFFu, (color >> 8u) & 0xFFu, (color >> 16u) & 0xFFu, color >> 24u) / 255.0;
}

void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    bool right = (gl_VertexID & 1) != 0;
    bool top = (gl_VertexID & 2) != 0;

    uvec4 glyph = texelFetch(look, row);
    int style = int(glyph.w >> 8u);
    int label = style / 3;
    vec4 now = texelFetch(label_pose, label);
    vec4 before = texelFetch(label_prev, label);
    vec3 place = between(before.xyz, now.xyz);
    vec4 box = texelFetch(quad, row);
    vec2 local = vec2(right ? box.z : box.x, top ? box.w : box.y) * vec2(now.w, before.w);
    float c = cos(place.z);
    float s = sin(place.z);
    mat2 turn = mat2(c, s, -s, c);
    gl_Position = world_to_clip * vec4(place.xy + turn * local, 0.0, 1.0);
    gl_Position.xy += snap((world_to_clip * vec4(place.xy + turn * (box.xy * vec2(now.w, before.w)), 0.0, 1.0)).xy);

    texel = vec2(float((right ? glyph.y : glyph.x) & 0xFFFFu), float((top ? glyph.x : glyph.y) >> 16u));
    page = glyph.w & 0xFFu;
    edge = texelFetch(edges, style);
    vec4 straight = unpacked(texelFetch(tints, style).r);
    if (style % 3 == 0 && glyph.z != 0u) {  // a run of another colour, which fades with the label
        straight = unpacked(glyph.z) * vec4(1.0, 1.0, 1.0, straight.a);
    }
    tint = vec4(straight.rgb * straight.a, straight.a);
}
