/* Read before every file of the template compiler when it is built for its fuzz target: what it asks of the C library is asked of
 * the target (tplc.c) instead. */
#ifndef AVOW_TPLC_HOST_H
#define AVOW_TPLC_HOST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void host_exit(int code);
void *host_calloc(size_t n, size_t size);
FILE *host_fopen(const char *path, const char *mode);
int host_fputc(int c, FILE *f);
int host_fprintf(FILE *f, const char *fmt, ...);
int host_vfprintf(FILE *f, const char *fmt, va_list ap);

#ifdef TPLC_HOSTED
#define exit host_exit
#define calloc host_calloc
#define fopen host_fopen
#define fputc host_fputc
#define fprintf host_fprintf
#define vfprintf host_vfprintf
#endif

#endif
