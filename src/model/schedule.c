#include "model/schedule.h"
#include "base/num.h"

/* The decay that remains: 1 at the peak, 0 at the end. */
static double left(const Schedule *s, double done)
{
    if (s->kind == SCHEDULE_COSINE)
        return (1 + num_cos_turns(done / 2)) / 2;
    return done <= 1 - s->cooldown ? 1 : (1 - done) / s->cooldown;
}

/* lr step / (warmup + 1) during warmup; then min_lr + (lr - min_lr) left. */
double schedule_lr(const Schedule *s, long step, double done)
{
    if (step <= s->warmup)
        return s->lr * (double)step / (double)(s->warmup + 1);
    done = done < 0 ? 0 : done > 1 ? 1 : done;
    return s->min_lr + (s->lr - s->min_lr) * left(s, done);
}
