import JSONText
import Rules

/// The schema that every answer has to fit, whatever the rule sets say.
enum AnswerSchema {
  private static let text: StaticString = #"""
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "An agent's answer",
      "type": "object",
      "required": ["analysis", "commands", "receipts"],
      "properties": {
        "analysis": { "type": ["string", "object"] },
        "commands": {
          "type": "array",
          "maxItems": 1000,
          "items": {
            "anyOf": [
              { "type": "string" },
              {
                "type": "object",
                "required": ["run"],
                "properties": {
                  "run": { "type": "string" },
                  "why": { "type": "string" },
                  "cwd": { "type": "string", "minLength": 1 }
                }
              }
            ]
          }
        },
        "receipts": {
          "type": "array",
          "maxItems": 1000,
          "items": {
            "anyOf": [
              { "type": "string", "minLength": 1 },
              {
                "type": "object",
                "required": ["path"],
                "properties": {
                  "path": { "type": "string", "minLength": 1 },
                  "sha256": { "type": "string", "pattern": "^[0-9A-Fa-f]{64}$" }
                }
              }
            ]
          }
        }
      }
    }
    """#

  /// The schema as it is applied.
  static func schema() throws(Refusal) -> Schema {
    do {
      return try Schema(try Document(Bytes(text)).root)
    } catch {
      throw Refusal(.internalFault, "the schema of answers cannot be read")
    }
  }
}
