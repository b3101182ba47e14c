/* Fuzz target of JSON that comes from outside, with an oracle: whatever the other side says, what we make of it is text that may
 * be stored and shown, within its bounds, or a refusal with a word for it.
 *
 *   who says it (1 byte: a provisioning program, the VAT number service, the sandbox gateway), its words */
#include "fuzz.h"

#include "exec_answer.h"
#include "sandbox.h"
#include "str.h"
#include "vies.h"

#define MEMORY ((size_t)16 << 20)

static bool text(str s, size_t most)
{
    return s.n <= most && utf8_printable(s, false);
}

static void program(struct arena *a, str words)
{
    struct provision_out out = { .usage_bytes = -1 };
    st s = exec_answer_read(a, words, &out);
    fuzz_need(s == ST_OK || s == ST_UPSTREAM || s == ST_NO_MEMORY);
    fuzz_need(text(out.username, 64) && text(out.password, 128) && text(out.remote_ref, 80) && text(out.address, 300));
    fuzz_need(out.usage_bytes >= -1);
    fuzz_need(s != ST_OK || str_empty(out.address) || str_starts(out.address, S("http://")) ||
              str_starts(out.address, S("https://")));
    fuzz_need(s != ST_UPSTREAM || (out.problem.n > 0 && text(out.problem, 40)));
    for (size_t i = 0; s == ST_UPSTREAM && i < out.problem.n; i++)
        fuzz_need(out.problem.p[i] == '_' || (out.problem.p[i] >= 'a' && out.problem.p[i] <= 'z'));
}

static void service(struct arena *a, str words)
{
    static const long statuses[] = { 200, 500, 302, 0 };
    for (size_t i = 0; i < COUNT(statuses); i++) {
        struct vies_answer out;
        vies_read(a, statuses[i], words, &out);
        fuzz_need(out.result == VIES_VALID || out.result == VIES_INVALID || out.result == VIES_UNKNOWN);
        fuzz_need((out.result == VIES_UNKNOWN) == (out.problem != NULL));
        fuzz_need(out.result != VIES_VALID || statuses[i] == 200 || statuses[i] == 302);
        fuzz_need(out.reference.n <= 80 && utf8_valid(out.reference) && out.name.n <= 300 && utf8_valid(out.name));
        fuzz_need(vies_name_match(a, out.name, S("Fig & Söhne GmbH"), S("Zoë Ørsted")) != NULL);
    }
}

static void gateway(struct arena *a, str words)
{
    struct gateway_message m;
    st s = sandbox_read(a, words, &m);
    fuzz_need(s == ST_OK || s == ST_BAD_REQUEST || s == ST_NO_MEMORY);
    if (s == ST_OK)
        fuzz_need(utf8_valid(m.event_id) && m.event_id.n <= 80 && m.currency.n <= 3 && m.card_country.n <= 2 &&
                  gateway_kind_word(m.kind) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const readers[])(struct arena *, str) = { program, service, gateway };
    if (n == 0)
        return 0;
    struct arena *a = arena_new(MEMORY);
    fuzz_need(a != NULL);
    readers[data[0] % COUNT(readers)](a, (str){ (const char *)data + 1, n - 1 });
    arena_free(a);
    return 0;
}
