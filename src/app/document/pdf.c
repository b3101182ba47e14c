/* The document: pages, text in runs of one font each, rules and frames. */
#include "clock.h"
#include "codec.h"
#include "log.h"
#include "out.h"
#include "pdf_core.h"
#include "str.h"

#define MOST_BYTES (4u << 20)

/* The library asks for memory without saying for which document: there is one at a time. */
static struct {
    struct arena *a;
} making;

static void *HPDF_STDCALL take(HPDF_UINT n)
{
    return making.a ? arena_alloc(making.a, 1, n) : NULL;
}

static void HPDF_STDCALL give(void *p UNUSED)
{
    /* the arena's */
}

void pdf_fail(struct pdf *p, st why)
{
    if (p->failed == ST_OK)
        p->failed = why;
}

static void HPDF_STDCALL on_error(HPDF_STATUS error, HPDF_STATUS detail, void *at)
{
    struct pdf *p = at;
    if (pdf_good(p) && !arena_failed(p->a))
        log_event(LOG_ERROR, "pdf", "error=%lx detail=%lx", (unsigned long)error, (unsigned long)detail);
    pdf_fail(p, arena_failed(p->a) ? ST_NO_MEMORY : ST_BUG);
}

HPDF_PageAttr pdf_attr(struct pdf *p)
{
    return (HPDF_PageAttr)p->pages[p->at].page->attr;
}

static void set_info(struct pdf *p, const struct pdf_info *info)
{
    struct civil c = civil_utc(info->created);
    HPDF_Date when = { c.year, c.month, c.day, c.hour, c.minute, c.second, ' ', 0, 0 };
    const char *title = str_z(p->a, info->title), *author = str_z(p->a, info->author), *subject = str_z(p->a, info->subject);
    if (!title || !author || !subject) {
        pdf_fail(p, ST_INVALID);
        return;
    }
    HPDF_SetCurrentEncoder(p->doc, "UTF-8");
    HPDF_SetInfoAttr(p->doc, HPDF_INFO_TITLE, title);
    HPDF_SetInfoAttr(p->doc, HPDF_INFO_AUTHOR, author);
    HPDF_SetInfoAttr(p->doc, HPDF_INFO_SUBJECT, subject);
    HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_CREATION_DATE, when);
    HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_MOD_DATE, when);
}

st pdf_new(struct arena *a, const struct pdf_info *info, struct pdf **out)
{
    struct pdf *p = NEW(a, struct pdf);
    if (!p)
        return ST_NO_MEMORY;
    p->a = a;
    making.a = a;
    p->doc = HPDF_NewEx(on_error, take, give, 0, p);
    if (!p->doc)
        return ST_NO_MEMORY;
    p->doc->pdf_version = HPDF_VER_17;
    HPDF_SetCompressionMode(p->doc, HPDF_COMP_ALL);
    HPDF_UseUTFEncodings(p->doc);
    set_info(p, info);
    if (pdf_good(p))
        pdf_tag_begin(p);
    if (!pdf_good(p))
        return p->failed;
    *out = p;
    return ST_OK;
}

void pdf_add_page(struct pdf *p)
{
    if (!pdf_good(p))
        return;
    if (p->n_pages == PDF_PAGES_MAX) {
        pdf_fail(p, ST_TOO_LARGE);
        return;
    }
    HPDF_Page page = HPDF_AddPage(p->doc);
    if (!page)
        return;
    HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
    p->at = p->n_pages++;
    p->pages[p->at].page = page;
    pdf_tag_page(p);
}

void pdf_turn_to(struct pdf *p, size_t page)
{
    if (page < p->n_pages)
        p->at = page;
}

size_t pdf_pages(const struct pdf *p)
{
    return p->n_pages;
}

bool pdf_missing(const struct pdf *p)
{
    return p->missing;
}

/* ---- ink ------------------------------------------------------------------------------------------------------- */

static const float inks[PDF_INKS][3] = {
    [PDF_INK] = { .09f, .13f, .11f },   [PDF_SOFT] = { .34f, .39f, .37f }, [PDF_HAIR] = { .82f, .85f, .83f },
    [PDF_SUNK] = { .95f, .96f, .95f },  [PDF_ACCENT] = { .04f, .36f, .27f }, [PDF_GOOD] = { .06f, .42f, .22f },
    [PDF_WARN] = { .55f, .33f, .02f },  [PDF_BAD] = { .65f, .12f, .12f },
};

void pdf_rule(struct pdf *p, enum pdf_ink ink, float x0, float x1, float y, float thick)
{
    pdf_fill(p, ink, x0, y - thick / 2, x1 - x0, thick);
}

void pdf_fill(struct pdf *p, enum pdf_ink ink, float x, float y, float width, float height)
{
    if (!pdf_good(p))
        return;
    HPDF_Page page = p->pages[p->at].page;
    HPDF_Stream_WriteStr(pdf_attr(p)->stream, "/Artifact BMC\012");
    HPDF_Page_SetRGBFill(page, inks[ink][0], inks[ink][1], inks[ink][2]);
    HPDF_Page_Rectangle(page, x, PDF_HEIGHT - y - height, width, height);
    HPDF_Page_Fill(page);
    pdf_mark_end(p);
}

void pdf_frame(struct pdf *p, enum pdf_ink ink, float x, float y, float w, float h)
{
    if (!pdf_good(p))
        return;
    HPDF_Page page = p->pages[p->at].page;
    float r = h / 2, k = r * .5523f, top = PDF_HEIGHT - y, low = top - h;
    HPDF_Stream_WriteStr(pdf_attr(p)->stream, "/Artifact BMC\012");
    HPDF_Page_SetRGBStroke(page, inks[ink][0], inks[ink][1], inks[ink][2]);
    HPDF_Page_SetLineWidth(page, 1.1f);
    HPDF_Page_MoveTo(page, x + r, low);
    HPDF_Page_LineTo(page, x + w - r, low);
    HPDF_Page_CurveTo(page, x + w - r + k, low, x + w, low + r - k, x + w, low + r);
    HPDF_Page_CurveTo(page, x + w, top - r + k, x + w - r + k, top, x + w - r, top);
    HPDF_Page_LineTo(page, x + r, top);
    HPDF_Page_CurveTo(page, x + r - k, top, x, top - r + k, x, top - r);
    HPDF_Page_CurveTo(page, x, low + r - k, x + r - k, low, x + r, low);
    HPDF_Page_ClosePathStroke(page);
    pdf_mark_end(p);
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

/* A piece of a text in one font. */
struct run {
    enum pdf_face face;
    const char *text; /* NUL-terminated: as the library wants it */
    size_t n;
};

static size_t put_character(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | c >> 12);
    to[1] = (char)(0x80 | (c >> 6 & 0x3f));
    to[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* The next run of *text; false at its end. */
static bool next_run(struct pdf *p, enum pdf_face wanted, str *text, struct run *run)
{
    if (str_empty(*text) || !pdf_good(p))
        return false;
    char *to = NEWN(p->a, char, text->n * 3 + 1); /* a square may be longer than what it stands for */
    if (!to) {
        pdf_fail(p, ST_NO_MEMORY);
        return false;
    }
    *run = (struct run){ .text = to };
    str rest = *text;
    uint32_t c;
    while (utf8_next(&rest, &c)) {
        enum pdf_face face = pdf_face_of(p, wanted, &c);
        if (run->n && face != run->face)
            break;
        run->face = face;
        run->n += put_character(to + run->n, c);
        *text = rest;
    }
    return pdf_good(p);
}

/* Nothing is kerned, so widths add up. */
static float character_width(struct pdf *p, struct pdf_type t, uint32_t c)
{
    const struct pdf_font *f = pdf_font_of(p, pdf_face_of(p, t.face, &c));
    return f ? (float)HPDF_TTFontDef_GetCharWidth(f->def, (HPDF_UINT16)c) * t.size / 1000 : 0;
}

float pdf_width(struct pdf *p, struct pdf_type t, str text)
{
    float width = 0;
    uint32_t c;
    while (utf8_next(&text, &c))
        width += character_width(p, t, c);
    return width;
}

void pdf_text(struct pdf *p, struct pdf_type t, enum pdf_side side, float x, float y, str text)
{
    if (side == PDF_RIGHT)
        x -= pdf_width(p, t, text);
    if (str_empty(text) || !pdf_good(p))
        return;
    HPDF_Page page = p->pages[p->at].page;
    pdf_mark_begin(p);
    HPDF_Page_SetRGBFill(page, inks[t.ink][0], inks[t.ink][1], inks[t.ink][2]);
    HPDF_Page_BeginText(page);
    HPDF_Page_MoveTextPos(page, x, PDF_HEIGHT - y);
    struct run r;
    while (next_run(p, t.face, &text, &r)) {
        const struct pdf_font *f = pdf_font_of(p, r.face);
        if (!f)
            break;
        HPDF_Page_SetFontAndSize(page, f->font, t.size);
        HPDF_Page_ShowText(page, r.text);
    }
    HPDF_Page_EndText(page);
    pdf_mark_end(p);
}

/* How many bytes of the text fit; at least one character. */
static size_t fitting(struct pdf *p, struct pdf_type t, str text, float width)
{
    size_t blank = 0, n = 0;
    float used = 0;
    uint32_t c;
    for (str rest = text; utf8_next(&rest, &c); n = text.n - rest.n) {
        used += character_width(p, t, c);
        if (n && used > width)
            return c == ' ' ? n : blank ? blank : n;
        if (c == ' ')
            blank = n;
        else if (c == '-')
            blank = text.n - rest.n;
    }
    return text.n;
}

size_t pdf_wrap(struct pdf *p, struct pdf_type t, str text, float width, str *lines, size_t most)
{
    size_t n = 0;
    text = str_trim(text);
    while (text.n && n < most && pdf_good(p)) {
        size_t take_n = fitting(p, t, text, width);
        str line = str_trim(str_sub(text, 0, take_n));
        text = str_trim(str_sub(text, take_n, text.n));
        if (text.n && n + 1 == most) {
            line = str_sub(line, 0, fitting(p, t, line, width - t.size));
            line = str_cat(p->a, line, S("…"));
            text = S("");
        }
        lines[n++] = line;
    }
    return n;
}

/* ---- the end --------------------------------------------------------------------------------------------------- */

st pdf_finish(struct pdf *p, str *out)
{
    if (pdf_good(p) && p->depth != 1)
        pdf_fail(p, ST_BUG);
    if (pdf_good(p))
        pdf_tag_finish(p);
    if (pdf_good(p) && HPDF_SaveToStream(p->doc) == HPDF_OK) {
        HPDF_UINT32 size = HPDF_GetStreamSize(p->doc);
        char *bytes = size <= MOST_BYTES ? NEWN(p->a, char, size) : NULL;
        HPDF_UINT32 got = size;
        HPDF_ResetStream(p->doc);
        if (!bytes || (size && HPDF_ReadFromStream(p->doc, (HPDF_BYTE *)bytes, &got) != HPDF_OK) || got != size)
            pdf_fail(p, bytes ? ST_BUG : ST_TOO_LARGE);
        else
            *out = (str){ bytes, size };
    }
    making.a = NULL;
    return arena_failed(p->a) && pdf_good(p) ? ST_NO_MEMORY : p->failed;
}
