#include "plot/read/batches.h"
#include <math.h>

void batches_note(Rows *r, double step, double epoch)
{
    if (!isfinite(step) || !isfinite(epoch))
        return;
    if (isnan(r->first)) {
        r->first = epoch;
        r->least = r->most = step;
    }
    if (step < r->before && epoch > r->within)
        r->restarts++;
    double up = step - r->before;
    if (up > 0 && epoch == r->within && (r->stride == 0 || up < r->stride))
        r->stride = up;
    r->least = fmin(r->least, step);
    r->most = fmax(r->most, step);
    r->before = step;
    r->within = epoch;
}

bool rows_again(Rows *r)
{
    double stride = r->stride > 0 ? r->stride : 1;
    if (r->restarts == 0 || r->per > 0)
        return false;
    Rows again = { .run = r->run, .columns = r->columns, .map = r->map, .point = r->point, .records = r->records,
                   .console = r->console, .sparse = r->sparse, .room = r->room, .tells = r->tells, .step = NAN,
                   .epoch = NAN, .before = NAN, .within = NAN, .first = r->first, .least = r->least,
                   .most = r->most, .per = r->most - r->least + stride };
    r->run->faults = (RunFaults){ .no_step = r->run->faults.no_step, .epochs = r->run->faults.epochs, .batches = true };
    *r = again;
    return true;
}

double batches_step(const Rows *r, const double row[RUN_COLUMNS], bool only_val)
{
    double epoch = isfinite(row[RUN_EPOCH]) ? row[RUN_EPOCH] : r->epoch, start = (epoch - r->first) * r->per;
    double step = isfinite(row[RUN_STEP]) ? start + row[RUN_STEP] : only_val ? start + r->most : NAN;
    return only_val && epoch == r->epoch && step < r->step ? r->step : step;
}
