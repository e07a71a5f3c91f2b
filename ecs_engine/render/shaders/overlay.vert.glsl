// One quad per row, in dots of the font from the upper left of the panel; see ecs_engine/render/overlay.py.
layout(std140) uniform Panel {
    vec4 dot_size;   // xy: a dot in clip space, zw: the panel's upper left corner there
    uvec4 font[48];  // two letters each, from the space on; bit 5 * row + column of a letter is a dot
};

uniform usamplerBuffer quads;

out vec2 place;  // within the quad, in dots
flat out uint glyph;
flat out uvec2 letter;
flat out vec4 tint;

vec2 halves(uint both) {
    return vec2(float(both & 0xFFFFu), float(both >> 16u));
}

void main() {
    uvec4 quad = texelFetch(quads, gl_VertexID >> 2);
    place = halves(quad.y) * vec2(float(gl_VertexID & 1), float((gl_VertexID >> 1) & 1));
    gl_Position = vec4(dot_size.zw + (halves(quad.x) + place) * dot_size.xy, 0.0, 1.0);

    glyph = quad.w;
    uint index = max(glyph, 32u) - 32u;
    uvec4 pair = font[min(index >> 1u, 47u)];
    letter = (index & 1u) == 0u ? pair.xy : pair.zw;

    vec4 straight = vec4(
        float(quad.z & 0xFFu), float((quad.z >> 8u) & 0xFFu), float((quad.z >> 16u) & 0xFFu), float(quad.z >> 24u)
    ) / 255.0;
    tint = vec4(straight.rgb * straight.a, straight.a);
}
