//! What can go wrong in the database.

/// An error of the database. Any of them ends the unit of work: it can only be dropped.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A race was lost; running the whole unit of work again may succeed.
    #[error("another change came first: {0}")]
    Conflict(#[source] sqlx::Error),
    /// No connection became free in time.
    #[error("the database is busy: no connection became free in time")]
    Busy,
    /// A row with the same name exists.
    #[error("it exists already ({constraint})")]
    Exists {
        /// The constraint that refused it.
        constraint: String,
    },
    /// The database refused the change by one of its own rules.
    #[error("the database refuses it ({constraint})")]
    Refused {
        /// The constraint that refused it.
        constraint: String,
    },
    /// The database address cannot be used.
    #[error("cannot use the database address '{url}': {reason}")]
    Address {
        /// What was given, without its password.
        url: String,
        /// Why not and what to write instead.
        reason: String,
    },
    /// The database cannot be brought to this version.
    #[error("cannot bring the database up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A sealed value does not open.
    #[error(
        "the sealed {column} of {row} does not open: it was changed or moved outside Linli; restore it from a backup"
    )]
    Sealed {
        /// `table.column`.
        column: &'static str,
        /// The row's id.
        row: uuid::Uuid,
    },
    /// A key is missing.
    #[error(
        "the database uses key {version}, which is not in {place}; copy the key file from where `linli admin rotate-key` was run, or from where you keep its copy"
    )]
    NoKey {
        /// The key's version.
        version: u32,
        /// Where it was looked for.
        place: String,
    },
    /// The keys are another database's.
    #[error(
        "these are not the keys of this database ({key} differs); give it the key file that it was made with"
    )]
    OtherKeys {
        /// Which key differs.
        key: String,
    },
    /// Anything else.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

/// A result of the store.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Whether the whole unit of work should be run again.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        let Some(database) = error.as_database_error() else {
            return Self::Database(error);
        };
        let code = database.code().unwrap_or_default();
        match &*code {
            // Serialisation failure, deadlock, exclusion (a race's loser gets it), lock time-out; SQLite's BUSY and BUSY_SNAPSHOT.
            "40001" | "40P01" | "23P01" | "55P03" | "5" | "517" => Self::Conflict(error),
            _ if database.is_unique_violation() => Self::Exists {
                constraint: constraint(database),
            },
            _ if database.is_check_violation() || database.is_foreign_key_violation() => {
                Self::Refused {
                    constraint: constraint(database),
                }
            }
            // SQLite's RAISE(ABORT, …) of a trigger.
            "1811" => Self::Refused {
                constraint: database.message().to_owned(),
            },
            _ => Self::Database(error),
        }
    }
}

fn constraint(error: &dyn sqlx::error::DatabaseError) -> String {
    error
        .constraint()
        .map_or_else(|| error.message().to_owned(), str::to_owned)
}
