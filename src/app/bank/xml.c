/* XML for statements: libexpat, with everything turned off that a statement does not need. A document type ends the reading at
 * its first byte, and without one there are no entities but the five of XML, so nothing can grow and nothing can be fetched. */
#include <expat.h>
#include <limits.h>
#include <string.h>

#include "reading.h"
#include "rnd.h"
#include "str.h"

#define TEXT_LIMIT 70000 /* bytes directly inside one element */

struct driver {
    struct reading_xml *x;
    XML_Parser parser;
    st result;
    int depth;
    struct out text[READING_XML_DEPTH]; /* of each element that is open */
};

static void stop(struct driver *d, st why)
{
    if (d->result == ST_OK)
        d->result = why;
    XML_StopParser(d->parser, XML_FALSE);
}

static int64_t line_now(const struct driver *d)
{
    return (int64_t)XML_GetCurrentLineNumber(d->parser);
}

static void refuse(struct driver *d, enum text_key why)
{
    if (d->result == ST_OK)
        stop(d, reading_wrong(d->x->r, line_now(d), why, NULL));
}

static const char *plain(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void XMLCALL on_open(void *at, const XML_Char *name, const XML_Char **attributes)
{
    struct driver *d = at;
    const char *currency = NULL;
    if (d->result != ST_OK)
        return;
    if (d->depth == READING_XML_DEPTH) {
        refuse(d, TXT_BANK_FILE_DEEP);
        return;
    }
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(attributes[i], "Ccy") == 0)
            currency = attributes[i + 1];
    out_init(&d->text[d->depth++], d->x->r->arena, TEXT_LIMIT);
    st s = d->x->open(d->x->self, plain(name), currency, line_now(d));
    if (s != ST_OK)
        stop(d, s);
}

static void XMLCALL on_text(void *at, const XML_Char *text, int n)
{
    struct driver *d = at;
    if (d->result != ST_OK || d->depth == 0 || n <= 0)
        return;
    out_bytes(&d->text[d->depth - 1], text, (size_t)n);
}

static void XMLCALL on_close(void *at, const XML_Char *name)
{
    struct driver *d = at;
    if (d->result != ST_OK)
        return;
    struct out *text = &d->text[--d->depth];
    st s = out_st(text) == ST_OK ? d->x->close(d->x->self, plain(name), str_trim(out_view(text)), line_now(d))
           : out_st(text) == ST_NO_MEMORY ? ST_NO_MEMORY
                                          : reading_wrong(d->x->r, line_now(d), TXT_BANK_FILE_LONG, NULL);
    if (s != ST_OK)
        stop(d, s);
}

static void XMLCALL on_doctype(void *at, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    refuse(at, TXT_BANK_FILE_DOCTYPE);
}

static st parse(struct driver *d, str bytes)
{
    if (bytes.n > INT_MAX)
        return ST_TOO_LARGE;
    enum XML_Status status = XML_Parse(d->parser, bytes.p, (int)bytes.n, 1);
    if (d->result != ST_OK)
        return d->result;
    if (status == XML_STATUS_OK)
        return ST_OK;
    if (XML_GetErrorCode(d->parser) == XML_ERROR_NO_MEMORY)
        return ST_NO_MEMORY;
    return reading_wrong(d->x->r, line_now(d), TXT_BANK_FILE_XML, NULL);
}

st reading_xml(struct reading_xml *x, str bytes)
{
    struct driver d = { .x = x, .result = ST_OK, .parser = XML_ParserCreate(NULL) };
    unsigned long salt;
    if (!d.parser)
        return ST_NO_MEMORY;
    rnd_bytes(&salt, sizeof salt); /* expat would look for randomness by itself, where the sandbox has none */
    XML_SetHashSalt(d.parser, salt | 1);
    XML_SetUserData(d.parser, &d);
    XML_SetElementHandler(d.parser, on_open, on_close);
    XML_SetCharacterDataHandler(d.parser, on_text);
    XML_SetStartDoctypeDeclHandler(d.parser, on_doctype);
    XML_SetParamEntityParsing(d.parser, XML_PARAM_ENTITY_PARSING_NEVER);
    st s = parse(&d, bytes);
    XML_ParserFree(d.parser);
    return s;
}
