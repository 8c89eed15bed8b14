#pragma once

// The same work as plain C does it. Every function returns nanoseconds an operation, or -1 with a line on stderr.

/// Reads the value of a key `count` times with a cached statement, and copies its bytes.
/// `keys` holds `count` keys of `width` bytes.
double peer_read(const char *path, const char *pragmas, const char *keys, int width, int count);

/// Writes `count` items of `size` bytes under the keys, one transaction each, in a new file.
double peer_write(const char *path, const char *pragmas, const char *keys, int width, int count, int size);
