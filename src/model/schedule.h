#ifndef MODEL_SCHEDULE_H
#define MODEL_SCHEDULE_H

/* How the learning rate falls. */
typedef enum ScheduleKind {
    SCHEDULE_COSINE,                        /* half a cosine (Loshchilov and Hutter 2017, "SGDR", section 3, without restarts) */
    SCHEDULE_LINEAR,                        /* level, then a straight line over the last `cooldown` of the run
                                               (Hägele et al. 2024, section 3) */
    SCHEDULES
} ScheduleKind;

/* The learning rate over a run: linear warm-up, then down to the least. */
typedef struct Schedule {
    double lr, min_lr;
    long   warmup;                          /* steps */
    int    kind;                            /* a ScheduleKind                          */
    double cooldown;                        /* in [0,1], for the linear one            */
} Schedule;

/* The rate of step `step` (from 1), when the share `done` in [0,1] of the run lies behind it. */
double schedule_lr(const Schedule *s, long step, double done);
#endif
