/* avow: finds the subcommand. */
#include "cmd.h"
#include "errors.h"
#include "role_main.h"
#include "roles.h"

#include <stdio.h>
#include <string.h>

static const struct subcommand subcommands[] = {
    { "bank", "import FILE [--format WHAT] [--account ACCOUNT] [--dry-run] [--json] [--data DIR] [--config FILE] "
              "[--set KEY=VALUE]…",
      "import a statement of the bank account", cmd_bank },
    { "config", "show [--json] [--data DIR] [--config FILE] [--set KEY=VALUE]…\ncheck [--data DIR] [--config FILE]\nsample",
      "show or check the configuration; print every key with what it is", cmd_config },
    { "deadline", "--rule sar|sar-extended|complaint|breach|dispute --from DATE-or-TIME"
                  " [--calendar england-and-wales|scotland|northern-ireland] [--pause A..B]… [--json]"
                  " [--data DIR] [--config FILE] [--set KEY=VALUE]…",
      "by when something has to be answered", cmd_deadline },
    { "fraud", "dry-run [--review N] [--refuse N] [--rules FILE] [--orders N] [--json] [--data DIR] [--config FILE]",
      "what other rules or thresholds would have said about past orders", cmd_fraud },
    { "init", "[--data DIR] [--set KEY=VALUE]…", "make a data folder: configuration, keys, database", cmd_init },
    { "retention", "plan [--as-of DATE] [--json] [--data DIR] [--config FILE] [--set KEY=VALUE]…\n"
                "run [--data DIR] [--config FILE] [--set KEY=VALUE]…",
      "what is due for disposal by a day: show it, or do it now", cmd_retention },
    { "mail", "bounces FILE|MAILDIR|- [--json] [--data DIR] [--config FILE] [--set KEY=VALUE]…",
      "read what came back of announcements: undeliverable addresses and complaints are not written to again", cmd_mail },
    { "promises", "[--run] [--json] [NAME]… [--data DIR] [--config FILE] [--set KEY=VALUE]…\n"
                  "export FILE [--data DIR] [--config FILE] [--set KEY=VALUE]…",
      "whether the statement's promises are kept: what the checks saw last, or see now", cmd_promises },
    { "rhythm", "plan [--as-of DATE] [--json] [--data DIR] [--config FILE] [--set KEY=VALUE]…\n"
                "run [--data DIR] [--config FILE] [--set KEY=VALUE]…",
      "what is due for services by a day: show it, or do it now", cmd_rhythm },
    { "serve", "[--data DIR] [--listen ADDR:PORT] [--plain ADDR:PORT] [--config FILE] [--set KEY=VALUE]…",
      "run the whole system in the foreground", cmd_serve },
    { "staff", "create EMAIL --name NAME [--can WHAT,…] [--password-stdin] [--data DIR] [--config FILE]",
      "make a member of staff; the first one can only be made here", cmd_staff },
    { "statement", "check [--json] [--data DIR] [--config FILE] [FOLDER]\ndiff [--json] OLD NEW\n"
                   "show [--html | --jsonld | --record [--html]] [--data DIR] [--config FILE] [FOLDER]\n"
                   "versions [--json] [--data DIR] [--config FILE]",
      "check, compare and show the privacy statement", cmd_statement },
    { "trial", "init [--data DIR] [--set KEY=VALUE]…\n"
               "--customers N [--invoices N] [--services N] [--seed S] [--data DIR] [--set KEY=VALUE]…",
      "make a data folder with a trial shop in it, and a staff sign-in; or one full of customers who do not exist", cmd_trial },
    { "vault", "verify [--recovery-key] [--json] [--data DIR] [--config FILE] [--set KEY=VALUE]…\n"
               "rotate [--data DIR] [--config FILE] [--set KEY=VALUE]…\n"
               "backup [--to FILE] [--data DIR] [--config FILE] [--set KEY=VALUE]…\n"
               "restore --from FILE [--replace] [--data DIR] [--config FILE] [--set KEY=VALUE]…\n"
               "recovery-key --new [--data DIR] [--config FILE] [--set KEY=VALUE]…",
      "look after the keys: verify them, a new master key, their backup, a new recovery key", cmd_vault },
    { "vat", "decide [--rates FILE] [--territories FILE] < CASES\nnumber [--json] NUMBER…",
      "decide place of supply and VAT; judge VAT numbers", cmd_vat },
};
#define N_SUBCOMMANDS (sizeof(subcommands) / sizeof(*subcommands))

static void usage_of(const struct subcommand *c, FILE *to)
{
    const char *rest = c->usage;
    while (*rest) {
        size_t n = strcspn(rest, "\n");
        fprintf(to, "  avow %s %.*s\n", c->name, (int)n, rest);
        rest += n + (rest[n] == '\n');
    }
}

/* Each exit code once, with the first status that has it. */
static void exit_codes(FILE *to)
{
    fprintf(to, "exit codes:\n  %3d  wrong words on the command line\n", CMD_USAGE);
    for (int code = 0; code < 128; code++) {
        for (long long n = 0; n < 64; n++) {
            st s = st_of_number(n);
            if ((s != ST_PEER || n == ST_PEER) && st_info(s)->exit == code) {
                fprintf(to, "  %3d  %s\n", code, st_info(s)->text);
                break;
            }
        }
    }
}

static int help(FILE *to)
{
    fputs("usage:\n", to);
    for (size_t i = 0; i < N_SUBCOMMANDS; i++) {
        usage_of(&subcommands[i], to);
        fprintf(to, "      %s\n", subcommands[i].what);
    }
    exit_codes(to);
    return to == stdout ? 0 : CMD_USAGE;
}

static const struct subcommand *find(const char *name)
{
    for (size_t i = 0; i < N_SUBCOMMANDS; i++)
        if (strcmp(name, subcommands[i].name) == 0)
            return &subcommands[i];
    fprintf(stderr, "avow: '%s' is not a subcommand; see avow help\n", name);
    return NULL;
}

static int help_on(const char *name)
{
    const struct subcommand *c = find(name);
    if (!c)
        return CMD_USAGE;
    printf("avow %s: %s\n", c->name, c->what);
    usage_of(c, stdout);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return help(stderr);
    if (strcmp(argv[1], "--role") == 0)
        return role_main(argc, argv, roles);
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
        return argc > 2 ? help_on(argv[2]) : help(stdout);
    const struct subcommand *c = find(argv[1]);
    if (!c)
        return CMD_USAGE;
    if (argc == 3 && strcmp(argv[2], "--help") == 0)
        return help_on(c->name);
    int code = c->run(argc - 1, argv + 1);
    if (code == CMD_USAGE)
        usage_of(c, stderr);
    return code;
}
