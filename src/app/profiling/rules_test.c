/* What is concluded from facts, by the rules that ship and by others; and what files are refused, with their line. */
#include "profiling.h"
#include "reference_profile.h"
#include "str.h"
#include "t.h"

static struct arena *a;

static void concludes(struct profiling_facts f, const char *segment, int64_t limit, const char *what)
{
    struct profiling_verdict v;
    profiling_judge(profiling_rules_here(), &f, &v);
    t_str(v.segment->name, str_c(segment), what);
    t_i64(v.limit, limit, "with that limit");
}

static void shipped(void)
{
    concludes((struct profiling_facts){ { 0 } }, "new", 0, "nobody we know");
    concludes((struct profiling_facts){ { [PROFILING_looked] = 4, [PROFILING_looked_again] = 2 } }, "new", 0, "who only looks is new");
    concludes((struct profiling_facts){ { [PROFILING_paid_invoices] = 1 } }, "customer", 0, "bought once");
    concludes((struct profiling_facts){ { [PROFILING_paid_invoices] = 1, [PROFILING_looked] = 3, [PROFILING_looked_again] = 1 } },
              "explorer", 0, "bought once and looks around");
    concludes((struct profiling_facts){ { [PROFILING_paid_invoices] = 3, [PROFILING_months] = 1 } }, "customer", 0, "three in a month");
    concludes((struct profiling_facts){ { [PROFILING_paid_invoices] = 3, [PROFILING_months] = 2 } }, "customer", 2000, "three in two");
    concludes((struct profiling_facts){ { [PROFILING_paid_invoices] = 3, [PROFILING_months] = 3 } }, "regular", 2000, "in three");
    struct profiling_facts good = { { [PROFILING_paid_invoices] = 13, [PROFILING_months] = 12, [PROFILING_services] = 3,
                                      [PROFILING_spent] = 20000 } };
    concludes(good, "grown", 10000, "all that speaks for somebody");
    good.v[PROFILING_late] = 1;
    concludes(good, "grown", 10000, "late once");
    good.v[PROFILING_late] = 2;
    concludes(good, "grown", 8500, "late twice");
    good.v[PROFILING_taken_back] = 1;
    concludes(good, "grown", 0, "taken back: never below nothing");
}

static void reads(const char *text, const char *says)
{
    const struct profiling_rules *r = NULL;
    struct profiling_fault fault = { "" };
    st s = profiling_read(a, "x", str_c(text), &r, &fault);
    t_st(s, *says ? ST_CONFIG : ST_OK, *says ? says : "it is read");
    t_ok(str_find(str_c(fault.text), str_c(says)) < sizeof fault.text && (*says == '\0' || fault.text[0]), fault.text);
}

static void files(void)
{
    reads("segment all\n  customer All.\n", "");
    reads("segment all\n  customer All.\n  first a b-c\nlimit x -5\n  if late >= 1\n  customer Late.\n", "");
    reads("", "x:0: the last segment has no 'if'");
    reads("segment some\n  if late >= 1\n  customer Some.\n", "the last segment has no 'if'");
    reads("segment all\n", "x:1: 'all' has no line 'customer'");
    reads("limit all 5\n  customer All.\n", "has no line 'if'");
    reads("if late >= 1\n", "x:1: before this stands");
    reads("segment A\n", "small letters");
    reads("segment a\n  customer A.\nsegment a\n", "x:3: there are two");
    reads("segment a\n  if colour >= 1\n", "x:2: there is no signal 'colour'");
    reads("segment a\n  if late > 1\n", "between signal and number");
    reads("segment a\n  if late >= -1\n", "is not a number");
    reads("limit a\n", "an amount");
    reads("limit a 0\n", "an amount");
    reads("limit a 5\n  first x\n", "stands in a segment");
    reads("segment a\n  customer A.\n  customer B.\n", "one sentence");
    reads("segment a\n  colour red\n", "is none of");
}

int main(void)
{
    a = arena_new(1 << 20);
    t_need(a != NULL);
    shipped();
    files();
    arena_free(a);
    return t_done();
}
