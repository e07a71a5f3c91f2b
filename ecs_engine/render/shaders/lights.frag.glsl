// How much of a lamp is seen from a pixel.
//
// The lamp is a line as long as it is wide, across the way to the pixel. Each edge in its way hides the part of that
// line on which the edge's ends are projected from the pixel: for one convex occluder that is exact, as its edges on
// one side hide parts that only touch. Where two occluders hide the same part it counts twice.
#include "view.glsl"
uniform usamplerBuffer spans;  // of each sector of each light: the first of its edges, and how many
uniform samplerBuffer edges, edges_before;

in vec2 away;
flat in vec3 lamp;
flat in vec4 shine;
flat in vec4 tint;
flat in int number;

out vec4 color;

const int SECTORS = 16;        // as in systems/lights/sectors.py
const float CONE_EDGE = 0.12;  // radians over which a cone fades
const float NEAREST = 1e-3;    // in parts of the way to the lamp

// A direction as a number from 0 to 4: as in systems/lights/sectors.py.
float direction(vec2 way) {
    float part = way.x / (abs(way.x) + abs(way.y));
    return way.y < 0.0 ? 3.0 + part : 1.0 - part;
}

// The part, 0 to 1, of a lamp of this size that an edge from a to b (seen from the pixel) hides; the lamp is at
// distance `far` in direction `ahead`. Right behind an edge, within `soft`, it goes over from none to all of that: else
// the pixels of the light map would be seen along the edge.
float hidden(vec2 a, vec2 b, vec2 ahead, float far, float size, float soft) {
    vec2 aside = vec2(-ahead.y, ahead.x);
    vec2 from = vec2(dot(a, ahead), dot(a, aside));  // x: how far on the way to the lamp, y: how far beside it
    vec2 to = vec2(dot(b, ahead), dot(b, aside));
    if (from.x > to.x) {
        vec2 swap = from;
        from = to;
        to = swap;
    }
    float near = NEAREST * far;
    if (to.x <= near || from.x >= far || min(from.y, to.y) >= size || max(from.y, to.y) <= -size) {
        return 0.0;  // it is behind the pixel, behind the lamp, or beside the way
    }
    float slope = (to.y - from.y) / max(to.x - from.x, 1e-6 * far);
    if (from.x < near) {
        from = vec2(near, from.y + slope * (near - from.x));
    }
    if (to.x > far) {
        to = vec2(far, to.y - slope * (to.x - far));
    }
    vec2 ends = vec2(from.y / from.x, to.y / to.x) * far;
    float low = max(min(ends.x, ends.y), -size), high = min(max(ends.x, ends.y), size);
    if (high <= low) {
        return 0.0;
    }
    // Where the way to the middle of the hidden part crosses the edge.
    float lean = (low + high) / (2.0 * far) - slope;
    float crossed = abs(lean) < 1e-6 ? from.x : clamp((from.y - slope * from.x) / lean, from.x, to.x);
    return (high - low) / (2.0 * size) * clamp(crossed / soft, 0.0, 1.0);
}

void main() {
    float far = length(away);
    float way = far / shine.x;
    if (way >= 1.0) {
        discard;
    }
    float light = pow(1.0 - way * way, shine.z);
    if (shine.w < TURN / 2.0) {
        float turn = abs(mod(atan(away.y, away.x) - lamp.z + TURN / 2.0, TURN) - TURN / 2.0);
        light *= 1.0 - smoothstep(shine.w - CONE_EDGE / 2.0, shine.w + CONE_EDGE / 2.0, turn);
    }
    float dark = 0.0;
    if (tint.a > 0.0 && light > 0.0 && far > 0.0) {
        vec2 ahead = -away / far;
        float soft = 2.0 * pixel_width();
        float size = max(shine.y, soft / 2.0);
        int sector = int(direction(away) * float(SECTORS) / 4.0) % SECTORS;
        uvec2 span = texelFetch(spans, number * SECTORS + sector).rg;
        for (int i = int(span.x); i < int(span.x + span.y) && dark < 1.0; ++i) {
            vec4 before = texelFetch(edges_before, i);
            vec4 edge = before + moment.x * (texelFetch(edges, i) - before) - lamp.xyxy - away.xyxy;
            dark += hidden(edge.xy, edge.zw, ahead, far, size, soft);
        }
    }
    color = vec4(tint.rgb * light * (1.0 - tint.a * min(dark, 1.0)), 1.0);
}
