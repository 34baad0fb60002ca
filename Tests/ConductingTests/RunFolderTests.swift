import JSONText
import Machine
import Testing

@testable import Conducting

@Suite struct RunFolderTests {
  @Test("A program is known as a shim by where it lies, and by nothing else")
  func shape() {
    let state: Path = "/p/_report/usage/autonomy-conductor/.state"
    let name: Path = "0123456789abcdef"
    let folder = state / "exec" / name
    #expect(RunFolder(of: folder / "bin/alembic")?.path == folder)
    #expect(RunFolder(of: folder / "bin/alembic")?.programs == folder / "bin")
    for other: Path in [
      "/usr/local/bin/conductor", "conductor", "", "/", folder, folder / "bin",
      folder / "conductor", folder / "bin/below/alembic", folder / "other/alembic",
      state / "exec/0123456789abcde/bin/alembic", state / "exec/0123456789ABCDEF/bin/alembic",
      "/p/state/exec" / name / "bin/alembic", "/p/.state/other" / name / "bin/alembic",
    ] { #expect(RunFolder(of: other) == nil, "\(other)") }
  }

  @Test func aVectorOnOneLineReadsAsItWouldBeTyped() {
    #expect(
      CommandWords.line(["alembic", "upgrade", "a b", "", "it's", "x=1"])
        == #"alembic upgrade 'a b' '' 'it'\''s' x=1"#)
  }
}
