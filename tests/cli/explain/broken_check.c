#include "explain/check.h"

/* `explain` linked with this has a self-check that fails: what must then be seen. */
bool __real_heed_explain_check_f64(Explain *e, const ExplainTrace *t, ExplainCheck *checks);
bool __wrap_heed_explain_check_f64(Explain *e, const ExplainTrace *t, ExplainCheck *checks);

bool __wrap_heed_explain_check_f64(Explain *e, const ExplainTrace *t, ExplainCheck *checks)
{
    bool ok = __real_heed_explain_check_f64(e, t, checks);
    checks[1].value = 0.25;
    checks[1].ok = false;
    return ok;
}
