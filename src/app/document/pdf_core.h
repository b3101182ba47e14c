/* Between the parts of the PDF writer. */
#ifndef AVOW_PDF_CORE_H
#define AVOW_PDF_CORE_H

#include <hpdf.h>
#include <hpdf_fontdef.h>

#include "arena.h"
#include "pdf.h"

#define PDF_PAGES_MAX 64
#define PDF_DEPTH 8

/* One page of the structure: for each piece of marked text, the element it belongs to. */
struct pdf_page {
    HPDF_Page page;
    HPDF_Array owners;
    int marks;
};

struct pdf_font {
    HPDF_Font font;
    HPDF_FontDef def;
};

struct pdf {
    struct arena *a;
    HPDF_Doc doc;
    st failed;
    struct pdf_font fonts[PDF_FACES];
    struct pdf_page pages[PDF_PAGES_MAX];
    size_t n_pages, at;
    bool missing;
    HPDF_Dict elements[PDF_DEPTH]; /* open ones, the document first */
    const char *types[PDF_DEPTH];
    size_t depth;
    bool decor;
};

/* A document can still be written to. */
static inline bool pdf_good(const struct pdf *p)
{
    return p->failed == ST_OK;
}
void pdf_fail(struct pdf *, st);
HPDF_PageAttr pdf_attr(struct pdf *); /* of the page at hand */

/* fonts: the face that has the character, and the character to draw (an open square when none has it). */
const struct pdf_font *pdf_font_of(struct pdf *, enum pdf_face);
enum pdf_face pdf_face_of(struct pdf *, enum pdf_face, uint32_t *character);

/* structure */
void pdf_tag_begin(struct pdf *);
void pdf_tag_page(struct pdf *);
void pdf_mark_begin(struct pdf *);
void pdf_mark_end(struct pdf *);
void pdf_tag_finish(struct pdf *);

#endif
