#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// The system's error numbers by what they mean, so that no other file needs the system's headers.
package enum Code {
  /// There is nothing at the path.
  package static let missing = ENOENT
  /// Something on the way to the path is no directory.
  package static let notDirectory = ENOTDIR
  /// A directory stands where a file is needed.
  package static let isDirectory = EISDIR
  /// Something stands there already.
  package static let exists = EEXIST
  /// The call was interrupted by a signal.
  package static let interrupted = EINTR
  /// The call would have to wait.
  package static let wouldBlock = EAGAIN
  /// Permission is missing.
  package static let denied = EACCES
  /// Only another user may do this.
  package static let notPermitted = EPERM
  /// The argument makes no sense, as for a path with a NUL in it.
  package static let invalid = EINVAL
  /// The file is larger than the caller takes.
  package static let tooLarge = EFBIG
  /// The file kept changing while it was read.
  package static let busy = EBUSY
  /// The file is not what the caller knows (an append at a size that is no longer the size).
  package static let stale = ESTALE
  /// A link stands where a file is needed, or links run in a circle.
  package static let loop = ELOOP
  /// The disk is full.
  package static let noSpace = ENOSPC
  /// The device failed.
  package static let inputOutput = EIO
  /// The reader at the other end is gone.
  package static let brokenPipe = EPIPE
  /// The system does not have this call.
  package static let noSuchCall = ENOSYS
  /// The file system does not have this operation.
  package static let notSupported = EOPNOTSUPP
  /// There is no such process.
  package static let noSuchProcess = ESRCH
  /// There is no child to wait for.
  package static let noChild = ECHILD
  /// Neither file nor directory, but a device, a pipe or a socket.
  package static let notAFile = ENXIO
  /// No memory is left.
  package static let noMemory = ENOMEM
  /// The file system is mounted for reading only.
  package static let readOnly = EROFS
  /// The two paths lie on different file systems.
  package static let otherDevice = EXDEV
  /// The file has as many names as the file system allows.
  package static let tooManyLinks = EMLINK
  /// The file may be run, but is nothing that the system knows how to run.
  package static let notAProgram = ENOEXEC

  /// The number for a name such as `ENOSPC`, of those listed here.
  package static func named(_ name: String) -> Int32? {
    let names: [String: Int32] = [
      "ENOENT": missing, "ENOTDIR": notDirectory, "EISDIR": isDirectory, "EEXIST": exists,
      "EINTR": interrupted, "EAGAIN": wouldBlock, "EACCES": denied, "EPERM": notPermitted,
      "EINVAL": invalid, "EFBIG": tooLarge, "EBUSY": busy, "ESTALE": stale, "ELOOP": loop,
      "ENOSPC": noSpace, "EIO": inputOutput, "EPIPE": brokenPipe, "ENOSYS": noSuchCall,
      "EOPNOTSUPP": notSupported, "ENOMEM": noMemory, "EROFS": readOnly, "EXDEV": otherDevice,
    ]
    return names[name]
  }
}

/// The flags of `open`, access checks and signals that Machine uses.
enum Flag {
  /// Opens for reading only.
  static let read = O_RDONLY
  /// Opens for writing only.
  static let write = O_WRONLY
  /// Opens for both, as a lock file must be on some file systems.
  static let readWrite = O_RDWR
  /// Makes the file when it is missing.
  static let create = O_CREAT
  /// With `create`: fails when anything is there, a link too.
  static let exclusive = O_EXCL
  /// Fails when the path itself is a link.
  static let noLink = O_NOFOLLOW
  /// Fails when the path is no directory.
  static let directory = O_DIRECTORY
  /// No child inherits the descriptor.
  static let closeOnExec = O_CLOEXEC
  /// Opening a pipe or a device must never wait for the other end.
  static let noWait = O_NONBLOCK
  /// Asks `access` about writing.
  static let mayWrite = W_OK
  /// Asks `access` about running.
  static let mayRun = X_OK
  /// The signal that asks a process to end.
  static let terminate = SIGTERM
  /// The signal that no process can refuse.
  static let kill = SIGKILL
  /// Waits until there is something to read, or the end.
  static let pollIn = Int16(POLLIN)
  /// Waits until something can be written.
  static let pollOut = Int16(POLLOUT)
}
