/* Fuzz target of multipart/form-data, with an oracle: what was read is inside of what was sent, and written out again as a browser would
 * it is read as the same.
 *
 *   length of the content type (1 byte), the content type, the body */
#include "multipart.h"

#include "fuzz.h"
#include "out.h"
#include "str.h"

static bool inside(str part, str whole)
{
    return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void quoted(struct out *o, str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '"')
            out_str(o, S("%22"));
        else
            out_byte(o, s.p[i]);
}

/* With a boundary that stands nowhere in it. */
static str written(struct arena *a, const struct form_pairs *p)
{
    struct out o;
    out_init(&o, a, 1 << 20);
    for (size_t i = 0; i < p->n; i++) {
        out_str(&o, S("--=_again_=\r\nContent-Disposition: form-data; name=\""));
        out_str(&o, p->v[i].name);
        if (p->v[i].file) {
            out_str(&o, S("\"; filename=\""));
            quoted(&o, p->v[i].filename);
            out_str(&o, S("\"\r\nContent-Type: application/octet-stream"));
        } else {
            out_byte(&o, '"');
        }
        out_str(&o, S("\r\n\r\n"));
        out_str(&o, p->v[i].value);
        out_str(&o, S("\r\n"));
    }
    out_str(&o, S("--=_again_=--\r\n"));
    fuzz_need(out_st(&o) == ST_OK);
    return out_view(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct form_pairs p, again;
    if (n == 0 || n < 1u + data[0])
        return 0;
    str type = { (const char *)data + 1, data[0] }, body = { type.p + type.n, n - 1 - type.n };
    struct arena *a = arena_new((size_t)8 << 20);
    fuzz_need(a != NULL);
    st s = multipart_decode(a, type, body, &p);
    fuzz_need(s == ST_OK || s == ST_BAD_REQUEST);
    if (s == ST_OK) {
        fuzz_need(p.n >= 1 && p.n <= MULTIPART_PARTS);
        for (size_t i = 0; i < p.n; i++) {
            fuzz_need(inside(p.v[i].value, body) && p.v[i].name.n > 0 && utf8_printable(p.v[i].filename, false));
            fuzz_need(p.v[i].file || p.v[i].filename.n == 0);
            fuzz_need(str_index(p.v[i].filename, '/') == p.v[i].filename.n);
        }
        if (str_find(body, S("=_again_=")) == body.n) {
            fuzz_need(multipart_decode(a, S("multipart/form-data; boundary==_again_="), written(a, &p), &again) == ST_OK);
            fuzz_need(again.n == p.n);
            for (size_t i = 0; i < p.n; i++)
                fuzz_need(str_eq(again.v[i].value, p.v[i].value) && str_eq(again.v[i].filename, p.v[i].filename));
        }
    }
    arena_free(a);
    return 0;
}
