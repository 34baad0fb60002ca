// The calls that Swift cannot make on every system, or cannot make without reading `errno` too late.
// Every function returns a result of zero or more, or the negative number of the error.
#ifndef CMACHINE_H
#define CMACHINE_H

#include <stdint.h>

// Files.
struct cm_stat {
  uint64_t device, inode, links;
  int64_t size, modified, changed; // the times in nanoseconds since 1970
  uint32_t mode, owner, group;
};
int cm_open(const char *path, int flags, unsigned mode);
int cm_open_unnamed(const char *directory, unsigned mode);
int cm_close(int fd);
int64_t cm_read(int fd, void *buffer, int64_t count);
int64_t cm_pread(int fd, void *buffer, int64_t count, int64_t offset);
int64_t cm_write(int fd, const void *buffer, int64_t count);
int64_t cm_pwrite(int fd, const void *buffer, int64_t count, int64_t offset);
struct cm_piece { const void *start; unsigned long length; };
int64_t cm_writev(int fd, const struct cm_piece *pieces, int count);
int cm_stat_path(const char *path, int follow, struct cm_stat *out);
int cm_stat_descriptor(int fd, struct cm_stat *out);
int cm_access(const char *path, int mode);
int cm_sync(int fd, int content_only);
int cm_write_back(int fd, int64_t offset, int64_t length);
int cm_truncate(int fd, int64_t size);
int cm_change_mode(int fd, unsigned mode);
int cm_change_owner(int fd, unsigned owner, unsigned group);
int cm_set_modified(int fd, int64_t nanoseconds);
int cm_link(const char *from, const char *to);
int cm_link_unnamed(int fd, const char *to);
int cm_rename(const char *from, const char *to);
int cm_rename_new(const char *from, const char *to);
int cm_exchange(const char *one, const char *other);
int cm_unlink(const char *path);
int cm_make_directory(const char *path, unsigned mode);
int cm_remove_directory(const char *path);
int64_t cm_read_link(const char *path, char *buffer, int64_t capacity);
int64_t cm_real_path(const char *path, char *buffer, int64_t capacity);
int64_t cm_working_directory(char *buffer, int64_t capacity);
// A directory takes over the descriptor; `cm_next_entry` returns the length of a name, or 0 at the end,
// and the kind as 0 unknown, 1 file, 2 directory, 3 link, 4 other.
int cm_open_directory(int fd, void **directory);
int64_t cm_next_entry(void *directory, const char **name, int *kind);
int cm_close_directory(void *directory);

// Locks: waits at most so long, then is interrupted (EINTR); 0 tries once.
int cm_lock(int fd, int exclusive, int64_t nanoseconds);

// Memory for the content of a large file, on large pages where the system has them.
int cm_map(int64_t size, void **base, int64_t *length, void **start);
// Maps a file to read it. A reader that meets bytes which somebody has cut off meanwhile ends with a
// message and status 75: reading on is impossible, and nothing has been changed by then.
int cm_map_file(int fd, int64_t size, void **base);
void cm_unmap(void *base, int64_t length);
// The status with which such a reader ends, where it is not to be 75.
void cm_end_cut_readers_with(int status);

// A file without a place whose bytes nobody can change any more, and which can be executed; -ENOSYS where the
// system has no such thing.
int cm_sealed(const void *bytes, int64_t count);

// Processes.
struct cm_poll { int fd; short wanted, seen; };
int cm_pipe(int ends[2]);
int cm_keep_from_blocking(int fd);
int cm_spawn(const char *program, char *const arguments[], char *const environment[],
             const char *directory, const int ends[3]);
// Starts a program that shares everything with this process: group, terminal, descriptors. From then on
// signals that were sent to this process alone are passed on to it.
int cm_spawn_here(const char *program, char *const arguments[], char *const environment[]);
// Waits for the program that was started here, stops where it stops, and collects everybody who ends
// meanwhile. 1 when it exited (`code`), 2 when a signal ended it.
int cm_attend(int *code);
// Puts a program in the place of this process; returns only when that fails.
int cm_execute(const char *program, char *const arguments[], char *const environment[]);
// Ends this process by a signal, as if it had never been handled, and without a core file.
void cm_end_by(int signal);
int cm_process_descriptor(int pid);
// 0 while it runs; 1 when it exited (`code`), 2 when a signal ended it.
int cm_look_at_child(int pid, int *code);
// The process id of what was collected, 0 when all of it still runs. `pid` as in waitpid.
int cm_collect(int pid);
// 0 when this process has any child at all.
int cm_any_child(void);
int cm_signal(int pid, int signal);
int cm_adopt_orphans(int on);
int cm_poll(struct cm_poll *entries, int count, int64_t milliseconds);
int cm_process_id(void);
// The file that this process runs.
int64_t cm_own_program(char *buffer, int64_t capacity);
// Facts about any process, where the system has no /proc: the parent; the file that it runs; its
// arguments, each with a NUL behind it.
int cm_parent(int pid);
int64_t cm_executable(int pid, char *buffer, int64_t capacity);
int64_t cm_arguments(int pid, char *buffer, int64_t capacity);
void cm_die(int status);

// Time and chance.
int64_t cm_now(void);
int64_t cm_monotonic(void);
int cm_sleep(int64_t nanoseconds);
int cm_random(void *buffer, int64_t count);

// Facts about this process.
char *const *cm_environment(void);
// How long the name and the value of a variable are that stands as NAME=value; 0 for anything else.
int cm_variable(const char *text, int64_t *name, int64_t *value);
int cm_host(char *buffer, int64_t capacity);
unsigned cm_user(void);
int cm_is_terminal(int fd);
int cm_columns(int fd);
int cm_open_standard_descriptors(void);
void cm_error_text(int number, char *buffer, int64_t capacity);
void cm_print_at_exit(const int64_t *counter);

// Signals that ask for an end: the first is noted, the second ends the process.
int cm_note_signals(void);
int cm_noted_signal(void);
int cm_signal_descriptor(void);
void cm_ignore_broken_pipes(void);

// When time is up, or when the process crashes, it says the sentence and ends with the status.
int cm_give_last_words(int64_t nanoseconds, const char *late, const char *crashed, int status);

// Threads. Signals stay with the threads that are already there.
int cm_start_thread(void (*body)(void *), void *argument, uint64_t *thread);
void cm_join_thread(uint64_t thread);
int64_t cm_add(int64_t *counter, int64_t amount);
int64_t cm_value(const int64_t *counter);

#endif
