//! Records parked events, once the people of whom they are have become known.

use super::event_input::EventRows;
use super::parked;
use super::user_lookup::UserKey;
use super::verdict::BatchVerdicts;
use super::writer::LogWriter;
use crate::db::Db;
use crate::models::ParkedEvent;

/// Number of parked events that are recorded together.
const PAGE: i64 = 5000;

impl LogWriter {
    /// Records the parked events whose users are known by now; returns how many were recorded or found recorded, and how
    /// many are in conflict with recorded ones and stay parked.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn record_parked(&mut self, db: &mut Db) -> anyhow::Result<(u64, u64)> {
        let (mut recorded, mut left) = (0, 0);
        let mut after = String::new();
        loop {
            self.interrupt.check()?;
            let page = ParkedEvent::page(&after, PAGE, &mut db.conn)?;
            let Some(last) = page.last() else { return Ok((recorded, left)) };
            after.clone_from(&last.key);
            let key = |parked: &ParkedEvent| (parked.user_id.clone(), parked.user_email.clone());
            let keys: Vec<_> = page.iter().map(key).collect();
            let named = keys.iter().map(|(id, email)| UserKey { id: id.as_deref(), email: email.as_deref() });
            self.users.look_up(named.clone(), db)?;
            let mut keyless = Vec::new();
            let mut ready = Vec::new();
            for (parked, _) in page.iter().zip(named).filter(|(_, user)| self.users.known(*user).is_some()) {
                if parked::is_keyless(parked)? { keyless.push(parked) } else { ready.push(parked) }
            }
            for (events, content_key) in [(ready, true), (keyless, false)] {
                let (done, refused) = self.record_events(&events, content_key, db)?;
                recorded += done;
                left += refused;
            }
        }
    }

    /// Records parked events of known users; returns how many were recorded or found recorded, and how many are in conflict.
    fn record_events(&mut self, events: &[&ParkedEvent], content_key: bool, db: &mut Db) -> anyhow::Result<(u64, u64)> {
        let rows = (1..).zip(events).map(|(number, event)| parked::row_of(event, number));
        let rows = rows.collect::<anyhow::Result<EventRows>>()?;
        let mut verdicts = BatchVerdicts::default();
        let of_file = std::mem::replace(&mut self.content_key, content_key);
        let written = self.write(rows, db, &mut verdicts).and_then(|()| self.finish(db, &mut verdicts));
        self.content_key = of_file;
        written?;
        let refused: Vec<u64> = verdicts.refused.iter().map(|row| row.line).collect();
        let done: Vec<&str> = (1..)
            .zip(events)
            .filter(|(number, _)| !refused.contains(number))
            .map(|(_, event)| event.key.as_str())
            .collect();
        ParkedEvent::remove(&done, db)?;
        Ok((done.len() as u64, refused.len() as u64))
    }
}
