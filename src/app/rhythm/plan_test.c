/* The plan by itself: every cycle over many years, steps in their order, and what jumping clocks may not do. */
#include "clock.h"
#include "config_keys.h"
#include "money.h"
#include "plan.h"
#include "str.h"
#include "t.h"

static struct rhythm_terms terms(void)
{
    return (struct rhythm_terms){ .renew_days = 14, .reminders = { -3, 3, 7 }, .n_reminders = 3, .suspend_days = 10,
                                  .warn_days = 7, .terminate_days = 30, .catch_up = 2, .quiet_until = DATE_NONE };
}

static struct rhythm_facts service(date due)
{
    int y, m, day;
    date_split(due, &y, &m, &day);
    return (struct rhythm_facts){ .state = RHYTHM_ACTIVE, .months = 1, .anchor_day = day, .due_on = due, .cancel_on = DATE_NONE,
        .hold_until = DATE_NONE, .change_until = DATE_NONE,
        .bill = { .due_on = DATE_NONE, .made_on = DATE_NONE, .noticed_on = DATE_NONE, .warned_on = DATE_NONE,
                  .suspended_on = DATE_NONE, .collected = true } };
}

static void open_bill(struct rhythm_facts *f, date made, date due)
{
    f->bill.open = true;
    f->bill.made_on = made;
    f->bill.due_on = due;
}

static const struct rhythm_step *find(const struct rhythm_plan *p, enum rhythm_kind kind)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].kind == kind)
            return &p->v[i];
    return NULL;
}

/* The date of the step in days from `zero`; 9999 when there is none. */
static int at(const struct rhythm_plan *p, enum rhythm_kind kind, date zero)
{
    const struct rhythm_step *s = find(p, kind);
    return s ? s->on.days - zero.days : 9999;
}

static date day(int y, int m, int d)
{
    return date_of(y, m, d);
}

/* ---- periods */

static bool is(date d, int y, int m, int dd)
{
    return d.days == day(y, m, dd).days;
}

static void boundaries(void)
{
    t_ok(is(rhythm_after(day(2027, 1, 31), 1, 31), 2027, 2, 28), "31 January and a month: the last of February");
    t_ok(is(rhythm_after(day(2027, 2, 28), 1, 31), 2027, 3, 31), "and then the 31st again");
    t_ok(is(rhythm_after(day(2028, 1, 31), 1, 31), 2028, 2, 29), "in a leap year the 29th");
    t_ok(is(rhythm_after(day(2028, 2, 29), 12, 29), 2029, 2, 28), "29 February and a year: the 28th");
    t_ok(is(rhythm_after(day(2031, 2, 28), 12, 29), 2032, 2, 29), "and in the next leap year the 29th again");
    t_ok(is(rhythm_after(day(2026, 12, 15), 1, 15), 2027, 1, 15), "over the end of a year");
    t_ok(is(rhythm_after(day(2026, 11, 30), 3, 30), 2027, 2, 28), "a quarter into February");
    t_ok(is(rhythm_after(day(2027, 2, 28), 3, 30), 2027, 5, 30), "and out of it");
    t_ok(is(rhythm_after(day(2028, 2, 29), 24, 29), 2030, 2, 28), "two years from a leap day");
}

/* Every cycle from every day of four years: periods touch, none is empty, none is out of its month. */
static void all_cycles(void)
{
    static const int cycles[] = { 1, 3, 12, 24 };
    long wrong = 0, seen = 0;
    for (size_t c = 0; c < COUNT(cycles); c++)
        for (date begin = day(2026, 1, 1); begin.days < day(2030, 1, 1).days; begin.days++) {
            int y, m, anchor, y2, m2, d2, first, months = 0;
            date_split(begin, &y, &m, &anchor);
            first = y * 12 + m;
            date due = begin;
            for (int i = 0; i < 30; i++, seen++) {
                date next = rhythm_after(due, cycles[c], anchor);
                date_split(next, &y2, &m2, &d2);
                months += cycles[c];
                bool last_of_month = date_of(y2, m2, d2 + 1).days == DATE_NONE.days;
                wrong += next.days <= due.days || y2 * 12 + m2 != first + months || (d2 != anchor && !last_of_month) || d2 > anchor;
                due = next;
            }
        }
    t_ok(seen > 100000, "175,000 periods of every cycle");
    t_i64(wrong, 0, "each begins where the one before ended, in its month, on its day or the month's last");
}

static void behind(void)
{
    t_i64(rhythm_behind(day(2027, 1, 31), 1, 31, day(2027, 2, 27)), 0, "a period in course is not missed");
    t_i64(rhythm_behind(day(2027, 1, 31), 1, 31, day(2027, 2, 28)), 1, "one that is over is");
    t_i64(rhythm_behind(day(2027, 1, 31), 1, 31, day(2027, 6, 1)), 4, "four");
    t_i64(rhythm_behind(day(2027, 1, 31), 0, 31, day(2037, 6, 1)), 0, "what does not recur is never behind");
}

/* ---- the steps of a month */

static void in_order(void)
{
    struct rhythm_terms t = terms();
    struct rhythm_plan p;
    date due = day(2027, 3, 15);
    struct rhythm_facts f = service(due);
    rhythm_plan(&f, &t, day(2027, 2, 20), &p);
    t_i64(at(&p, RHYTHM_RENEW, due), -14, "the pro forma is made two weeks before");
    t_ok(find(&p, RHYTHM_SUSPEND)->conditional && find(&p, RHYTHM_TERMINATE)->conditional, "what follows depends on the payment");
    t_i64(rhythm_plan_next(&p).days - due.days, -14, "the run has to look on that day");
    t_i64(p.n, 8, "renewal, due day, three messages, suspension, warning, end");
    open_bill(&f, day(2027, 3, 1), due);
    rhythm_plan(&f, &t, day(2027, 3, 2), &p);
    t_i64(at(&p, RHYTHM_NOTICE, due), -3, "the first reminder comes before it is due");
    t_i64(at(&p, RHYTHM_SUSPEND, due), 10, "suspension");
    t_i64(at(&p, RHYTHM_WARN, due), 23, "the warning");
    t_i64(at(&p, RHYTHM_TERMINATE, due), 30, "the end");
    t_ok(find(&p, RHYTHM_RENEW) == NULL, "no second renewal while one is open");
    for (size_t i = 1; i < p.n; i++)
        t_ok(p.v[i - 1].on.days <= p.v[i].on.days && (!p.v[i].conditional || p.v[i].kind == RHYTHM_DUE), "in order, and certain");
    f.bill.held = true;
    rhythm_plan(&f, &t, date_add_days(due, 40), &p);
    t_ok(p.n == 1 && p.v[0].kind == RHYTHM_WAIT && p.v[0].on.days == due.days + 41, "a payment on its way: nothing but waiting");
}

static void late(void)
{
    struct rhythm_terms t = terms();
    struct rhythm_plan p;
    date due = day(2027, 3, 15), today = date_add_days(due, 200);
    struct rhythm_facts f = service(due);
    open_bill(&f, day(2027, 3, 1), due);
    rhythm_plan(&f, &t, today, &p);
    size_t notices = 0;
    for (size_t i = 0; i < p.n; i++)
        notices += p.v[i].kind == RHYTHM_NOTICE;
    t_i64(notices, 1, "after a jump only the newest message is sent");
    t_i64(find(&p, RHYTHM_NOTICE)->arg, 2, "the last of them");
    t_i64(at(&p, RHYTHM_SUSPEND, today), 3, "suspension leaves the days that the terms leave after it");
    t_i64(find(&p, RHYTHM_SUSPEND)->why, RHYTHM_WHY_NOTICE, "and says why");
    t_i64(at(&p, RHYTHM_WARN, today), 4, "the warning comes after the suspension");
    t_i64(at(&p, RHYTHM_TERMINATE, today), 11, "the end a week after the warning");
    f.bill.noticed = 1u << 2;
    f.bill.noticed_on = today;
    f.dunned = true;
    f.state = RHYTHM_SUSPENDED;
    f.bill.warned_on = today;
    rhythm_plan(&f, &t, today, &p);
    t_i64(at(&p, RHYTHM_TERMINATE, today), 7, "also when it was warned today");
    t.quiet_until = date_add_days(today, 20);
    rhythm_plan(&f, &t, today, &p);
    t_i64(at(&p, RHYTHM_TERMINATE, today), 20, "not before the quiet days are over");
    f.hold_until = date_add_days(today, 30);
    rhythm_plan(&f, &t, today, &p);
    t_i64(at(&p, RHYTHM_TERMINATE, today), 31, "nor before what staff said");
    t_i64(find(&p, RHYTHM_TERMINATE)->why, RHYTHM_WHY_HOLD, "with that as the reason");
    rhythm_plan(&f, &t, day(2027, 1, 1), &p);
    t_ok(rhythm_plan_next(&p).days > day(2027, 1, 1).days, "a clock that went back finds nothing due");
}

static void around_it(void)
{
    struct rhythm_terms t = terms();
    struct rhythm_plan p;
    date due = day(2027, 3, 15);
    struct rhythm_facts f = service(due);
    f.cancel_on = due;
    rhythm_plan(&f, &t, day(2027, 3, 10), &p);
    t_ok(p.n == 1 && p.v[0].kind == RHYTHM_END && p.v[0].on.days == due.days, "cancelled: it ends, and is not renewed");
    f = service(due);
    f.state = RHYTHM_PENDING;
    rhythm_plan(&f, &t, day(2027, 3, 10), &p);
    t_ok(p.n == 1 && p.v[0].kind == RHYTHM_WAIT, "what was never set up is not charged again");
    f.state = RHYTHM_SUSPENDED;
    rhythm_plan(&f, &t, day(2027, 3, 10), &p);
    t_ok(p.v[0].kind == RHYTHM_WAIT && p.v[0].why == RHYTHM_WHY_STAFF, "what staff suspended is not charged either");
    f.dunned = true;
    rhythm_plan(&f, &t, day(2027, 3, 10), &p);
    t_ok(p.v[0].kind == RHYTHM_UNSUSPEND, "paid: back to work before anything else");
    f = service(due);
    rhythm_plan(&f, &t, day(2027, 7, 1), &p);
    t_ok(p.n == 1 && p.v[0].kind == RHYTHM_PARK && p.v[0].days == 3, "three missed periods wait for staff");
    f.free = true;
    rhythm_plan(&f, &t, day(2027, 7, 1), &p);
    t_ok(p.n == 1 && p.v[0].kind == RHYTHM_RENEW, "what costs nothing just goes on");
    f.state = RHYTHM_OVER;
    rhythm_plan(&f, &t, day(2027, 7, 1), &p);
    t_ok(p.n == 0 && rhythm_plan_next(&p).days == DATE_NONE.days, "what is over has no next");
    f = service(due);
    t.suspend_days = t.terminate_days = 0;
    open_bill(&f, day(2027, 3, 1), due);
    rhythm_plan(&f, &t, due, &p);
    t_ok(!find(&p, RHYTHM_SUSPEND) && !find(&p, RHYTHM_WARN) && !find(&p, RHYTHM_TERMINATE), "an operator may choose never to");
    f = service(due);
    t.renew_days = 60;
    rhythm_plan(&f, &t, day(2027, 2, 1), &p);
    t_i64(at(&p, RHYTHM_RENEW, due), -27, "a period is not invoiced before the one before has begun");
}

/* Day by day through a month that nobody pays for: each step once, on its day; and the same when days are skipped. */
static void walk(int stride)
{
    struct rhythm_terms t = terms();
    struct rhythm_plan p;
    date due = day(2028, 2, 29);
    struct rhythm_facts f = service(due);
    int suspended = 0, ended = 0, notices = 0, wrong = 0, warned_at = 0;
    for (date today = day(2028, 2, 10); today.days < due.days + 400 && !ended; today.days += stride) {
        for (int i = 0; i < 8; i++) {
            rhythm_plan(&f, &t, today, &p);
            size_t k = 0;
            while (k < p.n && p.v[k].conditional)
                k++;
            if (k == p.n || p.v[k].on.days > today.days)
                break;
            const struct rhythm_step *s = &p.v[k];
            if (s->kind == RHYTHM_RENEW) /* a late one is not due in the past */
                open_bill(&f, today, due.days > today.days + 7 ? due : date_add_days(today, 7));
            else if (s->kind == RHYTHM_NOTICE) {
                wrong += f.bill.noticed >> s->arg & 1;
                f.bill.noticed |= 1u << s->arg;
                f.bill.noticed_on = today;
                notices++;
            } else if (s->kind == RHYTHM_SUSPEND) {
                wrong += notices == 0 && today.days < f.bill.made_on.days + 10;
                f.dunned = true;
                f.state = RHYTHM_SUSPENDED;
                f.bill.suspended_on = today;
                suspended = today.days - due.days;
            } else if (s->kind == RHYTHM_WARN) {
                f.bill.warned_on = today;
                warned_at = today.days - due.days;
            } else if (s->kind == RHYTHM_TERMINATE) {
                f.state = RHYTHM_OVER;
                ended = today.days - due.days;
            }
        }
    }
    printf("# in steps of %d: %d messages, suspended %d, warned %d, ended %d days after it was due\n", stride, notices, suspended,
           warned_at, ended);
    t_ok(wrong == 0 && suspended >= 10 && warned_at > suspended && ended >= warned_at + 7 && ended >= 30,
         "messages, suspension, warning and end, each in its turn and never squeezed");
    if (stride == 1)
        t_ok(notices == 3 && suspended == 10 && warned_at == 23 && ended == 30, "and day by day on the very days of the terms");
}

/* ---- parts of a period */

static void proration(void)
{
    long wrong = 0;
    for (int64_t price = 0; price <= 12345; price += 617)
        for (int months = 1; months <= 12; months += 11)
            for (int d = 0; d < 400; d++) {
                date from = day(2028, 1, 31), to = rhythm_after(from, months, 31), on = date_add_days(from, d);
                money used, unused, whole = money_of(price, S("GBP"));
                st s = rhythm_prorate(whole, from, to, on, &used, &unused);
                bool inside = on.days <= to.days;
                wrong += (s == ST_OK) != inside || (inside && used.minor + unused.minor != price) ||
                         (inside && (used.minor < 0 || unused.minor < 0));
            }
    t_i64(wrong, 0, "the parts of a period sum to the whole, on every day");
    money used, unused;
    t_st(rhythm_prorate(money_of(3100, S("GBP")), day(2027, 3, 1), day(2027, 4, 1), day(2027, 3, 11), &used, &unused), ST_OK, "a part");
    t_ok(used.minor == 1000 && unused.minor == 2100, "ten of thirty-one days");
}

/* ---- nights on which clocks change */

static void nights(void)
{
    utc before = { 0 }, after = { 0 };
    t_st(utc_parse(S("2027-03-27T23:59:59Z"), &before), ST_OK, "the night to summer time");
    t_st(utc_parse(S("2027-03-28T00:00:00Z"), &after), ST_OK, "its midnight");
    t_ok(is(date_london(before), 2027, 3, 27) && is(date_london(after), 2027, 3, 28), "the day begins at midnight");
    t_st(utc_parse(S("2027-10-30T22:59:59Z"), &before), ST_OK, "the night to winter time");
    t_st(utc_parse(S("2027-10-30T23:00:00Z"), &after), ST_OK, "an hour before in UTC");
    t_ok(is(date_london(before), 2027, 10, 30) && is(date_london(after), 2027, 10, 31), "the day begins at midnight in London");
    long wrong = 0;
    date last = DATE_NONE;
    for (int64_t s = 1796000000; s < 1796000000 + 800 * 86400LL; s += 1800) {
        date d = date_london((utc){ s });
        wrong += last.days != DATE_NONE.days && d.days != last.days && d.days != last.days + 1;
        last = d;
    }
    t_i64(wrong, 0, "half-hour by half-hour over two years no date is skipped and none comes back");
}

static void terms_read(void)
{
    struct config c = { .billing = { .renew_days = 14, .reminders = S("-3, 3, 7"), .suspend_days = 10, .warn_days = 7,
        .terminate_days = 30, .catch_up = 2, .price_notice_days = 30, .refund_unused = S("none") } };
    struct rhythm_terms t;
    const char *fault;
    t_st(rhythm_terms_read(&c, &t, &fault), ST_OK, "good terms");
    t_ok(t.n_reminders == 3 && t.reminders[0] == -3 && t.reminders[2] == 7, "are read");
    static const str bad[] = { SI("3, 3"), SI("7, 3"), SI("x"), SI("1,2,3,4,5,6,7,8,9"), SI("1.5") };
    for (size_t i = 0; i < COUNT(bad); i++) {
        c.billing.reminders = bad[i];
        t_ok(rhythm_terms_read(&c, &t, &fault) == ST_CONFIG && fault, "a list that is none is refused, with words");
    }
    c.billing.reminders = S("");
    t_st(rhythm_terms_read(&c, &t, &fault), ST_OK, "no reminders is a choice");
    c.billing.warn_days = 30;
    t_st(rhythm_terms_read(&c, &t, &fault), ST_CONFIG, "an end that is announced too late is refused");
}

int main(void)
{
    boundaries();
    all_cycles();
    behind();
    in_order();
    late();
    around_it();
    walk(1);
    walk(7);
    walk(31);
    proration();
    nights();
    terms_read();
    return t_done();
}
