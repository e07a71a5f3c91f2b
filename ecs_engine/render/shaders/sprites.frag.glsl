// Pictures hold colours that are multiplied by their alpha already, and so is the tint.
uniform sampler2DArray pages;

in vec2 place_on_page;
flat in uint page;
flat in vec4 tint;

out vec4 color;

void main() {
    color = texture(pages, vec3(place_on_page, float(page))) * tint;
}
