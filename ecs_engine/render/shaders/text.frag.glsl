// Pages hold distances from the edges of glyphs (edge.x: how many texels from 0 to 1), or, where edge.x is 0, coverage.
uniform sampler2DArray pages;

in vec2 texel;
flat in uint page;
flat in vec4 tint;
flat in vec4 edge;

out vec4 color;

void main() {
    float value = texture(pages, vec3(texel / vec2(textureSize(pages, 0).xy), float(page))).r;
    // How many texels a pixel of the screen covers, whatever way the label is turned.
    float pixel = length(vec2(dFdx(texel.x), dFdy(texel.x)));
    // Beyond half of edge.x all is equally far: an outline has to fade before that.
    float grown = min(edge.y, max(0.5 * (edge.x - pixel), 0.0));
    float distance = (value - 0.5) * edge.x + grown;
    float sharp = clamp(edge.w * distance / pixel + 0.5, 0.0, 1.0);
    float soft = smoothstep(-edge.z, edge.z, distance);
    color = tint * (edge.x == 0.0 ? value : edge.z > pixel ? soft : sharp);
}
