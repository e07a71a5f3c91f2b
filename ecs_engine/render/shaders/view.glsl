layout(std140) uniform View {
    mat4 world_to_clip;
    vec4 moment;  // x: how far the picture is from the previous tick (0) to the present one (1); yzw: where the camera is
    vec4 target;  // xy: pixels of the view, across and up; z: 1 where pictures keep to whole ones
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

// How far a picture is drawn from its place because of parallax: the part in which it moves along with the camera is
// kept in the fourth numbers of its poses, that across in the present one, that up in the previous one.
vec2 parallax(vec4 previous, vec4 current) {
    return vec2(current.w, previous.w) * moment.yz;
}

// How far, in clip space, to move a picture so that its corner is that of a pixel, where the app draws pixel by pixel.
// The 0.01 keeps corners in the middle of a pixel, such as those of pictures of odd size, from falling to both sides.
vec2 snap(vec2 corner) {
    if (target.z == 0.0) {
        return vec2(0.0);
    }
    vec2 half_size = target.xy / 2.0;
    vec2 place = (corner + 1.0) * half_size;
    return (floor(place + 0.51) - place) / half_size;
}
