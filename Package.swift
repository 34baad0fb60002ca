// swift-tools-version: 6.2

import PackageDescription

// A release on Linux is one relocatable file without shared libraries. Tests and debug builds stay
// dynamic, because the test runner cannot load a static program.
let standsAlone = Context.environment["CONDUCTOR_STATIC"] == "1"

// The toolchain's own linker, because the system's warns of a dlopen in Swift's runtime that serves debugging only.
let linking = [
  "-static-executable", "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "-s",
]

let walls: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "conductor",
  products: [.executable(name: "conductor", targets: ["conductor"])],
  targets: [
    .executableTarget(
      name: "conductor",
      dependencies: ["Conducting", "Rules", "Evidence", "Backlog", "JSONText", "Machine"],
      swiftSettings: walls + (standsAlone ? [.unsafeFlags(["-static-executable"])] : []),
      linkerSettings: standsAlone ? [.unsafeFlags(linking)] : []),
    .target(
      name: "Conducting",
      dependencies: ["Rules", "Evidence", "Backlog", "JSONText", "Machine"],
      swiftSettings: walls),
    .target(name: "Evidence", dependencies: ["JSONText", "CBytes"], swiftSettings: walls),
    .target(name: "Backlog", dependencies: ["JSONText"], swiftSettings: walls),
    .target(name: "JSONText", dependencies: ["CBytes"], swiftSettings: walls),
    .target(
      name: "Rules", dependencies: ["ShellText", "JSONText", "CRules"], exclude: ["BuiltIn"],
      swiftSettings: walls),
    .target(name: "ShellText", swiftSettings: walls),
    .target(name: "Machine", dependencies: ["CMachine"], swiftSettings: walls),
    .target(name: "CMachine"),
    .target(name: "CBytes"),
    .target(name: "CRules"),
    .executableTarget(
      name: "judging-bench", dependencies: ["Rules", "JSONText"], path: "Tests/Bench/Judging",
      swiftSettings: walls),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: walls),
    .testTarget(
      name: "JSONTextTests", dependencies: ["JSONText", "TestSupport"], swiftSettings: walls),
    .testTarget(
      name: "RulesTests", dependencies: ["Rules", "ShellText", "JSONText", "TestSupport"],
      swiftSettings: walls),
    .testTarget(
      name: "ShellTextTests", dependencies: ["Rules", "ShellText", "JSONText", "TestSupport"],
      swiftSettings: walls),
    .testTarget(
      name: "MachineTests", dependencies: ["Machine", "TestSupport"], swiftSettings: walls),
    .testTarget(
      name: "BacklogTests", dependencies: ["Backlog", "JSONText", "TestSupport"],
      swiftSettings: walls),
    .testTarget(
      name: "EvidenceTests", dependencies: ["Evidence", "JSONText", "CBytes"], swiftSettings: walls),
    .testTarget(
      name: "ConductingTests",
      dependencies: [
        "Conducting", "Rules", "Evidence", "Backlog", "JSONText", "Machine", "TestSupport",
      ],
      swiftSettings: walls),
    .testTarget(
      name: "conductorTests", dependencies: ["conductor", "Conducting", "Rules", "JSONText"],
      swiftSettings: walls),
    .testTarget(
      name: "EndToEnd",
      dependencies: ["Conducting", "JSONText", "Machine", "TestSupport", "conductor"],
      swiftSettings: walls),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
