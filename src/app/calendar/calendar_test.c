/* Deadlines by a table that was worked out by hand and with another program, and what cannot be counted. */
#include "calendar.h"
#include "clock.h"
#include "reference_calendar.h"
#include "str.h"
#include "t.h"

static const struct calendar *shipped;

struct row {
    const char *rule, *division, *from, *pauses, *due, *strict, *why;
};
#define EW "england-and-wales"
#define SC "scotland"
#define NI "northern-ireland"
static const struct row rows[] = {
    { "sar", EW, "2025-09-03", "", "2025-10-03", "2025-10-02", "3 September: 3 October, or strictly the 2nd" },
    { "sar", EW, "2026-09-03", "", "2026-10-05", "2026-10-02", "a Saturday rolls to Monday, the strict day does not" },
    { "sar", EW, "2026-01-31", "", "2026-03-02", "2026-02-27", "31 January: the last of February, a Saturday" },
    { "sar", EW, "2028-01-31", "", "2028-02-29", "2028-02-28", "31 January of a leap year" },
    { "sar", EW, "2028-02-29", "", "2028-03-29", "2028-03-28", "from a leap day" },
    { "sar", EW, "2026-11-25", "", "2026-12-29", "2026-12-24", "Christmas, its weekend, and Boxing Day's substitute" },
    { "sar", EW, "2026-12-01", "", "2027-01-04", "2026-12-31", "New Year" },
    { "sar", SC, "2026-12-01", "", "2027-01-05", "2026-12-31", "2 January has a substitute in Scotland" },
    { "sar", NI, "2027-02-17", "", "2027-03-18", "2027-03-16", "St Patrick's Day in Northern Ireland" },
    { "sar", EW, "2027-02-17", "", "2027-03-17", "2027-03-16", "but not in England and Wales" },
    { "sar", SC, "2026-05-15", "", "2026-06-16", "2026-06-14", "15 June 2026, proclaimed for Scotland" },
    { "sar", EW, "2026-03-03", "", "2026-04-07", "2026-04-02", "Good Friday and Easter Monday" },
    { "sar", EW, "2026-09-28", "", "2026-10-28", "2026-10-27", "the clocks go back in between" },
    { "sar-extended", EW, "2026-11-30", "", "2027-03-01", "2027-02-27", "three months, not one and then two" },
    { "sar-extended", EW, "2026-01-31", "", "2026-04-30", "2026-04-29", "31 January, extended" },
    { "sar", EW, "2026-09-03", "2026-09-10..2026-09-14", "2026-10-08", "2026-10-07", "five days, both ends included" },
    { "sar", EW, "2026-09-03", "2026-09-10..2026-09-10", "2026-10-05", "2026-10-03", "asked and answered on one day" },
    { "sar", EW, "2026-09-03", "2026-09-28..2026-10-05", "2026-10-12", "2026-10-10", "a pause over the end of a month" },
    { "sar", EW, "2026-09-03", "2026-09-28..2026-10-05 2026-10-04..2026-10-06", "2026-10-12", "2026-10-11",
      "days of two pauses count once" },
    { "sar", EW, "2026-09-03", "2026-10-08..2026-10-12 2026-09-10..2026-09-14", "2026-10-13", "2026-10-12",
      "a pause that begins in time because of another, in any order" },
    { "sar", EW, "2026-01-31", "2026-02-25..2026-03-03", "2026-03-09", "2026-03-06", "a pause over the end of February" },
    { "sar-extended", EW, "2026-09-03", "2026-11-20..2026-12-31", "2027-01-14", "2027-01-13", "a pause of 42 days over Christmas" },
    { "complaint", EW, "2026-06-20", "", "2026-07-20", "2026-07-19", "30 days" },
    { "complaint", EW, "2026-11-26", "", "2026-12-29", "2026-12-25", "30 days that end at Christmas" },
    { "complaint", EW, "2028-02-01", "", "2028-03-02", "2028-03-01", "30 days over a leap day" },
    { "dispute", EW, "2026-11-26", "", "2027-04-08", "", "90 business days over Christmas and Easter" },
    { "dispute", SC, "2026-11-26", "", "2027-04-09", "", "in Scotland" },
    { "dispute", NI, "2026-11-26", "", "2027-04-09", "", "in Northern Ireland" },
    { "dispute", EW, "2026-11-28", "", "2027-04-12", "", "on a Saturday: Monday is day 0" },
    { "dispute", NI, "2026-12-25", "", "2027-05-11", "", "on Christmas Day: the 29th is day 0" },
    { "dispute", SC, "2026-03-30", "", "2026-08-10", "", "15 June 2026 and the early August holiday" },
    { "dispute", EW, "2026-03-30", "", "2026-08-07", "", "neither in England and Wales" },
};

static date day(str s)
{
    date d = DATE_NONE;
    return date_parse(s, &d) == ST_OK ? d : DATE_NONE;
}

static struct deadline_ask ask_of(const struct row *r, struct deadline_pause *pauses)
{
    struct deadline_ask q = { .from = { utc_start_of_day_london(day(str_c(r->from))).s + 9 * 3600 }, .pauses = pauses };
    str rest = str_c(r->pauses), one;
    t_ok(deadline_parse(str_c(r->rule), &q.rule) == ST_OK && calendar_parse(str_c(r->division), &q.division) == ST_OK, "the row is read");
    while (str_next(&rest, ' ', &one))
        if (!str_empty(one))
            pauses[q.n_pauses++] = (struct deadline_pause){ day(str_sub(one, 0, 10)), day(str_sub(one, 12, 10)) };
    return q;
}

static void table_of_deadlines(struct arena *a)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct deadline_pause pauses[4];
        struct deadline_ask q = ask_of(&rows[i], pauses);
        struct deadline d = { .due = DATE_NONE, .strict = DATE_NONE };
        enum deadline_problem problem;
        size_t which;
        t_st(deadline_count(shipped, &q, &d, &problem, &which), ST_OK, rows[i].rule);
        t_str(date_iso(a, d.due), str_c(rows[i].due), rows[i].why);
        t_str(d.two ? date_iso(a, d.strict) : S(""), str_c(rows[i].strict), "and strictly");
        t_str(date_iso(a, date_london(d.due_at)), str_c(rows[i].due), "the last second is of the same day");
        t_str(date_iso(a, date_london((utc){ d.due_at.s + 1 })), date_iso(a, date_add_days(d.due, 1)), "and no second of it is lost");
    }
}

/* Whatever day it begins: strict is never later than due, and due is a business day that nobody could call late. */
static void every_day(void)
{
    bool ordered = true, business = true, monotonous = true;
    for (int rule = 0; rule < DEADLINE_RULE_COUNT; rule++) {
        date before = { 0 };
        if (rule == DEADLINE_BREACH)
            continue;
        for (date d = day(S("2012-01-01")); d.days <= day(S("2028-08-01")).days; d.days++) {
            struct deadline out;
            enum deadline_problem problem;
            size_t which;
            struct deadline_ask q = { .rule = (enum deadline_rule)rule, .division = (enum calendar_division)(d.days % 3),
                                      .from = utc_start_of_day_london(d) };
            if (deadline_count(shipped, &q, &out, &problem, &which) != ST_OK) {
                ordered = false;
                continue;
            }
            ordered = ordered && out.strict.days <= out.due.days && out.due.days - out.strict.days < 8 && out.strict.days > d.days + 26;
            business = business && calendar_business_day(shipped, q.division, out.due);
            monotonous = monotonous && out.due.days >= before.days - 6;
            before = out.due;
        }
    }
    t_ok(ordered, "the strict day is the earlier one, and less than a week and a day apart");
    t_ok(business, "what is due is due on a business day");
    t_ok(monotonous, "who comes later is not due earlier");
}

static void breach(void)
{
    static const char *const from[] = { "2026-10-23T12:00:00Z", "2026-12-24T23:30:00Z", "2028-02-27T00:00:00Z", "2031-05-01T08:15:30Z" };
    static const char *const due[] = { "2026-10-26T12:00:00Z", "2026-12-27T23:30:00Z", "2028-03-01T00:00:00Z", "2031-05-04T08:15:30Z" };
    for (size_t i = 0; i < COUNT(from); i++) {
        struct deadline_ask q = { .rule = DEADLINE_BREACH };
        struct deadline d = { .two = true };
        utc want;
        enum deadline_problem problem;
        size_t which;
        t_ok(utc_parse(str_c(from[i]), &q.from) == ST_OK && utc_parse(str_c(due[i]), &want) == ST_OK, "times");
        t_st(deadline_count(shipped, &q, &d, &problem, &which), ST_OK, from[i]);
        t_i64(d.due_at.s, want.s, "72 hours, whatever the clocks, the weekend and the calendar do");
        t_ok(!d.two, "and one moment only");
    }
}

static void problem_of(const char *rule, const char *from, const char *pauses, enum deadline_problem want, size_t which_want, const char *name)
{
    struct deadline_pause v[4];
    struct row r = { rule, EW, from, pauses, "", "", "" };
    struct deadline_ask q = ask_of(&r, v);
    struct deadline d;
    enum deadline_problem problem;
    size_t which;
    t_st(deadline_count(shipped, &q, &d, &problem, &which), ST_INVALID, name);
    t_i64(problem, want, "for that reason");
    t_i64((int64_t)which, (int64_t)which_want, "and of that pause");
}

static void problems(void)
{
    problem_of("complaint", "2026-09-03", "2026-09-10..2026-09-11", DEADLINE_NO_PAUSE, 0, "a complaint is not paused");
    problem_of("dispute", "2026-09-03", "2026-09-10..2026-09-11", DEADLINE_NO_PAUSE, 0, "nor is a dispute");
    problem_of("sar", "2026-09-03", "2026-09-11..2026-09-10", DEADLINE_PAUSE_BACKWARDS, 0, "a pause backwards");
    problem_of("sar", "2026-09-03", "2026-09-10..2026-09-11 2026-09-02..2026-09-03", DEADLINE_PAUSE_EARLY, 1, "before it began");
    problem_of("sar", "2026-09-03", "2026-10-06..2026-10-07", DEADLINE_PAUSE_LATE, 0, "when it is over");
    problem_of("sar", "2028-12-01", "", DEADLINE_CALENDAR_SHORT, 0, "beyond the calendar");
    problem_of("sar", "2011-11-25", "", DEADLINE_CALENDAR_SHORT, 0, "before the calendar");
    problem_of("complaint", "2028-12-10", "", DEADLINE_CALENDAR_SHORT, 0, "a complaint beyond the calendar");
    problem_of("dispute", "2028-09-15", "", DEADLINE_CALENDAR_SHORT, 0, "a dispute that would end beyond it");
    problem_of("sar", "2028-10-03", "2028-10-20..2029-03-01", DEADLINE_CALENDAR_SHORT, 0, "paused until beyond it");
}

static void entries(struct arena *a)
{
    const struct calendar *c = NULL;
    struct calendar_fault fault = { { 0 } };
    t_st(calendar_read(a, "x", reference_bank_holidays, S("scotland 2027-03-01, -scotland 2027-08-02,"), &c, &fault), ST_OK, "entries are read");
    t_ok(!calendar_business_day(c, CALENDAR_SCOTLAND, day(S("2027-03-01"))), "a holiday more");
    t_ok(calendar_business_day(c, CALENDAR_ENGLAND_AND_WALES, day(S("2027-03-01"))), "there only");
    t_ok(calendar_business_day(c, CALENDAR_SCOTLAND, day(S("2027-08-02"))), "a holiday less");
    t_ok(!calendar_business_day(shipped, CALENDAR_SCOTLAND, day(S("2027-08-02"))), "which it is otherwise");
    t_ok(!str_eq(calendar_version(c), calendar_version(shipped)), "another calendar has another version");
    t_ok(calendar_reaches(shipped, day(S("2028-08-01"))) && !calendar_reaches(shipped, day(S("2028-09-01"))), "it says in time when it is too short");
}

static void refused(struct arena *a, str table, str extra, str want)
{
    const struct calendar *c;
    struct calendar_fault fault = { { 0 } };
    t_st(calendar_read(a, "days.txt", table, extra, &c, &fault), ST_CONFIG, "refused");
    t_str(str_c(fault.text), want, "and says why");
}

static void mistakes(struct arena *a)
{
    refused(a, S("2026-01-01 E New Year\n"), S(""), S("days.txt:1: the span comes first"));
    refused(a, S("# none\n"), S(""), S("days.txt: there is no span"));
    refused(a, S("span 2026-01-01 2025-01-01\n"), S(""), S("days.txt:1: a span goes forward, and not beyond a hundred years"));
    refused(a, S("span 2026-01-01 2026-12-31\n2026-02-30 E x\n"), S(""), S("days.txt:2: there is no day '2026-02-30'"));
    refused(a, S("span 2026-01-01 2026-12-31\n2027-01-01 E x\n"), S(""), S("days.txt:2: a day outside the span"));
    refused(a, S("span 2026-01-01 2026-12-31\n2026-01-01 W x\n"), S(""), S("days.txt:2: divisions are of the letters E, S and N"));
    refused(a, S("span 2026-01-01 2026-12-31\n2026-01-01\n"), S(""), S("days.txt:2: a line is a date, its divisions and a title"));
    refused(a, reference_bank_holidays, S("wales 2026-03-01"),
            S("calendar.holidays: an entry is a division (england-and-wales, scotland or northern-ireland) and a date"));
    refused(a, reference_bank_holidays, S("scotland 2026-13-01"), S("calendar.holidays: there is no day '2026-13-01'"));
    refused(a, reference_bank_holidays, S("scotland 2040-01-02"), S("calendar.holidays: a day outside the span"));
}

int main(void)
{
    struct arena *a = arena_new(4u << 20);
    struct calendar_fault fault = { { 0 } };
    t_st(calendar_read(a, "bank_holidays.txt", reference_bank_holidays, S("scotland 2026-06-15"), &shipped, &fault), ST_OK,
         "the calendar that ships is read");
    t_need(shipped);
    table_of_deadlines(a);
    every_day();
    breach();
    problems();
    entries(a);
    mistakes(a);
    arena_free(a);
    return t_done();
}
