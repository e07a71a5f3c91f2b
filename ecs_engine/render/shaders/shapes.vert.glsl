// One quad per row, just large enough; the numbers of a row are explained in systems/shapes/rows.py.
#include "view.glsl"

uniform usamplerBuffer order_rows;
uniform samplerBuffer pose;
uniform samplerBuffer prev;
uniform samplerBuffer form;
uniform samplerBuffer extra;
uniform usamplerBuffer paint;
uniform samplerBuffer gradient;

const int SEGMENT = 3;
const int TRIANGLE = 4;
const float MITER_LIMIT = 4.0;

out vec2 place;                // world units from the row's pose, as it is turned
flat out vec4 measures;        // as form, of a segment: its ends
flat out vec4 more;            // as extra, of a segment: the points before and after
flat out vec4 span;            // as gradient
flat out vec4 fill;
flat out vec4 fill_to;
flat out vec4 stroke;
flat out vec2 widths;          // half a segment's width, or the stroke's; how much of a too thin line is seen
flat out float pixel;          // world units
flat out int flags;

vec4 color_of(uint packed_color) {
    vec4 straight = vec4(
        float(packed_color & 0xFFu), float((packed_color >> 8u) & 0xFFu),
        float((packed_color >> 16u) & 0xFFu), float(packed_color >> 24u)
    ) / 255.0;
    return vec4(straight.rgb * straight.a, straight.a);
}

// How far a segment's join reaches past its end, in half widths: the tip of a miter, else the round of a half width.
float join_reach(vec2 along, vec2 next) {
    vec2 middle = along + next;
    float cosine = length(middle) / 2.0;  // of half the turn
    return cosine > 1e-3 ? clamp(sqrt(max(1.0 - cosine * cosine, 0.0)) / cosine, 1.0, MITER_LIMIT) : 1.0;
}

void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    vec2 corner = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1) * 2.0 - 1.0;
    measures = texelFetch(form, row);
    more = texelFetch(extra, row);
    span = texelFetch(gradient, row);
    uvec4 look = texelFetch(paint, row);
    flags = int(look.w);
    fill = color_of(look.x);
    fill_to = color_of(look.y);
    stroke = color_of(look.z);
    pixel = pixel_width();

    int kind = flags & 7;
    float width = kind == SEGMENT ? uintBitsToFloat(look.z) : more.x;
    if ((flags & 8) != 0)
        width *= pixel;
    widths = vec2(max(width, pixel), 1.0);
    widths.y = width / widths.x;
    if (kind == SEGMENT) {
        widths.x *= 0.5;
        vec2 along = measures.zw - measures.xy;
        float len = length(along);
        along = len > 0.0 ? along / len : vec2(1.0, 0.0);
        vec2 before = measures.xy - more.xy;
        vec2 after = more.zw - measures.zw;
        vec2 reach = vec2(1.0);
        if (length(before) > 0.0)
            reach.x = join_reach(normalize(before), along);
        if (length(after) > 0.0)
            reach.y = join_reach(along, normalize(after));
        vec2 end = corner.x < 0.0 ? measures.xy : measures.zw;
        end += along * corner.x * (widths.x * (corner.x < 0.0 ? reach.x : reach.y) + pixel);
        place = end + vec2(-along.y, along.x) * corner.y * (widths.x + pixel);
    } else if (kind == TRIANGLE) {
        int point = gl_VertexID & 3;
        place = point == 0 ? measures.xy : (point == 1 ? measures.zw : more.xy);
    } else {
        vec2 reach = kind == 2 ? vec2(measures.x + measures.y) : measures.xy;
        place = corner * (reach + pixel);
    }

    vec3 at = between(texelFetch(prev, row).xyz, texelFetch(pose, row).xyz);
    float c = cos(at.z);
    float s = sin(at.z);
    vec2 world = at.xy + vec2(c * place.x - s * place.y, s * place.x + c * place.y);
    gl_Position = world_to_clip * vec4(world, 0.0, 1.0);
}
