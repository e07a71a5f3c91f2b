// Half the size: five texels of Bjorge, "Bandwidth-Efficient Rendering", SIGGRAPH 2015 (dual filter, down).
#include "effect.glsl"

void main() {
    vec2 step = 1.0 / picture_size();
    vec4 sum = texture(picture, place) * 4.0;
    sum += texture(picture, place + step * vec2(-1, -1)) + texture(picture, place + step * vec2(1, -1));
    sum += texture(picture, place + step * vec2(-1, 1)) + texture(picture, place + step * vec2(1, 1));
    color = sum / 8.0;
}
