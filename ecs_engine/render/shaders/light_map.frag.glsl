// A light map over what it shines on. Half of the light, because it is blended as twice this times what is there: so
// light may be up to twice white, where what is drawn to ends at 1.
#include "effect.glsl"

void main() {
    color = vec4((texture(picture, place).rgb + noise() / 255.0) * 0.5, 1.0);
}
