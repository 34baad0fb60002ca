#ifndef CRULES_H
#define CRULES_H

#include <stddef.h>
#include <stdint.h>

/// A stretch of a set's text; one that begins at 0 is none.
struct rules_range {
  uint32_t start, end;
};

/// A rule: its id, its object in the text, and what is asked of it without reading that.
struct rules_rule {
  const char *_Nonnull id;
  struct rules_range range;
  uint32_t line;
  /// One bit for each phase.
  uint32_t phases;
  /// What a command must be so that the rule can speak of it, one bit for each fact.
  uint32_t bearing;
};

/// A detector: its name and its object in the text.
struct rules_detector {
  const char *_Nonnull name;
  struct rules_range range;
  uint32_t line;
};

/// A program that a command rule names, and the place of the rule.
struct rules_name {
  const char *_Nonnull name;
  uint32_t rule;
};

/// A built-in rule set, which lives as long as the program: its text, and where everything lies in it.
struct rules_set {
  const char *_Nonnull name;
  const unsigned char *_Nonnull start;
  size_t count;
  /// The values of the text's own keys, in the order in which Rules numbers them.
  const struct rules_range *_Nonnull sections;
  size_t section_count;
  const struct rules_rule *_Nonnull rules;
  size_t rule_count;
  const struct rules_detector *_Nonnull detectors;
  size_t detector_count;
  /// The programs that are named in full, and those with wildcards.
  const struct rules_name *_Nonnull names;
  size_t name_count;
  const struct rules_name *_Nonnull patterns;
  size_t pattern_count;
  /// The programs whose options or operands name an environment, and the variables that do.
  const char *_Nonnull const *_Nonnull hinted;
  size_t hinted_count;
  const char *_Nonnull const *_Nonnull variables;
  size_t variable_count;
  /// The programs that rules above allow name in full, and all whose starts have to be watched.
  const char *_Nonnull const *_Nonnull guarded;
  size_t guarded_count;
  const char *_Nonnull const *_Nonnull watched;
  size_t watched_count;
};

/// How many sets are built in.
size_t rules_count(void);

/// The set at a place in the alphabetical order of their names, which must lie below the count.
const struct rules_set *_Nonnull rules_at(size_t place);

#endif
