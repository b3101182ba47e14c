/* Words for people, from registry/text. Keys are constants in code, and names in tables and messages.
 *
 * Placeholders {name} take the value of the argument with that name; one without an argument stays as it is
 * written, so that a mistake shows. Nothing is escaped here: templates do that where they know the context. */
#ifndef AVOW_TEXT_H
#define AVOW_TEXT_H

#include "out.h"
#include "text_keys.h" /* enum text_key, enum language, generated */

struct text_arg {
    const char *name;
    str value;
};

str text_get(enum language, enum text_key); /* with its placeholders unfilled; static */
bool text_find(str key, enum text_key *);
/* The words with arguments filled in; empty when the arena has no more room. */
str text_fill(struct arena *, enum language, enum text_key, const struct text_arg *, size_t n);
/* By name, as tables and commands carry it; the key itself when there are no such words. */
str text_named(enum language, str key);
bool language_find(str tag, enum language *); /* "en-GB", case folded */

#endif
