// The picture as it is.
#include "effect.glsl"

void main() {
    color = texture(picture, place);
}
