/* OFX bank statements. 2.x is XML. 1.x is SGML without its document type: a header of `KEY:VALUE` lines, then tags whose
 * closing tag may be left out when they hold only a value. Both are read to the same elements. */
#include <string.h>

#include "money.h"
#include "reading.h"
#include "str.h"

#define TAG_MAX 32

struct ofx {
    struct reading *r;
    bool entry, other;   /* inside STMTTRN; inside one of its parts that is about something else */
    bool own, their;     /* inside BANKACCTFROM, BANKACCTTO */
    bool statement;
    char currency[4];
    bool currency_own;   /* inside CURRENCY: the amount is in it; ORIGCURRENCY only tells where it came from */
    struct bank_entry e;
    bool has_amount, has_date;
    str amount, payee, memo, own_bank, their_bank;
    int64_t amount_line;
};

static st wrong(struct ofx *o, int64_t line, enum text_key why, const char *what)
{
    return reading_wrong(o->r, line, why, what);
}

/* ---- an entry ---- */

static st finish_amount(struct ofx *o)
{
    str s = o->amount;
    bool minus = str_starts(s, S("-"));
    if (minus || str_starts(s, S("+")))
        s = str_sub(s, 1, s.n);
    char point = str_index(s, ',') < s.n ? ',' : '.';
    if (reading_amount(s, point, o->e.currency, &o->e.amount) != ST_OK)
        return wrong(o, o->amount_line, TXT_BANK_FILE_AMOUNT, "TRNAMT");
    if (minus)
        o->e.amount = -o->e.amount;
    return ST_OK;
}

static st finish_entry(struct ofx *o, int64_t line)
{
    o->entry = false;
    if (!o->has_amount)
        return wrong(o, line, TXT_BANK_FILE_MISSING, "TRNAMT");
    if (!o->has_date)
        return wrong(o, line, TXT_BANK_FILE_MISSING, "DTPOSTED");
    if (str_empty(o->e.bank_id))
        return wrong(o, line, TXT_BANK_FILE_MISSING, "FITID");
    if (o->e.currency[0] == 0)
        memcpy(o->e.currency, o->currency, 4);
    if (o->e.currency[0] == 0)
        return wrong(o, line, TXT_BANK_FILE_MISSING, "CURDEF");
    TRY(finish_amount(o));
    o->e.name = o->payee;
    o->e.text = reading_join(o->r->arena, o->e.text, o->memo);
    return reading_add(o->r, &o->e);
}

/* ---- elements ---- */

static st ofx_open(void *self, const char *name, const char *unused, int64_t line)
{
    struct ofx *o = self;
    str n = str_c(name);
    (void)unused;
    if (str_eq(n, S("STMTRS"))) {
        o->statement = true;
        o->currency[0] = 0;
    } else if (str_eq(n, S("STMTTRN"))) {
        o->e = (struct bank_entry){ .line = line, .value = DATE_NONE };
        o->amount = o->payee = o->memo = o->their_bank = S("");
        o->has_amount = o->has_date = false;
        o->entry = true;
    } else if (str_eq(n, S("BANKACCTFROM"))) {
        o->own = true;
        o->own_bank = S("");
    } else if (str_eq(n, S("BANKACCTTO"))) {
        o->their = true;
    } else if (str_eq(n, S("CURRENCY"))) {
        o->currency_own = true;
    } else if (str_eq(n, S("EXTDPAYEE")) || str_eq(n, S("IMAGEDATA")) || str_eq(n, S("CCACCTTO"))) {
        o->other = true;
    }
    return ST_OK;
}

static st read_currency(struct ofx *o, str text, int64_t line, char out[4])
{
    str c = str_upper(o->r->arena, text);
    if (!currency_known(c))
        return wrong(o, line, TXT_BANK_FILE_CURRENCY, NULL);
    memcpy(out, c.p, 3);
    out[3] = 0;
    return ST_OK;
}

static st read_date(struct ofx *o, str text, int64_t line, date *out)
{
    return reading_date8(str_sub(text, 0, 8), out) == ST_OK ? ST_OK : wrong(o, line, TXT_BANK_FILE_DATE, "DTPOSTED");
}

static st close_in_entry(struct ofx *o, str n, str text, int64_t line)
{
    if (str_eq(n, S("TRNAMT"))) {
        o->amount = text;
        o->amount_line = line;
        o->has_amount = true;
    } else if (str_eq(n, S("DTPOSTED"))) {
        o->has_date = true;
        return read_date(o, text, line, &o->e.booked);
    } else if (str_eq(n, S("DTAVAIL"))) {
        return read_date(o, text, line, &o->e.value);
    } else if (str_eq(n, S("FITID"))) {
        o->e.bank_id = text;
    } else if (str_eq(n, S("NAME"))) {
        o->payee = text;
    } else if (str_eq(n, S("MEMO"))) {
        o->memo = text;
    } else if (str_eq(n, S("REFNUM"))) {
        o->e.end_to_end = text;
    } else if (str_eq(n, S("CURSYM")) && o->currency_own) {
        return read_currency(o, text, line, o->e.currency);
    } else if (o->their && str_eq(n, S("BANKID"))) {
        o->their_bank = text;
    } else if (o->their && str_eq(n, S("ACCTID"))) {
        o->e.account = reading_join(o->r->arena, o->their_bank, text);
    }
    return ST_OK;
}

static st leave(struct ofx *o, str n, int64_t line)
{
    if (str_eq(n, S("STMTTRN")))
        return finish_entry(o, line);
    if (str_eq(n, S("BANKACCTFROM")))
        o->own = false;
    else if (str_eq(n, S("BANKACCTTO")))
        o->their = false;
    else if (str_eq(n, S("CURRENCY")))
        o->currency_own = false;
    else if (str_eq(n, S("EXTDPAYEE")) || str_eq(n, S("IMAGEDATA")) || str_eq(n, S("CCACCTTO")))
        o->other = false;
    return ST_OK;
}

static st ofx_close(void *self, const char *name, str text, int64_t line)
{
    struct ofx *o = self;
    str n = str_c(name);
    if (o->entry && !o->other && !str_empty(text))
        TRY(close_in_entry(o, n, text, line));
    else if (str_eq(n, S("CURDEF")))
        return read_currency(o, text, line, o->currency);
    else if (o->own && str_eq(n, S("BANKID")))
        o->own_bank = text;
    else if (o->own && str_eq(n, S("ACCTID")))
        return reading_account(o->r, reading_join(o->r->arena, o->own_bank, text), line);
    return leave(o, n, line);
}

/* ---- SGML ---- */

/* Elements that hold others. Whatever else is met holds a value, and ends where the next tag begins. */
static bool holds_others(str n)
{
    static const char *const names[] = {
        "OFX", "SIGNONMSGSRSV1", "SONRS", "STATUS", "FI", "BANKMSGSRSV1", "STMTTRNRS", "STMTRS", "BANKACCTFROM", "BANKTRANLIST",
        "STMTTRN", "PAYEE", "EXTDPAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY", "IMAGEDATA", "LEDGERBAL",
        "AVAILBAL", "BALLIST", "BAL", "BANKTRANLISTP", "STMTTRNP",
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(n, str_c(names[i])))
            return true;
    return false;
}

struct sgml {
    struct ofx *o;
    str rest;
    int64_t line;
    char stack[READING_XML_DEPTH][TAG_MAX];
    int depth;
};

/* The five entities and the no-break space; any other ampersand stands for itself, as banks mean it. */
static str unescape(struct arena *a, str s)
{
    static const struct {
        str name, is;
    } entities[] = { { SI("&amp;"), SI("&") }, { SI("&lt;"), SI("<") }, { SI("&gt;"), SI(">") }, { SI("&nbsp;"), SI(" ") },
                     { SI("&quot;"), SI("\"") }, { SI("&apos;"), SI("'") } };
    struct out o;
    if (str_index(s, '&') == s.n)
        return s;
    out_init(&o, a, s.n + 1);
    while (s.n > 0) {
        size_t skip = 0;
        for (size_t i = 0; i < COUNT(entities) && skip == 0; i++)
            if (str_starts(s, entities[i].name)) {
                out_str(&o, entities[i].is);
                skip = entities[i].name.n;
            }
        if (skip == 0) {
            out_byte(&o, s.p[0]);
            skip = 1;
        }
        s = str_sub(s, skip, s.n);
    }
    return out_view(&o);
}

static void count_lines(struct sgml *g, str passed)
{
    for (size_t i = 0; i < passed.n; i++)
        g->line += passed.p[i] == '\n';
}

static st sgml_close(struct sgml *g, str name)
{
    struct reading *r = g->o->r;
    if (!holds_others(name))
        return ST_OK; /* the end of a value, which was taken when it was met */
    if (g->depth == 0 || !str_eq(str_c(g->stack[g->depth - 1]), name))
        return reading_wrong(r, g->line, TXT_BANK_FILE_NESTING, NULL);
    g->depth--;
    return ofx_close(g->o, g->stack[g->depth], S(""), g->line);
}

static st sgml_open(struct sgml *g, str name)
{
    struct reading *r = g->o->r;
    if (g->depth == READING_XML_DEPTH)
        return reading_wrong(r, g->line, TXT_BANK_FILE_DEEP, NULL);
    char *z = g->stack[g->depth];
    memcpy(z, name.p, name.n);
    z[name.n] = 0;
    if (holds_others(name)) {
        g->depth++;
        return ofx_open(g->o, z, NULL, g->line);
    }
    int64_t line = g->line;
    size_t end = str_index(g->rest, '<');
    str value = str_sub(g->rest, 0, end);
    g->rest = str_sub(g->rest, end, g->rest.n);
    count_lines(g, value);
    return ofx_close(g->o, z, unescape(r->arena, str_trim(value)), line);
}

static st sgml_tag(struct sgml *g)
{
    struct reading *r = g->o->r;
    size_t end = str_index(g->rest, '>');
    if (end == g->rest.n)
        return reading_wrong(r, g->line, TXT_BANK_FILE_TAG, NULL);
    str tag = str_sub(g->rest, 1, end - 1);
    bool closing = str_starts(tag, S("/"));
    g->rest = str_sub(g->rest, end + 1, g->rest.n);
    if (closing)
        tag = str_sub(tag, 1, tag.n);
    if (str_empty(tag) || tag.n >= TAG_MAX)
        return reading_wrong(r, g->line, TXT_BANK_FILE_TAG, NULL);
    for (size_t i = 0; i < tag.n; i++)
        if (!((tag.p[i] >= 'A' && tag.p[i] <= 'Z') || (tag.p[i] >= 'a' && tag.p[i] <= 'z') || tag.p[i] == '.' || tag.p[i] == '_' ||
              (tag.p[i] >= '0' && tag.p[i] <= '9')))
            return reading_wrong(r, g->line, TXT_BANK_FILE_TAG, NULL);
    tag = str_upper(r->arena, tag);
    return str_empty(tag) ? ST_NO_MEMORY : closing ? sgml_close(g, tag) : sgml_open(g, tag);
}

static st read_sgml(struct ofx *o, str text)
{
    struct sgml g = { .o = o, .rest = text, .line = 1 };
    size_t begin = str_find(text, S("<OFX>"));
    if (begin == text.n)
        return wrong(o, 0, TXT_BANK_FILE_NOT_OFX, NULL);
    count_lines(&g, str_sub(text, 0, begin));
    g.rest = str_sub(text, begin, text.n);
    while (g.rest.n > 0) {
        size_t tag = str_index(g.rest, '<');
        str between = str_sub(g.rest, 0, tag);
        if (!str_empty(str_trim(between)))
            return wrong(o, g.line, TXT_BANK_FILE_BETWEEN, NULL);
        count_lines(&g, between);
        g.rest = str_sub(g.rest, tag, g.rest.n);
        if (g.rest.n > 0)
            TRY(sgml_tag(&g));
        if (g.depth == 0)
            break;
    }
    bool ends = g.depth == 0 && str_empty(str_trim(g.rest));
    return ends ? ST_OK : wrong(o, g.line, TXT_BANK_FILE_CUT, NULL);
}

st reading_ofx(struct reading *r, str bytes)
{
    struct ofx o = { .r = r };
    str start = str_starts(bytes, S("\xef\xbb\xbf")) ? str_sub(bytes, 3, bytes.n) : bytes;
    if (str_starts(str_trim(start), S("<?xml"))) {
        struct reading_xml x = { r, &o, ofx_open, ofx_close };
        TRY(reading_xml(&x, bytes));
    } else {
        TRY(reading_utf8(r, &bytes));
        TRY(read_sgml(&o, bytes));
    }
    return o.statement ? ST_OK : wrong(&o, 0, TXT_BANK_FILE_NOT_OFX, NULL);
}
