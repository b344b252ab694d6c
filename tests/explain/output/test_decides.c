#include "explain/output/decides.h"
#include "check_main.h"
#include <math.h>

/* odds of the two halves, and of counting alone; the halves add up to the whole. The expected verdict, and why. */
static const struct { double own, gained, alone; CountsVerdict verdict; } decide[] = {
    { 5.42, 0.29, -0.01, COUNTS_ATTENTION },    /* counting leaves two: "a green thumb … gar" */
    { 5.42, -2, -2.1, COUNTS_ATTENTION },       /* it overrules the counts                    */
    { 0.1, 4, 3.9, COUNTS_COUNTING },           /* attention adds little                      */
    { -0.6, 4, 3.9, COUNTS_COUNTING },          /* it is against, a little                    */
    { -2, 5, 4.9, COUNTS_COUNTING },            /* it is overruled                            */
    { 3, 3, 2.9, COUNTS_EITHER },               /* they agree                                 */
    { 0.7, 14, 13, COUNTS_EITHER },             /* however unequal                            */
    { 0.5, 0.5, 0.5, COUNTS_TOGETHER },         /* neither is enough                          */
    { 0.1, 0.1, 0.1, COUNTS_TOGETHER },         /* nothing decides: an untrained model        */
    { -3, 3.2, 3.1, COUNTS_TOGETHER },          /* nothing does: they cancel                  */
    { 3.2, -3, -3.1, COUNTS_TOGETHER },
    { 0.1, 2, -0.3, COUNTS_TOGETHER },          /* only the gains make the counts prefer it   */
    { 2, 2, -0.3, COUNTS_ATTENTION },
    { 5.2, 0.8, 0.01, COUNTS_ATTENTION },       /* or prefer it by as much                    */
    { 0.1, 0.8, 0.01, COUNTS_TOGETHER },
    { 0.1, 0.9, 0.46, COUNTS_COUNTING },        /* half of it is counting's                   */
    { 0.1, 0.9, 0.44, COUNTS_TOGETHER },
    { 0.1, 9, 0.7, COUNTS_COUNTING },           /* or it would do by itself                   */
    { 0.693, 5, 4, COUNTS_COUNTING },           /* ln 2 = 0.6931…                             */
    { 0.694, 5, 4, COUNTS_EITHER },
    { 5, 0.693, 4, COUNTS_ATTENTION },
};

START_TEST(who_decides)
{
    double own = decide[_i].own, gained = decide[_i].gained;
    double odds[COUNTS_WAYS] = { own + gained, own, gained, decide[_i].alone };
    CountsVerdict v = explain_counts_decide(odds);
    ck_assert_msg(v == decide[_i].verdict, "%d: %s", _i, explain_counts_verdicts[v]);
}
END_TEST

/* What the whole and the halves leave the others. */
static const struct { double whole, own, gained, alone; CountsVerdict verdict; } exclude[] = {
    { 0, 0.888, 0, 0, COUNTS_COUNTING },
    { 0.01, 0.05, 0.6, 0.7, COUNTS_ATTENTION },
    { 0, 0.01, 0.05, 0.1, COUNTS_EITHER },
    { 0.005, 0.544, 0.542, 0.534, COUNTS_TOGETHER },
    { 0.3, 0.888, 0.05, 0.05, COUNTS_UNCLEAR },     /* nobody does                            */
    { 0, 0.3, 0.01, 0.01, COUNTS_UNCLEAR },         /* is 30 % little or much?                */
    { 0, 0.888, 0.05, 0.3, COUNTS_UNCLEAR },        /* with the gains, but not counting alone */
    { 0, 0.888, 0.3, 0.05, COUNTS_UNCLEAR },
    { 0, 0.05, 0.6, 0.3, COUNTS_UNCLEAR },
    { 0, 0.888, 0.3, 0.3, COUNTS_UNCLEAR },
};

START_TEST(who_excludes)
{
    double others[COUNTS_WAYS] = { exclude[_i].whole, exclude[_i].own, exclude[_i].gained, exclude[_i].alone };
    CountsVerdict v = explain_counts_exclude(others);
    ck_assert_msg(v == exclude[_i].verdict, "%d: %s", _i, explain_counts_verdicts[v]);
}
END_TEST

CHECK_MAIN("explain_decides", LOOP(who_decides, 0, (int)(sizeof decide / sizeof *decide)),
           LOOP(who_excludes, 0, (int)(sizeof exclude / sizeof *exclude)))
