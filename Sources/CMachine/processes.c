#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CMachine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#else
#include <crt_externs.h>
#include <mach-o/dyld.h>
#endif
#ifdef __APPLE__
#include <libproc.h>
#include <sys/sysctl.h>
#endif

#define RESULT(call) \
  do { int64_t result = (call); return result < 0 ? -errno : (int)result; } while (0)

// Both ends lie above the standard descriptors, so that wiring a child never overwrites one of them.
int cm_pipe(int ends[2]) {
  int made[2];
#ifdef __linux__
  if (pipe2(made, O_CLOEXEC) < 0) return -errno;
#else
  if (pipe(made) < 0) return -errno;
  fcntl(made[0], F_SETFD, FD_CLOEXEC);
  fcntl(made[1], F_SETFD, FD_CLOEXEC);
#endif
  for (int i = 0; i < 2; i++) {
    ends[i] = made[i];
    if (made[i] > 2) continue;
    ends[i] = fcntl(made[i], F_DUPFD_CLOEXEC, 3);
    int problem = errno;
    close(made[i]);
    if (ends[i] < 0) {
      close(i == 0 ? made[1] : ends[0]);
      return -problem;
    }
  }
  return 0;
}

int cm_keep_from_blocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  RESULT(flags < 0 ? flags : fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

// The child starts with its own process group, default signals, and no descriptor but its three.
int cm_spawn(const char *program, char *const arguments[], char *const environment[],
             const char *directory, const int ends[3]) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all, none;
  pid_t pid = 0;
  int problem = posix_spawn_file_actions_init(&actions);
  if (problem) return -problem;
  if ((problem = posix_spawnattr_init(&attributes))) {
    posix_spawn_file_actions_destroy(&actions);
    return -problem;
  }
  sigfillset(&all);
  sigemptyset(&none);
  short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
  flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
  for (int i = 0; i < 3 && !problem; i++)
    problem = posix_spawn_file_actions_adddup2(&actions, ends[i], i);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
  if (!problem) problem = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
  if (!problem && directory) problem = posix_spawn_file_actions_addchdir_np(&actions, directory);
  if (!problem) problem = posix_spawnattr_setpgroup(&attributes, 0);
  if (!problem) problem = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!problem) problem = posix_spawnattr_setsigmask(&attributes, &none);
  if (!problem) problem = posix_spawnattr_setflags(&attributes, flags);
  if (!problem)
    problem = posix_spawn(&pid, program, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return problem ? -problem : pid;
}

static int ignores_broken_pipes;
static void (*broken_pipes_before)(int);

void cm_ignore_broken_pipes(void) {
  void (*before)(int) = signal(SIGPIPE, SIG_IGN);
  if (!ignores_broken_pipes) broken_pipes_before = before;
  ignores_broken_pipes = 1;
}

// Handlers end with the old program, but what is ignored stays so in the new one.
static int must_restore_broken_pipes(void) {
  return ignores_broken_pipes && broken_pipes_before != SIG_IGN;
}

int cm_execute(const char *program, char *const arguments[], char *const environment[]) {
  if (must_restore_broken_pipes()) signal(SIGPIPE, SIG_DFL);
  execve(program, arguments, environment);
  int problem = errno;
  if (must_restore_broken_pipes()) signal(SIGPIPE, SIG_IGN);
  return -problem;
}

static volatile sig_atomic_t ward;

// A key of the terminal has reached the ward as well, since it is in the same group.
static int is_from_terminal(const siginfo_t *info) {
#ifdef SI_KERNEL
  return info->si_code == SI_KERNEL;
#else
  return info->si_pid == 0;
#endif
}

static void pass_on(int number, siginfo_t *info, void *context) {
  (void)context;
  int problem = errno;
  if (ward > 0 && !is_from_terminal(info)) kill(ward, number);
  errno = problem;
}

int cm_spawn_here(const char *program, char *const arguments[], char *const environment[]) {
  // The terminal stops whole groups. Unless we outlast that, we cannot tell the ward's stop from our own.
  static const int passed[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGTSTP,
                               SIGTTIN, SIGTTOU, SIGCONT, SIGUSR1, SIGUSR2};
  posix_spawnattr_t attributes;
  sigset_t blocked, before, defaults;
  pid_t pid = 0;
  int problem = posix_spawnattr_init(&attributes);
  if (problem) return -problem;
  sigemptyset(&blocked);
  sigemptyset(&defaults);
  for (unsigned i = 0; i < sizeof passed / sizeof *passed; i++) sigaddset(&blocked, passed[i]);
  if (must_restore_broken_pipes()) sigaddset(&defaults, SIGPIPE);
  // Whoever signals between the start and our knowing of it is heard afterwards.
  sigprocmask(SIG_BLOCK, &blocked, &before);
  struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART}, old;
  for (unsigned i = 0; i < sizeof passed / sizeof *passed; i++) {
    if (sigaction(passed[i], NULL, &old) < 0 || old.sa_handler == SIG_IGN) continue;
    sigaction(passed[i], &action, NULL);
  }
  problem = posix_spawnattr_setsigmask(&attributes, &before);
  if (!problem) problem = posix_spawnattr_setsigdefault(&attributes, &defaults);
  if (!problem)
    problem = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!problem) problem = posix_spawn(&pid, program, NULL, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  if (!problem) ward = pid;
  sigprocmask(SIG_SETMASK, &before, NULL);
  return problem ? -problem : pid;
}

// The shell that waits for us must learn that the job has stopped, or it would wait for ever. Somebody who
// stops the ward alone, away from a terminal, means the ward alone.
static void stop_too(int number) {
  int is_foreground = 0;
  for (int fd = 0; fd < 3; fd++) is_foreground |= tcgetpgrp(fd) == getpgrp();
  if (number == SIGSTOP && !is_foreground) return;
  kill(getpid(), SIGSTOP);
  if (ward > 0) kill(ward, SIGCONT);
}

int cm_attend(int *code) {
  for (;;) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOWAIT) < 0) {
      if (errno == EINTR) continue;
      return -errno;
    }
    pid_t pid = info.si_pid;
    int is_stop = info.si_code == CLD_STOPPED || info.si_code == CLD_TRAPPED;
    int is_ward = pid == ward;
    // Once it is collected, its number may be somebody else's.
    if (is_ward && !is_stop) ward = 0;
    siginfo_t seen;
    waitid(P_PID, (id_t)pid, &seen, (is_stop ? WSTOPPED : WEXITED) | WNOHANG);
    if (!is_ward) continue;
    *code = info.si_status;
    if (!is_stop) return info.si_code == CLD_EXITED ? 1 : 2;
    stop_too(info.si_status);
  }
}

void cm_end_by(int number) {
  struct rlimit none = {0, 0};
  sigset_t only;
  setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  sigemptyset(&only);
  sigaddset(&only, number);
  signal(number, SIG_DFL);
  sigprocmask(SIG_UNBLOCK, &only, NULL);
  kill(getpid(), number);
  _exit(128 + number);
}

int64_t cm_own_program(char *buffer, int64_t capacity) {
#ifdef __linux__
  int64_t length = readlink("/proc/self/exe", buffer, (size_t)capacity);
  return length < 0 ? -errno : length;
#else
  uint32_t size = (uint32_t)capacity;
  if (_NSGetExecutablePath(buffer, &size) != 0) return -ENAMETOOLONG;
  return (int64_t)strnlen(buffer, (size_t)capacity);
#endif
}

static const char *late_words, *crash_words;
static volatile sig_atomic_t last_status;

static void say_last_words(int number) {
  const char *words = number == SIGALRM ? late_words : crash_words;
  if (write(2, words, strlen(words)) < 0) { /* nobody hears it; the status says it too */ }
  _exit(last_status);
}

// A stack of its own, since a stack that is full is one of the ways to crash.
int cm_give_last_words(int64_t nanoseconds, const char *late, const char *crashed, int status) {
  static char room[65536];
  static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};
  late_words = late;
  crash_words = crashed;
  last_status = status;
  stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  if (sigaltstack(&stack, NULL) < 0) return -errno;
  struct sigaction action = {.sa_handler = say_last_words, .sa_flags = SA_ONSTACK};
  for (unsigned i = 0; i < sizeof crashes / sizeof *crashes; i++)
    if (sigaction(crashes[i], &action, NULL) < 0) return -errno;
  if (sigaction(SIGALRM, &action, NULL) < 0) return -errno;
  sigset_t alarms;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &alarms, NULL);
  struct itimerval limit = {.it_value = {
      .tv_sec = nanoseconds / 1000000000, .tv_usec = nanoseconds % 1000000000 / 1000}};
  RESULT(setitimer(ITIMER_REAL, &limit, NULL));
}

int cm_process_descriptor(int pid) {
#if defined(__linux__) && defined(SYS_pidfd_open)
  RESULT(syscall(SYS_pidfd_open, pid, 0));
#else
  (void)pid;
  return -ENOSYS;
#endif
}

// Looks without collecting: as long as the child is not collected, its number cannot belong to another.
int cm_look_at_child(int pid, int *code) {
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0) return -errno;
  if (info.si_pid == 0) return 0;
  *code = info.si_status;
  return info.si_code == CLD_EXITED ? 1 : 2;
}

int cm_collect(int pid) { RESULT(waitpid(pid, NULL, WNOHANG)); }

int cm_any_child(void) {
  siginfo_t info = {0};
  RESULT(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT));
}

int cm_signal(int pid, int signal) { RESULT(kill(pid, signal)); }

// Being told to ignore ended children survives a program's start, and the kernel then forgets how they
// ended.
int cm_adopt_orphans(int on) {
  if (on) signal(SIGCHLD, SIG_DFL);
#ifdef __linux__
  RESULT(prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0));
#else
  (void)on;
  return 0;
#endif
}

int cm_poll(struct cm_poll *entries, int count, int64_t milliseconds) {
  _Static_assert(sizeof(struct cm_poll) == sizeof(struct pollfd), "the same layout");
  int limit = milliseconds < 0 ? -1 : milliseconds > 1000000 ? 1000000 : (int)milliseconds;
  RESULT(poll((struct pollfd *)entries, (nfds_t)count, limit));
}

int cm_process_id(void) { return getpid(); }

#ifdef __APPLE__
int cm_parent(int pid) {
  struct kinfo_proc info;
  size_t size = sizeof info;
  int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, pid};
  if (sysctl(name, 4, &info, &size, NULL, 0) < 0) return -errno;
  return size == 0 ? -ESRCH : info.kp_eproc.e_ppid;
}

int64_t cm_executable(int pid, char *buffer, int64_t capacity) {
  int length = proc_pidpath(pid, buffer, (uint32_t)capacity);
  return length <= 0 ? -errno : length;
}

// The system answers with the number of arguments, the program's path, and then the arguments.
int64_t cm_arguments(int pid, char *buffer, int64_t capacity) {
  size_t size = (size_t)capacity;
  int name[] = {CTL_KERN, KERN_PROCARGS2, pid};
  if (sysctl(name, 3, buffer, &size, NULL, 0) < 0) return -errno;
  int count = 0;
  if (size < sizeof count) return -EINVAL;
  memcpy(&count, buffer, sizeof count);
  size_t start = sizeof count;
  while (start < size && buffer[start]) start++;
  while (start < size && !buffer[start]) start++;
  size_t end = start;
  for (; count > 0 && end < size; count--) {
    while (end < size && buffer[end]) end++;
    if (end < size) end++;
  }
  memmove(buffer, buffer + start, end - start);
  return (int64_t)(end - start);
}
#else
int cm_parent(int pid) { (void)pid; return -ENOSYS; }
int64_t cm_executable(int pid, char *b, int64_t n) { (void)pid, (void)b, (void)n; return -ENOSYS; }
int64_t cm_arguments(int pid, char *b, int64_t n) { (void)pid, (void)b, (void)n; return -ENOSYS; }
#endif
void cm_die(int status) { _exit(status); }

static int64_t clock_value(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t) < 0) return -errno;
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}
int64_t cm_now(void) { return clock_value(CLOCK_REALTIME); }
int64_t cm_monotonic(void) { return clock_value(CLOCK_MONOTONIC); }

int cm_sleep(int64_t nanoseconds) {
  struct timespec t = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  RESULT(nanosleep(&t, NULL));
}

int cm_random(void *buffer, int64_t count) {
  char *next = buffer;
  while (count > 0) {
    int64_t part = count > 256 ? 256 : count;
#ifdef __linux__
    part = getrandom(next, (size_t)part, 0);
    if (part < 0) return -errno;
#else
    if (getentropy(next, (size_t)part) < 0) return -errno;
#endif
    next += part;
    count -= part;
  }
  return 0;
}

#ifdef __linux__
extern char **environ;
char *const *cm_environment(void) { return environ; }
#else
char *const *cm_environment(void) { return *_NSGetEnviron(); }
#endif

int cm_variable(const char *text, int64_t *name, int64_t *value) {
  const char *equals = strchr(text, '=');
  if (!equals) return 0;
  *name = equals - text;
  *value = (int64_t)strlen(equals + 1);
  return 1;
}

int cm_host(char *buffer, int64_t capacity) {
  if (gethostname(buffer, (size_t)capacity) < 0) return -errno;
  return (int)strnlen(buffer, (size_t)capacity);
}

unsigned cm_user(void) { return geteuid(); }
int cm_is_terminal(int fd) { return isatty(fd); }

int cm_columns(int fd) {
  struct winsize size = {0};
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return -errno;
  return size.ws_col;
}

// Otherwise the next file that is opened becomes standard output, and a message is written into it. What stands in
// for a closed one takes no writing, so that nobody believes to have been heard.
int cm_open_standard_descriptors(void) {
  for (;;) {
    int fd = open("/dev/null", O_RDONLY);
    if (fd < 0) return -errno;
    if (fd <= 2) continue;
    RESULT(close(fd));
  }
}

void cm_error_text(int number, char *buffer, int64_t capacity) {
#if defined(__GLIBC__)
  const char *text = strerror_r(number, buffer, (size_t)capacity);
  if (text != buffer) snprintf(buffer, (size_t)capacity, "%s", text);
#else
  if (strerror_r(number, buffer, (size_t)capacity) != 0)
    snprintf(buffer, (size_t)capacity, "error %d", number);
#endif
}

static const int64_t *printed;
static void print_count(void) { dprintf(2, "system calls: %lld\n", (long long)cm_value(printed)); }
void cm_print_at_exit(const int64_t *counter) {
  if (!printed) atexit(print_count);
  printed = counter;
}

static volatile sig_atomic_t noted_signal;
static int signal_pipe[2] = {-1, -1};

static void note(int signal_number) {
  int problem = errno;
  if (noted_signal) {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  } else {
    noted_signal = signal_number;
    if (write(signal_pipe[1], "", 1) < 0) { /* the flag is what counts; the pipe only wakes */ }
  }
  errno = problem;
}

int cm_note_signals(void) {
  if (signal_pipe[0] < 0) {
    int ends[2];
    int result = cm_pipe(ends);
    if (result < 0) return result;
    cm_keep_from_blocking(ends[0]);
    cm_keep_from_blocking(ends[1]);
    signal_pipe[0] = ends[0];
    signal_pipe[1] = ends[1];
  }
  struct sigaction action = {.sa_handler = note}, before;
  const int wanted[3] = {SIGINT, SIGTERM, SIGHUP};
  for (int i = 0; i < 3; i++) {
    if (sigaction(wanted[i], NULL, &before) < 0) return -errno;
    // A job that was started with the signal ignored (nohup, a script's background) stays so.
    if (before.sa_handler == SIG_IGN) continue;
    if (sigaction(wanted[i], &action, NULL) < 0) return -errno;
  }
  return 0;
}

int cm_noted_signal(void) { return noted_signal; }
int cm_signal_descriptor(void) { return signal_pipe[0]; }

struct start { void (*body)(void *); void *argument; };

static void *run_thread(void *pointer) {
  struct start start = *(struct start *)pointer;
  free(pointer);
  start.body(start.argument);
  return NULL;
}

int cm_start_thread(void (*body)(void *), void *argument, uint64_t *thread) {
  struct start *start = malloc(sizeof *start);
  if (!start) return -ENOMEM;
  *start = (struct start){body, argument};
  sigset_t all, before;
  pthread_t made;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int problem = pthread_create(&made, NULL, run_thread, start);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (problem) {
    free(start);
    return -problem;
  }
  *thread = (uint64_t)(uintptr_t)made;
  return 0;
}

void cm_join_thread(uint64_t thread) { pthread_join((pthread_t)(uintptr_t)thread, NULL); }

int64_t cm_add(int64_t *counter, int64_t amount) {
  return __atomic_add_fetch(counter, amount, __ATOMIC_RELAXED);
}
int64_t cm_value(const int64_t *counter) { return __atomic_load_n(counter, __ATOMIC_RELAXED); }
