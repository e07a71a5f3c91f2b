uniform sampler2DArray pages;

in vec2 inside;
in vec2 texel;
flat in float page;
flat in vec4 tint;

out vec4 color;

void main() {
    if (page < 0.0) {
        float fade = max(1.0 - dot(inside, inside), 0.0);
        color = tint * fade * fade;
    } else {
        color = texture(pages, vec3(texel / vec2(textureSize(pages, 0).xy), page));
        color *= tint;
    }
}
