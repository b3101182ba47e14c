/* One question to the Commission's VAT number checking service. Private to this directory.
 *
 * Facts: VIES REST API, POST {base}/check-vat-number. The answer has three values: what the service could not find out
 * is neither valid nor invalid. */
#ifndef AVOW_VIES_H
#define AVOW_VIES_H

#include "arena.h"

#define VIES_BASE "https://ec.europa.eu/taxation_customs/vies/rest-api"

struct vies_question {
    str base;                        /* empty: VIES_BASE */
    str state, number;               /* "EL", "094259216" */
    str own_state, own_number;       /* ours, when it is one VIES knows: then the answer has an identifier */
};

enum vies_result { VIES_VALID, VIES_INVALID, VIES_UNKNOWN };
struct vies_answer {
    enum vies_result result;
    str reference;                   /* requestIdentifier, or empty */
    str name;                        /* of the holder; empty when the state does not tell */
    const char *problem;             /* a word when unknown: "ms_unavailable", "no_answer" */
};

/* Is this a base address that may be asked: https, or plain HTTP on this machine? */
bool vies_base_allowed(str base);
/* Ask; blocks for up to half a minute. ST_OK with VIES_UNKNOWN when nobody answered; ST_CONFIG for a base that is
 * not allowed. */
NODISCARD st vies_ask(struct arena *, const struct vies_question *, struct vies_answer *);
/* The answer's text understood: any status, any bytes. */
void vies_read(struct arena *, long status, str body, struct vies_answer *);
/* Does the holder's name fit one of ours? "yes", "no", or "not_given". */
const char *vies_name_match(struct arena *, str holder, str company, str full_name);

#endif
