/* Announcements and newsletters: composed by staff in Markdown, looked at twice, sent by the courier in batches.
 *
 *   draft -> preparing -> ready -> scheduled -> sending <-> paused -> sent | stopped
 *
 * While preparing, the audience is walked batch by batch and everybody who may be written to gets a row in
 * announcement_send; who is
 * left out is only counted, by reason. Before each message the writer asks everything again, writes 'sending' and the disclosure
 * in one transaction, and only then the message leaves. After a kill, what was 'sending' is 'unclear' and not sent again
 * (into a maildir it is: there the same message replaces itself). One row per announcement and address: nobody gets it twice. */
#ifndef AVOW_ANNOUNCE_H
#define AVOW_ANNOUNCE_H

#include "consent.h"
#include "job.h"

#define ANNOUNCE_TITLE_MAX 200
#define ANNOUNCE_BODY_MAX 20000

/* Markdown of an announcement: raw HTML, pictures and links that are neither https nor within this site are refused. */
enum announce_fault { ANNOUNCE_FINE, ANNOUNCE_HTML, ANNOUNCE_PICTURE, ANNOUNCE_LINK, ANNOUNCE_EMPTY };
enum announce_fault announce_check_text(str markdown);
/* As HTML (`site` is put before links within the site), and as plain text of 72 columns. */
NODISCARD st announce_html(struct arena *, str markdown, str site, str *html);
NODISCARD st announce_plain(struct arena *, str markdown, str site, str *text);

/* The handlers of "announce.run" and "announce.test" jobs. */
NODISCARD st announce_job_run(struct job_cx *);
NODISCARD st announce_job_test(struct job_cx *);

/* ---- what came back */

enum dsn_kind { DSN_NOTHING, DSN_HARD, DSN_SOFT, DSN_COMPLAINT };
struct dsn {
    enum dsn_kind kind;
    uid message;     /* whose delivery it is about: from the address it came back to, or the Message-ID it quotes */
    char status[12]; /* "5.1.1" */
};
#define DSN_MOST (1u << 20) /* bytes of one message */
/* Read a delivery report (RFC 3464) or a complaint (RFC 5965). Anything else is DSN_NOTHING; ST_INVALID: broken beyond reading. */
NODISCARD st dsn_read(struct arena *, str message, struct dsn *);

/* ---- the check: was anybody written to who must not be? */

struct announce_violations {
    int64_t seen;       /* messages looked at */
    int64_t suppressed; /* sent while the address was on the list for the topic */
    int64_t refused;    /* sent although the person had refused or objected to the topic */
    int64_t no_consent; /* sent by consent, and none was in force */
    int64_t closed;     /* sent after the account was closed */
    int64_t restricted; /* sent while the person's data were restricted */
    uid first;          /* the first such row of announcement_send; zero: none */
};
/* Counted from the rows themselves, of what was sent at or after `since`. */
NODISCARD st announce_check_nobody_suppressed(struct db *, utc since, struct announce_violations *);

#endif
