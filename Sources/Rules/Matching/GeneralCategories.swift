/// Unicode's general categories by the names that patterns give them.
enum GeneralCategories {
  private static let table: [(short: String, long: String, category: Unicode.GeneralCategory)] = [
    ("Lu", "Uppercase_Letter", .uppercaseLetter),
    ("Ll", "Lowercase_Letter", .lowercaseLetter),
    ("Lt", "Titlecase_Letter", .titlecaseLetter),
    ("Lm", "Modifier_Letter", .modifierLetter),
    ("Lo", "Other_Letter", .otherLetter),
    ("Mn", "Nonspacing_Mark", .nonspacingMark),
    ("Mc", "Spacing_Mark", .spacingMark),
    ("Me", "Enclosing_Mark", .enclosingMark),
    ("Nd", "Decimal_Number", .decimalNumber),
    ("Nl", "Letter_Number", .letterNumber),
    ("No", "Other_Number", .otherNumber),
    ("Pc", "Connector_Punctuation", .connectorPunctuation),
    ("Pd", "Dash_Punctuation", .dashPunctuation),
    ("Ps", "Open_Punctuation", .openPunctuation),
    ("Pe", "Close_Punctuation", .closePunctuation),
    ("Pi", "Initial_Punctuation", .initialPunctuation),
    ("Pf", "Final_Punctuation", .finalPunctuation),
    ("Po", "Other_Punctuation", .otherPunctuation),
    ("Sm", "Math_Symbol", .mathSymbol),
    ("Sc", "Currency_Symbol", .currencySymbol),
    ("Sk", "Modifier_Symbol", .modifierSymbol),
    ("So", "Other_Symbol", .otherSymbol),
    ("Zs", "Space_Separator", .spaceSeparator),
    ("Zl", "Line_Separator", .lineSeparator),
    ("Zp", "Paragraph_Separator", .paragraphSeparator),
    ("Cc", "Control", .control),
    ("Cf", "Format", .format),
    ("Cs", "Surrogate", .surrogate),
    ("Co", "Private_Use", .privateUse),
    ("Cn", "Unassigned", .unassigned),
  ]

  /// The groups of categories whose short names begin alike.
  private static let groups: [(short: String, long: String)] = [
    ("L", "Letter"), ("M", "Mark"), ("N", "Number"), ("P", "Punctuation"), ("S", "Symbol"),
    ("Z", "Separator"), ("C", "Other"),
  ]

  /// Every category.
  static let all = Set(table.map(\.category))

  /// The categories of a name such as `Lu`, `Letter` or `gc=Nd`; nil for a name that is none.
  static func named(_ name: String) -> Set<Unicode.GeneralCategory>? {
    var name = name
    for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
      name = String(name.dropFirst(prefix.count))
    }
    if let entry = table.first(where: { $0.short == name || $0.long == name }) {
      return [entry.category]
    }
    if name == "LC" || name == "Cased_Letter" {
      return [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
    }
    guard let group = groups.first(where: { $0.short == name || $0.long == name }) else {
      return nil
    }
    return Set(table.filter { $0.short.hasPrefix(group.short) }.map(\.category))
  }
}
