/* The process's own rules and lists: the files that the configuration names, or what ships with the program. */
#include "fraud.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config_keys.h"
#include "file.h"
#include "reference_fraud.h"
#include "str.h"

#define RULES_MOST (64u << 10)
#define LIST_MOST (16u << 20)
#define SHIPPED_MEMORY (4u << 20)

static struct {
    const struct fraud_rules *rules; /* read-only once set */
    const struct fraud_lists *lists;
} here;

static struct fraud_list_text shipped_mail(void)
{
    return (struct fraud_list_text){ "mail_domains.txt", reference_mail_domains };
}

static st read_text(struct arena *a, str path, size_t most, struct fraud_list_text *out, struct fraud_fault *fault)
{
    out->name = str_z(a, path);
    st s = file_read(a, path, most, &out->text);
    if (s == ST_OK)
        return ST_OK;
    snprintf(fault->text, sizeof fault->text, "%.100s: %s", out->name ? out->name : "",
             s == ST_TOO_LARGE ? "the file is too long" : strerror(errno));
    return s == ST_NO_MEMORY ? s : ST_CONFIG;
}

/* The operator's mail domains are added to ours; rules and networks take the place of ours. */
st fraud_open(struct arena *a, const struct config *c, struct fraud_fault *fault)
{
    struct fraud_list_text rules = { "fraud_rules.txt", reference_fraud_rules };
    struct fraud_list_text networks = { "hosting_networks.txt", reference_hosting_networks };
    struct fraud_list_text mail[2] = { shipped_mail() };
    size_t n_mail = 1;
    struct fraud_limits limits = fraud_limits_of(c);
    if (fraud_limits_check(&limits) != ST_OK) {
        snprintf(fault->text, sizeof fault->text, "fraud.review should be 1 or more, and fraud.refuse above it (or 0: never)");
        return ST_CONFIG;
    }
    if (!str_empty(c->fraud.rules))
        TRY(read_text(a, c->fraud.rules, RULES_MOST, &rules, fault));
    if (!str_empty(c->fraud.networks))
        TRY(read_text(a, c->fraud.networks, LIST_MOST, &networks, fault));
    if (!str_empty(c->fraud.mail_domains))
        TRY(read_text(a, c->fraud.mail_domains, LIST_MOST, &mail[n_mail++], fault));
    TRY(fraud_rules_read(a, rules.name, rules.text, &here.rules, fault));
    return fraud_lists_read(a, mail, n_mail, &networks, &here.lists, fault);
}

/* What ships, for whoever asks without having opened anything; NULL when there is no memory. */
static void shipped(void)
{
    struct fraud_fault fault;
    struct fraud_list_text mail = shipped_mail(), networks = { "hosting_networks.txt", reference_hosting_networks };
    struct arena *a = arena_lasting(SHIPPED_MEMORY);
    if (!a)
        return;
    if (fraud_rules_read(a, "fraud_rules.txt", reference_fraud_rules, &here.rules, &fault) != ST_OK ||
        fraud_lists_read(a, &mail, 1, &networks, &here.lists, &fault) != ST_OK) {
        arena_free(a);
        here.rules = NULL;
        here.lists = NULL;
    }
}

const struct fraud_rules *fraud_rules_here(void)
{
    if (!here.rules)
        shipped();
    return here.rules;
}

const struct fraud_lists *fraud_lists_here(void)
{
    if (!here.lists)
        shipped();
    return here.lists;
}
