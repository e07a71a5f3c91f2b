// What every shader of an effect begins with. Colours have their alpha multiplied in.
uniform sampler2D picture;  // what the pass before has made, or what was drawn
uniform sampler2D other;    // what the effect began with, or what another of its passes has made
uniform float time;         // seconds of game time

in vec2 place;  // of this pixel: (0, 0) is the lower left corner, (1, 1) the upper right
out vec4 color;

// Pixels of the picture, across and up.
vec2 picture_size() {
    return vec2(textureSize(picture, 0));
}

// Between -0.5 and 0.5, another number at each pixel: adding some 1/255 of it keeps smooth shades from showing steps.
// Jimenez, "Next Generation Post Processing in Call of Duty: Advanced Warfare", 2014: interleaved gradient noise.
float noise() {
    return fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
}
