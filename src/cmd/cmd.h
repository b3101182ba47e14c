/* Subcommands: one file each, one row each in the table of main.c.
 *
 * A subcommand gets the words behind its name (argv[0] is the name) and returns the exit code: that of a status
 * (registry/errors.reg), or CMD_USAGE. This is the only layer that prints for people and ends the process. */
#ifndef AVOW_CMD_H
#define AVOW_CMD_H

#define CMD_USAGE 64 /* wrong words on the command line */

struct subcommand {
    const char *name;
    const char *usage; /* what may follow the name, one form a line */
    const char *what;  /* one line for `avow help` */
    int (*run)(int argc, char **argv);
};

int cmd_bank(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_deadline(int argc, char **argv);
int cmd_fraud(int argc, char **argv);
int cmd_init(int argc, char **argv);
int cmd_mail(int argc, char **argv);
int cmd_promises(int argc, char **argv);
int cmd_rhythm(int argc, char **argv);
int cmd_retention(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_staff(int argc, char **argv);
int cmd_statement(int argc, char **argv);
int cmd_trial(int argc, char **argv);
int cmd_vat(int argc, char **argv);
int cmd_vault(int argc, char **argv);

#endif
