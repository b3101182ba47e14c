/* Checks that belong to features (places, VAT numbers). The app role hands them to web_new(). */
#ifndef AVOW_FORM_CHECKS_H
#define AVOW_FORM_CHECKS_H

#include "arena.h"
#include "form.h"

/* Each reads v->value (trimmed, printable, not empty), cleans it there, or sets v->error and perhaps v->example.
 * `country` is the form's country, or empty. ST_OK also when there is an error. */
struct form_checks {
    st (*country)(struct arena *, struct form_value *v);
    st (*postcode)(struct arena *, str country, struct form_value *v);
    st (*telephone)(struct arena *, str country, struct form_value *v);
    st (*vat_number)(struct arena *, str country, struct form_value *v);
};

#endif
