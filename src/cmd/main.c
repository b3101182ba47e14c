/* avow: finds the subcommand. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

static const struct subcommand subcommands[] = {
    { "statement", "check [--json] [--config FILE] [DIR]\ndiff [--json] OLD NEW\n"
                   "show [--html | --jsonld | --record [--html]] [--config FILE] [DIR]\nversions [--json] [--config FILE]",
      "check, compare and show the privacy statement", cmd_statement },
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

static int help(FILE *to)
{
    fputs("usage:\n", to);
    for (size_t i = 0; i < N_SUBCOMMANDS; i++) {
        usage_of(&subcommands[i], to);
        fprintf(to, "      %s\n", subcommands[i].what);
    }
    return to == stdout ? 0 : CMD_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return help(stderr);
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
        return help(stdout);
    for (size_t i = 0; i < N_SUBCOMMANDS; i++) {
        if (strcmp(argv[1], subcommands[i].name) != 0)
            continue;
        int code = subcommands[i].run(argc - 1, argv + 1);
        if (code == CMD_USAGE)
            usage_of(&subcommands[i], stderr);
        return code;
    }
    fprintf(stderr, "avow: '%s' is not a subcommand; see avow help\n", argv[1]);
    return CMD_USAGE;
}
