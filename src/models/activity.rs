//! Query expressions for when users have last acted. Where the log is on one server, each user is looked up in it, along an
//! index; where it is distributed, it is grouped once on all nodes.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::UserCondition;
use crate::db::AnyConnection;
use crate::db::types::Timestamp;
use crate::schema::{user, user_action};

/// The condition that a user has an action, at or after a time if one is given.
#[must_use]
pub fn has_acted(conn: &AnyConnection, since: Option<Timestamp>) -> UserCondition {
    let actions = user_action::table.filter(user_action::occurred_at.ge(since.unwrap_or(Timestamp::FIRST)));
    if conn.engine().is_log_distributed() {
        return Box::new(user::id.eq_any(actions.select(user_action::user_id).distinct()));
    }
    match since {
        Some(_) => Box::new(exists(actions.filter(user_action::user_id.eq(user::id)))),
        None => Box::new(exists(user_action::table.filter(user_action::user_id.eq(user::id)))),
    }
}

/// The time of a user's last action, as SQL.
#[must_use]
pub fn last_active(conn: &AnyConnection) -> &'static str {
    if conn.engine().is_log_distributed() { LAST_ACTIVE_OF_ALL } else { LAST_ACTIVE }
}

/// Raw SQL: diesel cannot express a subquery's aggregate as a nullable column of a boxed query.
const LAST_ACTIVE: &str = "(SELECT max(occurred_at) FROM user_action WHERE user_action.user_id = \"user\".id)";

const LAST_ACTIVE_OF_ALL: &str = "((SELECT jsonb_object_agg(user_id, last) FROM (\
     SELECT user_id, max(occurred_at) AS last FROM user_action GROUP BY user_id) AS activity) ->> \"user\".id)::timestamptz";
