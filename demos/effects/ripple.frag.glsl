// Rings on water, from a place outwards. Change something and save while the demo runs: it shows at once.
#include "effect.glsl"
uniform vec2 middle;      // where they begin, 0 to 1
uniform float strength;   // how far they bend the picture
uniform vec3 water;       // the colour of their crests

void main() {
    vec2 shape = vec2(picture_size().x / picture_size().y, 1.0);
    vec2 away = (place - middle) * shape;
    float far = length(away);
    float fade = exp(-2.2 * far);
    float wave = sin(46.0 * far - 7.0 * time) * fade;
    vec2 bent = place - strength * wave * away / max(far, 1e-3) / shape;
    vec4 here = texture(picture, bent);
    color = vec4(here.rgb + water * here.a * 0.45 * max(wave, 0.0), here.a);
}
