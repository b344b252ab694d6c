#ifndef MODEL_SCHEDULE_H
#define MODEL_SCHEDULE_H

/* How the learning rate decays. */
typedef enum ScheduleKind {
    SCHEDULE_COSINE,                        /* half a cosine (Loshchilov and Hutter 2017, "SGDR", section 3,
                                               without restarts) */
    SCHEDULE_LINEAR,                        /* constant, then linear decay over the last `cooldown` of the
                                               training (Hägele et al. 2024, section 3) */
    SCHEDULES
} ScheduleKind;

/* The learning rate over a training: linear warmup to lr, then decay to min_lr. */
typedef struct Schedule {
    double lr, min_lr;
    long   warmup;                          /* steps */
    int    kind;                            /* a ScheduleKind                    */
    double cooldown;                        /* a fraction in [0,1], for SCHEDULE_LINEAR */
} Schedule;

/* The learning rate of step `step`, counted from 1, after the fraction `done` in [0,1] of the training. */
double schedule_lr(const Schedule *s, long step, double done);
#endif
