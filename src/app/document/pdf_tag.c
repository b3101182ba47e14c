/* Structure. libharu knows nothing of tagged PDF, but its objects are enough to write it: a tree of elements, and in each page's
 * content marks that say which element a piece of text belongs to (ISO 32000-1, 14.6 to 14.8). */
#include "pdf_core.h"
#include "str.h"

static HPDF_Dict element(struct pdf *p, const char *type, HPDF_Dict parent)
{
    HPDF_MMgr m = p->doc->mmgr;
    HPDF_Dict e = HPDF_Dict_New(m);
    HPDF_Array kids = HPDF_Array_New(m);
    bool good = e && kids && HPDF_Xref_Add(p->doc->xref, e) == HPDF_OK && HPDF_Dict_AddName(e, "S", type) == HPDF_OK &&
                HPDF_Dict_Add(e, "P", parent) == HPDF_OK && HPDF_Dict_Add(e, "K", kids) == HPDF_OK;
    if (good && str_eq(str_c(type), S("TH"))) { /* every head of ours heads a column */
        HPDF_Dict about = HPDF_Dict_New(m);
        good = about && HPDF_Dict_AddName(about, "O", "Table") == HPDF_OK &&
               HPDF_Dict_AddName(about, "Scope", "Column") == HPDF_OK && HPDF_Dict_Add(e, "A", about) == HPDF_OK;
    }
    if (!good)
        pdf_fail(p, ST_NO_MEMORY);
    return good ? e : NULL;
}

static void add_kid(struct pdf *p, HPDF_Dict parent, void *kid)
{
    HPDF_Array kids = HPDF_Dict_GetItem(parent, "K", HPDF_OCLASS_ARRAY);
    if (!kids || HPDF_Array_Add(kids, kid) != HPDF_OK)
        pdf_fail(p, ST_NO_MEMORY);
}

void pdf_tag_begin(struct pdf *p)
{
    HPDF_MMgr m = p->doc->mmgr;
    HPDF_Dict root = HPDF_Dict_New(m), marked = HPDF_Dict_New(m), viewer = HPDF_Dict_New(m), catalog = p->doc->catalog;
    HPDF_Array kids = HPDF_Array_New(m);
    bool good = root && marked && viewer && kids && HPDF_Xref_Add(p->doc->xref, root) == HPDF_OK &&
                HPDF_Dict_AddName(root, "Type", "StructTreeRoot") == HPDF_OK && HPDF_Dict_Add(root, "K", kids) == HPDF_OK &&
                HPDF_Dict_AddBoolean(marked, "Marked", HPDF_TRUE) == HPDF_OK &&
                HPDF_Dict_AddBoolean(viewer, "DisplayDocTitle", HPDF_TRUE) == HPDF_OK &&
                HPDF_Dict_Add(catalog, "StructTreeRoot", root) == HPDF_OK &&
                HPDF_Dict_Add(catalog, "MarkInfo", marked) == HPDF_OK &&
                HPDF_Dict_Add(catalog, "ViewerPreferences", viewer) == HPDF_OK &&
                HPDF_Dict_Add(catalog, "Lang", HPDF_String_New(m, "en-GB", NULL)) == HPDF_OK;
    if (!good) {
        pdf_fail(p, ST_NO_MEMORY);
        return;
    }
    HPDF_Dict document = element(p, "Document", root);
    if (!document)
        return;
    add_kid(p, root, document);
    p->elements[0] = document;
    p->types[0] = "Document";
    p->depth = 1;
}

void pdf_tag_page(struct pdf *p)
{
    struct pdf_page *page = &p->pages[p->at];
    page->owners = HPDF_Array_New(p->doc->mmgr);
    if (!page->owners || HPDF_Dict_AddNumber(page->page, "StructParents", (HPDF_INT32)p->at) != HPDF_OK ||
        HPDF_Dict_AddName(page->page, "Tabs", "S") != HPDF_OK)
        pdf_fail(p, ST_NO_MEMORY);
}

void pdf_open(struct pdf *p, const char *type)
{
    if (!pdf_good(p) || p->decor)
        return;
    if (p->depth == 0 || p->depth == PDF_DEPTH) {
        pdf_fail(p, ST_BUG);
        return;
    }
    HPDF_Dict e = element(p, type, p->elements[p->depth - 1]);
    if (!e)
        return;
    add_kid(p, p->elements[p->depth - 1], e);
    p->elements[p->depth] = e;
    p->types[p->depth++] = type;
}

void pdf_close(struct pdf *p)
{
    if (!pdf_good(p) || p->decor)
        return;
    if (p->depth < 2)
        pdf_fail(p, ST_BUG);
    else
        p->depth--;
}

void pdf_decor(struct pdf *p, bool on)
{
    p->decor = on;
}

/* The mark of a piece: its number on the page, kept by the element and by the page. */
static st mark(struct pdf *p, HPDF_Dict owner, int number)
{
    struct pdf_page *page = &p->pages[p->at];
    HPDF_Dict ref = HPDF_Dict_New(p->doc->mmgr);
    bool good = ref && HPDF_Dict_AddName(ref, "Type", "MCR") == HPDF_OK && HPDF_Dict_Add(ref, "Pg", page->page) == HPDF_OK &&
                HPDF_Dict_AddNumber(ref, "MCID", number) == HPDF_OK && HPDF_Array_Add(page->owners, owner) == HPDF_OK;
    if (!good)
        return ST_NO_MEMORY;
    add_kid(p, owner, ref);
    return ST_OK;
}

void pdf_mark_begin(struct pdf *p)
{
    HPDF_Stream content = pdf_attr(p)->stream;
    if (p->depth < 2 || p->decor) {
        HPDF_Stream_WriteStr(content, "/Artifact BMC\012");
        return;
    }
    int number = p->pages[p->at].marks++;
    st s = mark(p, p->elements[p->depth - 1], number);
    if (s != ST_OK) {
        pdf_fail(p, s);
        return;
    }
    HPDF_Stream_WriteEscapeName(content, p->types[p->depth - 1]);
    HPDF_Stream_WriteStr(content, " <</MCID ");
    HPDF_Stream_WriteInt(content, number);
    HPDF_Stream_WriteStr(content, ">> BDC\012");
}

void pdf_mark_end(struct pdf *p)
{
    HPDF_Stream_WriteStr(pdf_attr(p)->stream, "EMC\012");
}

void pdf_tag_finish(struct pdf *p)
{
    HPDF_MMgr m = p->doc->mmgr;
    HPDF_Dict root = HPDF_Dict_GetItem(p->doc->catalog, "StructTreeRoot", HPDF_OCLASS_DICT), tree = HPDF_Dict_New(m);
    HPDF_Array nums = HPDF_Array_New(m);
    bool good = root && tree && nums && HPDF_Xref_Add(p->doc->xref, tree) == HPDF_OK &&
                HPDF_Dict_Add(tree, "Nums", nums) == HPDF_OK && HPDF_Dict_Add(root, "ParentTree", tree) == HPDF_OK &&
                HPDF_Dict_AddNumber(root, "ParentTreeNextKey", (HPDF_INT32)p->n_pages) == HPDF_OK;
    for (size_t i = 0; good && i < p->n_pages; i++)
        good = HPDF_Xref_Add(p->doc->xref, p->pages[i].owners) == HPDF_OK &&
               HPDF_Array_AddNumber(nums, (HPDF_INT32)i) == HPDF_OK && HPDF_Array_Add(nums, p->pages[i].owners) == HPDF_OK;
    if (!good)
        pdf_fail(p, ST_NO_MEMORY);
}
