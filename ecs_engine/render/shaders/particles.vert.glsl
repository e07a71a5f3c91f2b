// One quad per particle; what all particles of an effect share is looked up by the effect's number.
#include "view.glsl"

uniform usamplerBuffer order_rows;
uniform samplerBuffer place;
uniform samplerBuffer before;
uniform samplerBuffer age;
uniform samplerBuffer traits;  // lifetime, size, angle at birth, spin
uniform usamplerBuffer tag;     // tint, effect
uniform samplerBuffer effects;  // rows of each are explained in systems/particles/drawable.py

const int SAMPLES = 256;
const int HEADER = 2;
const int STRIDE = HEADER + 2 * SAMPLES;

out vec2 inside;
out vec2 texel;
flat out float page;  // below 0: a soft dot
flat out vec4 tint;

void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    inside = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1) * 2.0 - 1.0;
    texel = vec2(0.0);
    page = -1.0;
    tint = vec4(0.0);

    uvec2 mark = texelFetch(tag, row).xy;
    int effect = int(mark.y) * STRIDE;
    vec4 about = texelFetch(effects, effect + 1);  // page, stretch, what alpha hides, clock
    float tick = abs(about.w);
    float moved = about.w > 0.0 ? moment.x : 1.0;
    vec4 trait = texelFetch(traits, row);
    float seconds = texelFetch(age, row).r - (1.0 - moved) * tick;
    float life = seconds / trait.x;
    if (!(life >= 0.0 && life < 1.0)) {  // not born yet, or dead: a quad of no size
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        return;
    }

    int point = effect + HEADER + int(life * float(SAMPLES - 1) + 0.5);
    vec4 corners = texelFetch(effects, effect);
    page = about.x;
    texel = mix(corners.xy, corners.zw, inside * vec2(0.5, -0.5) + 0.5);

    vec2 corner = inside * 0.5 * trait.y * texelFetch(effects, point + SAMPLES).r;
    if (page >= 0.0)
        corner.x *= (corners.z - corners.x) / (corners.w - corners.y);
    vec2 last = texelFetch(before, row).xy;
    vec2 step = texelFetch(place, row).xy - last;
    float c = cos(trait.z + trait.w * seconds);
    float s = sin(trait.z + trait.w * seconds);
    float flown = length(step);
    if (about.y > 0.0 && flown > 0.0) {
        corner.x += inside.x * 0.5 * about.y * flown / tick;
        c = step.x / flown;
        s = step.y / flown;
    }
    vec2 world = last + moved * step + vec2(c * corner.x - s * corner.y, s * corner.x + c * corner.y);
    gl_Position = world_to_clip * vec4(world, 0.0, 1.0);

    vec4 straight = texelFetch(effects, point) * vec4(
        float(mark.x & 0xFFu), float((mark.x >> 8u) & 0xFFu),
        float((mark.x >> 16u) & 0xFFu), float(mark.x >> 24u)
    ) / 255.0;
    tint = vec4(straight.rgb * straight.a, straight.a * about.z);  // what hides nothing is added
}
