/* The process's own calendar: what the configuration names, or what ships. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "config_keys.h"
#include "file.h"
#include "reference_calendar.h"
#include "str.h"

#define MOST_BYTES (512u << 10)
#define SHIPPED_MEMORY (1u << 20)

static struct {
    const struct calendar *calendar; /* read-only once set */
} here;

st calendar_open(struct arena *a, const struct config *c, struct calendar_fault *fault)
{
    const char *name = "bank_holidays.txt";
    str table = reference_bank_holidays;
    enum calendar_division d;
    if (calendar_parse(c->calendar.division, &d) != ST_OK) {
        snprintf(fault->text, sizeof fault->text, "calendar.division should be england-and-wales, scotland or northern-ireland");
        return ST_CONFIG;
    }
    if (!str_empty(c->calendar.file)) {
        name = str_z(a, c->calendar.file);
        st s = name ? file_read(a, c->calendar.file, MOST_BYTES, &table) : ST_NO_MEMORY;
        if (s != ST_OK) {
            snprintf(fault->text, sizeof fault->text, "%.100s: %s", name ? name : "",
                     s == ST_TOO_LARGE ? "the file is too long" : strerror(errno));
            return s == ST_NO_MEMORY ? s : ST_CONFIG;
        }
    }
    return calendar_read(a, name, table, c->calendar.holidays, &here.calendar, fault);
}

const struct calendar *calendar_here(void)
{
    if (!here.calendar) {
        struct calendar_fault fault;
        struct arena *a = arena_lasting(SHIPPED_MEMORY);
        if (a && calendar_read(a, "bank_holidays.txt", reference_bank_holidays, S(""), &here.calendar, &fault) != ST_OK) {
            arena_free(a);
            here.calendar = NULL;
        }
    }
    return here.calendar;
}

enum calendar_division calendar_division_of(const struct config *c)
{
    enum calendar_division d = CALENDAR_ENGLAND_AND_WALES;
    IGNORE(calendar_parse(c->calendar.division, &d)); /* calendar_open refused any other word */
    return d;
}
