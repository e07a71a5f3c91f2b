// The picture, and the light around what is bright in it.
#include "effect.glsl"
uniform float strength;

void main() {
    vec4 here = texture(other, place);
    vec3 glow = texture(picture, place).rgb * strength;
    color = vec4(here.rgb + glow + noise() / 255.0, here.a);
}
