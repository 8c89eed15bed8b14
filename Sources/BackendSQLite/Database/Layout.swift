/// How a region's file is laid out.
enum Layout {
    /// The file's mark in its header: "RKit".
    static let applicationID: Int64 = 0x524B_6974
    /// Which layout this is; a change that older versions cannot read raises it.
    static let formatVersion: Int64 = 1

    /// A number for a life of a region that begins now: higher than those of all lives before, on other disks too.
    static func incarnation(atMilliseconds wall: Int64, after last: UInt64 = 0) -> UInt64 {
        max(last + 1, UInt64(clamping: wall) << 16 | .random(in: 0...0xFFFF))
    }

    /// Who carries the changes of a peer, and between which times; missing in files that were made before it was known.
    static let leases = """
        CREATE TABLE IF NOT EXISTS lease (
            peer TEXT PRIMARY KEY,
            holder INTEGER NOT NULL,
            since INTEGER NOT NULL, until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// The other tables.
    ///
    /// Keys are encoded so that their bytes sort as DynamoDB sorts; a key without sort value has an empty one. Items
    /// are DynamoDB JSON, NULL for a tombstone. Versions and ids are numbers and compare as such.
    ///
    /// Rows of `item` have a hidden number as their key, since a table ordered by a long key holds few rows of 1 KB a
    /// page: <https://www.sqlite.org/withoutrowid.html>
    static let tables = """
        CREATE TABLE meta (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            region TEXT NOT NULL,
            incarnation INTEGER NOT NULL,
            ready INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            name TEXT NOT NULL,
            pk_name TEXT NOT NULL, pk_kind TEXT NOT NULL, sk_name TEXT, sk_kind TEXT,
            base INTEGER NOT NULL, base_ms INTEGER, base_counter INTEGER,
            floor_ms INTEGER, floor_counter INTEGER, floor_origin INTEGER
        ) STRICT;
        CREATE TABLE clock (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            ms INTEGER NOT NULL, counter INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE item (
            pk BLOB NOT NULL, sk BLOB NOT NULL,
            ms INTEGER NOT NULL, counter INTEGER NOT NULL, origin INTEGER NOT NULL,
            op_high INTEGER NOT NULL, op_low INTEGER NOT NULL,
            value BLOB,
            UNIQUE (pk, sk)
        ) STRICT;
        CREATE INDEX tombstone ON item (ms, counter) WHERE value IS NULL;
        CREATE TABLE log (
            sequence INTEGER PRIMARY KEY,
            pk BLOB NOT NULL, sk BLOB NOT NULL,
            ms INTEGER NOT NULL, counter INTEGER NOT NULL,
            op_high INTEGER NOT NULL, op_low INTEGER NOT NULL,
            value BLOB
        ) STRICT;
        CREATE TABLE cursor (
            peer TEXT PRIMARY KEY,
            incarnation INTEGER NOT NULL, sequence INTEGER NOT NULL,
            ms INTEGER, counter INTEGER, origin INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE op (
            number INTEGER PRIMARY KEY,
            op_high INTEGER NOT NULL, op_low INTEGER NOT NULL,
            digest INTEGER NOT NULL,
            ms INTEGER, counter INTEGER,
            until INTEGER NOT NULL,
            UNIQUE (op_high, op_low)
        ) STRICT;
        CREATE TABLE indexes (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            pk_name TEXT NOT NULL, pk_kind TEXT NOT NULL, sk_name TEXT, sk_kind TEXT
        ) STRICT;
        CREATE TABLE entry (
            id INTEGER NOT NULL,
            pk BLOB NOT NULL, sk BLOB NOT NULL,
            item_pk BLOB NOT NULL, item_sk BLOB NOT NULL,
            PRIMARY KEY (id, pk, sk, item_pk, item_sk)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE parked (
            ms INTEGER NOT NULL, counter INTEGER NOT NULL, origin INTEGER NOT NULL,
            pk BLOB NOT NULL, sk BLOB NOT NULL,
            op_high INTEGER NOT NULL, op_low INTEGER NOT NULL,
            value BLOB,
            PRIMARY KEY (ms, counter, origin, pk, sk)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO clock VALUES (1, 0, 0);
        """
}
