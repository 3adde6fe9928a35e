//! Imports users: new ones are created; with `--update`, existing ones are changed to the content of the file.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;

use batch::{UserBatch, UsersWithoutAddress};

use super::{Kind, Table};
use crate::db::Db;
use crate::db::types::TimeReader;
use crate::error::{ExitStatus, Failure, is_taken};
use crate::import::check::{FieldErrors, NullMarkers, time_notes};
use crate::import::interpretation::Interpretation;
use crate::import::record::{Columns, Record};
use crate::log::{BatchVerdicts, Conflict, FieldError, Gone, InputRow, Verdict};
use crate::models::{Change, Role, Roles, USER_COLUMNS, User, UserInput, column_names};

mod batch;

/// Maximum number of attempts to write a batch if another program adds the same users.
const RETRIES: usize = 3;

/// The roles that a file may grant only if it is asked for, once the database has users.
pub(in crate::import) const PRIVILEGED: [Role; 2] = [Role::Admin, Role::Superadmin];

/// A user of a file.
#[derive(Debug)]
pub(in crate::import) struct UserRow {
    input: UserInput,
    /// Whether the person is deactivated in the source, and loses the roles.
    loses_roles: bool,
}

/// Reads users.
pub(in crate::import) struct Users {
    times: TimeReader,
    empty_clears: Vec<String>,
    nulls: NullMarkers,
}

impl Users {
    pub(in crate::import) fn new(interpretation: &Interpretation) -> Self {
        Self {
            times: interpretation.times(),
            empty_clears: interpretation.empty_clears.clone(),
            nulls: NullMarkers::default(),
        }
    }
}

/// Writes users to their table.
pub(in crate::import) struct UserTable {
    update: bool,
    /// The privileged roles that the file may grant.
    allowed: Roles,
    /// The lines of the users that the file has named, by a hash of the user id: a large file has many.
    named: HashMap<u64, u64>,
    /// The line of the first row that removed the role superadmin from a user, and the user before and after.
    demotion: Option<(u64, User, User)>,
}

impl UserTable {
    pub(in crate::import) fn new(interpretation: &Interpretation) -> Self {
        Self {
            update: interpretation.update,
            allowed: interpretation.allow_roles.iter().copied().collect(),
            named: HashMap::new(),
            demotion: None,
        }
    }
}

impl Kind for Users {
    const COLUMNS: Columns =
        Columns { names: &column_names(&USER_COLUMNS), required: &[&["id", "email"]], metadata: false };
    type Content = UserRow;
    type Table = UserTable;

    fn check(&self, _number: u64, _line: u64, record: Record<'_>) -> Result<UserRow, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let input = errors.read_columns(&USER_COLUMNS, record, &self.times, &self.empty_clears, &self.nulls);
        if input.id.is_none() && input.email.is_none() && errors.is_empty() {
            errors.push(FieldError::of_row("row has neither id nor email"));
        }
        let loses_roles = record.loses_roles();
        let input = if loses_roles {
            UserInput { id: input.id, email: input.email, roles: Some(Roles::default()), ..UserInput::default() }
        } else {
            input
        };
        errors.or(UserRow { input, loses_roles })
    }

    fn notes(&self) -> Vec<String> {
        self.nulls.notes().into_iter().chain(time_notes(&self.times)).collect()
    }
}

impl Table for UserTable {
    type Content = UserRow;

    fn write(&mut self, rows: Vec<InputRow<UserRow>>, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        let mut keep_address = HashSet::new();
        let mut attempts = 0;
        while attempts < RETRIES {
            match db.savepoint(|db| self.classify_batch(&rows, &keep_address, db)) {
                // Another program has added one of these users since the lookup: try again.
                Err(error) if is_taken(&error) => attempts += 1,
                // Each time, more users keep their address.
                Err(error) => keep_address.extend(error.downcast::<UsersWithoutAddress>()?.0),
                Ok((decided, batch)) => {
                    self.named.extend(batch.named);
                    self.demotion = self.demotion.take().or(batch.demotion);
                    rows.into_iter().zip(decided).for_each(|(row, verdict)| verdicts.add(row, verdict));
                    return Ok(());
                }
            }
        }
        Err(Failure::new(ExitStatus::Unavailable, "cannot add users: other programs keep adding the same ones")
            .hint("run the import again when they have ended")
            .into())
    }

    fn demotion(&self) -> Option<(u64, Change<'_, User>)> {
        self.demotion.as_ref().map(|(line, before, after)| (*line, after.change_from(before, "update")))
    }
}

impl UserTable {
    /// Writes the rows of a batch; the users in `keep_address` keep their addresses, which no other row gets.
    fn classify_batch(
        &self,
        rows: &[InputRow<UserRow>],
        keep_address: &HashSet<String>,
        db: &mut Db,
    ) -> anyhow::Result<(Vec<Verdict>, UserBatch)> {
        let mut batch = UserBatch::load(rows, self.update, db)?;
        batch.changes_address.retain(|id| !keep_address.contains(id));
        let verdicts = rows.iter().map(|row| self.classify(row, &mut batch, db)).collect::<anyhow::Result<_>>()?;
        batch.write_new(db)?;
        batch.check_addresses(rows)?;
        Ok((verdicts, batch))
    }

    /// The error for a privileged role that the file would grant, and may not.
    fn refused_roles(&self, before: Roles, after: Roles) -> Option<FieldError> {
        let is_refused =
            |role: &Role| after.contains(*role) && !before.contains(*role) && !self.allowed.contains(*role);
        let role = PRIVILEGED.iter().find(|role| is_refused(role))?;
        let problem = format!("would grant {role}");
        Some(FieldError::of_field("roles", problem).hint(format!("add --allow-roles {role} if the file may grant it")))
    }

    fn classify(&self, row: &InputRow<UserRow>, batch: &mut UserBatch, db: &mut Db) -> anyhow::Result<Verdict> {
        let line = row.line;
        let mut input = row.content.input.clone();
        let by_id = input.id.as_ref().and_then(|id| batch.users.get(id));
        // An address that its owner leaves in this batch is free.
        let by_email = input.email.as_ref().and_then(|email| batch.by_email(email));
        let by_email = by_email.filter(|other| {
            input.id.as_ref().is_none_or(|id| *id == other.id) || !batch.changes_address.contains(&other.id)
        });
        // Also if the address is that of the person whom this one was merged into.
        if let Some(user) = by_id
            && let Some(gone) = batch.gone(&user.id)
            && by_email.is_none_or(|other| batch.is_merged_into(&user.id, &other.id))
        {
            return Ok(Verdict::Gone(gone));
        }
        let former = input.email.as_ref().filter(|_| by_email.is_none());
        let former = former.and_then(|email| batch.former.get(&email.to_ascii_lowercase()));
        if let Some(owner) = former {
            match by_id {
                None => return Ok(Verdict::Gone(batch.gone(owner).unwrap_or(Gone::Merged))),
                Some(user) if user.id == *owner => input.email = None,
                Some(user) => {
                    let with = format!("id belongs to {}, email belonged to {owner}", batch.name(user));
                    return Ok(Verdict::Conflict(Conflict { with, differences: Vec::new() }));
                }
            }
        }
        let recorded = match (by_id, by_email) {
            // There is nobody to take roles from.
            (None, None) if row.content.loses_roles => return Ok(Verdict::Replay),
            (None, None) => {
                return Ok(match input.to_user() {
                    Some(new) => {
                        if let Some(error) = self.refused_roles(Roles::default(), new.roles) {
                            return Ok(Verdict::Rejected(vec![error]));
                        }
                        batch.named.insert(hash_of(&new.id), line);
                        batch.free_address(&new, db)?;
                        batch.add(new, line);
                        Verdict::Inserted
                    }
                    None => Verdict::Rejected(vec![FieldError::of_row("a new user needs an email and a name")]),
                });
            }
            (Some(one), Some(other)) if one.id != other.id => {
                let with = format!("id belongs to {}, email to {}", batch.name(one), batch.name(other));
                return Ok(Verdict::Conflict(Conflict { with, differences: Vec::new() }));
            }
            (Some(recorded), _) | (None, Some(recorded)) => recorded.clone(),
        };
        if let Some(gone) = batch.gone(&recorded.id) {
            return Ok(Verdict::Gone(gone));
        }
        if row.content.loses_roles {
            // The address only finds the person.
            input.email = None;
        }
        if batch.champions.contains(&recorded.id) {
            // The champion pipeline grants and removes this role; a file without it does not differ.
            input.roles = input.roles.map(|roles| roles.with(Role::Champion));
        }
        let differences = input.differences(&recorded);
        let hash = hash_of(&recorded.id);
        // Also with the same content: which of the rows was meant to be another person is not for the program to tell.
        if let Some(line) = self.named.get(&hash).or_else(|| batch.named.get(&hash)) {
            let other = if differences.is_empty() { "" } else { " with other content" };
            let with = format!("line {line} has the same user{other}");
            return Ok(Verdict::Conflict(Conflict { with, differences }));
        }
        if differences.is_empty() {
            batch.named.insert(hash, line);
            return Ok(Verdict::Replay);
        }
        if !self.update || differences.iter().any(|difference| difference.field == "id") {
            let with = format!("{} is already recorded with other content", recorded.id);
            return Ok(Verdict::Conflict(Conflict { with, differences }));
        }
        batch.write_new(db)?;
        let after = input.applied_to(&recorded);
        if let Some(error) = self.refused_roles(recorded.roles, after.roles) {
            return Ok(Verdict::Rejected(vec![error]));
        }
        batch.named.insert(hash, line);
        batch.free_address(&after, db)?;
        after.save(&recorded, "update", db)?;
        if recorded.is_demoted_to(&after) {
            batch.demotion.get_or_insert_with(|| (line, recorded.clone(), after.clone()));
        }
        batch.replace(&recorded, after);
        Ok(Verdict::Updated)
    }
}

fn hash_of(id: &str) -> u64 {
    foldhash::quality::FixedState::default().hash_one(id)
}
