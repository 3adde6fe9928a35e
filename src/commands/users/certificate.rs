//! What an erasure has done, for the one who asked for it.

use std::io::Write as _;
use std::path::Path;

use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::trace::Trace;
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::models::{AuditEvent, Subject};
use crate::output::{FilesInUse, OutputFile, json_value};
use crate::schema::audit_event;

/// The certificate of an erasure: it has nothing by which the person could be found but the id.
#[derive(Serialize)]
pub(super) struct Certificate {
    /// The id of the user, which is kept.
    user_id: String,
    /// When the erasure was made.
    erased_at: Timestamp,
    /// Who made it.
    actor: String,
    /// Why, as the actor gave it: the request.
    reason: Option<String>,
    operation_id: Option<String>,
    /// What was done, in words.
    done: String,
    /// Every place where the person appeared before, and what was done with it.
    places: Vec<Trace>,
    /// What no erasure reaches.
    not_reached: Vec<&'static str>,
    /// The position of the row of the audit trail, and the SHA-256 of its members as a JSON array: position, time, actor,
    /// verb, subject.
    audit_position: i64,
    audit_sha256: String,
    version: &'static str,
}

const NOT_REACHED: [&str; 3] = [
    "backups and exported files",
    "the source systems of users and events",
    "the user id, and a keyed hash of each address, which this database keeps",
];

impl Certificate {
    /// The certificate of the erasure that the trail has last of a user; `left` is where in the database copies remain.
    pub(super) fn of(
        user_id: &str,
        done: String,
        places: Vec<Trace>,
        left: Option<&'static str>,
        db: &mut Db,
    ) -> anyhow::Result<Self> {
        let erasures = || {
            audit_event::table
                .select(AuditEvent::as_select())
                .filter(audit_event::subject_kind.eq(Subject::User))
                .filter(audit_event::subject_id.eq(user_id))
                .filter(audit_event::verb.eq_any(["erase", "erase_metadata"]))
                .filter(audit_event::refusal.is_null())
                .order(audit_event::position.desc())
        };
        // A repeated erasure may find nothing to record: then the certificate is on the one before.
        let own = erasures().filter(audit_event::operation_id.eq(db.operation.id())).first(&mut db.conn).optional()?;
        let event = match own {
            Some(event) => event,
            None => erasures().first(&mut db.conn)?,
        };
        let members = (event.position, event.at.to_string(), &event.actor, &event.verb, &event.subject_id);
        let digest = Sha256::digest(serde_json::to_string(&members)?.as_bytes());
        Ok(Self {
            user_id: user_id.to_owned(),
            erased_at: event.at,
            actor: event.actor,
            reason: event.reason,
            operation_id: event.operation_id,
            done,
            places,
            not_reached: NOT_REACHED.into_iter().chain(left).collect(),
            audit_position: event.position,
            audit_sha256: base16ct::lower::encode_string(&digest),
            version: env!("CARGO_PKG_VERSION"),
        })
    }

    /// Writes the certificate to a file that is ready for it.
    pub(super) fn write(&self, file: OutputFile) -> anyhow::Result<()> {
        let mut text = Vec::new();
        json_value(&mut text, self)?;
        file.handle()?.write_all(&text)?;
        file.finish()
    }
}

/// Prepares the file of a certificate, before anything is changed.
pub(super) fn prepare(path: &Path, in_use: &FilesInUse) -> anyhow::Result<OutputFile> {
    in_use.check_output("--certificate", path, None)?;
    OutputFile::create(path, false)
}
