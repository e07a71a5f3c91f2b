// One quad per particle; what all particles of an effect share is looked up by the effect's number.
#include "view.glsl"

uniform usamplerBuffer order_rows;
uniform samplerBuffer place;
uniform samplerBuffer before;
uniform samplerBuffer age;
uniform samplerBuffer traits;  // lifetime, size, angle at birth, spin
uniform usamplerBuffer tag;    // tint, effect
uniform samplerBuffer colors;
uniform samplerBuffer sizes;
uniform usamplerBuffer looks;  // two corners, page, stretch
uniform samplerBuffer clock;   // seconds of the tick, and whether they pass

const float SAMPLES = 256.0;
const uint SOFT_DOT = 0xFFFFFFFFu;

out vec2 inside;
out vec2 texel;
flat out uint page;
flat out vec4 tint;

void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    inside = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1) * 2.0 - 1.0;
    texel = vec2(0.0);
    page = SOFT_DOT;
    tint = vec4(0.0);

    vec2 tick = texelFetch(clock, 0).xy;
    float moved = tick.y > 0.0 ? moment.x : 1.0;
    vec4 trait = texelFetch(traits, row);
    float seconds = texelFetch(age, row).r - (1.0 - moved) * tick.x;
    float life = seconds / trait.x;
    if (!(life >= 0.0 && life < 1.0)) {  // not born yet, or dead: a quad of no size
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        return;
    }

    uvec2 mark = texelFetch(tag, row).xy;
    int effect = int(mark.y);
    int point = effect * int(SAMPLES) + int(life * (SAMPLES - 1.0) + 0.5);
    uvec4 look = texelFetch(looks, effect);
    vec2 from = vec2(float(look.x & 0xFFFFu), float(look.x >> 16u));
    vec2 to = vec2(float(look.y & 0xFFFFu), float(look.y >> 16u));
    page = look.z;
    texel = mix(from, to, inside * vec2(0.5, -0.5) + 0.5);

    vec2 corner = inside * 0.5 * trait.y * texelFetch(sizes, point).r;
    if (page != SOFT_DOT)
        corner.x *= (to.x - from.x) / (to.y - from.y);
    vec2 last = texelFetch(before, row).xy;
    vec2 step = texelFetch(place, row).xy - last;
    float stretch = uintBitsToFloat(look.w);
    float c = cos(trait.z + trait.w * seconds);
    float s = sin(trait.z + trait.w * seconds);
    float flown = length(step);
    if (stretch > 0.0 && flown > 0.0) {
        corner.x += inside.x * 0.5 * stretch * flown / tick.x;
        c = step.x / flown;
        s = step.y / flown;
    }
    vec2 world = last + moved * step + vec2(c * corner.x - s * corner.y, s * corner.x + c * corner.y);
    gl_Position = world_to_clip * vec4(world, 0.0, 1.0);

    vec4 straight = texelFetch(colors, point) * vec4(
        float(mark.x & 0xFFu), float((mark.x >> 8u) & 0xFFu),
        float((mark.x >> 16u) & 0xFFu), float(mark.x >> 24u)
    ) / 255.0;
    tint = vec4(straight.rgb * straight.a, straight.a);
}
