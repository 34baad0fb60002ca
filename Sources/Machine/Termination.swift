#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// Ends the process with a status, after what the runtime has still to write is written.
package func terminate(_ status: Int32) -> Never { exit(status) }
