/* Pages of A4 as PDF, through libharu: text in fonts that are part of the program, rules, and a structure that a screen
 * reader can follow (tagged PDF).
 *
 * Coordinates are points from the top left corner; y is where text stands. Text is UTF-8, selectable, and kerned by nobody.
 * A character that no font has is drawn as an open square and remembered (pdf_missing), never as another character.
 * The same calls make the same bytes: no clock and no randomness is asked.
 *
 * Ownership: everything lives in the arena given to pdf_new, which should have about 16 MiB to give; the fonts are read
 *            where they lie. One document at a time in a process: the library's allocator knows of no context.
 * Failure:   the first error is kept, everything after it does nothing, and pdf_finish returns it. */
#ifndef AVOW_PDF_H
#define AVOW_PDF_H

#include "base.h"

struct arena;
struct pdf;

#define PDF_WIDTH 595.28f
#define PDF_HEIGHT 841.89f

enum pdf_face { PDF_REGULAR, PDF_BOLD, PDF_FALLBACK, PDF_FACES }; /* the last is chosen by the character alone */
enum pdf_ink { PDF_INK, PDF_SOFT, PDF_HAIR, PDF_SUNK, PDF_ACCENT, PDF_GOOD, PDF_WARN, PDF_BAD, PDF_INKS };

struct pdf_info {
    str title, author, subject;
    utc created;
};
NODISCARD st pdf_new(struct arena *, const struct pdf_info *, struct pdf **);

/* A new page, or back to one that is there (0 is the first). */
void pdf_add_page(struct pdf *);
void pdf_turn_to(struct pdf *, size_t page);
size_t pdf_pages(const struct pdf *);

struct pdf_type {
    enum pdf_face face;
    enum pdf_ink ink;
    float size;
};
enum pdf_side { PDF_LEFT, PDF_RIGHT };
float pdf_width(struct pdf *, struct pdf_type, str);
/* One line; `x` is its left or its right end. */
void pdf_text(struct pdf *, struct pdf_type, enum pdf_side, float x, float y, str);

/* Break a text into lines of at most `width`: at blanks, and within a word that is longer. At most `most` lines; what does not
 * fit is cut and ends in an ellipsis. Returns how many. */
size_t pdf_wrap(struct pdf *, struct pdf_type, str, float width, str *lines, size_t most);

void pdf_rule(struct pdf *, enum pdf_ink, float x0, float x1, float y, float thick);
void pdf_fill(struct pdf *, enum pdf_ink, float x, float y, float width, float height);
/* A rounded frame. */
void pdf_frame(struct pdf *, enum pdf_ink, float x, float y, float width, float height);

/* Structure: what is written between the two belongs to an element of that type ("H1", "P", "Table", "TR", "TH", "TD").
 * What is written outside of all is decoration (page heads, feet, rules) and is read out by nobody. */
void pdf_open(struct pdf *, const char *type);
void pdf_close(struct pdf *);
/* Decoration within an element: the head of a page on which a table goes on. */
void pdf_decor(struct pdf *, bool on);

/* Were there characters that no font has? */
bool pdf_missing(const struct pdf *);

NODISCARD st pdf_finish(struct pdf *, str *out);

#endif
