uniform sampler2DArray pages;

const uint SOFT_DOT = 0xFFFFFFFFu;

in vec2 inside;
in vec2 texel;
flat in uint page;
flat in vec4 tint;

out vec4 color;

void main() {
    if (page == SOFT_DOT) {
        float fade = max(1.0 - dot(inside, inside), 0.0);
        color = tint * fade * fade;
    } else {
        color = texture(pages, vec3(texel / vec2(textureSize(pages, 0).xy), float(page)));
        color *= tint;
    }
}
