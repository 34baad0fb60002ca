import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// The output of a test as it is kept.
@Suite struct TestLogTests {
  private let place: Workplace
  private let context: Context
  private let project: Project

  init() throws {
    place = try Workplace(Workplace.twoItems)
    context = place.context()
    project = try place.project(context)
  }

  private func log(_ directory: Text = "logs", number: Int = 1) throws -> TestLog {
    try LogFolder(directory, project, context).log(claim: 3, test: number)
  }

  @Test func whatATestWritesIsKeptByteForByteWithItsDigest() throws {
    let log = try log()
    let bytes: [UInt8] = [0, 255, 10, 13, 27] + Array("é\nlast".utf8)
    for byte in bytes { try log.take([byte]) }
    let record = try log.finish()
    #expect(try place.folder.bytes(record.path.string) == bytes)
    #expect(record.digest == SHA256.hash(bytes))
    #expect(record.written == bytes.count)
    #expect(!record.isCut)
    #expect(record.tail.last == "last")
    #expect(record.path.text.hasPrefix("logs/test-3-1-"))
    #expect(record.path.text.hasSuffix(".log"))
  }

  @Test func aFloodIsCutAndMarkedAndItsEndIsStillShown() throws {
    let log = try log()
    let block = [UInt8](repeating: 0x61, count: 1 << 20)
    for _ in 0..<9 { try log.take(block) }
    try log.take(Array("\nthe end\n".utf8))
    let record = try log.finish()
    let kept = try place.folder.bytes(record.path.string)
    #expect(record.isCut)
    #expect(record.written == 9 << 20 + 9)
    #expect(kept.prefix(TestLog.sizeLimit).allSatisfy { $0 == 0x61 })
    let mark = String(decoding: kept.dropFirst(TestLog.sizeLimit), as: UTF8.self)
    #expect(mark == "\n[cut here by conductor: \((5 << 20) + 9) more bytes were written]\n")
    #expect(record.digest == SHA256.hash(kept))
    #expect(record.tail.last == "the end")
  }

  @Test func exactlyTheLimitIsNotCut() throws {
    let log = try log()
    try log.take([UInt8](repeating: 0x61, count: TestLog.sizeLimit))
    let record = try log.finish()
    #expect(!record.isCut)
    #expect(try place.folder.bytes(record.path.string).count == TestLog.sizeLimit)
  }

  @Test func twentyLastLinesAreShown() throws {
    let log = try log()
    for number in 1...100 { try log.take(Array("line \(number)\r\n".utf8)) }
    let tail = try log.finish().tail
    #expect(tail.count == 20)
    #expect(tail.first == "line 81\r")
    #expect(try self.log().finish().tail == [])
  }

  @Test func aNameThatIsTakenIsNeverReplaced() throws {
    let first = try log()
    try first.take([1])
    let one = try first.finish()
    // The same chance again: the first name is taken, also by a link that leads nowhere.
    let again = place.context()
    let folder = try LogFolder("logs", project, again)
    let second = try folder.log(claim: 3, test: 1).finish()
    #expect(one.path != second.path)
    #expect(try place.folder.bytes(one.path.string) == [1])
  }

  @Test(arguments: ["../elsewhere", "/tmp/elsewhere", "a/../../b"])
  func aDirectoryOutsideTheProjectIsRefused(_ directory: Text) throws {
    let refusal = outcome { _ = try log(directory) }
    #expect(refusal?.reasons.first?.code == "outside-root")
    #expect(refusal?.exit == .refused)
    #expect(refusal?.hint != nil)
  }

  @Test func aLinkThatLeadsOutOfTheProjectIsRefused() throws {
    let elsewhere = try Folder(inMemory: true)
    try place.folder.link("logs", to: elsewhere.path)
    #expect(outcome { _ = try log() }?.reasons.first?.code == "outside-root")
    #expect(outcome { _ = try log("logs/deeper") }?.reasons.first?.code == "outside-root")
    #expect(elsewhere.files() == [])
  }
}
