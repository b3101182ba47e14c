/* A person's profile: who they are and where they live, set at checkout, at registration and in the profile form.
 *
 * One place checks, cleans, collects and reads these values, and keeps the search codes by which staff find people. */
#ifndef AVOW_PROFILE_H
#define AVOW_PROFILE_H

#include "command.h"

struct profile {
    bool business;
    str full_name, company, vat_number;
    str address1, address2, city, region, postcode, country;
    str telephone; /* as typed before profile_clean, E.164 after */
    char phone_country[3]; /* set by profile_clean: the country the number belongs to, or "" */
};

/* Check and put into shape: address and postcode as the country writes them, telephone in E.164, VAT number without spaces and
 * with right check digits. `all`: the fields an order needs must be there. Wrong: cx_invalid with the form field. */
NODISCARD st profile_clean(struct cx *, struct profile *, bool all);

/* Set the profile of a person, collected at `point` from the person, and renew the search codes. Fields that the
 * statement does not let in at that point must be empty: ST_STATEMENT else. Adds one to person.version. `version`
 * negative: whatever it was; else ST_CONFLICT when somebody changed it since. Writer's transaction. */
NODISCARD st profile_set_nt(struct cx *, int64_t person, enum point, const struct profile *, int64_t version);

/* A visitor becomes a customer with this address and encoded password; queues the mail that confirms the address.
 * ST_CONFLICT when the address has an account already. Writer's transaction. */
NODISCARD st profile_customer_nt(struct cx *, int64_t visitor, enum point, str email, str password);

/* Make the search codes of a person anew from their profile. The e-mail address is added to what there is; empty: as it
 * was. Writer's transaction. */
NODISCARD st profile_codes_nt(struct cx *, int64_t person, const struct profile *, str email);

/* The code by which staff find them by an e-mail address, beside what there is. Writer's transaction. */
NODISCARD st profile_email_code_nt(struct cx *, int64_t person, str email);

/* Read it for a purpose. `email` may be NULL. */
NODISCARD st profile_get(struct gate *, int64_t person, enum purpose, struct profile *, str *email);

/* The code under which staff find people by a word of a name or company, an e-mail address, a telephone number or a postcode
 * (`kind` as in table search_code), already folded. */
NODISCARD st profile_search_code(struct gate *, str kind, str folded, str *code);

#endif
