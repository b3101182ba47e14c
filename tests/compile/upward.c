// must not compile: gate.h
// layer: base
// The lowest layer that reaches for a higher one.
#include "arena.h"
#ifndef GOOD
#include "gate.h"
#endif
extern int nothing;
