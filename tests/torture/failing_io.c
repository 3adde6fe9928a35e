// Makes writes fail, for the tests of full and failing disks; loaded with LD_PRELOAD.
//
// FAIL_AT: the number of the first call that fails, counting write, pwrite, fsync and fdatasync on regular files.
// FAIL_ONCE: set if only that call fails; otherwise all later ones fail too, as on a full disk.
// FAIL_ERRNO: the error. FAIL_PATH: only files whose path contains this text count.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int fails(int fd) {
  const char *at = getenv("FAIL_AT"), *part = getenv("FAIL_PATH");
  struct stat status;
  if (!at || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  if (part) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (!strstr(path, part)) return 0;
  }
  long number = atomic_fetch_add(&calls, 1) + 1, first = atol(at);
  if (number < first || (getenv("FAIL_ONCE") && number > first)) return 0;
  errno = atoi(getenv("FAIL_ERRNO"));
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t n) { return fails(fd) ? -1 : REAL(write)(fd, bytes, n); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) { return fails(fd) ? -1 : REAL(pwrite)(fd, bytes, n, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) { return fails(fd) ? -1 : REAL(pwrite64)(fd, bytes, n, at); }
int fsync(int fd) { return fails(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : REAL(fdatasync)(fd); }
