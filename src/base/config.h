/* The configuration: `key = value` a line, every key from registry/config.reg, every one with a default.
 *
 * A line that begins with # is a comment; a value ends with its line. A key that is unknown or stands twice, or a value that
 * does not fit its type, is ST_CONFIG, with a text for the operator that names file, line and key (and the key that was
 * perhaps meant). The value of a secret key is never shown, in that text neither.
 *
 * Ownership: the struct and its slices live in the arena. */
#ifndef AVOW_CONFIG_H
#define AVOW_CONFIG_H

#include "config_keys.h" /* struct config, generated */
#include "out.h"

/* All defaults. */
NODISCARD st config_defaults(struct arena *, struct config *);
/* Defaults, then the text of a file; `name` is what the problem is told under. */
NODISCARD st config_parse(struct arena *, str name, str text, struct config *, str *problem);
/* Defaults, then the file. ST_IO with a problem when it cannot be read. */
NODISCARD st config_load(struct arena *, const char *path, struct config *, str *problem);
/* One value from elsewhere ("--listen" on the command line); `where` is what the problem is told under. */
NODISCARD st config_set(struct arena *, struct config *, str where, str key, str value, str *problem);
/* The whole as a file; secrets as a comment that says whether one is set. */
void config_show(const struct config *, struct out *);
/* "" (off), "address:port" or "[address]:port"; port 0 lets the kernel choose. */
NODISCARD st listen_parse(str, struct listen *out);

#endif
