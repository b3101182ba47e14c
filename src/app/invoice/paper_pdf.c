/* The paper as PDF: one sheet after the other, what is the same on every page last. */
#include "arena.h"
#include "clock.h"
#include "paper.h"
#include "pdf.h"
#include "str.h"
#include "text.h"
#include "tpl.h"

#define MEMORY (48u << 20) /* mostly tables of the fonts, for as long as it is made */

/* Points from the top left of A4. */
#define LEFT 56.0f
#define RIGHT 539.28f
#define SECOND 340.0f /* where the right column begins */
#define VALUES 432.0f /* where the facts' values begin */
#define TOP 76.0f
#define BOTTOM 768.0f /* nothing but the foot below */
#define FOOT 795.0f

/* Right ends of the table's columns. */
#define QUANTITY 344.0f
#define UNIT 420.0f
#define RATE 464.0f

static const struct pdf_type title = { PDF_BOLD, PDF_ACCENT, 25 }, number = { PDF_REGULAR, PDF_INK, 12 },
                             strong = { PDF_BOLD, PDF_INK, 9.5f }, body = { PDF_REGULAR, PDF_INK, 9.5f },
                             small = { PDF_REGULAR, PDF_SOFT, 8.5f }, label = { PDF_BOLD, PDF_SOFT, 7.5f },
                             total = { PDF_BOLD, PDF_INK, 13 }, foot = { PDF_REGULAR, PDF_SOFT, 7.5f };

struct sheet {
    struct arena *a;
    struct pdf *pdf;
    const struct paper *p;
    str link;
    float y;
};

#define WORD(key) text_get(LANGUAGE_EN_GB, TXT_##key)

static str fill(struct sheet *s, enum text_key key, const char *name, str value)
{
    const struct text_arg args[] = { { name, value } };
    return text_fill(s->a, LANGUAGE_EN_GB, key, args, 1);
}

static str amount(struct sheet *s, money m)
{
    return money_show(s->a, m);
}

static str day(struct sheet *s, date d)
{
    return tpl_date_str(s->a, d);
}

/* A text in as many lines as it needs, the first at y; returns where the next begins. */
static float block(struct sheet *s, struct pdf_type t, float x, float width, float y, str text, size_t most)
{
    str lines[12];
    size_t n = pdf_wrap(s->pdf, t, text, width, lines, most < 12 ? most : 12);
    for (size_t i = 0; i < n; i++, y += t.size * 1.36f)
        pdf_text(s->pdf, t, PDF_LEFT, x, y, lines[i]);
    return y;
}

static size_t lines_in(struct sheet *s, struct pdf_type t, float width, str text, size_t most)
{
    str lines[12];
    return str_empty(text) ? 0 : pdf_wrap(s->pdf, t, text, width, lines, most < 12 ? most : 12);
}

/* ---- pages ----------------------------------------------------------------------------------------------------- */

static str heading(const struct paper *p)
{
    return p->kind == PAPER_PROFORMA ? WORD(INVOICE_PROFORMA) : p->kind == PAPER_INVOICE ? WORD(PAPER_INVOICE) : WORD(PAPER_NOTE);
}

static str full_title(struct sheet *s)
{
    return s->p->number.p ? str_fmt(s->a, "%.*s %.*s", STR_ARG(heading(s->p)), STR_ARG(s->p->number)) : heading(s->p);
}

static void next_page(struct sheet *s)
{
    pdf_add_page(s->pdf);
    s->y = TOP;
    if (pdf_pages(s->pdf) > 1) {
        pdf_decor(s->pdf, true);
        pdf_text(s->pdf, small, PDF_LEFT, LEFT, 52, full_title(s));
        pdf_text(s->pdf, small, PDF_RIGHT, RIGHT, 52, s->p->seller.name);
        pdf_decor(s->pdf, false);
    }
}

/* Room for so much on this page, or a new one. */
static bool turn(struct sheet *s, float height)
{
    if (s->y + height <= BOTTOM)
        return false;
    next_page(s);
    return true;
}

/* What the law wants to know of the seller, on every page, and where in the whole it is. */
static void feet(struct sheet *s)
{
    const struct paper_party *who = &s->p->seller;
    size_t n = pdf_pages(s->pdf);
    str who_text = who->name;
    if (!str_empty(who->number))
        who_text = str_fmt(s->a, "%.*s  ·  %.*s", STR_ARG(who_text), STR_ARG(fill(s, TXT_FOOT_NUMBER, "number", who->number)));
    if (!str_empty(who->vat_number))
        who_text = str_fmt(s->a, "%.*s  ·  %.*s", STR_ARG(who_text), STR_ARG(fill(s, TXT_FOOT_VAT, "number", who->vat_number)));
    for (size_t i = 0; i < n; i++) {
        const struct text_arg args[] = { { "page", str_fmt(s->a, "%zu", i + 1) }, { "pages", str_fmt(s->a, "%zu", n) } };
        pdf_turn_to(s->pdf, i);
        pdf_rule(s->pdf, PDF_HAIR, LEFT, RIGHT, FOOT - 12, .6f);
        str line;
        if (pdf_wrap(s->pdf, foot, who_text, 410, &line, 1))
            pdf_text(s->pdf, foot, PDF_LEFT, LEFT, FOOT, line);
        pdf_text(s->pdf, foot, PDF_RIGHT, RIGHT, FOOT, text_fill(s->a, LANGUAGE_EN_GB, TXT_PAPER_PAGE, args, 2));
    }
}

/* ---- the head -------------------------------------------------------------------------------------------------- */

static void one(struct sheet *s, const char *type, struct pdf_type t, float x, float *y, float width, str text)
{
    if (str_empty(text))
        return;
    pdf_open(s->pdf, type);
    *y = block(s, t, x, width, *y, text, 3);
    pdf_close(s->pdf);
}

/* How it stands: a word in a frame. A credit note needs none. */
static void stamp(struct sheet *s, float *y)
{
    const struct paper *p = s->p;
    bool paid = str_eq(p->status, S("paid")), refunded = str_eq(p->status, S("refunded"));
    bool gone = str_eq(p->status, S("cancelled"));
    if (p->kind == PAPER_CREDIT_NOTE)
        return;
    enum pdf_ink ink = paid ? PDF_GOOD : gone ? PDF_BAD : refunded ? PDF_SOFT : PDF_WARN;
    str word = text_named(LANGUAGE_EN_GB, str_cat(s->a, S("field.status."), p->status));
    if (paid && p->paid_at.s != UTC_NONE.s)
        word = fill(s, TXT_PAPER_PAID_ON, "date", day(s, date_london(p->paid_at)));
    else if (!paid && !gone && !refunded)
        word = fill(s, TXT_PAPER_PAY_BY, "date", day(s, p->due));
    struct pdf_type t = { PDF_BOLD, ink, 8.5f };
    float width = pdf_width(s->pdf, t, word);
    pdf_frame(s->pdf, ink, LEFT, *y, width + 20, 18);
    pdf_open(s->pdf, "P");
    pdf_text(s->pdf, t, PDF_LEFT, LEFT + 10, *y + 12, word);
    pdf_close(s->pdf);
    *y += 30;
}

static float seller(struct sheet *s)
{
    const struct paper_party *who = &s->p->seller;
    float y = TOP - 12;
    one(s, "P", strong, SECOND, &y, RIGHT - SECOND, who->name);
    for (size_t i = 0; i < who->address.n; i++)
        one(s, "P", small, SECOND, &y, RIGHT - SECOND, who->address.v[i]);
    if (!str_empty(who->vat_number))
        one(s, "P", small, SECOND, &y, RIGHT - SECOND, fill(s, TXT_FOOT_VAT, "number", who->vat_number));
    if (!str_empty(who->number))
        one(s, "P", small, SECOND, &y, RIGHT - SECOND, fill(s, TXT_FOOT_NUMBER, "number", who->number));
    one(s, "P", small, SECOND, &y, RIGHT - SECOND, who->email);
    return y;
}

static float customer(struct sheet *s, float y)
{
    const struct paper_party *who = &s->p->party;
    float width = SECOND - LEFT - 24;
    one(s, "H2", label, LEFT, &y, width, WORD(INVOICE_PARTY));
    y += 3;
    one(s, "P", strong, LEFT, &y, width, who->company);
    one(s, "P", str_empty(who->company) ? strong : body, LEFT, &y, width, who->name);
    for (size_t i = 0; i < who->address.n; i++)
        one(s, "P", body, LEFT, &y, width, who->address.v[i]);
    if (!str_empty(who->vat_number))
        one(s, "P", body, LEFT, &y, width, fill(s, TXT_FOOT_VAT, "number", who->vat_number));
    return y;
}

static void fact(struct sheet *s, float *y, str what, str value)
{
    if (str_empty(value))
        return;
    pdf_open(s->pdf, "P");
    pdf_text(s->pdf, small, PDF_LEFT, SECOND, *y, what);
    *y = block(s, body, VALUES, RIGHT - VALUES, *y, value, 3) + 3;
    pdf_close(s->pdf);
}

static float facts(struct sheet *s, float y)
{
    const struct paper *p = s->p;
    y += 13;
    if (p->kind == PAPER_PROFORMA) {
        fact(s, &y, WORD(INVOICES_DATE), day(s, date_london(p->created)));
    } else {
        fact(s, &y, WORD(INVOICE_ISSUED), day(s, p->issued));
        fact(s, &y, WORD(INVOICE_TAX_POINT), day(s, p->tax_point));
    }
    if (p->kind == PAPER_CREDIT_NOTE) {
        fact(s, &y, WORD(INVOICE_CREDITS), p->credits_number);
        fact(s, &y, WORD(PAPER_CREDITS_OF), day(s, p->credits_issued));
        fact(s, &y, WORD(INVOICE_REASON), text_named(LANGUAGE_EN_GB, str_cat(s->a, S("field.reason."), p->reason)));
    } else {
        fact(s, &y, WORD(INVOICES_DUE), day(s, p->due));
    }
    fact(s, &y, WORD(FIELD_REFERENCE), p->reference);
    return y;
}

static void head(struct sheet *s)
{
    float y = TOP;
    pdf_open(s->pdf, "H1");
    pdf_text(s->pdf, title, PDF_LEFT, LEFT, y, heading(s->p));
    y += 22;
    if (s->p->number.p)
        pdf_text(s->pdf, number, PDF_LEFT, LEFT, y, s->p->number);
    pdf_close(s->pdf);
    if (s->p->kind == PAPER_PROFORMA)
        one(s, "P", small, LEFT, &y, SECOND - LEFT - 40, s->p->voided ? WORD(INVOICE_VOID) : WORD(INVOICE_PROFORMA_TEXT));
    y += 12;
    stamp(s, &y);
    float right = seller(s);
    y = (y > right ? y : right) + 26;
    float left_end = customer(s, y), right_end = facts(s, y);
    s->y = (left_end > right_end ? left_end : right_end) + 22;
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

static void cell(struct sheet *s, const char *type, struct pdf_type t, enum pdf_side side, float x, float y, str text)
{
    pdf_open(s->pdf, type);
    pdf_text(s->pdf, t, side, x, y, text);
    pdf_close(s->pdf);
}

/* The columns' heads, on every page that the table is on. */
static void columns(struct sheet *s)
{
    float y = s->y;
    pdf_open(s->pdf, "TR");
    cell(s, "TH", label, PDF_LEFT, LEFT, y, WORD(INVOICE_DESCRIPTION));
    cell(s, "TH", label, PDF_RIGHT, QUANTITY, y, WORD(FIELD_QUANTITY));
    cell(s, "TH", label, PDF_RIGHT, UNIT, y, WORD(INVOICE_UNIT));
    if (s->p->vat_shown)
        cell(s, "TH", label, PDF_RIGHT, RATE, y, WORD(SUM_VAT_PLAIN));
    cell(s, "TH", label, PDF_RIGHT, RIGHT, y, WORD(SUM_NET));
    pdf_close(s->pdf);
    pdf_rule(s->pdf, PDF_INK, LEFT, RIGHT, y + 7, 1.1f);
    s->y = y + 23;
}

static void line(struct sheet *s, const struct paper_line *l)
{
    const float width = 236;
    str period = l->from.days == DATE_NONE.days ? S("")
                                                : str_fmt(s->a, "%.*s – %.*s", STR_ARG(day(s, l->from)), STR_ARG(day(s, l->to)));
    str off = l->discount.minor == 0 ? S("") : fill(s, TXT_INVOICE_DISCOUNT, "amount", amount(s, l->discount));
    float height = (float)lines_in(s, strong, width, l->description, 4) * 12.9f +
                   (float)(lines_in(s, small, width, l->hostname, 3) + !str_empty(period) + !str_empty(off)) * 11.6f + 13;
    if (turn(s, height)) { /* the heads are there again to be seen, and were read out before */
        pdf_decor(s->pdf, true);
        columns(s);
        pdf_decor(s->pdf, false);
    }
    float y = s->y;
    pdf_open(s->pdf, "TR");
    pdf_open(s->pdf, "TD");
    y = block(s, strong, LEFT, width, y, l->description, 4);
    y = block(s, small, LEFT, width, y, l->hostname, 3);
    y = block(s, small, LEFT, width, y, period, 1);
    y = block(s, small, LEFT, width, y, off, 1);
    pdf_close(s->pdf);
    cell(s, "TD", body, PDF_RIGHT, QUANTITY, s->y, str_fmt(s->a, "%lld", (long long)l->quantity));
    cell(s, "TD", body, PDF_RIGHT, UNIT, s->y, amount(s, l->unit));
    if (s->p->vat_shown)
        cell(s, "TD", body, PDF_RIGHT, RATE, s->y, rate_show(s->a, l->rate_bp));
    cell(s, "TD", body, PDF_RIGHT, RIGHT, s->y, amount(s, l->net));
    pdf_close(s->pdf);
    pdf_rule(s->pdf, PDF_HAIR, LEFT, RIGHT, y - 3, .6f);
    s->y = y + 13;
}

static void table(struct sheet *s)
{
    turn(s, 80);
    pdf_open(s->pdf, "Table");
    pdf_open(s->pdf, "THead");
    columns(s);
    pdf_close(s->pdf);
    pdf_open(s->pdf, "TBody");
    for (size_t i = 0; i < s->p->n_lines; i++)
        line(s, &s->p->lines[i]);
    pdf_close(s->pdf);
    pdf_close(s->pdf);
}

/* ---- sums ------------------------------------------------------------------------------------------------------ */

static void sum(struct sheet *s, struct pdf_type t, str what, money m)
{
    pdf_open(s->pdf, "TR");
    cell(s, "TD", t, PDF_RIGHT, UNIT + 14, s->y, what);
    cell(s, "TD", t, PDF_RIGHT, RIGHT, s->y, amount(s, m));
    pdf_close(s->pdf);
    s->y += t.size * 1.36f + 3;
}

static str rate_words(struct sheet *s, const struct paper_rate *r)
{
    const struct text_arg args[] = { { "rate", rate_show(s->a, r->rate_bp) }, { "net", amount(s, r->net) } };
    return text_fill(s->a, LANGUAGE_EN_GB, TXT_INVOICE_RATE, args, 2);
}

static void sums(struct sheet *s)
{
    const struct paper *p = s->p;
    bool rest = p->credit.minor > 0;
    turn(s, 76 + 16 * (float)p->n_rates + (rest ? 40 : 0));
    s->y += 4;
    pdf_open(s->pdf, "Table");
    sum(s, body, WORD(SUM_NET), p->net);
    for (size_t i = 0; p->vat_shown && i < p->n_rates; i++)
        sum(s, body, rate_words(s, &p->rates[i]), p->rates[i].vat);
    pdf_rule(s->pdf, PDF_INK, SECOND - 40, RIGHT, s->y - 7, 1.1f);
    s->y += 10;
    sum(s, total, p->kind == PAPER_CREDIT_NOTE ? WORD(PAPER_CREDITED) : WORD(SUM_GROSS), p->gross);
    if (rest) {
        sum(s, body, WORD(INVOICE_CREDITED), p->credit);
        if (str_eq(p->status, S("unpaid")))
            sum(s, total, WORD(INVOICE_TO_PAY), p->to_pay);
    }
    pdf_close(s->pdf);
    s->y += 14;
}

/* ---- what else has to be said ---------------------------------------------------------------------------------- */

static void note(struct sheet *s, struct pdf_type t, str text)
{
    if (str_empty(text))
        return;
    float width = RIGHT - LEFT;
    turn(s, (float)lines_in(s, t, width, text, 12) * t.size * 1.36f + 8);
    one(s, "P", t, LEFT, &s->y, width, text);
    s->y += 6;
}

/* The words that the law wants, so that nobody overlooks them. */
static void panel(struct sheet *s, str text)
{
    if (str_empty(text))
        return;
    float width = RIGHT - LEFT - 28, height = (float)lines_in(s, strong, width, text, 12) * 12.9f + 18;
    turn(s, height + 10);
    pdf_fill(s->pdf, PDF_SUNK, LEFT, s->y - 8, RIGHT - LEFT, height);
    pdf_fill(s->pdf, PDF_ACCENT, LEFT, s->y - 8, 3, height);
    s->y += 9;
    pdf_open(s->pdf, "P");
    s->y = block(s, strong, LEFT + 16, width, s->y, text, 12) + 18;
    pdf_close(s->pdf);
}

static void notes(struct sheet *s)
{
    const struct paper *p = s->p;
    panel(s, p->note);
    if (p->vat_pending)
        note(s, body, WORD(INVOICE_VAT_PENDING));
    if (p->sterling_shown) {
        const struct text_arg args[] = { { "amount", amount(s, p->vat_gbp) }, { "rate", p->gbp_rate },
                                         { "currency", p->currency } };
        note(s, body, text_fill(s->a, LANGUAGE_EN_GB, TXT_INVOICE_STERLING, args, 3));
    }
    if (str_eq(p->status, S("unpaid"))) {
        const struct text_arg args[] = { { "amount", amount(s, p->to_pay) }, { "date", day(s, p->due) }, { "link", s->link } };
        note(s, body, text_fill(s->a, LANGUAGE_EN_GB, TXT_PAPER_PAY, args, 3));
    }
    if (p->kind == PAPER_CREDIT_NOTE)
        note(s, small, fill(s, TXT_PAPER_NOTE_TEXT, "number", p->credits_number));
    if (pdf_missing(s->pdf))
        note(s, small, fill(s, TXT_PAPER_MISSING, "link", s->link));
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

static st draw(struct arena *a, const struct paper *p, str link, str *out)
{
    struct sheet s = { .a = a, .p = p, .link = link };
    const struct paper_party *who = &p->party;
    /* In the metadata the name is whole whatever the fonts can draw. */
    str to = str_empty(who->company) ? who->name : str_fmt(a, "%.*s, %.*s", STR_ARG(who->company), STR_ARG(who->name));
    utc when = p->kind == PAPER_PROFORMA ? p->created : utc_start_of_day_london(p->issued);
    struct pdf_info info = { .title = full_title(&s), .author = p->seller.name, .subject = to, .created = when };
    TRY(pdf_new(a, &info, &s.pdf));
    next_page(&s);
    head(&s);
    table(&s);
    sums(&s);
    notes(&s);
    feet(&s);
    return pdf_finish(s.pdf, out);
}

st paper_pdf(struct arena *a, const struct paper *p, str link, str *out)
{
    struct arena *own = arena_new(MEMORY);
    str bytes = S("");
    if (!own)
        return ST_NO_MEMORY;
    st s = draw(own, p, link, &bytes);
    if (s == ST_OK) {
        *out = str_dup(a, bytes);
        s = arena_failed(a) ? ST_NO_MEMORY : ST_OK;
    }
    arena_free(own);
    return s;
}
