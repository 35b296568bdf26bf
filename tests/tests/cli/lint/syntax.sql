ALTER TABEL users ADD COLUMN nick text;
