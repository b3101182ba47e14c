/* The log: one line per entry on standard error, logfmt, no personal data ever.
 *
 * Values are numbers, registry names and request ids. A text that came from a person has no way in: check-style lets "%s"
 * pass only for names of a registry (st_info(s)->name, role_names[r] …) and for log_word(), and "%.*s" never. */
#ifndef AVOW_LOG_H
#define AVOW_LOG_H

#include "base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_init(const char *role, enum log_level min);
/* From now on entries at debug and info wait until log_flush(), which the event loop calls before it sleeps: a busy role
 * writes many at once. Warnings and errors never wait, and take what waits along. */
void log_gather(void);
void log_flush(void);
void log_event(enum log_level, const char *event, const char *fmt, ...) PRINTF(3, 4);

/* A name of [a-z0-9_.-], at most 40 long, as it is; anything else is logged as "?". */
const char *log_word(const char *);

/* Ours: a broken invariant. Logs file and line and returns ST_BUG so that the caller can TRY it. */
#define BUG_UNLESS(cond) ((cond) ? ST_OK : log_bug(__FILE__, __LINE__, #cond))
NODISCARD st log_bug(const char *file, int line, const char *what);
/* How often that was since the process began. */
uint64_t log_bugs(void);
/* Theirs: input that no honest peer sends. Counted, logged at info, returns ST_PEER. */
#define PEER_UNLESS(cond) ((cond) ? ST_OK : log_peer(__FILE__, __LINE__, #cond))
NODISCARD st log_peer(const char *file, int line, const char *what);

#endif
