#include "model/schedule.h"
#include "base/num.h"

/* lr step / (warmup + 1) at first; then min + (lr - min) (1 + cos(pi done)) / 2. */
double schedule_lr(const Schedule *s, long step, double done)
{
    if (step <= s->warmup)
        return s->lr * (double)step / (double)(s->warmup + 1);
    done = done < 0 ? 0 : done > 1 ? 1 : done;
    return s->min_lr + (s->lr - s->min_lr) * (1 + num_cos_turns(done / 2)) / 2;
}
