#ifndef CRULES_H
#define CRULES_H

#include <stddef.h>

/// The text of a built-in rule set, which lives as long as the program.
struct rules_text {
  const char *name;
  const unsigned char *start;
  size_t count;
};

/// How many sets are built in.
size_t rules_count(void);

/// The set at a place in the alphabetical order of their names, which must lie below the count.
struct rules_text rules_at(size_t place);

#endif
