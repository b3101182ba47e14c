/* Time and dates. Tests set the clock; nothing else in the program asks the system for it.
 *
 * Civil time is Europe/London unless a function says otherwise: deadlines and invoice dates are. */
#ifndef AVOW_CLOCK_H
#define AVOW_CLOCK_H

#include "arena.h"

/* Wall time now (UTC seconds) and a monotonic time in milliseconds for deadlines. */
utc clock_now(void);
int64_t clock_ms(void);
/* For tests and replay: pretend that wall time is t (s < 0: back to the system's). A process started
 * with AVOW_CLOCK_FILE set reads an offset in seconds from that file (mmap, one int64) at each call. */
void clock_set(utc t);
NODISCARD st clock_follow(const char *path);

struct civil {
    int year, month, day, hour, minute, second;
};
struct civil civil_utc(utc);
struct civil civil_london(utc); /* GMT/BST by the EU-style rule in force in the UK since 1996 */
date date_london(utc);
date date_utc(utc);
date date_of(int year, int month, int day); /* DATE_NONE when there is no such day */
void date_split(date, int *year, int *month, int *day);
int date_weekday(date); /* 0 = Monday */
date date_add_days(date, int32_t);
date date_add_months(date, int32_t); /* day clamped to the month's last */
utc utc_start_of_day_london(date);
NODISCARD st date_parse(str, date *out); /* "2026-11-23" */
#define DATE_ISO 10 /* characters */
#define UTC_ISO 20
void date_iso_put(char text[DATE_ISO], date);
void utc_iso_put(char text[UTC_ISO], utc);
str date_iso(struct arena *, date);
str utc_iso(struct arena *, utc); /* "2026-11-23T10:11:12Z" */
NODISCARD st utc_parse(str, utc *out);
str utc_http(struct arena *, utc); /* "Mon, 23 Nov 2026 10:11:12 GMT" */

#endif
