// must not compile: sealed.h
// A feature that wants to know what a sealed value is.
#include "gate.h"
#ifndef GOOD
#include "sealed.h"
#endif
extern int nothing;
