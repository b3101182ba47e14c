/* What is concluded about a customer: a segment and a credit limit, by rules anybody can read.
 *
 *   facts ──rules──> segment, credit limit, reasons in words
 *
 * Facts are what the customer bought and how it was paid (clause S11) and, only with their consent, which products they looked
 * at while signed in (S11a). The rules are data (reference/profile_rules.txt). What comes of them: the shop's front page shows
 * this customer products that fit first and those looked at last, and paying a renewal later is offered up to the limit. Nothing
 * is ever refused by it. The customer sees all of it with the reasons, and stops it with one click; a person on our staff can
 * overrule it with a reason. Who objected has no profile, and what there was is gone at once.
 * LAW: UK GDPR arts. 4(4), 13(2)(f), 21(1). docs/adr/0019-profiles.md says why it is made so.
 * Ownership: rules live in the arena they were read into; everything else in the arena given. */
#ifndef AVOW_PROFILING_H
#define AVOW_PROFILING_H

#include "command.h"

/* X(name): what a rule can ask about. */
#define PROFILING_SIGNALS(X) \
    X(paid_invoices) X(months) X(services) X(spent) X(late) X(taken_back) X(looked) X(looked_again)
#define PROFILING_SIGNAL_ENUM(name) PROFILING_##name,
enum profiling_signal { PROFILING_SIGNALS(PROFILING_SIGNAL_ENUM) PROFILING_SIGNALS_N };
#undef PROFILING_SIGNAL_ENUM
struct profiling_facts {
    int64_t v[PROFILING_SIGNALS_N];
};

#define PROFILING_RULES_MOST 32
#define PROFILING_TERMS_MOST 4
#define PROFILING_FIRST_MOST 8

struct profiling_term {
    enum profiling_signal signal;
    bool at_most; /* else: at least */
    int64_t n;
};
struct profiling_rule {
    str name, customer;
    bool limit;     /* else a segment */
    int64_t amount; /* of a limit */
    struct profiling_term terms[PROFILING_TERMS_MOST];
    size_t n_terms;
    str first[PROFILING_FIRST_MOST]; /* of a segment: slugs */
    size_t n_first;
};
struct profiling_rules {
    struct profiling_rule v[PROFILING_RULES_MOST];
    size_t n;
    str version; /* 12 hexadecimal digits of the text's hash */
};
struct profiling_fault {
    char text[200];
};
/* ST_CONFIG with a text that names file, line and problem. */
NODISCARD st profiling_read(struct arena *, const char *name, str text, const struct profiling_rules **, struct profiling_fault *);
/* The rules that ship; NULL when there is no memory. */
const struct profiling_rules *profiling_rules_here(void);
const struct profiling_rule *profiling_segment(const struct profiling_rules *, str name); /* or NULL */

struct profiling_verdict {
    const struct profiling_rule *segment; /* never NULL */
    int64_t limit;                        /* smallest unit of the customer's currency; never below 0 */
    const struct profiling_rule *hits[PROFILING_RULES_MOST]; /* limits that applied */
    size_t n;
};
/* The whole judgement, and nothing else. */
void profiling_judge(const struct profiling_rules *, const struct profiling_facts *, struct profiling_verdict *);

/* ---- one customer -------------------------------------------------------------------------------------------------- */

#define PROFILING_LOOKS 20       /* products that are remembered */
#define PROFILING_LATER_DAYS 14  /* for how long a renewal may be paid later */

/* May anything be concluded about this person now: the clause is in force, and they neither objected nor restricted? */
NODISCARD st profiling_allowed(struct gate *, int64_t person, bool *yes);
/* And may what they look at be taken into account: its clause is in force too, and they agreed? */
NODISCARD st profiling_browsing(struct gate *, int64_t person, bool *yes);

struct profiling_reason {
    int64_t amount;
    str words;
};
struct profiling_look {
    str slug, name; /* name: empty when the product is not sold any more */
    int64_t times;
    date on;
};
struct profiling_view {
    bool made;           /* there is one */
    str segment;         /* its name */
    money limit;
    struct profiling_reason reasons[PROFILING_RULES_MOST];
    size_t n_reasons;
    utc at;
    bool said;           /* a person decided otherwise; segment and limit are theirs */
    str why;
    utc said_at;
    struct profiling_look looks[PROFILING_LOOKS];
    size_t n_looks;
};
/* The profile of a person, opened for a purpose (profile, rights or support). Without one `made` is false. */
NODISCARD st profiling_view(struct gate *, int64_t person, enum purpose, struct profiling_view *);

/* They objected: what was concluded and remembered goes, and their consent to be remembered ends. Writer's transaction. */
NODISCARD st profiling_forget_nt(struct cx *, int64_t person);
/* Something happened that a profile is made of: conclude anew, soon. Writer's transaction. */
NODISCARD st profiling_soon_nt(struct cx *, int64_t person, str occasion);
/* Job handler, object person.id. */
struct job_cx;
NODISCARD st profiling_job(struct job_cx *);

/* Invoices that this customer may pay later now: open renewals, as long as all that is open is within the limit. */
struct profiling_bill {
    int64_t id, order;
    uid uid;
    money due;
    date due_on;
};
struct profiling_bills {
    struct profiling_bill v[20];
    size_t n;
};
NODISCARD st profiling_payable_later(struct gate *, int64_t person, struct profiling_bills *);

#endif
