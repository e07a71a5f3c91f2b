// A plain quad where there is no glyph, else the dots of a letter.
in vec2 place;
flat in uint glyph;
flat in uvec2 letter;
flat in vec4 tint;

out vec4 color;

void main() {
    uint bit = uint(place.y) * 5u + uint(place.x);
    uint word = bit < 32u ? letter.x : letter.y;
    bool lit = glyph == 0u || ((word >> (bit & 31u)) & 1u) == 1u;
    color = lit ? tint : vec4(0.0);
}
