// A picture tube: its bulge, its lines, its mask of stripes; systems/effects/stock.py has the numbers.
#include "effect.glsl"
uniform float bulge;
uniform float lines;
uniform float line_height;
uniform float mask;
uniform float fringe;

void main() {
    vec2 out_of_middle = place * 2.0 - 1.0;
    vec2 bent = out_of_middle * (1.0 + bulge * out_of_middle.yx * out_of_middle.yx) * 0.5 + 0.5;
    vec2 size = picture_size();
    vec2 edge = smoothstep(vec2(0.0), 3.0 / size, bent) * smoothstep(vec2(0.0), 3.0 / size, 1.0 - bent);
    float inside = edge.x * edge.y;
    vec2 aside = vec2(fringe / size.x, 0.0);
    vec4 here = textureLod(picture, bent, 0.0);
    vec3 light = vec3(textureLod(picture, bent + aside, 0.0).r, here.g, textureLod(picture, bent - aside, 0.0).b);
    // A beam is brightest along its middle, and wider where it is bright.
    float beam = 0.5 + 0.5 * cos(6.2831853 * bent.y * size.y / line_height);
    float bright = max(max(light.r, light.g), light.b);
    light *= 1.0 + lines * (beam - 0.6) * (1.2 - 0.7 * min(bright, 1.0));
    int stripe = int(gl_FragCoord.x) % 3;
    light *= mix(vec3(1.0 - mask), vec3(1.0 + mask), equal(ivec3(stripe), ivec3(0, 1, 2)));
    color = vec4(light, here.a) * inside;
}
