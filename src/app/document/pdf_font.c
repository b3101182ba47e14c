/* Fonts: Noto Sans in two weights, and DejaVu Sans for what it lacks. They are part of the program, because the process that
 * writes documents may not open files; each is loaded when its first character is drawn, and only what was drawn is kept. */
#include <stdio.h>
#include <string.h>

#include "codec.h"
#include "fonts.h"
#include "pdf_core.h"
#include "str.h"

#define SQUARE 0x25A1

/* A font as a stream that the library reads where it lies. */
struct source {
    str bytes;
    size_t at;
};

static HPDF_STATUS source_read(HPDF_Stream stream, HPDF_BYTE *to, HPDF_UINT *n)
{
    struct source *s = stream->attr;
    size_t left = s->bytes.n - s->at, asked = *n;
    size_t got = asked < left ? asked : left;
    memcpy(to, s->bytes.p + s->at, got);
    s->at += got;
    *n = (HPDF_UINT)got;
    return got < asked ? HPDF_STREAM_EOF : HPDF_OK;
}

static HPDF_STATUS source_seek(HPDF_Stream stream, HPDF_INT where, HPDF_WhenceMode from)
{
    struct source *s = stream->attr;
    int64_t base = from == HPDF_SEEK_SET ? 0 : from == HPDF_SEEK_CUR ? (int64_t)s->at : (int64_t)s->bytes.n, to = base + where;
    if (to < 0 || to > (int64_t)s->bytes.n)
        return HPDF_FILE_IO_ERROR;
    s->at = (size_t)to;
    return HPDF_OK;
}

static HPDF_INT32 source_tell(HPDF_Stream stream)
{
    const struct source *s = stream->attr;
    return (HPDF_INT32)s->at;
}

static HPDF_UINT32 source_size(HPDF_Stream stream)
{
    const struct source *s = stream->attr;
    return (HPDF_UINT32)s->bytes.n;
}

/* What a code means, for those who copy and search: itself, because text is written in UTF-16. The library's own table says it in
 * operators that are not allowed here (ISO 32000-1, 9.10.3), which readers complain of. */
static void to_unicode(struct pdf *p, HPDF_Font font)
{
    HPDF_Dict map = HPDF_DictStream_New(p->doc->mmgr, p->doc->xref);
    if (!map) {
        pdf_fail(p, ST_NO_MEMORY);
        return;
    }
    HPDF_Stream s = map->stream;
    map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
    HPDF_Stream_WriteStr(s, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
                            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
    for (unsigned high = 0; high < 256; high++) { /* a range has one first byte, and a hundred of them make a section */
        char line[40];
        if (high % 64 == 0)
            HPDF_Stream_WriteStr(s, "64 beginbfrange\n");
        (void)snprintf(line, sizeof line, "<%02X00> <%02XFF> <%02X00>\n", high, high, high);
        HPDF_Stream_WriteStr(s, line);
        if (high % 64 == 63)
            HPDF_Stream_WriteStr(s, "endbfrange\n");
    }
    HPDF_Stream_WriteStr(s, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    if (HPDF_Dict_Add(font, "ToUnicode", map) != HPDF_OK)
        pdf_fail(p, ST_NO_MEMORY);
}

/* What HPDF_LoadTTFontFromFile does after it has opened the file. */
static void load(struct pdf *p, enum pdf_face face)
{
    static const char tags[PDF_FACES][7] = { "AVOWAA", "AVOWAB", "AVOWAC" };
    const str bytes[PDF_FACES] = { font_regular, font_bold, font_fallback };
    struct source *s = NEW(p->a, struct source);
    if (!s) {
        pdf_fail(p, ST_NO_MEMORY);
        return;
    }
    s->bytes = bytes[face];
    char tag[7];
    memcpy(tag, tags[face], sizeof tag);
    HPDF_MMgr m = p->doc->mmgr;
    HPDF_Stream stream = HPDF_CallbackReader_New(m, source_read, source_seek, source_tell, source_size, s);
    HPDF_FontDef def = stream ? HPDF_TTFontDef_Load(m, stream, HPDF_TRUE) : NULL;
    if (!def || HPDF_List_Add(p->doc->fontdef_list, def) != HPDF_OK) {
        pdf_fail(p, ST_NO_MEMORY);
        return;
    }
    HPDF_TTFontDef_SetTagName(def, tag);
    p->fonts[face] = (struct pdf_font){ HPDF_GetFont(p->doc, def->base_font, "UTF-8"), def };
    if (!p->fonts[face].font)
        pdf_fail(p, ST_NO_MEMORY);
    else
        to_unicode(p, p->fonts[face].font);
}

const struct pdf_font *pdf_font_of(struct pdf *p, enum pdf_face face)
{
    if (!p->fonts[face].font && pdf_good(p))
        load(p, face);
    return pdf_good(p) ? &p->fonts[face] : NULL;
}

/* Scripts that run from right to left, join their letters or stack their signs: one glyph after the other would be wrong writing,
 * and nothing here can do better. */
static bool needs_shaping(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } scripts[] = {
        { 0x0590, 0x08FF }, /* Hebrew, Arabic, Syriac, Thaana, N'Ko and their like */
        { 0x0900, 0x109F }, /* the scripts of India, Thai, Lao, Tibetan, Burmese */
        { 0x1100, 0x11FF }, /* Hangul in parts */
        { 0x1700, 0x18AF }, /* the scripts of the Philippines, Khmer, Mongolian */
        { 0x1900, 0x1AFF }, { 0x1B00, 0x1CFF }, /* Limbu to Vedic */
        { 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x206F }, /* marks of direction and joining */
        { 0xA800, 0xABFF }, { 0xD800, 0xDFFF }, { 0xFB1D, 0xFDFF }, { 0xFE70, 0xFEFF },
    };
    for (size_t i = 0; i < COUNT(scripts); i++)
        if (c >= scripts[i].from && c <= scripts[i].to)
            return true;
    return false;
}

static bool has(struct pdf *p, enum pdf_face face, uint32_t c)
{
    const struct pdf_font *f = pdf_font_of(p, face);
    return f && c <= 0xffff && HPDF_TTFontDef_GetGlyphid(f->def, (HPDF_UINT16)c) != 0;
}

enum pdf_face pdf_face_of(struct pdf *p, enum pdf_face wanted, uint32_t *c)
{
    bool plain = !needs_shaping(*c);
    if (plain && has(p, wanted, *c))
        return wanted;
    if (plain && has(p, PDF_FALLBACK, *c))
        return PDF_FALLBACK;
    p->missing = true;
    *c = SQUARE;
    return PDF_FALLBACK;
}
