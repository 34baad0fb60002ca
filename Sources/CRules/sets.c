#include "CRules.h"

// The toolchain takes #embed in every C; only its name for it is new.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char alembic_text[] = {
#embed "../Rules/BuiltIn/alembic.json"
};
#include "tables/alembic.h"

static const unsigned char statetrace_text[] = {
#embed "../Rules/BuiltIn/statetrace.json"
};
#include "tables/statetrace.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define SET(set)                                                                       \
  {#set, set##_text, sizeof set##_text, set##_sections, COUNT(set##_sections),         \
   set##_rules, COUNT(set##_rules), set##_names, COUNT(set##_names), set##_patterns,   \
   COUNT(set##_patterns), set##_hinted, COUNT(set##_hinted), set##_variables,          \
   COUNT(set##_variables)}

static const struct rules_set sets[] = {SET(alembic), SET(statetrace)};

size_t rules_count(void) { return COUNT(sets); }

const struct rules_set *rules_at(size_t place) { return &sets[place]; }
