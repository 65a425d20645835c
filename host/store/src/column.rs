//! How the domain's types stand in columns: one place that knows, for both databases.

use linli_domain::appointment::AppointmentState;
use linli_domain::booking::{BookingState, ConflictState, WaitingState};
use linli_domain::case::{
    CaseState, CommentKind, Details, EscalationLevel, HandoverState, OfficeKind, PartyRole,
    Priority,
};
use linli_domain::enrolment::{Attendance, CourseKind, EnrolmentState, WaitingRule};
use linli_domain::holiday::Holidays;
use linli_domain::permission::Permission;
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::SlotRules;
use linli_domain::slot::WorkingHours;
use linli_domain::space::SpaceRules;
use linli_domain::working_time::Minutes;
use linli_domain::*;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Why a stored value cannot be read.
pub type ColumnError = Box<dyn std::error::Error + Send + Sync>;

/// A type that can be bound to a statement.
pub trait ToColumn {
    /// What the drivers know.
    type Sql: Send + 'static;
    /// The value to bind.
    fn to_column(&self) -> Self::Sql;
}

/// A type that can be read from a row.
pub trait FromColumn: Sized {
    /// What the drivers know.
    type Sql;
    /// The value read.
    fn from_column(sql: Self::Sql) -> Result<Self, ColumnError>;
}

impl<T: ToColumn> ToColumn for Option<T> {
    type Sql = Option<T::Sql>;
    fn to_column(&self) -> Self::Sql {
        self.as_ref().map(T::to_column)
    }
}
impl<T: FromColumn> FromColumn for Option<T> {
    type Sql = Option<T::Sql>;
    fn from_column(sql: Self::Sql) -> Result<Self, ColumnError> {
        sql.map(T::from_column).transpose()
    }
}
impl<T: ToColumn + ?Sized> ToColumn for &T {
    type Sql = T::Sql;
    fn to_column(&self) -> Self::Sql {
        T::to_column(self)
    }
}
impl ToColumn for str {
    type Sql = String;
    /// Without U+0000, which PostgreSQL cannot hold and nobody means.
    fn to_column(&self) -> String {
        self.replace('\0', "")
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl ToColumn for $type {
            type Sql = Self;
            fn to_column(&self) -> Self { self.clone() }
        }
        impl FromColumn for $type {
            type Sql = Self;
            fn from_column(sql: Self) -> Result<Self, ColumnError> { Ok(sql) }
        }
    )*};
}
plain!(i64, bool, Vec<u8>, Uuid);

impl ToColumn for String {
    type Sql = Self;
    fn to_column(&self) -> Self {
        self.as_str().to_column()
    }
}
impl FromColumn for String {
    type Sql = Self;
    fn from_column(sql: Self) -> Result<Self, ColumnError> {
        Ok(sql)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $type:ident),* $(,)?) => {$(
        impl ToColumn for $type {
            type Sql = Uuid;
            fn to_column(&self) -> Uuid { self.0 }
        }
        impl FromColumn for $type {
            type Sql = Uuid;
            fn from_column(sql: Uuid) -> Result<Self, ColumnError> { Ok(Self(sql)) }
        }
    )*};
}
linli_domain::for_each_id!(ids);

impl ToColumn for Instant {
    type Sql = i64;
    fn to_column(&self) -> i64 {
        self.0
    }
}
impl FromColumn for Instant {
    type Sql = i64;
    fn from_column(sql: i64) -> Result<Self, ColumnError> {
        Ok(Self(sql))
    }
}

impl ToColumn for Locale {
    type Sql = String;
    fn to_column(&self) -> String {
        self.tag().to_owned()
    }
}
impl FromColumn for Locale {
    type Sql = String;
    fn from_column(sql: String) -> Result<Self, ColumnError> {
        Self::from_tag(&sql).ok_or_else(|| format!("'{sql}' is not a language of the host").into())
    }
}

macro_rules! text {
    ($($type:ty),*) => {$(
        impl ToColumn for $type {
            type Sql = String;
            fn to_column(&self) -> String { self.to_string() }
        }
        impl FromColumn for $type {
            type Sql = String;
            fn from_column(sql: String) -> Result<Self, ColumnError> { Ok(sql.parse()?) }
        }
    )*};
}
text!(
    PluginId,
    need::NeedState,
    AppointmentState,
    Attendance,
    CourseKind,
    EnrolmentState,
    Holidays,
    Urgency,
    notice::Channel,
    notice::DeliveryState,
    outbound::RequestState,
    CaseState,
    CommentKind,
    EscalationLevel,
    HandoverState,
    OfficeKind,
    PartyRole,
    Priority,
    BookingState,
    ConflictState,
    WaitingState,
    semver::Version,
    jiff::civil::Date
);

macro_rules! json {
    ($($type:ty),* $(,)?) => {$(
        impl ToColumn for $type {
            type Sql = Json<Self>;
            fn to_column(&self) -> Json<Self> { Json(self.clone()) }
        }
        impl FromColumn for $type {
            type Sql = Json<Self>;
            fn from_column(sql: Json<Self>) -> Result<Self, ColumnError> { Ok(sql.0) }
        }
    )*};
}
json!(
    breaker::Breaker,
    budget::Budgets,
    Localised,
    Manifest,
    Details,
    Recurrence,
    SlotRules,
    Vec<Minutes>,
    SpaceRules,
    WorkingHours,
    Vec<WorkingHours>,
    WaitingRule,
    BTreeSet<Permission>,
    BTreeSet<PluginId>,
    Vec<String>,
    Vec<Localised>,
    serde_json::Value,
    serde_json::Map<String, serde_json::Value>,
    notice::ChannelChoice,
    outbound::Recipient,
    crate::notice::StoredMessage,
);

/// Declares a row: a struct whose fields are columns of the same names.
macro_rules! row {
    ($(#[$doc:meta])* $visible:vis struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        $visible struct $name { $($(#[$field_doc])* pub $field: $type),* }
        $crate::column::row!(@impl sqlx::sqlite::SqliteRow, $name { $($field: $type),* });
        $crate::column::row!(@impl sqlx::postgres::PgRow, $name { $($field: $type),* });
    };
    (@impl $row:ty, $name:ident { $($field:ident: $type:ty),* }) => {
        impl<'r> sqlx::FromRow<'r, $row> for $name {
            fn from_row(row: &'r $row) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self { $($field: {
                    let sql = row.try_get::<<$type as $crate::column::FromColumn>::Sql, _>(stringify!($field))?;
                    <$type as $crate::column::FromColumn>::from_column(sql).map_err(|source| {
                        sqlx::Error::ColumnDecode { index: stringify!($field).to_owned(), source }
                    })?
                }),* })
            }
        }
    };
}
pub(crate) use row;
