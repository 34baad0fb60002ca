#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CMachine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#define RESULT(call) \
  do { int64_t result = (call); return result < 0 ? -errno : result; } while (0)

int cm_open(const char *path, int flags, unsigned mode) { RESULT(open(path, flags, (mode_t)mode)); }
int cm_close(int fd) { RESULT(close(fd)); }
int64_t cm_read(int fd, void *b, int64_t n) { RESULT(read(fd, b, (size_t)n)); }
int64_t cm_pread(int fd, void *b, int64_t n, int64_t o) { RESULT(pread(fd, b, (size_t)n, o)); }
int64_t cm_write(int fd, const void *b, int64_t n) { RESULT(write(fd, b, (size_t)n)); }
int64_t cm_pwrite(int fd, const void *b, int64_t n, int64_t o) { RESULT(pwrite(fd, b, (size_t)n, o)); }
int64_t cm_writev(int fd, const struct cm_piece *pieces, int n) {
  _Static_assert(sizeof(struct cm_piece) == sizeof(struct iovec), "the same layout");
  RESULT(writev(fd, (const struct iovec *)pieces, n));
}
int cm_access(const char *path, int mode) { RESULT(faccessat(AT_FDCWD, path, mode, AT_EACCESS)); }
int cm_truncate(int fd, int64_t size) { RESULT(ftruncate(fd, size)); }
int cm_change_mode(int fd, unsigned mode) { RESULT(fchmod(fd, (mode_t)mode)); }
int cm_change_owner(int fd, unsigned owner, unsigned group) { RESULT(fchown(fd, owner, group)); }
int cm_link(const char *from, const char *to) { RESULT(link(from, to)); }
int cm_rename(const char *from, const char *to) { RESULT(rename(from, to)); }
int cm_unlink(const char *path) { RESULT(unlink(path)); }
int cm_make_directory(const char *path, unsigned mode) { RESULT(mkdir(path, (mode_t)mode)); }
int cm_remove_directory(const char *path) { RESULT(rmdir(path)); }
int64_t cm_read_link(const char *path, char *b, int64_t n) { RESULT(readlink(path, b, (size_t)n)); }

// A file without a name, so that a crash before it is linked leaves nothing behind.
int cm_open_unnamed(const char *directory, unsigned mode) {
#ifdef O_TMPFILE
  RESULT(open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, (mode_t)mode));
#else
  (void)directory, (void)mode;
  return -EOPNOTSUPP;
#endif
}

// Linking through the descriptor itself would need a privilege; through /proc it does not.
int cm_link_unnamed(int fd, const char *to) {
  char from[64];
  snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
  RESULT(linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW));
}

static void fill(const struct stat *s, struct cm_stat *out) {
#ifdef __APPLE__
  struct timespec modified = s->st_mtimespec, changed = s->st_ctimespec;
#else
  struct timespec modified = s->st_mtim, changed = s->st_ctim;
#endif
  *out = (struct cm_stat){
      .device = (uint64_t)s->st_dev, .inode = s->st_ino, .links = s->st_nlink, .size = s->st_size,
      .modified = modified.tv_sec * 1000000000LL + modified.tv_nsec,
      .changed = changed.tv_sec * 1000000000LL + changed.tv_nsec,
      .mode = s->st_mode, .owner = s->st_uid, .group = s->st_gid};
}

int cm_stat_path(const char *path, int follow, struct cm_stat *out) {
  struct stat s;
  if ((follow ? stat(path, &s) : lstat(path, &s)) < 0) return -errno;
  fill(&s, out);
  return 0;
}

int cm_stat_descriptor(int fd, struct cm_stat *out) {
  struct stat s;
  if (fstat(fd, &s) < 0) return -errno;
  fill(&s, out);
  return 0;
}

int cm_sync(int fd, int content_only) {
#ifdef __APPLE__
  (void)content_only;
  if (fcntl(fd, F_FULLFSYNC) == 0) return 0;
  RESULT(fsync(fd)); // F_FULLFSYNC is refused by some file systems
#else
  RESULT(content_only ? fdatasync(fd) : fsync(fd));
#endif
}

int cm_write_back(int fd, int64_t offset, int64_t length) {
#ifdef __linux__
  RESULT(sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE));
#else
  (void)fd, (void)offset, (void)length;
  return 0;
#endif
}

int cm_set_modified(int fd, int64_t nanoseconds) {
  struct timespec times[2] = {
      {.tv_nsec = UTIME_OMIT},
      {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000}};
  RESULT(futimens(fd, times));
}

static int rename_with(const char *from, const char *to, unsigned linux_flag, unsigned apple_flag) {
#if defined(__linux__)
  (void)apple_flag;
  RESULT(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, linux_flag));
#elif defined(__APPLE__)
  (void)linux_flag;
  RESULT(renamex_np(from, to, apple_flag));
#else
  (void)from, (void)to, (void)linux_flag, (void)apple_flag;
  return -ENOSYS;
#endif
}
int cm_rename_new(const char *from, const char *to) { return rename_with(from, to, 1, 4); }
int cm_exchange(const char *one, const char *other) { return rename_with(one, other, 2, 2); }

int64_t cm_real_path(const char *path, char *buffer, int64_t capacity) {
  char *found = realpath(path, NULL);
  if (!found) return -errno;
  int64_t length = (int64_t)strlen(found);
  if (length > capacity) length = -ENAMETOOLONG;
  else memcpy(buffer, found, (size_t)length);
  free(found);
  return length;
}

int64_t cm_working_directory(char *buffer, int64_t capacity) {
  if (!getcwd(buffer, (size_t)capacity)) return -errno;
  return (int64_t)strlen(buffer);
}

int cm_open_directory(int fd, void **directory) {
  *directory = fdopendir(fd);
  return *directory ? 0 : -errno;
}

int64_t cm_next_entry(void *directory, const char **name, int *kind) {
  errno = 0;
  struct dirent *entry = readdir(directory);
  if (!entry) return -errno;
  *name = entry->d_name;
  *kind = entry->d_type == DT_UNKNOWN ? 0 : entry->d_type == DT_REG ? 1
        : entry->d_type == DT_DIR     ? 2 : entry->d_type == DT_LNK ? 3 : 4;
  return (int64_t)strlen(entry->d_name);
}

int cm_close_directory(void *directory) { RESULT(closedir(directory)); }

#ifdef __linux__
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static void interrupt(int signal) { (void)signal; }

// The wait stands in the kernel's own queue, so that whoever releases wakes exactly one waiter, and a
// timer ends it. The timer's signal goes to this very thread (an ordinary alarm may pick any thread) and
// repeats (one that came just before flock would be lost). SIGURG, because a straggler after the timer
// is gone must find a signal that nobody misses; the handler stays for the same reason. A thread that
// waits in our place would need no signal, but could not be taken out of the queue when time is up.
int cm_lock(int fd, int exclusive, int64_t nanoseconds) {
  int operation = exclusive ? LOCK_EX : LOCK_SH;
  if (flock(fd, operation | LOCK_NB) == 0) return 0;
  if (errno != EWOULDBLOCK || nanoseconds <= 0) return -errno;

  struct sigaction action = {.sa_handler = interrupt};
  sigset_t urgent, before;
  sigemptyset(&urgent);
  sigaddset(&urgent, SIGURG);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGURG};
  event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
  struct itimerspec times = {
      .it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000},
      .it_interval = {.tv_nsec = 10000000}};
  timer_t timer;
  if (sigaction(SIGURG, &action, NULL) < 0) return -errno;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0) return -errno;
  pthread_sigmask(SIG_UNBLOCK, &urgent, &before);
  int result = timer_settime(timer, 0, &times, NULL) < 0 || flock(fd, operation) < 0 ? -errno : 0;
  timer_delete(timer);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}
#else
// Without timers that signal one thread, asking again is the way that cannot hang.
int cm_lock(int fd, int exclusive, int64_t nanoseconds) {
  int operation = (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
  for (;; nanoseconds -= 5000000) {
    if (flock(fd, operation) == 0) return 0;
    if (errno != EWOULDBLOCK) return -errno;
    if (nanoseconds <= 0) return -EINTR;
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  }
}
#endif

static volatile sig_atomic_t cut_status = 75;
void cm_end_cut_readers_with(int status) { cut_status = status; }

static void file_was_cut(int signal) {
  static const char message[] =
      "conductor: a file was cut off by somebody else while it was being read; nothing was changed\n"
      "  Try again.\n";
  (void)signal;
  ssize_t ignored = write(2, message, sizeof message - 1);
  (void)ignored;
  _exit(cut_status);
}

int cm_map_file(int fd, int64_t size, void **base) {
  struct sigaction action = {.sa_handler = file_was_cut};
  if (sigaction(SIGBUS, &action, NULL) < 0) return -errno;
  *base = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
  return *base == MAP_FAILED ? -errno : 0;
}

void cm_load(void *base, int64_t size) {
#ifdef __linux__
  madvise(base, (size_t)size, 22); // MADV_POPULATE_READ, which older headers do not know
#else
  madvise(base, (size_t)size, MADV_WILLNEED);
#endif
}

// What still has to be written to the disk is kept: asking for its memory would only have it written sooner.
void cm_forget(int fd, void *base, int64_t size) {
#ifdef __linux__
  struct { uint64_t offset, length; } range = {0, (uint64_t)size};
  struct { uint64_t cached, dirty, being_written, evicted, recently_evicted; } found = {0};
  const long cachestat = 451; // the same number everywhere, and unknown to older headers
  if (syscall(cachestat, fd, &range, &found, 0) < 0 || found.dirty + found.being_written > 0) return;
  madvise(base, (size_t)size, MADV_DONTNEED);
  posix_fadvise(fd, 0, size, POSIX_FADV_DONTNEED);
#else
  (void)fd, (void)base, (void)size;
#endif
}

int cm_map(int64_t size, void **base, int64_t *length, void **start) {
  const uintptr_t page = 2 << 20;
  *length = (size + 2 * (int64_t)page - 1) & ~((int64_t)page - 1);
  *base = mmap(NULL, (size_t)*length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (*base == MAP_FAILED) return -errno;
  *start = (void *)(((uintptr_t)*base + page - 1) & ~(page - 1));
#ifdef MADV_HUGEPAGE
  // Thirty faults instead of sixteen thousand for 66 MB; where it is refused, small pages do.
  madvise(*start, (size_t)size, MADV_HUGEPAGE);
#endif
  return 0;
}

void cm_unmap(void *base, int64_t length) { munmap(base, (size_t)length); }

int cm_sealed(const void *bytes, int64_t count) {
#ifdef MFD_ALLOW_SEALING
  unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  int fd = -1;
#ifdef MFD_EXEC
  // Newer systems want to be told that the file may be executed, and older ones do not know the word.
  fd = memfd_create("conductor-plugin", flags | MFD_EXEC);
#endif
  if (fd < 0) fd = memfd_create("conductor-plugin", flags);
  if (fd < 0) return -errno;
  for (int64_t done = 0; done < count;) {
    int64_t written = write(fd, (const char *)bytes + done, (size_t)(count - done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      int problem = written < 0 ? errno : EIO;
      close(fd);
      return -problem;
    }
    done += written;
  }
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) {
    int problem = errno;
    close(fd);
    return -problem;
  }
  return fd;
#else
  (void)bytes;
  (void)count;
  return -ENOSYS;
#endif
}
