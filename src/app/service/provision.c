#include "provision.h"

#include "service.h"
#include "str.h"

#define FIELD(member) { #member, offsetof(struct provision_in, member), false, (enum column_id)0 }
#define PERSONAL(member, column) { #member, offsetof(struct provision_in, member), true, COL_service_##column }

static const struct provision_field create_fields[] = {
    FIELD(package), PERSONAL(hostname, hostname), PERSONAL(password, secret),
};
static const struct provision_field account_fields[] = {
    PERSONAL(username, username), FIELD(remote_ref),
};
static const struct provision_field package_fields[] = {
    PERSONAL(username, username), FIELD(remote_ref), FIELD(package),
};
static const struct provision_field password_fields[] = {
    PERSONAL(username, username), FIELD(remote_ref), PERSONAL(password, secret),
};

#define FIELDS(a) { (a), COUNT(a) }
static const struct {
    const char *word;
    struct provision_fields fields;
} verbs[PROVISION_VERBS] = {
    [PROVISION_CREATE] = { "create", FIELDS(create_fields) },
    [PROVISION_SUSPEND] = { "suspend", FIELDS(account_fields) },
    [PROVISION_UNSUSPEND] = { "unsuspend", FIELDS(account_fields) },
    [PROVISION_TERMINATE] = { "terminate", FIELDS(account_fields) },
    [PROVISION_CHANGE_PACKAGE] = { "change_package", FIELDS(package_fields) },
    [PROVISION_CHANGE_PASSWORD] = { "change_password", FIELDS(password_fields) },
    [PROVISION_TEST_CONNECTION] = { "test_connection", { NULL, 0 } },
    [PROVISION_USAGE] = { "usage", FIELDS(account_fields) },
};

struct provision_fields provision_fields(enum provision_verb verb)
{
    return verbs[verb].fields;
}

size_t provision_columns(enum provision_verb verb, enum column_id *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < verbs[verb].fields.n; i++)
        if (verbs[verb].fields.v[i].personal && n < max)
            out[n++] = verbs[verb].fields.v[i].col;
    return n;
}

const char *provision_word(enum provision_verb verb)
{
    return verbs[verb].word;
}

st provision_parse(str word, enum provision_verb *out)
{
    for (size_t i = 0; i < PROVISION_VERBS; i++) {
        if (str_eq(word, str_c(verbs[i].word))) {
            *out = (enum provision_verb)i;
            return ST_OK;
        }
    }
    return ST_INVALID;
}

static const struct provision_module *const modules[] = { &provision_exec, &provision_sftp };

st provision_find(str name, const struct provision_module **out)
{
    for (size_t i = 0; i < COUNT(modules); i++) {
        if (str_eq(name, str_c(modules[i]->name))) {
            *out = modules[i];
            return ST_OK;
        }
    }
    return ST_NOT_FOUND;
}
