// Pictures hold colours that are multiplied by their alpha already, and so is the tint.
uniform sampler2DArray pages;

in vec2 texel;
flat in uint page;
flat in vec4 tint;

out vec4 color;

void main() {
    color = texture(pages, vec3(texel / vec2(textureSize(pages, 0).xy), float(page))) * tint;
}
