/* The log: each entry is put together whole and written with one call, so that roles do not mix their lines. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

static struct {
    char role[16];
    enum log_level min;
} log_state = { "avow", LOG_INFO };

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_init(const char *role, enum log_level min)
{
    snprintf(log_state.role, sizeof(log_state.role), "%s", role);
    log_state.min = min;
}

/* One entry is one line: whatever a format brought in, a line break does not survive. */
static void write_line(char *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20)
            line[i] = ' ';
    line[n++] = '\n';
    while (n) {
        ssize_t wrote = write(STDERR_FILENO, line, n);
        if (wrote <= 0)
            return; /* nowhere left to say so */
        line += wrote;
        n -= (size_t)wrote;
    }
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    if (level < log_state.min)
        return;
    char line[1024];
    struct civil c = civil_utc(clock_now());
    int n = snprintf(line, sizeof(line), "at=%04d-%02d-%02dT%02d:%02d:%02dZ level=%s role=%s pid=%d event=%s", c.year,
                     c.month, c.day, c.hour, c.minute, c.second, level_names[level], log_state.role, (int)getpid(),
                     event);
    if (n < 0 || (size_t)n >= sizeof(line) - 2)
        return;
    if (fmt && *fmt) {
        line[n++] = ' ';
        va_list ap;
        va_start(ap, fmt);
        int more = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
        va_end(ap);
        if (more > 0)
            n += more;
    }
    size_t len = (size_t)n < sizeof(line) - 2 ? (size_t)n : sizeof(line) - 2;
    write_line(line, len);
}

const char *log_word(const char *word)
{
    size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
    return n > 0 && n <= 40 && word[n] == '\0' ? word : "?";
}

st log_bug(const char *file, int line, const char *what)
{
    log_event(LOG_ERROR, "bug", "file=%s line=%d what=\"%s\"", file, line, what);
    return ST_BUG;
}

st log_peer(const char *file, int line, const char *what)
{
    log_event(LOG_INFO, "peer", "file=%s line=%d what=\"%s\"", file, line, what);
    return ST_PEER;
}
