/* The log: each entry is put together whole and written with one call, so that roles do not mix their lines. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define GATHERED 16384

static struct {
    char role[16];
    enum log_level min;
    int pid;
    int64_t second;  /* that `when` says */
    char when[24];
    char head[120];  /* of an entry of that second and of level info, the most usual */
    size_t head_n;
    bool gather;
    size_t n;        /* of what waits */
    char waiting[GATHERED];
    uint64_t bugs;
} log_state = { .role = "avow", .min = LOG_INFO };

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_init(const char *role, enum log_level min)
{
    snprintf(log_state.role, sizeof(log_state.role), "%s", role);
    log_state.min = min;
    log_state.head_n = 0;
    log_state.pid = (int)getpid();
}

static void write_out(const char *p, size_t n)
{
    while (n) {
        ssize_t wrote = write(STDERR_FILENO, p, n);
        if (wrote <= 0)
            return; /* nowhere left to say so */
        p += wrote;
        n -= (size_t)wrote;
    }
}

void log_flush(void)
{
    size_t n = log_state.n;
    log_state.n = 0;
    write_out(log_state.waiting, n);
}

void log_gather(void)
{
    log_state.gather = true;
}

/* One entry is one line: whatever a format brought in, a line break does not survive. */
static void write_line(char *line, size_t n, bool now)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20)
            line[i] = ' ';
    line[n++] = '\n';
    if (log_state.n + n > GATHERED)
        log_flush();
    memcpy(log_state.waiting + log_state.n, line, n);
    log_state.n += n;
    if (now)
        log_flush();
}

/* Entries of one second share their time. */
static const char *when(void)
{
    utc now = clock_now();
    if (now.s != log_state.second || !log_state.when[0]) {
        struct civil c = civil_utc(now);
        snprintf(log_state.when, sizeof(log_state.when), "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year % 10000, c.month, c.day,
                 c.hour, c.minute, c.second);
        log_state.second = now.s;
        log_state.head_n = 0;
    }
    return log_state.when;
}

/* What every entry begins with; how long it is. */
static int put_head(char *line, size_t size, enum log_level level)
{
    const char *now = when();
    if (level == LOG_INFO && log_state.head_n > 0) {
        memcpy(line, log_state.head, log_state.head_n);
        return (int)log_state.head_n;
    }
    int n = snprintf(line, size, "at=%s level=%s role=%s pid=%d event=", now, level_names[level], log_state.role, log_state.pid);
    if (level == LOG_INFO && n > 0 && (size_t)n < sizeof(log_state.head)) {
        memcpy(log_state.head, line, (size_t)n);
        log_state.head_n = (size_t)n;
    }
    return n;
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    if (level < log_state.min)
        return;
    UNFILLED char line[1024];
    if (log_state.pid == 0)
        log_state.pid = (int)getpid();
    int n = put_head(line, sizeof(line), level);
    size_t event_n = strlen(event);
    if (n >= 0 && (size_t)n + event_n < sizeof(line)) {
        memcpy(line + n, event, event_n);
        n += (int)event_n;
    }
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
    write_line(line, len, !log_state.gather || level >= LOG_WARN);
}

const char *log_word(const char *word)
{
    size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
    return n > 0 && n <= 40 && word[n] == '\0' ? word : "?";
}

st log_bug(const char *file, int line, const char *what)
{
    log_state.bugs++;
    log_event(LOG_ERROR, "bug", "file=%s line=%d what=\"%s\"", file, line, what);
    return ST_BUG;
}

uint64_t log_bugs(void)
{
    return log_state.bugs;
}

st log_peer(const char *file, int line, const char *what)
{
    log_event(LOG_INFO, "peer", "file=%s line=%d what=\"%s\"", file, line, what);
    return ST_PEER;
}
