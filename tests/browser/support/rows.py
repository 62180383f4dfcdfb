"""Puts rows into the database of a server that is running: what a research leaves there, without making one."""
import json
import sqlite3
import sys

wanted = json.load(sys.stdin)
database = sqlite3.connect(wanted["file"], timeout=20, isolation_level=None)
database.execute("BEGIN IMMEDIATE")
# Triggers call functions and a search index that only the server's own SQLite has: they stand aside for so long.
triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
for name, _ in triggers:
    database.execute(f"DROP TRIGGER {name}")
for table, row in wanted["rows"]:
    names = ", ".join(row)
    blanks = ", ".join("?" for _ in row)
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({blanks})", list(row.values()))
for table, key, row in wanted["changes"]:
    sets = ", ".join(f"{name} = ?" for name in row)
    database.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*row.values(), key])
for _, sql in triggers:
    database.execute(sql)
database.execute("COMMIT")
