#include <gmime/gmime.h>

#include "codec.h"
#include "message.h"
#include "str.h"

/* No header value may bring a line end or another control character of its own. */
static st check_header(str s, size_t most)
{
    return s.n <= most && utf8_printable(s, false) ? ST_OK : ST_INVALID;
}

st message_sender_parse(struct arena *a, str s, str *name, str *address)
{
    TRY(check_header(s, 320));
    size_t open = str_index(s, '<');
    str bare = str_trim(s);
    *name = S("");
    *address = bare;
    if (open < s.n) {
        str rest = str_sub(s, open + 1, s.n);
        size_t close = str_index(rest, '>');
        if (close == rest.n || !str_empty(str_trim(str_sub(rest, close + 1, rest.n))))
            return ST_INVALID;
        *name = str_dup(a, str_trim(str_sub(s, 0, open)));
        *address = str_dup(a, str_sub(rest, 0, close));
    }
    return str_index(*address, '@') < address->n && str_index(*address, ' ') == address->n ? ST_OK : ST_INVALID;
}

/* The part is made of bytes, always UTF-8: left alone, the library would choose a charset by the text, and convert. */
static GMimePart *part_new(const char *subtype, str text)
{
    GMimePart *part = g_mime_part_new_with_type("text", subtype);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.p, text.n);
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_object_unref(content);
    g_object_unref(stream);
    return part;
}

static void add_address(GMimeMessage *m, GMimeAddressType type, const char *name, const char *address)
{
    InternetAddress *mailbox = internet_address_mailbox_new(name, address);
    internet_address_set_charset(mailbox, "utf-8");
    internet_address_list_add(g_mime_message_get_addresses(m, type), mailbox);
    g_object_unref(mailbox);
}

/* RFC 8058: one POST to that address, without a question, ends it. Mail programs show a button for it. */
static st set_unsubscribe(struct arena *a, GMimeMessage *m, str address)
{
    if (str_empty(address))
        return ST_OK;
    const char *raw = str_z(a, str_fmt(a, " <%.*s>\n", STR_ARG(address)));
    if (!raw)
        return ST_INVALID;
    /* As it is: the library would write an address of this length as an encoded word, into which no mail program looks. */
    g_mime_object_set_header(GMIME_OBJECT(m), "List-Unsubscribe", "", NULL);
    GMimeHeaderList *all = g_mime_object_get_header_list(GMIME_OBJECT(m));
    GMimeHeader *list = g_mime_header_list_get_header(all, "List-Unsubscribe");
    if (!list)
        return ST_NO_MEMORY;
    g_mime_header_set_raw_value(list, raw);
    g_mime_object_set_header(GMIME_OBJECT(m), "List-Unsubscribe-Post", "List-Unsubscribe=One-Click", NULL);
    return ST_OK;
}

static st fill_headers(struct arena *a, GMimeMessage *m, const struct mail_message *msg)
{
    str id = str_fmt(a, "%.*s@%.*s", STR_ARG(uid_str(a, msg->id)),
                     STR_ARG(str_sub(msg->from, str_index(msg->from, '@') + 1, msg->from.n)));
    const char *from_name = str_z(a, msg->from_name), *from = str_z(a, msg->from), *to_name = str_z(a, msg->to_name),
               *to = str_z(a, msg->to), *subject = str_z(a, msg->subject), *id_z = str_z(a, id);
    if (!from_name || !from || !to_name || !to || !subject || !id_z)
        return ST_INVALID;
    add_address(m, GMIME_ADDRESS_TYPE_FROM, from_name, from);
    add_address(m, GMIME_ADDRESS_TYPE_TO, to_name, to);
    g_mime_message_set_subject(m, subject, "utf-8");
    g_mime_message_set_message_id(m, id_z);
    GDateTime *when = g_date_time_new_from_unix_utc(msg->date.s);
    if (!when)
        return ST_INVALID;
    g_mime_message_set_date(m, when);
    g_date_time_unref(when);
    g_mime_object_set_header(GMIME_OBJECT(m), "Auto-Submitted", "auto-generated", NULL);
    g_mime_object_set_header(GMIME_OBJECT(m), "X-Message-Class", msg->mail_class, NULL);
    return set_unsubscribe(a, m, msg->unsubscribe);
}

static void fill_parts(GMimeMessage *m, const struct mail_message *msg)
{
    GMimePart *text = part_new("plain", msg->text), *html = part_new("html", msg->html);
    GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
    g_mime_multipart_add(both, GMIME_OBJECT(text));
    g_mime_multipart_add(both, GMIME_OBJECT(html));
    g_mime_message_set_mime_part(m, GMIME_OBJECT(both));
    g_object_unref(both);
    g_object_unref(text);
    g_object_unref(html);
}

static st serialise(struct arena *a, GMimeMessage *m, bool crlf, str *out)
{
    GMimeFormatOptions *format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, crlf ? GMIME_NEWLINE_FORMAT_DOS : GMIME_NEWLINE_FORMAT_UNIX);
    GMimeStream *stream = g_mime_stream_mem_new();
    st rc = ST_NO_MEMORY;
    if (g_mime_object_write_to_stream(GMIME_OBJECT(m), format, stream) >= 0) {
        GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        *out = str_dup(a, (str){ (const char *)bytes->data, bytes->len });
        rc = arena_failed(a) ? ST_NO_MEMORY : ST_OK;
    }
    g_object_unref(stream);
    g_mime_format_options_free(format);
    return rc;
}

st message_compose(struct arena *a, const struct mail_message *msg, bool crlf, str *out)
{
    g_mime_init();
    TRY(check_header(msg->from_name, 200));
    TRY(check_header(msg->from, 254));
    TRY(check_header(msg->to_name, 200));
    TRY(check_header(msg->to, 254));
    TRY(check_header(msg->subject, 300));
    TRY(check_header(msg->unsubscribe, 400));
    GMimeMessage *m = g_mime_message_new(TRUE);
    st rc = fill_headers(a, m, msg);
    if (rc == ST_OK) {
        fill_parts(m, msg);
        rc = serialise(a, m, crlf, out);
    }
    g_object_unref(m);
    return rc;
}
