/* The words, and the one table that says which act leads where. */
#include "rights.h"
#include "str.h"

#define WORD(name, word) word,
static const char *const kinds[RIGHTS_KIND_COUNT] = { RIGHTS_KINDS(WORD) };
static const char *const channels[RIGHTS_CHANNEL_COUNT] = { RIGHTS_CHANNELS(WORD) };
static const char *const states[RIGHTS_STATE_COUNT] = { RIGHTS_STATES(WORD) };
static const char *const outcomes[RIGHTS_OUTCOME_COUNT] = { RIGHTS_OUTCOMES(WORD) };
static const char *const acts[RIGHTS_ACT_COUNT] = { RIGHTS_ACTS(WORD) };
#undef WORD

const char *const rights_grounds[] = { "identity", "unfounded", "excessive", "exempt", "law", "needed", "compelling",
                                       "nothing", NULL };
const char *const rights_fields[] = { "full_name", "email", "telephone", "company", "vat_number", "address1", "address2", "city",
                                      "region", "postcode", "invoice", "other", NULL };

static st find(const char *const *words, size_t n, str word, int *out)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, str_c(words[i]))) {
            *out = (int)i;
            return ST_OK;
        }
    return ST_INVALID;
}

#define WORDS_OF(what, type, count)                     \
    const char *rights_##what##_word(enum type v)       \
    {                                                   \
        return what##s[v];                              \
    }                                                   \
    st rights_##what##_parse(str word, enum type *out)  \
    {                                                   \
        int at;                                         \
        TRY(find(what##s, count, word, &at));           \
        *out = (enum type)at;                           \
        return ST_OK;                                   \
    }
WORDS_OF(kind, rights_kind, RIGHTS_KIND_COUNT)
WORDS_OF(channel, rights_channel, RIGHTS_CHANNEL_COUNT)
WORDS_OF(state, rights_state, RIGHTS_STATE_COUNT)
WORDS_OF(outcome, rights_outcome, RIGHTS_OUTCOME_COUNT)
WORDS_OF(act, rights_act, RIGHTS_ACT_COUNT)

/* ---- which act leads where ------------------------------------------------------------------------------------------- */

#define BIT(state) (1u << RIGHTS_IS_##state)
#define OPEN (BIT(RECEIVED) | BIT(ID_WANTED) | BIT(RUNNING) | BIT(PAUSED))
#define CLOSED (BIT(ANSWERED) | BIT(REFUSED) | BIT(WITHDRAWN))
#define STAYS RIGHTS_STATE_COUNT

struct edge {
    enum rights_act act;
    unsigned from; /* bits of states */
    enum rights_state to; /* or STAYS */
    enum { OF_BOTH, OF_REQUESTS, OF_COMPLAINTS } of;
};
static const struct edge edges[] = {
    { RIGHTS_ACT_CONFIRM, BIT(UNCONFIRMED), RIGHTS_IS_RECEIVED, OF_BOTH },
    { RIGHTS_ACT_ACKNOWLEDGE, BIT(RECEIVED), RIGHTS_IS_RUNNING, OF_COMPLAINTS },
    { RIGHTS_ACT_IDENTIFY, BIT(RECEIVED) | BIT(RUNNING), RIGHTS_IS_ID_WANTED, OF_REQUESTS },
    { RIGHTS_ACT_IDENTIFIED, BIT(RECEIVED) | BIT(ID_WANTED), RIGHTS_IS_RUNNING, OF_REQUESTS },
    { RIGHTS_ACT_PAUSE, BIT(RUNNING), RIGHTS_IS_PAUSED, OF_REQUESTS },
    { RIGHTS_ACT_RESUME, BIT(PAUSED), RIGHTS_IS_RUNNING, OF_REQUESTS },
    { RIGHTS_ACT_EXTEND, BIT(RUNNING), STAYS, OF_REQUESTS },
    { RIGHTS_ACT_SAY, BIT(PAUSED), RIGHTS_IS_RUNNING, OF_REQUESTS }, /* what was asked for has come */
    { RIGHTS_ACT_SAY, OPEN, STAYS, OF_BOTH },
    { RIGHTS_ACT_PROGRESS, OPEN, STAYS, OF_BOTH },
    { RIGHTS_ACT_NOTE, OPEN | CLOSED, STAYS, OF_BOTH },
    { RIGHTS_ACT_LINK, OPEN, STAYS, OF_BOTH },
    { RIGHTS_ACT_ANSWER, BIT(RUNNING) | BIT(PAUSED), RIGHTS_IS_ANSWERED, OF_REQUESTS },
    { RIGHTS_ACT_ANSWER, BIT(RECEIVED) | BIT(RUNNING), RIGHTS_IS_ANSWERED, OF_COMPLAINTS },
    { RIGHTS_ACT_REFUSE, OPEN, RIGHTS_IS_REFUSED, OF_REQUESTS },
    { RIGHTS_ACT_WITHDRAW, OPEN, RIGHTS_IS_WITHDRAWN, OF_BOTH },
};

bool rights_goes(enum rights_kind kind, enum rights_state from, enum rights_act act, enum rights_state *to)
{
    bool complaint = kind == RIGHTS_COMPLAINT;
    for (size_t i = 0; i < COUNT(edges); i++) {
        const struct edge *e = &edges[i];
        bool other = complaint ? e->of == OF_REQUESTS : e->of == OF_COMPLAINTS;
        if (e->act != act || !(e->from >> from & 1) || other)
            continue;
        *to = e->to == STAYS ? from : e->to;
        return true;
    }
    return false;
}

bool rights_open_state(enum rights_state s)
{
    return !(CLOSED >> s & 1);
}
