//! Counts rows and distinct users in one pass, in the order in which SQLite reads them: it would sort them all.

use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::sql_types::Text;
use diesel::{QueryResult, SqliteConnection};
use foldhash::{HashMap, HashMapExt as _};
use roaring::RoaringBitmap;

use crate::db::engine::{Tallied, Tally};

/// The numbers so far.
struct Counts {
    /// The groups by their two values.
    groups: HashMap<(String, String), Group>,
    /// A number for each user.
    users: HashMap<String, u32>,
}

struct Group {
    rows: i64,
    users: Users,
}

/// The users of a group. Of many groups with one user each, a set would be larger than all the rest.
enum Users {
    One(u32),
    Several(RoaringBitmap),
}

/// The counts of a query.
struct SqliteTally(Arc<Mutex<Counts>>);

/// Makes the function `rollbook_tally(value, across, user)` known to the connection, which counts in the tally.
pub(super) fn register(conn: &mut SqliteConnection) -> QueryResult<Box<dyn Tally>> {
    let counts = Arc::new(Mutex::new(Counts::new()));
    let shared = Arc::clone(&counts);
    // Not deterministic: it must be called once a row.
    rollbook_tally_utils::register_nondeterministic_impl(conn, move |value: String, across: String, user: String| {
        locked(&shared).add(value, across, user);
        1
    })?;
    Ok(Box::new(SqliteTally(counts)))
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Counts a row.
    fn rollbook_tally(value: Text, across: Text, user_id: Text) -> Integer;
}

impl Counts {
    fn new() -> Self {
        Self { groups: HashMap::new(), users: HashMap::new() }
    }

    fn add(&mut self, value: String, across: String, user: String) {
        let next = u32::try_from(self.users.len()).unwrap_or(u32::MAX);
        let user = *self.users.entry(user).or_insert(next);
        match self.groups.entry((value, across)) {
            Entry::Vacant(group) => {
                group.insert(Group { rows: 1, users: Users::One(user) });
            }
            Entry::Occupied(mut group) => {
                let group = group.get_mut();
                group.rows += 1;
                group.users.insert(user);
            }
        }
    }
}

impl Users {
    fn insert(&mut self, user: u32) {
        match self {
            Self::One(one) if *one == user => {}
            Self::One(one) => *self = Self::Several([*one, user].into_iter().collect()),
            Self::Several(users) => {
                users.insert(user);
            }
        }
    }

    fn len(&self) -> i64 {
        match self {
            Self::One(_) => 1,
            Self::Several(users) => i64::try_from(users.len()).unwrap_or(i64::MAX),
        }
    }
}

impl Tally for SqliteTally {
    fn function(&self) -> &'static str {
        "rollbook_tally"
    }

    fn counted(&self) -> Vec<Tallied> {
        // The function, which stays registered, keeps none of it.
        let Counts { groups, .. } = std::mem::replace(&mut *locked(&self.0), Counts::new());
        let counted = |((value, across), group): ((String, String), Group)| Tallied {
            value,
            across,
            rows: group.rows,
            users: group.users.len(),
        };
        groups.into_iter().map(counted).collect()
    }
}

fn locked(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
