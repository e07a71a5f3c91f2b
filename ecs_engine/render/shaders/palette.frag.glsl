// The nearest of a few colours, mixed in a pattern where none is near; systems/effects/stock.py has the numbers.
#include "effect.glsl"
uniform vec3 colors[32];
uniform int count;
uniform float dither;
uniform float pixel;

// Bayer's 4 by 4 matrix: (0 to 15) / 16, each once, neighbours far apart.
const float BAYER[16] = float[16](
    0.0, 8.0, 2.0, 10.0, 12.0, 4.0, 14.0, 6.0, 3.0, 11.0, 1.0, 9.0, 15.0, 7.0, 13.0, 5.0
);

void main() {
    ivec2 cell = ivec2(floor(place * picture_size() / pixel));
    vec4 here = textureLod(picture, (vec2(cell) + 0.5) * pixel / picture_size(), 0.0);
    float step = (BAYER[(cell.y & 3) * 4 + (cell.x & 3)] + 0.5) / 16.0 - 0.5;
    vec3 wanted = (here.a > 0.0 ? here.rgb / here.a : vec3(0.0)) + dither * step;
    vec3 best = colors[0];
    float least = 1e9;
    for (int i = 0; i < count; ++i) {
        vec3 apart = colors[i] - wanted;
        float distance = dot(apart * apart, vec3(0.299, 0.587, 0.114));  // as bright as eyes find red, green and blue
        if (distance < least) {
            least = distance;
            best = colors[i];
        }
    }
    color = vec4(best * here.a, here.a);
}
