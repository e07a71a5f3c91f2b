/* The limit: the same work as loops of C over arrays.

   moving: move, bounce and turn, pack 40 bytes a sprite, and copy them once, as a driver would.
   ecs-move: position += velocity * dt.   ecs-join: first += second * third, over ten tables.

   cc -O3 -march=native -o limit limit.c -lm;  limit --scenario moving --count 100000 [--frames 200] [--seconds 1] */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TABLES 10
#define WARM_UP 5
#define DT (1.0f / 60.0f)

typedef struct { float x, y, angle, size[2]; unsigned look[5]; } Instance; /* 40 bytes */

static int count;
static float *x, *y, *angle, *vx, *vy, *spin;
static Instance *packed, *sent;

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
}

static float *column(float low, float high) {
    float *values = malloc(count * sizeof(float));
    for (int i = 0; i < count; i++) values[i] = low + (high - low) * rand() / RAND_MAX;
    return values;
}

static void bounce(float *restrict place, float *restrict speed, float limit) {
    for (int i = 0; i < count; i++) {
        place[i] += speed[i] * DT;
        speed[i] = fabsf(place[i]) > limit ? -copysignf(speed[i], place[i]) : speed[i];
    }
}

static void moving(void) {
    bounce(x, vx, 640.0f);
    bounce(y, vy, 360.0f);
    for (int i = 0; i < count; i++) angle[i] += spin[i] * DT;
    for (int i = 0; i < count; i++) {
        packed[i].x = x[i];
        packed[i].y = y[i];
        packed[i].angle = angle[i];
    }
    memcpy(sent, packed, count * sizeof(Instance));
    __asm__ volatile("" ::"r"(sent) : "memory"); /* somebody reads it */
}

static void ecs_move(void) {
    for (int i = 0; i < count; i++) x[i] += vx[i] * DT;
    for (int i = 0; i < count; i++) y[i] += vy[i] * DT;
    __asm__ volatile("" ::"r"(x), "r"(y) : "memory");
}

static void ecs_join(void) {
    int rows = count / TABLES;
    for (int table = 0; table < TABLES; table++) {
        float *first = x + table * rows, *second = vx + table * rows, *third = vy + table * rows;
        for (int i = 0; i < rows; i++) first[i] += second[i] * third[i];
    }
    __asm__ volatile("" ::"r"(x) : "memory");
}

static int by_size(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static void print(const char *name, double *samples, int frames) {
    qsort(samples, frames, sizeof(double), by_size);
    printf(", \"%s\": {\"p50\": %.5f, \"p99\": %.5f}", name, samples[frames / 2], samples[frames * 99 / 100]);
}

int main(int argc, char **argv) {
    const char *scenario = "moving";
    int most = 200, frames = 0;
    double seconds = 1.0;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--scenario")) scenario = argv[i + 1];
        if (!strcmp(argv[i], "--count")) count = atoi(argv[i + 1]);
        if (!strcmp(argv[i], "--frames")) most = atoi(argv[i + 1]);
        if (!strcmp(argv[i], "--seconds")) seconds = atof(argv[i + 1]);
    }
    void (*frame)(void) = !strcmp(scenario, "moving") ? moving : !strcmp(scenario, "ecs-move") ? ecs_move
                        : !strcmp(scenario, "ecs-join") ? ecs_join : NULL;
    if (!frame || count < 1 || most < 1) {
        fprintf(stderr, "no such scenario, or no --count and --frames above 0\n");
        return 1;
    }
    x = column(-640, 640), y = column(-360, 360), angle = column(0, 6);
    vx = column(-120, 120), vy = column(-120, 120), spin = column(-3, 3);
    packed = calloc(count, sizeof(Instance)), sent = calloc(count, sizeof(Instance));
    double *cpu = malloc(most * sizeof(double)), *wall = malloc(most * sizeof(double));
    for (int i = 0; i < WARM_UP; i++) frame();
    double end = now(CLOCK_MONOTONIC) + seconds * 1e3;
    for (; frames < most && (frames < 5 || now(CLOCK_MONOTONIC) < end); frames++) {
        double wall_before = now(CLOCK_MONOTONIC), cpu_before = now(CLOCK_THREAD_CPUTIME_ID);
        frame();
        cpu[frames] = now(CLOCK_THREAD_CPUTIME_ID) - cpu_before;
        wall[frames] = now(CLOCK_MONOTONIC) - wall_before;
    }
    printf("{\"name\": \"C loop\", \"version\": \"%s\", \"scenario\": \"%s\", \"count\": %d, \"renderer\": \"none\"",
           __VERSION__, scenario, count);
    printf(", \"frames\": %d", frames);
    print("cpu_ms", cpu, frames);
    print("wall_ms", wall, frames);
    printf("}\n");
    return 0;
}
