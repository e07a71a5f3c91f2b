uniform sampler2DArray pages;

in vec2 place;
flat in vec2 whole;
flat in vec4 edges;
flat in vec4 texels;
flat in uint page;
flat in uint tiled;
flat in vec4 tint;

out vec4 color;

// Along one axis: the texel of the picture, 0 to length, that belongs at a place, 0 to room.
float texel_at(float at, float room, float low, float high, float length) {
    // Borders take no more than the picture has, and shrink where there is no room for both.
    float most = min(1.0, length / max(low + high, 1e-6));
    low *= most;
    high *= most;
    float fit = min(1.0, room / max(low + high, 1e-6));
    if (at < low * fit) {
        return at / fit;
    }
    if (at > room - high * fit) {
        return length - (room - at) / fit;
    }
    float inner = length - low - high;
    float way = (at - low) / max(room - low - high, 1e-6);
    if (tiled != 0u && inner >= 1.0) {
        way = fract(way * max(round((room - low - high) / inner), 1.0));
        // Half a texel from its ends, so that filtering does not mix in what is beside the tile.
        return low + clamp(way * inner, 0.5, inner - 0.5);
    }
    return low + way * inner;
}

void main() {
    vec2 length = texels.zw - texels.xy;
    vec2 texel = texels.xy + vec2(
        texel_at(place.x, whole.x, edges.x, edges.z, length.x),
        texel_at(place.y, whole.y, edges.y, edges.w, length.y)
    );
    color = texture(pages, vec3(texel / vec2(textureSize(pages, 0).xy), float(page))) * tint;
}
