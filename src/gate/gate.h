/* The gates: the only ways in and out for personal data.
 *
 *   collect   plaintext -> sealed, for a declared field at a declared point; records the origin
 *   use       sealed -> plaintext, for a declared purpose
 *   disclose  plaintext -> recipient, for a declared recipient × purpose × fields; writes the ledger
 *   cookie    the only maker of Set-Cookie
 *
 * A `struct sealed` is complete only in src/gate and src/store: nobody else can make one, look into one,
 * or bind a plain slice to a sealed column. A refusal is ST_STATEMENT and gate_why() names the clause,
 * field and point that were missing; nothing is stored or sent. Where the person restricted their data (UK GDPR art. 18) or
 * objected to the purpose (art. 21) it is ST_RESTRICTED, and gate_why() says so.
 *
 * Keys: each person has one data key per retention class; the vault holds the keys, the database only
 * says which key id belongs to which person and class. */
#ifndef AVOW_GATE_H
#define AVOW_GATE_H

#include "columns.h" /* enum column_id, generated from schema/ */
#include "gates.h"   /* enum clause, point, purpose, recipient, source, basis, generated */
#include "store.h"

struct statement;
struct vault; /* a client of the vault role: vault.h */
struct restricted; /* whose data may not be used: restricted.h */

#define GATE_CLASS_KEPT 48 /* classes with longer names are not remembered */

/* What every gate call needs; one per request, command or job. */
struct gate {
    const struct statement *statement;
    int64_t statement_id; /* row of statement_version in force */
    struct vault *vault;
    struct db *db;
    struct arena *arena;
    utc now;
    char why[160]; /* the last refusal in words, without personal data */
    struct restricted *restricted; /* the process's; NULL: the database is asked at each use */
    int64_t restricted_seq;        /* of this snapshot: gate_restricted_at(); 0: not asked yet */
    int64_t claim_person;          /* restricted, and opened by staff for a legal claim (restriction_claim); 0: nobody */
    struct gate_key_memo {
        int64_t person; /* 0: none */
        int64_t id;
        size_t n;
        char class[GATE_CLASS_KEPT]; /* with its epoch; a copy, since a gate may live longer than the arena of a command */
    } memo[4];          /* keys just used: a command collects many fields of one person; valid while nothing was rolled back */
    uint64_t memo_rollbacks;
    unsigned memo_next;
};

str gate_why(const struct gate *);
/* Is this clause in force? Features ask before they offer what only an optional clause allows. */
bool gate_clause(const struct gate *, enum clause);
/* May this field be collected at this point at all? Forms ask before they show it. */
bool gate_may_collect(const struct gate *, enum column_id, enum point);
/* May this field be used for this purpose? Features ask before they read what an optional clause may have taken out. */
bool gate_may_use(const struct gate *, enum column_id, enum purpose);

/* May data of this person be used for that purpose? ST_OK, or ST_RESTRICTED when they restricted it or objected. Features ask
 * before they begin something that would stop half-way. */
NODISCARD st gate_person(struct gate *, int64_t person, enum purpose);
/* The purposes (1 << PURPOSE_…) for which a person's data is refused now, and data under a key. */
NODISCARD st gate_refused(struct gate *, int64_t person, uint64_t *purposes);
NODISCARD st gate_refused_key(struct gate *, int64_t key, uint64_t *purposes);
/* The newest change of a restriction that this snapshot sees, when a statement that was made anyway brought it along. */
void gate_restricted_at(struct gate *, int64_t seq);

/* Seal `plain` for column `col` of the row `row` that belongs to `person` (person.id), and record where it
 * came from (table origin). Needs the writer's open transaction. The empty slice gives NULL (SQL NULL).
 * ST_STATEMENT, ST_AWAY (vault). */
struct collect {
    enum column_id col;
    enum point point;
    enum source source;
    int64_t person;
    uid row;
};
NODISCARD st gate_collect_nt(struct gate *, const struct collect *, str plain, const struct sealed **out);

/* The same for a column that is kept readable (clear("why") in schema/): may it be collected, and where did it come
 * from. The caller stores the value itself. The empty slice records nothing. */
NODISCARD st gate_collect_clear_nt(struct gate *, const struct collect *, str plain);

/* The end of what a person has in a retention class: its key is destroyed in the vault, durably, and forgotten. A value collected
 * afterwards gets another. Without a key nothing happens. Whatever becomes of the transaction, the key is gone. ST_AWAY. */
NODISCARD st gate_key_end_nt(struct gate *, int64_t person, str class);

/* Open a sealed value for a purpose. NULL gives the empty slice, since nothing is used. The purpose must be declared for the
 * column's field. ST_STATEMENT; ST_SEALED when its key was destroyed; ST_AWAY. */
NODISCARD st gate_use(struct gate *, enum column_id, enum purpose, uid row, const struct sealed *, str *plain);

/* Is this really a sealed value, by its form? *key_id: which key it says it was sealed under. Opens nothing. */
bool gate_is_sealed(const struct sealed *, int64_t *key_id);

/* Blind index of a value, 16 bytes in the arena: same input, same code, and no way back without the vault.
 * The caller normalises first (fold_email, fold_phone, …, in fold.h). */
NODISCARD st gate_blind(struct gate *, enum column_id, str folded, str *code);

/* The number of the key that sealed a value: it says nothing about the value. */
NODISCARD st gate_key_id(const struct sealed *, int64_t *key_id);
/* The code of a sealed value under a key that exists for this alone (disposal `keyed_hash`): 16 bytes in the arena. Opens the
 * value without a purpose, so src/app/retention alone may ask, at the value's end. ST_SEALED. */
NODISCARD st gate_last_code(struct gate *, enum column_id, uid row, const struct sealed *, int64_t with_key, str *code);

/* Permission to hand fields of one person to a recipient, and the ledger row, in one. In the writer it is
 * written in the open transaction; the courier asks the writer for it (command disclosure.record) before it
 * sends the first byte. `ref` names the object ("invoice", uid). */
struct disclosure {
    enum recipient to;
    enum purpose purpose;
    const enum column_id *fields;
    size_t n;
    int64_t person;
    const char *ref_kind;
    uid ref;
};
NODISCARD st gate_disclose_check(struct gate *, const struct disclosure *);
NODISCARD st gate_disclose_nt(struct gate *, const struct disclosure *);

/* Make a Set-Cookie value. ST_STATEMENT when the cookie is not in force; ST_BUG when `value` does not fit the
 * register's value rule (random: 43 or more of [A-Za-z0-9_-]; currency: a known code). Deleting sends Max-Age=0. */
NODISCARD st gate_cookie(struct gate *, enum cookie, str value, str *header);
NODISCARD st gate_cookie_delete(struct gate *, enum cookie, str *header);

#endif
