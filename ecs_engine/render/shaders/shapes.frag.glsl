// Signed distances to an edge, negative inside; those of the box and the ellipse are Inigo Quilez's
// (iquilezles.org/articles/distfunctions2d).
const int ELLIPSE = 0;
const int RECTANGLE = 1;
const int ARC = 2;
const int SEGMENT = 3;
const int ROUND = 1;
const int BEVEL = 2;
const float MITER_LIMIT = 4.0;

in vec2 place;
flat in vec4 measures;
flat in vec4 more;
flat in vec4 span;
flat in vec4 fill;
flat in vec4 fill_to;
flat in vec4 stroke;
flat in vec2 widths;
flat in float pixel;
flat in int flags;

out vec4 color;

float ellipse(vec2 p, vec2 radii) {
    float k = length(p / radii);
    float slope = length(p / (radii * radii));
    return slope > 0.0 ? k * (k - 1.0) / slope : -min(radii.x, radii.y);
}

float box(vec2 p, vec2 half_size, float round_by) {
    vec2 outside = abs(p) - half_size + round_by;
    return min(max(outside.x, outside.y), 0.0) + length(max(outside, 0.0)) - round_by;
}

float arc(vec2 p) {
    float around = abs(length(p) - measures.x) - measures.y;
    if (measures.w >= 3.14159265)
        return around;
    float c = cos(measures.z);
    float s = sin(measures.z);
    p = vec2(c * p.x + s * p.y, abs(c * p.y - s * p.x));  // the arc's middle on the x axis, and its two halves as one
    vec2 end = vec2(cos(measures.w), sin(measures.w));
    bool within = atan(p.y, p.x) <= measures.w;
    if (more.y > 0.0)
        return within ? around : length(p - end * measures.x) - measures.y;
    if (within)
        return dot(p, end) > 0.0 ? max(around, end.x * p.y - end.y * p.x) : around;
    return length(p - end * clamp(dot(p, end), measures.x - measures.y, measures.x + measures.y));
}

// The distance to a segment's end at `at`, whose way out is `out_of`, as far as it is the end that counts.
float segment_end(float strip, vec2 at, vec2 out_of, vec2 neighbour, bool later) {
    vec2 p = place - at;
    float past = dot(p, out_of);
    float across = abs(out_of.x * p.y - out_of.y * p.x);
    int style = flags >> 8 & 3;
    if (neighbour != at) {
        vec2 next = normalize(neighbour - at);
        vec2 middle = out_of + next;
        float cosine = length(middle) / 2.0;
        style = flags >> 6 & 3;
        if (cosine > 1e-3) {
            middle = normalize(middle);
            float beyond = dot(p, middle);
            // Where two segments meet each keeps to its side of the line between them.
            if (later ? beyond > 0.0 : beyond >= 0.0)
                discard;
            float sine = sqrt(max(1.0 - cosine * cosine, 0.0));
            bool cut = style == BEVEL || (style == 0 && sine > MITER_LIMIT * cosine);
            if (cut) {
                vec2 outward = vec2(-middle.y, middle.x);
                if (dot(outward, next) > 0.0)
                    outward = -outward;
                return max(strip, dot(p, outward) - widths.x * cosine);
            }
        } else if (style != ROUND) {
            return max(strip, past);
        }
        return style == ROUND && past > 0.0 ? length(vec2(past, across)) - widths.x : strip;
    }
    if (style == ROUND)
        return past > 0.0 ? length(vec2(past, across)) - widths.x : strip;
    return max(strip, style == 0 ? past : past - widths.x);
}

float segment() {
    vec2 along = measures.zw - measures.xy;
    float len = length(along);
    along = len > 0.0 ? along / len : vec2(1.0, 0.0);
    vec2 p = place - measures.xy;
    float strip = abs(along.x * p.y - along.y * p.x) - widths.x;
    float first = segment_end(strip, measures.xy, -along, more.xy, false);
    float second = segment_end(strip, measures.zw, along, more.zw, true);
    return max(first, second);
}

float to_segment(vec2 p, vec2 a, vec2 b) {
    vec2 along = b - a;
    return length(p - a - along * clamp(dot(p - a, along) / dot(along, along), 0.0, 1.0));
}

// To the edges of the polygon that this triangle has a part of, and to its corners, as edges of others end there.
float triangle() {
    float inside = min(distance(place, measures.xy), min(distance(place, measures.zw), distance(place, more.xy)));
    if ((flags & 1024) != 0)
        inside = min(inside, to_segment(place, measures.xy, measures.zw));
    if ((flags & 2048) != 0)
        inside = min(inside, to_segment(place, measures.zw, more.xy));
    if ((flags & 4096) != 0)
        inside = min(inside, to_segment(place, more.xy, measures.xy));
    return 0.5 * pixel - inside;  // nothing is drawn outside, so the edge is soft on its inner side
}

float cover(float signed_distance) {
    return clamp(0.5 - signed_distance / pixel, 0.0, 1.0);
}

void main() {
    int kind = flags & 7;
    int grade = flags >> 4 & 3;
    float way = grade == 2 ? length((place - span.xy) * span.zw) : dot(place, span.xy) + span.z;
    vec4 inner = grade == 0 ? fill : mix(fill, fill_to, clamp(way, 0.0, 1.0));

    if (kind == SEGMENT) {
        color = inner * cover(segment()) * widths.y;
        return;
    }
    float edge = kind == ELLIPSE ? ellipse(place, measures.xy)
        : kind == RECTANGLE ? box(place, measures.xy, measures.z)
        : kind == ARC ? arc(place) : triangle();
    if (more.x > 0.0 && kind <= ARC)
        inner = mix(inner, stroke, (1.0 - cover(edge + widths.x)) * widths.y);
    color = inner * cover(edge);
}
