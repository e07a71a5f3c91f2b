// One quad around each light, in a light map.
#include "view.glsl"
uniform usamplerBuffer order_rows;
uniform samplerBuffer pose, prev, glow, paint;

out vec2 away;          // from the light, in world units
flat out vec3 lamp;     // its place and angle
flat out vec4 shine;    // radius, size, falloff, half of the cone
flat out vec4 tint;     // its colour; how dark its shadows are
flat out int number;    // of its row

void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    shine = texelFetch(glow, row);
    tint = texelFetch(paint, row);
    lamp = between(texelFetch(prev, row).xyz, texelFetch(pose, row).xyz);
    number = row;
    away = (vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1) * 2.0 - 1.0) * shine.x;
    gl_Position = world_to_clip * vec4(lamp.xy + away, 0.0, 1.0);
}
