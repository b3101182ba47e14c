#include "clock.h"

#include <stdlib.h>
#include <unistd.h>

#include "str.h"
#include "t.h"

static void days(struct arena *a)
{
    bool same = true;
    for (int32_t i = -200000; i < 200000; i += 17) {
        int y, m, d;
        date_split((date){ i }, &y, &m, &d);
        same = same && date_of(y, m, d).days == i;
    }
    t_ok(same, "days and calendar agree both ways");
    t_i64(date_of(1970, 1, 1).days, 0, "the epoch");
    t_i64(date_of(2000, 3, 1).days, 11017, "after a leap day");
    t_i64(date_of(2026, 2, 29).days, INT32_MIN, "no such day");
    t_i64(date_weekday(date_of(2026, 11, 23)), 0, "a Monday");
    t_i64(date_weekday(date_of(1969, 12, 31)), 2, "a Wednesday before the epoch");
    t_str(date_iso(a, date_add_months(date_of(2026, 1, 31), 1)), S("2026-02-28"), "clamped to the month");
    t_str(date_iso(a, date_add_months(date_of(2024, 2, 29), 12)), S("2025-02-28"), "a year from a leap day");
    t_str(date_iso(a, date_add_months(date_of(2026, 3, 31), -13)), S("2025-02-28"), "backwards");
    t_str(date_iso(a, date_add_days(date_of(2026, 12, 31), 1)), S("2027-01-01"), "over the year");
}

static void london(struct arena *a)
{
    utc t = { 0 };
    t_st(utc_parse(S("2026-03-29T00:59:59Z"), &t), ST_OK, "the last second of winter");
    t_i64(civil_london(t).hour, 0, "before summer time");
    t.s++;
    t_i64(civil_london(t).hour, 2, "summer time begins");
    t_st(utc_parse(S("2026-10-25T00:59:59Z"), &t), ST_OK, "the last second of summer");
    t_i64(civil_london(t).hour, 1, "still summer");
    t.s++;
    t_i64(civil_london(t).hour, 1, "summer time ends");
    t_str(date_iso(a, date_london((utc){ t.s - 7200 })), S("2026-10-25"), "the date follows");
    t_str(utc_iso(a, utc_start_of_day_london(date_of(2026, 7, 1))), S("2026-06-30T23:00:00Z"), "a summer day begins");
    t_str(utc_iso(a, utc_start_of_day_london(date_of(2026, 3, 29))), S("2026-03-29T00:00:00Z"), "the day it begins");
    t_str(utc_iso(a, utc_start_of_day_london(date_of(2026, 10, 25))), S("2026-10-24T23:00:00Z"), "the day it ends");
    t_str(utc_iso(a, utc_start_of_day_london(date_of(2026, 10, 26))), S("2026-10-26T00:00:00Z"), "the day after");
}

static void text(struct arena *a)
{
    utc t = { 0 };
    date d;
    t_st(utc_parse(S("2026-11-23T10:11:12Z"), &t), ST_OK, "a time");
    t_i64(t.s, 1795428672, "is that number of seconds");
    t_str(utc_iso(a, t), S("2026-11-23T10:11:12Z"), "and back");
    t_str(utc_http(a, t), S("Mon, 23 Nov 2026 10:11:12 GMT"), "as HTTP writes it");
    static const char *const bad[] = { "2026-11-23T10:11:60Z", "2026-11-23T24:00:00Z", "2026-11-23 10:11:12Z",
                                       "2026-11-23T10:11:12", "2026-1-023T10:11:12Z" };
    for (size_t i = 0; i < COUNT(bad); i++)
        t_st(utc_parse(str_c(bad[i]), &t), ST_INVALID, bad[i]);
    t_st(date_parse(S("2026-13-01"), &d), ST_INVALID, "month 13");
    t_st(date_parse(S("0000-01-01"), &d), ST_INVALID, "year 0");
    t_st(date_parse(S("2026-01-01x"), &d), ST_INVALID, "something after it");
}

static void setting(void)
{
    char path[] = "clock-test-XXXXXX";
    clock_set((utc){ 1000 });
    t_i64(clock_now().s, 1000, "a clock that was set stands still");
    clock_set((utc){ -1 });
    utc before = clock_now();
    int fd = mkstemp(path);
    int64_t offset = 86400;
    t_ok(write(fd, &offset, 4) == 4, "a short file");
    t_st(clock_follow(path), ST_INVALID, "is refused");
    t_ok(pwrite(fd, &offset, 8, 0) == 8, "a whole file");
    t_st(clock_follow(path), ST_OK, "is followed");
    int64_t ahead = clock_now().s - before.s;
    t_ok(ahead >= 86400 && ahead < 86460, "a day ahead");
    close(fd);
    unlink(path);
}

/* Every day of every year there is: one after the other, and back. */
static void every_day(void)
{
    bool right = true;
    date at = date_of(1, 1, 1), last = date_of(9999, 12, 31);
    for (int y = 1, m = 1, d = 1; right && at.days <= last.days; at.days++) {
        int year, month, day;
        date_split(at, &year, &month, &day);
        right = year == y && month == m && day == d && date_of(y, m, d).days == at.days;
        if (date_of(y, m, ++d).days == DATE_NONE.days) {
            d = 1;
            m = m % 12 + 1;
            y += m == 1;
        }
    }
    t_ok(right && at.days == last.days + 1, "each day of ten thousand years has its date");
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    days(a);
    london(a);
    text(a);
    setting();
    arena_free(a);
    every_day();
    return t_done();
}
