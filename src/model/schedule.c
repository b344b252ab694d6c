#include "model/schedule.h"
#include "base/num.h"

/* What is left of the way down: 1 at the greatest rate, 0 at the least. */
static double left(const Schedule *s, double done)
{
    if (s->kind == SCHEDULE_COSINE)
        return (1 + num_cos_turns(done / 2)) / 2;
    return done <= 1 - s->cooldown ? 1 : (1 - done) / s->cooldown;
}

/* lr step / (warmup + 1) at first; then min + (lr - min) times what is left. */
double schedule_lr(const Schedule *s, long step, double done)
{
    if (step <= s->warmup)
        return s->lr * (double)step / (double)(s->warmup + 1);
    done = done < 0 ? 0 : done > 1 ? 1 : done;
    return s->min_lr + (s->lr - s->min_lr) * left(s, done);
}
