// Twice the size, and the light of that size added: eight texels of Bjorge, 2015 (dual filter, up).
#include "effect.glsl"
uniform float spread;

void main() {
    vec2 step = 0.5 / picture_size();
    vec4 sum = texture(picture, place + step * vec2(-2, 0)) + texture(picture, place + step * vec2(2, 0))
        + texture(picture, place + step * vec2(0, -2)) + texture(picture, place + step * vec2(0, 2));
    sum += 2.0 * (texture(picture, place + step * vec2(-1, -1)) + texture(picture, place + step * vec2(1, -1))
        + texture(picture, place + step * vec2(-1, 1)) + texture(picture, place + step * vec2(1, 1)));
    color = mix(texture(other, place), sum / 12.0, spread);
}
