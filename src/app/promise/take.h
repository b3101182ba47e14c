/* The rows of a statement that returns ids, as what was found. Private to this directory. */
#ifndef AVOW_PROMISE_TAKE_H
#define AVOW_PROMISE_TAKE_H

#define TAKE(f, rows)                                                        \
    do {                                                                     \
        for (size_t i = 0; i < (rows).n && (f)->n < PROMISE_FOUND_MOST; i++) \
            (f)->id[(f)->n++] = (rows).v[i].id;                              \
    } while (0)

#endif
