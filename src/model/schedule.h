#ifndef MODEL_SCHEDULE_H
#define MODEL_SCHEDULE_H

/* The learning rate over a run: linear warm-up, then half a cosine down to the least (Loshchilov and
 * Hutter 2017, "SGDR", section 3, without restarts). */
typedef struct Schedule {
    double lr, min_lr;
    long   warmup;                          /* steps */
} Schedule;

/* The rate of step `step` (from 1), when the share `done` in [0,1] of the run lies behind it. */
double schedule_lr(const Schedule *s, long step, double done);
#endif
