// One quad over all of what is drawn to.
out vec2 place;  // 0 to 1, from the lower left

void main() {
    place = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}
