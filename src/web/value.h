/* One field's value: what was typed, checked and cleaned. Pure functions of their input. */
#ifndef AVOW_VALUE_H
#define AVOW_VALUE_H

#include "config_keys.h"
#include "form.h"
#include "form_checks.h"

struct value_context {
    const struct form_checks *checks;
    const struct str_list *currencies; /* offered by the shop */
    str country; /* of the form, cleaned; may be empty */
};

/* Check `typed` against the field and fill in *v. What is wrong goes into v->error; ST_OK also then. */
NODISCARD st value_check(struct arena *, const struct field *, const struct value_context *, str typed,
    struct form_value *v);

/* The same for a file: there, not too large, and its name has one of the endings that are taken. What is in it, nobody has
 * looked at. */
struct form_pair;
void value_check_file(const struct field *, const struct form_pair *, struct form_value *v);

bool email_valid(str);
bool hostname_valid(str); /* two labels or more, lower or upper case, no final full stop */

#endif
