// Darkens towards the corners; systems/effects/stock.py has the numbers.
#include "effect.glsl"
uniform float strength;
uniform float radius;
uniform float softness;
uniform vec3 tint;

void main() {
    vec4 here = texture(picture, place);
    // 0 in the middle, 1 in the corners, whatever the shape of the picture.
    float way = length(place - 0.5) / sqrt(0.5);
    float amount = strength * smoothstep(radius, radius + softness, way);
    color = vec4(mix(here.rgb, tint * here.a, amount), here.a);
}
