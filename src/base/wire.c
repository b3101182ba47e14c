/* Structs to bytes and back, driven by the tables regc makes. */
#include "wire.h"

#include <string.h>

#include "str.h"

/* What every generated `struct <record>_list` looks like; read and written through memcpy, never by a cast. */
struct list {
    void *v;
    size_t n;
};

static bool text_ok(str s)
{
    return (s.n == 0 || memchr(s.p, 0, s.n) == NULL) && utf8_valid(s);
}

static void put_number(struct out *o, uint64_t v, int bytes)
{
    char p[8];
    for (int i = 0; i < bytes; i++)
        p[i] = (char)(v >> (8 * i) & 0xff);
    out_bytes(o, p, (size_t)bytes);
}

static st encode_bytes(struct out *o, const struct wire_field *f, const char *at)
{
    str s;
    memcpy(&s, at, sizeof(s));
    if (s.n > f->max || (f->type == WIRE_STR && !text_ok(s)))
        return ST_BUG;
    put_number(o, s.n, 4);
    out_bytes(o, s.p, s.n);
    return ST_OK;
}

static st encode_fields(struct out *, const struct wire_shape *, const char *);

static st encode_list(struct out *o, const struct wire_field *f, const char *at)
{
    struct list l;
    memcpy(&l, at, sizeof(l));
    if (l.n > f->max)
        return ST_BUG;
    put_number(o, l.n, 4);
    for (size_t i = 0; i < l.n; i++)
        TRY(encode_fields(o, f->record, (const char *)l.v + i * f->record->size));
    return ST_OK;
}

static st encode_fields(struct out *o, const struct wire_shape *s, const char *from)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct wire_field *f = &s->fields[i];
        const char *at = from + f->offset;
        int64_t number;
        switch (f->type) {
        case WIRE_I64:
            memcpy(&number, at, sizeof(number));
            put_number(o, (uint64_t)number, 8);
            break;
        case WIRE_BOOL:
            out_byte(o, *(const bool *)at ? 1 : 0);
            break;
        case WIRE_UID:
            out_bytes(o, at, sizeof(uid));
            break;
        case WIRE_STR:
        case WIRE_BYTES:
            TRY(encode_bytes(o, f, at));
            break;
        case WIRE_LIST:
            TRY(encode_list(o, f, at));
            break;
        }
    }
    return ST_OK;
}

st wire_encode(struct out *o, const struct wire_shape *s, const void *from)
{
    TRY(encode_fields(o, s, from));
    return out_st(o);
}

/* Cut n bytes from the front of *in; false when there are fewer. */
static bool cut(str *in, size_t n, str *piece)
{
    if (in->n < n)
        return false;
    *piece = (str){ in->p, n };
    in->p += n;
    in->n -= n;
    return true;
}

static bool cut_number(str *in, int bytes, uint64_t *v)
{
    str piece;
    if (!cut(in, (size_t)bytes, &piece))
        return false;
    *v = 0;
    for (int i = 0; i < bytes; i++)
        *v |= (uint64_t)(uint8_t)piece.p[i] << (8 * i);
    return true;
}

static st decode_fields(struct arena *, const struct wire_shape *, str *, char *);

static st decode_list(struct arena *a, const struct wire_field *f, str *in, char *at)
{
    uint64_t n;
    if (!cut_number(in, 4, &n) || n > f->max)
        return ST_PEER;
    struct list l = { NULL, (size_t)n };
    if (n && !(l.v = arena_alloc(a, f->record->size, l.n)))
        return ST_NO_MEMORY;
    for (size_t i = 0; i < l.n; i++)
        TRY(decode_fields(a, f->record, in, (char *)l.v + i * f->record->size));
    memcpy(at, &l, sizeof(l));
    return ST_OK;
}

static st decode_scalar(const struct wire_field *f, str *in, char *at)
{
    uint64_t v;
    str piece;
    if (f->type == WIRE_UID) {
        if (!cut(in, sizeof(uid), &piece))
            return ST_PEER;
        memcpy(at, piece.p, piece.n);
    } else if (f->type == WIRE_BOOL) {
        if (!cut_number(in, 1, &v) || v > 1)
            return ST_PEER;
        *(bool *)at = v == 1;
    } else {
        if (!cut_number(in, 8, &v))
            return ST_PEER;
        memcpy(at, &v, sizeof(v));
    }
    return ST_OK;
}

static st decode_bytes(const struct wire_field *f, str *in, char *at)
{
    uint64_t n;
    str s;
    if (!cut_number(in, 4, &n) || n > f->max || !cut(in, (size_t)n, &s))
        return ST_PEER;
    if (f->type == WIRE_STR && !text_ok(s))
        return ST_PEER;
    memcpy(at, &s, sizeof(s));
    return ST_OK;
}

static st decode_fields(struct arena *a, const struct wire_shape *s, str *in, char *to)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct wire_field *f = &s->fields[i];
        char *at = to + f->offset;
        switch (f->type) {
        case WIRE_I64:
        case WIRE_BOOL:
        case WIRE_UID:
            TRY(decode_scalar(f, in, at));
            break;
        case WIRE_STR:
        case WIRE_BYTES:
            TRY(decode_bytes(f, in, at));
            break;
        case WIRE_LIST:
            TRY(decode_list(a, f, in, at));
            break;
        }
    }
    return ST_OK;
}

st wire_decode(struct arena *a, const struct wire_shape *s, str bytes, void **to)
{
    char *made = arena_alloc(a, s->size, 1);
    if (!made)
        return ST_NO_MEMORY;
    TRY(decode_fields(a, s, &bytes, made));
    if (bytes.n != 0)
        return ST_PEER;
    *to = made;
    return ST_OK;
}
