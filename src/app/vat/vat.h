/* VAT: numbers, rates, territories, and the decision where a supply takes place and how it is taxed.
 *
 * The decision is a pure function from evidence to outcome: the shop, the renewal of an invoice and `avow vat decide`
 * call the same one. Around it stand two functions for the writer, which keep decision and evidence as a record.
 *
 * LAW: Directive 2006/112/EC art 44, 45, 58, 59c, 196; Implementing Regulation 282/2011 art 7, 18, 24b, 24f;
 *      VATA 1994 s.7A and Sch 4A. What is law here and what is our reading is said in reference/README.md.
 * Ownership: answers live in the arena given; a book lives in the arena it was read into. */
#ifndef AVOW_VAT_H
#define AVOW_VAT_H

#include "command.h"

struct config;

/* ---- numbers -------------------------------------------------------------------------------------------------- */

struct vat_number {
    str text;      /* without spaces, dots and dashes, upper case, prefix as the tax authorities write it (EL, not GR) */
    str prefix;    /* "EL", "GB", "CHE"; empty when the number names no country we know */
    str country;   /* ISO 3166 alpha-2, or "XI"; empty likewise */
    bool valid;    /* format and check digits are right: such a number may exist, no more is said */
    const char *why; /* in words: "the check digits do not fit" */
};

/* Judge a number as typed. Never fails on input; ST_NO_MEMORY only. */
NODISCARD st vat_number_judge(struct arena *, str typed, struct vat_number *out);

/* ---- the book: rates and territories --------------------------------------------------------------------------- */

/* Rates by territory and civil date, and the tax territories that differ from ISO countries. Read-only once read. */
struct vat_book;

/* What is wrong with a file: "rates.txt:12: 'twenty' is not a rate". */
struct vat_fault {
    char text[160];
};

/* Read both texts. The names are for messages. ST_CONFIG with `fault` saying file, line and problem. */
struct vat_sources {
    str rates, territories;
    const char *rates_name, *territories_name;
};
NODISCARD st vat_book_read(struct arena *, const struct vat_sources *, const struct vat_book **out, struct vat_fault *);

/* The process's book. Before the sandbox closes, a role that decides calls vat_book_open once, which reads the files
 * that config vat.rates and vat.territories name; without that, vat_book() is what ships with the program. What is wrong in
 * these files, or in the words of vat.oss, vat.check and vat.vies_url, is ST_CONFIG with `fault`. */
NODISCARD st vat_book_open(struct arena *, const struct config *, struct vat_fault *);
const struct vat_book *vat_book(void);

/* The standard rate in force in a territory on a civil date there. ST_NOT_FOUND before the table begins. */
NODISCARD st vat_rate(const struct vat_book *, str territory, date, int32_t *rate_bp);
/* The tax territory of a country and postcode: "ES-CN" for ("ES", "35001"), "GB" for ("IM", …). Both EL and UK are
 * understood. ST_NOT_FOUND when there is no such country. The answer is borrowed from the book or static. */
NODISCARD st vat_territory(const struct vat_book *, str country, str postcode, str *out);
/* "the Canary Islands", "France"; the code itself when it has no name. */
str vat_territory_name(const struct vat_book *, str territory);

/* ---- the decision ---------------------------------------------------------------------------------------------- */

enum vat_oss { VAT_OSS_NONE, VAT_OSS_UNION, VAT_OSS_NON_UNION };
enum vat_class { VAT_ESS, VAT_TELECOMS, VAT_GENERAL, VAT_CLASSES };
enum vat_check { VAT_CHECK_NONE, VAT_CHECK_VALID, VAT_CHECK_INVALID, VAT_CHECK_UNKNOWN };
enum vat_status { VAT_DECIDED, VAT_PENDING, VAT_INSUFFICIENT, VAT_CONTRADICTION };
enum vat_treatment {
    VAT_UNTREATED, /* nothing decided: no territory and no rate either */
    VAT_DOMESTIC,
    VAT_OSS,
    VAT_REVERSE_CHARGE,
    VAT_OUTSIDE_SCOPE,
    VAT_NOT_REGISTERED,
    VAT_REGISTRATION_REQUIRED,
};
enum vat_kind { VAT_BILLING_ADDRESS, VAT_IP, VAT_TELEPHONE, VAT_BANK, VAT_NUMBER, VAT_KINDS };
enum vat_outcome { VAT_SUPPORTS, VAT_CONTRADICTS, VAT_NO_ITEM };

struct vat_seller {
    str country;       /* where established */
    bool registered;   /* for VAT there */
    enum vat_oss oss;
    bool above_10000;  /* EU sellers: such sales to other Member States exceed EUR 10,000 (art 59c), or opted out */
    bool above_100000; /* EU sellers: they exceed EUR 100,000 (282/2011 art 24b, last paragraph) */
};

/* Empty strings: no such evidence. Countries are ISO codes; a territory code of the book is understood as well. */
struct vat_case {
    struct vat_seller seller;
    date date;
    enum vat_class class;
    bool business;
    str number;
    enum vat_check check;
    str billing_country, postcode, ip_country, bank_country, phone_country;
};

struct vat_item {
    enum vat_kind kind;
    str territory; /* empty: says nothing */
    enum vat_outcome outcome;
};

/* While `pending`, territory, treatment and rate are what applies for as long as the number is not confirmed:
 * VAT as for a consumer. They may be absent then too. */
struct vat_decision {
    enum vat_status status;
    enum vat_treatment treatment;
    str territory; /* empty when untreated */
    int32_t rate_bp;
    str note;      /* for the invoice; empty for plain domestic VAT */
    str *reasons;  /* whole sentences, in order */
    size_t n_reasons;
    struct vat_item items[VAT_KINDS]; /* what was given, by kind */
    size_t n_items;
};

/* Decide. ST_INVALID with *fault when the case itself makes no sense (an unknown country, a date before the rates). */
NODISCARD st vat_decide(const struct vat_book *, struct arena *, const struct vat_case *, struct vat_decision *,
                        struct vat_fault *);

/* Words as in files, commands and the database. */
const char *vat_status_word(enum vat_status);
const char *vat_treatment_word(enum vat_treatment); /* "" for VAT_UNTREATED */
NODISCARD st vat_class_parse(str word, enum vat_class *);
NODISCARD st vat_check_parse(str word, enum vat_check *);
NODISCARD st vat_oss_parse(str word, enum vat_oss *);
NODISCARD st vat_status_parse(str word, enum vat_status *);
NODISCARD st vat_treatment_parse(str word, enum vat_treatment *); /* the empty word is VAT_UNTREATED */
const char *vat_class_word(enum vat_class);

/* The seller as configured. */
struct vat_seller vat_seller_of(const struct config *);

/* ---- the record of an order ------------------------------------------------------------------------------------ */

/* What the checkout knows. Plain text on its way into the collect gate. */
struct vat_order {
    int64_t person, order; /* the order's row exists already */
    bool business;
    str number;            /* as typed, judged valid before; empty: none */
    str country, postcode; /* billing address */
    str telephone;         /* E.164 */
    str ip, ip_country;    /* ip_country empty: no item */
    str ip_source;         /* version of the look-up */
    bool from_records;     /* copied from our own records for a renewal: nobody filled in a form */
    bool classes[VAT_CLASSES]; /* which classes of supply the order's lines have */
};

struct vat_order_outcome {
    enum vat_status status; /* the worst of the classes': pay only when it is VAT_DECIDED */
    bool payable;           /* decided, and the seller may make this sale (no registration is missing) */
    struct vat_decision by_class[VAT_CLASSES]; /* filled for the classes asked */
};

/* Decide an order and keep decision and evidence (vat_decision, vat_evidence), losing items too, through the collect
 * gate. When a number has to be confirmed and clause S8 and config vat.check allow it, the outcome is pending, and the
 * job "vat.check" (object: the order) is queued. Needs the writer's transaction. */
NODISCARD st vat_decide_order_nt(struct cx *, const struct vat_order *, struct vat_order_outcome *);

/* An order that was refused is open again: ask about its number once more, unless that was answered. Writer's transaction. */
NODISCARD st vat_check_again_nt(struct cx *, int64_t person, int64_t order);

/* The country of the card that paid (ISO alpha-2; empty: nothing told) joins the evidence of the order's standing decisions
 * as a third party's item. `fits`: decided again as on the day of the order, with the card, each comes out the same; a
 * card that is outvoted fits. What was decided is never changed here. Needs the writer's transaction. */
NODISCARD st vat_card_nt(struct cx *, int64_t order, str country, bool *fits);

/* What an order was decided from, as it was given: what a renewal begins with. ST_NOT_FOUND: never decided. */
NODISCARD st vat_order_known(struct gate *, int64_t order, struct vat_order *out);

/* The newest decisions kept for an order, by class, without reasons and items. ST_NOT_FOUND: never decided. */
NODISCARD st vat_order_get(struct db *, struct arena *, int64_t order, struct vat_order_outcome *);

/* ---- the checking service -------------------------------------------------------------------------------------- */

struct job_cx;
/* Handler of the job "vat.check": asks VIES about the number of an order and brings the answer to command vat.checked.
 * No answer is neither valid nor invalid: it is asked again, and after VAT_CHECK_TRIES tries VAT is charged. */
NODISCARD st vat_job_check(struct job_cx *);
#define VAT_CHECK_TRIES 6

#endif
