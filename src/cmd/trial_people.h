/* People for a trial: names in the scripts of their countries, addresses and telephone numbers that fit them. Nobody of
 * them exists. The same seed and number make the same person. */
#ifndef AVOW_TRIAL_PEOPLE_H
#define AVOW_TRIAL_PEOPLE_H

#include "arena.h"

struct people;

struct trial_person {
    str full_name, email, telephone;
    bool business;
    str company, vat_number;
    str address1, city, region, postcode, country, currency;
    str ip; /* of a range for documentation */
};

/* Read the table they are made of; it stays borrowed. ST_CONFIG when something is missing in it. */
NODISCARD st people_read(struct arena *, str table, struct people **);
/* Person number n (from 1), in the arena. */
NODISCARD st people_make(const struct people *, struct arena *, uint64_t seed, int64_t n, struct trial_person *);

/* Random numbers of a trial: the same for the same seed. Never for keys. */
struct dice {
    uint64_t state;
};
struct dice dice_of(uint64_t seed, uint64_t what);
uint32_t dice_below(struct dice *, uint32_t n);

#endif
