#include "cli/explain/show/show.h"
#include "explain/example.h"

static void say(const Term *t, const char *name, const double *x)
{
    char text[120];
    snprintf(text, sizeof text, "  %-25s [%8.4f %8.4f %8.4f ]", name, x[0], x[1], x[2]);
    screen_line(t, 2, text);
}

static void given(const Term *t, const ExampleState *x)
{
    static const char *const words[] = { "A", "B", "C" };
    char name[32];
    screen_heading(t, "Three words A, B, C: A's query, and the key and value of each");
    say(t, "query of A", x->q);
    for (int j = 0; j < EXAMPLE_N; j++) {
        snprintf(name, sizeof name, "key of %s", words[j]);
        say(t, name, x->k[j]);
    }
    for (int j = 0; j < EXAMPLE_N; j++) {
        snprintf(name, sizeof name, "value of %s", words[j]);
        say(t, name, x->v[j]);
    }
}

static void forward(const Term *t, const ExampleState *x, const double *hand)
{
    screen_heading(t, "Forward");
    say(t, "scores q.k", x->s);
    fprintf(t->file, "    A: 1*3 + 2*(-1) + (-1)*0    = 1\n    B: 1*3 + 2*(-1) + (-1)*(-1) = 2\n"
                     "    C: 1*0 + 2*1    + (-1)*(-3) = 5\n");
    screen_paragraph(t, 4, "(The discussion this example is taken from gives 4 for the second; it is 2.)");
    say(t, "weights chosen by hand", example_weights);
    say(t, "  mix: .1 A + .4 B + .5 C", hand);
    say(t, "weights by softmax", x->a);
    say(t, "  mix", x->o);
    screen_paragraph(t, 4,
                     "Softmax, exp(1), exp(2), exp(5) each divided by their sum, puts almost all weight on C.");
}

static void backward(const Term *t, const ExampleState *x)
{
    screen_heading(t, "Backward: the target is the mix by hand, L = |o - target|^2 / 2");
    fprintf(t->file, "  loss L                     %9.4f\n", x->loss);
    say(t, "g = dL/do = o - target", x->g);
    say(t, "da = g.v", x->da);
    say(t, "ds = a (da - g.o)", x->ds);
    screen_paragraph(t, 4,
                     "ds < 0: raising the score lowers the loss, so a step attends there more: a bit more of "
                     "that word's value, a bit less of the others'. The three add up to 0.");
    say(t, "dq = sum ds k", x->dq);
    say(t, "dk of A = ds q", x->dk[0]);
    say(t, "dk of B", x->dk[1]);
    say(t, "dk of C", x->dk[2]);
    say(t, "dv of A = a g", x->dv[0]);
    say(t, "dv of B", x->dv[1]);
    say(t, "dv of C", x->dv[2]);
}

static void after(const Term *t, const ExampleState *x, const ExampleState *y, double rate)
{
    char text[96];
    snprintf(text, sizeof text, "After one step: x -= %g dL/dx", rate);
    screen_heading(t, text);
    say(t, "query of A", y->q);
    say(t, "key of A", y->k[0]);
    say(t, "key of B", y->k[1]);
    say(t, "key of C", y->k[2]);
    say(t, "value of A", y->v[0]);
    say(t, "value of B", y->v[1]);
    say(t, "value of C", y->v[2]);
    say(t, "scores before", x->s);
    say(t, "scores after", y->s);
    say(t, "weights before", x->a);
    say(t, "weights after", y->a);
    say(t, "mix before", x->o);
    say(t, "mix after", y->o);
    fprintf(t->file, "  loss from %.4f to %.4f\n", x->loss, y->loss);
}

bool show_example(const Term *t, Err *err)
{
    const double rate = 0.5;
    double       hand[EXAMPLE_N];
    ExampleState x = example_start, y;
    example_mix(example_weights, &x, hand);
    if (!example_run(&x, hand, err))
        return false;
    y = x;
    example_step(&y, rate);
    if (!example_run(&y, hand, err))
        return false;
    given(t, &x);
    forward(t, &x, hand);
    backward(t, &x);
    after(t, &x, &y, rate);
    return true;
}
