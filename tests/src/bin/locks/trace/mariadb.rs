//! What MariaDB says of its metadata locks, by its plugin `metadata_lock_info`. It has nothing that
//! could take down a lock which is held for an instant: of such a one only what it did to the
//! application is seen.

/// The time of the server by now, in milliseconds, and each lock that a session holds: not this one,
/// nor the application's, which has this number.
pub(super) fn look(application: i64) -> String {
    format!(
        "SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000 AS double), h.id, h.mode FROM (SELECT 1) AS one \
         LEFT JOIN (SELECT DISTINCT CAST(THREAD_ID AS signed) AS id, LOCK_MODE AS mode FROM information_schema.METADATA_LOCK_INFO \
         WHERE LOCK_TYPE = 'Table metadata lock' AND TABLE_SCHEMA = DATABASE() AND LEFT(TABLE_NAME, 7) <> 'colmig_' \
         AND THREAD_ID NOT IN (CONNECTION_ID(), {application})) AS h ON 1 = 1"
    )
}

/// The modes of metadata locks, the weakest first. The last two keep readers out.
pub(super) const MODES: [&str; 9] = [
    "MDL_SHARED_HIGH_PRIO",
    "MDL_SHARED",
    "MDL_SHARED_READ",
    "MDL_SHARED_WRITE",
    "MDL_SHARED_UPGRADABLE",
    "MDL_SHARED_READ_ONLY",
    "MDL_SHARED_NO_WRITE",
    "MDL_SHARED_NO_READ_WRITE",
    "MDL_EXCLUSIVE",
];
