/* What the two files of the PostgreSQL driver share: the connection, and what was sent over it and not answered yet. */
#ifndef AVOW_POSTGRES_INTERNAL_H
#define AVOW_POSTGRES_INTERNAL_H

#include <libpq-fe.h>

#include "store_internal.h"

#define PG_WAITING_MOST 256 /* then the answers are read */

/* Something that was put into the pipeline. */
enum pg_kind {
    PG_PREPARE,
    PG_RUN,
    PG_CONTROL,
    PG_COMMIT, /* must answer COMMIT: that of a failed transaction answers ROLLBACK and no error */
    PG_QUIET,  /* whether it worked matters to nobody */
    PG_SYNC,   /* up to here the server skips what comes behind a failure */
};
struct pg_waiting {
    enum pg_kind kind;
    const struct stmt *stmt; /* PREPARE, RUN */
};

/* What a connection keeps beside libpq's. It is in pipeline mode but for what pg_plain() brackets. */
struct pg {
    PGconn *conn;      /* NULL: no connection, which libpq's functions understand */
    const char *url;
    const char *host; /* the socket's folder */
    bool lost;        /* it broke; libpq may still call the connection good then */
    struct pg_waiting waiting[PG_WAITING_MOST];
    size_t n;         /* of them */
    size_t unsure;    /* statements among them: transaction control by itself does not fail */
};

static inline struct pg *pg_of(const struct db *db)
{
    return db->postgres;
}

/* Why this result is none, remembered for logs. ST_AWAY when it is not the server's word: then the connection is lost. */
NODISCARD st pg_failed(struct db *, const PGresult *);
/* The connection broke. */
NODISCARD st pg_lost(struct db *);

/* Put something behind what waits; nothing need be sent yet. An error is one of what waited, or that of a lost connection. */
NODISCARD st pg_put_control(struct db *, enum pg_kind, const char *sql);
/* The statement, and before it, the first time, its text. Values are copied. */
NODISCARD st pg_put_run(struct db *, const struct stmt *, const struct value *);
/* All that waits is sent, and answered by and by: it is read with what comes next. */
NODISCARD st pg_send(struct db *);
/* All that waits is sent and its answers are read: the rows of the last statement go to `sink` (NULL: it has none), and the
 * status is that of the first that failed; the server has skipped what came behind it. */
NODISCARD st pg_answers(struct db *, struct sink *);
/* Out of pipeline mode with everything answered, for what cannot be there; back into it. */
NODISCARD st pg_plain(struct db *);
NODISCARD st pg_pipeline(struct db *);

/* A statement's parameter types; `types` has room for all. */
void pg_types(const struct stmt *, Oid *types);
/* The rows of a result to the sink. */
NODISCARD st pg_rows(const struct stmt *, const PGresult *, struct sink *);

#endif
