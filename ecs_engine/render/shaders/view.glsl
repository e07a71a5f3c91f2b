layout(std140) uniform View {
    mat4 world_to_clip;
    vec4 moment;  // x: how far the picture is from the previous tick (0) to the present one (1); yzw: where the camera is
    vec4 target;  // xy: pixels from the left to the right edge of the view, and from the lower to the upper
};

const float TURN = 6.28318530718;

// World units that a pixel of the view is wide.
float pixel_width() {
    return 2.0 / (length(vec2(world_to_clip[0][0], world_to_clip[1][0])) * max(target.x, 1.0));
}

// A pose (x, y, angle) between two ticks; the angle goes the shorter way round.
vec3 between(vec3 previous, vec3 current) {
    vec3 step = current - previous;
    step.z -= TURN * round(step.z / TURN);
    return previous + moment.x * step;
}
