// Preloaded into a server, to which the machine then seems to be faulty.
//
// Its wall clock is set apart from the machine's by the milliseconds that stand, as text, in the file that
// REGIONKIT_CLOCK names. The file is looked at for every reading, so that the clock can be set while the server runs. Its
// disk takes REGIONKIT_SYNC milliseconds longer to sync.
//
// The monotonic clock stays as it is, as it does where an operator sets a clock. libfaketime does the same, and cannot be
// used with jemalloc, which reads the clock before libfaketime is ready.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char *skew;

__attribute__((constructor)) static void open_file(void) {
    const char *path = getenv("REGIONKIT_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    // A page, so that what follows the text is zero.
    void *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (map != MAP_FAILED) skew = map;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result != 0 || !skew || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
    long milliseconds = atol(skew);
    long nanoseconds = time->tv_nsec + milliseconds % 1000 * 1000000;
    time->tv_sec += milliseconds / 1000 + (nanoseconds < 0 ? -1 : nanoseconds / 1000000000);
    time->tv_nsec = (nanoseconds + 1000000000) % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return result;
}

int fdatasync(int file) {
    const char *delay = getenv("REGIONKIT_SYNC");
    if (delay) usleep((useconds_t)atol(delay) * 1000);
    return (int)syscall(SYS_fdatasync, file);
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
