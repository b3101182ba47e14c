/* Fraud screening: named rules with weights say of each order whether it is accepted, waits for a person, or is refused.
 *
 *   signals ──rules──> score, reasons ──thresholds──> accept | review | refuse
 *
 * The rules are data (reference/fraud_rules.txt, or the file that fraud.rules names) over signals: numbers that name
 * nobody and are kept with the order, so that other rules and thresholds can be tried on past orders without opening
 * anything personal. Every reason is a sentence the customer reads, and a person can always be asked.
 *
 * LAW: UK GDPR art 22A to 22D: a refusal by the program alone is a significant decision; whoever it concerns is told,
 * may speak, gets a person to look, and may contest it.
 * Clause S7d: when it is not in force nothing is screened, and orders go straight on. What waits for a person then
 * is decided all the same.
 * Ownership: a book lives in the arena it was read into; everything else in the arena given. */
#ifndef AVOW_FRAUD_H
#define AVOW_FRAUD_H

#include "command.h"

struct config;

/* ---- signals ------------------------------------------------------------------------------------------------------- */

/* X(name, "what it is, for staff"): what a rule can ask about. Yes is 1; what is counted is capped where it was counted. */
#define FRAUD_SIGNALS(X)                                                                       \
    X(ip_unroutable, "the IP address is not one of the public Internet")                       \
    X(ip_hosting, "the IP address belongs to a hosting network")                               \
    X(ip_elsewhere, "the IP address is in another country than the billing address")           \
    X(phone_elsewhere, "the telephone number is of another country than the billing address")  \
    X(countries, "countries that address, telephone number and IP address name between them")  \
    X(mail_disposable, "the e-mail address is of a throw-away service")                        \
    X(ip_people_hour, "other people who ordered from this IP address in the last hour")        \
    X(ip_people_day, "other people who ordered from this IP address in the last day")          \
    X(network_people_day, "other people who ordered from this network in the last day")        \
    X(address_people_day, "other people who gave this address in the last day")                \
    X(phone_people_day, "other people who gave this telephone number in the last day")         \
    X(domain_people_day, "other people with this e-mail domain in the last day")               \
    X(person_orders_hour, "orders of the same person in the last hour, with this one")         \
    X(name_repeats, "a letter stands four times in a row in the name")                         \
    X(name_digits, "there are digits in the name")                                             \
    X(name_letterless, "there are no letters in the name")                                     \
    X(name_keyboard, "the name runs along a row of the keyboard")                              \
    X(name_is_address, "name and address are the same")                                        \
    X(address_repeats, "a letter stands four times in a row in the address")                   \
    X(address_letterless, "there are no letters in the address")                               \
    X(address_keyboard, "the address runs along a row of the keyboard")                        \
    X(chargebacks, "payments taken back, of this person or with the same details")             \
    X(declined_before, "orders a person declined, of this person or with the same details")    \
    X(paid_before, "payments of this person that stood for more than 30 days")                 \
    X(amount, "the order's total in pounds sterling")                                          \
    X(first_order, "it is this person's first order")

#define FRAUD_SIGNAL_ENUM(name, what) FRAUD_##name,
enum fraud_signal { FRAUD_SIGNALS(FRAUD_SIGNAL_ENUM) FRAUD_SIGNALS_N };
#undef FRAUD_SIGNAL_ENUM

struct fraud_signals {
    int64_t v[FRAUD_SIGNALS_N];
};
const char *fraud_signal_word(enum fraud_signal);
const char *fraud_signal_what(enum fraud_signal);
/* "ip_elsewhere=1 amount=12": those that are not 0, in their order. Empty when the arena has no more room. */
str fraud_signals_fmt(struct arena *, const struct fraud_signals *);
/* What fraud_signals_fmt made. Words that this program does not know (any more) are left out. */
void fraud_signals_parse(str, struct fraud_signals *);

/* Does a name or an address look typed at random? Sets the name_… and address_… signals and leaves the others. Letters of every
 * script are letters, and short names are names: nothing here looks at what a name sounds like or where it is from. */
void fraud_quality(str full_name, str address1, struct fraud_signals *);

/* ---- rules ----------------------------------------------------------------------------------------------------------- */

#define FRAUD_RULES_MOST 64
#define FRAUD_TERMS_MOST 4

enum fraud_outcome { FRAUD_ACCEPT, FRAUD_REVIEW, FRAUD_REFUSE, FRAUD_OUTCOMES };
const char *fraud_outcome_word(enum fraud_outcome); /* "accept" */
NODISCARD st fraud_outcome_parse(str, enum fraud_outcome *);

struct fraud_term {
    enum fraud_signal signal;
    bool at_most; /* else: at least */
    int64_t n;
};
struct fraud_rule {
    str name;
    int64_t weight; /* below 0: in the customer's favour */
    struct fraud_term terms[FRAUD_TERMS_MOST]; /* all must hold */
    size_t n_terms;
    str customer, staff; /* a sentence each */
};
struct fraud_rules {
    struct fraud_rule v[FRAUD_RULES_MOST];
    size_t n;
    str version; /* 12 hexadecimal digits of the text's hash, kept with each verdict */
};

/* What is wrong with a file: "fraud_rules.txt:12: there is no signal 'colour'". */
struct fraud_fault {
    char text[200];
};
/* ST_CONFIG with `fault` saying file, line and problem. */
NODISCARD st fraud_rules_read(struct arena *, const char *name, str text, const struct fraud_rules **, struct fraud_fault *);
const struct fraud_rule *fraud_rule_find(const struct fraud_rules *, str name); /* or NULL */

struct fraud_limits {
    int64_t review; /* from this score on a person looks */
    int64_t refuse; /* from this score on it is refused; 0: nothing is refused by rules alone */
};
struct fraud_limits fraud_limits_of(const struct config *);
NODISCARD st fraud_limits_check(const struct fraud_limits *); /* ST_INVALID: review under 1, or refuse not above it */

struct fraud_verdict {
    int64_t score; /* never below 0 */
    enum fraud_outcome outcome;
    const struct fraud_rule *hits[FRAUD_RULES_MOST]; /* in the order of the file */
    size_t n;
};
/* The whole judgement, and nothing else: no database, no clock, no memory of its own. */
void fraud_judge(const struct fraud_rules *, const struct fraud_limits *, const struct fraud_signals *, struct fraud_verdict *);

/* The reasons as they are kept: a line each, rule, weight, sentence. */
str fraud_reasons_fmt(struct arena *, const struct fraud_verdict *);
struct fraud_reason {
    str rule, words;
    int64_t weight;
};
/* The next line of what fraud_reasons_fmt made; false at the end. */
bool fraud_reason_next(str *rest, struct fraud_reason *);

/* ---- lists: mail domains and hosting networks ------------------------------------------------------------------------ */

struct fraud_lists;
struct fraud_list_text {
    const char *name;
    str text;
};
/* Mail domains, a line each: "disposable DOMAIN" or "public DOMAIN"; networks: an address with its bits first on each line. */
NODISCARD st fraud_lists_read(struct arena *, const struct fraud_list_text *mail, size_t n_mail,
                              const struct fraud_list_text *networks, const struct fraud_lists **, struct fraud_fault *);
enum fraud_mail { FRAUD_MAIL_OWN, FRAUD_MAIL_PUBLIC, FRAUD_MAIL_DISPOSABLE };
/* What kind of domain is it, or one that it belongs to? Lower case. */
enum fraud_mail fraud_mail_kind(const struct fraud_lists *, str domain);
bool fraud_hosting(const struct fraud_lists *, str ip);

/* The process's own, opened before the sandbox closes: the files that the configuration names, or what ships. */
NODISCARD st fraud_open(struct arena *, const struct config *, struct fraud_fault *);
const struct fraud_rules *fraud_rules_here(void);
const struct fraud_lists *fraud_lists_here(void);

/* ---- an order -------------------------------------------------------------------------------------------------------- */

/* What the checkout knows. Plain text, used and not kept, but for keyed codes. */
struct fraud_order {
    int64_t person, order; /* the order's row exists already */
    str full_name, email;
    str telephone;         /* E.164 */
    str address1, city, postcode, country;
    str ip, ip_country;    /* country empty: not known */
    money gross;
};
/* Screen an order, and keep what was seen and said (fraud_check) and the codes by which later orders are compared
 * (fraud_trace). Without clause S7d: accepted, and nothing is kept. What follows is the caller's. Writer's transaction. */
NODISCARD st fraud_screen_nt(struct cx *, const struct fraud_order *, enum fraud_outcome *);

/* Does a person have to decide, or has one declined, before this order may go on? */
NODISCARD st fraud_held(struct db *, struct arena *, int64_t order, bool *held);

/* The customer took the order back: nobody need look any more. Harmless when nobody was to. Writer's transaction. */
NODISCARD st fraud_withdrawn_nt(struct cx *, int64_t order);

/* A person shall look at an order that the program refused, because its customer asked for that in another way than on the order's
 * page. *asked false: there was nothing to ask for. Writer's transaction. */
NODISCARD st fraud_ask_nt(struct cx *, int64_t order, bool *asked);

/* How an order stands. ST_NOT_FOUND: it was not screened. */
struct fraud_standing {
    str state;   /* accepted | review | refused | asked | approved | declined | withdrawn */
    str reasons; /* for fraud_reason_next */
    str said;    /* the reason of the last decision of a person; empty: there was none */
    utc checked, decided; /* UTC_NONE: not decided by a person */
};
NODISCARD st fraud_standing(struct gate *, int64_t order, enum purpose, struct fraud_standing *);

/* ---- a dry run ------------------------------------------------------------------------------------------------------- */

/* What other rules or thresholds would have said about orders of the past. Nothing is written and nothing opened. */
struct fraud_trial {
    const struct fraud_rules *rules;
    struct fraud_limits limits;
    int64_t most; /* newest orders to look at; 0: all */
};
struct fraud_trial_rule {
    const struct fraud_rule *rule;
    int64_t fired;
    int64_t decides; /* orders whose outcome would be another without this rule */
};
struct fraud_report {
    int64_t orders;
    int64_t moved[FRAUD_OUTCOMES][FRAUD_OUTCOMES]; /* from what was said then to what would be said */
    int64_t changed;
    int64_t approved[FRAUD_OUTCOMES], declined[FRAUD_OUTCOMES]; /* what people decided about orders of each new outcome */
    struct fraud_trial_rule *rules;
    size_t n_rules;
};
NODISCARD st fraud_try(struct db *, struct arena *, const struct fraud_trial *, struct fraud_report *);

#endif
