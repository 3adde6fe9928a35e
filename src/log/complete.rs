//! Completes rows before they are looked up: whose they are, and what tells them from others.

use super::event_input::EventRows;
use super::verdict::{BatchVerdicts, Gone, Verdict};
use super::writer::LogWriter;
use super::{lookup, parked};
use crate::db::Db;

impl LogWriter {
    /// Fills in what the file does not give, the user's id and a key derived from the content, and rejects the rows
    /// of unknown users.
    pub(super) fn complete(
        &mut self,
        rows: EventRows,
        db: &mut Db,
        verdicts: &mut BatchVerdicts,
    ) -> anyhow::Result<EventRows> {
        // Most rows name a user that an earlier row has named.
        let (mut complete, mut of_erased, others) = self.complete_known(rows)?;
        if others.is_empty() && of_erased.is_empty() {
            return Ok(complete);
        }
        self.users.look_up(others.iter().map(|row| row.content.user()), db)?;
        let (found, also_of_erased, unknown) = self.complete_known(others)?;
        complete.extend(found);
        of_erased.extend(also_of_erased);
        complete.extend(known_of_erased(of_erased, db, verdicts)?);
        if !unknown.is_empty() {
            let keys: Vec<&str> = unknown.iter().filter_map(|row| row.content.key()).collect();
            let placeholders = lookup::users_of_placeholders(&keys, db)?;
            let mut to_park = Vec::new();
            for mut row in unknown {
                let user = row.content.key().and_then(|key| placeholders.get(key));
                if let Some(user) = user.filter(|_| row.content.user_id().is_empty()) {
                    row.content.complete(user, self.content_key)?;
                    complete.push(row);
                } else if self.parks && self.users.is_unknown(row.content.user()) {
                    to_park.push(row);
                } else {
                    let fault = self.users.error(row.content.user());
                    verdicts.reject(row, fault);
                }
            }
            if !to_park.is_empty() {
                parked::park(to_park, self.content_key, db, verdicts)?;
            }
        }
        complete.sort_unstable_by_key(|row| row.number);
        Ok(complete)
    }

    /// Completes the rows whose users are cached; returns those of erased users and the other rows separately.
    fn complete_known(&self, rows: EventRows) -> anyhow::Result<(EventRows, EventRows, EventRows)> {
        let (mut complete, mut of_erased, mut others) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::new());
        for mut row in rows {
            match self.users.known(row.content.user()) {
                Some(user) => {
                    row.content.complete(user, self.content_key)?;
                    if self.users.is_erased(user) { of_erased.push(row) } else { complete.push(row) }
                }
                None => others.push(row),
            }
        }
        Ok((complete, of_erased, others))
    }
}

/// The rows of erased users that are recorded: they are replays. New ones are dropped, and counted.
fn known_of_erased(rows: EventRows, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<EventRows> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let keys: Vec<&str> = rows.iter().filter_map(|row| row.content.key()).collect();
    let recorded = lookup::recorded_keys(&keys, db)?;
    let (known, new): (EventRows, EventRows) =
        rows.into_iter().partition(|row| row.content.key().is_some_and(|key| recorded.contains(key)));
    for row in new {
        verdicts.add(row, Verdict::Gone(Gone::Erased));
    }
    Ok(known)
}
