// What is brighter than a threshold, at half the size: four texels, each the mean of four.
#include "effect.glsl"
uniform float threshold;

vec3 bright(vec2 at) {
    vec3 here = texture(picture, at).rgb;
    float most = max(max(here.r, here.g), max(here.b, 1e-4));
    // From half below the threshold on, gently.
    return here * (smoothstep(threshold * 0.5, threshold * 1.5, most));
}

void main() {
    vec2 step = 1.0 / picture_size();
    vec3 inner = bright(place + step * vec2(-1, -1)) + bright(place + step * vec2(1, -1))
        + bright(place + step * vec2(-1, 1)) + bright(place + step * vec2(1, 1));
    color = vec4(inner * 0.25, 0.0);
}
