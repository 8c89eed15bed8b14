#include "peer.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static double failed(sqlite3 *db, const char *what) {
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
    sqlite3_close(db);
    return -1;
}

double peer_read(const char *path, const char *pragmas, const char *keys, int width, int count) {
    sqlite3 *db;
    sqlite3_stmt *statement;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)) return failed(db, "open");
    if (sqlite3_exec(db, pragmas, NULL, NULL, NULL)) return failed(db, "pragmas");
    if (sqlite3_prepare_v3(db, "SELECT value FROM item WHERE pk = ?1 AND sk = x''", -1, SQLITE_PREPARE_PERSISTENT,
                           &statement, NULL))
        return failed(db, "prepare");
    char *copy = malloc(1 << 20);
    double start = now();
    for (int i = 0; i < count; i++) {
        sqlite3_bind_blob(statement, 1, keys + (size_t)i * width, width, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_ROW) return failed(db, "step");
        const void *value = sqlite3_column_blob(statement, 0);
        memcpy(copy, value, sqlite3_column_bytes(statement, 0));
        sqlite3_reset(statement);
    }
    double time = (now() - start) / count;
    free(copy);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return time;
}

double peer_write(const char *path, const char *pragmas, const char *keys, int width, int count, int size) {
    sqlite3 *db;
    sqlite3_stmt *statement, *begin, *commit;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL))
        return failed(db, "open");
    if (sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL)) return failed(db, "WAL");
    if (sqlite3_exec(db, pragmas, NULL, NULL, NULL)) return failed(db, "pragmas");
    if (sqlite3_exec(db, "CREATE TABLE IF NOT EXISTS item (pk BLOB NOT NULL PRIMARY KEY, value BLOB)", NULL, NULL, NULL))
        return failed(db, "create");
    sqlite3_prepare_v3(db, "BEGIN IMMEDIATE", -1, SQLITE_PREPARE_PERSISTENT, &begin, NULL);
    sqlite3_prepare_v3(db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &commit, NULL);
    if (sqlite3_prepare_v3(db, "INSERT INTO item VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2", -1,
                           SQLITE_PREPARE_PERSISTENT, &statement, NULL))
        return failed(db, "prepare");
    char *value = malloc(size);
    memset(value, 'x', size);
    double start = now();
    for (int i = 0; i < count; i++) {
        if (sqlite3_step(begin) != SQLITE_DONE) return failed(db, "begin");
        sqlite3_reset(begin);
        sqlite3_bind_blob(statement, 1, keys + (size_t)i * width, width, SQLITE_STATIC);
        sqlite3_bind_blob(statement, 2, value, size, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_DONE) return failed(db, "step");
        sqlite3_reset(statement);
        if (sqlite3_step(commit) != SQLITE_DONE) return failed(db, "commit");
        sqlite3_reset(commit);
    }
    double time = (now() - start) / count;
    free(value);
    sqlite3_finalize(statement);
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    sqlite3_close(db);
    return time;
}
