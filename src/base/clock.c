/* Time and dates. Days are counted as in the proleptic Gregorian calendar. */
#include "clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "str.h"

#define DAY 86400

static struct {
    bool set;
    utc at;
    const volatile int64_t *offset; /* mapped from the file that clock_follow was given */
} state;

utc clock_now(void)
{
    if (state.set)
        return state.at;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (utc){ t.tv_sec + (state.offset ? *state.offset : 0) };
}

int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void clock_set(utc t)
{
    state.set = t.s >= 0;
    state.at = t;
}

st clock_follow(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ST_IO;
    /* A mapping beyond the end of a short file would be a SIGBUS later on. */
    if (fstat(fd, &info) != 0 || info.st_size < (off_t)sizeof(int64_t)) {
        close(fd);
        return ST_INVALID;
    }
    void *p = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return ST_IO;
    state.offset = p;
    return ST_OK;
}

/* Days ---------------------------------------------------------------------------------------------- */

static bool leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int y, int m)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return m == 2 && leap(y) ? 29 : days[m - 1];
}

/* Days from the epoch to 1 January of a year between 1 and 9999. */
static int32_t year_start(int y)
{
    int p = y - 1;
    return p * 365 + p / 4 - p / 100 + p / 400 - 719162;
}

date date_of(int y, int m, int d)
{
    if (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > month_days(y, m))
        return DATE_NONE;
    static const int16_t before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    return (date){ year_start(y) + before[m - 1] + (m > 2 && leap(y)) + d - 1 };
}

void date_split(date dt, int *year, int *month, int *day)
{
    if (dt.days == INT32_MIN) {
        *year = *month = *day = 0;
        return;
    }
    /* Years are counted from 1 March, so that the leap day comes last: then months follow from the day by arithmetic. */
    int64_t days = (int64_t)dt.days + 719468; /* since 0000-03-01 */
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, in_era = days - era * 146097;
    int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = (int)(in_era - (365 * y + y / 4 - y / 100)), m = (5 * in_year + 2) / 153;
    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int)(y + era * 400) + (*month <= 2);
}

int date_weekday(date d)
{
    int w = (d.days + 3) % 7; /* 1 January 1970 was a Thursday */
    return w < 0 ? w + 7 : w;
}

date date_add_days(date d, int32_t n)
{
    int32_t sum;
    if (d.days == INT32_MIN || __builtin_add_overflow(d.days, n, &sum))
        return DATE_NONE;
    return (date){ sum };
}

date date_add_months(date d, int32_t n)
{
    int y, m, day;
    if (d.days == INT32_MIN)
        return d;
    date_split(d, &y, &m, &day);
    int64_t months = (int64_t)y * 12 + (m - 1) + n;
    if (months < 12 || months >= 10000 * 12)
        return DATE_NONE;
    y = (int)(months / 12);
    m = (int)(months % 12) + 1;
    return date_of(y, m, day < month_days(y, m) ? day : month_days(y, m));
}

/* Civil time ---------------------------------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct civil civil_utc(utc t)
{
    struct civil c;
    int64_t days = floor_div(t.s, DAY);
    int left = (int)(t.s - days * DAY);
    date_split((date){ (int32_t)days }, &c.year, &c.month, &c.day);
    c.hour = left / 3600;
    c.minute = left / 60 % 60;
    c.second = left % 60;
    return c;
}

static int32_t last_sunday(int year, int month)
{
    date d = date_of(year, month, 31);
    return d.days - (date_weekday(d) + 1) % 7;
}

/* LAW: Summer Time Act 1972 as amended by SI 2002/262: from 01:00 GMT on the last Sunday of March to 01:00 GMT
 * on the last Sunday of October. */
static bool summer_time_at(utc t, const struct civil *c)
{
    int year = c->year;
    if (c->month < 3 || c->month > 10)
        return false;
    if (c->month > 3 && c->month < 10)
        return true;
    int64_t from = (int64_t)last_sunday(year, 3) * DAY + 3600, to = (int64_t)last_sunday(year, 10) * DAY + 3600;
    return t.s >= from && t.s < to;
}

static bool summer_time(utc t)
{
    struct civil c = civil_utc(t);
    return summer_time_at(t, &c);
}

struct civil civil_london(utc t)
{
    struct civil c = civil_utc(t);
    return summer_time_at(t, &c) ? civil_utc((utc){ t.s + 3600 }) : c;
}

date date_london(utc t)
{
    return date_utc((utc){ t.s + (summer_time(t) ? 3600 : 0) });
}

date date_utc(utc t)
{
    return (date){ (int32_t)floor_div(t.s, DAY) };
}

utc utc_start_of_day_london(date d)
{
    utc midnight = { (int64_t)d.days * DAY };
    /* The clocks change at 01:00 GMT, so a day in summer begins in summer time. */
    return (utc){ midnight.s - (summer_time((utc){ midnight.s - 3600 }) ? 3600 : 0) };
}

/* Text ---------------------------------------------------------------------------------------------- */

/* Exactly `width` digits at `at`. */
static bool digits(str s, size_t at, size_t width, int *out)
{
    int v = 0;
    for (size_t i = at; i < at + width; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

st date_parse(str s, date *out)
{
    int y, m, d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &y) || !digits(s, 5, 2, &m) ||
        !digits(s, 8, 2, &d))
        return ST_INVALID;
    date dt = date_of(y, m, d);
    if (dt.days == INT32_MIN)
        return ST_INVALID;
    *out = dt;
    return ST_OK;
}

/* Numbers of so many digits at `p`, with the character that follows each; what is beyond them is not ours to show. */
static char *put_digits(char *p, int v, int width, char then)
{
    unsigned rest = v < 0 ? 0 : (unsigned)v;
    for (int i = width; i-- > 0; rest /= 10)
        p[i] = (char)('0' + rest % 10);
    p[width] = then;
    return p + width + 1;
}

void date_iso_put(char text[DATE_ISO], date d)
{
    int y, m, day;
    char all[DATE_ISO + 1], *p = all;
    date_split(d, &y, &m, &day);
    p = put_digits(p, y, 4, '-');
    p = put_digits(p, m, 2, '-');
    put_digits(p, day, 2, '\0');
    memcpy(text, all, DATE_ISO);
}

str date_iso(struct arena *a, date d)
{
    char *text = arena_grow(a, NULL, 0, DATE_ISO);
    if (!text)
        return (str){ 0 };
    date_iso_put(text, d);
    return (str){ text, DATE_ISO };
}

void utc_iso_put(char text[UTC_ISO], utc t)
{
    struct civil c = civil_utc(t);
    char *p = text;
    p = put_digits(p, c.year, 4, '-');
    p = put_digits(p, c.month, 2, '-');
    p = put_digits(p, c.day, 2, 'T');
    p = put_digits(p, c.hour, 2, ':');
    p = put_digits(p, c.minute, 2, ':');
    put_digits(p, c.second, 2, 'Z');
}

str utc_iso(struct arena *a, utc t)
{
    char *text = arena_grow(a, NULL, 0, UTC_ISO);
    if (!text)
        return (str){ 0 };
    utc_iso_put(text, t);
    return (str){ text, UTC_ISO };
}

st utc_parse(str s, utc *out)
{
    date d;
    int h, m, sec;
    if (s.n != 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[19] != 'Z')
        return ST_INVALID;
    TRY(date_parse(str_sub(s, 0, 10), &d));
    if (!digits(s, 11, 2, &h) || !digits(s, 14, 2, &m) || !digits(s, 17, 2, &sec) || h > 23 || m > 59 || sec > 59)
        return ST_INVALID;
    *out = (utc){ (int64_t)d.days * DAY + h * 3600 + m * 60 + sec };
    return ST_OK;
}

str utc_http(struct arena *a, utc t)
{
    static const char weekdays[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct civil c = civil_utc(t);
    return str_fmt(a, "%s, %02d %s %04d %02d:%02d:%02d GMT", weekdays[date_weekday(date_utc(t))], c.day,
                   months[c.month - 1], c.year, c.hour, c.minute, c.second);
}
